"""Plain data (what JSON can say) made read-only, and back. Plans and prompts are kept this way."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

PLAIN = frozenset((str, int, float, bool, type(None)))
_MAPPINGS, _LISTS = (dict, MappingProxyType, Mapping), (tuple, list)
"""Asked first: plans and events are mostly these, and to ask an abstract class costs as much as all the rest."""


def freeze(value: Any) -> Any:
    """Dicts become read-only mappings, lists tuples; anything else stays as it is."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, _LISTS):
        return tuple([freeze(item) for item in value])
    if isinstance(value, _MAPPINGS):
        return MappingProxyType({key: item if type(item) in PLAIN else freeze(item) for key, item in value.items()})
    return value


def thaw(value: Any) -> Any:
    """The opposite of `freeze`: dicts and lists that `json.dumps` takes."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, _LISTS):
        return [thaw(item) for item in value]
    if isinstance(value, _MAPPINGS):
        return {key: item if type(item) in PLAIN else thaw(item) for key, item in value.items()}
    return value

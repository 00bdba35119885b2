"""The tree of plain data: nearly all that is kept is made of texts, numbers and truths, so it is walked once and nothing else is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from nb_orchestra.values.encoding_tree import LONG, Blocks, pack

OTHER = object()
_SCALARS, _MAPPINGS = frozenset((int, float, bool, type(None))), frozenset((dict, MappingProxyType))


def plain_tree(value: Any, blocks: Blocks) -> Any:
    """What `pack` gives for texts, numbers and truths, and what is made of them: each has one form on disk, which says it exactly. OTHER for all else."""
    kind = type(value)
    if kind is str:
        return value if value.isascii() else pack(value, blocks)
    if kind in _SCALARS:
        return pack(value, blocks)
    if kind in _MAPPINGS:
        return _plain_dict(value, blocks)
    if kind is list and len(value) >= LONG and set(map(type, value)) == {float}:
        return pack(value, blocks)
    if kind is not list and kind is not tuple:
        return OTHER
    items = [plain_tree(item, blocks) for item in value]
    return OTHER if OTHER in items else ["list" if kind is list else "tuple", items]


def _plain_dict(value: Mapping[Any, Any], blocks: Blocks) -> Any:
    pairs = []
    for key, item in value.items():  # mostly ASCII texts, for which nothing is looked up
        tree = item if type(item) is str and item.isascii() else plain_tree(item, blocks)
        if tree is OTHER or (type(key) is not str and type(key) not in _SCALARS):
            return OTHER
        pairs.append([key if type(key) is str and key.isascii() else plain_tree(key, blocks), tree])
    return ["dict", pairs]

"""Fingerprints: equal jobs have equal keys, in any process and on any machine, and different jobs never share one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from json.encoder import encode_basestring_ascii
from typing import Any

from nb_orchestra.values import content

FORMAT = 1
"""Part of every key: what a later version keeps differently, it does not find under the old keys."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a job equal to another. `key`: 40 hex digits over all parts. `parts`: each part's own digest, by what people call it."""

    key: str
    parts: Mapping[str, str] = field(default_factory=dict)


def identify(parts: Mapping[str, Any]) -> Identity | None:
    """The identity of a job from its parts ("recipe", "input penguins", "question" …); their order does not count.

    None where a part cannot be named by content (`unnameable` says which): such a job runs uncached.
    """
    named: dict[str, str] = {}
    for name, part in parts.items():
        digest = content(part)
        if digest is None:
            return None
        named[name] = digest
    pairs = ", ".join([f'[{encode_basestring_ascii(name)}, "{named[name]}"]' for name in sorted(named)])  # what json.dumps gives for a list of pairs
    return Identity(hashlib.sha256(f"[{FORMAT}, [{pairs}]]".encode()).hexdigest()[:40], named)


def unnameable(parts: Mapping[str, Any]) -> str:
    """The names of the parts that stand in the way of an identity, for people; "" where none does."""
    return ", ".join(name for name, part in parts.items() if content(part) is None)

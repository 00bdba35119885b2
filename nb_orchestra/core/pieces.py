"""Bytes that lie in several places: to join them would copy a large table once more."""

from __future__ import annotations

from collections.abc import Iterable

MOST_APART = 512
"""Pieces above which they are joined after all: a system call takes about a thousand."""


class Pieces:
    """Bytes in order, each piece where its owner left it; `len` is that of all. Not a sequence of its parts: `tuple(pieces)` would ask for that many."""

    __slots__ = ("_size", "parts")

    def __init__(self, parts: Iterable[bytes | memoryview]) -> None:
        found = tuple(filter(len, parts))
        self.parts = found if len(found) <= MOST_APART else (b"".join(found),)
        self._size = sum(map(len, self.parts))

    def __len__(self) -> int:
        return self._size

    def __bytes__(self) -> bytes:
        return b"".join(self.parts)

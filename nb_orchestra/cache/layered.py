"""Several stores as one: some that are only read (a bundle in use, a course's or a team's folder), looked up first, and one's own behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from nb_orchestra.core.pieces import Pieces
from nb_orchestra.protocols import Data, Store, Trimmed


class LayeredStore:
    """Fills protocols.Store. Reads go to `first` in turn, then to `own`; everything else is the business of `own` alone."""

    def __init__(self, first: Sequence[Store], own: Store) -> None:
        self.first, self.own = tuple(first), own

    @property
    def warn(self) -> Callable[[str], None]:
        """Who hears of trouble, of all of them."""
        told: Callable[[str], None] = getattr(self.own, "warn", _nobody)
        return told

    @warn.setter
    def warn(self, warn: Callable[[str], None]) -> None:
        for store in (*self.first, self.own):
            if hasattr(store, "warn"):
                store.warn = warn

    @property
    def flights(self) -> Path | None:
        """One's own."""
        return getattr(self.own, "flights", None)

    def read(self, keys: Sequence[str]) -> dict[str, Data]:
        found: dict[str, Data] = {}
        for store in (*self.first, self.own):
            wanted = [key for key in keys if key not in found]
            if wanted:
                found |= store.read(wanted)
        return found

    def write(self, items: Mapping[str, Data | Pieces]) -> None:
        self.own.write(items)

    def remove(self, keys: Iterable[str]) -> None:
        self.own.remove(keys)

    def size(self) -> int:
        return self.own.size()

    def count(self) -> int:
        return self.own.count()

    def clear(self) -> int:
        return self.own.clear()

    def trim(self, most: int) -> Trimmed:
        return self.own.trim(most)

    def close(self) -> None:
        for store in (*self.first, self.own):
            if hasattr(store, "close"):
                store.close()


def _nobody(text: str) -> None:
    """Nobody hears it."""

"""Row results in the cache, many at a time: one look for a stretch of rows, one write for those that ended within a quarter of a second.

A row at a time would cost a thread's turn each; at a kill, at most that quarter of a second of rows is done again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from nb_orchestra.cache import Memo
from nb_orchestra.core.outcome import Result

SECONDS = 0.25
MOST_HELD = 256


@dataclass(slots=True)
class RowMemo:
    """The memo as a `for_each` uses it. `memo` None: nothing is found or kept. `fresh`: nothing is found."""

    memo: Memo | None
    fresh: bool = False
    too_old: Callable[[Result], bool] = lambda result: False
    _held: dict[str, Result] = field(default_factory=dict)
    _written: float = 0.0

    async def find(self, keys: Sequence[str]) -> dict[str, Result]:
        """The kept results among these keys."""
        wanted = [key for key in keys if key]
        if self.memo is None or self.fresh or not wanted:
            return {}
        found = await self.memo.find_many(wanted)
        return {key: result for key, result in found.items() if not self.too_old(result)}

    async def keep(self, key: str, result: Result) -> None:
        """Keeps a row's result, soon."""
        if self.memo is None or not key or result.cached or result.stood_in:
            return
        self._held[key] = result
        if len(self._held) >= MOST_HELD or time.monotonic() - self._written >= SECONDS:
            await self.flush()

    async def flush(self) -> None:
        """Writes what is held."""
        self._written = time.monotonic()
        held, self._held = self._held, {}
        if self.memo is not None and held:
            await self.memo.keep_many(held)

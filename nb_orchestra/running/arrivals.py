"""What has come in and is not looked at yet. An asyncio.Queue gives one at a time; here all that came together is taken together."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TypeVar

Item = TypeVar("Item")


class Arrivals(deque[Item]):
    """A deque of one loop's thread, for one who waits."""

    _waits: asyncio.Future[None] | None = None

    def put(self, item: Item) -> None:
        self.append(item)
        if self._waits is not None and not self._waits.done():
            self._waits.set_result(None)

    async def some(self) -> None:
        """Until there is at least one."""
        while not self:
            self._waits = asyncio.get_running_loop().create_future()
            try:
                await self._waits
            finally:
                self._waits = None

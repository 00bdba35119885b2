"""Pure functions in threads of this process: pandas and numpy let go of the interpreter for their heavy work.

A thread cannot be killed. When a run is cancelled, its pure work is abandoned: the thread ends by itself and its value is dropped.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


class LocalExecutor:
    """At most one thread per core, and no fewer than two. Starts no thread before the first call."""

    def __init__(self, threads: int | None = None) -> None:
        self._threads = threads or max(2, min(8, os.cpu_count() or 2))
        self._pool: ThreadPoolExecutor | None = None

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """The function's value; its exceptions pass through."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="nb_orchestra-compute")
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)

    def close(self) -> None:
        """Takes no more work and does not wait for abandoned work."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

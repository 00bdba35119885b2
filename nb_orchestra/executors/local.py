"""Pure functions in threads of this process: pandas and numpy let go of the interpreter for their heavy work.

When a run is cancelled, its pure work is stopped where it next comes back from compiled code (nb_orchestra.threads): its value is dropped, and it keeps
no other work from starting. Slow work can be named for another process (`elsewhere`), where it is killed at once.
"""

from __future__ import annotations

import asyncio
import functools
import os
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

from nb_orchestra.core.elsewhere import Elsewhere, NotApartError
from nb_orchestra.threads import call_in_thread

Apart = Callable[[Elsewhere], Awaitable[Any]]


class LocalExecutor:
    """At most one call per core at once, and no fewer than two."""

    def __init__(self, threads: int | None = None, apart: Apart | None = None) -> None:
        """`apart` runs a function by name in a process of its own, or raises NotApartError, and the call is made here."""
        self._apart = apart
        self._threads = threads or max(2, min(8, os.cpu_count() or 2))
        self._free: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = weakref.WeakKeyDictionary()

    async def run(self, function: Callable[..., Any], *arguments: Any, elsewhere: Elsewhere | None = None) -> Any:
        """The function's value; its exceptions pass through."""
        free = self._free.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self._threads))
        async with free:
            if elsewhere is not None and self._apart is not None:
                try:
                    return await self._apart(elsewhere)
                except NotApartError as why:
                    elsewhere.stays(why)
            return await call_in_thread(functools.partial(function, *arguments), elsewhere.name if elsewhere else _name(function, arguments), pure=True)

    def close(self) -> None:
        """Holds nothing: abandoned work ends by itself."""


def _name(function: Callable[..., Any], arguments: tuple[Any, ...]) -> str:
    """A recipe by its name, which is its first argument; any other function by its own."""
    return str(arguments[0]) if arguments and isinstance(arguments[0], str) else str(getattr(function, "__name__", "function"))

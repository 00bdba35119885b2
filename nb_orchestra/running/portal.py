"""The background loop: one per process, new after a fork. Every run lives there, so a busy cell cannot stop it.

A caller on any other thread waits in short turns, so that an interrupt is seen within a tenth of a second.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Value = TypeVar("Value")
TURN_SECONDS = 0.1
IDLE_TURN_SECONDS = 1.0 if sys.platform == "linux" else TURN_SECONDS
"""A turn in which nothing is done. Where a signal wakes a thread that waits for a lock, it need not be short."""


class Portal:
    """An asyncio loop in a daemon thread. Starts no work by itself."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="nb_orchestra", daemon=True)
        self._thread.start()

    def start(self, work: Coroutine[Any, Any, Value]) -> concurrent.futures.Future[Value]:
        """Starts a coroutine on the loop; from any thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call(self, function: Callable[..., object], *arguments: Any) -> None:
        """Calls a plain function on the loop's thread, soon."""
        self._loop.call_soon_threadsafe(function, *arguments)

    @property
    def here(self) -> bool:
        """True on the portal's own thread, where waiting for it would never end."""
        return threading.current_thread() is self._thread


_portal: Portal | None = None
_lock = threading.Lock()


def portal() -> Portal:
    """This process's portal, made at first use."""
    global _portal
    with _lock:
        if _portal is None:
            _portal = Portal()
        return _portal


def _forget_after_fork() -> None:
    global _portal, _lock
    _portal, _lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)


def _nothing() -> None:
    """What is done between two turns where nothing is to be done."""


def wait(future: concurrent.futures.Future[Value], each_turn: Callable[[], None] = _nothing) -> Value:
    """Waits for a future in short turns, calling `each_turn` between them. KeyboardInterrupt passes through at once."""
    turn = IDLE_TURN_SECONDS if each_turn is _nothing else TURN_SECONDS
    while True:
        try:
            value = future.result(timeout=turn)
        except concurrent.futures.TimeoutError:
            if future.done():
                raise
            each_turn()
            continue
        each_turn()
        return value


async def await_turns(future: concurrent.futures.Future[Value], each_turn: Callable[[], None] = _nothing) -> Value:
    """The same from inside any running loop. A bare `await` would not see an interrupt until the loop wakes."""
    waiting = asyncio.wrap_future(future)
    while not waiting.done():
        await asyncio.wait({waiting}, timeout=TURN_SECONDS)
        each_turn()
    return waiting.result()

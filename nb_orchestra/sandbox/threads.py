"""A thread for one call, awaited: it ends with the call, so that none is left, and none is waited for in a pool."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


async def in_a_thread(function: Callable[[], Value], cancel: Callable[[], None]) -> Value:
    """What `function` gives. Where the waiting is cancelled, `cancel` is called, and the thread's end awaited, before the cancellation goes on."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Value] = loop.create_future()

    def call() -> None:
        try:
            value = function()
        except BaseException as error:
            _tell(loop, done.set_exception, error)
        else:
            _tell(loop, done.set_result, value)

    thread = threading.Thread(target=call, name="nb_orchestra sandbox job", daemon=True)
    thread.start()
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        cancel()
        await _settled(done)
        raise
    finally:
        if done.done():
            thread.join()  # it has said its last word


def _tell(loop: asyncio.AbstractEventLoop, say: Callable[..., None], word: object) -> None:
    try:
        loop.call_soon_threadsafe(say, word)
    except RuntimeError:
        return  # the loop was closed meanwhile: nobody waits


async def _settled(done: asyncio.Future[Value]) -> None:
    """Waits for the end also where the cancelling is repeated."""
    while not done.done():
        try:
            await asyncio.wait({done})
        except asyncio.CancelledError:
            continue
    done.exception()

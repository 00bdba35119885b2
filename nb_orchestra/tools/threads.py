"""A thread for each call of a plain function.

Not a pool: a tool may wait for a person, a server or a run of its own, and one that hangs is abandoned, so no number of them may
keep the others from starting. The threads are daemons: a tool that hangs does not keep the process from ending. How many run at once
is the runner's business.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections.abc import Callable
from typing import Any


async def in_thread(function: Callable[..., Any], **arguments: Any) -> Any:
    """The function's value, made in a thread of its own with this context's variables; what it raises comes through."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()
    context = contextvars.copy_context()

    def settle(value: Any, error: BaseException | None) -> None:
        if future.cancelled():
            return
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(RuntimeError(f"{type(error).__name__} left the function") if isinstance(error, StopIteration) else error)

    def work() -> None:
        value, failed = None, None
        try:
            value = context.run(function, **arguments)
        except BaseException as error:  # carried to whoever waits
            failed = error
        with contextlib.suppress(RuntimeError):  # the loop may have ended meanwhile
            loop.call_soon_threadsafe(settle, value, failed)

    threading.Thread(target=work, name=f"nb_orchestra tool {getattr(function, '__name__', '')}", daemon=True).start()
    return await future

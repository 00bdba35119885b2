"""A thread for each call of a plain function, and a list of those that nobody waits for any more.

Not a pool: a tool may wait for a person, a server or a run of its own, and one that hangs is abandoned, so no number of them may
keep the others from starting. The threads are daemons: a tool that hangs does not keep the process from ending. How many run at once
is the runner's business. Nobody can kill a thread: one whose waiting was cancelled goes on until its function ends, its value is dropped,
and until then it is named here. Pure work is stopped: `Stopped` is raised in it, as Ctrl-C is in the main thread, where it comes back from
the compiled call that it is in. Work with effects is never stopped half done.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import ctypes
import functools
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

STOP_AGAIN_SECONDS = 0.5
_left: dict[threading.Thread, Abandoned] = {}
_lock = threading.Lock()


class Stopped(BaseException):
    """Raised in pure work that nobody waits for."""


@dataclass(frozen=True, slots=True)
class Abandoned:
    """A function that still runs though nobody waits for it. `since`: on time.monotonic's clock."""

    name: str
    since: float


def abandoned(since: float = 0.0) -> tuple[Abandoned, ...]:
    """What runs on at this moment, oldest first; of those left at `since` or later."""
    with _lock:
        return tuple(item for thread, item in _left.items() if thread.is_alive() and item.since >= since)


async def in_thread(function: Callable[..., Any], /, **arguments: Any) -> Any:
    """The function's value, made in a thread of its own with this context's variables; what it raises comes through."""
    return await call_in_thread(functools.partial(function, **arguments), str(getattr(function, "__name__", type(function).__name__)))


async def call_in_thread(call: Callable[[], Any], name: str, *, pure: bool = False, ends: bool = False) -> Any:
    """The same for what is ready to be called. `name` is what people know it by; `pure`: it is stopped when nobody waits any more; `ends`: it ends at once
    when whoever waited tells it so (a process is killed), and is nothing that runs on.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()
    context = contextvars.copy_context()

    def settle(value: Any, error: BaseException | None) -> None:
        if future.cancelled():
            return
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(_passable(error))

    def work() -> None:
        value, failed = None, None
        try:
            value = context.run(call)
        except BaseException as error:  # carried to whoever waits
            failed = error
        _say_ended(ended)
        with contextlib.suppress(RuntimeError):  # the loop may have ended meanwhile
            loop.call_soon_threadsafe(settle, value, failed)

    ended = threading.Event()
    thread = threading.Thread(target=_quietly, args=(work,), name=f"nb_orchestra {name}", daemon=True)
    thread.start()
    try:
        return await future
    except asyncio.CancelledError:
        with _lock:
            if not ended.is_set() and not ends:
                _left[thread] = Abandoned(name, time.monotonic())
        if pure:
            _stop(loop, thread, ended)
        raise


def _passable(error: BaseException) -> Exception:
    """Exceptions pass as they are. What ends a loop, a task or a generator, raised by a tool (`sys.exit`), would end ours: the portal with all its runs."""
    passes = isinstance(error, Exception) and not isinstance(error, StopIteration | StopAsyncIteration)
    return error if passes else RuntimeError(f"{type(error).__name__} left the function{f': {error}' if str(error) else ''}")  # type: ignore[return-value]


def _quietly(work: Callable[[], None]) -> None:
    with contextlib.suppress(Stopped):  # too late: the work had ended
        work()


def _say_ended(ended: threading.Event) -> None:
    """From here on the thread is not stopped; a stop that was on its way may arrive in the middle of this."""
    while not ended.is_set():
        with contextlib.suppress(Stopped), _lock:
            _left.pop(threading.current_thread(), None)
            ended.set()


def _imports(ident: int) -> bool:
    """A library whose import is broken off stays half loaded, for the whole kernel: a thread that imports is stopped afterwards."""
    frame = sys._current_frames().get(ident)
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _stop(loop: asyncio.AbstractEventLoop, thread: threading.Thread, ended: threading.Event) -> None:
    """Again and again while the loop runs: where Python is called from C (a callback, a finalizer), an exception is printed and lost."""
    raising = getattr(getattr(ctypes, "pythonapi", None), "PyThreadState_SetAsyncExc", None)  # CPython's
    with _lock:
        if ended.is_set() or raising is None or thread.ident is None:
            return
        if not _imports(thread.ident):
            raising(ctypes.c_ulong(thread.ident), ctypes.py_object(Stopped))
    with contextlib.suppress(RuntimeError):  # the loop was closed
        loop.call_later(STOP_AGAIN_SECONDS, _stop, loop, thread, ended)

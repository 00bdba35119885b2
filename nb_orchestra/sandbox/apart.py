"""Our own pure functions on large tables, and a person's pure tools, in a process that can be killed: a fork of the warm process, Arrow in and out, no fence.

Only functions of this package are named here, never a text of a plan. NotApartError tells that it did not happen (the values cannot be carried, no
process can be had, the function raised): whoever called then computes in its own process, and meets the error there. What is printed there is
printed here when it ended, however it did.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

from nb_orchestra.core.elsewhere import Elsewhere, NotApartError
from nb_orchestra.sandbox import carrying, folders
from nb_orchestra.sandbox.jobs import Handle, printed_in, raised_in, value_in, wait
from nb_orchestra.sandbox.limits import NO_LIMITS, THREADS
from nb_orchestra.sandbox.places import size_of
from nb_orchestra.sandbox.starting import Ended, LostError
from nb_orchestra.sandbox.warm import Warm, warm
from nb_orchestra.sandbox.wording import crashed
from nb_orchestra.threads import call_in_thread

COPIES = 3
"""Of the inputs that may stand in the folder: the inputs themselves, and a result of twice their size."""


async def acall(work: Elsewhere) -> Any:
    """`call` for coroutines: cancelling kills the process and does not wait for that."""
    handle = Handle()
    try:
        return await call_in_thread(lambda: call(work, handle), work.name, ends=True)
    except asyncio.CancelledError:
        handle.cancel()
        raise


def call(work: Elsewhere, handle: Handle) -> Any:
    """What `work.back` makes of what the function gives, or of a Failure where its process crashed. Blocks; `handle.cancel()` kills it."""
    return work.back(_answered(work, handle))


def _answered(work: Elsewhere, handle: Handle) -> Any:
    try:
        process = warm()
        if not isinstance(process, Warm):
            raise NotApartError("no process can be forked here")
        return _call(process, work, handle)
    except (LostError, OSError, TimeoutError, TypeError, ValueError, RecursionError) as error:
        raise NotApartError(str(error)) from error


def _call(process: Warm, work: Elsewhere, handle: Handle) -> Any:
    if handle.cancelled:
        raise NotApartError("cancelled")
    arguments = work.arguments()
    folder = process.places.folder(COPIES * size_of(arguments))
    try:
        carrying.leave(folder, "inputs", {**arguments, "threads": _threads()})
        if handle.cancelled:
            raise NotApartError("cancelled")
        ended = wait(process, lambda number: process.submit_own(number, folder, work.function, work.load), handle)
        (folder / "inputs.arrow").unlink()  # in memory, it would be there beside the result
        print(printed_in(folder, NO_LIMITS), end="", flush=True)
        return _outcome(folder, ended)
    finally:
        folders.remove_soon(folder)


def _outcome(folder: Any, ended: Ended) -> Any:
    if ended.stopped:
        raise NotApartError(ended.stopped)
    if ended.code != 0:
        return crashed(ended.code, NO_LIMITS, "", "isolated")
    if (raised := raised_in(folder)) is not None:
        raise NotApartError(raised[1], lasting=True)
    return value_in(folder, NO_LIMITS)


def _threads() -> int:
    """As many as libraries would use here."""
    told = next((os.environ[name] for name in THREADS if os.environ.get(name, "").isdigit()), "")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, int(told or cores))

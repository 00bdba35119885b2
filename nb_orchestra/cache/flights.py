"""Equal work that two processes ask for at once is done by one of them: a lock of the operating system, which dies with who holds it.

One file per job under way, beside the cache's own, taken away by who held it. Where there are no such locks (Windows, network shares, a cache that is
not on disk) each process does its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

LOOK_AGAIN = 0.05
"""Seconds between two tries: waiting blocks no thread, and can be cancelled."""


@asynccontextmanager
async def alone(folder: Path | None, key: str, waits: Callable[[], None]) -> AsyncIterator[bool]:
    """While this is open nobody else does the job of this key. Gives whether another one was waited for (`waits` is called then, once): look again whether
    its value is kept. A disk that refuses is no reason to wait."""
    waited, path = False, folder / hashlib.sha256(key.encode()).hexdigest()[:40] if folder is not None else None
    file = _taken(path) if path is not None else None
    while file == BUSY:
        if not waited:
            waits()
        waited = True
        await asyncio.sleep(LOOK_AGAIN)
        file = _taken(path) if path is not None else None
    try:
        yield waited
    finally:
        if file is not None and path is not None:
            with contextlib.suppress(OSError):
                path.unlink()
            os.close(file)


BUSY = -1


def _taken(path: Path) -> int | None:
    """The open file, locked and still in its place; BUSY where another one has it; None where there can be no lock."""
    if sys.platform == "win32":
        return None
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        here = os.fstat(file).st_ino == os.stat(path).st_ino  # else who held it took the file away meanwhile
    except BlockingIOError:
        here = False
    except FileNotFoundError:
        here = False
    except OSError:  # a file system without locks
        os.close(file)
        return None
    if not here:
        os.close(file)
    return file if here else BUSY

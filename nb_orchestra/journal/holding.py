"""Who is writing a file: an OS lock on the file itself, which dies with its process. Where the system has none, everybody may."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl


def hold(file: int) -> bool:
    """Takes an open file for this process until it is closed; False where another one has it."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def is_held(path: Path) -> bool:
    """Is somebody writing this file now?"""
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not hold(file)
    finally:
        os.close(file)

"""The folder of a job: its files are opened as if an enemy had made them, and it is removed whatever is in it."""

from __future__ import annotations

import os
import shutil
import stat
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

_SAFE = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


MOST_COUNTED = 100_000
PATIENCE = 0.5


def read(path: Path, most: int, cut: bool = False) -> np.ndarray[Any, Any]:
    """A regular file's bytes in memory that may be written. ValueError for a link, a pipe, a device, or more than `most` bytes.

    `cut`: of a longer file only the first `most` bytes. FileNotFoundError where there is none.
    The file is copied, never mapped: what shortens a mapped file kills whoever reads it.
    """
    try:
        file = os.open(path, _SAFE)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ValueError(f"{path.name} is not a plain file") from error
    try:
        return _content(file, path.name, most, cut)
    finally:
        os.close(file)


def _content(file: int, name: str, most: int, cut: bool) -> np.ndarray[Any, Any]:
    state = os.fstat(file)
    if not stat.S_ISREG(state.st_mode) or state.st_nlink != 1:
        raise ValueError(f"{name} is not a plain file")
    size = min(state.st_size, most) if cut else state.st_size
    if size > most:
        raise ValueError(f"{name} has {state.st_size >> 20:,} MB, more than {most >> 20:,} MB")
    memory = np.empty(size, np.uint8)
    with os.fdopen(file, "rb", buffering=0, closefd=False) as source:
        filled = 0
        while filled < size and (got := source.readinto(memory.data[filled:])):
            filled += got
    if filled != size:
        raise ValueError(f"{name} was cut short")
    return memory


_cleaning: set[threading.Thread] = set()


def remove_soon(folder: Path) -> None:
    """Removes a folder; where that takes long (code may leave thousands of folders), the rest is done by a thread, and nobody waits for it."""
    if remove(folder, PATIENCE):
        return
    thread = threading.Thread(target=_clean, args=(folder,), name="nb_orchestra sandbox cleaning", daemon=True)
    _cleaning.add(thread)
    thread.start()


def _clean(folder: Path) -> None:
    remove(folder)
    _cleaning.discard(threading.current_thread())


def wait_until_removed() -> None:
    """Waits for such threads."""
    for thread in list(_cleaning):
        thread.join()


def remove(folder: Path, patience: float = float("inf")) -> bool:
    """Removes a folder with all that is in it, however deep: no recursion, no long paths, no links followed. Never raises.

    False where `patience` seconds were not enough.
    """
    if os.unlink not in os.supports_dir_fd or os.scandir not in os.supports_fd:
        shutil.rmtree(folder, ignore_errors=True)
        return True
    try:
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            whole = _empty(top, time.monotonic() + patience)
        finally:
            os.close(top)
        if whole:
            os.rmdir(folder)
    except OSError:
        return True
    return whole


def _empty(top: int, ends: float) -> bool:
    """Folders below are emptied by moving what they hold up to the top, level by level. False where that took too long."""
    number, mark = 0, os.urandom(8).hex()
    while names := os.listdir(top):
        for name in names:
            if not _unlink(name, top):
                number = _lift(name, top, number, mark)
            if time.monotonic() > ends:
                return False
    return True


def _unlink(name: str, place: int) -> bool:
    try:
        os.unlink(name, dir_fd=place)
    except (IsADirectoryError, PermissionError):
        return False
    return True


def _lift(name: str, top: int, number: int, mark: str) -> int:
    os.chmod(name, 0o700, dir_fd=top)
    below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
    try:
        for each in os.listdir(below):
            if not _unlink(each, below):
                number += 1
                os.chmod(each, 0o700, dir_fd=below)  # a folder that may not be written to may not be moved either
                os.rename(each, f"{number}.{mark}", src_dir_fd=below, dst_dir_fd=top)
    finally:
        os.close(below)
    os.rmdir(name, dir_fd=top)
    return number


def used(folder: Path, pid: int) -> tuple[int, int]:
    """Bytes and entries below a folder, with files that the process removed but holds open."""
    size = entries = 0
    waiting = [str(folder)]
    while waiting and entries < MOST_COUNTED:
        try:
            more, found, below = _listed(waiting.pop())
        except FileNotFoundError:
            continue
        except OSError:
            return size, MOST_COUNTED  # a path too long to name, or one that may not be read
        size, entries = size + more, entries + found
        waiting += below
    return size + (_removed(pid) if pid else 0), entries


def _listed(folder: str) -> tuple[int, int, list[str]]:
    """Bytes and entries of one folder, and the folders in it."""
    size, entries = 0, 0
    below: list[str] = []
    with os.scandir(folder) as found:
        for entry in found:
            entries += 1
            size += entry.stat(follow_symlinks=False).st_blocks * 512
            if entry.is_dir(follow_symlinks=False):
                below.append(entry.path)
            if entries >= MOST_COUNTED:
                break
    return size, entries, below


def _removed(pid: int) -> int:
    size = 0
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            state = os.stat(f"/proc/{pid}/fd/{name}")
            size += state.st_blocks * 512 if state.st_nlink == 0 else 0
    except OSError:
        return size
    return size

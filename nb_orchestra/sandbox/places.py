"""Where the folders of jobs stand: on a file system in memory where there is plenty of it, else beside other temporary files.

In memory a folder is made and removed in microseconds and a table written at memory speed; on a disk that takes milliseconds and five times as long.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from nb_orchestra.sandbox import folders

MEMORY = Path("/dev/shm")
SETTLED = 60.0
"""Seconds after which a folder without a claim is nobody's: one that was made just now may be about to be claimed."""
_PREFIX = "nb-orchestra-"
_CGROUPS = (("memory.max", "memory.current"), ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"))


class Places:
    """The folders of one warm process, all of them of one name below them per job."""

    def __init__(self) -> None:
        self.disk = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self.memory, self._claim = _in_memory()

    @property
    def all(self) -> tuple[Path, ...]:
        return (self.disk, self.memory) if self.memory else (self.disk,)

    def folder(self, needed: float) -> Path:
        """A new folder for one job that may take `needed` bytes. In memory where twice as much is free."""
        place = self.memory if self.memory and 2 * needed <= spare_memory() else self.disk
        folder = place / f"job-{os.urandom(8).hex()}"
        folder.mkdir(0o700)
        return folder

    def jobs(self) -> list[Path]:
        """The folders of jobs that stand at this moment."""
        return [folder for place in self.all for folder in place.glob("job-*")]

    def remove(self) -> None:
        for place in self.all:
            folders.remove(place)
        if self._claim is not None:
            os.close(self._claim)
            self._claim = None


def _in_memory() -> tuple[Path | None, int | None]:
    """A new folder in memory, and a handle that claims it as long as this process lives; folders that nobody claims are removed first."""
    try:
        for left in MEMORY.glob(f"{_PREFIX}*"):
            _sweep(left)
        place = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=MEMORY))
        return place, _claimed(place)
    except (OSError, ImportError):
        return None, None


def _claimed(place: Path) -> int:
    """OSError where another process claims it."""
    import fcntl

    handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def _sweep(left: Path) -> None:
    """What a kernel that was killed together with its warm process left would take up memory until the machine is restarted."""
    with suppress(OSError):
        if left.stat().st_uid != os.getuid() or time.time() - left.stat().st_mtime < SETTLED:
            return
        handle = _claimed(left)
        folders.remove(left)
        os.close(handle)


def spare_memory() -> int:
    """Bytes that the file system, the machine and the container have left; 0 where nobody tells."""
    return max(0, min(_left(), default=0))


def _left() -> Iterator[int]:
    with suppress(OSError):
        state = os.statvfs(MEMORY)
        yield state.f_bavail * state.f_frsize
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        yield next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable")) * 1024
    except (OSError, StopIteration, ValueError):
        yield 0
    for most, used in _CGROUPS:
        with suppress(OSError, ValueError):  # no such limit, or "max"
            yield int(Path("/sys/fs/cgroup", most).read_text()) - int(Path("/sys/fs/cgroup", used).read_text())


def size_of(value: Any) -> int:
    """About how many bytes a value takes in a folder; objects at a few bytes each."""
    if isinstance(value, Mapping):
        return sum(map(size_of, value.values()))
    usage = getattr(value, "memory_usage", None)
    if callable(usage):
        found = usage()
        return int(found if isinstance(found, int) else found.sum())
    return int(getattr(value, "nbytes", 0)) or (len(value) if isinstance(value, str | bytes | list) else 0)

"""A folder of diskcache, opened so that nothing in it can hurt: looked at first, moved aside when foreign or damaged, bytes only.

diskcache's own ways that are never used here: pickling (keys and values), its eviction, iteration, `Lock`, `incr`, `memoize`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import diskcache

from nb_orchestra.cache.envelope import Sealed
from nb_orchestra.cache.safe_disk import SafeDisk
from nb_orchestra.cache.vetting import complaint
from nb_orchestra.protocols import Data, Trimmed

BUSY_SECONDS = 20
NOTHING_EVICTED = {"eviction_policy": "none", "size_limit": 1 << 50, "cull_limit": 0, "statistics": 0}
"""Given at every opening: any other opener of the folder may have changed what is kept there."""
READ_ONLY = ("mode=ro", "mode=ro&immutable=1")
"""Plain read-only sees what other processes write; immutable also works where not even a lock can be made."""
ORPHAN_SECONDS = 3600
LONG = 32 << 10
"""Bytes from which an entry lies in a file of its own."""
_PUT_SHORT = (
    "INSERT INTO Cache (key, raw, store_time, access_time, access_count, size, mode, value) VALUES (?, 1, ?, ?, 0, 0, 1, ?) ON CONFLICT (key, raw) "
    "DO UPDATE SET store_time = excluded.store_time, expire_time = NULL, access_time = excluded.access_time, access_count = 0, tag = NULL, "
    "size = 0, mode = 1, value = excluded.value WHERE filename IS NULL"
)
"""What diskcache says in two statements an entry, for all at once; entries that have a file (or are to have one) are left to it."""


class Shelf:
    """One open folder: read and write, or read only. Raises what sqlite and the disk raise; the store above turns that into warnings."""

    def __init__(self, folder: Path, cache: Any, reader: sqlite3.Connection | None = None) -> None:
        self.folder = folder
        self._cache = cache
        self._reader = reader
        self._disk = SafeDisk(str(folder))
        self._disk.mapped = False
        self._swept = False

    @classmethod
    def opened(cls, folder: Path, warn: Callable[[str], None]) -> Shelf:
        """OSError or sqlite3.Error where it can be opened in no way."""
        try:
            _own(folder)
        except OSError as error:
            return cls._for_reading(folder, warn, error)
        reason = complaint(folder)
        if reason:
            _move_aside(folder, reason, warn)
        try:
            return cls(folder, _writable(folder))
        except sqlite3.OperationalError as error:
            return cls._for_reading(folder, warn, error)
        except sqlite3.DatabaseError as error:
            _move_aside(folder, str(error), warn)
            return cls(folder, _writable(folder))

    @classmethod
    def reading(cls, folder: Path) -> Shelf:
        """Another's folder, never changed. OSError or sqlite3.Error where there is none that may be read."""
        modes = _quiet_modes(folder)
        reason = complaint(folder, modes[0])
        if reason:
            raise OSError(f"it is damaged or not ours: {reason}")
        return cls._for_reading(folder, lambda text: None, FileNotFoundError(f"there is no cache in {folder.parent}"), modes)

    @classmethod
    def _for_reading(cls, folder: Path, warn: Callable[[str], None], why: Exception, modes: Sequence[str] = READ_ONLY) -> Shelf:
        for mode in modes:
            try:
                reader = sqlite3.connect(f"{(folder / 'cache.db').absolute().as_uri()}?{mode}", uri=True, check_same_thread=False, timeout=5)
                reader.execute("SELECT count(*) FROM Cache").fetchone()
            except sqlite3.Error:
                continue
            warn(f"the cache is read-only, new results are not kept on disk ({why})")
            return cls(folder, None, reader)
        raise why

    def get(self, key: str) -> Data | None:
        if self._cache is not None:
            found: Data | None = self._cache.get(key)
            return found
        assert self._reader is not None
        row = self._reader.execute("SELECT mode, filename, value FROM Cache WHERE key = ? AND raw = 1", (key,)).fetchone()
        return self._disk.fetch(row[0], row[1], row[2], False) if row else None

    def put(self, items: Mapping[str, Sealed]) -> bool:
        """All or nothing, in one transaction; False where the folder is read-only."""
        if self._cache is None:
            return False
        with self._cache.transact():
            now = time.time()
            short = [(key, now, now, bytes(envelope)) for key, envelope in items.items() if len(envelope) < LONG]
            put = self._cache._con.executemany(_PUT_SHORT, short).rowcount if short else 0
            rest = items if put < len(short) else {key: envelope for key, envelope in items.items() if len(envelope) >= LONG}
            for key, envelope in rest.items():
                self._cache.set(key, envelope)
        return True

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys if self._cache is not None else ():
            self._cache.delete(key)

    def size(self) -> int:
        """Bytes in the folder, whatever lies there."""
        return sum(entry.stat().st_size for entry in self.folder.rglob("*") if entry.is_file() and not entry.is_symlink())

    def count(self) -> int:
        """Entries."""
        return len(self._cache) if self._cache is not None else 0

    def clear(self) -> int:
        return int(self._cache.clear()) if self._cache is not None else 0

    def trim(self, most: int) -> Trimmed:
        """The oldest entries first; files that no entry names (left by killed processes) go too, once in a process. Looks at no entry while there is room."""
        if self._cache is None:
            return Trimmed(0, 0)
        if not self._swept:
            self._sweep()
            self._swept = True
        if self._cache.volume() <= most:
            return Trimmed(0, 0)
        oldest = self._oldest()
        over, gone, freed = sum(size for _, size in oldest) - most, 0, 0
        for key, size in oldest:
            if freed >= over:
                break
            gone, freed = gone + bool(self._cache.delete(key)), freed + size
        return Trimmed(gone, freed)

    def replaced(self, reason: str, warn: Callable[[str], None]) -> Shelf:
        """A new folder in this one's place; this one is moved aside."""
        self.close()
        _move_aside(self.folder, reason, warn)
        return Shelf.opened(self.folder, warn)

    def close(self) -> None:
        if self._cache is not None:
            self._cache.close()
        if self._reader is not None:
            self._reader.close()

    def _oldest(self) -> list[tuple[str, int]]:
        rows = self._listed("SELECT key, max(size, coalesce(length(value), 0)) FROM Cache WHERE raw = 1 ORDER BY store_time")
        return [(key, int(size)) for key, size in rows if isinstance(key, str)]

    def _sweep(self) -> None:
        named = {name for (name,) in self._listed("SELECT filename FROM Cache WHERE filename IS NOT NULL")}
        for file in self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*.val*"):
            if str(file.relative_to(self.folder)) not in named and time.time() - file.lstat().st_mtime > ORPHAN_SECONDS:
                file.unlink(missing_ok=True)

    def _listed(self, query: str) -> list[Any]:
        with contextlib.closing(sqlite3.connect(self.folder / "cache.db", timeout=BUSY_SECONDS)) as connection:
            return connection.execute(query).fetchall()


def _quiet_modes(folder: Path) -> Sequence[str]:
    """How to read a folder and leave no trace: sqlite makes files of its own beside a database that somebody may be writing, and only then needs them."""
    log = folder / "cache.db-wal"
    in_use = log.exists() and log.stat().st_size > 0
    return READ_ONLY if in_use else READ_ONLY[::-1]


def _own(folder: Path) -> None:
    """The folder, for this person alone. OSError where it cannot be made or is another person's."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = folder.stat()
    mine = getattr(os, "geteuid", lambda: about.st_uid)()
    if about.st_uid != mine and mine != 0:
        raise PermissionError(f"{folder.name} belongs to another user")
    if about.st_mode & 0o077 and about.st_uid == mine:
        folder.chmod(about.st_mode & 0o700)


def _writable(folder: Path) -> Any:
    cache = diskcache.Cache(str(folder), disk=SafeDisk, timeout=BUSY_SECONDS, disk_min_file_size=LONG, **NOTHING_EVICTED)
    cache.close()  # this thread's connection; each thread that uses the cache gets its own
    if Path(cache.directory) != folder:  # diskcache expands $NAMES in a path; then it is not the folder that was looked at
        raise OSError("a cache folder with $ in its path cannot be used")
    return cache


def _move_aside(folder: Path, reason: str, warn: Callable[[str], None]) -> None:
    """Never deleted: it may be somebody's. OSError where it cannot be moved."""
    aside = folder.with_name(f"{folder.name}.aside-{time.time_ns()}")
    shutil.move(folder, aside)
    folder.mkdir(mode=0o700)
    warn(f"the cache was damaged or not ours ({reason}); it is now {aside.name} and a new one was begun")

"""A folder with one file per entry, for network shares: written beside its place and renamed into it, so that any number of machines may do so at once.

Offers what Shelf offers. Two that write one entry at once write the same bytes; the last rename stays.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from nb_orchestra.cache.envelope import Sealed
from nb_orchestra.cache.safe_disk import LARGEST
from nb_orchestra.protocols import Trimmed

ORPHAN_SECONDS = 3600
TRIES = 5
_READING = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class FileShelf:
    """Raises what the disk raises; the store above turns that into a warning. `writable` False: never writes, makes no folder."""

    def __init__(self, folder: Path, writable: bool = True) -> None:
        self.folder = folder
        self._writable = writable

    @classmethod
    def opened(cls, folder: Path, warn: Callable[[str], None]) -> FileShelf:
        """A folder for this person alone. Where nothing can be written the shelf is read only, with one warning; OSError where it is not even there."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            probe = folder / f".{secrets.token_hex(8)}.part"
            probe.touch()
            probe.unlink()
        except OSError as error:
            if not folder.is_dir():
                raise
            warn(f"the cache is read-only, new results are not kept on disk ({error})")
            return cls(folder, writable=False)
        return cls(folder)

    def get(self, key: str) -> bytes | None:
        """A file that another machine replaced while it was opened or read is opened again; one that is replaced all the time is not there yet."""
        for _ in range(TRIES):
            try:
                return self._read(self._path(key))
            except OSError as error:
                if error.errno != getattr(errno, "ESTALE", None):
                    raise
        return None

    def put(self, items: Mapping[str, Sealed]) -> bool:
        """Each entry whole or not at all; False where the shelf is read only."""
        for key, envelope in items.items() if self._writable else ():
            path = self._path(key)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            temporary = path.with_name(f"{path.name}.{secrets.token_hex(6)}.part")
            try:
                with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.writelines(envelope.parts)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, path)
            except OSError:
                temporary.unlink(missing_ok=True)
                raise
        return self._writable

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys if self._writable else ():
            self._path(key).unlink(missing_ok=True)

    def size(self) -> int:
        """Bytes of all entries."""
        return sum(about.st_size for _, about in self._entries())

    def count(self) -> int:
        """Entries."""
        return sum(1 for _ in self._entries())

    def clear(self) -> int:
        """Removes every entry; gives their number."""
        gone = 0
        for path, _ in list(self._entries()) if self._writable else ():
            path.unlink(missing_ok=True)
            gone += 1
        return gone

    def trim(self, most: int) -> Trimmed:
        """The oldest entries first; what a killed process left half written goes too."""
        if not self._writable:
            return Trimmed(0, 0)
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*.part"):
            with contextlib.suppress(OSError):
                if time.time() - path.lstat().st_mtime > ORPHAN_SECONDS:
                    path.unlink()
        entries = sorted(self._entries(), key=lambda entry: entry[1].st_mtime)
        over, gone, freed = sum(about.st_size for _, about in entries) - most, 0, 0
        for path, about in entries:
            if freed >= over:
                break
            path.unlink(missing_ok=True)
            gone, freed = gone + 1, freed + about.st_size
        return Trimmed(gone, freed)

    def replaced(self, reason: str, warn: Callable[[str], None]) -> FileShelf:
        """There is nothing to begin anew: a damaged file is one entry."""
        return self

    def close(self) -> None:
        """Nothing is held open."""

    def _path(self, key: str) -> Path:
        """By the key's digest: keys hold characters that some servers refuse."""
        name = hashlib.sha256(key.encode()).hexdigest()
        return self.folder / name[:2] / f"{name[2:42]}.val"

    def _read(self, path: Path) -> bytes | None:
        """Links and pipes are not followed: they were not put there by us."""
        try:
            opened = os.open(path, _READING)
        except FileNotFoundError:
            return None
        with os.fdopen(opened, "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST:
                raise OSError("not a file of ours")
            return file.read()

    def _entries(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*.val"):
            with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                yield path, path.lstat()

"""diskcache's file layer, for bytes only. No pickle is ever read or written (CVE-2025-69872), no file outside the folder is touched."""

from __future__ import annotations

import mmap
import os
import re
import sqlite3
import stat
import sys
from typing import Any

import diskcache
from diskcache.core import MODE_BINARY, MODE_RAW, UNKNOWN

from nb_orchestra.cache.envelope import Sealed
from nb_orchestra.protocols import Data

LARGEST = 4 << 30
MAPPED = 1 << 20
"""Bytes from which a file is mapped into memory instead of copied. Not on Windows, where nobody can remove a file that is mapped."""
FILE = re.compile(r"[0-9a-f]{2}[/\\][0-9a-f]{2}[/\\][0-9a-f]{28}\.val\Z")


class StrangeEntryError(OSError):
    """A row that we would not have written. An OSError, because diskcache turns one into a miss."""


class SafeDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache has no types
    """Keys are str, values `Sealed`; each value is in the row or in one file of ours, written whole or not at all.

    `mapped`: a large file is given as a private map of it: others may rename and remove the file, but must not write into it. Not for another's folder.
    """

    mapped = sys.platform != "win32"

    def put(self, key: Any) -> tuple[str, bool]:
        if type(key) is not str:
            raise TypeError("keys are texts")
        return key, True

    def get(self, key: Any, raw: Any) -> str:
        if not raw or type(key) is not str:
            raise StrangeEntryError("a key that is no text")
        return key

    def store(self, value: Any, read: bool, key: Any = UNKNOWN) -> tuple[int, int, str | None, Any]:
        if type(value) is not Sealed or read:
            raise TypeError("values are sealed bytes")
        if len(value) < self.min_file_size:
            return 0, MODE_RAW, None, sqlite3.Binary(bytes(value))
        name, path = self.filename(key, value)
        self._write_file(path, value)
        return len(value), MODE_BINARY, name, None

    def fetch(self, mode: Any, filename: Any, value: Any, read: bool) -> Data:
        if mode == MODE_RAW and type(value) is bytes and not read:
            return value
        if mode == MODE_BINARY and type(filename) is str and FILE.match(filename) and not read:
            return self._read_file(os.path.join(self._directory, filename))
        raise StrangeEntryError("a row of a foreign kind")

    def remove(self, file_path: Any) -> None:
        if type(file_path) is str and FILE.match(file_path):
            super().remove(file_path)

    def _write_file(self, path: str, value: Sealed) -> None:
        """By a temporary file, so that a name never stands for half a value, also after a crash."""
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        temporary = f"{path}.tmp"
        try:
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.writelines(value.parts)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except OSError:
            for name in (temporary, path):
                if os.path.lexists(name):
                    os.unlink(name)
            raise

    def _read_file(self, path: str) -> Data:
        """Links and pipes are not followed: they were not put there by us."""
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST:
                raise StrangeEntryError("not a file of ours")
            if about.st_size < MAPPED:
                return file.read()
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) if self.mapped else file.read())

"""The journal on disk: one JSON line per event, with a checksum, so that a killed kernel loses nothing that was said to be done.

Each event is one write; the end of a step and of the run also reach the platter (fsync). A reader skips lines that do not
fit their checksum, and a writer seals a torn last line before it goes on. The journal is a hint, the cache is the proof: a
disk that fails switches the journal off with one warning and never stops a run.
"""

from __future__ import annotations

import json
import os
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from nb_orchestra.core.events import Event, JobEnded, RunEnded, as_data, from_data

LONGEST_LINE = 64 << 20


class FileJournal:
    """Appends events to a file. `redact` sees each line before it is written; `warn` is called once, if the disk fails."""

    def __init__(self, path: str | Path, *, redact: Callable[[str], str] | None = None, warn: Callable[[str], None] = lambda text: None) -> None:
        self.path = Path(path)
        self._redact = redact
        self._warn = warn
        self._lock = threading.Lock()
        self._file: int | None = None
        self._dead = False

    def append(self, event: Event) -> None:
        with self._lock:
            if self._dead:
                return
            try:
                self._write(event)
            except (OSError, ValueError, TypeError) as error:
                self._dead = True
                self._warn(f"this run is not recorded on disk ({error})")

    __call__ = append

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                os.close(self._file)
            self._file, self._dead = None, True

    def _write(self, event: Event) -> None:
        if self._file is None:
            self._file = _open(self.path)
        line = self._line(event)
        if os.write(self._file, line) != len(line):
            raise OSError("the disk took only a part of a line")
        if isinstance(event, RunEnded) or (isinstance(event, JobEnded) and event.state == "done"):
            os.fsync(self._file)

    def _line(self, event: Event) -> bytes:
        text = json.dumps(as_data(event), ensure_ascii=True, separators=(",", ":"))
        body = (self._redact(text) if self._redact else text).encode()
        return b"%08x %s\n" % (zlib.crc32(body), body)


def _open(path: Path) -> int:
    """A new line begins where the file ends, even where the last one was torn."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0), 0o600)
    end = os.lseek(file, 0, os.SEEK_END)
    if end:
        os.lseek(file, end - 1, os.SEEK_SET)
        if os.read(file, 1) != b"\n":
            os.write(file, b"\n")
    return file


def read_events(path: str | Path) -> Iterator[Event]:
    """The events of a journal file, in order; lines that are torn, changed or of a kind we do not know are left out."""
    try:
        file = open(path, "rb")  # noqa: SIM115  # closed below; a missing file has no events
    except OSError:
        return
    with file:
        while line := file.readline(LONGEST_LINE):
            event = _read_line(line)
            if event is not None:
                yield event


def _read_line(line: bytes) -> Event | None:
    checksum, _, body = line.rstrip(b"\n").partition(b" ")
    try:
        if int(checksum, 16) != zlib.crc32(body):
            return None
        data = json.loads(body)
        return from_data(data) if isinstance(data, dict) else None
    except (ValueError, TypeError, RecursionError):
        return None

"""The journal on disk: one JSON line per event, with a checksum, so that a killed kernel loses nothing that was said to be done.

Each event is one write; the end of a step and of the run also reach the platter (fsync). Only what a `for_each` says of its many rows
(`Sent`, `RowsAdvanced`) may wait for company, for at most a quarter of a second: that much of it a kill may take. A reader skips lines that do not
fit their checksum, and a writer seals a torn last line before it goes on. The journal is a hint, the cache is the proof: a
disk that fails switches the journal off with one warning and never stops a run.
"""

from __future__ import annotations

import json
import os
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from nb_orchestra.core.events import Event, JobEnded, RowsAdvanced, RunEnded, Sent, as_data, from_data
from nb_orchestra.journal.holding import hold

LONGEST_LINE = 64 << 20
HELD_SECONDS = 0.25
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class FileJournal:
    """Appends events to a file, which no other process may do meanwhile. Fills protocols.Journal, and is a sink of LiveJournal.

    `redact` sees every text before it is written. `warn` is called once, if the file cannot be opened or the disk fails; from
    then on `append` does nothing. Opened at the first event; `close` may be called twice.
    """

    def __init__(self, path: str | Path, *, redact: Callable[[str], str] | None = None, warn: Callable[[str], None] = lambda text: None) -> None:
        self.path = Path(path)
        self._redact = redact
        self._warn = warn
        self._lock = threading.Lock()
        self._file: int | None = None
        self._ended = False
        self._held: list[bytes] = []
        self._written = 0.0

    def append(self, event: Event) -> None:
        with self._lock:
            self._attempt(self._write, event)

    __call__ = append

    def close(self) -> None:
        with self._lock:
            self._attempt(self._put)
            self._end()

    def _attempt(self, function: Callable[..., None], *arguments: Any) -> None:
        if self._ended:
            return
        try:
            function(*arguments)
        except (OSError, ValueError, TypeError, RecursionError) as error:
            self._end()
            self._warn(f"this run is no longer recorded on disk ({error})")

    def _end(self) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file, self._ended = None, True

    def _write(self, event: Event) -> None:
        line = self._line(event)
        if self._file is None:
            self._file = _open(self.path)
        self._held.append(line)
        if isinstance(event, Sent | RowsAdvanced) and time.monotonic() - self._written < HELD_SECONDS:
            self._put_soon()
            return
        self._put()
        if isinstance(event, RunEnded) or (isinstance(event, JobEnded) and event.state == "done" and not event.cached):
            os.fsync(self._file)

    def _put(self) -> None:
        """Writes what is held, in one piece."""
        lines, self._held, self._written = b"".join(self._held), [], time.monotonic()
        if self._file is not None and lines and os.write(self._file, lines) != len(lines):
            raise OSError("the disk took only a part of a line")

    def _put_soon(self) -> None:
        """The first held line sets an alarm; it holds nothing up: not the run, and not the end of the process."""
        if len(self._held) == 1:
            alarm = threading.Timer(HELD_SECONDS, self._put_now)
            alarm.daemon = True
            alarm.start()

    def _put_now(self) -> None:
        with self._lock:
            self._attempt(self._put)

    def _line(self, event: Event) -> bytes:
        data = as_data(event)
        if self._redact:
            data = {name: _each_text(item, self._redact) for name, item in data.items()}
        body = json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode()
        return b"%08x %s\n" % (zlib.crc32(body), body)


def _each_text(data: Any, change: Callable[[str], str]) -> Any:
    """JSON data with every text changed, keys too; so that what is hidden cannot break the JSON around it."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {_each_text(key, change): _each_text(item, change) for key, item in data.items()}
    return [_each_text(item, change) for item in data] if isinstance(data, list) else data


def _open(path: Path) -> int:
    """The file, ours alone, ending in a newline even where its last line was torn. OSError where another process has it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path, _FLAGS, 0o600)
    try:
        if not hold(file):
            raise OSError("another kernel is writing it")
        _seal(file)
        _sync_folder(path.parent)
    except OSError:
        os.close(file)
        raise
    return file


def _seal(file: int) -> None:
    end = os.lseek(file, 0, os.SEEK_END)
    if end:
        os.lseek(file, end - 1, os.SEEK_SET)
        if os.read(file, 1) != b"\n":
            os.write(file, b"\n")


def _sync_folder(folder: Path) -> None:
    """A new file outlives a power cut only when its folder's entry does; Windows has no such call."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_events(path: str | Path) -> Iterator[Event]:
    """The events of a journal file, in order; lines that are torn, changed or of a kind we do not know are left out."""
    try:
        file = open(path, "rb")  # noqa: SIM115  # closed below; a file that is not there has no events
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
        if len(checksum) != 8 or int(checksum, 16) != zlib.crc32(body):
            return None
        data = json.loads(body)
        return from_data(data) if isinstance(data, dict) else None
    except (ValueError, TypeError, RecursionError):
        return None

"""The journal on disk: one JSON line per event, with a checksum, so that a killed kernel loses nothing that was said to be done.

Each event is one write, which a kill does not undo. What must also outlive a power cut (the end of a step) reaches the platter within a quarter of a
second, from a thread of its own, because a loop that waits for a disk delays every step; the end of the run is waited for. What a `for_each` says of
its many rows (`Sent`, `RowsAdvanced`) may wait for company as long: that much of it a kill may take. A reader skips lines that do not
fit their checksum, and a writer seals a torn last line before it goes on. The journal is a hint, the cache is the proof: a
disk that fails switches the journal off with one warning and never stops a run.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from nb_orchestra.core.events import Event, JobEnded, RowsAdvanced, RunEnded, Sent, from_data, frozen_data
from nb_orchestra.core.frozen import thaw
from nb_orchestra.journal.holding import hold


def _plain(value: Any) -> Any:
    return value.copy() if type(value) is MappingProxyType else thaw(value)


_AS_JSON = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=_plain).encode
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
        self._suspects: Callable[[str], bool] = getattr(redact, "suspects", lambda written: True)
        self._warn = warn
        self._lock = threading.Lock()
        self._file: int | None = None
        self._ended = False
        self._held: list[bytes] = []
        self._rows_of = ""
        self._unsynced, self._new = False, True
        self._helper: threading.Thread | None = None
        self._due, self._closing = threading.Event(), threading.Event()

    def append(self, event: Event) -> None:
        self.append_all((event,))

    __call__ = append

    def append_all(self, events: Sequence[Event]) -> None:
        """Several, in one write."""
        self._attempt(self._write, events)

    def close(self) -> None:
        self._attempt(self._put)
        with self._lock:
            self._end()
        if self._helper is not None:
            self._helper.join(5)  # it has a handle of its own, which holds the file for us

    def _attempt(self, function: Callable[..., None], *arguments: Any) -> None:
        """Never raises: the first fault ends the record. It is told when no lock is held, because who hears of it may append in turn."""
        fault: Exception | None = None
        with self._lock:
            if self._ended:
                return
            try:
                function(*arguments)
            except (OSError, ValueError, TypeError, RecursionError) as error:
                fault = error
                self._end()
        if fault is not None:
            self._warn(f"this run is no longer recorded on disk ({fault})")

    def _end(self) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file, self._ended = None, True
        self._closing.set()
        self._due.set()

    def _write(self, events: Sequence[Event]) -> None:
        lines = self._lines(events)
        if self._file is None:
            self._file = _open(self.path)
        self._held.extend(lines)
        rows_of, self._rows_of = {self._rows_of, *map(_rows_of, events)}, _rows_of(events[-1])
        if len(rows_of) == 1 and self._rows_of:
            return self._soon()
        self._put()
        if isinstance(events[-1], RunEnded):
            self._sync(self._file)
        elif any(isinstance(event, JobEnded) and event.state == "done" and not event.cached for event in events):
            self._unsynced = True
            self._soon()
        return None

    def _put(self) -> None:
        """Writes what is held, in one piece."""
        lines, self._held = b"".join(self._held), []
        if self._file is not None and lines and os.write(self._file, lines) != len(lines):
            raise OSError("the disk took only a part of a line")

    def _soon(self) -> None:
        if self._helper is None:
            assert self._file is not None, "something was written"
            self._helper = threading.Thread(target=self._help, args=(os.dup(self._file),), name="nb_orchestra journal", daemon=True)
            self._helper.start()
        self._due.set()

    def _help(self, file: int) -> None:
        """At most every quarter of a second: what is held is written, and what was written is synced, with no lock held meanwhile."""
        while self._due.wait() and not self._closing.wait(HELD_SECONDS):
            self._due.clear()
            self._attempt(self._put)
            if self._unsynced:
                self._unsynced = False
                with contextlib.suppress(OSError):  # the next write meets the same disk, and tells
                    self._sync(file)
        os.close(file)

    def _sync(self, file: int) -> None:
        if self._new:
            _sync_folder(self.path.parent)
            self._new = False
        os.fsync(file)

    def _lines(self, events: Sequence[Event]) -> list[bytes]:
        texts = [_AS_JSON(frozen_data(event)) for event in events]
        if self._redact is not None and self._suspects("".join(texts)):
            texts = [_AS_JSON(_each_text(json.loads(text), self._redact)) if self._suspects(text) else text for text in texts]
        bodies = [text.encode() for text in texts]
        return [b"%08x %s\n" % (zlib.crc32(body), body) for body in bodies]


_OF_ROWS = (Sent, RowsAdvanced)


def _rows_of(event: Event) -> str:
    """The `for_each` step of whose many rows this tells."""
    return event.step if isinstance(event, _OF_ROWS) else ""


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

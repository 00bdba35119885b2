"""Stores: bytes by key. On disk (DiskStore) and in memory (MemoryStore, the small fake that tests and `cache off` use).

A store never raises for a sick disk: a read is then a miss, a write goes to memory, and one warning says so. What it gives
back is what was written, byte for byte, or nothing.
"""

from __future__ import annotations

import os
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nb_orchestra.cache.envelope import sealed, unsealed
from nb_orchestra.core.pieces import Pieces
from nb_orchestra.protocols import Data, Trimmed

if TYPE_CHECKING:
    from nb_orchestra.cache.opening import AnyShelf

KEY = re.compile(r"[A-Za-z0-9_.:-]{1,200}\Z")
OVERLAY_BYTES = 256 << 20
OPENING_SECONDS = 10.0


class MemoryStore:
    """A dict, by the rules of a Store; the oldest entries go when it holds more than `most` bytes."""

    def __init__(self, most: int = OVERLAY_BYTES) -> None:
        self._items: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0
        self._most = most
        self._lock = threading.Lock()

    def read(self, keys: Sequence[str]) -> dict[str, bytes]:
        with self._lock:
            return {key: self._items[key] for key in keys if key in self._items}

    def write(self, items: Mapping[str, Data | Pieces]) -> None:
        checked(items)
        with self._lock:
            for key, data in items.items():
                self._drop(key)
                self._items[key] = bytes(data)
                self._bytes += len(data)
            while self._bytes > self._most:
                self._drop(next(iter(self._items)))

    def remove(self, keys: Iterable[str]) -> None:
        with self._lock:
            for key in keys:
                self._drop(key)

    def size(self) -> int:
        """Bytes held."""
        return self._bytes

    def count(self) -> int:
        """Entries held."""
        return len(self._items)

    def clear(self) -> int:
        """Forgets everything; gives the number of entries."""
        with self._lock:
            count = len(self._items)
            self._items.clear()
            self._bytes = 0
            return count

    def trim(self, most: int) -> Trimmed:
        """As on disk: the oldest entries go first."""
        before = (len(self._items), self.size())
        for key in list(self._items):
            if self.size() <= most:
                break
            self._drop(key)
        return Trimmed(before[0] - len(self._items), before[1] - self.size())

    def _drop(self, key: str) -> None:
        self._bytes -= len(self._items.pop(key, b""))


class DiskStore:
    """A folder that many processes may use at once. Opened at first use; what cannot be written there is held in memory.

    `warn` (may be replaced) gets one line for each kind of trouble: opening, reading, writing. `read_only`: another's folder, which is never
    changed, not even to make it. `network`: one file per entry instead of a database (None: where the folder is on a network share).
    """

    def __init__(self, path: str | Path, warn: Callable[[str], None] = lambda text: None, *, read_only: bool = False, network: bool | None = None) -> None:
        self.path = Path(path).expanduser()
        self._read_only, self._network = read_only, network
        self.warn = warn
        self._overlay = MemoryStore()
        self._warned: set[str] = set()
        self._replaced = False
        self._reset()

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._opening: threading.Thread | None = None
        self._shelf: AnyShelf | None = None

    @property
    def flights(self) -> Path | None:
        """Where processes say what they are doing; None where they cannot."""
        from nb_orchestra.cache.shelf import Shelf

        return self.path / "flights" if isinstance(self._opened(), Shelf) and not self._read_only else None

    def read(self, keys: Sequence[str]) -> dict[str, Data]:
        found: dict[str, Data] = {**self._overlay.read(keys)}
        shelf = self._opened()
        for key in keys:
            if key not in found and shelf is not None and KEY.match(key):
                data = self._unsealed(key, self._attempt("reading", shelf.get, key))
                if data is not None:
                    found[key] = data
        return found

    def write(self, items: Mapping[str, Data | Pieces]) -> None:
        checked(items)
        if self._read_only:
            return
        shelf = self._opened()
        kept = shelf is not None and self._attempt("writing", shelf.put, {key: sealed(key, data) for key, data in items.items()})
        if not kept:
            self._overlay.write(items)
        elif self._overlay.count():
            self._overlay.remove(items)

    def remove(self, keys: Iterable[str]) -> None:
        keys = list(keys)
        self._overlay.remove(keys)
        shelf = self._opened()
        if shelf is not None:
            self._attempt("writing", shelf.delete, keys)

    def size(self) -> int:
        """Bytes on disk and in memory."""
        shelf = self._opened()
        return self._overlay.size() + int((shelf and self._attempt("reading", shelf.size)) or 0)

    def count(self) -> int:
        """Entries on disk and in memory."""
        shelf = self._opened()
        return self._overlay.count() + int((shelf and self._attempt("reading", shelf.count)) or 0)

    def clear(self) -> int:
        """Removes every entry; gives their number."""
        shelf = self._opened()
        return self._overlay.clear() + int((shelf and self._attempt("writing", shelf.clear)) or 0)

    def trim(self, most: int) -> Trimmed:
        """Removes the entries that were written first until those left hold at most `most` bytes; says how many entries and bytes went."""
        shelf = self._opened()
        return (shelf and self._attempt("writing", shelf.trim, most)) or Trimmed(0, 0)

    def close(self) -> None:
        if self._shelf is not None:
            self._shelf.close()
        self._reset()

    def _opened(self) -> AnyShelf | None:
        """The folder, open; None where it cannot be, or not yet: sqlite may wait for another writer longer than a person would."""
        if self._pid != os.getpid():
            self._reset()  # after a fork: locks and connections are the parent's
        with self._lock:
            if self._opening is None:
                self._opening = threading.Thread(target=self._open, name="nb_orchestra cache opening", daemon=True)
                self._opening.start()
                self._opening.join(OPENING_SECONDS)
                if self._opening.is_alive():
                    self._warn_once("opening", "the cache is busy; this run goes on without it")
        return self._shelf

    def _open(self) -> None:
        from nb_orchestra.cache.opening import opened

        try:
            self._shelf = opened(self.path, lambda text: self._warn_once("opening", text), read_only=self._read_only, network=self._network)
        except Exception as error:  # whatever is wrong with the disk, the run goes on in memory
            self._warn_once("opening", f"the cache cannot be opened and nothing is kept on disk ({error})")

    def _attempt(self, kind: str, function: Callable[..., Any], *arguments: Any) -> Any:
        """The function's answer, or None and a warning."""
        try:
            return function(*arguments)
        except Exception as error:  # sqlite, the disk, diskcache: a table of them would only go stale
            self._warn_once(kind, f"{kind} the cache failed ({type(error).__name__}: {error})")
            if type(error).__name__ == "DatabaseError":
                self._replace(str(error))
            return None

    def _replace(self, reason: str) -> None:
        """Damage that was found only in use: one new beginning, then memory."""
        with self._lock:
            shelf, self._shelf = self._shelf, None
            if shelf is not None and not self._replaced and not self._read_only:
                self._replaced = True
                try:
                    self._shelf = shelf.replaced(reason, lambda text: self._warn_once("opening", text))
                except Exception as error:  # as at the first opening
                    self._warn_once("opening", f"the cache cannot be opened and nothing is kept on disk ({error})")

    def _unsealed(self, key: str, envelope: Any) -> Data | None:
        if envelope is None:
            return None
        data = unsealed(key, envelope)
        if data is None:
            self._warn_once("reading", "an entry of the cache is damaged and is made anew")
        return data

    def _warn_once(self, kind: str, text: str) -> None:
        if kind not in self._warned:
            self._warned.add(kind)
            self.warn(text)


def checked(items: Mapping[str, Data | Pieces]) -> None:
    """TypeError or ValueError for what no store takes: a fault of the caller, not of the disk."""
    for key, data in items.items():
        if not isinstance(data, bytes | memoryview | Pieces):
            raise TypeError("a store keeps bytes")
        if not KEY.match(key):
            raise ValueError("a key is 1 to 200 of A-Z a-z 0-9 _ . : -")

"""The memo: finds the result of an equal job, and keeps results. What a store does not know: values, and the event loop.

All that may block (disk, encoding) runs in one thread of its own, so that the loop never waits for a disk. A result that
cannot be read is a miss and one warning. Failures are never kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from nb_orchestra.cache.fingerprint import Identity
from nb_orchestra.cache.flights import alone
from nb_orchestra.core.outcome import Outcome, Result
from nb_orchestra.core.pieces import Pieces
from nb_orchestra.core.usage import Usage
from nb_orchestra.protocols import Data, Store
from nb_orchestra.values import NotKeepableError, decode, encode

COMPANY_SECONDS = 0.005
"""How soon after a write another one may follow for what can wait: answers that come together are written together."""


class Memo:
    """Results and records by identity, over any Store. `warn` hears once of entries that cannot be read, until `tell` names another."""

    def __init__(self, store: Store, warn: Callable[[str], None] = lambda text: None) -> None:
        self.store = store
        self._begin()
        self.tell(warn)

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="nb_orchestra cache")
        self._flights: dict[str, tuple[asyncio.Lock, int]] = {}
        self._unwritten: list[_Unwritten] = []
        self._writing, self._wrote = False, 0.0

    def tell(self, warn: Callable[[str], None]) -> None:
        """From now on (a new run) warnings go to `warn`: the memo's own, and its store's where that has any."""
        self._warn = warn
        self._warned = False
        if hasattr(self.store, "warn"):
            self.store.warn = warn

    async def find(self, identity: Identity) -> Result | None:
        """The kept result, with `cached` set; None where there is none that can be read."""
        kept = await self._off_loop(self._read, identity.key)
        return kept if isinstance(kept, Result) else None

    def found(self, keys: Sequence[str]) -> dict[str, Result]:
        """The kept results under these keys; those that are not there, or cannot be read, are left out. Blocks: not for the loop's thread."""
        if self._pid != os.getpid():
            self._begin()
        kept = self._thread.submit(lambda: {key: self._read(key) for key in keys}).result()
        return {key: result for key, result in kept.items() if isinstance(result, Result)}

    async def keep(self, identity: Identity, result: Outcome, records: Mapping[str, Any] | None = None, *, patient: bool = False) -> str | None:
        """Keeps a result, and `records` about it, in one write. Gives None, or the reason why it cannot be kept (its value's type; it is no Result).

        `patient`: it may wait a few milliseconds for company, since nothing waits for it.
        """
        if not isinstance(result, Result):
            return "only results are kept"
        told = {f"record-{key}": data for key, data in (records or {}).items()}
        return await self._written({identity.key: result} | told, patient)

    async def find_many(self, keys: Sequence[str]) -> dict[str, Result]:
        """The kept results among many keys, by key: one look at the store."""
        found: dict[str, Result] = await self._off_loop(self._read_many, list(keys))
        return found

    async def keep_many(self, results: Mapping[str, Result]) -> None:
        """Keeps many results by key, in one write; those of a type that cannot be kept are left out."""
        await self._off_loop(self._write_many, results)

    async def find_record(self, key: str) -> Any:
        """The JSON data kept under a key (plans, decisions); None where there is none."""
        kept = await self._off_loop(self._read, f"record-{key}")
        return None if isinstance(kept, Result) else kept

    async def keep_record(self, key: str, data: Any) -> str | None:
        """Keeps JSON data under a key, replacing what was there."""
        return await self._written({f"record-{key}": data})

    @asynccontextmanager
    async def lock(self, key: str) -> AsyncIterator[None]:
        """Single flight: of two equal jobs at once in this process, the second waits here and then finds the first one's result."""
        lock, waiting = self._flights.get(key, (asyncio.Lock(), 0))
        self._flights[key] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._flights[key]
            if waiting == 1:
                del self._flights[key]
            else:
                self._flights[key] = (lock, waiting - 1)

    @asynccontextmanager
    async def alone(self, key: str, waits: Callable[[], None]) -> AsyncIterator[bool]:
        """Single flight between processes, where the store allows it: gives whether another process was waited for, so that its value may be there now."""
        folder = await self._off_loop(lambda: getattr(self.store, "flights", None))
        async with alone(folder, key, waits) as waited:
            yield waited

    async def trim(self, most: int) -> str:
        """Keeps the store below `most` bytes; says what went, "" where nothing had to."""
        gone = await self._off_loop(self.store.trim, most)
        return f"the cache was above {most / 1e9:g} GB: its {gone.entries:,} oldest entries ({gone.bytes / 1e6:,.0f} MB) are gone" if gone.entries else ""

    def close(self) -> None:
        """Waits for what is being written, and closes the store."""
        if hasattr(self.store, "close"):
            self._thread.submit(self.store.close)
        self._thread.shutdown(wait=True)

    async def _written(self, items: Mapping[str, Any], patient: bool = False) -> str | None:
        """Once these are written: None, or why they cannot be. What comes while others are being written goes together, in one transaction."""
        if self._pid != os.getpid():
            self._begin()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[str | None] = loop.create_future()
        self._unwritten.append((items, done, patient))
        if not self._writing:
            self._writing = True
            self._writer = loop.create_task(self._write_on())  # a task of its own: a step that is cancelled here must not stop the others' writing
        return await done

    async def _write_on(self) -> None:
        """Until nothing waits to be written."""
        try:
            while self._unwritten:
                await self._company()
                now, self._unwritten = self._unwritten, []
                try:
                    reasons = await self._off_loop(self._write, [items for items, _, _ in now])
                except Exception as error:
                    _end(now, [error] * len(now))
                else:
                    _end(now, reasons)
        finally:
            self._writing, self._unwritten = False, []  # what is left waits on a loop that has ended

    async def _company(self) -> None:
        """Waits for more to be written in the same go, where all of it is patient and something was written just now."""
        loop = asyncio.get_running_loop()
        wait = self._wrote + COMPANY_SECONDS - loop.time()
        if wait > 0 and all(patient for _, _, patient in self._unwritten):
            await asyncio.sleep(wait)
        self._wrote = loop.time()

    async def _off_loop(self, function: Callable[..., Any], *arguments: Any) -> Any:
        if self._pid != os.getpid():
            self._begin()  # after a fork: the thread stayed with the parent
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)

    def _read(self, key: str) -> Any:
        data = self.store.read([key]).get(key)
        return None if data is None else self._decoded(data)

    def _decoded(self, data: Data) -> Any:
        """None, and one warning, where an entry cannot be read."""
        try:
            return _unpacked(decode(data))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            self._warn_once(f"an entry of the cache cannot be read and is made anew ({error})")
            return None

    def _read_many(self, keys: Sequence[str]) -> dict[str, Result]:
        read = {key: self._decoded(data) for key, data in self.store.read(keys).items()}
        return {key: value for key, value in read.items() if isinstance(value, Result)}

    def _write_many(self, results: Mapping[str, Result]) -> None:
        encoded: dict[str, Data | Pieces] = {}
        for key, result in results.items():
            with contextlib.suppress(NotKeepableError):
                encoded[key] = encode(_packed(result))
        self.store.write(encoded)

    def _write(self, groups: Sequence[Mapping[str, Any]]) -> list[str | None]:
        """For each group None, or why nothing of it can be kept."""
        encoded: dict[str, Data | Pieces] = {}
        reasons: list[str | None] = []
        for items in groups:
            try:
                encoded |= {key: encode(_packed(value)) for key, value in items.items()}
                reasons.append(None)
            except NotKeepableError as error:
                reasons.append(str(error))
        if encoded:
            self.store.write(encoded)
        return reasons

    def _warn_once(self, text: str) -> None:
        if not self._warned:
            self._warned = True
            self._warn(text)


_Unwritten = tuple[Mapping[str, Any], asyncio.Future[str | None], bool]


def _end(written: Sequence[_Unwritten], ends: Sequence[str | Exception | None]) -> None:
    """Tells each who waits, and still does."""
    for (_, done, _), end in zip(written, ends, strict=True):
        if done.done():
            continue
        if isinstance(end, Exception):
            done.set_exception(end)
        else:
            done.set_result(end)


_STORY = {field.name: getattr(Result(None), field.name) for field in dataclasses.fields(Result) if field.name not in ("value", "cached", "usage")}
"""What a kept result tells of itself, with what it is where nothing is told: only what differs is written."""


def _packed(value: Any) -> dict[str, Any]:
    """A Result as a value and its story; anything else as a record."""
    if not isinstance(value, Result):
        return {"record": value}
    told = {name: part for name, default in _STORY.items() if (part := getattr(value, name)) != default}
    usage = value.usage
    story = told | {"usage": {"tokens_in": usage.tokens_in, "tokens_out": usage.tokens_out, "calls": usage.calls, "cost": usage.cost}}
    return {"value": value.value, "story": story}


def _unpacked(data: Mapping[str, Any]) -> Any:
    if "record" in data:
        return data["record"]
    story = dict(data["story"])
    usage = Usage(**story.pop("usage"))
    return Result(value=data["value"], usage=usage, cached=True, **story)

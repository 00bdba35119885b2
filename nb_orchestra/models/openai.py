"""A thin client for the one wire that nearly everybody offers: OpenAI's chat completions, over aiohttp.

LiteLLM reaches every provider but costs 4 ms of CPU a call and seconds to import; this costs about a tenth of a
millisecond, and a kernel's first call leaves at once. One session per endpoint and key on each loop. Redirects are not
followed (a key would travel), answers are asked for uncompressed (a bomb stays small), and their size is capped.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import hashlib
import json
import os
import urllib.parse
import urllib.request
import weakref
from typing import TYPE_CHECKING

from nb_orchestra.models.dialect import Dialect, adapted, body
from nb_orchestra.models.faults import Fault, Faulted, of_exception, of_status
from nb_orchestra.models.keys import Key
from nb_orchestra.models.shown import Shown
from nb_orchestra.models.waits import LIMIT_HEADERS
from nb_orchestra.models.wire import LARGEST_ANSWER, Inquiry, Reply, Stream, ToldText, reply_of

if TYPE_CHECKING:
    import aiohttp

CONNECT_SECONDS = 10.0
IDLE_SECONDS = 30.0
MOST_ADAPTATIONS = 4
_sessions: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, aiohttp.ClientSession]] = weakref.WeakKeyDictionary()


class OpenAIWire:
    """Sends inquiries to `base_url`/chat/completions. Does not retry: it says what went wrong."""

    def __init__(
        self,
        model: str,
        base_url: str,
        key: Key | None = None,
        *,
        name: str = "",
        dialect: Dialect | None = None,
        idle: float = IDLE_SECONDS,
        connect: float = CONNECT_SECONDS,
    ) -> None:
        self.model = model
        self.name = name or urllib.parse.urlsplit(base_url).netloc
        self.identity = f"{base_url}#{hashlib.sha256(key.reveal().encode()).hexdigest()[:16] if key else ''}"
        self._url = base_url.rstrip("/") + "/chat/completions"
        self._key = key
        self._dialect = dialect or Dialect()
        self._idle, self._connect = idle, connect
        self._proxy = _proxy_for(self._url)

    async def open(self) -> None:
        """Faulted where aiohttp is not installed."""
        try:
            import aiohttp  # noqa: F401
        except ImportError:
            missing = True
        else:
            missing = False
        if missing:
            raise Faulted(Fault("not installed", "aiohttp"))

    async def send(self, inquiry: Inquiry, on_text: ToldText | None = None) -> Reply:
        """One answer. What an endpoint does not understand is left out from then on; Faulted for everything else."""
        for _ in range(MOST_ADAPTATIONS):
            dialect = self._dialect
            result = await self._once(json.dumps(body(self.model, inquiry, dialect, on_text is not None)).encode(), on_text)
            if isinstance(result, Reply):
                return result
            other = adapted(dialect, result.detail) if result.word in ("parameter", "too long") else None
            if other is None:
                raise Faulted(result)
            self._dialect = other
        raise Faulted(Fault("parameter", "refused in every form that was tried"))

    async def _once(self, data: bytes, on_text: ToldText | None) -> Reply | Fault:
        """A reply, or the fault in its place: raised outside of any `except`, so that no foreign exception hangs on ours."""
        try:
            session = _session(self.identity, self._key, self._connect)
            async with session.post(self._url, data=data, proxy=self._proxy, allow_redirects=False) as answer:
                return await _read(answer, on_text, self._idle)
        except Faulted as faulted:
            return faulted.fault
        except Exception as error:
            fault = of_exception(error)
            if fault is None:
                raise
            return fault


async def _read(answer: aiohttp.ClientResponse, on_text: ToldText | None, idle: float) -> Reply:
    headers = {small: value for name, value in answer.headers.items() if (small := name.lower()) in LIMIT_HEADERS}
    if answer.status != 200:
        raise Faulted(of_status(answer.status, headers, (await _whole(answer, 200_000, cut=True)).decode("utf-8", "replace")))
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise Faulted(Fault("garbled", "compressed, though that was not asked for"))
    if on_text is None or answer.content_type != "text/event-stream":
        return reply_of(await _whole(answer, LARGEST_ANSWER), headers)
    return await _streamed(answer, on_text, headers, idle)


async def _whole(answer: aiohttp.ClientResponse, most: int, cut: bool = False) -> bytes:
    """All bytes of an answer; more than `most` are a fault, or left unread (`cut`)."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in answer.content.iter_any():
        chunks.append(chunk)
        size += len(chunk)
        if size > most and cut:
            break
        if size > most:
            raise Faulted(Fault("too big"))
    return b"".join(chunks)


async def _streamed(answer: aiohttp.ClientResponse, on_text: ToldText, headers: dict[str, str], idle: float) -> Reply:
    """A stream's answer. The first bytes may take as long as the caller's deadline (models think); later ones may not stay away for `idle` seconds."""
    shown = Shown(on_text)
    stream = Stream(shown.add)
    try:
        async with asyncio.timeout(None) as limit:
            async for chunk in answer.content.iter_any():
                stream.feed(chunk)
                limit.reschedule(asyncio.get_running_loop().time() + idle)
    except TimeoutError:
        if not limit.expired():
            raise
        raise Faulted(Fault("slow", f"nothing came for {idle:.0f} s")) from None
    stream.feed(b"\n")
    return stream.reply(shown.end(), headers)


def _session(identity: str, key: Key | None, connect: float) -> aiohttp.ClientSession:
    """The running loop's session for one endpoint and key. The key's header lives in it and in no local variable of ours."""
    import aiohttp

    sessions = _sessions.setdefault(asyncio.get_running_loop(), {})
    session = sessions.get(identity)
    if session is None or session.closed:
        session = sessions[identity] = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=30),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect),
            headers={"Content-Type": "application/json", "Accept-Encoding": "identity", **(key.header() if key else {})},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )
    return session


async def close_sessions() -> None:
    """Closes the running loop's connections; the next call opens new ones."""
    for session in _sessions.pop(asyncio.get_running_loop(), {}).values():
        await session.close()


def _close_at_exit(process: int) -> None:
    """A kernel that ends with open connections would say so under the last cell. Loops live in other threads, which still run here."""
    if os.getpid() != process:  # a fork has copies of loops that nobody runs
        return
    for loop in [loop for loop, sessions in _sessions.items() if sessions and loop.is_running()]:
        with contextlib.suppress(TimeoutError, RuntimeError):
            asyncio.run_coroutine_threadsafe(close_sessions(), loop).result(1.0)


atexit.register(_close_at_exit, os.getpid())


def _proxy_for(url: str) -> str | None:
    """The proxy that the environment names for this address."""
    parts = urllib.parse.urlsplit(url)
    if parts.hostname is None or parts.hostname in ("127.0.0.1", "localhost", "::1") or urllib.request.proxy_bypass(parts.hostname):
        return None
    return urllib.request.getproxies().get(parts.scheme)

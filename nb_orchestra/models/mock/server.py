"""The mock provider's HTTP server, on 127.0.0.1 and a free port, in a thread of its own so that any test can use it."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from nb_orchestra.models.mock.turns import Turn, turn_of, with_key
from nb_orchestra.models.mock.wires import WIRES

Script = Sequence[Turn | str] | Callable[[Mapping[str, Any]], Turn | str]
_PATHS = {"/v1/chat/completions": "openai", "/v1/messages": "anthropic"}
_NEVER_LONGER = 60.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in. `at`: seconds of a monotonic clock."""

    wire: str
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    at: float


class MockProvider:
    """Answers by script. `asked` lists the requests; `at_once` is the most that were open at one time."""

    def __init__(self, script: Script = ("ok",), *, latency: float = 0.0, models: Sequence[str] = ("mock-small", "mock-large"), port: int = 0) -> None:
        self.asked: list[Asked] = []
        self.at_once = 0
        self.port = port
        self._open = 0
        self._script = script
        self._latency = latency
        self._models = tuple(models)
        self._ready = threading.Event()
        self._failed: Exception | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._serve, name="nb_orchestra-mock", daemon=True)

    @property
    def openai_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def anthropic_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        if self._failed is not None:
            raise self._failed
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._loop is not None and self._over is not None:
            self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    def _serve(self) -> None:
        try:
            asyncio.run(self._until_over())
        except OSError as error:
            self._failed = error
            self._ready.set()

    async def _until_over(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_get("/v1/models", self._list)
        for path in _PATHS:
            app.router.add_post(path, self._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        await site.start()
        self.port = runner.addresses[0][1]
        self._ready.set()
        await self._over.wait()
        await runner.cleanup()

    async def _list(self, request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": name, "object": "model"} for name in self._models]})

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        wire = _PATHS[request.path]
        asked = Asked(wire, json.loads(await request.read()), {name.lower(): value for name, value in request.headers.items()}, time.monotonic())
        self.asked.append(asked)
        self._open += 1
        self.at_once = max(self.at_once, self._open)
        try:
            return await self._send(request, asked, self._next(asked, len(self.asked) - 1))
        except ConnectionResetError:  # the client has left, as some tests want it to
            return web.Response()
        finally:
            self._open -= 1

    def _next(self, asked: Asked, at: int) -> Turn:
        turn = turn_of(self._script(asked.body) if callable(self._script) else self._script[min(at, len(self._script) - 1)])
        sent = asked.headers.get("authorization", "").removeprefix("Bearer ") or asked.headers.get("x-api-key", "")
        return with_key(turn, sent) if turn.echo_key else turn

    async def _send(self, request: web.Request, asked: Asked, turn: Turn) -> web.StreamResponse:
        await asyncio.sleep(turn.delay + self._latency)
        if turn.cut == 0:
            return _reset(request)
        form = WIRES[asked.wire]
        if turn.body is not None:
            return web.Response(status=turn.status, body=turn.body, headers={**turn.headers, "content-type": turn.kind})
        if not asked.body.get("stream"):
            return await self._whole(request, turn, json.dumps(form.body(asked.body, turn)).encode())
        return await self._chunks(request, dataclasses.replace(turn, kind="text/event-stream"), form.events(asked.body, turn))

    async def _whole(self, request: web.Request, turn: Turn, data: bytes) -> web.StreamResponse:
        if turn.drip or turn.cut is not None:
            return await self._chunks(request, turn, (data[at : at + 16] for at in range(0, len(data), 16)), len(data))
        return web.Response(status=turn.status, body=data, headers={**turn.headers, "content-type": "application/json"})

    async def _chunks(self, request: web.Request, turn: Turn, chunks: Any, length: int | None = None) -> web.StreamResponse:
        answer = web.StreamResponse(status=turn.status, headers={**turn.headers, "content-type": turn.kind})
        answer.content_length = length
        await answer.prepare(request)
        if turn.comments:
            await _keep_alive(answer)
        sent = 0
        for chunk in chunks:
            await answer.write(chunk)
            sent += len(chunk)
            if turn.cut is not None and sent >= turn.cut:
                return _reset(request)
            if turn.drip:
                await asyncio.sleep(turn.drip)
        await answer.write_eof()
        return answer


async def _keep_alive(answer: web.StreamResponse) -> None:
    """Comments and nothing else, until the client leaves."""
    for _ in range(int(_NEVER_LONGER / 0.02)):
        await answer.write(b": keep-alive\n\n")
        await asyncio.sleep(0.02)


def _reset(request: web.Request) -> web.StreamResponse:
    """Closes the connection with a reset, as a dying server or a firewall does."""
    transport = request.transport
    if transport is not None:
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()

"""Tools of MCP servers (Model Context Protocol), by the official SDK: stdio and HTTP servers from a config file in the usual `mcpServers` form.

Each server has one owner task, which opens its connection, keeps it and closes it, because a connection must end in the task that began it. Its tools count
as having effects unless the server marks them read-only (and never as pure): they are then not cached and not retried. What a server writes (names,
descriptions, results) is data: descriptions are cut, results are untrusted and capped in a prompt, never in the value.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nb_orchestra import values
from nb_orchestra.errors import GoalError, ToolError

SECONDS_TO_OPEN = 30.0
SECONDS_TO_CLOSE = 5.0
LONGEST_DESCRIPTION = 500
_HOLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "USER")


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """One entry of `mcpServers`. `command`: a program (stdio); `url`: an address (HTTP). `trusted`: names of tools that may be called unasked."""

    name: str
    command: str = ""
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: str | None = None
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    trusted: tuple[str, ...] = ()


def read_config(config: str | os.PathLike[str] | Mapping[str, Any]) -> list[ServerConfig]:
    """The servers of a config (a file or its data). `${NAME}` is filled from the environment. GoalError names what is wrong."""
    try:
        data = config if isinstance(config, Mapping) else json.loads(Path(config).expanduser().read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise GoalError(f"the MCP config cannot be read: {error}") from None
    servers = data.get("mcpServers", data.get("servers")) if isinstance(data, Mapping) else None
    if not isinstance(servers, Mapping) or not servers:
        raise GoalError("the MCP config names no servers", hint='{"mcpServers": {"time": {"command": "mcp-server-time"}}}')
    return [_read_server(str(name), entry) for name, entry in servers.items() if not (isinstance(entry, Mapping) and entry.get("disabled"))]


def _read_server(name: str, entry: Any) -> ServerConfig:
    if not isinstance(entry, Mapping) or bool(entry.get("command")) == bool(entry.get("url")):
        raise GoalError(f"the MCP server {name!r} needs either a 'command' or a 'url'")
    filled = _filled(dict(entry), name)
    return ServerConfig(
        name,
        str(filled.get("command", "")),
        tuple(map(str, filled.get("args", ()))),
        {str(key): str(value) for key, value in filled.get("env", {}).items()},
        filled.get("cwd"),
        str(filled.get("url", "")),
        {str(key): str(value) for key, value in filled.get("headers", {}).items()},
        tuple(map(str, filled.get("alwaysAllow", ()))),
    )


def _filled(value: Any, name: str) -> Any:
    """`${NAME}` and `${NAME:-default}` from the environment, in one pass."""
    if isinstance(value, Mapping):
        return {key: _filled(item, name) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, name) for item in value]
    return _HOLE.sub(lambda hole: _variable(hole, name), value) if isinstance(value, str) else value


def _variable(hole: re.Match[str], name: str) -> str:
    told = os.environ.get(hole[1], hole[2])
    if told is None:
        raise GoalError(f"the MCP server {name!r} needs the environment variable {hole[1]}")
    return told


class Server:
    """One connection. `open` and `close` may be called from any task of one loop; the owner task does the work."""

    def __init__(self, config: ServerConfig) -> None:
        self.config = config
        self.tools: tuple[MCPTool, ...] = ()
        self._session: Any = None
        self._owner: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    async def open(self) -> None:
        """Connects and reads the list of tools. ToolError where that fails."""
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._owner = asyncio.create_task(self._own(ready), name=f"mcp {self.config.name}")
        try:
            await asyncio.wait_for(asyncio.shield(ready), SECONDS_TO_OPEN)
        except Exception as error:
            await self.close()
            raise ToolError(f"the MCP server {self.config.name!r} did not start: {_said(error)}", hint="try its command in a terminal") from None

    async def close(self) -> None:
        """Ends the connection, and the server's process."""
        self._stop.set()
        if self._owner is None:
            return
        done, _ = await asyncio.wait({self._owner}, timeout=SECONDS_TO_CLOSE)
        if not done:
            self._owner.cancel()
            await asyncio.wait({self._owner}, timeout=SECONDS_TO_CLOSE)

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> Any:
        """What a tool gives. ToolError where it failed or the server is gone."""
        if self._session is None:
            raise ToolError(f"the MCP server {self.config.name!r} is closed", hint="open it again")
        try:
            result = await self._session.call_tool(tool, dict(arguments))
        except Exception as error:
            raise ToolError(f"the MCP server {self.config.name!r} failed in {tool}: {_said(error)}") from None
        return value_of(result, tool)

    async def _own(self, ready: asyncio.Future[None]) -> None:
        try:
            async with self._connected() as session:
                listed = await _all_tools(session)
                self.tools = tuple(MCPTool(self, tool) for tool in listed)
                self._session = session
                ready.set_result(None)
                await self._stop.wait()
        except BaseException as error:
            if not ready.done():
                ready.set_exception(error if isinstance(error, Exception) else ToolError("it was stopped"))
            if isinstance(error, asyncio.CancelledError):
                raise
        finally:
            self._session = None

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        try:
            import mcp
        except ImportError:
            raise ToolError('MCP servers need the official SDK: pip install "nb_orchestra[mcp]"') from None
        async with contextlib.AsyncExitStack() as stack:
            streams = await stack.enter_async_context(_streams(self.config))
            session = await stack.enter_async_context(mcp.ClientSession(streams[0], streams[1]))
            await session.initialize()
            yield session


def _streams(config: ServerConfig) -> Any:
    """The transport: a program with a clean environment, or an address."""
    if config.url:
        from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

        return streamable_http_client(config.url, http_client=create_mcp_http_client(headers=dict(config.headers)))
    from mcp import StdioServerParameters
    from mcp.client.stdio import stdio_client

    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | dict(config.environment)
    told = StdioServerParameters(command=config.command, args=list(config.arguments), env=environment, cwd=config.folder)
    return stdio_client(told, errlog=open(os.devnull, "w"))


async def _all_tools(session: Any) -> list[Any]:
    found: list[Any] = []
    cursor = None
    while True:
        page = await session.list_tools(cursor=cursor) if cursor else await session.list_tools()
        found += page.tools
        cursor = getattr(page, "next_cursor", None) or getattr(page, "nextCursor", None)
        if not cursor:
            return found


class MCPTool:
    """Fills protocols.Tool with one tool of a server. `name` is `server_tool`, as plans write it."""

    pure = False
    outside = True

    def __init__(self, server: Server, tool: Any) -> None:
        self._server, self._tool = server, str(tool.name)
        self.name = re.sub(r"\W+", "_", f"{server.config.name}_{tool.name}").strip("_").lower()
        self.description = values.clean_text(str(tool.description or tool.name))[:LONGEST_DESCRIPTION]
        schema = getattr(tool, "input_schema", None) or getattr(tool, "inputSchema", None) or {}
        self.schema: Mapping[str, Any] = dict(schema)
        self.effects = not _read_only(tool)
        self.permission = "always" if tool.name in server.config.trusted else ""
        told = json.dumps([server.config.name, server.config.command, server.config.arguments, server.config.url, tool.name, self.schema], default=str)
        self.identity = "" if self.effects else hashlib.sha256(told.encode()).hexdigest()[:40]

    async def call(self, arguments: Mapping[str, Any]) -> Any:
        """The tool's structured content where it gives any, else its text; JSON text is read."""
        return await self._server.call(self._tool, {name: _plain(value) for name, value in arguments.items()})

    def __repr__(self) -> str:
        return f"<tool {self.name} of the MCP server {self._server.config.name}>"


def _read_only(tool: Any) -> bool:
    marks = getattr(tool, "annotations", None)
    return bool(getattr(marks, "read_only_hint", None) or getattr(marks, "readOnlyHint", None))


def value_of(result: Any, tool: str) -> Any:
    """A call's result as a value: data where it is data, else text. ToolError where the server says that it failed."""
    parts = [str(part.text) for part in result.content if getattr(part, "type", "") == "text"]
    text = values.clean_text("\n".join(parts))
    if getattr(result, "is_error", None) or getattr(result, "isError", False):
        raise ToolError(f"tool {tool!r} failed: {text[:500]}")
    structured = getattr(result, "structured_content", None) or getattr(result, "structuredContent", None)
    if structured:
        return structured["result"] if set(structured) == {"result"} else structured
    try:
        return json.loads(text) if text[:1] in "[{" else text
    except ValueError:
        return text


def _plain(value: Any) -> Any:
    """A value as JSON: a table as its records."""
    if values.kind_of(value) == "table":
        return json.loads(value.to_json(orient="records", date_format="iso"))
    return value.tolist() if hasattr(value, "tolist") else value


def _said(error: BaseException) -> str:
    """The innermost cause in words: task groups wrap what went wrong."""
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__

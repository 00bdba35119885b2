"""MCP servers as something to give to a run: `tools=[servers("mcp.json")]`. They open at first use, on the background loop, and stay open.

time = servers({"mcpServers": {"time": {"command": "mcp-server-time"}}})
orchestrate("What time is it in Lima?", tools=[time])
time.close()
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import Any

from nb_orchestra.tools.mcp import MCPTool, Server, read_config


async def _opened(servers: list[Server]) -> list[Server]:
    """All of them, or none: where one does not start, the others are closed again."""
    try:
        async with asyncio.TaskGroup() as group:
            for server in servers:
                group.create_task(server.open())
    except BaseExceptionGroup as errors:
        await asyncio.gather(*(server.close() for server in servers))
        raise errors.exceptions[0] from None
    return servers


class Servers:
    """All servers of one config. Not open until `open` is awaited (a run does that)."""

    def __init__(self, config: str | os.PathLike[str] | Mapping[str, Any]) -> None:
        self._configs = read_config(config)
        self._open: list[Server] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> tuple[MCPTool, ...]:
        """The tools of all servers; those that are open already stay so. ToolError names a server that does not start; the others are closed again."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:  # never opened, or in a process that was forked since
            self._loop, self._open = loop, []
        if not self._open:
            self._open = await _opened([Server(config) for config in self._configs])
        return tuple(tool for server in self._open for tool in server.tools)

    async def aclose(self) -> None:
        """Ends all connections and the servers' processes."""
        closing, self._open = self._open, []
        await asyncio.gather(*(server.close() for server in closing))

    def close(self) -> None:
        """The same from any thread but the background loop's."""
        if self._loop is not None and self._open:
            asyncio.run_coroutine_threadsafe(self.aclose(), self._loop).result()

    def __repr__(self) -> str:
        return f"<MCP servers: {', '.join(config.name for config in self._configs)}{'' if self._open else ' (not open)'}>"


def servers(config: str | os.PathLike[str] | Mapping[str, Any]) -> Servers:
    """The servers of an `mcpServers` config: a JSON file, or its data. GoalError where it is not readable."""
    return Servers(config)

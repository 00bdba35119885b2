"""A small real MCP server for the tests: `python mcp_server.py` (stdio) or `python mcp_server.py PORT` (HTTP on loopback)."""

from __future__ import annotations

import os
import sys

from mcp.server import MCPServer
from mcp.types import ToolAnnotations

server = MCPServer("small")
kept: list[str] = []


@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def count(rows: list[dict[str, object]]) -> int:
    """Counts rows."""
    return len(rows)


@server.tool()
def note(text: str) -> str:
    """Writes a note down."""
    kept.append(text)
    return f"{len(kept)} notes"


@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def environment() -> list[str]:
    """The names of its environment variables."""
    return sorted(os.environ)


@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def fails() -> str:
    """Always fails."""
    raise ValueError("no such thing")


if len(sys.argv) > 1:
    server.run("streamable-http", port=int(sys.argv[1]))
else:
    server.run("stdio")

"""MCP servers that other people wrote, from PyPI and npm, each installed into a place of its own (slow)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nb_orchestra import orchestrate
from nb_orchestra.tools import servers
from tests.tools.test_web import Site, site

__all__ = ["site"]
PAGE = b"<html><title>Dives</title><body><article><p>Penguins dive deep, up to two hundred metres and more.</p></article></body></html>"
PYTHON = {"time": ["mcp-server-time"], "fetch": ["mcp-server-fetch"], "sqlite": ["mcp-server-sqlite", "mcp<2"]}  # its server is written for the SDK 1


def called(config: dict[str, Any], tool: str, arguments: dict[str, Any]) -> Any:
    """The value that a plan gets from one tool of a server; the server's process is ended."""
    offer = servers({"mcpServers": {"real": {**config, "permission": "always"}}})
    try:
        step = {"id": "s1", "kind": "call", "params": {"tool": f"real_{tool}", "arguments": arguments}}
        return orchestrate(plan={"steps": [step]}, tools=[offer], cache=False).value
    finally:
        offer.close()


def from_pypi(name: str, folder: Path) -> str:
    """The command of a server, in a venv of its own; skips where it cannot be installed."""
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    pip = [str(folder / "venv/bin/python"), "-m", "pip", "install", "-q", *PYTHON[name]]
    if (installed := subprocess.run(pip, capture_output=True, text=True)).returncode:
        pytest.skip(f"{name} cannot be installed here: {installed.stderr[-200:]}")
    return str(folder / "venv/bin" / PYTHON[name][0])


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", PYTHON)
def test_servers_of_pypi_are_called(name: str, tmp_path: Path, site: Site) -> None:
    """The time, a page of a loopback server, the tables of a database."""
    command = from_pypi(name, tmp_path)
    site.pages["/dives"] = lambda: (200, {"Content-Type": "text/html"}, PAGE)
    cases = {
        "time": (["--local-timezone", "UTC"], "get_current_time", {"timezone": "America/Lima"}, "America/Lima"),
        "fetch": (["--allow-private-ips"], "fetch", {"url": f"{site.url}/dives"}, "two hundred metres"),
        "sqlite": (["--db-path", str(tmp_path / "x.db")], "list_tables", {}, "[]"),
    }
    arguments, tool, given, wanted = cases[name]
    assert wanted in str(called({"command": command, "args": arguments}, tool, given))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_server_of_npm_is_called(tmp_path: Path) -> None:
    """The filesystem server reads a file of the folder that it was given, and no other."""
    npm = shutil.which("npm")
    install = [npm or "", "install", "--silent", "--prefix", str(tmp_path), "@modelcontextprotocol/server-filesystem"]
    if npm is None or subprocess.run(install, capture_output=True).returncode:
        pytest.skip("npm is not there, or cannot install here")
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "tea.txt").write_text("Tea is hot.")
    config = {"command": str(tmp_path / "node_modules/.bin/mcp-server-filesystem"), "args": [str(folder)], "env": {"PATH": os.environ["PATH"]}}
    assert "Tea is hot." in str(called(config, "read_text_file", {"path": str(folder / "tea.txt")}))

"""MCP servers as tools: real servers, over stdio and over HTTP on loopback."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.errors import GoalError, RunFailedError, ToolError
from nb_orchestra.tools import Servers, servers
from nb_orchestra.tools.mcp import read_config

pytest.importorskip("mcp")
SCRIPT = str(Path(__file__).with_name("mcp_server.py"))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[Servers]:
    monkeypatch.setenv("A_SECRET_KEY", "very-secret-value")
    opened = servers({"mcpServers": {"small": {"command": sys.executable, "args": [SCRIPT], "env": {"GIVEN": "1"}, "alwaysAllow": ["count"]}}})
    yield opened
    opened.close()


def call(tool: str, **arguments: Any) -> dict[str, Any]:
    return {"steps": [{"id": "s1", "kind": "call", "params": {"tool": tool, "arguments": arguments}}]}


def test_a_stdio_server_gives_tools_that_plans_call(small: Servers) -> None:
    """Tables go as records; a tool that the config trusts gets them unasked; one marked read-only is cached, another is not."""
    frame = pd.DataFrame({"a": [1, 2, 3]})
    counted = [orchestrate(plan=call("small_count", rows={"data": "frame"}), data={"frame": frame}, tools=[small]) for _ in range(2)]
    assert [(run.value, run.result("s1").cached) for run in counted] == [(3, False), (3, True)]
    noted = [orchestrate(plan=call("small_note", text="tea"), tools=[small]).value for _ in range(2)]
    assert noted == ["1 notes", "2 notes"]


def test_a_server_gets_no_keys_of_the_kernel(small: Servers) -> None:
    """Only what its config gives it, and what a program needs to start."""
    names = orchestrate(plan=call("small_environment"), tools=[small]).value
    assert "GIVEN" in names
    assert "A_SECRET_KEY" not in names


def test_private_data_go_to_a_server_only_when_allowed(small: Servers) -> None:
    """A tool that the config does not trust reaches outside; with nobody to ask, the step fails and says why."""
    with pytest.raises(RunFailedError, match="private data"):
        orchestrate(plan=call("small_note", text={"data": "secret"}), data={"secret": "s"}, tools=[small])


def test_a_tool_that_fails_is_a_failed_step(small: Servers) -> None:
    """The server's words are in the message; the server lives on."""
    with pytest.raises(RunFailedError, match="tool 'fails' failed"):
        orchestrate(plan=call("small_fails"), tools=[small])
    assert orchestrate(plan=call("small_note", text="after"), tools=[small]).state == "done"


def test_closing_ends_the_process_and_a_run_opens_it_again(small: Servers) -> None:
    """No process is left behind; using it again starts a new one."""
    assert orchestrate(plan=call("small_note", text="one"), tools=[small]).value == "1 notes"
    small.close()
    small.close()
    assert not _children()
    assert orchestrate(plan=call("small_note", text="one"), tools=[small]).value == "1 notes"


def _children() -> list[str]:
    told = subprocess.run(["ps", "--ppid", str(os.getpid()), "-o", "args="], capture_output=True, text=True).stdout
    return [line for line in told.splitlines() if "mcp_server.py" in line]


def test_a_server_over_http(tmp_path: Path) -> None:
    """An address instead of a command."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, SCRIPT, str(port)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        config = tmp_path / "mcp.json"
        config.write_text(json.dumps({"mcpServers": {"far": {"url": f"http://127.0.0.1:{port}/mcp"}}}))
        there = servers(config)
        assert orchestrate(plan=call("far_note", text="hello"), tools=[there]).value == "1 notes"
        there.close()
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError("the server did not start")


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"mcpServers": {}},
        {"mcpServers": {"x": {}}},
        {"mcpServers": {"x": {"command": "a", "url": "b"}}},
        {"mcpServers": {"x": {"command": "${NOT_THERE_AT_ALL}"}}},
    ],
)
def test_a_config_that_cannot_be_used_says_why(config: dict[str, Any]) -> None:
    """What is wrong is named."""
    with pytest.raises(GoalError):
        servers(config)


def test_a_config_is_filled_from_the_environment_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is filled in is not read again; a default stands after `:-`."""
    monkeypatch.setenv("PLACE", "${OTHER}")
    (found,) = read_config({"mcpServers": {"x": {"command": "run", "args": ["${PLACE}", "${MISSING:-here}"]}, "off": {"disabled": True}}})
    assert found.arguments == ("${OTHER}", "here")


def test_a_server_that_does_not_start_is_named() -> None:
    """The error names the server and what to try."""
    with pytest.raises(ToolError, match="'gone' did not start"):
        orchestrate(plan=call("gone_x"), tools=[servers({"mcpServers": {"gone": {"command": "/no/such/program"}}})])

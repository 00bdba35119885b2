"""Equal work that is asked for twice at once, by two processes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from nb_orchestra.cache.flights import alone

TWO = """
import sys, pathlib, time
from nb_orchestra import orchestrate, tool
cache, calls, me = sys.argv[1:]

@tool
def work(calls: str) -> str:
    with open(calls, "a") as file:
        file.write("x")
    until = time.monotonic() + 20
    while pathlib.Path(calls).stat().st_size < 2 and not pathlib.Path(calls + ".waits").exists() and time.monotonic() < until:
        time.sleep(0.01)  # until the other process waits, or does the same
    return "done"

def heard(event):
    if type(event).__name__ == "JobWaiting" and event.waiting_for:
        pathlib.Path(calls + ".waits").touch()

from nb_orchestra.journal import LiveJournal
real = LiveJournal.append
LiveJournal.append = lambda self, event: (real(self, event), heard(event))[0]
run = orchestrate(plan={"steps": [{"id": "s1", "kind": "call", "params": {"tool": "work", "arguments": {"calls": calls}}}]}, tools=[work], cache_dir=cache)
print(run.value, run.progress.rows["s1"].cached)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such locks there")
def test_two_processes_that_ask_for_the_same_do_it_once(tmp_path: Path) -> None:
    """The second says that it waits for another kernel, and takes what that one kept."""
    (tmp_path / "two.py").write_text(TWO)
    given = [sys.executable, str(tmp_path / "two.py"), str(tmp_path / "cache"), str(tmp_path / "calls")]
    both = [subprocess.Popen([*given, me], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for me in "ab"]
    told = sorted(process.communicate(timeout=90)[0].strip() for process in both)
    assert told == ["done False", "done True"]
    assert (tmp_path / "calls").read_text() == "x"
    (flights,) = (tmp_path / "cache").rglob("flights")
    assert not list(flights.iterdir())


async def _nobody() -> bool:
    async with alone(None, "key", lambda: None) as waited:
        return waited


def test_where_there_is_no_folder_nobody_waits() -> None:
    """On a network share, in memory: each does its own."""
    assert asyncio.run(_nobody()) is False


@pytest.mark.skipif(sys.platform == "win32", reason="no such locks there")
def test_one_after_the_other_and_different_work_at_once(tmp_path: Path) -> None:
    """The lock is of one key; who waited is told so; a killed holder's file is no obstacle."""

    async def go() -> list[str]:
        said: list[str] = []

        async def one(key: str, ready: asyncio.Event, go_on: asyncio.Event) -> None:
            async with alone(tmp_path / "flights", key, lambda: (said.append(f"{key} waits"), go_on.set())[0]) as waited:
                ready.set()
                said.append(f"{key} {waited}")
                await go_on.wait()

        first, free = asyncio.Event(), asyncio.Event()
        holding = asyncio.create_task(one("a", first, free))
        await first.wait()
        other = asyncio.Event()
        other.set()
        await one("b", asyncio.Event(), other)
        await one("a", asyncio.Event(), free)
        await holding
        return said

    (tmp_path / "flights").mkdir()
    assert asyncio.run(go()) == ["a False", "b False", "a waits", "a True"]
    assert not list((tmp_path / "flights").iterdir())

"""What cannot be stopped is named and counted until it ends; it never holds up anything else."""

from __future__ import annotations

import asyncio
import sys
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from nb_orchestra.core import events as e
from nb_orchestra.notebook.reports import doctor
from nb_orchestra.threads import abandoned, call_in_thread
from nb_orchestra.tools import tool
from tests.running.staging import Stage, call


@pytest.fixture
def hold() -> Any:
    event = threading.Event()
    yield event
    event.set()


def ended_by(names: set[str]) -> bool:
    """Waits for the threads of these names to end."""
    for thread in threading.enumerate():
        if thread.name.removeprefix("nb_orchestra ") in names:
            thread.join(20)
    return not any(item.name in names for item in abandoned())


def test_a_tool_that_hangs_is_named_with_the_run_and_by_doctor_until_it_ends(hold: threading.Event) -> None:
    """Its step ends at its limit, the others are done, its value reaches nobody; when it ends it is not counted any more."""

    def stubborn() -> str:
        hold.wait(60)
        return "too late"

    def quick() -> str:
        return "in time"

    run = Stage(tools=(stubborn, quick)).run(plan={"steps": [call("s1", "stubborn"), call("s2", "quick")], "result": "s2"}, step_seconds=0.1)
    assert (run.value, run.failures["s1"].error) == ("in time", "LimitError")
    warned = [event.text for event in run.events if isinstance(event, e.Warned)]
    assert any("runs on until it ends by itself: stubborn (1 in all" in message for message in warned)
    assert "stubborn" in [item.name for item in abandoned()]
    assert any("stubborn" in line for line in doctor())
    hold.set()
    assert ended_by({"stubborn"})
    assert "s1" not in run.results
    assert not any("stubborn" in line for line in doctor())


def test_an_ended_call_is_never_called_abandoned() -> None:
    """A run whose tools all ended says nothing of threads."""

    def quick() -> str:
        return "in time"

    run = Stage(tools=(quick,)).run(plan={"steps": [call("s1", "quick")]})
    assert not [event for event in run.events if isinstance(event, e.Warned)]


def test_pure_work_that_nobody_waits_for_is_stopped() -> None:
    """A pure tool in an endless loop ends with its step, also one that catches every exception; nothing of it runs on."""
    tries: list[int] = []

    @tool(pure=True)
    def endless() -> int:
        while True:
            try:
                while True:
                    sum(range(100))
            except Exception:
                tries.append(1)

    run = Stage(tools=(endless,)).run(plan={"steps": [call("s1", "endless")]}, step_seconds=0.1)
    assert run.failures["s1"].error == "LimitError"
    assert ended_by({"endless"})
    assert tries == []


def test_pure_work_is_stopped_within_its_own_call_only() -> None:
    """Thousands of pure calls that are cancelled at any moment of their lives: none of them hurts its thread's end, nothing is left in the list."""

    async def storm() -> None:
        for _ in range(500):
            calls = [asyncio.ensure_future(call_in_thread(lambda: sum(range(50)), "short", pure=True)) for _ in range(2)]
            await asyncio.sleep(0)
            for each in calls:
                each.cancel()
            await asyncio.gather(*calls, return_exceptions=True)

    asyncio.run(storm())
    assert ended_by({"short"})


def test_an_import_is_never_broken_off(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that pure work loads is whole afterwards, also where nobody waits for the work any more; the work is stopped then."""
    begun, go_on = threading.Event(), threading.Event()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "slow_events", SimpleNamespace(begun=begun, go_on=go_on))
    monkeypatch.setattr("nb_orchestra.threads.STOP_AGAIN_SECONDS", 0.01)
    (tmp_path / "slow_library.py").write_text("from slow_events import begun, go_on\nwhile not go_on.wait(0.001): begun.set()\nlast = 1\n")

    def load() -> None:
        import slow_library  # type: ignore[import-not-found]

        while True:
            assert slow_library.last

    async def cancel() -> None:
        work = asyncio.ensure_future(call_in_thread(load, "load", pure=True))
        assert await asyncio.to_thread(begun.wait, 20)
        thread = next(thread for thread in threading.enumerate() if thread.name == "nb_orchestra load")
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        go_on.set()
        await asyncio.to_thread(thread.join, 20)
        assert not thread.is_alive()

    asyncio.run(cancel())
    assert sys.modules.pop("slow_library").last == 1

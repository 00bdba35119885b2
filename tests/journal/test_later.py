"""What may wait is told when requests have left: in order, on disk before it shows, and never lost but by a kill."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from nb_orchestra.core import events as e
from nb_orchestra.journal import FileJournal, LiveJournal, live, read_events

BEGUN = [e.JobStarted("s1", 1.0, model="openai/x"), e.JobMissed("s1", {"question": "abc"}), e.Sent("s1", "openai/x", 3, 1.0, "why")]
ENDED = e.RunEnded("done", 2.0)


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is told by itself."""
    monkeypatch.setattr(live, "PATIENCE_SECONDS", 1e6)


async def _later(journal: LiveJournal, *events: e.Event) -> None:
    for event in events:
        journal.later(event)


@pytest.mark.usefixtures("endless")
def test_what_waits_is_told_before_what_cannot_wait() -> None:
    """An event that is told at once comes after all that happened before it."""
    heard: list[e.Event] = []
    journal = LiveJournal(heard.append)
    asyncio.run(_later(journal, *BEGUN))
    assert heard == journal.events == []
    journal.append(ENDED)
    assert heard == journal.events == [*BEGUN, ENDED]


def test_what_waits_is_told_by_itself() -> None:
    """Where nothing else happens, what waits is told a moment later."""
    heard: list[e.Event] = []

    async def wait() -> None:
        told = asyncio.Event()
        journal = LiveJournal(heard.append, lambda event: told.set())
        await _later(journal, *BEGUN)
        await told.wait()

    asyncio.run(asyncio.wait_for(wait(), 20))
    assert heard == BEGUN


def test_where_no_loop_runs_nothing_waits() -> None:
    """In a plain thread what may wait is told at once: nobody would tell it later."""
    journal = LiveJournal()
    journal.later(BEGUN[0])
    assert journal.events == BEGUN[:1]


@pytest.mark.usefixtures("endless")
def test_who_joins_late_hears_what_waits_once() -> None:
    """A subscriber from the start hears also what was about to be told, and not again later."""
    journal, heard = LiveJournal(), []
    asyncio.run(_later(journal, *BEGUN))
    journal.subscribe(heard.append, from_start=True)
    journal.append(ENDED)
    assert heard == [*BEGUN, ENDED]


@pytest.mark.usefixtures("endless")
def test_what_waited_is_on_disk_before_it_shows(tmp_path) -> None:
    """Events that are told together are all on disk before anybody hears of the first."""
    on_disk: list[int] = []
    file = FileJournal(tmp_path / "r1.jsonl")
    journal = LiveJournal(file, lambda event: on_disk.append(len(list(read_events(file.path)))))
    asyncio.run(_later(journal, *BEGUN))
    journal.append(ENDED)
    file.close()
    assert on_disk == [4, 4, 4, 4]
    assert list(read_events(file.path)) == [*BEGUN, ENDED]


ENDS = """
import asyncio, os, sys, threading
from nb_orchestra.core.events import Warned
from nb_orchestra.journal import FileJournal, LiveJournal, live
live.PATIENCE_SECONDS = 1e6
file = FileJournal(sys.argv[1])
journal = LiveJournal(file)
loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()
told = threading.Event()
loop.call_soon_threadsafe(lambda: (journal.later(Warned("last words")), told.set()))
told.wait()
if hasattr(os, "fork") and not (child := os.fork()):
    sys.exit()
"""


def test_an_interpreter_that_ends_tells_what_waits_once(tmp_path) -> None:
    """At exit what waits is written; a forked child that ends before leaves it to its parent."""
    path = tmp_path / "r1.jsonl"
    subprocess.run([sys.executable, "-c", ENDS, str(path)], check=True, timeout=60)
    assert list(read_events(path)) == [e.Warned("last words")]

"""Where no process can be forked: a fresh one per job, with the same outcomes, always limited."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pandas as pd
import psutil
import pytest

from nb_orchestra.core.outcome import Failure, Outcome, Result
from nb_orchestra.sandbox import Limits, jobs
from nb_orchestra.sandbox.cold import Cold


@pytest.fixture
def cold() -> Iterator[Cold]:
    process = Cold()
    yield process
    process.close()
    assert not any(place.exists() for place in process.places.all)


def run_in(process: Cold, code: str, seconds: float = 20, handle: jobs.Handle | None = None, approved: bool = True, **inputs: object) -> Outcome:
    return jobs.run(code, inputs, "result", Limits(seconds=seconds), approved, handle or jobs.Handle(), process)


def test_a_fresh_process_gives_the_same_outcome(cold: Cold, frame: pd.DataFrame) -> None:
    """A value, what was printed, and an error with the code's own lines, as from a warm one."""
    outcome = run_in(cold, "print('x')\nresult = df.x.sum()", df=frame)
    assert isinstance(outcome, Result)
    assert (outcome.value, outcome.printed, outcome.tier) == (15.5, "x\n", "limited")
    failure = run_in(cold, "1 / 0")
    assert isinstance(failure, Failure)
    assert (failure.error, failure.trace) == ("ZeroDivisionError", "line 1: 1 / 0")


def test_a_fresh_process_needs_approval(cold: Cold) -> None:
    """Nothing is promised about it, so a person decides."""
    outcome = run_in(cold, "result = 1", approved=False)
    assert isinstance(outcome, Failure)
    assert outcome.error == "NotApprovedError"


def test_a_fresh_process_is_ended_in_time(cold: Cold) -> None:
    """The code's own time counts, not that of loading libraries; nothing is left."""
    outcome = run_in(cold, "while True: pass", seconds=0.5)
    assert isinstance(outcome, Failure)
    assert outcome.error == "TimeoutError"
    for thread in threading.enumerate():
        if thread.name == "nb_orchestra sandbox job":
            thread.join(10)
            assert not thread.is_alive()
    assert not [child for child in psutil.Process().children() if "nb_orchestra.sandbox.cold" in " ".join(child.cmdline())]


def test_a_fresh_process_can_be_cancelled(cold: Cold) -> None:
    """Also before it began."""
    handle = jobs.Handle()
    handle.cancel()
    outcome = run_in(cold, "while True: pass", handle=handle)
    assert isinstance(outcome, Failure)
    assert outcome.error == "CancelledError"

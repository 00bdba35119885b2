"""*Here*: in the kernel's own process, only for code that a person approved."""

from __future__ import annotations

import os

import pandas as pd

from nb_orchestra.core.outcome import Failure, Result
from nb_orchestra.sandbox import run_code


def test_here_needs_approval() -> None:
    """Nothing runs in the kernel's process unless it was approved."""
    outcome = run_code("import os\nos.environ['RAN_HERE'] = '1'", here=True)
    assert isinstance(outcome, Failure)
    assert (outcome.error, outcome.tier) == ("NotApprovedError", "here")
    assert "RAN_HERE" not in os.environ


def test_here_runs_in_this_process(frame: pd.DataFrame) -> None:
    """Approved code runs in the kernel, sees what it sees, and still leaves the inputs as they were."""
    before = frame.copy(deep=True)
    outcome = run_code("import os\nprint('here')\ndf['x'] = 0\nresult = {'pid': os.getpid(), 'table': df}", {"df": frame}, approved=True, here=True)
    assert isinstance(outcome, Result)
    assert (outcome.value["pid"], outcome.printed, outcome.tier) == (os.getpid(), "here\n", "here")
    assert outcome.value["table"]["x"].sum() == 0
    pd.testing.assert_frame_equal(frame, before)


def test_an_error_here_is_a_failure_too(frame: pd.DataFrame) -> None:
    """With the code's own lines and the columns that are there, as in the other tiers."""
    outcome = run_code("a = 1\nresult = df['weight']", {"df": frame}, approved=True, here=True)
    assert isinstance(outcome, Failure)
    assert (outcome.error, outcome.trace, outcome.tier) == ("KeyError", "line 2: result = df['weight']", "here")
    assert "x, y, g, s" in outcome.hint


def test_a_value_that_cannot_travel_is_refused_here_too() -> None:
    """So that a step gives the same kind of value in every tier."""
    outcome = run_code("result = lambda: 1", approved=True, here=True)
    assert isinstance(outcome, Failure)
    assert "cannot leave" in outcome.message

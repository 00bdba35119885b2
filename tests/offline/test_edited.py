"""A step of a built-in plan, edited by hand."""

from __future__ import annotations

import pandas as pd

from nb_orchestra import orchestrate
from nb_orchestra.running.editing import edited

SALES = pd.DataFrame({"region": ["north", "south"] * 10, "price": range(20)})
GOAL = "Compare price across region in {sales}, and write a brief."


def test_another_question_to_the_built_in_writer_is_told_as_not_followed() -> None:
    """It writes from the results in its own words: the text says so, and what a person can do; an unedited one says nothing of it."""
    run = orchestrate(GOAL, data={"sales": SALES})
    assert run.plan is not None
    assert "Not done" not in run.value
    again = orchestrate(plan=edited(run.plan, run.plan.result[-1], GOAL, question="Say it in two sentences"), data={"sales": SALES})
    assert "**Not done:** “Say it in two sentences”" in again.value
    assert "model=NAME" in again.value
    assert [row.cached for row in again.progress.rows.values()].count(False) == 1

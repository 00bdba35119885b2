"""A step of a built-in plan, edited by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from nb_orchestra import orchestrate
from nb_orchestra.running.editing import edited
from nb_orchestra.tools import documents

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


def test_another_question_about_documents_is_told_as_not_followed_too(tmp_path: Path) -> None:
    """The built-in engine quotes what it finds, whatever the question says about how."""
    (tmp_path / "bread.txt").write_text("Bread is baked from flour. Birds should eat little bread, since it fills without feeding.")
    goal, data = "What do {papers} say about bread?", {"papers": documents(tmp_path)}
    run = orchestrate(goal, data=data)
    assert run.plan is not None
    assert "Not done" not in run.value
    again = orchestrate(plan=edited(run.plan, run.plan.result[-1], goal, question="Say it as a poem about bread"), data=data)
    assert "**Not done:** “Say it as a poem about bread”" in again.value
    assert again.plan is not None
    back = orchestrate(plan=edited(again.plan, again.plan.result[-1], goal, question=goal), data=data)
    assert "Not done" not in back.value

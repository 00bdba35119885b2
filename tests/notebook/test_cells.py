"""Goal cells in a shell of this process: what stays bound, and what is said beside the answer."""

from __future__ import annotations

import pandas as pd

from nb_orchestra.notebook.answer import answer_bundle, noted
from nb_orchestra.values import Chart
from tests.notebook.conftest import Shell

MEANS = "mean units by region in {sales}"
FAILING = """
@tool
def shout(topic: str) -> str:
    if topic == "c":
        raise ValueError("no luck")
    return topic.upper()
topics = pd.DataFrame({"topic": list("abcd")})
plan = {"steps": [{"id": "s1", "kind": "call", "name": "papers", "for_each": {"data": "topics"}, "params": {"tool": "shout", "arguments": {"topic": {"row": "topic"}}}}]}
"""


def test_a_plan_that_is_only_shown_and_a_goal_that_cannot_be_read_lose_no_earlier_answer(shell: Shell) -> None:
    """--plan, a typo, an unknown name and a bad option leave NAME and its steps as they were, and a refused goal says that it did."""
    shell.run(f"%%orchestrate x\n{MEANS}")
    answer, run = shell["x"], shell["x_run"]
    shell.run(f"%%orchestrate x --plan\n{MEANS}, with a chart")
    assert shell["x"] is answer
    for cell in ("x\nfrobnicate {sales}", "x\nmean of {sale}", "x --budget much\n" + MEANS, "x --replay\nmedian price by region in {sales}"):
        told = shell.run(f"%%orchestrate {cell}")
        if "frobnicate" in cell:
            assert "x still holds the answer of the run before" in told
            assert shell["x"] is answer
    assert "x" not in shell, "the replay was planned and failed, so x must not show an old value"
    shell.run("%orchestrate undo")
    assert shell["x"] is answer
    assert run.state == "done"
    shell.run(f"%%orchestrate x\n{MEANS}, with a chart")
    assert shell["x"] is not answer


def test_what_was_not_done_and_not_read_stands_beside_a_table(shell: Shell) -> None:
    """Nobody has to open the tree to learn that a word was passed over or that part of the goal is missing."""
    assert shell.run(f"%%orchestrate x\n{MEANS}, and dance wildly").startswith("Not read: dance")
    assert shell.run(f"%%orchestrate x\n{MEANS}").startswith("region")


def test_rows_that_failed_are_said_beside_the_answer(shell: Shell) -> None:
    """How many, the first of them and why, and where the whole list is: the table NAME_failures, or the run where no name was given."""
    shell.run(FAILING)
    named = shell.run("papers_run_ = orchestrate(plan=plan, data={'topics': topics}, tools=[shout], name='found')")
    assert "Failed: found: 1 of 4 rows failed; row 2 (topic c): ToolError: tool 'shout' raised ValueError: no luck; the whole list: found_failures" in named
    assert "3 × 2 table, 1 of 4 rows failed" in named
    assert len(shell["found_failures"]) == 1
    nameless = shell.run("again = orchestrate(plan=plan, data={'topics': topics}, tools=[shout])")
    assert "the whole list: run.results['s1'].failures" in nameless


def test_the_notes_stand_in_the_html_of_an_answer_as_text() -> None:
    """Above the table or chart, escaped: a goal's words and a tool's errors are no HTML."""
    chart = Chart(pd.DataFrame({"a": [1]}), {"kind": "bar", "title": "Mass"}, b"\x89PNG" + bytes(40), "<svg/>")
    for value, shown in ((pd.DataFrame({"a": [1]}), "<table"), (chart, "data:image/png"), (4.0, "4")):
        html = noted(answer_bundle(value), value, ["Not read: <b>dance</b>"])["text/html"]
        assert "Not read: &lt;b&gt;dance" in html
        assert shown in html.partition("dance")[2]

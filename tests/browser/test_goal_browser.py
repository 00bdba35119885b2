"""Goal cells in JupyterLab, as a person meets them."""

from __future__ import annotations

import os
import pathlib
import re
from typing import Any

from hosts import hears_clicks
from playwright.sync_api import expect

SETUP = """
import pandas as pd
penguins = pd.DataFrame({
    "species": ["Adelie", "Gentoo", "Chinstrap"] * 40,
    "island": ["Torgersen", "Biscoe", "Dream"] * 40,
    "body_mass_g": [3700.0 + (i * 37) % 500 + (1300 if i % 3 == 1 else 0) for i in range(120)],
})
%load_ext nb_orchestra
"""
GOAL = "%%orchestrate brief\nCompare body mass across species in {penguins}, find the outliers, and write a one-page brief with a chart."
SLOW = """
import time
from nb_orchestra import orchestrate, tool

@tool
def slow(seconds: float) -> float:
    time.sleep(seconds)
    return seconds

steps = [{"id": "quick", "kind": "call", "params": {"tool": "slow", "arguments": {"seconds": 0.1}}},
         {"id": "long", "kind": "call", "params": {"tool": "slow", "arguments": {"seconds": 60}}, "needs": ["quick"]}]
"""


def picture(page: Any, name: str) -> None:
    """Keeps a screenshot where SCREENS says; tests do not need it."""
    if os.environ.get("SCREENS"):
        page.screenshot(path=pathlib.Path(os.environ["SCREENS"]) / f"{name}.png", full_page=False)


def test_the_answer_stands_above_the_folded_tree(lab: Any) -> None:
    """The brief comes first, with its chart; the tree is one line below it, and opens by a click."""
    notebook = lab.open(SETUP, GOAL, width=1100, height=1400)
    notebook.run(0)
    notebook.run(1)
    output = notebook.output(1)
    expect(output.locator("img").first).to_be_visible()
    expect(output).to_contain_text(re.compile(r"\d+ steps"))
    picture(notebook.page, "goal-done")
    output.locator("summary").first.click()
    picture(notebook.page, "goal-open")
    expect(output.get_by_text("mean_body_mass_g_by_species").first).to_be_visible()


def test_cancel_in_the_page_stops_a_blocking_call_and_keeps_what_is_done(lab: Any) -> None:
    """A click on Cancel ends the run while its cell blocks; finished steps stay bound."""
    notebook = lab.open(SETUP + SLOW, "orchestrate(plan={'steps': steps}, tools=[slow], name='long_run')", "print(quick, long_run_run.state)")
    notebook.run(0)
    notebook.run(1, wait=False)
    output = notebook.output(1)
    expect(output.get_by_role("treeitem", name=re.compile("^long_run"))).to_be_visible()
    picture(notebook.page, "running")
    output.get_by_role("button", name=re.compile("cancel", re.IGNORECASE)).click()
    notebook.wait_for_end(1)
    expect(notebook.output(1)).to_contain_text("Cancelled")
    notebook.run(2)
    expect(notebook.output(2)).to_contain_text("0.1 cancelled")


@hears_clicks
def test_a_plan_is_edited_where_it_is_approved_and_a_step_is_skipped(lab: Any) -> None:
    """The question tells cost, kept share and what leaves; Edit gives the plan as text, a slip in it is told beside it; Skip leaves out a step that runs."""
    notebook = lab.open(
        SETUP + SLOW,
        "orchestrate(plan={'steps': steps, 'result': 'quick'}, tools=[slow], name='approved', approve=True)",
        "print(approved_run.steps.state.tolist())",
    )
    notebook.run(0)
    notebook.run(1, wait=False)
    output = notebook.output(1)
    expect(output.locator(".nbo-asked")).to_contain_text(re.compile("Run this plan of 2 steps.*costs nothing.*kept.*nothing leaves the kernel", re.S))
    output.get_by_role("button", name="Edit…").click()
    plan = output.locator(".nbo-plan")
    expect(plan).to_have_value(re.compile("seconds: 60"))
    written = plan.input_value()
    plan.fill(written.replace("tool: slow", "tool: sloth"))
    output.get_by_role("button", name="Run the edited plan").click()
    expect(output.get_by_role("alert")).to_contain_text("sloth")
    plan.fill(written.replace("seconds: 60", "seconds: 61"))
    output.get_by_role("button", name="Run the edited plan").click()
    running = output.locator(".nbo-item[data-state=running]").filter(has_text="long")
    running.locator(".nbo-line").click()
    running.get_by_role("button", name="Skip").click()
    notebook.wait_for_end(1)
    notebook.run(2)
    expect(notebook.output(2)).to_contain_text("['done', 'skipped']")
    expect(notebook.output(1)).to_contain_text("edited by you")


def test_a_failed_goal_shows_short_lines(lab: Any) -> None:
    """What happened and what to do next, no traceback."""
    notebook = lab.open(SETUP, "%%orchestrate x\nCompare {pengins}")
    notebook.run(0)
    notebook.run(1)
    expect(notebook.output(1)).to_contain_text("did you mean penguins?")
    assert "Traceback" not in notebook.text(1)
    picture(notebook.page, "error")

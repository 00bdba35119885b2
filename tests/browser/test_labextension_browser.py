"""The JupyterLab extension, as a person meets it: goal cells, the panel of runs, the status bar, settings, the hover."""

from __future__ import annotations

import os
import pathlib
import re
from typing import Any

from playwright.sync_api import expect

SETUP = """
import pandas as pd
penguins = pd.DataFrame({"species": ["Adelie", "Gentoo"] * 20, "body_mass_g": [3700.0 + 50 * (i % 7) for i in range(40)]})
limit = 4000
%load_ext nb_orchestra
"""
GOAL = "%%orchestrate masses --share schema\nMean body mass by species in {penguins}"
SLOW = """
import time
from nb_orchestra import orchestrate, tool

@tool
def slow(seconds: float) -> float:
    time.sleep(seconds)
    return seconds

def plan(seconds):
    return {"steps": [{"id": "quick", "kind": "call", "params": {"tool": "slow", "arguments": {"seconds": 0.1}}},
                      {"id": "long", "kind": "call", "params": {"tool": "slow", "arguments": {"seconds": seconds}}, "needs": ["quick"]}]}
"""
LONG = "orchestrate(plan=plan(60), tools=[slow], name='long_run')"


def picture(page: Any, name: str) -> None:
    """Keeps a screenshot where SCREENS says; tests do not need it."""
    if os.environ.get("SCREENS"):
        page.screenshot(path=pathlib.Path(os.environ["SCREENS"]) / f"lab-{name}.png", full_page=False)


def command(page: Any, name: str) -> None:
    page.evaluate("name => jupyterapp.commands.execute('nb-orchestra:' + name)", name)


def panel(page: Any) -> Any:
    """The side panel, opened."""
    command(page, "show-runs")
    found = page.locator("#nb-orchestra-runs")
    expect(found).to_be_visible()
    return found


def source(page: Any, cell: int) -> str:
    return str(page.evaluate("cell => jupyterapp.shell.currentWidget.content.widgets[cell].model.sharedModel.getSource()", cell))


def select(page: Any, cell: int) -> None:
    page.evaluate("cell => { const book = jupyterapp.shell.currentWidget.content; book.activeCellIndex = cell; book.deselectAll(); book.node.focus(); }", cell)


def test_a_run_is_in_the_panel_with_its_steps_and_their_code(lab: Any) -> None:
    """A goal's run stands in the panel as soon as it ends, with its steps, why each ran, and the code behind each."""
    notebook = lab.open(SETUP, GOAL, width=1300, dark=bool(os.environ.get("DARK")))
    page = notebook.page
    side = panel(page)
    expect(side.get_by_role("status").first).to_have_text("nb_orchestra is not loaded in this kernel.")
    picture(page, "absent")
    notebook.run(0)
    expect(side.get_by_text("No runs yet", exact=False).or_(side.locator(".nbo-run")).first).to_be_visible()
    notebook.run(1)
    run = side.locator(".nbo-run").first
    expect(run).to_contain_text("masses: Mean body mass by species in {penguins}")
    expect(run).to_contain_text("done")
    run.locator(".nbo-line").click()
    expect(run.locator(".nbo-step").first).to_be_visible()
    run.locator("summary").first.click()
    expect(run.locator(".nbo-code").first).to_contain_text("groupby")
    side.get_by_text("Settings and cache of this kernel").click()
    side.get_by_text("Cost by notebook").click()
    expect(side.locator(".nbo-costs")).to_contain_text(notebook.path.name)
    expect(side.locator(".nbo-foot")).to_contain_text("summary (default)")
    expect(page.locator(".nbo-status")).to_contain_text("1 run")
    picture(page, "run-open")


def test_goal_cells_are_prose_with_marks(lab: Any) -> None:
    """A goal cell is shown as prose: magic, NAME, options and {names} are marked, words of Python are not; other cells stay code."""
    notebook = lab.open("for x in []: pass", GOAL + "\nand for $x_{i}$ in `{code}` {{not}} from class {penguins[body_mass_g]}", width=1100)
    cell = notebook.page.locator(".jp-Cell").nth(1)
    expect(cell).to_have_class(re.compile("nbo-goal-cell"))
    expect(cell.locator(".nbo-mention")).to_have_text(["{penguins}", "{penguins[body_mass_g]}"])
    expect(cell.locator(".nbo-name")).to_have_text("masses")
    expect(cell.locator(".nbo-option")).to_have_text(["--share", "schema"])
    mimes = notebook.page.evaluate("() => jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.mimeType)")
    assert mimes == ["text/x-ipython", "text/x-ipythongfm"]
    picture(notebook.page, "goal-cell")
    notebook.page.evaluate("() => jupyterapp.shell.currentWidget.content.widgets[1].model.sharedModel.setSource('x = 1')")
    expect(cell).not_to_have_class(re.compile("nbo-goal-cell"))
    assert notebook.page.evaluate("() => jupyterapp.shell.currentWidget.content.widgets[1].model.mimeType") == "text/x-ipython"

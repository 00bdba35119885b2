"""What axe-core (Deque's checker of WCAG 2) finds in the tree and the panel: nothing."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

LIVE = "stage = Stage().show([*running(), e.Asked('q1', 'Run this plan?', time.time())]).display()"


def violations(page: Any, *places: str) -> list[str]:
    """Rule and element of each violation inside these places."""
    found = Axe().run(page, {"include": [[place] for place in places]}).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_shuts_anybody_out(lab: Any, dark: bool) -> None:
    """The live tree with an opened step, its picture and a question, the saved tree, and the panel of runs have no violation, light and dark."""
    notebook = lab.open("from tree_stage import *\n%load_ext nb_orchestra", LIVE, "stage.close(*runs.failed()[-1:])", width=1300, dark=dark)
    notebook.run(0)
    notebook.run(1)
    output = notebook.output(1)
    output.locator(".nbo-line").first.click()
    expect(output.locator(".nbo-detail table")).to_be_visible()
    expect(output.locator("svg").first).to_be_visible()
    notebook.page.evaluate("async () => { await jupyterapp.commands.execute('nb-orchestra:show-runs'); }")
    expect(notebook.page.locator("#nb-orchestra-runs")).to_be_visible()
    assert violations(notebook.page, ".nbo-root", "#nb-orchestra-runs", "#nbo-voice") == []
    notebook.run(2)
    output.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    expect(output.locator("svg").first).to_be_visible()
    assert violations(notebook.page, ".jp-OutputArea-output details") == []

"""The ten main states of the tree as pictures, light and dark, compared with the ones kept in `screens/`.

The comparison is tolerant: fonts differ from machine to machine, so a picture is looked at in coarse blocks, and only a layout or a colour that
changed fails. `WRITE_SCREENS=1` (as `just screens` sets it) puts the new pictures in place; look at them before they are committed.
"""

from __future__ import annotations

import io
import os
import pathlib
import time
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import expect

SCREENS = pathlib.Path(__file__).parent / "screens"
WRITE = os.environ.get("WRITE_SCREENS") == "1"
BLOCKS = 32
"""A picture is shrunk to this many columns, with rows in proportion, before it is compared."""
MOST_APART = 12.0
"""Mean difference of 0 to 255 over all blocks and colours; an unchanged state has below 3 on another machine's fonts."""

PATIENCE_S = 30.0
PAUSE_MS = 100
"""Between two looks at a picture that is not the kept one yet."""

STATES: dict[str, tuple[str, int]] = {
    "planning": ("Stage().show(runs.started(NOW)).display()", 900),
    "approval": ("Stage().show([*runs.planned(NOW), e.Asked('q1', 'Run this plan?', NOW)]).display()", 900),
    "running": ("Stage().show(running()).display()", 900),
    "opened": ("Stage().show(running()).display()", 900),
    "picture": ("Stage().show(many_running(30)).display()", 900),
    "narrow": ("Stage().show(running()).display()", 300),
    "many": ("Stage().show(many_running(200)).display()", 900),
    "done": ("Stage().show(runs.finished(NOW)).display().close()", 900),
    "failed": ("Stage().show(runs.failed(NOW)).display().close()", 900),
    "cancelled": ("Stage().show([*running(), e.CancelRequested(NOW, ''), e.RunEnded('cancelled', NOW, 1.0)]).display().close()", 900),
}
"""State → the code that shows it and the width of the output in px."""


def show(notebook: Any, name: str, cell: int) -> Any:
    """The state's output, opened where the state is an opened one."""
    notebook.run(cell)
    output = notebook.output(cell)
    if name == "opened":
        output.locator(".nbo-item").first.locator(".nbo-line").click()
        expect(output.locator("td").first).to_be_visible()
    if name == "picture":
        output.get_by_role("button", name="Graph").click()
        expect(output.locator("svg").first).to_be_visible()
    if name in ("done", "failed", "cancelled"):
        output.locator("summary").first.click()
    return output


def apart(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are apart, seen in blocks: mean difference, 0 to 255; 255 where their shapes differ by more than a tenth."""
    if abs(one.height / one.width - other.height / other.width) > 0.1 * one.height / one.width:
        return 255.0
    size = (BLOCKS, max(1, round(BLOCKS * one.height / one.width)))
    small = [picture.convert("RGB").resize(size, Image.Resampling.BOX) for picture in (one, other)]
    return sum(ImageStat.Stat(ImageChops.difference(*small)).mean) / 3


def settled(output: Any, kept: Image.Image | None = None) -> Image.Image:
    """The output's picture once it looks like the kept one or, where none is given, like the one before it; the last one after `PATIENCE_S`.

    A page draws when it can: a picture that is taken at once may be of a tree that is not whole yet.
    """
    deadline = time.monotonic() + PATIENCE_S
    before = None
    while True:
        picture = Image.open(io.BytesIO(output.screenshot(animations="disabled")))
        wanted = kept or before
        if time.monotonic() > deadline or (wanted is not None and apart(wanted, picture) <= (MOST_APART if kept else 0.0)):
            return picture
        before = picture
        output.page.wait_for_timeout(PAUSE_MS)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_main_states_look_as_they_did(lab: Any, dark: bool) -> None:
    """Each of the ten states looks like the picture that is kept of it."""
    setup = "from tree_stage import *; NOW = time.time()"
    widths = (
        "from IPython.display import HTML, display\ndisplay(HTML('<style>.nbo-root {{ width: {}px }} .nbo-clock, .nbo-time {{ visibility: hidden }}</style>'))"
    )
    notebook = lab.open(setup, *(f"{widths.format(width)}\n_ = {code}" for code, width in STATES.values()), width=1080, height=1000, dark=dark)
    notebook.run(0)
    found = {}
    for cell, name in enumerate(STATES, 1):
        output = show(notebook, name, cell)
        notebook.page.mouse.move(0, 0)
        path = SCREENS / f"{name}-{'dark' if dark else 'light'}.png"
        if WRITE:
            settled(output).convert("P", palette=Image.Palette.ADAPTIVE, colors=32).save(path, optimize=True)
        found[name] = apart(Image.open(path), settled(output, Image.open(path)))
    assert {name: round(distance, 1) for name, distance in found.items() if distance > MOST_APART} == {}


README = """
import pandas as pd
penguins = pd.DataFrame({"species": ["Adelie", "Gentoo", "Chinstrap"] * 40, "body_mass_g": [3700 + i * 37 % 500 + 1300 * (i % 3 == 1) for i in range(120)]})
%load_ext nb_orchestra
"""


def _remake_the_pictures_of_the_readme(lab: Any) -> None:
    """A goal with its answer, the opened tree and the panel of runs; and the same plan as it waits to be approved."""
    goal = "Compare body mass across species in {penguins}, find the outliers, and write a brief with a chart."
    notebook = lab.open(README, f"%%orchestrate brief --approve\n{goal}", width=1200, height=760, fresh=True)
    page = notebook.page
    notebook.run(0)
    page.evaluate("() => jupyterapp.commands.execute('nb-orchestra:show-runs')")
    notebook.run(1, wait=False)
    expect(notebook.output(1).locator(".nbo-asked")).to_be_visible()
    _kept(page, "readme-approve")
    notebook.output(1).get_by_role("button", name="Run", exact=True).click()
    notebook.wait_for_end(1)
    tree = notebook.output(1).locator("details").first
    tree.locator("summary").first.click()
    tree.locator("details[data-nbo-step] > summary").first.click()
    expect(tree.locator("td").first).to_be_visible()
    page.locator("#nb-orchestra-runs .orch-line").first.click()
    expect(page.locator("#nb-orchestra-runs .orch-step").first).to_be_visible()
    tree.locator("summary").first.scroll_into_view_if_needed()
    _kept(page, "readme-tree")


if WRITE:  # nothing is compared: collected only where `just screens` remakes the pictures
    test_the_pictures_of_the_readme_are_remade = _remake_the_pictures_of_the_readme


def _kept(page: Any, name: str) -> None:
    page.mouse.move(0, 0)
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("P", palette=Image.Palette.ADAPTIVE, colors=48)
    picture.save(SCREENS / f"{name}.png", optimize=True)

"""An ejected run is plain cells that run alone, show its charts and hold no code but the run's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nb_orchestra import ejecting, orchestrate, reporting, tool
from nb_orchestra.core.events import PlanMade, RunStarted, StepRenamed
from nb_orchestra.errors import RunFailedError
from nb_orchestra.models.scripted import ScriptedModel
from nb_orchestra.running import Run
from nb_orchestra.running.past import rebuilt

FRAME = pd.DataFrame({"species": ["Adelie", "Gentoo"] * 30, "mass": [3700.0 + i for i in range(60)]})


@tool
def doubled(x: int) -> int:
    """Twice."""
    return x * 2


@tool
async def later(text: str) -> str:
    """As it is."""
    return text


@tool
def fails(x: int) -> int:
    """Never."""
    raise ValueError(f"no such thing\nprint('ran')  # {x}")


def call(id: str, tool: str, **arguments: Any) -> dict[str, Any]:
    return {"id": id, "kind": "call", "name": f"made_{id}", "params": {"tool": tool, "arguments": arguments}}


def alone(run: Run, tmp_path: Path, before: str = "") -> dict[str, Any]:
    """The variables of its script, run in another process that cannot import this package, and what that printed."""
    made = ejecting.eject(run, "files")
    ejecting.write_files(tmp_path / "run.py", made.files, "files")
    (tmp_path / "run.py").write_text(f"import sys\nsys.modules['nb_orchestra'] = None\n{before}{made.script()}", encoding="utf-8")
    ran = subprocess.run([sys.executable, "run.py"], cwd=tmp_path, capture_output=True, text=True, check=False, env={"MPLBACKEND": "Agg", "PATH": ""})
    assert ran.returncode == 0, ran.stderr
    return {"text": made.script(), "printed": ran.stdout, "cells": made.cells}


@pytest.fixture(scope="module")
def brief() -> Run:
    return orchestrate("Compare mass across species in {frame}, and write a brief with a chart.", data={"frame": FRAME})


def test_a_text_is_shown_with_its_charts(brief: Run) -> None:
    """In a notebook each chart stands in its place; a script saves it and names the file there. (tests/kernel/test_ejected.py runs both.)"""
    (chart,) = brief.value.charts
    made = ejecting.eject(brief, "files")
    shown = made.cells[-1]
    assert f"pictures = {{{chart!r}: {chart}}}" in shown.text
    assert "%matplotlib inline" in shown.text
    assert "%matplotlib" not in made.script()
    assert "savefig" in made.script()


def test_awaited_tools_templates_and_quotes_run_in_a_script(tmp_path: Path) -> None:
    """What a notebook may await a script runs; a question with holes is filled and told as written; a text that ends in a quote is itself."""
    model = ScriptedModel({"Tell": 'He said "fjord" and """more"""\\n"'})
    question = {"template": "Tell of {n} {other}", "values": {"n": {"from": "a"}}}
    steps = [call("a", "doubled", x=4), call("b", "later", text={"template": "{n} times", "values": {"n": {"from": "a"}}})]
    run = orchestrate(
        plan={"steps": [*steps, {"id": "c", "kind": "ask", "params": {"question": question}}], "result": ["a", "b", "c"]}, tools=[doubled, later], model=model
    )
    found = alone(run, tmp_path)
    assert found["printed"] == f"8\n8 times\n{run['c']}\n"
    assert "# > Tell of {n} {other}" in found["text"]


def test_a_failed_run_gives_what_it_made(tmp_path: Path) -> None:
    """What was not made is told as a comment, whatever the complaint holds, and nothing asks for it."""
    with pytest.raises(RunFailedError) as caught:
        orchestrate(plan={"steps": [call("a", "doubled", x=4), call("b", "fails", x={"from": "a"})]}, tools=[doubled, fails])
    found = alone(caught.value.run, tmp_path)
    assert "# made_b was not made: tool 'fails' raised ValueError" in found["text"]
    assert "ran" not in found["printed"]


HOSTILE = "x;print('ran')#"
RECIPE = {"recipe": "rank", "arguments": {"frame": {"data": HOSTILE}, "by": "mass", "n": "1);print('ran')#", HOSTILE: 1}}


@pytest.mark.parametrize(
    "step",
    [
        {"id": HOSTILE, "kind": "code", "name": HOSTILE, "params": RECIPE},
        {"id": HOSTILE, "kind": "code", "name": HOSTILE, "params": {**RECIPE, "recipe": "chart"}},
        {"id": HOSTILE, "kind": "gather", "name": HOSTILE, "params": {"inputs": {HOSTILE: {"data": HOSTILE}}}, "purpose": "a\rb\u2028print('ran')"},
    ],
)
def test_names_and_arguments_of_a_foreign_run_become_no_code(step: dict[str, Any], tmp_path: Path) -> None:
    """A run from somebody's bundle is exported as it is: whatever stands in its names, its script prints nothing of it."""
    plan = {"steps": [step], "result": [HOSTILE], "given_names": [HOSTILE]}
    run = rebuilt([RunStarted("r1", "a\rprint('ran')", 1.0), PlanMade(plan, 1.0), StepRenamed(HOSTILE, HOSTILE, "y")], lambda keys: {})
    assert run is not None
    assert run.plan is not None
    from nb_orchestra.core.outcome import Result

    run.results[HOSTILE] = Result("value")
    text = ejecting.eject(run, "files").script()
    (tmp_path / "run.py").write_text(text, encoding="utf-8")
    ran = subprocess.run([sys.executable, "run.py"], cwd=tmp_path, capture_output=True, text=True, check=False, env={"PATH": ""})
    assert "ran\n" not in ran.stdout
    assert "SyntaxError" not in ran.stderr


def test_a_report_has_one_title(brief: Run) -> None:
    """A text's own title is the report's, with the goal below it; a run without one is titled by its goal."""
    text, pictures = reporting.as_markdown(brief, "files")
    assert [line for line in text.splitlines() if line.startswith("# ")] == [str(brief.value).splitlines()[0]]
    assert text.splitlines()[2].startswith("Goal: Compare mass")
    assert len(pictures) == 1
    page = reporting.as_html(brief)
    assert page.count("<h1>") == 1
    assert page.count("data:image/png") >= 1

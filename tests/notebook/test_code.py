"""`%orchestrate code`: what a person can read, and where the whole is."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nb_orchestra import orchestra
from tests.notebook.conftest import Shell

BRIEF = "%%orchestrate brief\nCompare price across region in {sales}, find the outliers of units, and write a one-page brief"


def test_code_of_a_written_brief_is_a_page_and_says_where_the_whole_is(shell: Shell) -> None:
    """Each step once, under what it is for, without the functions that they call; `--whole` prints all, and that runs without us."""
    shell.run(BRIEF)
    told = shell.run("%orchestrate code brief")
    assert len(told.splitlines()) < 40
    assert "does not run as it stands" in told
    assert "as a file that runs: %orchestrate export brief --to py" in told
    assert "def " not in told
    assert told.count("compare_groups(") == 1
    assert "# brief: text written from" in told
    whole = shell.run("%orchestrate code brief --whole")
    assert len(whole.splitlines()) > 200
    assert [line for line in whole.splitlines() if line.startswith("def ") and whole.count(f"\n{line}\n") > 1] == []
    space: dict[str, Any] = {"sales": shell["sales"]}
    exec(whole, space)
    run = shell["brief_run"]
    tables = [step for step in run.plan.steps if step.kind == "code" and isinstance(run[step.id], pd.DataFrame)]
    assert len(tables) > 1
    for step in tables:
        pd.testing.assert_frame_equal(space[run.names[step.id]], run[step.id])


def test_short_code_is_printed_whole_and_runs_as_it_stands(shell: Shell) -> None:
    """A few lines of pandas need no functions of ours."""
    shell.run("%%orchestrate m\nmean price by region in {sales}")
    space: dict[str, Any] = {"sales": shell["sales"]}
    exec(shell.run("%orchestrate code m"), space)
    pd.testing.assert_frame_equal(space["m"], shell["m"])
    assert orchestra.code_of(shell["m_run"], shell["m_run"].plan.result[0]).strip() == shell.run("%orchestrate code m").strip()

"""What was done before, in a shell of this process: an edit that waits, a run gone on with, two runs compared. Past kernels are in tests/kernel/test_history."""

from __future__ import annotations

import pytest

from nb_orchestra.notebook.runs_table import Listing
from nb_orchestra.running.comparing import compared
from tests.notebook.conftest import Shell

MEANS = "mean units by region in {sales}"


def test_an_edit_waits_until_it_is_run_or_taken_back(shell: Shell) -> None:
    """undo takes back the last run, not the edit, and says so; --drop takes back the edit; a rerun says that its plan was edited."""
    shell.run(f"%%orchestrate m\n{MEANS}")
    assert "no edit of m waits" in shell.run("%orchestrate edit m --drop")
    shell.run("%orchestrate edit m by=price")
    assert "--drop takes it back" in shell.run("%orchestrate undo")
    assert "%%orchestrate m --continue m\nsame but only North" in shell.run("%orchestrate edit m same but only North")
    assert "is taken back" in shell.run("%orchestrate edit m --drop")
    assert "region" in shell.run("%orchestrate rerun m")
    assert "an edit waits" not in shell.run("%orchestrate undo")
    shell.run("%orchestrate edit m by=price")
    told = shell.run("%orchestrate rerun m")
    assert "plan of the run of" in told
    assert ", edited" in told
    assert "plan given" not in told


def test_going_on_with_a_finished_run_says_that_nothing_is_left(shell: Shell) -> None:
    """With an edit, it says that what the edit changes is done anew."""
    shell.run(f"%%orchestrate m\n{MEANS}")
    assert "is finished, nothing is left to do" in shell.run("%orchestrate resume m")
    shell.run("%orchestrate edit m by=price")
    assert "1 of 1 steps is finished and kept; those that your edit changes are done anew" in shell.run("%orchestrate resume m")


def test_values_of_one_shape_are_compared_by_their_cells(shell: Shell) -> None:
    """How many cells differ, and the first of them; a text by its first line that differs; equal runs have no difference."""
    shell.run(f"%%orchestrate m\n{MEANS}")
    first = shell["m_run"]
    shell.run(f"%%orchestrate m\n{MEANS}")
    assert compared(first, shell["m_run"]) == []
    assert "nothing differs" in shell.run("%orchestrate diff")
    shell.run("sales.loc[0, 'units'] += 100")
    shell.run(f"%%orchestrate m\n{MEANS}")
    (value,) = [item for item in compared(first, shell["m_run"]) if item.of == "value"]
    assert value.before == "mean of row 1: 10.5 (1 of 9 cells differ)"
    assert value.after == "mean of row 1: 15.5"


@pytest.mark.parametrize("width", [60, 100])
def test_a_table_of_a_verb_hides_no_column_in_a_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long texts are cut, line breaks are blanks; the table itself keeps all."""
    monkeypatch.setenv("COLUMNS", str(width))
    table = Listing({"name": ["a" * 50, "b"], "what": ["first\nsecond" * 9, "short"], "run": ["20261130-131546-031976e24"] * 2})
    lines = repr(table).splitlines()
    assert len(lines) == 3
    assert all(len(line) <= width for line in lines)
    assert lines[0].split() == ["name", "what", "run"]
    assert table["what"][0] == "first\nsecond" * 9

"""Every form of a condition restricts to the rows that it says, or the run is partial and names it."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

from nb_orchestra import orchestrate

sys.path.insert(0, str(Path(__file__).parent))
from conditioned import DATED, JOINED, MEASURES, NAMES, NEGATED, RANGED, TABLES, WORDED, Rows

ALL = NEGATED + DATED + JOINED + RANGED + WORDED


@pytest.mark.parametrize(("table", "condition", "rows"), ALL, ids=lambda item: item if isinstance(item, str) else "")
def test_a_condition_leaves_the_rows_that_it_says(table: str, condition: str, rows: Rows) -> None:
    """The mean is that of pandas over the same rows (where values are joined by "and", each has its own mean as well), and nothing is undone or unread."""
    frame = TABLES[table]
    measure = MEASURES[table]
    run = orchestrate(f"mean {NAMES.get(measure, measure)} {condition} in {{{table}}}", data={table: frame}, model="builtin", cache=False)
    right = frame[rows(frame)][measure]
    value = run[next(step.id for step in run.plan.steps if step.params.get("recipe") == "describe")]
    assert isinstance(value, pd.DataFrame), value
    assert (list(value["column"]), list(value["mean"])) == ([measure], [pytest.approx(right.mean())])
    assert list(run.plan.not_done) == []
    assert not [line for line in run.plan.assumptions if "not read" in line]


@pytest.mark.parametrize("condition", ["on holidays", "in the dry half of 2023", "last month"])
def test_a_condition_that_cannot_be_read_is_never_done(condition: str) -> None:
    """The word that restricts is named under "not done"."""
    run = orchestrate(f"mean revenue {condition} in {{orders}}", data={"orders": TABLES["orders"]}, model="builtin", cache=False)
    assert any(line.split(":")[0] in condition for line in run.plan.not_done)

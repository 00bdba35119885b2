"""`%orchestrate runs` as a person reads it."""

from __future__ import annotations

import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.notebook.reports import past_runs

PLAN = {"steps": [{"id": "s1", "kind": "gather", "params": {"inputs": {"a": 1}}}]}


@pytest.mark.parametrize("width", [80, 160])
def test_the_table_of_runs_fits_a_terminal_and_is_a_table(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No column is hidden behind dots, no line is longer than the terminal; all columns are there for who computes with them."""
    monkeypatch.setenv("COLUMNS", str(width))
    orchestrate(plan=PLAN, name="a_name_that_is_longer_than_a_column")
    runs = past_runs()
    lines = repr(runs).splitlines()
    assert all(len(line) <= width for line in lines[:-1])
    assert "…" in lines[1]
    assert ("goal" in lines[0]) == (width > 120)
    cut_short = runs.assign(state="interrupted", cost=0.00012345, done=100, steps=100)
    assert all(len(line) <= width for line in repr(type(runs)(cut_short)).splitlines()[:-1])
    assert {"goal", "tokens", "saved", "notebook"} <= set(runs.columns)
    assert type(runs[runs.state == "done"]) is pd.DataFrame
    assert "<table" in runs._repr_html_()


def test_a_plan_that_was_only_looked_at_is_listed_as_planned() -> None:
    """Nothing was run, so it is not done; a run is."""
    orchestrate("How many rows are in {frame}?", data={"frame": pd.DataFrame({"n": [1, 2]})}, plan_only=True)
    assert past_runs().state.iloc[0] == "planned"
    orchestrate("How many rows are in {frame}?", data={"frame": pd.DataFrame({"n": [1, 2]})})
    assert past_runs().state.iloc[0] in ("done", "partial")

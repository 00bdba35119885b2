"""Goals over tables with a column per thing, and over things that change in time: each beside pandas' own answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate

sys.path.insert(0, str(Path(__file__).parent))
from test_everyday_goals import Right, missing_from


def work() -> pd.DataFrame:
    r = np.random.default_rng(14)
    month = pd.date_range("2006-01-01", "2013-12-01", freq="MS")
    start = {"construction": 7600, "manufacturing": 14200, "retail": 15300, "health": 17900, "leisure": 13000}
    walks = {name: (at * (1 + 0.01 * np.cumsum(r.normal(0.02 * (n - 2), 0.4, len(month))))).round(1) for n, (name, at) in enumerate(start.items())}
    return pd.DataFrame({"month": month, **walks})


def energy() -> pd.DataFrame:
    r = np.random.default_rng(55)
    made = {name: (at + np.cumsum(r.normal(step, 6, 26))).round(1) for name, at, step in (("coal", 500, -8), ("gas", 300, 4), ("wind", 20, 9), ("solar", 5, 7))}
    return pd.DataFrame({"year": np.arange(1995, 2021), **made})


def places() -> pd.DataFrame:
    r = np.random.default_rng(17)
    rows: list[tuple[Any, ...]] = []
    for n, name in enumerate(("Chile", "Ghana", "Nepal", "Malta", "Samoa", "Haiti")):
        people, years = float(r.integers(2, 60) * 1e6), float(r.uniform(45, 70))
        for year in range(1960, 2011, 5):
            rows.append((name, ("North", "South")[n % 2], year, int(people), round(years, 2)))
            people, years = people * (1 + r.normal(0.08, 0.06)), years + r.normal(1, 1.2)
    return pd.DataFrame(rows, columns=["country", "zone", "year", "population", "life_exp"])


FRAMES = {"work": work(), "energy": energy(), "places": places()}


def _most(change: Any, *, down: bool = False) -> list[Any]:
    return [change.idxmin(), change.min()] if down else [change.idxmax(), change.max()]


def _between(f: pd.DataFrame, first: Any, last: Any) -> Any:
    table = f.set_index(f.columns[0])
    return table.loc[last] - table.loc[first]


def _years(f: pd.DataFrame, name: str, by: str = "country") -> Any:
    return f.pivot_table(index=by, columns="year", values=name, aggfunc="sum")


GOALS: list[tuple[str, str, Right]] = [
    ("work", "Which sector lost the most jobs between January 2008 and January 2010?", lambda f: _most(_between(f, "2008-01-01", "2010-01-01"), down=True)),
    ("work", "which industry is the largest on average", lambda f: _most(f.drop(columns="month").mean())),
    ("work", "average of each sector in 2010", lambda f: f[f.month.dt.year == 2010].drop(columns="month").mean()),
    ("energy", "which source grew most?", lambda f: _most(_between(f, 1995, 2020))),
    ("energy", "which fuels fell between 2000 and 2015", lambda f: [name for name, step in _between(f, 2000, 2015).items() if step < 0]),
    ("energy", "total per source", lambda f: f.drop(columns="year").sum()),
    ("places", "Which countries improved most in life expectancy?", lambda f: _most(_years(f, "life_exp")[2010] - _years(f, "life_exp")[1960])),
    ("places", "Which country's population grew the fastest?", lambda f: _most(100 * (_years(f, "population")[2010] / _years(f, "population")[1960] - 1))),
    ("places", "which zone grew most in population", lambda f: [(_years(f, "population", "zone")[2010] - _years(f, "population", "zone")[1960]).idxmax()]),
]


@pytest.mark.parametrize(("table", "goal", "right"), GOALS, ids=lambda item: item if isinstance(item, str) else "")
def test_the_things_are_found_whether_each_is_a_column_or_many_rows(table: str, goal: str, right: Right) -> None:
    """The whole goal is done, and each number and name of the right answer stands in what a person reads."""
    run = orchestrate(goal, data={table: FRAMES[table]}, model="builtin", cache=False)
    assert not run.plan.not_done, run.plan.not_done
    assert not list(missing_from(run.value, right(FRAMES[table])))


def test_stacked_columns_are_told() -> None:
    """Whoever asks for sectors of a table without such a column reads which columns were taken for them."""
    run = orchestrate("which sector is the smallest on average", data={"work": FRAMES["work"]}, model="builtin", cache=False)
    assert any(line.startswith("sector → each of the 5 columns") for line in run.plan.assumptions)


def test_a_table_is_made_long_with_the_names_that_are_said() -> None:
    """One row for each month and sector."""
    run = orchestrate("turn the table into long format with sector and jobs", data={"work": FRAMES["work"]}, model="builtin", cache=False)
    assert list(run.value.columns) == ["month", "sector", "jobs"]
    assert len(run.value) == 5 * len(FRAMES["work"])


def test_whether_it_rises_faster_than_before_is_the_trend_of_both_halves() -> None:
    """Two slopes beside that of the whole."""
    run = orchestrate("Is gas rising faster than it used to?", data={"energy": FRAMES["energy"]}, model="builtin", cache=False)
    assert not run.plan.not_done, run.plan.not_done
    assert "earlier half" in run.value
    assert "later half" in run.value


def test_the_monthly_pattern_is_of_what_the_question_before_was_about() -> None:
    """ "Which months are wettest, and is it getting warmer? chart the monthly pattern" draws the rain."""
    r = np.random.default_rng(3)
    day = pd.date_range("2019-01-01", periods=1_461, freq="D")
    frame = pd.DataFrame({"date": day, "rain_mm": r.gamma(1, 3, 1_461).round(1), "temp_max": (12 + day.month + r.normal(0, 2, 1_461)).round(1)})
    goal = "Which months are wettest, and is it getting warmer? chart the monthly pattern"
    run = orchestrate(goal, data={"town": frame}, model="builtin", cache=False)
    charts = [step for step in run.plan.steps if step.params.get("recipe") == "chart"]
    assert [step.params["arguments"]["labels"] for step in charts] == [{"sum": "total rain (mm)"}]

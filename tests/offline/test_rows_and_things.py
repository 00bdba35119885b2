"""Rows are sales lines, marks or visits: what is counted and averaged are the things, the units sold and the days. Each goal beside pandas' own answer."""

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


def bakery() -> pd.DataFrame:
    r = np.random.default_rng(41)
    days = [day for day in pd.date_range("2022-03-01", "2022-12-31") if day.weekday() != 2]
    rows = [(day.strftime("%d/%m/%Y"), cake, int(r.poisson(9 + 4 * (day.weekday() > 4))), 2.5) for day in days for cake in ("muffin", "eclair", "rye bread")]
    return pd.DataFrame(rows, columns=["sold_on", "item", "qty", "price"])


def scores() -> pd.DataFrame:
    r = np.random.default_rng(42)
    rows = [
        (f"P{i:02d}", ("Ash", "Birch", "Cedar")[i % 3], "girl" if i % 5 < 3 else "boy", test, int(r.integers(20, 100)))
        for i in range(40)
        for test in ("spelling", "sums", "art")
    ]
    return pd.DataFrame(rows, columns=["Pupil", "Group", "Sex", "Test", "Points"])


def calls() -> pd.DataFrame:
    r = np.random.default_rng(43)
    at = pd.Timestamp("2023-05-01") + pd.to_timedelta(np.sort(r.integers(0, 40 * 24, 400)), unit="h")
    ids = r.integers(500, 560, 400)
    return pd.DataFrame(
        {
            "called_at": at,
            "customer_id": ids,
            "desk": r.choice(["east", "west"], 400),
            "temp": r.normal(20, 5, 400).round(1),
            "cost": r.gamma(2, 3, 400).round(2),
        }
    )


FRAMES = {"bakery": bakery(), "scores": scores(), "calls": calls()}


def _date(f: pd.DataFrame) -> Any:
    return pd.to_datetime(f.sold_on, format="%d/%m/%Y")


def _daily(f: pd.DataFrame) -> Any:
    return f.qty.groupby(_date(f)).sum()


def _weekend(f: pd.DataFrame) -> Any:
    daily = _daily(f)
    return daily.groupby(daily.index.dayofweek >= 5).mean()


GOALS: list[tuple[str, str, Right]] = [
    ("bakery", "average qty per day", lambda f: _daily(f).mean()),
    ("bakery", "mean qty sold each day by item", lambda f: f.groupby("item").qty.mean()),
    ("bakery", "median qty per day in June 2022", lambda f: _daily(f)["2022-06"].median()),
    ("bakery", "Compare weekends with weekdays: average qty per day", _weekend),
    ("bakery", "which day had the most qty?", lambda f: _daily(f).max()),
    ("bakery", "top 4 days by turnover", lambda f: (_daily(f) * 2.5).nlargest(4)),
    ("bakery", "how many eclairs were sold in April 2022", lambda f: f[(f.item == "eclair") & (_date(f).dt.month == 4)].qty.sum()),
    ("bakery", "How many muffins did we bake on Sundays?", lambda f: f[(f.item == "muffin") & (_date(f).dt.dayofweek == 6)].qty.sum()),
    ("bakery", "on how many days did we sell more than 12 muffins?", lambda f: ((f.item == "muffin") & (f.qty > 12)).sum()),
    ("bakery", "how many days had a qty below 25", lambda f: (_daily(f) < 25).sum()),
    ("bakery", "total turnover by item", lambda f: (f.qty * f.price).groupby(f.item).sum()),
    ("scores", "number of pupils in each group", lambda f: f.groupby("Group").Pupil.nunique()),
    ("scores", "how many pupils per group, boys vs girls", lambda f: f.groupby(["Group", "Sex"]).Pupil.nunique()),
    ("scores", "how many pupils had points under 30", lambda f: f[f.Points < 30].Pupil.nunique()),
    ("scores", "how many boys are in Birch", lambda f: f[(f.Sex == "boy") & (f.Group == "Birch")].Pupil.nunique()),
    ("calls", "how many customers per desk", lambda f: f.groupby("desk").customer_id.nunique()),
    ("calls", "number of customers with a cost above 10", lambda f: f[f.cost > 10].customer_id.nunique()),
    ("calls", "mean cost per day", lambda f: f.cost.groupby(f.called_at.dt.normalize()).sum().mean()),
    ("calls", "how many days had a temp above 32", lambda f: f[f.temp > 32].called_at.dt.normalize().nunique()),
]


@pytest.mark.parametrize(("table", "goal", "right"), GOALS, ids=lambda item: item if isinstance(item, str) else "")
def test_things_are_counted_and_days_are_totalled(table: str, goal: str, right: Right) -> None:
    """The whole goal is done, and each number of the right answer stands in what a person reads."""
    run = orchestrate(goal, data={table: FRAMES[table]}, model="builtin", cache=False)
    assert not run.plan.not_done, run.plan.not_done
    assert not list(missing_from(run.value, right(FRAMES[table])))


@pytest.mark.parametrize(
    ("table", "goal", "line"),
    [
        ("scores", "number of pupils in each group", "counted: each Pupil once, not the rows"),
        ("bakery", "how many eclairs were sold in April 2022", "eclairs counted: the total of qty, not the rows"),
        ("bakery", "average qty per day", "qty per day: totals, and the mean of them"),
    ],
)
def test_what_was_counted_is_said(table: str, goal: str, line: str) -> None:
    """The default stands among the assumptions."""
    run = orchestrate(goal, data={table: FRAMES[table]}, model="builtin", cache=False)
    assert line in run.plan.assumptions


def test_rows_that_are_the_things_are_counted_as_before() -> None:
    """A noun that names the rows, and a quality in front of one, count rows."""
    frame = FRAMES["calls"].assign(call_id=range(400))
    run = orchestrate("how many calls per desk", data={"calls": frame}, model="builtin", cache=False)
    assert not list(missing_from(run.value, frame.groupby("desk").size()))

"""Periods beside groups, the things and periods that changed most, counts within the groups that are meant. Each goal beside pandas' own answer."""

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


def harbour() -> pd.DataFrame:
    r = np.random.default_rng(81)
    days = pd.date_range("2022-01-01", "2023-12-31")
    frame = pd.DataFrame({"day": days, "ship": r.choice(["ferry", "trawler", "tanker"], len(days)), "berth": r.choice(["east", "west"], len(days))})
    return frame.assign(load_t=(r.gamma(4, 20, len(days)) + 10 * (days.month == 7)).round(1))


def towns() -> pd.DataFrame:
    r = np.random.default_rng(82)
    rows = [(town, year, 100 + 3.0 * n + (year - 1980) * r.normal(1, 0.8)) for n, town in enumerate("ABCDEFGH") for year in range(1980, 2021, 5)]
    frame = pd.DataFrame(rows, columns=["town", "year", "income"]).assign(income=lambda f: f.income.round(2))
    return frame.assign(town="Town " + frame.town, rebuilt=r.choice(["yes", "no"], len(frame)))


FRAMES = {"harbour": harbour(), "towns": towns()}


def _season(f: pd.DataFrame) -> Any:
    return f.day.dt.month.map(lambda m: ("winter", "spring", "summer", "autumn")[m % 12 // 3])


def _steps(f: pd.DataFrame) -> Any:
    return f.groupby("year").income.mean().diff()


def _gains(f: pd.DataFrame, first: int, last: int) -> Any:
    wide = f.pivot(index="town", columns="year", values="income")
    return wide[last] - wide[first]


CROSSED: list[tuple[str, str, Right]] = [
    ("harbour", "mean load_t per weekday and ship", lambda f: f.groupby([f.day.dt.day_name(), "ship"]).load_t.mean()),
    ("harbour", "median load by ship for each weekday", lambda f: f.groupby([f.day.dt.day_name(), "ship"]).load_t.median()),
    ("harbour", "mean load per season", lambda f: f.groupby(_season(f)).load_t.mean()),
    ("harbour", "total load per season and berth", lambda f: f.groupby([_season(f), "berth"]).load_t.sum()),
    ("towns", "mean income per decade since 1990, with a line chart", lambda f: f[f.year >= 1990].groupby(f.year // 10 * 10).income.mean()),
    ("towns", "mean income per decade by rebuilt, with a line chart", lambda f: f.groupby([f.year // 10 * 10, "rebuilt"]).income.mean()),
]
MOVED: list[tuple[str, str, Right]] = [
    ("towns", "which three towns gained most income between 1980 and 2020?", lambda f: _gains(f, 1980, 2020).nlargest(3)),
    ("towns", "top 4 towns by gain in income from 1985 to 2015", lambda f: _gains(f, 1985, 2015).nlargest(4)),
    ("towns", "the 2 towns whose income grew least between 1980 and 2020", lambda f: _gains(f, 1980, 2020).nsmallest(2)),
    ("towns", "3 towns whose income grew most since 1990", lambda f: _gains(f, 1990, 2020).nlargest(3)),
    ("towns", "which 2 years had the largest rise in income?", lambda f: _steps(f).nlargest(2)),
    ("towns", "the 3 years with the smallest increase in income", lambda f: _steps(f).nsmallest(3)),
]
MEANT: list[tuple[str, str, Right]] = [
    ("towns", "number of rebuilt towns per year since 2000", lambda f: (f[f.year >= 2000].rebuilt == "yes").groupby(f.year).sum()),
    ("towns", "count rows by year between 1990 and 2000", lambda f: f[f.year.between(1990, 2000)].groupby("year").size()),
    ("harbour", "how many rows per ship, only ferry and tanker?", lambda f: f[f.ship != "trawler"].groupby("ship").size()),
]


@pytest.mark.parametrize(("table", "goal", "right"), CROSSED + MOVED + MEANT, ids=lambda item: item if isinstance(item, str) else "")
def test_the_answer_is_pandas_own(table: str, goal: str, right: Right) -> None:
    """The whole goal is done, and each number of the right answer stands in what a person reads."""
    run = orchestrate(goal, data={table: FRAMES[table]}, model="builtin", cache=False)
    assert not run.unmet, run.unmet
    assert not list(missing_from(run.value, right(FRAMES[table])))


def test_a_heat_map_has_the_groups_down_and_the_periods_across() -> None:
    """The statistic is the colour of its cells."""
    run = orchestrate("heatmap of mean load by ship for each weekday {harbour}", data={"harbour": FRAMES["harbour"]}, model="builtin", cache=False)
    drawn = next(step for step in run.plan.steps if step.params.get("recipe") == "chart").params["arguments"]
    assert (drawn["kind"], drawn["x"], drawn["y"], drawn["colour"]) == ("heatmap", "weekday", "ship", "mean")
    assert not run.unmet


def test_counts_of_groups_that_are_meant_leave_the_others_out() -> None:
    """ "Per year since 2005" has no rows for the years before."""
    value = orchestrate("count rows by year since 2010 {towns}", data={"towns": FRAMES["towns"]}, model="builtin", cache=False).value
    assert list(value["year"]) == [2010, 2015, 2020]
    assert list(value["n"]) == [8, 8, 8]

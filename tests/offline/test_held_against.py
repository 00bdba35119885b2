"""A measure held against another one, against its own group, against money or against an earlier time. Each goal beside pandas' own answer."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate

sys.path.insert(0, str(Path(__file__).parent))
from test_everyday_goals import Right, missing_from


def shops() -> pd.DataFrame:
    r = np.random.default_rng(71)
    n = 90
    return pd.DataFrame(
        {
            "shop": [f"Shop {i:02d}" for i in range(n)],
            "town": r.choice(["Aarau", "Baden", "Chur"], n),
            "grossk": r.gamma(4, 30, n).round(1),
            "cost": r.gamma(4, 12, n).round(1),
            "staff_count": r.integers(2, 20, n),
            "weight_kg": r.normal(80, 12, n).round(1),
            "height_cm": r.normal(175, 9, n).round(0),
        }
    )


def sea() -> pd.DataFrame:
    years = np.arange(1960, 2020)
    return pd.DataFrame({"year": years, "level": 0.02 * (years - 1960) ** 2 + np.sin(years), "storms": np.random.default_rng(5).integers(0, 9, 60)})


def days() -> pd.DataFrame:
    r = np.random.default_rng(72)
    when = pd.date_range("2021-01-01", periods=300)
    rain = np.where(r.random(300) < 0.6, 0.0, r.gamma(2, 3, 300)).round(1)
    return pd.DataFrame({"date": when, "precipitation": rain, "wind": r.gamma(4, 1, 300).round(2), "temp_max": r.normal(15, 6, 300).round(1)})


FRAMES = {"shops": shops(), "sea": sea(), "days": days()}


def _above_town(f: pd.DataFrame) -> pd.Series:
    return f.weight_kg - f.groupby("town").weight_kg.transform("mean")


def _weighted(f: pd.DataFrame) -> list[float]:
    return [np.average(part.cost, weights=part.staff_count) for _, part in f.groupby("town")]


GOALS: list[tuple[str, str, Right]] = [
    ("shops", "mean weight relative to height by town", lambda f: (f.weight_kg / f.height_cm).groupby(f.town).mean()),
    ("shops", "which town is the heaviest relative to its height?", lambda f: (f.weight_kg / f.height_cm).groupby(f.town).mean().max()),
    ("shops", "which shop is the heaviest for its town?", lambda f: round(_above_town(f).max(), 1)),
    ("shops", "the 3 shops that are heaviest for their town", lambda f: _above_town(f).nlargest(3)),
    ("shops", "Weighted by staff_count, what is the mean cost per town?", _weighted),
    ("shops", "using staff_count as weights, mean cost by town", _weighted),
    ("shops", "What is the average cost by town, with staff_count as weight?", _weighted),
    ("shops", "Which shops have the highest cost? show 4", lambda f: f.cost.nlargest(4)),
    ("shops", "Which shops have the lowest cost? just the first three", lambda f: f.cost.nsmallest(3)),
    ("days", "On rainy days, how much windier is it?", lambda f: f.groupby(f.precipitation > 0).wind.mean()),
    ("days", "On rainy days, is it warmer?", lambda f: f.groupby(f.precipitation > 0).temp_max.mean()),
]


@pytest.mark.parametrize(("table", "goal", "right"), GOALS, ids=lambda item: item if isinstance(item, str) else "")
def test_what_is_held_against_something_is_computed_so(table: str, goal: str, right: Right) -> None:
    """The whole goal is done, and each number of the right answer stands in what a person reads."""
    run = orchestrate(f"{goal} {{{table}}}", data={table: FRAMES[table]}, model="builtin", cache=False)
    assert not run.plan.not_done, run.plan.not_done
    assert not list(missing_from(run.value, right(FRAMES[table])))


def test_what_is_earned_per_dollar_is_a_ratio() -> None:
    """A verb of earning and money that is spent make one measure, where the table holds both; without costs the words are told as not done."""
    frame = FRAMES["shops"].rename(columns={"grossk": "gross"})
    run = orchestrate("Which town earned the most per dollar spent? {shops}", data={"shops": frame}, model="builtin", cache=False)
    assert not list(missing_from(run.value, (frame.gross / frame.cost).groupby(frame.town).mean().max()))
    assert not run.plan.not_done, run.plan.not_done
    poor = frame.drop(columns=["cost"])
    told = orchestrate("Which town earned the most per dollar? {shops}", data={"shops": poor}, model="builtin", cache=False)
    assert any("per dollar" in line for line in told.plan.not_done)


def test_faster_than_before_a_year_holds_two_trends_against_each_other() -> None:
    """The rows before the year are one side, those from it on the other, and none is left out."""
    run = orchestrate("Is the level rising faster than before 1990? {sea}", data={"sea": FRAMES["sea"]}, model="builtin", cache=False)
    assert not run.plan.not_done
    trends = run["s3"].set_index("group")
    early, late = (trends.loc[f"{side} 1990", "slope_per_year"] for side in ("before", "from"))
    assert early < 0.8 < late
    assert trends["n"].sum() == 60


def test_years_as_numbers_are_years() -> None:
    """Three years make a trend over years, told in years."""
    frame = pd.DataFrame({"year": np.repeat([2007, 2008, 2009], [30, 40, 55]), "kind": "owl"})
    run = orchestrate("How has the number of owls changed over the years? {birds}", data={"birds": frame}, model="builtin", cache=False)
    assert "n = 3 years" in str(run.value)
    assert "2007-01-01" not in str(run.value)


def test_the_longest_run_of_daily_rows_is_in_days() -> None:
    """No other measure is named beside it."""
    run = orchestrate("What was the longest dry spell? {days}", data={"days": FRAMES["days"]}, model="builtin", cache=False)
    assert not any("longest" in line for line in run.plan.assumptions)
    dry = FRAMES["days"].precipitation.eq(0)
    longest = dry.groupby((~dry).cumsum()).sum().max()
    value = run.value
    assert (value.length.iloc[0] if isinstance(value, pd.DataFrame) else f"{longest} days" in str(value)) in (longest, True)


def _steepest(f: pd.DataFrame) -> float:
    return f.groupby(f.year // 10 * 10)["level"].mean().diff().max()


MOVED: list[tuple[str, str, Right]] = [
    ("sea", "In which year did the level rise most?", lambda f: f.level.diff().max()),
    ("sea", "In which decade did the level rise fastest?", _steepest),
    ("days", "How many months had no precipitation at all?", lambda f: int((f.groupby(f.date.dt.to_period("M")).precipitation.sum() == 0).sum())),
    ("shops", "cheapest and most expensive shop in each town", lambda f: [*f.groupby("town").cost.min(), *f.groupby("town").cost.max()]),
    ("shops", "heaviest and lightest shop in each town", lambda f: [*f.groupby("town").weight_kg.min(), *f.groupby("town").weight_kg.max()]),
]


@pytest.mark.parametrize(("table", "goal", "right"), MOVED, ids=lambda item: item if isinstance(item, str) else "")
def test_both_ends_of_each_group_the_steepest_period_and_periods_of_nothing_are_found(table: str, goal: str, right: Right) -> None:
    """Each number of the right answer stands in what a person reads."""
    run = orchestrate(f"{goal} {{{table}}}", data={table: FRAMES[table]}, model="builtin", cache=False)
    assert not run.plan.not_done, run.plan.not_done
    assert not list(missing_from(run.value, right(FRAMES[table])))


def test_a_column_called_like_a_verb_groups_where_things_are_between_it() -> None:
    """ "Between clusters" of a table with a column `cluster` makes no new clusters."""
    frame = FRAMES["shops"].assign(cluster=np.arange(90) % 3)
    run = orchestrate("compare cost between clusters {shops}", data={"shops": frame}, model="builtin", cache=False)
    assert not list(missing_from(run.value, frame.groupby("cluster").cost.mean()))


DEFINED: list[tuple[str, str, Right]] = [
    ("shops", "mean margin (grossk - cost) by town", lambda f: (f.grossk - f.cost).groupby(f.town).mean()),
    ("shops", "total surplus by town, surplus = grossk - cost", lambda f: (f.grossk - f.cost).groupby(f.town).sum()),
    ("shops", "median load (weight_kg divided by height_cm) per town", lambda f: (f.weight_kg / f.height_cm).groupby(f.town).median()),
    (
        "shops",
        "Did the shops gain more in Aarau than in Chur? gain = grossk - cost",
        lambda f: (f.grossk - f.cost)[f.town.isin(["Aarau", "Chur"])].groupby(f.town).mean(),
    ),
]


@pytest.mark.parametrize(("table", "goal", "right"), DEFINED, ids=lambda item: item if isinstance(item, str) else "")
def test_a_formula_in_brackets_or_at_the_end_is_what_the_question_is_about(table: str, goal: str, right: Right) -> None:
    """The column is made first, and each number of the right answer stands in what a person reads."""
    run = orchestrate(f"{goal} {{{table}}}", data={table: FRAMES[table]}, model="builtin", cache=False)
    assert not run.plan.not_done, run.plan.not_done
    assert not list(missing_from(run.value, right(FRAMES[table])))


def test_spellings_of_three_letters_are_one_value() -> None:
    """ "Boys" are Boy and boy."""
    frame = pd.DataFrame({"sex": ["Boy", "boy", "girl", "Girl", "boy", "girl"] * 5, "mark": np.arange(30.0)})
    run = orchestrate("Are girls better than boys at mark? {marks}", data={"marks": frame}, model="builtin", cache=False)
    assert not list(missing_from(run.value, frame.groupby(frame.sex.str.lower()).mark.mean()))


def test_per_month_spreads_the_earlier_total_or_is_told() -> None:
    """A follow-up that asks for each month gives each month; where the earlier answer has none, it says so."""
    frame = FRAMES["days"]
    first = orchestrate("total precipitation {days}", data={"days": frame}, model="builtin", cache=False)
    run = orchestrate("per month", data={"days": frame}, model="builtin", cache=False, continue_=first)
    assert not list(missing_from(run.value, frame.groupby(frame.date.dt.to_period("M")).precipitation.sum()))
    related = orchestrate("how do wind and temp_max relate {days}", data={"days": frame}, model="builtin", cache=False)
    again = orchestrate("per month", data={"days": frame}, model="builtin", cache=False, continue_=related)
    assert any("per month" in line for line in again.plan.not_done)

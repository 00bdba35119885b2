"""Goals as people talk: asides, lists of questions, codes that they explain, comparatives without a column's name, what changed since when."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.errors import UnreadableGoalError
from nb_orchestra.offline.reading.rephrasing.talking import to_the_point

_r = np.random.default_rng(11)
_n = 240
STAFF = pd.DataFrame(
    {
        "team": _r.choice(["Sales", "Support", "Lab"], _n),
        "sex": _r.choice([1, 2], _n),
        "Median": _r.normal(3000, 400, _n).round(),
        "tenure_years": _r.gamma(2, 3, _n).round(1),
        "avg_load": _r.normal(60, 9, _n).round(1),
        "rating": np.where(_r.random(_n) < 0.2, np.nan, _r.integers(1, 6, _n)),
    }
)
_years = np.arange(1990, 2021)
AIR = pd.DataFrame({"year": _years, "NO2": (40 - 0.6 * (_years - 1990) + _r.normal(0, 0.5, len(_years))).round(2)})
_days = pd.date_range("2018-01-01", "2020-12-31")
HARBOUR = pd.DataFrame(
    {
        "date": _days,
        "rainfall": np.where(_r.random(len(_days)) < 0.4, _r.gamma(2, 3, len(_days)), 0).round(1),
        "wind_speed": _r.gamma(4, 1.5, len(_days)).round(1),
        "temp_max": _r.normal(15, 6, len(_days)).round(1),
    }
)
_months = pd.date_range("2015-01-01", "2019-12-01", freq="MS")
SHOPS = pd.DataFrame(
    {"month": _months} | {name: (1000 + k * np.arange(60) + _r.normal(0, 9, 60)).round() for name, k in (("north", 5), ("south", -4), ("west", 1))}
)
FRAMES = {"staff": STAFF, "air": AIR, "harbour": HARBOUR, "shops": SHOPS}


def _ask(name: str, goal: str) -> object:
    return orchestrate(goal, data={name: FRAMES[name]}, model="builtin", cache=False)


def _tables(run: object) -> list[pd.DataFrame]:
    return [value for name in run.steps["name"] if isinstance(value := run[name], pd.DataFrame)]  # type: ignore[attr-defined]


def _says(run: object, *numbers: float) -> bool:
    """True where each number stands in one of the run's tables."""
    cells = [float(cell) for table in _tables(run) for cell in table.select_dtypes("number").to_numpy().ravel() if cell == cell]
    return all(any(abs(cell - number) <= 1e-6 * max(1, abs(number)) for cell in cells) for number in numbers)


TALK: list[tuple[str, str, Callable[[pd.DataFrame], list[float]]]] = [
    ("staff", "mean rating by sex (1 = male, 2 = female)", lambda f: list(f.groupby("sex").rating.mean())),
    ("staff", "What is the median tenure of men and women? (sex 1 = male, 2 = female)", lambda f: list(f.groupby("sex").tenure_years.median())),
    ("staff", "Mean tenure by sex, where 1 means male and 2 means female.", lambda f: list(f.groupby("sex").tenure_years.mean())),
    (
        "staff",
        "Hello, could you please look only at staff with a rating. 1) mean tenure per team 2) mean avg_load per team. Keep it short. Thanks!",
        lambda f: [*f[f.rating.notna()].groupby("team").tenure_years.mean(), *f[f.rating.notna()].groupby("team").avg_load.mean()],
    ),
    ("staff", "Among Lab staff: mean tenure by sex", lambda f: list(f[f.team == "Lab"].groupby("sex").tenure_years.mean())),
    (
        "staff",
        "total tenure and average load by team",
        lambda f: [*f.groupby("team").tenure_years.sum(), *f.groupby("team").avg_load.mean()],
    ),
    (
        "staff",
        "mean tenure per team, the number of people in each and the median rating",
        lambda f: [*f.groupby("team").tenure_years.mean(), *f.groupby("team").rating.median()],
    ),
    (
        "staff",
        "mean tenure and avg_load per team, and which team is best overall",
        lambda f: [f.assign(both=f[["tenure_years", "avg_load"]].mean(axis=1)).groupby("team").both.mean().max()],
    ),
    (
        "staff",
        "list the people with a rating (the ratings are stars) that have more than 15 years of tenure",
        lambda f: list(f[f.rating.notna() & (f.tenure_years > 15)].tenure_years),
    ),
    ("staff", "Which team has the highest median salary?", lambda f: [f.groupby("team").Median.median().max()]),
    ("staff", "Do people with more tenure earn more?", lambda f: [f.tenure_years.corr(f.Median)]),
    ("staff", "is the rating lower where the median pay is higher?", lambda f: [f.rating.corr(f.Median)]),
    ("harbour", "Does it rain more when it is colder?", lambda f: [f.rainfall.corr(f.temp_max)]),
    ("harbour", "Are windy days colder?", lambda f: [f.wind_speed.corr(f.temp_max)]),
    ("harbour", "Is it windier on rainy days?", lambda f: [f[f.rainfall > 0].wind_speed.mean(), f[f.rainfall == 0].wind_speed.mean()]),
    ("air", "How much lower is NO2 now than in 1995?", lambda f: [f.NO2.iloc[-1] - f[f.year == 1995].NO2.iloc[0]]),
    ("air", "how much higher was no2 in 1990 than in 2010", lambda f: [f[f.year == 2010].NO2.iloc[0] - f[f.year == 1990].NO2.iloc[0]]),
    ("shops", "how much did south drop in 2018?", lambda f: [f[f.month.dt.year == 2018].south.mean() - f[f.month.dt.year == 2017].south.mean()]),
    ("shops", "Which shop lost most in 2017?", lambda f: [f[f.month.dt.year == 2017].south.mean() - f[f.month.dt.year == 2016].south.mean()]),
]


@pytest.mark.parametrize(("name", "goal", "truth"), TALK, ids=[f"{name}-{goal}" for name, goal, _ in TALK])
def test_what_is_said_in_passing_neither_restricts_nor_is_lost(name: str, goal: str, truth: Callable[[pd.DataFrame], list[float]]) -> None:
    """Asides are passed over, explained codes become labels, and what is asked is computed and done."""
    run = _ask(name, goal)
    assert run.state == "done", run.unmet  # type: ignore[attr-defined]
    assert _says(run, *truth(FRAMES[name])), run.value  # type: ignore[attr-defined]


def test_explained_codes_are_shown_by_their_labels() -> None:
    run = _ask("staff", "mean rating by sex (1 = male, 2 = female)")
    assert set(run.value["sex"]) == {"male", "female"}  # type: ignore[attr-defined]


def test_an_edit_of_a_goal_with_codes_knows_the_labels() -> None:
    """The first goal's legend holds for what continues it."""
    first = orchestrate("mean rating by team (sex 1 = male, 2 = female)", data={"staff": STAFF}, model="builtin", cache=False)
    edited = orchestrate("same but only women", data={"staff": STAFF}, model="builtin", cache=False, continue_=first)
    assert _says(edited, *STAFF[STAFF.sex == 2].groupby("team").rating.mean())


def test_a_percentage_of_less_than_nothing_is_not_told() -> None:
    """A change from −0.2 to 1.2 is no change by −700 %."""
    anomalies = pd.DataFrame({"year": range(1990, 2000), "anomaly": np.linspace(-0.2, 1.2, 10)})
    run = orchestrate("how much higher is the anomaly in 1999 than in 1990", data={"anomalies": anomalies}, model="builtin", cache=False)
    assert "percent_change" not in {column for table in _tables(run) for column in table.columns}


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Dear team, could you please show mean a by b? Thank you!", "show mean a by b?"),
        ("compare a between b, say whether x are heavier than y, and chart a", "compare a between b; are x heavier than y, and chart a"),
        ("Only these: a) mean of x b) mean of y", "Only these: mean of x; mean of y"),
        ("For years 2000 and later: mean x", "only since 2000; mean x"),
        ("mean of `1) a 2) b` by {t}", "mean of `1) a 2) b` by {t}"),
        ("top 3 by (a) and (b)", "top 3 by (a) and (b)"),
    ],
)
def test_talk_is_brought_to_the_point(said: str, plain: str) -> None:
    """What stands in backticks stays, and so does a text that only talks of its matter."""
    assert to_the_point(said) == plain


@pytest.mark.parametrize("goal", ["Which boats survived the flood of 2019?", "have days become more fuel efficient over the years?"])
def test_pieces_of_a_question_are_no_answer_to_it(goal: str) -> None:
    """Where neither verb nor object is read, no rows are listed and nothing is counted in their place."""
    with pytest.raises(UnreadableGoalError, match=r"survived|fuel"):
        _ask("harbour", goal)


def test_a_loss_of_money_is_a_profit_below_nothing() -> None:
    """ "Which films lost money, and which lost the most": the rows, and the lowest profit; never the highest takings."""
    films = pd.DataFrame({"title": list("ABCDE"), "gross": [5.0, 90, 20, 7, 60], "budget": [9.0, 30, 20, 50, 10]})
    run = orchestrate("Which films lost money, and which lost the most?", data={"films": films}, model="builtin", cache=False)
    rows = next(table for table in _tables(run) if set(table.columns) >= {"title", "profit"} and len(table) == 2)
    assert set(rows["title"]) == {"A", "D"}
    assert "−43" in run.value
    assert "D" in run.value


def test_of_the_first_those_that_meet_a_condition_are_counted() -> None:
    run = _ask("air", "How many of the five years with the highest NO2 were before 1993?")
    first = AIR.nlargest(5, "NO2")
    assert _says(run, float((first.year < 1993).sum())), run.value  # type: ignore[attr-defined]


def test_who_doubled_is_told_by_the_percent_change() -> None:
    towns = pd.DataFrame([(town, year, n) for town, a, b in (("X", 10, 25), ("Y", 10, 15), ("Z", 8, 17)) for year, n in ((1990, a), (2010, b))])
    towns.columns = ["town", "year", "population"]
    run = orchestrate("Which towns more than doubled their population between 1990 and 2010?", data={"towns": towns}, model="builtin", cache=False)
    assert any(set(table["town"]) == {"X", "Z"} for table in _tables(run) if "percent_change" in table.columns)


def test_what_is_only_cleaned_is_given_back() -> None:
    """The cleaned table is the answer, not the report of the cleaning."""
    films = pd.DataFrame({"title": ["A &amp; B", " C", "D"], "gross": [1.0, np.nan, 3.0]})
    run = orchestrate("Clean the titles in {films} and fill missing gross with the median", data={"films": films}, model="builtin", cache=False)
    assert list(run.value["title"]) == ["A & B", "C", "D"]
    assert list(run.value["gross"]) == [1.0, 2.0, 3.0]


def test_duplicates_are_answered_also_where_there_are_none() -> None:
    run = orchestrate("Are there duplicate rows?", data={"air": AIR}, model="builtin", cache=False)
    assert "No two rows" in run.value


def test_pairs_within_groups_are_the_named_ones() -> None:
    """ "Between the sexes within each team": the sexes are compared, in each team."""
    staff = STAFF.assign(sex=STAFF.sex.map({1: "male", 2: "female"}))
    run = orchestrate("Compare tenure between the sexes within each team", data={"staff": staff}, model="builtin", cache=False)
    assert run.state == "done", run.unmet
    assert _says(run, *STAFF.groupby(["team", "sex"]).tenure_years.mean())


@pytest.mark.parametrize("goal", ["does the rating depend on tenure?", "Does tenure affect avg_load?", "Does tenure influence the rating?"])
def test_what_depends_on_a_measure_is_correlated_with_it(goal: str) -> None:
    """Two measures of one thing are no two groups: their means are not held against each other."""
    run = _ask("staff", goal)
    other = STAFF.rating if "rating" in goal else STAFF.avg_load
    assert _says(run, STAFF.tenure_years.corr(other)), run.value  # type: ignore[attr-defined]


def test_a_title_greets_nobody() -> None:
    run = _ask("staff", "Hello, could you please compare tenure across team? And count the people per team. And plot tenure by team. Thanks!")
    assert "# Compare tenure across team" in run.value  # type: ignore[attr-defined]


def test_what_the_table_does_not_hold_is_not_answered_by_something_else() -> None:
    """ "Which teacher": named or refused, never told as done."""
    for goal in ("Which teacher has the best avg_load?", "Which lesson has the best avg_load?"):
        try:
            run = _ask("staff", goal)
        except UnreadableGoalError:
            continue
        assert run.state == "partial", goal  # type: ignore[attr-defined]


def test_a_year_does_not_change_by_percent() -> None:
    """Where no measure is read, the percent change of the years themselves is no answer."""
    budgets = pd.DataFrame({"department": list("ABC") * 3, "year": [2021] * 3 + [2022] * 3 + [2023] * 3, "planned": range(9), "actual": range(2, 11)})
    with pytest.raises(UnreadableGoalError):
        orchestrate("how did spending on A develop from year to year (percent change)", data={"budgets": budgets}, model="builtin", cache=False)

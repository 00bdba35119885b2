"""Forms in which people ask: wide tables, prices of one year, things that a row stands for, dates that a verb names. Each goal beside pandas' own answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.errors import UnreadableGoalError

sys.path.insert(0, str(Path(__file__).parent))
from test_everyday_goals import Right, missing_from


def quotes() -> pd.DataFrame:
    r = np.random.default_rng(91)
    rows = [(day, fund, round(50 + 10 * n + r.normal(0, 3), 2)) for day in pd.date_range("2019-01-31", "2021-12-31", freq="ME") for n, fund in enumerate("XYZ")]
    return pd.DataFrame(rows, columns=["day", "fund", "nav"]).assign(fund=lambda f: "F" + f.fund, volume=lambda f: r.integers(100, 900, len(f)))


def courses() -> pd.DataFrame:
    r = np.random.default_rng(92)
    frame = pd.DataFrame({"Course": [f"Course {n}" for n in range(40)], "Area": r.choice(["Arts", "Law", "Health"], 40), "Total": r.integers(200, 9000, 40)})
    return frame.assign(Dropouts=lambda f: (f.Total * r.uniform(0.05, 0.4, 40)).astype(int), Pay=r.integers(20, 60, 40) * 1000, ShareWomen=r.uniform(0, 1, 40))


def shows() -> pd.DataFrame:
    r = np.random.default_rng(93)
    frame = pd.DataFrame({"name": [f"Show {n}" for n in range(60)], "year": r.integers(2001, 2014, 60), "prize": r.choice(["PASS", "FAIL"], 60)})
    frame = frame.assign(cost=r.integers(5, 90, 60) * 1_000_000)
    return frame.assign(**{"cost_2013$": (frame.cost * (1 + (2013 - frame.year) * 0.03)).round().astype(int)})


def crew() -> pd.DataFrame:
    r = np.random.default_rng(94)
    days = pd.Series(pd.date_range("2015-03-02", periods=50, freq="17D")).sample(frac=1, random_state=4).reset_index(drop=True)
    text = [day.strftime("%d.%m.%Y") if n % 6 == 0 else day.strftime("%Y-%m-%d") for n, day in enumerate(days)]
    return pd.DataFrame(
        {
            "crew_id": range(300, 350),
            "team": r.choice(["deck", "engine"], 50),
            "join_date": text,
            "cluster": r.integers(0, 4, 50),
            "pay": r.integers(20, 40, 50),
        }
    )


def notes() -> pd.DataFrame:
    said = [
        "The heating broke twice this winter.",
        "Neighbours are kind and quiet here.",
        "Heating is fine but the lift is slow.",
        "The lift is always clean and quick.",
    ]
    texts = [f"{said[n % 4]} Visit {n} went well." for n in range(24)]
    return pd.DataFrame({"remark": texts, "house": ["A", "B", "C"] * 8, "stars": [1 + n % 5 for n in range(24)]})


FRAMES = {"notes": notes(), "quotes": quotes(), "courses": courses(), "shows": shows(), "crew": crew()}


def _yearly(f: pd.DataFrame) -> Any:
    return f.pivot_table(index=f.day.dt.year, columns="fund", values="nav").to_numpy().ravel().tolist()


def _weighted(f: pd.DataFrame, by: Any, value: str, weight: str) -> Any:
    return (f[value] * f[weight]).groupby(by).sum() / f[weight].groupby(by).sum()


def _joined(f: pd.DataFrame) -> Any:
    return pd.to_datetime(f.join_date, format="%Y-%m-%d", errors="coerce").fillna(pd.to_datetime(f.join_date, format="%d.%m.%Y", errors="coerce"))


def inspections() -> pd.DataFrame:
    r = np.random.default_rng(95)
    names = r.choice([f"Cafe {n}" for n in range(30)], 400, p=np.linspace(1, 4, 30) / np.linspace(1, 4, 30).sum())
    return pd.DataFrame(
        {"cafe_name": names, "mark": r.integers(60, 101, 400), "month": r.integers(1, 13, 400), "noise": np.append(r.normal(40, 3, 398), [90, 95])}
    )


FRAMES["inspections"] = inspections()


def _often(f: pd.DataFrame, least: int) -> pd.DataFrame:
    return f[f.groupby("cafe_name").mark.transform("size") >= least]


LIMITED: list[tuple[str, str, Right]] = [
    ("inspections", "the 3 cafes with the highest average mark", lambda f: f.groupby("cafe_name").mark.mean().nlargest(3)),
    (
        "inspections",
        "the 4 cafes with the lowest average mark among those with at least 15 inspections",
        lambda f: _often(f, 15).groupby("cafe_name").mark.mean().nsmallest(4),
    ),
    ("inspections", "mean mark by cafe name, only cafes with more than 20 inspections", lambda f: _often(f, 21).groupby("cafe_name").mark.mean()),
    ("inspections", "which cafe has the highest mean mark, with at least 18 visits?", lambda f: round(_often(f, 18).groupby("cafe_name").mark.mean().max(), 1)),
    ("inspections", "average number of visits per cafe name", lambda f: f.cafe_name.value_counts().mean()),
    ("inspections", "which month has the most noise?", lambda f: round(f.groupby("month").noise.mean().max(), 1)),
    ("inspections", "Find outliers in noise, and give the mean noise without them", lambda f: round(f.noise[f.noise < 60].mean(), 1)),
]
FORMS: list[tuple[str, str, Right]] = [
    ("quotes", "Show the yearly average nav with one column per fund", _yearly),
    ("quotes", "mean nav per year, funds as columns", _yearly),
    ("quotes", "average nav per year, weighted by volume", lambda f: _weighted(f, f.day.dt.year, "nav", "volume")),
    ("courses", "weighted average of pay by total, per area", lambda f: _weighted(f, f.Area, "Pay", "Total")),
    ("courses", "average pay by area, weighted by total students", lambda f: _weighted(f, f.Area, "Pay", "Total")),
    ("courses", "Which 3 courses with more than 4,000 students have the highest share of women?", lambda f: f[f.Total > 4000].ShareWomen.nlargest(3)),
    ("courses", "which 4 courses have the most dropouts per 100 total?", lambda f: (f.Dropouts / f.Total * 100).nlargest(4)),
    ("courses", "How are pay and share of women related across courses?", lambda f: round(f.Pay.corr(f.ShareWomen), 2)),
    ("shows", "mean cost of 2010", lambda f: f[f.year == 2010].cost.mean()),
    ("shows", "mean cost in 2013 dollars", lambda f: f["cost_2013$"].mean()),
    ("shows", "Do shows that pass the Prizewell test have smaller costs, in 2013 dollars?", lambda f: f.groupby("prize")["cost_2013$"].mean().round(-5) / 1e6),
    ("shows", "highest cost since 2010", lambda f: f[f.year >= 2010].cost.max()),
    ("notes", "how many remarks mention the heating?", lambda f: f.remark.str.contains("heating", case=False).sum()),
    ("notes", "share of remarks mentioning the lift by house", lambda f: 100 * f.remark.str.contains("lift", case=False).groupby(f.house).mean()),
    ("notes", "mean stars of remarks that mention the lift", lambda f: f[f.remark.str.contains("lift", case=False)].stars.mean()),
    ("notes", "what are the 3 most frequent words in the remarks with stars below 3?", lambda f: ["visit", "went", "well"]),
    ("notes", "Summarise the remarks in a few sentences", lambda f: ["lift"]),
    ("courses", "the 3 courses with the highest and the 3 with the lowest pay", lambda f: [*f.Pay.nlargest(3), *f.Pay.nsmallest(3)]),
    ("courses", "the 2 best paid and the 2 worst paid courses by pay", lambda f: [*f.Pay.nlargest(2), *f.Pay.nsmallest(2)]),
    ("courses", "Pay: the five highest and the five lowest courses", lambda f: [*f.Pay.nlargest(5), *f.Pay.nsmallest(5)]),
    ("courses", "which courses have the most dropouts?", lambda f: f.Dropouts.nlargest(10)),
    ("quotes", "How does nav depend on volume? fit a line", lambda f: [f"{np.polyfit(f.volume, f.nav, 1)[1]:.1f}"]),
    ("crew", "mean pay by cluster", lambda f: f.groupby("cluster").pay.mean()),
    ("crew", "which 4 crew members joined first?", lambda f: f.crew_id[_joined(f).nsmallest(4).index]),
    ("crew", "the 3 in the deck team who joined last", lambda f: f.crew_id[_joined(f[f.team == "deck"]).nlargest(3).index]),
    ("crew", "who has the latest join date?", lambda f: f.crew_id[_joined(f).idxmax()]),
]


@pytest.mark.parametrize(("table", "goal", "right"), FORMS + LIMITED, ids=lambda item: item if isinstance(item, str) else "")
def test_the_answer_is_pandas_own(table: str, goal: str, right: Right) -> None:
    """The whole goal is done, and each number of the right answer stands in what a person reads."""
    run = orchestrate(goal, data={table: FRAMES[table]}, model="builtin", cache=False)
    assert not run.unmet, run.unmet
    assert not list(missing_from(run.value, right(FRAMES[table])))


@pytest.mark.parametrize(
    ("goal", "recipe"),
    [
        ("crosstab of Area and ShareWomen above 0.5, and is it significant? {courses}", "compare_proportions"),
        ("crosstab of team and cluster {crew}. Is there a significant association?", "compare_proportions"),
        ("bar chart of the mean Pay by Area, weighted by Total {courses}", "chart"),
    ],
)
def test_the_second_wish_of_a_clause_has_its_step(goal: str, recipe: str) -> None:
    """A cross table that is asked to be tested is tested, and a weighted mean that is asked to be drawn is drawn."""
    name = goal.rsplit("{", 1)[1].split("}")[0]
    try:
        run = orchestrate(goal, data={name: FRAMES[name]}, model="builtin", cache=False)
    except UnreadableGoalError:
        return
    assert run.unmet or recipe in {step.params.get("recipe") for step in run.plan.steps}


def test_a_weight_that_is_not_named_is_asked_for() -> None:
    """ "The weighted mean by area" names a group and no weight: the message says what to write."""
    with pytest.raises(UnreadableGoalError, match="weighted by"):
        orchestrate("weighted average pay by area {courses}", data={"courses": FRAMES["courses"]}, model="builtin", cache=False)


@pytest.mark.parametrize(
    ("goal", "word"),
    [
        ("compare the mean noise with and without outliers {inspections}", "with and without"),
        ("most frequent words in the negative remarks {notes}", "negative"),
        ("Predict stars from house {notes}; what is the accuracy for house A?", "accuracy"),
        ("mean visits by cafe name {inspections}", "visits"),
        ("strongest 5 inspections and their noise {inspections}", "5"),
        ("correlation between Cafe 1 and Cafe 2 {inspections}", "correlation"),
    ],
)
def test_half_of_a_wish_is_no_answer(goal: str, word: str) -> None:
    """What only one side of is computed, or by another method than the one that is named, is told as not done."""
    try:
        name = goal.partition("{")[2].partition("}")[0]
        said = orchestrate(goal, data={name: FRAMES[name]}, model="builtin", cache=False).unmet
    except UnreadableGoalError as error:
        said = str(error)
    assert word in str(said)

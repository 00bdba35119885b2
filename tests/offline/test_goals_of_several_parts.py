"""Goals that list several asks: each is answered with its own rows and groups, and what is not answered is told."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.offline.reading import read_table
from nb_orchestra.offline.reading.checking.coverage import uncovered
from nb_orchestra.offline.reading.readying import made_ready

sys.path.insert(0, str(Path(__file__).parent))
from test_everyday_goals import Right, missing_from
from test_second_parts import FRAMES


def _yes(f: pd.DataFrame, name: str) -> Any:
    return f[name] == "yes"


LISTS: list[tuple[str, str, Right]] = [
    ("stays", "How many stays, how many fell, and the median cost_eur", lambda f: [len(f), int(_yes(f, "fell").sum()), f"{f.cost_eur.median():,.0f}"]),
    (
        "stays",
        "Number of patients per ward, mean age and share of falls per readmitted, and the correlation of pain and length_of_stay",
        lambda f: [
            *f.ward.value_counts(),
            *f.groupby("readmitted").age.mean(),
            *(100 * _yes(f, "fell").groupby(f.readmitted).mean()),
            "Pearson",
        ],
    ),
    (
        "stays",
        "Median cost_eur per ward as a table, the number of readmitted patients in Surgery, and how many have no pain?",
        lambda f: [*f.groupby("ward").cost_eur.median(), int((_yes(f, "readmitted") & (f.ward == "Surgery")).sum()), int(f.pain.isna().sum())],
    ),
    (
        "shop",
        "mean rating per category, revenue per channel, and which category was returned most often",
        lambda f: [*f.groupby("category").rating.mean(), *f.groupby("channel").revenue.sum()],
    ),
    (
        "nations",
        "For 2005: median life_expect, the two countries with the highest population, and the mean population",
        lambda f: [f[f.year == 2005].life_expect.median(), *f[f.year == 2005].population.nlargest(2) / 1e6, f[f.year == 2005].population.mean() / 1e6],
    ),
    (
        "town",
        "Highest and lowest temp_max per sky, and how many days had wind above 4",
        lambda f: [*f.groupby("sky").temp_max.max(), *f.groupby("sky").temp_max.min(), int((f.wind > 4).sum())],
    ),
]


@pytest.mark.parametrize(("name", "goal", "right"), LISTS)
def test_each_ask_of_a_list_is_answered_with_its_own_rows_and_groups(name: str, goal: str, right: Right) -> None:
    """A group or a restriction of one ask binds no other; what is said once for all of them binds all."""
    run = orchestrate(goal, data={name: FRAMES[name]})
    assert list(missing_from(run.value, right(FRAMES[name]))) == [], run.value


WHOLE = [
    "mean and median of cost_eur per ward",
    "correlation between age and the mean pain",
    "total cost_eur and mean age by ward",
    "For the five longest stays, the mean age",
    "the difference between the mean age and the median age",
    "average of age, pain and cost_eur per ward, top 2",
    "Do patients with a higher age also have a higher cost_eur?",
]


@pytest.mark.parametrize("goal", WHOLE)
def test_an_ask_of_several_words_is_not_cut_apart(goal: str) -> None:
    """One measure by several statistics, both ends of a comparison and what only says of what are one ask."""
    assert made_ready(goal, read_table("stays", FRAMES["stays"])).text.count(";") == 0


TWICE: list[tuple[str, str, Right]] = [
    ("town", "Which was the hottest day and which the coldest?", lambda f: [f.temp_max.max(), f.temp_max.min()]),
    (
        "nations",
        "Does population go with life_expect, before 2000 and from 2000 on?",
        lambda f: [int((f.year < 2000).sum()), int((f.year >= 2000).sum())],
    ),
    ("town", "mean wind per sky, and what was the hottest day?", lambda f: [*f.groupby("sky").wind.mean(), f.temp_max.max()]),
    (
        "town",
        "How many fog days had wind above 4, and which was the maximum temp_max?",
        lambda f: [int(((f.sky == "fog") & (f.wind > 4)).sum()), f.temp_max.max()],
    ),
    ("nations", "mean population in 2005, and the median", lambda f: [f[f.year == 2005].population.mean(), f[f.year == 2005].population.median()]),
    (
        "nations",
        "Mean life_expect in 2005 and how it relates to population",
        lambda f: [f[f.year == 2005].life_expect.mean(), int((f.year == 2005).sum())],
    ),
    ("shop", "mean rating per channel, and the month with the most orders", lambda f: [f.order_date.dt.to_period("M").value_counts().max()]),
]


@pytest.mark.parametrize(("name", "goal", "right"), TWICE)
def test_a_question_that_leans_on_the_one_before_is_asked_in_full(name: str, goal: str, right: Right) -> None:
    """Both ends, and both sides of a year, are each answered."""
    run = orchestrate(goal, data={name: FRAMES[name]})
    assert list(missing_from(run.value, right(FRAMES[name]))) == [], run.value
    assert not run.unmet


STEPS = {
    "mean": {"recipe": "group_summary", "arguments": {"frame": {"data": "stays"}, "by": ["ward"], "value": ["cost_eur"], "statistics": ["mean"]}},
    "oldest": {"recipe": "extreme", "arguments": {"frame": {"data": "stays"}, "by": "age", "which": "max"}},
}

TOLD: list[tuple[str, tuple[str, ...], str]] = [
    ("median and mean cost_eur per ward", ("mean",), "median: not computed"),
    ('mean cost_eur per ward of those with "urgent" in the note', ("mean",), "urgent: this text was not used"),
    ("mean cost_eur per ward with totals", ("mean",), "with totals: not computed"),
    ("mean cost_eur per ward; mean pain per ward", ("mean", "mean"), "pain: this column was not used"),
    ("mean cost_eur per ward; the highest age and the lowest age", ("mean", "oldest"), "lowest: not looked for"),
]


@pytest.mark.parametrize(("goal", "planned", "line"), TOLD)
def test_what_no_step_of_an_ask_holds_is_told(goal: str, planned: tuple[str, ...], line: str) -> None:
    """A statistic, a column or an end that is lost from one ask is told, though the steps of another may hold it."""
    steps = [
        {"id": f"s{n}", "kind": "code", "clause": clause, "params": STEPS[name]}
        for n, (clause, name) in enumerate(zip(goal.split("; "), planned, strict=True), start=1)
    ]
    assert line in uncovered(goal, read_table("stays", FRAMES["stays"]), steps, ())

"""Questions that people ask first: extremes of groups and periods, counts per period, orders. The answers were computed with pandas by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nb_orchestra import orchestrate

DATA = Path(__file__).parents[2] / "notebooks" / "data"
TABLES = {"penguins": pd.read_csv(DATA / "penguins.csv"), "weather": pd.read_csv(DATA / "seattle-weather.csv")}
DATED = TABLES["weather"].assign(date=pd.to_datetime(TABLES["weather"]["date"]))
SALES = pd.DataFrame({"region": ["N", "N", "S", "S", "W"] * 4, "sales": [1, 2, 3, 4, 6] * 4})


def value_of(goal: str) -> Any:
    """The whole answer; a partial one is a failure here."""
    data = {name: frame for name, frame in {**TABLES, "shops": SALES, "dated": DATED}.items() if f"{{{name}" in goal}
    run = orchestrate(goal, data=data, cache=False)
    assert run.state == "done", run
    return run.value


@pytest.mark.parametrize(
    ("goal", "column", "expected"),
    [
        ("max body mass by species in {penguins}", "max", [4775, 4800, 6300]),
        ("the lowest bill length in each island of {penguins}", "min", [34.5, 32.1, 33.5]),
        ("highest temp_max per year in {weather}", "max", [34.4, 33.9, 35.6, 35.0]),
        ("lowest temp_min by month in {weather}", "min", [-4.4, -6.0, -1.7, 1.7, 3.3, 6.1, 9.4, 10.0, 7.2, 3.3, -4.9, -7.1]),
        ("how many rainy days per year in {weather}", "n", [177, 152, 150, 144]),
        ("How many days without rain per year in {weather}", "n", [189, 213, 215, 221]),
        ("percentage of days with snow by year in {weather}", "n", [21, 3, 2, 0]),
        ("how many penguins per island in {penguins}", "n", [168, 124, 52]),
        ("bill length by species in 2008 in {penguins}", "n", [50, 18, 46]),
        ("mean body mass by species in {penguins}, highest first", "species", ["Gentoo", "Chinstrap", "Adelie"]),
        ("mean body mass by species in {penguins} sorted from lowest to highest", "species", ["Adelie", "Chinstrap", "Gentoo"]),
        ("mean body mass by speces in {penguins}", "n", [151, 68, 123]),
        ("avrage {penguins[body_mass_g]} by species", "n", [151, 68, 123]),
        ("top 2 species by mean body mass in {penguins}", "species", ["Gentoo", "Chinstrap"]),
        ("rows of {penguins} with missing sex", "year", TABLES["penguins"].query("sex.isna()")["year"].tolist()),
        ("missing values per column in {penguins}", "missing", [0, 0, 2, 2, 2, 2, 11, 0]),
        ("how many penguins per island in {penguins}, in ascending order", "island", ["Torgersen", "Dream", "Biscoe"]),
    ],
)
def test_a_table_answers(goal: str, column: str, expected: list[Any]) -> None:
    """Each group and each period has a row of its own, in the order that was asked for."""
    assert value_of(goal)[column].tolist() == expected


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ("Which species is the heaviest in {penguins}?", "Gentoo has the highest mean body mass: 5,076 g (n = 123)"),
        ("Which region has the most sales in {shops}?", "S has the highest total sales: 28"),
        ("What was the hottest day in {weather}?", "35.6, that of 2014-08-11"),
        ("What was the hottest day in {dated} and the average wind in 2014?", "35.6, that of 2014-08-11"),
        ("What was the hottest day in {dated} and the average wind in 2014?", "mean 3.39"),
        ("Mean bill length by species and median flipper length by island in {penguins}?", "Median flipper length by island"),
        ("How many unique islands are there in {penguins}?", "distinct values 3"),
        ("Is body mass higher in males? {penguins}", "Welch's t(323.9) = 8.55"),
        ("Do Gentoo penguins have longer bills than the others? {penguins}", "compared with the other values of species"),
        ("How many observations per year are there in {penguins}?", "2007 110 (32.0 %)"),
    ],
)
def test_a_sentence_answers(goal: str, words: str) -> None:
    """Many rows of a group are taken together; a day is one row; years are no thousands."""
    assert words in str(value_of(goal))


def test_several_charts_of_one_goal_are_several_charts() -> None:
    """Each with the columns that were named for it."""
    run = orchestrate("a box plot of body mass by species, and a histogram of bill length {penguins}", data=TABLES, cache=False)
    assert [step.params["arguments"]["kind"] for step in run.plan.steps if step.kind == "code"] == ["box", "histogram"]


@pytest.mark.parametrize("lost", ["by colour", "per gadget", "without frobs"])
def test_a_group_or_restriction_that_is_not_understood_makes_the_run_partial(lost: str) -> None:
    """An answer about everything is no answer to a question about a part."""
    run = orchestrate(f"mean body mass {lost} in {{penguins}}", data=TABLES, cache=False)
    assert run.state == "partial"
    assert f"{lost}: not understood" in run.plan.not_done


def test_a_change_between_two_years_is_computed() -> None:
    """ "Gained the most between …" is not answered by what is largest, but by what changed the most."""
    run = orchestrate("Which species gained the most body mass between 2007 and 2009? {penguins}", data=TABLES, cache=False)
    mass = TABLES["penguins"].pivot_table(index="species", columns="year", values="body_mass_g")
    assert run.state == "done"
    assert f"that of {(mass[2009] - mass[2007]).idxmax()}" in str(run.value)


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("How many rainy days in 2014 in {dated}?", "150 rows"),
        ("How many dry days were there in {dated}?", "838 rows"),
        ("What was Gentoo's mean body mass in {penguins}?", "5,076"),
    ],
)
def test_words_that_restrict_restrict(goal: str, expected: str) -> None:
    """Adjectives of amounts and possessives are conditions."""
    assert expected in str(value_of(goal))


def test_a_relative_clause_that_is_not_understood_is_named() -> None:
    """ "Penguins that sang": the number of all is no answer."""
    run = orchestrate("median body mass of {penguins} that sang", data=TABLES, cache=False)
    assert run.state == "partial"
    assert "that sang: not understood" in run.plan.not_done


@pytest.mark.parametrize(
    ("goal", "shown"),
    [
        ("plot temp_max and temp_min over time in {dated}", {"kind": "line", "x": "date", "y": ("temp_max", "temp_min")}),
        ("Draw body mass over the years for Adelie and Gentoo from {penguins}", {"kind": "line", "x": "year", "y": "body_mass_g", "colour": "species"}),
        ("scatter plot of bill length against bill depth {penguins}", {"kind": "scatter", "x": "bill_depth_mm", "y": "bill_length_mm"}),
        ("scatter plot of bill length and bill depth with a trend line {penguins}", {"kind": "scatter", "fit": True}),
        ("horizontal bar chart of mean body mass by species {penguins}", {"kind": "bar", "x": "species", "horizontal": True}),
        ("bar chart of the top 2 species by mean body mass in {penguins}", {"kind": "bar", "x": "species", "y": "mean", "sort": "none"}),
        (
            "In {dated} rank the months of 2014 by total rainfall, wettest first. Then plot the top 3.",
            {"kind": "bar", "x": "month", "y": "sum", "sort": "none"},
        ),
        ("Show me the number of days by month in {dated} as a line chart", {"kind": "line", "x": "date", "y": "n"}),
    ],
)
def test_a_chart_draws_what_was_asked(goal: str, shown: dict[str, Any]) -> None:
    """Each series named is a line, the years stand across, "A against B" has A upwards, the first few are these rows in their order."""
    data = {name: frame for name, frame in {**TABLES, "dated": DATED}.items() if f"{{{name}" in goal}
    run = orchestrate(goal, data=data, cache=False)
    drawn = next(step.params["arguments"] for step in run.plan.steps if step.params.get("recipe") == "chart")
    assert run.state == "done", run
    assert {key: drawn.get(key) for key in shown} == shown


def test_the_lowest_point_is_no_scatter_plot() -> None:
    """The day of the lowest value, without a chart."""
    assert "chart" not in [
        step.params.get("recipe") for step in orchestrate("When did temp_min hit its lowest point in {dated}?", data={"dated": DATED}, cache=False).plan.steps
    ]


def test_a_partial_run_says_in_python_what_it_lacks() -> None:
    """A table from a partial run looks like any other: `run.unmet` and the run's own text name what is not in it."""
    run = orchestrate("mean body mass by species in {penguins}, then email it to me", data=TABLES, cache=False)
    assert (run.state, run.unmet) == ("partial", "\n".join(run.plan.not_done))
    assert "email" in run.unmet
    assert "not done: " in repr(run)


@pytest.mark.parametrize(
    "goal",
    [
        "Does body mass differ between males and females? use {penguins} and tell me if its significant",
        "Test whether body mass differs among the three islands in {penguins}, but for Adelie only",
        "Regress body mass on flipper length using {penguins} and report the coefficients",
        "Are there any unusual values in bill depth in {penguins}? list them",
        "What was the hottest day in {dated} and how hot was it",
        "On what percentage of days in {dated} was there no precipitation at all?",
        "How many days in summer (june to august) went above 30 degrees in {dated}, by year?",
        "Drop the penguins with unknown sex in {penguins} and then show the mean body mass by sex and species",
    ],
)
def test_what_a_step_gives_anyway_is_done(goal: str) -> None:
    """A test says whether it is significant, a regression has its coefficients, a found day its heat; "use {t}" only names the table."""
    assert value_of(goal) is not None  # and the run is done, not partial


@pytest.mark.parametrize(
    "goal",
    [
        "mean body mass in {penguins}; report the coefficients",
        "Compare body mass across the two islands in {penguins}",
    ],
)
def test_what_no_step_gives_is_not_done(goal: str) -> None:
    """The same words, where no test, no model and no such condition is there."""
    run = orchestrate(goal, data={name: frame for name, frame in {**TABLES, "dated": DATED}.items() if f"{{{name}" in goal}, cache=False)
    assert run.unmet


def test_calendars_are_told_as_people_say_them() -> None:
    """Weekdays begin on Monday, years are years."""
    assert value_of("How many days per weekday in {dated}")["weekday"].tolist()[::3] == ["Monday", "Thursday", "Sunday"]
    years = str(value_of("How many rainy days did Seattle have each year? {dated}"))
    assert "| 2012 |" in years
    assert "2012-01-01 |" not in years


def test_a_sentence_is_told_once() -> None:
    """Where all rows and those with a value give the same."""
    text = str(value_of("What share of the Chinstraps in {penguins} are female?"))
    assert text.count("34 rows of 68") == 1

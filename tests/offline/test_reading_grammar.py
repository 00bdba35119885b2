"""Wordings that were once misread: what they mean now, computed on a small table of days and one of films."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nb_orchestra.core.goal import Goal
from nb_orchestra.errors import UnreadableGoalError
from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.planner import plan_of

DAYS = pd.DataFrame(
    {
        "date": pd.date_range("2020-06-27", periods=10).astype(str),
        "precipitation": [0.0, 2.0, 0.0, 0.0, 0.0, 1.0, 3.0, 0.0, 5.0, 0.0],
        "temp_max": [21.0, 18.0, 24.0, 26.0, 27.0, 19.0, 17.0, 22.0, 16.0, 23.0],
        "sky": ["sun", "rain", "sun", "sun", "fog", "rain", "rain", "sun", "rain", "fog"],
    }
)
FILMS = pd.DataFrame(
    {
        "title": [f"Film {n}" for n in range(1, 25)],
        "year": [1988, 1989, 1991, 1995, 1999, 2004] * 4,
        "verdict": ["PASS", "FAIL", "PASS", "PASS", "FAIL", "FAIL"] * 2 + ["PASS", "PASS", "FAIL", "PASS", "FAIL", "FAIL"] * 2,
        "studio": ["North", "South"] * 12,
        "budget": [10 * n for n in range(1, 25)],
        "gross": [11 * n + 3 for n in range(1, 25)],
    }
)
TABLES = {"days": DAYS, "films": FILMS}


def plan(text: str, name: str) -> dict[str, Any]:
    return plan_of(Goal(text, {name: TABLES[name]}))


def calls(data: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Each recipe that the plan calls, with its arguments."""
    return [(step["params"]["recipe"], step["params"]["arguments"]) for step in data["steps"] if step["kind"] == "code"]


def table_of(data: dict[str, Any], name: str) -> Any:
    """The plan's last table, computed by the recipes themselves."""
    made: dict[str, Any] = {}
    for step in data["steps"]:
        if step["kind"] == "code":
            arguments = dict(step["params"]["arguments"])
            frame = arguments.pop("frame")
            table = made[frame["from"]] if "from" in frame else TABLES[name]
            made[step["id"]] = RecipeTable().run(step["params"]["recipe"], {"frame": table, **arguments}).value
    return list(made.values())[-1]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Longest dry spell in {days}", 3),
        ("What was the longest rainless run? {days}", 3),
        ("Longest rainy spell in {days}", 2),
        ("Longest streak without rain in {days}", 3),
        ("Longest run of days with temp_max above 20 in {days}", 3),
    ],
)
def test_a_dry_spell_is_a_run_of_days_without_rain(text: str, length: int) -> None:
    """Dry and rainless mean an amount of nothing, rainy means some of it; "longest" speaks of the run."""
    data = plan(text, "days")
    assert [recipe for recipe, _ in calls(data)] == ["longest_run"]
    assert table_of(data, "days")["length"].tolist() == [length]


def test_a_warm_spell_has_no_limit_of_its_own() -> None:
    """A temperature above zero is not what "warm" means: without a limit the goal is not guessed at."""
    with pytest.raises(UnreadableGoalError):
        plan("Longest warm spell in {days}", "days")


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        ("Percentage of rainy days per month of the year in {days}", "days", {"month": [6, 7], "n": [1, 3], "of": [4, 6]}),
        ("Percentage of rainy days per month in {days}", "days", {"month": [*pd.to_datetime(["2020-06", "2020-07"])], "n": [1, 3], "of": [4, 6]}),
        ("Share of dry days by sky in {days}", "days", {"sky": ["fog", "rain", "sun"], "n": [2, 0, 4], "of": [2, 4, 4]}),
        ("What share of {films} pass, by decade?", "films", {"decade": [1980, 1990, 2000], "n": [6, 6, 0], "of": [8, 12, 4]}),
        ("What share of {films} pass by year since 1995?", "films", {"year": [1995, 1999, 2004], "n": [4, 0, 0], "of": [4, 4, 4]}),
        ("What percentage of North films are PASS? {films}", "films", {"n": [6], "of": [12]}),
        ("Share of verdict by studio in {films}", "films", {"studio": ["North", "North", "South", "South"], "n": [6, 6, 6, 6]}),
    ],
)
def test_a_share_is_of_the_rows_that_are_named_first_and_per_group(text: str, name: str, wanted: dict[str, list[Any]]) -> None:
    """A share counts rows, of those that stand before the verb, once per group or period that the goal names."""
    table = table_of(plan(text, name), name)
    assert {column: table[column].tolist() for column in wanted} == wanted


def test_a_share_of_what_the_table_does_not_hold_is_not_guessed_at() -> None:
    """A word that names no rows gives no plan, not a count of something else."""
    with pytest.raises(UnreadableGoalError):
        plan("Share of magic days by year in {days}", "days")


def test_a_gap_between_groups_is_a_difference_and_gaps_are_missing_values() -> None:
    """ "Gap" compares, "gaps" are empty cells; a gap between things that the table does not hold is not read at all."""
    assert "compare_groups" in [recipe for recipe, _ in calls(plan("Is there a studio gap in budget? {films}", "films"))]
    assert calls(plan("Are there gaps in budget? {films}", "films"))[0][1]["statistics"] == ["n", "missing", "missing_percent"]
    with pytest.raises(UnreadableGoalError):
        plan("Is there a gender pay gap in {films}?", "films")


@pytest.mark.parametrize("axis", ["on a log scale", "with logarithmic axes", "on log-log axes"])
def test_a_log_scale_is_an_axis_and_changes_no_data(axis: str) -> None:
    """The chart shows the columns as they are, and says that it has no logarithmic axes."""
    data = plan(f"Plot budget against gross for {{films}} {axis}", "films")
    assert [recipe for recipe, _ in calls(data)] == ["chart"]
    assert "logarithmic" in data["not_done"][0]


def test_a_mean_by_group_over_time_is_one_line_per_group() -> None:
    """The group is kept in the table and colours the lines, also where it is a number or bears the name of an order."""
    table = FILMS.assign(cluster=[0, 1] * 12)
    data = plan_of(Goal("Average budget by cluster over time in {films}, with a line chart", {"films": table}))
    (summary, first), (chart, drawn) = calls(data)
    assert (summary, first["by"], first["statistics"]) == ("group_summary", ["year", "cluster"], ["mean"])
    assert (chart, drawn["kind"], drawn["x"], drawn["colour"]) == ("chart", "line", "year", "cluster")
    marks = RecipeTable().run("chart", {**drawn, "frame": table}).value.table
    assert marks.groupby("cluster").size().tolist() == [3, 3]


def test_a_mean_by_group_over_dates_is_one_line_per_group() -> None:
    """The same where time is dates: a mean per period and group, and lines coloured by the group."""
    (_, first), (_, drawn) = calls(plan("Mean temp_max by sky over time in {days}, with a chart", "days"))
    assert (first["every"], first["by"]) == ("year", ["sky"])
    assert (drawn["kind"], drawn["colour"]) == ("line", "sky")


def test_the_top_five_are_of_what_was_asked_before() -> None:
    """ "Show the top 2" keeps the measure and the end of the question before it."""
    highest = plan("Which film has the highest budget? Show the top 2 of {films}", "films")
    assert table_of(highest, "films")["budget"].tolist() == [240, 230]
    lowest = plan("Which film has the lowest budget? Show the top 2 of {films}", "films")
    assert table_of(lowest, "films")["budget"].tolist() == [10, 20]
    assert not highest.get("not_done")


def test_a_season_is_three_months_and_said_so() -> None:
    """In summer means June to August, most common means how often each value occurs."""
    data = plan("Which sky is most common in summer? {days}", "days")
    assert table_of(data, "days")["n"].tolist() == [4, 4, 2]
    assert data["assumptions"] == ["summer: months 6, 7, 8 (northern)"]


def test_a_decade_is_ten_years() -> None:
    """ "In the 1990s" is 1990 to 1999, not the year 1990."""
    assert table_of(plan("Average budget in the 1990s in {films}", "films"), "films")["mean"].tolist() == [130]


@pytest.mark.parametrize(
    ("text", "name", "lost"),
    [
        ("Longest dry spell per month in {days}", "days", "per month"),
        ("Longest dry spell by sky in {days}", "days", "by sky"),
    ],
)
def test_a_grouping_that_is_not_carried_out_is_named(text: str, name: str, lost: str) -> None:
    """No group and no period is dropped in silence."""
    assert [line for line in plan(text, name)["not_done"] if line.startswith(f"{lost}: ")]


def test_an_unreadable_goal_names_the_words_that_the_table_lacks() -> None:
    """The error says which words name no column and no value."""
    with pytest.raises(UnreadableGoalError, match="Europe, Asia"):
        plan("Compare budget in Europe and Asia in 2005 {films}", "films")

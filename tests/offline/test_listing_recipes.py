"""The recipes as a planner is told them: all by name, those that the goal may need whole."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from nb_orchestra.core.goal import Goal
from nb_orchestra.offline import RecipeTable
from nb_orchestra.offline.table import RECIPES

SALES = pd.DataFrame({"region": ["north", "south"] * 20, "revenue": [float(at) for at in range(40)]})
DATED = SALES.assign(day=pd.date_range("2024-01-01", periods=40))


def whole(told: str) -> set[str]:
    """The recipes that are told with their arguments."""
    return set(re.findall(r"^(\w+)\(", told, re.MULTILINE))


@pytest.mark.parametrize("room", [1, 1_500, 1_800, 2_500, 100_000])
def test_every_recipe_is_named_once_however_little_room_there_is(room: int) -> None:
    """A planner knows what exists: whole on a line of its own, or by name among the others. Only the grammar's own is not told."""
    told = RecipeTable().listing(Goal("Sum up {sales}", {"sales": SALES}), room)
    others = set(re.findall(r"(\w+)(?:\([^)]*\))?(?:, |$)", told.partition("instead): ")[2]))
    assert whole(told) | others == set(RECIPES) - {"fill_answer"}
    assert not whole(told) & others
    assert len(told) <= max(room, 1_500)


@pytest.mark.parametrize(
    ("goal", "name"),
    [
        ("Are there outliers in {sales}?", "outliers"),
        ("Draw a bar chart of {sales}", "chart"),
        ("Does the revenue in {sales} depend on the region, or go together with it?", "correlate"),
        ("What is the longest run of rising revenue in {sales}?", "longest_run"),
        ("Which were the five warmest years in {sales}?", "rank"),
        ("Welche Regionen sind am schwächsten? {sales}", "rank"),
        ("Sind Umsätze im Norden kleiner als im Süden? {sales}", "compare_groups"),
    ],
)
def test_the_words_of_the_goal_bring_the_recipes_that_they_call(goal: str, name: str) -> None:
    """Whole, with arguments and results, before what is only often needed."""
    assert name in whole(RecipeTable().listing(Goal(goal, {"sales": SALES}), 3_000))


def test_dates_and_a_second_table_bring_what_such_tables_usually_need() -> None:
    """No word of the goal says so: the columns do."""
    goal = "Was sagen uns die Zahlen?"
    assert {"resample", "join"}.isdisjoint(whole(RecipeTable().listing(Goal(goal, {"sales": SALES}), 3_300)))
    assert "resample" in whole(RecipeTable().listing(Goal(goal, {"sales": DATED}), 3_300))
    assert "join" in whole(RecipeTable().listing(Goal(goal, {"sales": SALES, "more": SALES}), 3_300))


def test_a_recipe_that_was_asked_for_is_told_whole_whatever_the_room() -> None:
    """With the marks that its line uses explained above it; a name that is none is left out."""
    told = RecipeTable().listing(Goal("Sum up {sales}", {"sales": SALES}), 0, ("post_hoc", "no_such"))
    assert whole(told) == {"post_hoc"}
    assert "TEST: test, statistic" in told
    assert "EXPRESSION" not in told

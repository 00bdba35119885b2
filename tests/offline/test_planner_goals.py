"""Plans of the built-in planner: what they hold, that they can be checked, and what they say when they cannot do it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nb_orchestra.core.goal import Goal
from nb_orchestra.core.plan import Output, Plan, Step
from nb_orchestra.errors import UnreadableGoalError
from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.planner import BuiltinPlanner, plan_of
from nb_orchestra.protocols import Catalogue

DATA = Path(__file__).parents[2] / "notebooks" / "data"
FRAMES = {
    "penguins": pd.read_csv(DATA / "penguins.csv"),
    "weather": pd.read_csv(DATA / "seattle-weather.csv"),
    "movies": pd.read_csv(Path(__file__).parent / "data" / "movies.csv"),
}


def plan(text: str, name: str = "penguins", **more: Any) -> dict[str, Any]:
    return plan_of(Goal(text, {name: FRAMES[name]}, **more))


def checked(data: dict[str, Any]) -> Plan:
    """The data as a Plan, every recipe call checked against the table of recipes."""
    recipes = RecipeTable()
    for step in data["steps"]:
        if step["kind"] == "code":
            recipes.check(step["params"]["recipe"], step["params"]["arguments"])
    steps = tuple(Step(**{**step, "output": Output(**step["output"])}) for step in data["steps"])
    return Plan(steps, tuple(data["result"]), given_names=tuple(data.get("given_names", ())))


def recipes_of(data: dict[str, Any]) -> list[str]:
    return [step["params"].get("recipe", step["kind"]) for step in data["steps"]]


def test_the_first_goal() -> None:
    """The first goal's plan: six steps that need nothing of each other, and the brief that reads them all."""
    made = checked(plan("Compare body mass across species and islands in {penguins}, find the outliers, and write a one-page brief with a chart."))
    assert [step.needs for step in made.steps[:-1]] == [()] * 6
    assert made.steps[-1].kind == "ask"
    assert set(made.steps[-1].needs) == {step.id for step in made.steps[:-1]}
    assert made["mean_body_mass_g_by_species_island"].params["recipe"] == "group_summary"


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("penguins", "Is weight different between species and does the island matter? {penguins}", ["compare_groups", "confounding"]),
        ("penguins", "How do bill length and depth relate in {penguins}?", ["correlate"]),
        ("penguins", "Check my data {penguins}", ["profile", "check_data"]),
        ("penguins", "Table 1 of {penguins} by species: median [IQR] if skewed else mean (SD), n (%) for categories, missing, p with Holm", ["table_one"]),
        ("penguins", "Predict body mass from flipper length, with a plot", ["regression", "chart"]),
        ("movies", "Top 10 movies by profit in {movies}, and clean up the titles", ["text_report", "clean_text", "derive", "rank"]),
        ("weather", "Which months are wettest, and is Seattle getting warmer? chart the monthly pattern", ["time_pattern", "trend", "chart"]),
    ],
)
def test_goals_that_must_come_out_right(name: str, text: str, wanted: list[str]) -> None:
    """Each of these goals is read into the recipes that answer it, and the plan is legal."""
    data = plan(text, name)
    checked(data)
    assert set(wanted) <= set(recipes_of(data))
    assert not data.get("not_done")


def test_the_same_goal_gives_the_same_plan() -> None:
    """Plans are deterministic data."""
    text = "Compare body mass across species, find the outliers, and write a brief"
    assert json.dumps(plan(text)) == json.dumps(plan(text))


def test_a_result_of_one_kind_is_the_value() -> None:
    """One table asked for is the answer itself; a question is answered in prose."""
    assert plan("mean body mass by species")["steps"][-1]["kind"] == "code"
    assert plan("Is body mass different between species?")["steps"][-1]["kind"] == "ask"


def test_the_goal_may_fix_a_name() -> None:
    """ "save the outliers as `odd`" names that step."""
    data = plan("Find the outliers of body mass and save the outliers as `odd`")
    assert checked(data)["odd"].params["recipe"] == "outliers"
    assert data["given_names"] == ["odd"]


def test_what_cannot_be_done_is_listed() -> None:
    """A clause that no recipe can do is named; the others are planned."""
    data = plan("Mean body mass by species, and email the result to my boss")
    assert "group_summary" in recipes_of(data)
    assert any("email" in line for line in data["not_done"])


@pytest.mark.parametrize("text", ["", "hello", "sing me a song", "{penguins}"])
def test_a_hopeless_goal_gives_three_that_work(text: str) -> None:
    """The hint holds three goals about this very table, and each of them can be planned."""
    with pytest.raises(UnreadableGoalError) as caught:
        plan(text)
    ideas = [line.strip() for line in caught.value.hint.splitlines() if line.startswith("    ")]
    assert len(ideas) == 3
    for idea in ideas:
        checked(plan(idea))


def test_no_table_no_plan() -> None:
    """Without a table the planner says so."""
    with pytest.raises(UnreadableGoalError):
        plan_of(Goal("mean of everything", {"x": 3}))


def test_columns_are_part_of_a_steps_identity() -> None:
    """A step that reads two columns names these two, so that a change elsewhere leaves it cached."""
    (step,) = plan("mean body mass by species")["steps"]
    assert step["params"]["arguments"]["frame"] == {"data": "penguins", "columns": ["species", "body_mass_g"]}


@pytest.mark.parametrize(
    ("edit", "recipe", "argument", "value"),
    [
        ("same but only Gentoo, split by sex", "filter_rows", "where", [{"column": "species", "op": "==", "value": "Gentoo"}]),
        ("same but only Gentoo, split by sex", "compare_groups", "by", "sex"),
        ("now by sex", "compare_groups", "by", "sex"),
        ("same for flipper length", "compare_groups", "value", "flipper_length_mm"),
        ("as a bar chart", "chart", "kind", "bar"),
    ],
)
def test_an_edit_changes_the_earlier_plan(edit: str, recipe: str, argument: str, value: Any) -> None:
    """`--continue` edits what was read before: a filter, a grouping, a measure, a chart."""
    earlier = plan("Is weight different between species and does the island matter? {penguins}")
    data = plan(edit, earlier=earlier)
    checked(data)
    assert value in [step["params"]["arguments"].get(argument) for step in data["steps"] if step["params"].get("recipe") == recipe]


def test_the_planner_fills_its_socket() -> None:
    """`await plan(goal, catalogue)` gives the same data."""
    goal = Goal("mean body mass by species", {"penguins": FRAMES["penguins"]})
    assert asyncio.run(BuiltinPlanner().plan(goal, Catalogue())) == plan_of(goal)


def test_a_wide_table_and_a_long_goal() -> None:
    """Two thousand columns and a long text are read like any other."""
    frame = pd.DataFrame({f"measure_{number}": range(30) for number in range(2000)} | {"kind": ["a", "b", "c"] * 10})
    data = plan_of(Goal("mean of measure_77 by kind. " + "This matters to us. " * 200, {"wide": frame}))
    assert data["steps"][0]["params"]["arguments"]["value"] == ["measure_77"]


def test_a_declined_answer_format_leaves_no_slot() -> None:
    """Where the answer format is declined, nothing that a reader of slots could take for an answer stands in the plan."""
    data = plan("What is the mean body mass and the colour of the beak?\nAnswer format: @mean[mean], @colour[colour] where colour is a string")
    assert data["steps"][-1]["kind"] == "ask"
    assert "@" not in json.dumps({key: value for key, value in data.items() if key != "facts"})
    assert any("answer slot" in line for line in data["not_done"])


def test_two_tables_are_joined() -> None:
    """A join by the named key comes first, what it loses is reported, and later clauses use columns of both."""
    prices = pd.DataFrame({"shop": ["a", "b", "c"], "price": [1.5, 2.5, 3.5]})
    places = pd.DataFrame({"shop": ["a", "b", "d"], "region": ["north", "south", "south"]})
    data = plan_of(Goal("Join {prices} with {places} on shop, then mean price by region", {"prices": prices, "places": places}))
    checked(data)
    assert {"join", "join_report", "group_summary"} <= set(recipes_of(data))
    (join,) = (step["params"]["arguments"] for step in data["steps"] if step["params"].get("recipe") == "join")
    assert join["on"] == ["shop"]
    assert join["other"] == {"data": "places"}

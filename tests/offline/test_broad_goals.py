"""Broad goals without a model: a first look at a table, what goes with one column, what tells groups apart; beside SciPy on other tables too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from nb_orchestra import orchestrate
from nb_orchestra.core.goal import Goal
from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.planner import plan_of
from nb_orchestra.offline.recipes.alike import alike, telling
from tests.offline.recipe_cases import penguins


@pytest.fixture(scope="module")
def flats() -> pd.DataFrame:
    """300 flats: the rent follows the size and the district, the floor says nothing, cents are the rent again."""
    random = np.random.default_rng(1)
    size = random.uniform(20, 120, 300).round(1)
    district = random.choice(["north", "south", "harbour"], 300)
    rent = (size * 11 + np.where(district == "harbour", 300, 0) + random.normal(0, 60, 300)).round(2)
    frame = pd.DataFrame(
        {"flat": range(1, 301), "size_m2": size, "district": district, "floor": random.integers(0, 6, 300), "rent": rent, "rent_cents": rent * 100}
    )
    frame["listed"] = (pd.Timestamp("2021-01-01") + pd.to_timedelta(np.arange(300) * 4, unit="D")).strftime("%Y-%m-%d")
    frame.loc[[3, 4], "rent"] = np.nan
    return frame


def recipes_of(goal: str, **data: Any) -> list[tuple[str, Any]]:
    steps = plan_of(Goal(goal, data))["steps"]
    return [(step["params"]["recipe"], step["params"]["arguments"].get("target")) for step in steps if step["kind"] == "code"]


@pytest.mark.parametrize(
    "goal",
    [
        "Explore {flats}",
        "give me an overview of {flats}",
        "Write a short report about {flats}",
        "tell me about {flats}",
        "summarise {flats}, with a chart",
        "{flats}: any insights?",
    ],
)
def test_a_broad_goal_is_a_first_look(goal: str, flats: pd.DataFrame) -> None:
    """What the columns hold, what is wrong, which go together, what changed over time, and charts of it."""
    assert [name for name, _ in recipes_of(goal, flats=flats)] == ["profile", "check_data", "associations", "strongest_chart", "trends", "chart"]


@pytest.mark.parametrize(
    ("goal", "target"),
    [
        ("What drives the rent in {flats}?", "rent"),
        ("which factors influence rent the most? {flats}", "rent"),
        ("what are the drivers of rent in {flats}", "rent"),
        ("What does the floor depend on? {flats}", "floor"),
        ("what tells the districts apart? {flats}", "district"),
        ("How do the districts differ? {flats}", "district"),
        ("what distinguishes north from south? {flats}", "district"),
    ],
)
def test_an_open_question_about_a_column_compares_it_with_all_others(goal: str, target: str, flats: pd.DataFrame) -> None:
    """ "What drives …", "what tells … apart", "how do the … differ" have no second column: every one is tried."""
    assert ("associations", target) in recipes_of(goal, flats=flats)


@pytest.mark.parametrize(
    "goal", ["Predict rent from size_m2 in {flats}", "Does the size affect the rent? {flats}", "How many different districts are there in {flats}?"]
)
def test_a_question_that_names_both_sides_stays_what_it_is(goal: str, flats: pd.DataFrame) -> None:
    """Two named columns, or a count, are no open question."""
    assert "associations" not in dict(recipes_of(goal, flats=flats))


def test_an_open_question_about_no_column_is_said_to_be_open(flats: pd.DataFrame) -> None:
    """Nothing is answered in its place as if it were all."""
    with pytest.raises(Exception, match="no part of this goal"):
        recipes_of("What drives happiness? {flats}", flats=flats)
    assert any("which column is meant" in line for line in plan_of(Goal("What drives happiness? And the mean rent? {flats}", {"flats": flats}))["not_done"])


def test_what_goes_with_a_column_is_ranked_on_one_scale(flats: pd.DataFrame) -> None:
    """Spearman's ρ of numbers, Kruskal–Wallis' ε² of groups, with n, p by Holm and what was left out; row numbers are not compared."""
    computed = RecipeTable().run("associations", {"frame": flats, "target": "rent"})
    table = computed.value.set_index("x")
    known = flats.dropna(subset=["rent"])
    rho = stats.spearmanr(known["size_m2"], known["rent"]).statistic
    h = stats.kruskal(*[part["rent"] for _, part in known.groupby("district")]).statistic
    assert table.loc["size_m2", "strength"] == pytest.approx(abs(rho))
    assert table.loc["district", "strength"] == pytest.approx(np.sqrt(h / (len(known) - 1)))
    assert (table.loc["district", "highest"], table.loc["size_m2", "n"], table.loc["size_m2", "dropped_why"]) == ("harbour", 298, "2 without rent")
    assert table.index[0] == "rent_cents"
    assert table.loc["floor", "p_holm"] > 0.05
    assert "flat" not in table.index
    assert any("not compared: flat" in text for text in computed.warnings)


def test_a_reversal_within_groups_is_found_unasked() -> None:
    """Bill depth and body mass fall together over all penguins and rise together within each species."""
    table = RecipeTable().run("associations", {"frame": penguins(), "target": "body_mass_g"}).value.set_index("x")
    assert table.loc["bill_depth_mm", "reversed_by"] == "species"
    assert table.loc["bill_depth_mm", "effect"] < 0


def test_columns_that_are_one_thing_are_told_once() -> None:
    """Of total, employed and full time, all nearly equal, only one stands for the pairs with other columns."""
    rows = [{"x": x, "y": y, "strength": s} for x, y, s in [("a", "b", 0.99), ("b", "c", 0.96), ("a", "d", 0.5), ("b", "d", 0.49), ("d", "e", 0.3)]]
    assert alike(rows) == [["a", "b", "c"]]
    assert [(row["x"], row["y"]) for row in telling(rows)] == [("a", "d"), ("d", "e")]


def test_a_large_table_is_looked_at_by_a_fixed_draw_that_is_told() -> None:
    """Two runs over 60,000 rows give the same table, and say how many rows were looked at."""
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"a": random.normal(size=60_000), "b": random.normal(size=60_000)})
    first, second = (RecipeTable().run("associations", {"frame": frame}) for _ in range(2))
    assert first.value.equals(second.value)
    assert first.value.loc[0, "n"] == 20_000
    assert any("20,000 of 60,000 rows" in text for text in first.warnings)


def test_a_first_look_ends_with_a_brief_of_results(flats: pd.DataFrame) -> None:
    """The whole goal, run: the strongest pair, its chart, the trend that there is none, and nothing left undone."""
    run = orchestrate("Explore {flats}", data={"flats": flats})
    text = str(run.value)
    assert run.state == "done"
    assert "Rent and rent cents say nearly the same" in text
    assert "[[chart_strongest]]" in text
    assert "No clear trend over listed" in text


def test_a_measure_that_is_made_is_not_explained_by_its_parts() -> None:
    """Profit is takings less budget: these are left out, and said so."""
    random = np.random.default_rng(2)
    films = pd.DataFrame(
        {
            "budget": random.uniform(1, 9, 80),
            "revenue": random.uniform(2, 30, 80),
            "genre": random.choice(["a", "b"], 80),
            "minutes": random.integers(80, 180, 80),
        }
    )
    made = plan_of(Goal("What makes films profitable? {films}", {"films": films}))
    arguments = next(step["params"]["arguments"] for step in made["steps"] if step["params"]["recipe"] == "associations")
    assert (arguments["target"], arguments["columns"]) == ("profit", ["genre", "minutes"])
    assert "profit is made of revenue and budget, which were left out" in made["assumptions"]


def test_a_value_is_told_apart_from_the_rest(flats: pd.DataFrame) -> None:
    """ "What tells the harbour apart from the rest" compares its rows with all others, and keeps them."""
    run = orchestrate("What tells harbour flats apart from the rest? {flats}", data={"flats": flats})
    made = plan_of(Goal("What tells harbour flats apart from the rest? {flats}", {"flats": flats}))
    assert [step["params"].get("recipe") for step in made["steps"][:2]] == ["derive", "associations"]
    table = next(value for value in (run[name] for name in run.steps["name"]) if hasattr(value, "columns") and "strength" in value.columns)
    assert set(table["y"]) == {"is_harbour"}
    assert table["n"].max() == 300


def test_a_report_on_named_columns_is_about_these(flats: pd.DataFrame) -> None:
    """Of a number by groups: compared. Of a number: its distribution, and what goes with it."""
    assert [name for name, _ in recipes_of("Write a short report about rent by district {flats}", flats=flats)] == [
        "group_summary",
        "compare_groups",
        "post_hoc",
    ]
    assert [name for name, _ in recipes_of("Write a short report about the rent in {flats}", flats=flats)] == ["describe", "associations"]


def test_codes_are_categories_and_identifiers_are_not_compared() -> None:
    """A cluster's number is no amount, a patient's number says nothing, and that patients repeat is told."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"patient_id": random.permutation(np.repeat(range(40), 5)) + 1000, "cluster": random.integers(0, 4, 200), "systolic": random.normal(120, 9, 200)}
    )
    computed = RecipeTable().run("associations", {"frame": frame})
    assert computed.value[["x", "y", "test"]].values.tolist() == [["cluster", "systolic", "Kruskal–Wallis H"]]
    assert any("200 rows of 40 patient_id" in text for text in computed.warnings)

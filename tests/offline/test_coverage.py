"""What was said and not used is said; amounts, decades and money are read as meant."""

from __future__ import annotations

import pandas as pd
import pytest

from nb_orchestra.core.goal import Goal
from nb_orchestra.offline.planner import plan_of

FILMS = pd.DataFrame(
    {
        "title": [f"film {i}" for i in range(40)],
        "year": [1985 + i % 30 for i in range(40)],
        "gross": [1e6 * i for i in range(40)],
        "genre": ["drama", "comedy"] * 20,
    }
)
BIRDS = pd.DataFrame({"species": ["A", "B"] * 20, "body_mass_g": [3000.0 + 90 * i for i in range(40)], "wing_length_mm": [180.0 + i for i in range(40)]})


def lost(goal: str, **data: pd.DataFrame) -> list[str]:
    return list(plan_of(Goal(goal, data or {"films": FILMS})).get("not_done", ()))


@pytest.mark.parametrize(
    ("goal", "piece"),
    [
        ("Top 10 films by gross in {films} with more than 5000 viewers", "5000"),
        ("Mean gross in {films} in winter 1999", "1999"),
        ("Mean gross of {films} in Canada", "Canada"),
    ],
)
def test_a_condition_that_was_dropped_makes_the_run_partial(goal: str, piece: str) -> None:
    """A wrong number that looks right is worse than none."""
    assert any(piece in line for line in lost(goal))


SALES = pd.DataFrame(
    {"client_id": [1, 2, 3, 4] * 10, "turnover": [10.0 * i for i in range(40)], "before": range(40), "after": range(1, 41), "shop": ["N", "S"] * 20}
)


@pytest.mark.parametrize(
    ("goal", "piece"),
    [
        ("ROI of shop N in {sales}", "ROI"),
        ("how many dropped out in each shop of {sales}?", "dropped"),
        ("paired t-test of before and later in shop N of {sales}", "paired t"),
        ("how many shops in {sales} occur more than once?", "more than once"),
        ("how many rows of {sales} have at least one missing value?", "missing"),
        ("in what year did the anomaly of {films} first exceed 1 degree?", "first"),
        ("turnover in {sales} of all but the smallest 10 percent: mean", "the smallest"),
    ],
)
def test_a_wish_that_no_step_fulfils_makes_the_run_partial(goal: str, piece: str) -> None:
    """A test, an order, a repetition, the one whom an id names: rows or another number in its place are not the answer."""
    data = {"films": FILMS} if "{films}" in goal else {"sales": SALES}
    assert any(piece in line for line in lost(goal, **data))


def test_a_table_that_was_named_and_not_used_is_said() -> None:
    """An unused {name} is never done."""
    assert any("birds" in line for line in lost("Mean gross in {films}, compared with {birds}", films=FILMS, birds=BIRDS))


@pytest.mark.parametrize(
    "goal",
    [
        "Compare gross across genre in {films}, with a chart",
        "Which film has the highest gross in {films}?",
        "Top 5 films by gross in {films}",
        "How many films in {films} have gross above $20 million?",
        "Mean gross by genre in {films} between 1990 and 1999",
    ],
)
def test_a_goal_that_was_read_whole_is_not_partial(goal: str) -> None:
    """Nothing is called lost that is in the plan."""
    assert lost(goal) == []


@pytest.mark.parametrize(
    ("goal", "data", "column", "number"),
    [
        ("How many rows of {birds} have body mass above 5 kg?", BIRDS, "body_mass_g", 5000),
        ("How many rows of {birds} have wing length above 20 cm?", BIRDS, "wing_length_mm", 200),
        ("How many rows of {birds} have body mass above 5000 g?", BIRDS, "body_mass_g", 5000),
    ],
)
def test_an_amount_is_read_in_the_columns_unit(goal: str, data: pd.DataFrame, column: str, number: float) -> None:
    """5 kg are 5000 in a column of grams."""
    conditions = [condition for step in plan_of(Goal(goal, {"birds": data}))["steps"] for condition in step["params"].get("arguments", {}).get("where", ())]
    assert [(condition["column"], condition["value"]) for condition in conditions] == [(column, number)]


def test_a_decade_is_a_range() -> None:
    """ "the 1990s" are ten years."""
    conditions = [
        c
        for step in plan_of(Goal("Mean gross of films from the 1990s in {films}", {"films": FILMS}))["steps"]
        for c in step["params"].get("arguments", {}).get("where", ())
    ]
    assert [(c["op"], list(c["value"])) for c in conditions] == [("between", [1990, 1999])]


def test_a_percentage_is_a_share_where_shares_are_stored() -> None:
    """At least 10 % of a column from 0 to 1 is at least 0.1, and that is told."""
    made = plan_of(Goal("How many rows of {deals} have a discount of at least 10%?", {"deals": pd.DataFrame({"discount": [i / 100 for i in range(40)]})}))
    assert made["steps"][0]["params"]["arguments"]["where"] == [{"column": "discount", "op": ">=", "value": 0.1}]
    assert any("10 % → 0.1" in line for line in made["assumptions"])


def test_a_column_called_by_its_own_name_is_meant() -> None:
    """Also where its numbers run from 0 on, as if they only counted the rows."""
    made = plan_of(Goal("mean units by shop in {boxes}", {"boxes": pd.DataFrame({"units": range(40), "shop": ["N", "S"] * 20})}))
    assert made["steps"][0]["params"]["arguments"]["value"] == ["units"]

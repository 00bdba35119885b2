"""What a statistic did not use is told: in its table (n, dropped, why) where it is a test, in a note of the step where a group or a date is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.table import RECIPES
from nb_orchestra.views.words import answer_notes
from tests.offline.recipe_cases import penguins

ROWS = 344
NO_SPECIES = "3 rows are in no group: without species"


@pytest.fixture(scope="module")
def gappy() -> pd.DataFrame:
    """344 penguins: 2 without measures, 3 without a species, 1 without an island, 4 without a day."""
    frame = penguins()
    frame.loc[[5, 6, 7], "species"] = None
    frame.loc[50, "island"] = None
    frame.loc[[0, 10, 20, 30], "day"] = pd.NaT
    return frame


MASS = "body_mass_g"
BOTH = "2 without bill_length_mm, 2 without bill_depth_mm"
WHOLE: list[tuple[str, dict[str, Any], int, str]] = [  # a test over all rows: recipe, arguments, rows dropped, why
    ("compare_groups", {"value": MASS, "by": "species"}, 5, f"2 without {MASS}, 3 without species"),
    ("compare_groups", {"value": MASS, "by": "species", "test": "kruskal"}, 5, f"2 without {MASS}, 3 without species"),
    ("compare_proportions", {"outcome": "species", "by": "island"}, 4, "3 without species, 1 without island"),
    ("confounding", {"first": "species", "second": "island"}, 4, "3 without species, 1 without island"),
    ("one_sample", {"value": MASS, "expected": 4000}, 2, f"2 without {MASS}"),
    ("paired", {"first": "bill_length_mm", "second": "bill_depth_mm"}, 2, BOTH),
    ("normality", {"columns": [MASS]}, 2, f"2 without {MASS}"),
    ("correlate", {"x": "bill_length_mm", "y": "bill_depth_mm"}, 2, BOTH),
    ("correlation_matrix", {"columns": ["bill_length_mm", "bill_depth_mm"]}, 2, "without one of the two"),
    ("partial_correlation", {"x": "bill_length_mm", "y": "bill_depth_mm", "controls": ["species"]}, 5, f"{BOTH}, 3 without species"),
    ("regression", {"y": MASS, "x": ["flipper_length_mm", "species"]}, 5, f"2 without {MASS}, 2 without flipper_length_mm, 3 without species"),
    ("odds_ratios", {"y": "sex", "x": ["flipper_length_mm"]}, 11, "2 without flipper_length_mm, 11 without sex"),
    ("adjusted_effect", {"outcome": MASS, "factor": "sex", "given": ["species"]}, 14, f"2 without {MASS}, 11 without sex, 3 without species"),
    ("associations", {"target": MASS, "columns": ["species"]}, 5, f"3 without species, 2 without {MASS}"),
    ("trends", {"date": "day", "columns": [MASS]}, 6, f"6 without {MASS} or day"),
    ("trend", {"date": "day", "value": MASS}, 6, f"6 without {MASS} or day"),
]


@pytest.mark.parametrize(("recipe", "arguments", "dropped", "why"), WHOLE, ids=str)
def test_a_test_says_how_many_rows_it_used_and_dropped_and_why(recipe: str, arguments: dict[str, Any], dropped: int, why: str, gappy: pd.DataFrame) -> None:
    """n and dropped add up to the table's rows, and each column with a gap is named."""
    table = RecipeTable().run(recipe, {"frame": gappy, **arguments}).value
    row = table.iloc[0]
    assert (int(row["n"]), int(row["dropped"]), row["dropped_why"]) == (ROWS - dropped, dropped, why)


def test_every_table_of_tests_has_these_columns() -> None:
    """A recipe that promises a p value promises n, dropped and dropped_why; no such recipe is missing above."""
    tests = {name for name, recipe in RECIPES.items() if "p" in recipe.gives.get("columns", ())}
    assert all({"n", "dropped", "dropped_why"} <= set(RECIPES[name].gives["columns"]) for name in tests)
    assert tests - {name for name, *_ in WHOLE} == {"post_hoc", "compare_columns"}  # below: they have no row of all rows


def test_pairs_of_groups_say_what_no_pair_used(gappy: pd.DataFrame) -> None:
    """Of three groups in pairs, the sizes add up to the rows that were used, and a group of one is named."""
    lone = gappy.assign(species=gappy["species"].mask(gappy.index == 300, "Emperor"))
    table = RecipeTable().run("post_hoc", {"frame": lone, "value": MASS, "by": "species"}).value
    assert set(table["dropped"]) == {6}
    assert "1 of species Emperor: fewer than 2 values" in table["dropped_why"].iloc[0]
    sizes = dict(zip(table["group_1"], table["n_1"], strict=True)) | dict(zip(table["group_2"], table["n_2"], strict=True))
    assert sum(sizes.values()) == ROWS - 6


def test_incomplete_pairs_are_counted() -> None:
    """A person who was measured once only is dropped, and said so."""
    frame = pd.DataFrame({"who": [1, 1, 2, 2, 3, 3, 4], "when": list("abababa"), "score": [1.0, 2, 3, 5, 2, 6, 9]})
    row = RecipeTable().run("compare_groups", {"frame": frame, "value": "score", "by": "when", "paired": "who"}).value.iloc[0]
    assert (row["n"], row["dropped"], row["dropped_why"]) == (6, 1, "1 whose pair is not complete, or which repeat")


GROUPED: list[tuple[str, dict[str, Any], str]] = [  # rows that no row of the table counts: recipe, arguments, the step's note
    ("group_summary", {"by": ["species"], "value": MASS}, NO_SPECIES),
    ("group_summary", {"by": ["species", "island"]}, "4 rows are in no group: without species or island"),
    ("group_extreme", {"by": ["species"], "value": MASS}, NO_SPECIES),
    ("quantile", {"column": MASS, "by": ["species"]}, NO_SPECIES),
    ("count_rows", {"by": ["island"]}, "1 row is in no group: without island"),
    ("crosstab", {"rows": "species", "columns": "island"}, "4 rows are left out: without species or island"),
    ("pivot", {"rows": ["species"], "columns": "island"}, "4 rows are left out: without species or island"),
    ("weighted_summary", {"value": "year", "weight": MASS, "by": ["species"]}, f"5 rows are left out: 2 without {MASS}, 3 without species"),
    ("table_one", {"by": "species"}, "3 rows are counted under all only: without species"),
    ("compare_groups", {"value": MASS, "by": "sex", "within": "species"}, NO_SPECIES),
    ("normality", {"columns": [MASS], "by": "species"}, NO_SPECIES),
    ("correlate", {"x": "year", "y": MASS, "by": "species"}, NO_SPECIES),
    ("trend", {"date": "day", "value": MASS, "by": "species"}, NO_SPECIES),
    ("outliers", {"column": MASS, "by": ["species"]}, "3 rows are not looked at: without species"),
    ("rank", {"by": MASS, "within": ["species"]}, NO_SPECIES),
    ("resample", {"date": "day", "value": MASS}, "4 rows are in no period: without day"),
    ("time_pattern", {"date": "day", "value": MASS}, "4 rows are in no period: without day"),
    ("longest_run", {"date": "day", "where": [{"column": "year", "op": ">", "value": 2000}]}, "4 rows are in no run: without day"),
    ("seasonality", {"date": "day", "value": MASS, "period": 7}, f"6 rows are left out: without day or {MASS}"),
    ("predict", {"y": MASS, "x": ["year"]}, f"2 rows are not in the model: 2 without {MASS}"),
    ("pca", {"columns": [MASS, "year"]}, f"2 rows are left out: 2 without {MASS}"),
]


@pytest.mark.parametrize(("recipe", "arguments", "note"), GROUPED, ids=str)
def test_rows_without_a_group_or_a_date_are_told(recipe: str, arguments: dict[str, Any], note: str, gappy: pd.DataFrame) -> None:
    """The step's note says how many rows no row of the table counts, and what they lack; without gaps there is no note."""
    run = RecipeTable().run
    assert run(recipe, {"frame": gappy, **arguments}).warnings == (note,)
    assert run(recipe, {"frame": gappy.dropna(ignore_index=True), **arguments}).warnings == ()


def test_a_row_without_a_date_joins_no_run() -> None:
    """Rows without a date do not lengthen the run that ends the table."""
    frame = pd.DataFrame({"day": [*pd.date_range("2020-01-01", periods=3), pd.NaT, pd.NaT], "wet": [0, 1, 1, 1, 1]})
    table = RecipeTable().run("longest_run", {"frame": frame, "date": "day", "where": [{"column": "wet", "op": "==", "value": 1}]}).value
    assert table["length"].tolist() == [2]


def test_a_join_that_repeats_rows_says_so() -> None:
    """A test on the joined table would count a repeated row more than once, so the step names the side and how often."""
    left, right = pd.DataFrame({"key": [1, 2, 3], "x": [1.0, 2, 3]}), pd.DataFrame({"key": [1, 1, 1, 2], "y": [4.0, 5, 6, 7]})
    run = RecipeTable().run
    told = run("join", {"frame": left, "other": right, "on": "key"}).warnings
    assert [text.split(":")[0] for text in told] == ["1 row of the first table stands up to 3 times in the joined one"]
    told = run("join", {"frame": right, "other": left, "on": "key"}).warnings
    assert told[0].startswith("1 row of the second table stands up to 3 times")
    assert run("join", {"frame": left, "other": right.drop_duplicates("key"), "on": "key"}).warnings == ()


def test_infinity_is_a_gap_that_is_told() -> None:
    """What is no finite number is not used, and counted."""
    frame = pd.DataFrame({"x": [1.0, 2, 3, 4, np.inf], "y": [2.0, 1, 4, 3, 5]})
    row = RecipeTable().run("correlate", {"frame": frame, "x": "x", "y": "y"}).value.iloc[0]
    assert (row["n"], row["dropped"], row["dropped_why"]) == (4, 1, "1 without x")


def test_what_a_recipe_left_out_stands_in_the_text_and_beside_a_table(gappy: pd.DataFrame) -> None:
    """A text says it under what to keep in mind, also where a join two steps earlier repeated rows; beside a table or a number it is a line."""
    visits = pd.DataFrame({"island": ["Biscoe", "Biscoe", "Dream"], "boats": [1, 2, 3]})
    frame, by = {"from": "s1"}, {"by": ["sex"], "value": MASS}
    steps = [
        {"id": "s1", "kind": "code", "name": "joined", "params": {"recipe": "join", "arguments": {"frame": {"data": "p"}, "other": {"data": "v"}}}},
        {"id": "s2", "kind": "code", "name": "means", "params": {"recipe": "group_summary", "arguments": {"frame": frame, **by}}},
        {"id": "s3", "kind": "ask", "name": "brief", "params": {"question": "A brief", "inputs": {"means": {"from": "s2"}}}, "output": {"type": "text"}},
    ]
    run = orchestrate(plan={"steps": steps, "result": "s3"}, data={"p": gappy, "v": visits})
    assert "167 rows of the first table stand up to 2 times in the joined one: means and tests" in str(run.value)
    ungrouped = f"{int(run.results['s1'].value['sex'].isna().sum())} rows are in no group: without sex"
    assert ungrouped in str(run.value)
    assert f"Note: {ungrouped}" in answer_notes(run.progress)

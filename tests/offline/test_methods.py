"""A sentence of a Methods section says what was done, by which test with which n, from which source, and what was excluded."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.prose.methods import CHOSEN, SENTENCES, SOURCES, UNTOLD, method_of
from nb_orchestra.offline.table import RECIPES
from tests.offline.recipe_cases import CASES, penguins


@pytest.fixture(scope="module")
def birds() -> pd.DataFrame:
    return penguins()


def told(recipe: str, frame: pd.DataFrame, **arguments: Any) -> str:
    value = RecipeTable().run(recipe, {"frame": frame, **arguments}).value
    return method_of(RECIPES[recipe], arguments, value)


def test_every_recipe_has_a_sentence_or_is_named_as_having_none() -> None:
    """No recipe that changes numbers is left out of a Methods section by oversight."""
    assert set(SENTENCES) | {"train_model"} | UNTOLD == set(RECIPES)
    assert not set(SENTENCES) & UNTOLD


@pytest.mark.parametrize("recipe", [name for name in SENTENCES if name in CASES and name != "kmeans"])
def test_a_sentence_is_whole(recipe: str) -> None:
    """It begins with a capital and holds no hole, no raw data and no word of Python, also where the result is not at hand."""
    sentence = method_of(RECIPES[recipe], CASES[recipe], None)
    assert sentence[0].isupper() or sentence[0].isdigit()
    assert not any(part in sentence for part in ("{", "}", "None", "True", "['", "  ")), sentence


TOLD: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("compare_groups", {"value": "body_mass_g", "by": "species"}, ("Welch's ANOVA F (Welch 1951), n = 342", "as a check Kruskal–Wallis H", "2 rows excluded")),
    ("compare_groups", {"value": "body_mass_g", "by": "sex", "test": "mann_whitney"}, ("Mann–Whitney U (Mann and Whitney 1947), n = 333", "11 rows excluded")),
    ("post_hoc", {"value": "body_mass_g", "by": "species"}, ("Welch's t (Welch 1947), n = 191 to 274", "Holm (1979)")),
    ("correlate", {"x": "bill_length_mm", "y": "bill_depth_mm"}, ("Pearson 1895", "within each species, where the sign is reversed")),
    ("regression", {"y": "body_mass_g", "x": ["flipper_length_mm"]}, ("regressed on flipper length (mm)", "n = 342", "Koenker 1981")),
    ("table_one", {"by": "species"}, ("Pearson χ² (Pearson 1900)", "|skewness| > 1", "Holm (1979)")),
    ("outliers", {"column": "body_mass_g", "by": ["species"]}, ("Tukey's rule (1.5 × IQR", "within species")),
    ("filter_rows", {"where": [{"column": "body_mass_g", "op": ">", "value": 4000}]}, ("only rows with body mass above 4,000",)),
    ("trend", {"date": "day", "value": "body_mass_g", "every": "year"}, ("from means per year", "n counts the periods")),
    ("normality", {"columns": ["body_mass_g"], "by": "species"}, ("Shapiro–Wilk (Shapiro and Wilk 1965), n = 68 to 151", "2 rows of the groups excluded")),
    ("train_model", {"target": "species"}, ("logistic regression", "266 rows, tested on 67 others", "seed 0", "11 rows excluded")),
]


@pytest.mark.parametrize(("recipe", "arguments", "words"), TOLD, ids=str)
def test_it_names_test_source_n_and_exclusions(recipe: str, arguments: dict[str, Any], words: tuple[str, ...], birds: pd.DataFrame) -> None:
    """Only what was really used is cited, and n is that of the test."""
    if recipe == "train_model":
        pytest.importorskip("sklearn")
    sentence = told(recipe, birds.drop(columns=["note", "day"]) if recipe == "train_model" else birds, **arguments)
    missing = [word for word in words if word.casefold() not in sentence.casefold()]
    assert not missing, sentence
    unused = [source for test, source in SOURCES.items() if source in sentence.replace(CHOSEN, "") and test not in sentence]
    assert not unused, sentence


def test_a_column_that_is_called_test_is_no_test(birds: pd.DataFrame) -> None:
    """The words of a person's own column never stand in the place of a test's name."""
    frame = birds.assign(test="secret words", p=0.5, n=3)
    assert "secret" not in told("rank", frame, by="body_mass_g", n=3)

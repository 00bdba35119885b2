"""What the texts of all recipes keep to: no cause, the test with its n, numbers for people."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.table import RECIPES
from nb_orchestra.offline.writer import ASSOCIATIONS
from tests.offline.recipe_cases import CASES, islands, penguins

CAUSE = re.compile(r"\b(caus\w+|because|due to|leads? to|led to|effect of|affects?|influenc\w+|impact\w*|results? in|drives?|increases? the|reduces?)\b", re.I)
RAW = re.compile(r"\d{6,}|\d\.\d{6,}|\bnan\b|\bNaT\b|<NA>|\bNone\b|\d[eE][+-]?\d")
TESTS = [name for name, recipe in RECIPES.items() if "p" in recipe.gives.get("columns", ()) and recipe.said_by]


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    """The sentences of each recipe on the penguins, and of each test where little is found."""
    frame = penguins()
    texts = {}
    for name, arguments in CASES.items():
        recipe = RECIPES[name]
        if name in ("chart", "kmeans", "train_model") or recipe.say is None:
            continue
        filled: dict[str, Any] = {key: islands() if value == {"data": "islands"} else value for key, value in arguments.items()}
        defaults = {argument.name: argument.default for argument in recipe.needs if not argument.required}
        value = RecipeTable().run(name, {"frame": frame, **filled}).value
        texts[name] = " ".join(recipe.say(value, defaults | filled))
    return texts


def test_no_text_speaks_of_causes(said: dict[str, str]) -> None:
    """Differences and associations only; every recipe that finds one brings the line that says so."""
    assert {name: found.group() for name, text in said.items() if (found := CAUSE.search(text))} == {}
    assert set(TESTS) - {"normality", "one_sample"} <= ASSOCIATIONS


def test_each_text_of_a_test_names_it_with_n_and_p(said: dict[str, str]) -> None:
    """Which test, on how many rows, with which p."""
    frame = penguins()
    for name in TESTS:
        filled = {key: islands() if value == {"data": "islands"} else value for key, value in CASES[name].items()}
        value: pd.DataFrame = RecipeTable().run(name, {"frame": frame, **filled}).value
        text = said[name]
        named = value["test"].dropna().iloc[0] if "test" in value else "SE"
        assert named in text, f"{name}: {text}"
        assert re.search(r"\bp (=|<) ", text), f"{name}: {text}"
        assert re.search(r"\bn = |n from ", text), f"{name}: {text}"


def test_numbers_in_texts_are_for_people(said: dict[str, str]) -> None:
    """No digits that nobody can use, no exponents, no word of a computer for what is missing."""
    assert {name: found.group() for name, text in said.items() if (found := RAW.search(text))} == {}

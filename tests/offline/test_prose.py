"""What the texts of all recipes keep to: no cause, the test with its n, numbers for people."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.prose.wording import freedom, number, plural
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


def test_counts_and_degrees_of_freedom_are_whole_and_zero_has_no_sign() -> None:
    """n = 3,000,000 is no "3.00 million", F(3, 2,999,996) no "3.00 million"; a correlation of −0.0003 is 0.00."""
    assert (plural(3_000_000, "row"), freedom(2_999_996.0), freedom(116.64), freedom(2.0)) == ("3,000,000 rows", "2,999,996", "116.6", "2")
    assert (number(-0.0003, 2), number(-0.5, 2), number(0.0, 2)) == ("0.00", "−0.50", "0.00")


def test_which_groups_differ_is_said_unasked() -> None:
    """Three groups or some more: the pairs with Holm's p stand below the test of all of them; two groups have no pairs."""
    text = orchestrate("Compare body mass by species in {penguins}", data={"penguins": penguins()}, cache=False).value
    assert "p adjusted by Holm" in text
    assert "| Adelie | Gentoo |" in text
    assert "Holm" not in orchestrate("Compare body mass by sex in {penguins}", data={"penguins": penguins()}, cache=False).value


def test_a_coefficient_is_told_with_its_test(said: dict[str, str]) -> None:
    """t with its degrees of freedom, beside standard error, interval and p."""
    assert re.search(r"\(SE [\d.,]+; 95 % interval [^;]+; t\([\d,.]+\) = −?[\d.]+, p [<=] [\d.]+\)", said["regression"])

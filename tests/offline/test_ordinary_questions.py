"""Questions that people ask first: extremes of groups and periods, counts per period, orders. The answers were computed with pandas by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nb_orchestra import orchestrate

DATA = Path(__file__).parents[2] / "notebooks" / "data"
TABLES = {"penguins": pd.read_csv(DATA / "penguins.csv"), "weather": pd.read_csv(DATA / "seattle-weather.csv")}
SALES = pd.DataFrame({"region": ["N", "N", "S", "S", "W"] * 4, "sales": [1, 2, 3, 4, 6] * 4})


def value_of(goal: str) -> Any:
    """The whole answer; a partial one is a failure here."""
    data = {name: frame for name, frame in {**TABLES, "shops": SALES}.items() if f"{{{name}" in goal}
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
        ("How many observations per year are there in {penguins}?", "2007 110 (32.0 %)"),
    ],
)
def test_a_sentence_answers(goal: str, words: str) -> None:
    """Many rows of a group are taken together; a day is one row; years are no thousands."""
    assert words in str(value_of(goal))

"""How words become columns, values, conditions, slots and rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nb_orchestra.offline.reading import Table, read, read_table
from nb_orchestra.offline.reading.answer_formats.formats import divide, slots
from nb_orchestra.offline.reading.answer_formats.verdicts import allowed, rules
from nb_orchestra.offline.reading.language.words import lemma, tokens
from nb_orchestra.offline.reading.restricting.conditions import filters
from nb_orchestra.offline.reading.splitting import split
from nb_orchestra.offline.reading.tagging import tag

DATA = Path(__file__).parents[2] / "notebooks" / "data"
PENGUINS = read_table("penguins", pd.read_csv(DATA / "penguins.csv"))
WEATHER = read_table("weather", pd.read_csv(DATA / "seattle-weather.csv"))


def columns(text: str, table: Table = PENGUINS) -> list[str]:
    return [item.value for item in tag(text, table) if item.kind == "column"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("body mass", "body_mass_g"),
        ("body_mass_g", "body_mass_g"),
        ("`body_mass_g`", "body_mass_g"),
        ("weight", "body_mass_g"),
        ("gender", "sex"),
        ("beak depth", "bill_depth_mm"),
        ("flippr length", "flipper_length_mm"),
        ("isalnd", "island"),
        ("length of the flipper", "flipper_length_mm"),
        ("body_mas_g", "body_mass_g"),
    ],
)
def test_columns_are_found(text: str, found: str) -> None:
    """A column is found by its name, by its words in any order, by synonym and with a typo."""
    assert columns(text) == [found]


def test_initials_and_cut_words_name_columns() -> None:
    """ "gross domestic product per capita in 1992" is gdpPercap_1992."""
    table = read_table("gdp", pd.DataFrame({"country": ["a", "b"], "gdpPercap_1992": [1.5, 2.5], "gdpPercap_1997": [1.0, 2.0]}))
    assert columns("gross domestic product per capita in the year 1992", table) == ["gdpPercap_1992"]


def test_a_guess_is_said() -> None:
    """What was guessed stands in the assumptions, with what else was possible."""
    assert "weight → body_mass_g" in read("mean weight by species", PENGUINS).assumptions
    assert any("temp_min" in line for line in read("mean temperature", WEATHER).assumptions)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("only Gentoo", [("species", "==", "Gentoo")]),
        ("gentoos", [("species", "==", "Gentoo")]),
        ("not on Dream", [("island", "!=", "Dream")]),
        ("Adelie and Gentoo", [("species", "in", ["Adelie", "Gentoo"])]),
        ("mass over 4000", [("body_mass_g", ">", 4000)]),
        ("body mass of at least 4,000", [("body_mass_g", ">=", 4000)]),
        ("heavier than 5000", [("body_mass_g", ">", 5000)]),
        ("over 5000 g", [("body_mass_g", ">", 5000)]),
        ("flipper length between 180 and 200", [("flipper_length_mm", "between", [180, 200])]),
        ("2008–2009", [("year", "between", [2008, 2009])]),
        ("in 2008", [("year", "==", 2008)]),
        ("since 2008", [("year", ">=", 2008)]),
        ("where sex is female", [("sex", "==", "female")]),
        ("body mass above the average body mass", [("body_mass_g", ">", {"statistic": "mean", "column": "body_mass_g"})]),
    ],
)
def test_conditions_are_read(text: str, where: list[Any]) -> None:
    """Comparisons, ranges, years, values by content and negatives become conditions."""
    (clause,) = split(tag(text, PENGUINS))
    found = filters(clause, PENGUINS).conditions
    assert [(item["column"], item["op"], item["value"]) for item in found] == where


def test_dates_take_months_and_years() -> None:
    """On a date column a year and a month's name are conditions of their own."""
    (clause,) = split(tag("mean wind in July 2013", WEATHER))
    assert {(item["op"], item["value"]) for item in filters(clause, WEATHER).conditions} == {("month", 7), ("year", 2013)}


def test_clauses_keep_their_order() -> None:
    """ "then" and sentences end a clause; a list of columns does not."""
    kinds = [intent.kind for intent in read("drop rows missing sex, then the mean bill length and depth by sex. Find the outliers.", PENGUINS).intents]
    assert kinds == ["drop_missing", "statistics", "outliers"]


def test_later_clauses_lean_on_earlier_ones() -> None:
    """ "the outliers" are those of what was compared, within its groups; "the island" is tested after the species."""
    reading = read("Compare body mass across species, find the outliers. Does the island matter?", PENGUINS)
    by_kind = {intent.kind: intent for intent in reading.intents}
    assert by_kind["outliers"].columns == ("body_mass_g",)
    assert by_kind["outliers"].by == ("species",)
    assert by_kind["compare"].option("after") == "species"


def test_slots_say_how_they_are_written() -> None:
    """Decimals and allowed words are read from the explanation of each slot."""
    text = 'Is it so?\nAnswer format: @p_value[p] @kind[label] where "p" is rounded to four decimal places and "label" is either "linear" or "none".'
    body, section = divide(text)
    first, second = slots(section, body)
    assert (first.name, first.decimals, second.labels) == ("p_value", 4, ("linear", "none"))


def test_rules_become_conditions() -> None:
    """A rule in words is a label with comparisons, absolute values and ranges included."""
    (linear, none) = rules(
        "Consider it linear if the p-value is less than 0.05 and the absolute value of r is greater than or equal to 0.5. "
        "If the p-value is greater than 0.05, report no relation."
    )
    assert [(item["quantity"], item["absolute"], item["op"], item["value"]) for item in linear.when] == [("p", False, "<", 0.05), ("r", True, ">=", 0.5)]
    assert allowed(linear.label, ("linear", "nonlinear", "none")) == "linear"
    assert allowed(none.label, ("linear", "nonlinear", "none")) == "none"


def test_words_have_one_form() -> None:
    """Plural, possessive and hyphen do not count."""
    assert [lemma(word) for word in ("Species", "averages", "Pearson's", "countries", "masses", "analysis")] == [
        "species",
        "average",
        "pearson",
        "country",
        "mass",
        "analysis",
    ]
    assert [token.word for token in tokens("z-score p-value")] == ["z", "score", "p", "value"]


@pytest.mark.parametrize(
    "text", ["", " ", "{", "}{", "$x_{1}$", "🐧 mean 🐧 body mass by species", "مرحبا", "a" * 5000, "by by by by", '"""', "@x[", "mean, mean; mean. mean?"]
)
def test_any_text_can_be_read(text: str) -> None:
    """Nothing that a person can type breaks the reader."""
    assert read(text, PENGUINS).table.name == "penguins"


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame({"a": [None, None]}),
        pd.DataFrame([[1, 2], [3, 4]], columns=["x", "x"]),
        pd.DataFrame({1: [1, 2], ("a", "b"): ["u", "v"]}),
        pd.DataFrame({"d": [{"k": 1}, [2]], "c": pd.Categorical(["a", "b"]), "t": pd.to_datetime(["2020-01-01", "2021-01-01"], utc=True)}),
    ],
    ids=["empty", "all missing", "equal names", "odd names", "odd values"],
)
def test_any_frame_can_be_read(frame: pd.DataFrame) -> None:
    """Columns are described whatever they hold, and the frame stays as it is."""
    before = frame.copy()
    table = read_table("t", frame)
    assert len(table.columns) == len(set(map(str, frame.columns)))
    pd.testing.assert_frame_equal(frame, before)


def test_a_very_long_goal_is_read_in_part_and_says_so() -> None:
    """Of a text far longer than a goal the first part is read."""
    reading = read("mean body mass by species. " + "Some more words about it. " * 2_000, PENGUINS)
    assert reading.intents[0].kind == "statistics"
    assert "characters" in reading.not_done[0]


def test_names_of_one_letter() -> None:
    """A column whose name is a unit's letter is found where it stands alone."""
    table = read_table("t", pd.DataFrame({"amount": [1.0, 2.0, 3.0], "g": ["u", "v", "u"]}))
    (intent,) = read("mean amount by g", table).intents
    assert (intent.columns, intent.by) == (("amount",), ("g",))

"""Tables as people really have them: prices and dates as text, ordered sizes, a Series, no rows. Each goal gives the right answer or says why not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.errors import OrchestraError
from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.recipes.frames import as_dates, as_numbers

SHOP = pd.DataFrame(
    {
        "price": ["1,200", "$5", "n/a", "7 EUR", "12"] * 4,
        "rate": ["3,5", "12,75", "1.200,50", "4", "-"] * 4,
        "when": ["01/02/2024", "2024-03-05", "5 March 2024", "", "13/04/2024"] * 4,
        "ok": [True, False, None, True, False] * 4,
        " Body Mass (g) ": range(20),
        "": range(20),
        "mostly": ["1", "2", "3", "4", "about 5"] * 4,
    }
)
SIZES = pd.DataFrame({"size": pd.Categorical(["S", "M", "L"] * 6, ["S", "M", "L", "XL"], ordered=True), "cost": range(18)})
LETTERS = pd.DataFrame({"a": range(20), "b": range(0, 40, 2), "g": ["x", "y"] * 10})
DATA = {"shop": SHOP, "sizes": SIZES, "d": LETTERS, "marks": pd.Series([1.0, 2.0, 6.0], name="mark"), "items": [{"x": 1}, {"x": 2}], "grid": np.eye(4)}


def run_of(goal: str) -> Any:
    return orchestrate(goal, data={name: value for name, value in DATA.items() if f"{{{name}}}" in goal}, cache=False)


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["1,200", "$5", "n/a", "7 EUR", "12", "-€3"], [1200, 5, None, 7, 12, -3]),
        (["3,5", "12,75", "1.200,50", "4", "-", "1.200"], [3.5, 12.75, 1200.5, 4, None, 1200]),
        (["1,200.50", "3,300", "1,00,000", "5 %"], [1200.5, 3300, 100_000, 5]),
        (["2,500", "about 5", "1.5"], [2500, None, 1.5]),
        ([True, None, "4", 2.5], [1, None, 4, 2.5]),
    ],
    ids=str,
)
def test_numbers_are_read_as_people_write_them(texts: list[Any], numbers: list[float | None]) -> None:
    """Thousands, currencies and percent; a comma is a decimal comma where that is its only reading, and then points are thousands."""
    assert as_numbers(pd.Series(texts, dtype=object)).tolist() == pytest.approx([np.nan if number is None else number for number in numbers], nan_ok=True)


def test_dates_of_several_styles_are_read_in_one_column() -> None:
    """Each style by itself; where one date can only have the day first, all of its style have."""
    read = as_dates(SHOP["when"].head(5))
    assert [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in read] == ["2024-02-01", "2024-03-05", "2024-03-05", None, "2024-04-13"]


@pytest.mark.parametrize(
    ("check", "column", "words"),
    [
        ("gaps as text", "price", "4 values are 'n/a'"),
        ("numbers as text", "price", "e.g. '1,200'"),
        ("numbers as text", "mostly", "4 cannot be read, e.g. 'about 5'"),
        ("dates as text", "when", "e.g. '01/02/2024'"),
        ("mixed date styles", "when", "'2024-03-05', '01/02/2024', '5 March 2024'"),
        ("levels", "ok", "boolean, 2 distinct: False, True"),
        ("column names", None, "blanks too many in ' Body Mass (g) '"),
        ("column names", None, "no name: column 6"),
    ],
)
def test_a_check_tells_what_hides_in_texts_and_names(check: str, column: str | None, words: str) -> None:
    """Numbers and dates as text with what cannot be read, mixed date styles, words for nothing, names with blanks or none at all."""
    found = RecipeTable().run("check_data", {"frame": SHOP}).value
    rows = found[(found["check"] == check) & (found["column"].isna() if column is None else found["column"] == column)]
    assert any(words in detail for detail in rows["detail"])


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ("Average price in {shop}", "306"),
        ("Average rate in {shop}", "305.188"),
        ("mean cost where size is greater than S in {sizes}", "9"),
        ("mean cost with size below L in {sizes}", "8"),
        ("Mean of a by g in {d}", "9 10"),
        ("mean a in {d}", "9.5"),
        ("Mean of {marks}", "3"),
        ("Mean of mark in {marks}", "3"),
        ("mean x in {items}", "1.5"),
        ("mean of column_2 in {grid}", "0.25"),
    ],
)
def test_an_odd_table_is_answered(goal: str, words: str) -> None:
    """Prices as text, decimal commas, ordered categories, a column called a, a Series, records and arrays."""
    run = run_of(goal)
    assert run.state == "done", run
    assert " ".join(f"{number:g}" for number in run.value["mean"]) == words


def test_texts_that_are_no_number_are_told() -> None:
    """What a conversion could not read counts as missing, and the run says how many rows that are."""
    computed = RecipeTable().run("convert_types", {"frame": SHOP, "columns": ["mostly"], "to": "number"})
    assert computed.warnings == ("4 rows are without a value in mostly now: 'about 5' cannot be read",)


@pytest.mark.parametrize("goal", ["Mean a by g in {e}", "Compare a by g in {e}", "Plot a in {e}"])
def test_a_table_without_rows_is_said_to_have_none(goal: str) -> None:
    """Not "no part could be read", and not a hint at the groups alone."""
    with pytest.raises(OrchestraError, match="the table has no rows"):
        orchestrate(goal, data={"e": LETTERS.head(0)}, cache=False)


def test_a_statistic_of_no_rows_is_partial() -> None:
    """The mean of nothing is nothing, and the run says why."""
    run = orchestrate("mean a in {e}", data={"e": LETTERS.head(0)}, cache=False)
    assert run.state == "partial"
    assert "e: the table has no rows" in run.plan.not_done

"""Every number in a text stands in a result, or is found out."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb_orchestra.values.grounding import stray_numbers

TABLE = pd.DataFrame({"species": ["Adelie", "Gentoo"], "n": [151, 123], "mean_body_mass_g": [3700.662, 5076.016], "share": [0.551, 0.449]})


@pytest.mark.parametrize(
    "text",
    ["Gentoo weigh 5,076 g (n 123).", "5076.0 g", "about 3.70066e3", "55.1 % are Adelie", "−5,076.02", "p < 0.001, 95 % interval", "on 2026-11-23, 2 rows"],
)
def test_a_rounded_result_is_supported(text: str) -> None:
    """Rounding, separators, exponents, percent of a share, dates and conventions are no inventions."""
    assert stray_numbers(text, [TABLE]) == []


@pytest.mark.parametrize(
    ("text", "planted"), [("Gentoo weigh 5,077 g", "5,077"), ("n 124", "124"), ("55.2 % are Adelie", "55.2"), ("a mean of 3,701.0 g", "3,701.0")]
)
def test_a_planted_wrong_number_is_caught(text: str, planted: str) -> None:
    """One digit off is found, and named as it is written."""
    assert stray_numbers(text, [TABLE]) == [planted]


def test_numbers_of_the_goal_and_in_names_need_no_proof() -> None:
    """What the person wrote, and what stands in a column's name, is no claim."""
    assert stray_numbers("Of the top 10 in `grade_2019`, …", [pd.DataFrame({"grade_2019": [1.5]})], ["top 10"]) == []


@given(st.lists(st.floats(-1e9, 1e9, allow_nan=False), min_size=1, max_size=20), st.integers(0, 4))
def test_any_number_of_a_table_may_be_quoted_at_any_precision(numbers: list[float], digits: int) -> None:
    """Quoting never counts as inventing."""
    table = pd.DataFrame({"x": numbers})
    text = " and ".join(f"{number:,.{digits}f}" for number in numbers)
    assert stray_numbers(text, [table]) == []

"""What a table looks like in the answer."""

from __future__ import annotations

import pandas as pd
import pytest

from nb_orchestra import values


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([3700.66, 3733.09, 5076.0], ["3,700.7", "3,733.1", "5,076.0"]),
        ([46.1, 50.0, float("nan")], ["46.1", "50.0", ""]),
        ([0.97, 0.0000012], ["0.97", "1.2e-06"]),
        ([1200.5, 0.04], ["1,200.5", "0.04"]),
        ([2007.0, 2009.0], ["2007", "2009"]),
        ([float("inf"), 1.5], ["∞", "1.5"]),
    ],
)
def test_numbers_of_a_column_stand_under_each_other(numbers: list[float], shown: list[str]) -> None:
    """With as many digits behind the point as the column needs; each alone where that would lose the smallest, and years as years."""
    assert [row[0] for row in values.preview(pd.DataFrame({"x": numbers})).data["rows"]] == shown

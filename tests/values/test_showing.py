"""What of a wide result is shown first."""

from __future__ import annotations

import pandas as pd

from nb_orchestra.values import preview
from nb_orchestra.values.showing import MOST_COLUMNS


def test_a_wide_result_shows_what_it_holds_and_names_the_rest() -> None:
    """Of a small table with too many columns those that are empty, or repeat another, stand in the note; the table keeps them."""
    wide = pd.DataFrame({"r": [0.5, 0.25], "df2": [None, None], "effect": [0.5, 0.25], **{f"c{at}": [at, at + 1] for at in range(11)}})
    drawn = preview(wide)
    assert drawn.text.splitlines()[0].split() == ["r", *(f"c{at}" for at in range(11))]
    assert drawn.data["more"] == "12 of 14 columns (also df2, effect)"
    assert list(wide.columns)[1:3] == ["df2", "effect"]


def test_a_table_that_fits_is_shown_whole() -> None:
    """Empty columns and repeats are part of it."""
    table = pd.DataFrame({f"c{at}": [0.5, None] for at in range(MOST_COLUMNS)})
    assert preview(table).data["columns"] == list(table.columns)


def test_p_values_are_quoted_and_the_table_keeps_their_digits() -> None:
    """1.35e-63 is shown as < 0.001; a column that is called p and holds no probabilities is shown as it is."""
    tests = pd.DataFrame({"p": [1.35e-63, 0.0421, 0.97, None], "p_holm": [0.0, 1.0, 0.5, 0.1], "pH": [6.5, 7.0, 0.5, 0.1]})
    rows = preview(tests).data["rows"]
    assert [row[0] for row in rows] == ["< 0.001", "0.042", "0.97", ""]
    assert rows[0][1] == "< 0.001"
    assert rows[0][2] == "6.5"
    assert preview(pd.DataFrame({"p": [1.2e-5, 3.5]})).data["rows"][0] == ["1.2e-05"]
    assert tests["p"].iloc[0] == 1.35e-63

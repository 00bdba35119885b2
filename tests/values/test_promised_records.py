"""Records keep their promise entry by entry."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from nb_orchestra.core.plan import Output
from nb_orchestra.values import check

COLUMNS = {"label": {"enum": ["good", "bad"]}, "n": "integer", "when": "date", "share": "number", "sure": "boolean", "note": "text"}
GOOD: dict[str, Any] = {"label": "good", "n": 3, "when": "2026-11-23", "share": 0.5, "sure": True, "note": "x"}


@pytest.mark.parametrize("changed", [{}, {"label": None}, {"n": 3.0}, {"when": datetime.date(2026, 1, 1)}, {"share": 1}, {"more": 1}, dict.fromkeys(COLUMNS)])
def test_a_record_as_promised_has_no_complaint(changed: dict[str, Any]) -> None:
    """Missing values are allowed in every entry, further entries too; a date may be its ISO text."""
    assert check(GOOD | changed, Output("record", COLUMNS)) == []


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"label": "ugly"}, "'label' should be 'good', 'bad' and is 'ugly'"),
        ({"n": 3.5}, "'n' should be integer"),
        ({"n": True}, "'n' should be integer"),
        ({"when": "soon"}, "'when' should be date"),
        ({"sure": "yes"}, "'sure' should be boolean"),
        ({"note": 4}, "'note' should be text"),
    ],
)
def test_each_entry_that_is_not_as_promised_is_named(changed: dict[str, Any], complaint: str) -> None:
    """With what was allowed and what is there."""
    (found,) = check(GOOD | changed, Output("record", COLUMNS))
    assert complaint in found


def test_a_missing_entry_is_named() -> None:
    """And what is there instead."""
    (found,) = check({"label": "good"}, Output("record", {"label": "text", "n": "integer"}))
    assert found == "entry 'n' is missing; there are 'label'"

"""What a column of a table is called and what it holds, in a planner's words: text, number, integer, date, boolean, or any (mixed, nested)."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

_BY_DTYPE_KIND = {"b": "boolean", "i": "integer", "u": "integer", "f": "number", "c": "number", "M": "date"}
_BY_CELL = (
    ("boolean", (bool,)),
    ("integer", (int,)),
    ("number", (int, float, decimal.Decimal)),
    ("date", (datetime.date,)),
    ("text", (str,)),
)


COUNTS = ("n", "most_common_n")
"""Columns that say how many rows stand behind a row of statistics."""


def column_text(name: Any) -> str:
    """A column's name as plans say it: text; the levels of a MultiIndex are joined by _."""
    return "_".join(str(part) for part in name if part != "") if isinstance(name, tuple) else str(name)


def level_texts(index: Any) -> list[str]:
    """The names by which plans may read the levels of a table's index; a level without a name is `index`, or `index_0`, `index_1`, …"""
    return [column_text(name) if name is not None else "index" if index.nlevels == 1 else f"index_{at}" for at, name in enumerate(index.names)]


def column_type(column: Any) -> str:
    """The type of a pandas Series. Object columns and categories by what is in them, gaps aside; "any" where nothing is."""
    dtype = column.dtype
    if hasattr(dtype, "categories"):
        return column_type(dtype.categories.to_series())
    name = str(dtype)
    if name.startswith("period"):
        return "date"
    if name in ("str", "string") or name.startswith(("string[", "large_string[")):
        return "text"
    kind = getattr(dtype, "kind", "O")
    if kind != "O":
        return _BY_DTYPE_KIND.get(kind, "any")
    return _cells_type(column.dropna().tolist())


def _cells_type(cells: list[Any]) -> str:
    kinds = set(map(type, cells))
    if not kinds:
        return "any"
    for name, known in _BY_CELL:
        if all(issubclass(kind, known) and (name == "boolean" or not issubclass(kind, bool)) for kind in kinds):
            return name
    return "any"

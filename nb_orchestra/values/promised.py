"""Does a value keep its step's promise? Complaints in words that a model or a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.core.plan import Output
from nb_orchestra.values.columns import column_type
from nb_orchestra.values.text import clean_text
from nb_orchestra.values.types import kind_of

_FITS = {
    "text": ("text",),
    "number": ("number",),
    "boolean": ("boolean",),
    "list": ("list", "series", "array"),
    "record": ("record",),
    "figure": ("figure",),
    "table": ("table",),
}
_MOST_SHOWN = 5


def check(value: Any, output: Output) -> list[str]:
    """What is not as promised: the value's type, missing columns, column types, values outside an enum. [] = all is."""
    kinds = _FITS.get(output.type)
    kind = kind_of(value)
    if kinds is not None and kind not in kinds:
        return [f"it should be a {output.type} and is {_called(kind)}"]
    if not output.columns:
        return []
    if kind == "record":
        value = _one_row(value)
    elif kind != "table":
        return [f"it should be a table with the columns {_listed(output.columns)} and is {_called(kind)}"]
    missing = [name for name in output.columns if name not in value.columns]
    complaints = [f"column {_quoted(name)} is missing; there are {_listed(value.columns)}" for name in missing]
    for name, promise in output.columns.items():
        if name not in missing:
            complaints += _check_column(value, name, promise)
    return complaints


def _one_row(record: Mapping[Any, Any]) -> Any:
    """A record as a table of one row, so that its entries are checked like cells."""
    import pandas as pd

    return pd.DataFrame({name: pd.Series([value]) for name, value in record.items()})


def _check_column(frame: Any, name: Any, promise: Any) -> list[str]:
    column = frame[name]
    if column.ndim > 1:
        return [f"column {_quoted(name)} is there {column.shape[1]} times"]
    if isinstance(promise, Mapping):
        return _check_levels(column, name, promise.get("enum"))
    if promise == "any" or not column.notna().any():
        return []
    found = column_type(column)
    if found == promise or (promise == "number" and found == "integer") or (promise == "integer" and _whole(column, found)):
        return []
    return [f"column {_quoted(name)} should be {promise} and is {found if found != 'any' else 'mixed'}"]


def _whole(column: Any, found: str) -> bool:
    """Whole numbers that became floats because of a gap."""
    values = column.dropna()
    return found == "number" and bool((values == values.round()).all())


def _check_levels(column: Any, name: Any, levels: Any) -> list[str]:
    if not isinstance(levels, list | tuple | set | frozenset):
        return []
    try:
        cells = column.dropna().unique().tolist()
    except TypeError:
        return [f"column {_quoted(name)} holds nested values, allowed: {_listed(levels)}"]
    others = [cell for cell in cells if cell not in levels]
    if not others:
        return []
    return [f"column {_quoted(name)} holds {_listed(others)}, allowed: {_listed(levels)}"]


def _called(kind: str) -> str:
    return {"nothing": "nothing", "other": "something else", "array": "an array"}.get(kind, f"a {kind}")


def _quoted(label: Any) -> str:
    return f"'{clean_text(str(label))[:80]}'"


def _listed(labels: Any) -> str:
    shown = [_quoted(label) for label in labels]
    return ", ".join(shown[:_MOST_SHOWN]) + (f" and {len(shown) - _MOST_SHOWN} more" if len(shown) > _MOST_SHOWN else "")

"""Does a value keep its step's promise? Complaints in words that a model or a person can act on."""

from __future__ import annotations

import contextlib
import datetime
import numbers
from collections.abc import Callable, Mapping
from typing import Any

from nb_orchestra.core.plan import Output
from nb_orchestra.values.columns import column_type
from nb_orchestra.values.text import clean_text
from nb_orchestra.values.types import kind_of
from nb_orchestra.values.units import unit_called, unit_of

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


SPAN = 20
"""The most whole numbers between two limits that are listed one by one."""


def type_of(promise: Any) -> str:
    """The type of a promised cell: as it is said, or as the levels of an enum have it; "any" where they have none in common."""
    if not isinstance(promise, Mapping):
        return str(promise)
    levels = promise.get("enum")
    if not isinstance(levels, list | tuple) or not levels:
        return str(promise.get("type", "any"))
    kinds = {type(level) for level in levels}
    return "text" if kinds == {str} else "integer" if kinds == {int} else "number" if kinds <= {int, float} else "any"


def levels_of(promise: Any) -> list[Any] | None:
    """The values that a cell may have, where these are few: an enum, or whole numbers between two limits."""
    if not isinstance(promise, Mapping):
        return None
    levels = promise.get("enum")
    if isinstance(levels, list | tuple) and levels:
        return list(levels)
    low, high = promise.get("min"), promise.get("max")
    counted = promise.get("type") == "integer" and isinstance(low, int) and isinstance(high, int) and high - low < SPAN
    return list(range(int(low or 0), int(high or 0) + 1)) if counted else None


def promise_words(promise: Any, words: Mapping[str, str] | None = None) -> str:
    """A promised cell in words: "number", "one of a, b", "whole number from 1 to 5". `words`: what a type is called."""
    if not isinstance(promise, Mapping):
        return str(promise)
    if isinstance(promise.get("enum"), list | tuple):
        return f"one of {', '.join(map(str, promise['enum']))}"
    low, high = promise.get("min"), promise.get("max")
    ends = {(True, True): f" from {low} to {high}", (True, False): f" from {low}", (False, True): f" up to {high}", (False, False): ""}
    limits = ends[low is not None, high is not None]
    return (words or {}).get(type_of(promise), type_of(promise)) + limits


def check(value: Any, output: Output) -> list[str]:
    """What is not as promised: the value's type, missing columns, column types, values outside an enum, units where they are known. [] = all is."""
    kinds = _FITS.get(output.type)
    kind = kind_of(value)
    if kinds is not None and kind not in kinds:
        return [f"it should be a {output.type} and is {_called(kind)}"]
    wrong = _check_units(value, output.units) if output.units and kind == "table" else []
    if not output.columns:
        return wrong
    if kind == "record":
        return _check_record(value, output.columns)
    if kind != "table":
        return [f"it should be a table with the columns {_listed(output.columns)} and is {_called(kind)}"]
    missing = [name for name in output.columns if name not in value.columns]
    complaints = [f"column {_quoted(name)} is missing; there are {_listed(value.columns)}" for name in missing]
    for name, promise in output.columns.items():
        if name not in missing:
            complaints += _check_column(value, name, promise)
    return [*complaints, *wrong]


def _check_units(frame: Any, units: Mapping[str, str]) -> list[str]:
    """What contradicts: a column whose unit nobody says may be in any."""
    known = [(name, promise, *unit_of(frame, name)) for name, promise in units.items() if name in frame.columns]
    wrong = [item for item in known if item[2] and item[2] != unit_called(item[1])]
    return [f"column {_quoted(name)} should be in {clean_text(promise)[:20]} and is in {clean_text(unit)[:20]} ({how})" for name, promise, unit, how in wrong]


def _check_record(record: Mapping[Any, Any], columns: Mapping[str, Any]) -> list[str]:
    """A record's entries, without pandas: a `for_each` checks thousands of them."""
    missing = [name for name in columns if name not in record]
    complaints = [f"entry {_quoted(name)} is missing; there are {_listed(record)}" for name in missing]
    for name, promise in columns.items():
        if name not in missing and record[name] is not None and not _cell_fits(record[name], promise):
            allowed = _listed(promise["enum"]) if isinstance(promise, Mapping) and "enum" in promise else promise_words(promise)
            complaints.append(f"entry {_quoted(name)} should be {allowed} and is {_quoted(record[name])}")
    return complaints


def _cell_fits(cell: Any, promise: Any) -> bool:
    if isinstance(promise, Mapping):
        levels = promise.get("enum")
        if isinstance(levels, list | tuple | set | frozenset):
            return cell in levels and (not isinstance(cell, bool) or any(isinstance(level, bool) for level in levels))
        return _cell_fits(cell, promise.get("type")) and _within(cell, promise)
    return _CELLS[promise](cell) if promise in _CELLS else True


def _within(cell: Any, promise: Mapping[str, Any]) -> bool:
    low, high = promise.get("min"), promise.get("max")
    return not _number(cell) or cell != cell or ((low is None or cell >= low) and (high is None or cell <= high))


def _date(cell: Any) -> bool:
    """A date, or a text that is one in ISO form, as JSON has it."""
    if isinstance(cell, str):
        with contextlib.suppress(ValueError):
            return bool(datetime.datetime.fromisoformat(cell))
    return isinstance(cell, datetime.date) or type(cell).__name__ in ("datetime64", "NaTType")


def _number(cell: Any) -> bool:
    return isinstance(cell, numbers.Real) and not isinstance(cell, bool)


_CELLS: dict[Any, Callable[[Any], bool]] = {
    "text": lambda cell: isinstance(cell, str),
    "number": _number,
    "integer": lambda cell: _number(cell) and (cell != cell or cell == round(cell)),
    "boolean": lambda cell: type(cell).__name__ in ("bool", "bool_"),
    "date": _date,
}


def _check_column(frame: Any, name: Any, promise: Any) -> list[str]:
    column = frame[name]
    if column.ndim > 1:
        return [f"column {_quoted(name)} is there {column.shape[1]} times"]
    if isinstance(promise, Mapping) and "enum" in promise:
        return _check_levels(column, name, promise["enum"])
    if isinstance(promise, Mapping):
        others = [cell for cell in column.dropna().tolist() if not _within(cell, promise)]
        outside = [f"column {_quoted(name)} holds {_listed(dict.fromkeys(others))}, allowed: {promise_words(promise)}"] if others else []
        return [*_check_column(frame, name, promise.get("type", "any")), *outside]
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

"""Snapshots: a step works on a copy, so that nothing it does can reach the person's own object."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from typing import Any

from nb_orchestra.values.types import kind_of

_FIXED = (str, int, float, bool, complex, bytes, type(None))


def snapshot(value: Any) -> Any:
    """A cheap copy, down to cells that can change. Tables share their memory until somebody writes (pandas 3) or are copied (pandas 2)."""
    make = _COPIES.get(kind_of(value))
    return make(value) if make else value


def _copy_table(frame: Any) -> Any:
    pandas = sys.modules["pandas"]
    copied = frame.copy(deep=not _copies_on_write(pandas))
    for position, dtype in enumerate(frame.dtypes):
        if dtype.kind == "O" and str(dtype) == "object":
            column = frame.iloc[:, position]
            if not set(map(type, column.tolist())) <= set(_FIXED):
                copied.isetitem(position, pandas.Series([snapshot(item) for item in column.tolist()], index=frame.index, dtype=object))
    return copied


def _copy_series(series: Any) -> Any:
    pandas = sys.modules["pandas"]
    if not isinstance(series, pandas.Series):
        return series
    if str(series.dtype) != "object":
        return series.copy(deep=not _copies_on_write(pandas))
    return pandas.Series([snapshot(item) for item in series.tolist()], index=series.index, name=series.name, dtype=object)


def _copies_on_write(pandas: Any) -> bool:
    return int(pandas.__version__.partition(".")[0]) >= 3 or pandas.options.mode.copy_on_write is True


def _copy_list(value: Any) -> Any:
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(snapshot(item) for item in value)
    return value if isinstance(value, range) else copy.copy(value)


def _copy_record(value: Any) -> Any:
    if type(value) is dict:
        return {key: snapshot(item) for key, item in value.items()}
    return copy.copy(value) if isinstance(value, dict) else value


_COPIES: dict[str, Callable[[Any], Any]] = {
    "table": _copy_table,
    "series": _copy_series,
    "array": lambda array: array.copy(),
    "list": _copy_list,
    "record": _copy_record,
}

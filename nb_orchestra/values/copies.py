"""Snapshots: a step works on a copy, so that nothing it does can reach the person's own object."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from typing import Any

from nb_orchestra.values.types import kind_of


def snapshot(value: Any) -> Any:
    """A copy, as cheap as it can be: tables share their memory until somebody writes (pandas 3; pandas 2 copies it), cells and
    items that can change are copied too. What cannot be copied (a connection, a generator) is given back as it is."""
    try:
        return _copied(value)
    except RecursionError:  # a list that holds itself
        return _deep(value)


def _copied(value: Any) -> Any:
    make = _COPIES.get(kind_of(value))
    return make(value) if make else value


def _deep(value: Any) -> Any:
    try:
        return copy.deepcopy(value)
    except Exception:  # a stranger's object may refuse in its own way
        return value


def _copy_table(frame: Any) -> Any:
    pandas = sys.modules["pandas"]
    copied = frame.copy(deep=not _copies_on_write(pandas))
    for position, dtype in enumerate(frame.dtypes):
        cells = frame.iloc[:, position].tolist() if str(dtype) == "object" else []
        if _can_change(cells):
            copied.isetitem(position, pandas.Series([_copied(cell) for cell in cells], index=frame.index, dtype=object))
    return copied


def _copy_series(series: Any) -> Any:
    pandas = sys.modules["pandas"]
    if not isinstance(series, pandas.Series):
        return series  # an Index cannot be changed
    if str(series.dtype) == "object" and _can_change(series.tolist()):
        return pandas.Series([_copied(cell) for cell in series.tolist()], index=series.index, name=series.name, dtype=object)
    return series.copy(deep=not _copies_on_write(pandas))


def _can_change(cells: list[Any]) -> bool:
    """Is any cell a thing that can be changed in place? One cell of each type is looked at."""
    return any(kind_of(cell) in _COPIES for cell in {type(cell): cell for cell in cells}.values())


def _copies_on_write(pandas: Any) -> bool:
    return int(pandas.__version__.partition(".")[0]) >= 3 or pandas.options.mode.copy_on_write is True


def _copy_list(value: Any) -> Any:
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(_copied(item) for item in value)
    return value if isinstance(value, range) else _deep(value)


def _copy_record(value: Any) -> Any:
    return {key: _copied(item) for key, item in value.items()} if type(value) is dict else _deep(value)


_COPIES: dict[str, Callable[[Any], Any]] = {
    "table": _copy_table,
    "series": _copy_series,
    "array": lambda array: _deep(array) if array.dtype.hasobject else array.copy(),
    "list": _copy_list,
    "record": _copy_record,
}

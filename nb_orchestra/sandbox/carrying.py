"""Values in a folder: `leave` writes a mapping of values, `take` reads it. Used in both directions, by the kernel and by the fenced-in process.

Two files: a tree in JSON and the columns in Arrow. What is read may have been written by hostile code, see reading.py for how the files
themselves are opened. A figure leaves as two pictures and comes back as a Chart.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from nb_orchestra.sandbox.columns import MOST_OBJECTS, Columns, ColumnWriter
from nb_orchestra.sandbox.pictures import chart_of, figure_of, pictures_of
from nb_orchestra.sandbox.plain import from_plain, to_plain, zone_name
from nb_orchestra.sandbox.tables import TableReader, TableWriter

TREE_BYTES = 16 << 20
LONG_LIST = 1_000
_LISTS = {float: pa.float64(), int: pa.int64(), str: pa.large_string()}


def leave(folder: Path, name: str, values: Mapping[str, Any]) -> None:
    """Writes `name`.json and `name`.arrow. TypeError or ValueError for a value that cannot travel, naming it."""
    with (folder / f"{name}.arrow").open("xb") as file:
        left = _Leaving(ColumnWriter(file))
        tree = {key: left(value) for key, value in values.items()}
    text = json.dumps(tree, allow_nan=False, check_circular=False)
    if len(text) > TREE_BYTES:
        raise ValueError(f"a value of {len(text) >> 20} MB of nested lists and dicts is too large to travel: give a table")
    (folder / f"{name}.json").write_text(text, encoding="ascii")


def take(tree: bytes, memory: np.ndarray[Any, Any], most_objects: float = MOST_OBJECTS) -> dict[str, Any]:
    """The values of such files, already read. Raises some Exception, mostly ValueError, for anything odd; runs nothing.

    `most_objects`: cells that become Python objects, at most.
    """
    data = json.loads(tree)
    if type(data) is not dict:
        raise ValueError("not a mapping of values")
    taking = _Taking(Columns(memory, most_objects))
    return {key: taking(value) for key, value in data.items()}


class _Leaving:
    """The `Outside` of what leaves."""

    def __init__(self, columns: ColumnWriter) -> None:
        self._columns = columns
        self._tables = TableWriter(columns, self)

    def __call__(self, value: Any) -> Any:
        return to_plain(value, self)

    def leave(self, value: Any) -> Any:
        kind = type(value)
        if kind in _WRITERS:
            return _WRITERS[kind](self, value)
        if isinstance(value, np.generic):
            return self._scalar(value)
        if isinstance(value, pd.Index):
            return {"index": self._tables.index(value)}
        if isinstance(value, np.ma.MaskedArray):
            return {"array": self._tables.array(np.ma.filled(value.astype(object), None))}
        if kind is list and len(value) >= LONG_LIST:
            return self._long_list(value)
        if isinstance(value, np.dtype | pd.api.extensions.ExtensionDtype):
            return str(value)
        if isinstance(value, pd.offsets.BaseOffset):
            return str(value.freqstr)
        if isinstance(value, pd.api.extensions.ExtensionArray):
            return {"series": self._tables.series(pd.Series(value))}
        figure = figure_of(value)
        return None if figure is None else self._figure(figure)

    def take(self, tag: str, content: Any) -> Any:
        raise ValueError("nothing is taken while leaving")

    def _scalar(self, value: Any) -> Any:
        if isinstance(value, np.datetime64):
            return self(pd.Timestamp(value))
        if isinstance(value, np.timedelta64):
            return self(pd.Timedelta(value))
        return self(value.item()) if type(value.item()) is not type(value) else self(float(value))

    def _long_list(self, value: list[Any]) -> Any:
        kind = type(value[0])
        if kind not in _LISTS or any(type(item) is not kind for item in value):
            return None
        try:
            return {"list": self._columns.add(pa.array(value, _LISTS[kind], from_pandas=False))}
        except (OverflowError, UnicodeError, pa.ArrowInvalid):
            return None  # huge numbers, lone surrogates: JSON has a way

    def _figure(self, figure: Any) -> Any:
        title, png, svg = pictures_of(figure)
        return {"figure": [title, self._columns.add(pa.array([png, svg], pa.large_binary()))]}


class _Taking:
    """The `Outside` of what is taken."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._tables = TableReader(columns, self)

    def __call__(self, data: Any) -> Any:
        return from_plain(data, self)

    def leave(self, value: Any) -> Any:
        raise ValueError("nothing is left while taking")

    def take(self, tag: str, content: Any) -> Any:
        if tag not in _READERS:
            raise ValueError("a tag that nobody knows")
        return _READERS[tag](self, content)

    def _figure(self, content: Any) -> Any:
        title, number = content
        png, svg = self._columns[number].to_pylist()
        return chart_of(self(title), png, svg)

    def _long_list(self, number: Any) -> list[Any]:
        return self._columns.objects(number)

    def _timestamp(self, content: Any) -> pd.Timestamp:
        number, unit, zone = content
        stamp = pd.Timestamp(number, unit=unit).as_unit(unit)
        return stamp.tz_localize("UTC").tz_convert(zone_name(zone)) if zone else stamp


def _leave_timestamp(left: _Leaving, value: pd.Timestamp) -> Any:
    zone = str(value.tz) if value.tz is not None else None
    if zone and zone.upper() != "UTC" and any(sign in zone for sign in "+-") and "/" not in zone:
        return {"stamp": value.isoformat()}  # a fixed offset stands in the text itself
    return {"timestamp": [value.as_unit(value.unit)._value, value.unit, zone]}  # type: ignore[attr-defined]


_WRITERS: dict[type, Callable[[_Leaving, Any], Any]] = {
    pd.DataFrame: lambda left, value: {"frame": left._tables.frame(value)},
    pd.Series: lambda left, value: {"series": left._tables.series(value)},
    np.ndarray: lambda left, value: {"array": left._tables.array(value)},
    pd.Timestamp: _leave_timestamp,
    pd.Timedelta: lambda left, value: {"duration": [value._value, value.unit]},
    pd.Period: lambda left, value: {"period": [value.ordinal, value.freqstr]},
    pd.Interval: lambda left, value: {"interval": [left(value.left), left(value.right), value.closed]},
    type(pd.NaT): lambda left, value: {"missing": "NaT"},
    type(pd.NA): lambda left, value: {"missing": "NA"},
}
_READERS: dict[str, Callable[[_Taking, Any], Any]] = {
    "frame": lambda taking, c: taking._tables.frame(c),
    "series": lambda taking, c: taking._tables.series(c),
    "index": lambda taking, c: taking._tables.index(c),
    "array": lambda taking, c: taking._tables.array(c),
    "list": _Taking._long_list,
    "figure": _Taking._figure,
    "timestamp": _Taking._timestamp,
    "stamp": lambda taking, c: pd.Timestamp(str(c)),
    "duration": lambda taking, c: pd.Timedelta(np.timedelta64(int(c[0]), str(c[1]))),  # type: ignore[call-overload]
    "period": lambda taking, c: pd.Period(ordinal=int(c[0]), freq=str(c[1])),
    "interval": lambda taking, c: pd.Interval(taking(c[0]), taking(c[1]), closed=c[2]),
    "missing": lambda taking, c: {"NaT": pd.NaT, "NA": pd.NA}[c],
}

"""Tables, series, indexes and arrays as columns plus a note in JSON. The notes say what Arrow would not bring back as it was.

Numbers, dates and texts go as Arrow columns; what pandas keeps beside them (names of any type, levels, categories, missing values, the exact
dtype) goes into the note; cells of mixed types go as JSON text, cell by cell. Nothing is pickled, no dtype is made from a name that was not expected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from nb_orchestra.sandbox.columns import MOST_ROWS, Columns, ColumnWriter, shape_of
from nb_orchestra.sandbox.plain import zone_name

_MASKED = ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64", "boolean")
_TEXTS = ("str", "string", "object")
_UNIT = re.compile(r"(?:s|ms|us|ns)")
_SPANS = re.compile(r"(?:period|interval)\[[\w\[\], :\-/+]{1,60}\]")
Note = dict[str, Any]
Plain = Callable[[Any], Any]


class TableWriter:
    """Leaves tables in a file of columns. `plain` turns a cell or a label into JSON data."""

    def __init__(self, columns: ColumnWriter, plain: Plain) -> None:
        self._columns, self._plain = columns, plain

    def frame(self, frame: pd.DataFrame) -> Note:
        return {
            "columns": [self._array(frame.iloc[:, place]) for place in range(frame.shape[1])],
            "names": self.index(frame.columns),
            "rows": self.index(frame.index),
        }

    def series(self, series: pd.Series[Any]) -> Note:
        return {"array": self._array(series), "name": self._plain(series.name), "rows": self.index(series.index)}

    def index(self, index: pd.Index[Any]) -> Note:
        names = [self._plain(name) for name in index.names]
        if isinstance(index, pd.RangeIndex):
            return {"kind": "range", "names": names, "range": [index.start, index.stop, index.step]}
        if isinstance(index, pd.MultiIndex):
            return {"kind": "levels", "names": names, "arrays": [self._array(index.get_level_values(level)) for level in range(index.nlevels)]}
        return {"kind": "one", "names": names, "arrays": [self._array(index)], "freq": getattr(index, "freqstr", None)}

    def array(self, array: np.ndarray[Any, Any]) -> Note:
        if array.dtype.kind in "biufcmM":
            return {"how": "numbers", **self._columns.add_numbers(array)}
        if array.dtype.kind not in "OSU":
            raise TypeError(f"an array of type {array.dtype} cannot travel")
        return {"how": "cells", **self._cells(array.reshape(-1)), "shape": list(array.shape), "objects": array.dtype.kind == "O"}

    def _array(self, holder: Any) -> Note:
        """Of a series or an index."""
        dtype, array = holder.dtype, holder.array
        if isinstance(dtype, np.dtype) and dtype.kind in "biufcmM":
            return {"how": "numbers", **self._columns.add_numbers(holder.to_numpy())}
        if isinstance(dtype, pd.DatetimeTZDtype):
            return {"how": "zoned", **self._columns.add_numbers(array.asi8), "unit": dtype.unit, "zone": str(dtype.tz)}
        if isinstance(dtype, pd.CategoricalDtype):
            categories = self.index(dtype.categories)
            return {"how": "categories", **self._columns.add_numbers(array.codes), "categories": categories, "ordered": bool(dtype.ordered)}
        if str(dtype) in _MASKED:
            return {"how": "masked", "n": self._columns.add(pa.array(array)), "dtype": str(dtype)}
        if isinstance(dtype, pd.StringDtype) or (_is_object(dtype) and pd.api.types.infer_dtype(holder, skipna=True) == "string"):
            return self._text(array, _is_object(dtype))
        spans = str(dtype) if isinstance(dtype, pd.PeriodDtype | pd.IntervalDtype) else ""
        return {"how": "cells", **self._cells(array.astype(object)), "objects": _is_object(dtype), "spans": spans}

    def _text(self, array: Any, objects: bool) -> Note:
        texts = pa.array(array.to_numpy() if objects else array, from_pandas=True)
        missing = next((cell for cell in array if not isinstance(cell, str)), None) if objects and texts.null_count else None
        note = {"how": "text", "n": self._columns.add(texts.cast(pa.large_string())), "nan": isinstance(missing, float)}
        return {**note, "dtype": "object" if objects else "string" if array.dtype.na_value is pd.NA else "str"}

    def _cells(self, cells: Any) -> Note:
        texts = [json.dumps(self._plain(cell), allow_nan=False) for cell in cells]
        return {"n": self._columns.add(pa.array(texts, pa.large_string()))}


def _is_object(dtype: Any) -> bool:
    return bool(dtype == np.dtype(object))


class TableReader:
    """Takes them back. `value` turns JSON data into a cell or a label. Raises (mostly ValueError) for any note that is odd."""

    def __init__(self, columns: Columns, value: Plain) -> None:
        self._columns, self._value = columns, value

    def frame(self, note: Note) -> pd.DataFrame:
        arrays = {place: self._array(each) for place, each in enumerate(note["columns"])}
        rows, names = self.index(note["rows"]), self.index(note["names"])
        if len(names) != len(arrays) or any(len(array) != len(rows) for array in arrays.values()):
            raise ValueError("a table of uneven columns")
        frame = pd.DataFrame(arrays, copy=False) if arrays else pd.DataFrame(index=rows)
        frame.index, frame.columns = rows, names
        return frame

    def series(self, note: Note) -> pd.Series[Any]:
        series = pd.Series(self._array(note["array"]), name=self._value(note["name"]), copy=False)
        series.index = self.index(note["rows"])
        return series

    def index(self, note: Note) -> pd.Index[Any]:
        names = [self._value(name) for name in note["names"]]
        if note["kind"] == "range":
            rows = range(*map(int, note["range"]))
            if len(rows) > MOST_ROWS:
                raise ValueError(f"an index of {len(rows):,} rows")
            return pd.RangeIndex(rows, name=names[0])
        arrays = [self._array(each) for each in note["arrays"]]
        if note["kind"] == "levels":
            return pd.MultiIndex.from_arrays(arrays, names=names)
        index: pd.Index[Any] = pd.Index(arrays[0], name=names[0], copy=False)
        return _with_freq(index, note.get("freq"))

    def array(self, note: Note) -> np.ndarray[Any, Any]:
        if note["how"] == "numbers":
            return self._columns.numbers(note)
        cells = self._cells(note)
        if not note["objects"]:
            return np.array(cells).reshape(shape_of(note))
        array = np.empty(len(cells), object)
        array[:] = cells
        return array.reshape(shape_of(note))

    def _array(self, note: Note) -> Any:
        return _READERS[note["how"]](self, note)

    def _numbers(self, note: Note) -> Any:
        array = self._columns.numbers(note)
        if array.ndim != 1:
            raise ValueError("a column has one dimension")
        return array

    def _zoned(self, note: Note) -> Any:
        if not _UNIT.fullmatch(note["unit"]):
            raise ValueError("not a unit of time")
        moments = pd.DatetimeIndex(self._numbers(note).view(f"M8[{note['unit']}]"), tz="UTC")
        zone = note["zone"]
        offset = re.fullmatch(r"(?:UTC|pytz\.FixedOffset)?\(?([+-]?\d[\d:]*)\)?", zone)
        return moments.tz_convert(_offset(offset[1]) if offset else zone_name(zone)).array

    def _categories(self, note: Note) -> Any:
        return pd.Categorical.from_codes(self._numbers(note), categories=self.index(note["categories"]), ordered=note["ordered"] is True)

    def _masked(self, note: Note) -> Any:
        if note["dtype"] not in _MASKED:
            raise ValueError("not a type of numbers")
        dtype: Any = pd.api.types.pandas_dtype(note["dtype"])
        return dtype.__from_arrow__(self._columns[note["n"]])

    def _text(self, note: Note) -> Any:
        dtype = note["dtype"]
        if dtype not in _TEXTS:
            raise ValueError("not a column of texts")
        if dtype == "object":
            cells = np.array(self._columns.objects(note["n"], texts=True), object)
            cells[pd.isna(cells)] = np.nan if note["nan"] else None
            return _objects(cells)
        column = self._columns[note["n"]]
        if not pa.types.is_large_string(column.type):
            raise ValueError("not a column of texts")
        return column.to_pandas().astype(dtype if dtype == "string" else _str_dtype()).array

    def _cells(self, note: Note) -> list[Any]:
        return [self._value(json.loads(text)) for text in self._columns.objects(note["n"], texts=True)]

    def _any_cells(self, note: Note) -> Any:
        cells = self._cells(note)
        array = np.empty(len(cells), object)
        array[:] = cells
        if note["spans"] and _SPANS.fullmatch(note["spans"]):
            return pd.array(array, dtype=note["spans"])
        return _objects(array) if note["objects"] or not len(array) else pd.array(array)


_READERS: dict[str, Callable[[TableReader, Note], Any]] = {
    "numbers": TableReader._numbers,
    "zoned": TableReader._zoned,
    "categories": TableReader._categories,
    "masked": TableReader._masked,
    "text": TableReader._text,
    "cells": TableReader._any_cells,
}


def _objects(cells: np.ndarray[Any, Any]) -> pd.Series[Any]:
    """pandas 3 makes texts of an array of objects, but takes a series as it is."""
    return pd.Series(cells, dtype=object, copy=False)


def _str_dtype() -> Any:
    """pandas 3 has `str`; before, texts are objects."""
    return pd.Series(["a"]).dtype


def _offset(text: str) -> Any:
    """A fixed offset from UTC: "+02:00" as pandas writes it, or minutes as pytz does."""
    from datetime import timedelta, timezone

    hours, _, minutes = text.partition(":")
    sign = -1 if text.startswith("-") else 1
    whole = int(hours) * 60 + sign * int(minutes) if minutes else int(text)
    return timezone(timedelta(minutes=whole))


def _with_freq(index: pd.Index[Any], freq: Any) -> pd.Index[Any]:
    """A regular index knows its step; pandas checks the claim, and where it does not hold the index stays as it is."""
    if isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex) and isinstance(freq, str) and len(freq) < 20:
        try:
            index.freq = freq  # type: ignore[misc, assignment]
        except ValueError:
            return index
    return index

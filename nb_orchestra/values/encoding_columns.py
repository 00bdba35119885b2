"""One column of a table on disk: a row per column type, with its writer and its reader.

A column becomes a spec (JSON: tag, number of its Arrow column or null, what the type needs) and usually one Arrow array.
Not pandas' own Arrow metadata, because that loses duplicate, mixed or many-level labels, frequencies and object cells;
here every type that has no row is refused. Readers trust nothing: types and lengths are compared with the spec.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from nb_orchestra.values.content_tables import text_gap
from nb_orchestra.values.encoding_tree import UnpackableError, add_block, block, pack, read_zone, unpack, write_zone

Blocks = list[Any]
Columns = list[Any]
PLAIN = re.compile(r"[<>|=][biufcmMSU][0-9]{1,9}(\[[a-zA-Z]{1,2}\])?\Z")
_MASKED = {"Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64", "boolean"}


def write_column(array: Any, columns: Columns, blocks: Blocks) -> list[Any]:
    """The spec of one pandas array; its Arrow array, if it has one, is appended to `columns`."""
    writer = _WRITERS.get(type(array.dtype).__name__)
    if writer is None:
        writer = _write_by_family(array)
    return writer(array, columns, blocks)


def read_column(spec: list[Any], table: Any, rows: int, blocks: Blocks) -> Any:
    """The array for a spec, `rows` long; ValueError where the two do not fit."""
    tag, number, *rest = spec
    column = None
    if number is not None:
        column = table.column(number)
        column = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    array = _READERS[tag](column, rest, blocks)
    if len(array) != rows:
        raise ValueError("a column has another length than its table")
    return array


def plain_dtype(text: Any) -> np.dtype[Any]:
    """A numpy type of plain memory, and no other."""
    if not isinstance(text, str) or not PLAIN.match(text):
        raise ValueError("not a plain type")
    dtype = np.dtype(text)
    if not dtype.itemsize or dtype.hasobject:
        raise ValueError("not a plain type")
    return dtype


def _add(array: Any, columns: Columns) -> int:
    columns.append(array)
    return len(columns) - 1


def _write_by_family(array: Any) -> Callable[[Any, Columns, Blocks], list[Any]]:
    name = str(array.dtype)
    if name in _MASKED:
        return _write_masked
    if type(array).__name__ in ("NumpyExtensionArray", "DatetimeArray", "TimedeltaArray"):
        return _write_objects if array.dtype.kind == "O" else _write_plain
    raise UnpackableError(name)


def _write_plain(array: Any, columns: Columns, blocks: Blocks) -> list[Any]:
    values = array.to_numpy()
    if values.dtype.kind in "biufmM" and values.dtype.isnative:
        return ["plain", _add(pa.array(values), columns), values.dtype.str]
    return ["raw", None, *write_raw(values, blocks)]


def _read_plain(column: Any, rest: list[Any], _: Blocks) -> Any:
    dtype = plain_dtype(rest[0])
    if column.null_count and dtype.kind not in "mM":
        raise ValueError("a gap where none can be")
    values = column.to_numpy(zero_copy_only=False)
    if values.dtype != dtype:
        raise ValueError("a column has another type than its spec")
    return values


def write_raw(values: Any, blocks: Blocks) -> list[Any]:
    """Type, shape and block of an array's memory, in row order."""
    plain_dtype(values.dtype.str)
    return [values.dtype.str, list(values.shape), add_block(np.ascontiguousarray(values).tobytes(), blocks)]


def read_raw(rest: list[Any], blocks: Blocks) -> Any:
    dtype, shape, number = rest
    values = np.frombuffer(block(number, blocks), plain_dtype(dtype))
    return values.reshape(shape).copy()


def _write_masked(array: Any, columns: Columns, _: Blocks) -> list[Any]:
    return ["masked", _add(array.__arrow_array__(), columns), str(array.dtype)]


def _read_masked(column: Any, rest: list[Any], _: Blocks) -> Any:
    if rest[0] not in _MASKED:
        raise ValueError("not a masked type")
    dtype: Any = pd.api.types.pandas_dtype(rest[0])
    return dtype.__from_arrow__(column)  # TypeError where Arrow's type is not the dtype's own


def _write_strings(array: Any, columns: Columns, _: Blocks) -> list[Any]:
    dtype = array.dtype
    return ["strings", _add(pa.array(array, type=pa.large_string()), columns), dtype.storage, "NA" if dtype.na_value is pd.NA else "nan"]


def _read_strings(column: Any, rest: list[Any], _: Blocks) -> Any:
    storage, gap = rest
    dtype: Any = pd.StringDtype(storage) if gap == "NA" else pd.StringDtype(storage, na_value=np.nan)
    if not pa.types.is_large_string(column.type):
        raise ValueError("not a text column")
    return dtype.__from_arrow__(column)


def _write_levels(array: Any, columns: Columns, blocks: Blocks) -> list[Any]:
    return ["levels", _add(pa.array(array.codes), columns), bool(array.ordered), pack(array.categories, blocks)]


def _read_levels(column: Any, rest: list[Any], blocks: Blocks) -> Any:
    ordered, levels = rest
    return pd.Categorical.from_codes(column.to_numpy(), categories=unpack(levels, blocks), ordered=bool(ordered))


def _write_zoned(array: Any, columns: Columns, _: Blocks) -> list[Any]:
    return ["zoned", _add(pa.array(array.asi8), columns), array.dtype.unit, write_zone(array.dtype.tz)]


def _read_zoned(column: Any, rest: list[Any], _: Blocks) -> Any:
    unit, zone = rest
    moments = pd.DatetimeIndex(_integers(column).view(plain_dtype(f"<M8[{unit}]")), tz="UTC")
    return moments.tz_convert(read_zone(zone)).array


def _write_periods(array: Any, columns: Columns, _: Blocks) -> list[Any]:
    return ["periods", _add(pa.array(array.asi8), columns), array.dtype._freqstr]


def _read_periods(column: Any, rest: list[Any], _: Blocks) -> Any:
    index: Any = pd.PeriodIndex
    return index.from_ordinals(_integers(column), freq=str(rest[0])).array


def _integers(column: Any) -> Any:
    if column.type != pa.int64() or column.null_count:
        raise ValueError("not a column of whole numbers")
    return column.to_numpy()


def _write_intervals(array: Any, _: Columns, blocks: Blocks) -> list[Any]:
    return ["intervals", None, array.closed, pack(array.left, blocks), pack(array.right, blocks)]


def _read_intervals(_: Any, rest: list[Any], blocks: Blocks) -> Any:
    closed, left, right = rest
    return pd.arrays.IntervalArray.from_arrays(unpack(left, blocks), unpack(right, blocks), closed=closed)


def _write_arrow(array: Any, columns: Columns, _: Blocks) -> list[Any]:
    return ["arrow", _add(array.__arrow_array__(), columns)]


def _read_arrow(column: Any, rest: list[Any], _: Blocks) -> Any:
    dtype: Any = pd.ArrowDtype(column.type)
    return dtype.__from_arrow__(column)


def _write_objects(array: Any, columns: Columns, blocks: Blocks) -> list[Any]:
    """Texts with one kind of gap go to Arrow; any other cells one by one into the tree, exactly."""
    values = array.to_numpy().tolist()
    gap = text_gap(values)
    if gap is not None:
        try:
            return ["texts", _add(pa.array(values, type=pa.large_string(), from_pandas=True), columns), gap.decode()]
        except (UnicodeEncodeError, pa.ArrowException):
            pass  # lone surrogates
    return ["cells", None, [pack(value, blocks) for value in values]]


def _read_texts(column: Any, rest: list[Any], _: Blocks) -> Any:
    if not pa.types.is_large_string(column.type):
        raise ValueError("not a text column")
    values = column.to_numpy(zero_copy_only=False)
    if rest[0] == "nan" and column.null_count:
        values = np.where(column.is_null().to_numpy(zero_copy_only=False), np.nan, values)
    return values


def _read_cells(_: Any, rest: list[Any], blocks: Blocks) -> Any:
    return objects([unpack(item, blocks) for item in rest[0]])


def objects(items: list[Any]) -> Any:
    """A flat array of objects. One by one: numpy would spread lists over a second axis."""
    values = np.empty(len(items), dtype=object)
    for position, item in enumerate(items):
        values[position] = item
    return values


_WRITERS: dict[str, Callable[[Any, Columns, Blocks], list[Any]]] = {
    "StringDtype": _write_strings,
    "CategoricalDtype": _write_levels,
    "DatetimeTZDtype": _write_zoned,
    "PeriodDtype": _write_periods,
    "IntervalDtype": _write_intervals,
    "ArrowDtype": _write_arrow,
}

_READERS: dict[str, Callable[[Any, list[Any], Blocks], Any]] = {
    "plain": _read_plain,
    "raw": lambda _, rest, blocks: read_raw(rest, blocks),
    "masked": _read_masked,
    "strings": _read_strings,
    "levels": _read_levels,
    "zoned": _read_zoned,
    "periods": _read_periods,
    "intervals": _read_intervals,
    "arrow": _read_arrow,
    "texts": _read_texts,
    "cells": _read_cells,
}

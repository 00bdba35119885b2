"""Are two values of one content? A column that lies in the very memory of the other's is not read for that: what was just encoded is checked so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pyarrow as pa

from nb_orchestra.values.content import content

Place = tuple[Any, ...]


def same(one: Any, other: Any) -> bool:
    """False too where the content cannot be named. Tables, and mappings with tables in them, column by column."""
    if type(one) is dict and type(other) is dict:
        return _alike(list(one), list(other)) and all(map(same, one.values(), other.values()))
    if type(one) is pd.DataFrame and type(other) is pd.DataFrame:
        labelled = one.shape == other.shape and _alike(one.columns, other.columns) and _alike(one.index, other.index)
        return labelled and all(_same_column(one.iloc[:, position], other.iloc[:, position]) for position in range(one.shape[1]))
    return _alike(one, other)


def _alike(one: Any, other: Any) -> bool:
    name = content(one)
    return name is not None and name == content(other)


def _same_column(one: Any, other: Any) -> bool:
    place = _place(one.array)
    if place is not None and one.dtype == other.dtype and place == _place(other.array):
        return True
    return _alike(one.reset_index(drop=True), other.reset_index(drop=True))


def _place(array: Any) -> Place | None:
    """Where a column's values lie; None for types whose memory does not say all."""
    found = _PLACES.get(type(array).__name__)
    return found(array) if found is not None else None


def _of_numpy(array: Any) -> Place | None:
    values = array.to_numpy()
    return _of_numbers(values) if values.dtype.kind in "iuf" else None


def _of_numbers(values: Any) -> Place:
    return values.ctypes.data, values.strides, values.shape, values.dtype.str


def _of_arrow(array: Any) -> Place:
    column = array.__arrow_array__()
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return tuple((chunk.type, chunk.offset, len(chunk), *(part and (part.address, part.size) for part in chunk.buffers())) for chunk in chunks)


_PLACES: dict[str, Callable[[Any], Place | None]] = {
    "NumpyExtensionArray": _of_numpy,
    "DatetimeArray": lambda array: _of_numbers(array.asi8),
    "ArrowStringArray": _of_arrow,
}

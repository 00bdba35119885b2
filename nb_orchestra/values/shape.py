"""The shape of a value: what a plan may rely on without reading a row. A kept plan holds while the shapes are the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nb_orchestra.values.content import content
from nb_orchestra.values.types import kind_of

MOST_LEVELS = 1_000


def shape_of(value: Any) -> Any:
    """JSON data: kind, and for tables names, types and category levels (not the number of rows); equal after a trip through JSON."""
    kind = kind_of(value)
    shape = _SHAPES.get(kind)
    return {"kind": kind, **(shape(value) if shape else {})}


def _table(frame: Any) -> dict[str, Any]:
    columns = [[label_data(label), str(dtype), *_levels(dtype)] for label, dtype in zip(frame.columns, frame.dtypes, strict=True)]
    return {"columns": columns, "index": [label_data(name) for name in frame.index.names]}


def _levels(dtype: Any) -> list[Any]:
    """Category levels and their order; of very many, their digest."""
    levels = getattr(dtype, "categories", None)
    if levels is None:
        return []
    named = content(levels) if len(levels) > MOST_LEVELS else [label_data(level) for level in levels]
    return [{"ordered": bool(dtype.ordered), "levels": named}]


def label_data(label: Any) -> Any:
    """A column's label as JSON data; 1 and "1" stay apart."""
    return label if isinstance(label, str) else [type(label).__name__, str(label)]


def _series(series: Any) -> dict[str, Any]:
    return {"name": label_data(series.name), "type": str(series.dtype), "levels": _levels(series.dtype)}


def _record(record: Any) -> dict[str, Any]:
    return {"keys": [[label_data(key), kind_of(item)] for key, item in record.items()]}


_SHAPES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "table": _table,
    "series": _series,
    "array": lambda array: {"type": str(array.dtype), "axes": array.ndim},
    "record": _record,
    "list": lambda items: {"of": sorted({kind_of(item) for item in items})},
}

"""Tables, series, indexes, arrays, charts and Markdown on disk: the writers and readers of every type that is not Python's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.values.encoding_arrow import changeable, read_arrow_block, write_arrow_block
from nb_orchestra.values.encoding_columns import objects, plain_dtype, read_column, read_raw, write_column, write_raw
from nb_orchestra.values.encoding_tree import UnpackableError, pack, read_zone, unpack, write_zone

Blocks = list[Any]
MOST_APART = 50
"""Columns up to which each keeps memory of its own; pandas slows down, and says so, where there are a hundred."""
_INDEXES = ("Index", "RangeIndex", "DatetimeIndex", "TimedeltaIndex", "PeriodIndex", "CategoricalIndex", "IntervalIndex")


def _write_table(frame: Any, blocks: Blocks) -> Any:
    columns: list[Any] = []
    specs = [write_column(frame.iloc[:, position].array, columns, blocks) for position in range(frame.shape[1])]
    return ["table", len(frame), pack(frame.columns, blocks), pack(frame.index, blocks), specs, write_arrow_block(columns, blocks)]


def _read_table(rest: list[Any], blocks: Blocks) -> Any:
    rows, labels, index, specs, number = rest
    rows_index = unpack(index, blocks)
    table = read_arrow_block(number, blocks)
    if len(rows_index) != rows:
        raise ValueError("the index has another length than its table")
    arrays = [changeable(read_column(spec, table, rows, blocks), number, blocks) for spec in specs]
    series = {position: _series(array, rows_index) for position, array in enumerate(arrays)}
    frame = pd.DataFrame(series, index=rows_index, copy=len(arrays) > MOST_APART)
    frame.columns = unpack(labels, blocks)
    return frame


def _series(array: Any, index: Any) -> Any:
    """With its type given, so that pandas does not guess another."""
    return pd.Series(array, index=index, dtype=array.dtype, copy=False)


def _write_series(series: Any, blocks: Blocks) -> Any:
    columns: list[Any] = []
    spec = write_column(series.array, columns, blocks)
    return ["series", pack(series.name, blocks), pack(series.index, blocks), spec, write_arrow_block(columns, blocks)]


def _read_series(rest: list[Any], blocks: Blocks) -> Any:
    name, index, spec, number = rest
    rows = unpack(index, blocks)
    array = changeable(read_column(spec, read_arrow_block(number, blocks), len(rows), blocks), number, blocks)
    return pd.Series(array, index=rows, name=unpack(name, blocks), dtype=array.dtype, copy=False)


def _write_index(index: Any, blocks: Blocks) -> Any:
    kind = type(index).__name__
    names = [pack(name, blocks) for name in index.names]
    if kind == "MultiIndex":
        return ["multi", names, [pack(index.get_level_values(level), blocks) for level in range(index.nlevels)]]
    if kind == "RangeIndex":
        return ["steps", names, index.start, index.stop, index.step]
    if kind not in _INDEXES:
        raise UnpackableError(kind)
    columns: list[Any] = []
    spec = write_column(index.array, columns, blocks)
    return ["index", names, len(index), getattr(index, "freqstr", None) if kind != "PeriodIndex" else None, spec, write_arrow_block(columns, blocks)]


def _read_index(rest: list[Any], blocks: Blocks) -> Any:
    names, rows, freq, spec, number = rest
    array = read_column(spec, read_arrow_block(number, blocks), rows, blocks)
    index: Any = pd.Index(array, dtype=array.dtype, copy=True)
    if freq is not None:
        index.freq = pd.tseries.frequencies.to_offset(str(freq))
    index.names = [unpack(name, blocks) for name in names]
    return index


def _read_steps(rest: list[Any], blocks: Blocks) -> Any:
    names, start, stop, step = rest
    return pd.RangeIndex(start, stop, step, name=unpack(names[0], blocks))


def _read_multi(rest: list[Any], blocks: Blocks) -> Any:
    names, levels = rest
    return pd.MultiIndex.from_arrays([unpack(level, blocks) for level in levels], names=[unpack(name, blocks) for name in names])


def _write_array(array: Any, blocks: Blocks) -> Any:
    if array.dtype.kind == "O":
        return ["objects", list(array.shape), [pack(item, blocks) for item in array.reshape(-1).tolist()]]
    return ["array", *write_raw(array, blocks)]


def _read_objects(rest: list[Any], blocks: Blocks) -> Any:
    shape, items = rest
    return objects([unpack(item, blocks) for item in items]).reshape(shape)


def _write_scalar(value: Any, _: Blocks) -> Any:
    array = np.asarray(value)
    plain_dtype(array.dtype.str)
    return ["scalar", array.dtype.str, array.tobytes().hex()]


def _read_scalar(rest: list[Any], _: Blocks) -> Any:
    dtype, memory = rest
    return np.frombuffer(bytes.fromhex(memory), plain_dtype(dtype)).reshape(())[()]


def _write_timestamp(value: Any, _: Blocks) -> Any:
    return ["timestamp", value._value, value.unit, write_zone(value.tzinfo)]


def _read_timestamp(rest: list[Any], _: Blocks) -> Any:
    number, unit, zone = rest
    moment = pd.Timestamp(np.datetime64(number, unit))
    return moment if zone is None else moment.tz_localize("UTC").tz_convert(read_zone(zone))


def _write_interval(value: Any, blocks: Blocks) -> Any:
    return ["interval", pack(value.left, blocks), pack(value.right, blocks), value.closed]


def _write_chart(chart: Any, blocks: Blocks) -> Any:
    return ["chart", pack(chart.table, blocks), pack(chart.spec, blocks), pack(chart.png, blocks), pack(chart.svg, blocks)]


def _read_chart(rest: list[Any], blocks: Blocks) -> Any:
    from nb_orchestra.values.chart import Chart

    table, spec, png, svg = (unpack(part, blocks) for part in rest)
    if not (isinstance(table, pd.DataFrame) and isinstance(png, bytes) and isinstance(svg, str)):
        raise ValueError("not a chart")
    return Chart(table, spec, png, svg)


def _write_markdown(text: Any, blocks: Blocks) -> Any:
    charts = [[pack(name, blocks), pack(chart, blocks)] for name, chart in text.charts.items()]
    links = [pack([list(link) for link in text.links], blocks)] if text.links else []
    return ["markdown", pack(str(text), blocks), charts, *([pack(list(text.doubts), blocks)] if text.doubts or links else []), *links]


def _read_markdown(rest: list[Any], blocks: Blocks) -> Any:
    from nb_orchestra.values.links import Link
    from nb_orchestra.values.markdown import Markdown

    text, charts, *more = rest
    shown = {unpack(name, blocks): unpack(chart, blocks) for name, chart in charts}
    doubts, links = [*(unpack(part, blocks) for part in more), [], []][:2]
    return Markdown(unpack(text, blocks), shown, map(str, doubts), (Link(int(start), str(said), str(cell)) for start, said, cell in links))


WRITERS: tuple[tuple[str, str, Callable[[Any, Blocks], Any]], ...] = (
    ("nb_orchestra.values.chart", "Chart", _write_chart),
    ("nb_orchestra.values.markdown", "Markdown", _write_markdown),
    ("numpy", "generic", _write_scalar),
    ("numpy", "ndarray", _write_array),
    ("pandas", "DataFrame", _write_table),
    ("pandas", "Series", _write_series),
    ("pandas", "Index", _write_index),
    ("pandas._libs.tslibs.nattype", "NaTType", lambda _, __: ["NaT"]),
    ("pandas._libs.missing", "NAType", lambda _, __: ["NA"]),
    ("pandas", "Timestamp", _write_timestamp),
    ("pandas", "Timedelta", lambda value, _: ["pandas timedelta", value._value, value.unit]),
    ("pandas", "Period", lambda value, _: ["period", value.ordinal, value.freqstr]),
    ("pandas", "Interval", _write_interval),
)

READERS: dict[str, Callable[[list[Any], Blocks], Any]] = {
    "chart": _read_chart,
    "markdown": _read_markdown,
    "scalar": _read_scalar,
    "array": read_raw,
    "objects": _read_objects,
    "table": _read_table,
    "series": _read_series,
    "index": _read_index,
    "steps": _read_steps,
    "multi": _read_multi,
    "NaT": lambda _, __: pd.NaT,
    "NA": lambda _, __: pd.NA,
    "timestamp": _read_timestamp,
    "pandas timedelta": lambda rest, _: pd.Timedelta(np.timedelta64(rest[0], rest[1])),
    "period": lambda rest, _: pd.Period(ordinal=rest[0], freq=rest[1]),
    "interval": lambda rest, blocks: pd.Interval(unpack(rest[0], blocks), unpack(rest[1], blocks), closed=rest[2]),
}

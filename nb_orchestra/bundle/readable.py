"""A result as files that need nothing of ours: a table as Parquet, text as Markdown, a chart as PNG and SVG, anything else as JSON."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

from nb_orchestra import values
from nb_orchestra.bundle.packing import as_text

LONGEST_JSON = 200_000
MOST_ROWS = 1_000_000
"""Longer values and tables stand in a bundle once, as what a replay needs; a second copy would only make it heavy."""


def readable(value: Any) -> dict[str, bytes]:
    """Ending → bytes. Empty for what has no such form (an odd table, an object): the entry holds it all the same."""
    write = _WRITERS.get(values.kind_of(value), _as_json)
    try:
        return write(value)
    except Exception:  # pyarrow and json refuse in many ways; this copy is for people only
        return {}


def _table(frame: Any) -> dict[str, bytes]:
    if len(frame) > MOST_ROWS:
        return {}
    buffer = io.BytesIO()
    frame.to_parquet(buffer, compression="zstd")
    return {"parquet": buffer.getvalue()}


def _text(text: Any) -> dict[str, bytes]:
    return {"md": values.clean_text(str(text)).encode("utf-8")}


def _figure(chart: Any) -> dict[str, bytes]:
    svg = getattr(chart, "svg", "")
    return {"svg": svg.encode("utf-8")} if svg else {}


def _as_json(value: Any) -> dict[str, bytes]:
    text = as_text(_plain(value))
    return {"json": text} if len(text) <= LONGEST_JSON else {}


def _plain(value: Any) -> Any:
    """JSON data; TypeError for a value that is none."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        return value.item()
    return value


_WRITERS: dict[str, Callable[[Any], dict[str, bytes]]] = {
    "table": _table,
    "series": lambda series: _table(series.to_frame()),
    "text": _text,
    "figure": _figure,
}

"""A value in words, for a prompt: as much of it as the person shares.

schema (names, types, shape) ⊂ summary (+ counts, gaps, ranges, common levels; no rows) ⊂ sample (+ first rows) ⊂ full
(everything, to a size that is said). An object may describe itself: a method `__orchestra_describe__(share) -> str` on its
class is asked first.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from nb_orchestra.core.settings import SHARE_LEVELS
from nb_orchestra.values.columns import column_type
from nb_orchestra.values.preview import is_scalar, short
from nb_orchestra.values.text import clean_text
from nb_orchestra.values.types import kind_of
from nb_orchestra.values.units import noted_unit

SAMPLE_ROWS = FEW_ROWS = 5
SAMPLE_TEXT = 500
FULL_TEXT = 200_000
MOST_LEVELS = 20
LEAST_SEEN = 5
GLANCE = 50_000
MOST_COLUMNS = 200
DEEPEST = 3


def describe(value: Any, share: str = "summary", name: str = "", *, brief: bool = False) -> str:
    """Text for a prompt (`brief`: tables by type, for a planner). ValueError for a share that is none of schema, summary, sample, full."""
    if share not in SHARE_LEVELS:
        raise ValueError(f"share is one of {', '.join(SHARE_LEVELS)}, not {share!r}")
    text = _own_words(value, share)
    if text is None:
        kind, level = kind_of(value), SHARE_LEVELS.index(share)
        text = _describe_table(value, level, 0, brief) if kind == "table" else _DESCRIBED.get(kind, _describe_other)(value, level, 0)
    return f"{clean_text(name)}: {text}" if name else text


def _own_words(value: Any, share: str) -> str | None:
    method = getattr(type(value), "__orchestra_describe__", None)
    if method is None:
        return None
    try:
        return _capped(str(method(value, share)))
    except Exception:  # a stranger's code; the value is then described as any other
        return None


def _capped(text: str) -> str:
    text = clean_text(text)
    return text if len(text) <= FULL_TEXT else f"{text[:FULL_TEXT]}\n(cut: {FULL_TEXT:,} of {len(text):,} characters)"


def label_text(label: Any) -> str:
    """A column's label, quoted where it is text, so that 1 and "1" stay apart."""
    return json.dumps(clean_text(label), ensure_ascii=False) if isinstance(label, str) else clean_text(str(label))


def _describe_table(frame: Any, level: int, depth: int, brief: bool = False) -> str:
    lines = [f"table, {len(frame):,} rows × {frame.shape[1]:,} columns"]
    if _has_labels(frame):
        lines.append(f"row labels: {', '.join('unnamed' if item is None else label_text(item) for item in frame.index.names)}")
    facts = 0 if level == len(SHARE_LEVELS) - 1 and len(frame) <= FEW_ROWS else level  # its rows stand below: ranges of them would say it twice
    lines += _brief_columns(frame, level) if brief else _columns(frame, facts)
    if frame.shape[1] > MOST_COLUMNS:
        lines.append(f"(and {frame.shape[1] - MOST_COLUMNS:,} more columns)")
    if level >= 2:
        lines.append(_rows(frame, level))
    return "\n".join(lines)


def _rows(frame: Any, level: int) -> str:
    """First rows, or all of them, as CSV: to a size that is said."""
    if level == 2:
        return f"first rows:\n{_csv(frame.head(SAMPLE_ROWS).astype(object).map(_sample_cell))}"
    most = FULL_TEXT // max(1, frame.shape[1])  # a cell takes at least its comma
    text, count = _csv(frame.head(most)), len(frame)
    if len(text) <= FULL_TEXT and count <= most:
        return f"all rows:\n{text}"
    kept = text[:FULL_TEXT].rsplit("\n", 1)[0]
    return f"rows (cut: the first {FULL_TEXT:,} characters of {count:,} rows):\n{kept}"


def _csv(frame: Any) -> str:
    return clean_text(frame.to_csv(index=_has_labels(frame)))


def _has_labels(frame: Any) -> bool:
    """Rows that are named, not only counted."""
    return type(frame.index).__name__ != "RangeIndex" or frame.index.name is not None


def _sample_cell(cell: Any) -> Any:
    return clean_text(cell[:200]) if isinstance(cell, str) else cell


def _describe_column(column: Any, level: int) -> str:
    kind = column_type(column)
    return ", ".join([f"{kind} ({column.dtype})", *(_facts(column, kind) if level else ())])


def _columns(frame: Any, level: int) -> list[str]:
    named = enumerate(frame.columns[:MOST_COLUMNS])
    return [f"- {label_text(label)}: {_describe_column(frame.iloc[:, at], level)}{noted_unit(frame, label)}" for at, label in named]


def _brief_columns(frame: Any, level: int) -> list[str]:
    """One line per type, with neither pandas' types nor means."""
    found: dict[str, list[str]] = {}
    for position, label in enumerate(frame.columns[:MOST_COLUMNS]):
        kind = column_type(column := frame.iloc[:, position])
        facts = ", ".join(fact for fact in _facts(column, kind) if not fact.startswith("mean ")) if level else ""
        found.setdefault(kind, []).append(label_text(label) + (f" ({facts})" if facts else ""))
    return [f"{kind}: {', '.join(columns)}" for kind, columns in found.items()]


def _facts(column: Any, kind: str) -> list[str]:
    """Counts, gaps, ranges and common levels of one column; never a single row's text."""
    gaps = int(column.isna().sum())
    facts = [f"{gaps:,} missing"] if gaps else []
    try:
        return facts if gaps == len(column) else [*facts, *_spread(column, kind)]
    except Exception:  # pandas cannot count or compare all that it can hold: such a column is told by its type alone
        return facts


def _spread(column: Any, kind: str) -> list[str]:
    if kind in ("number", "integer", "date") and column.dtype != object and not hasattr(column.dtype, "categories"):
        return [*_range(column, kind), *(_levels(column, "") if kind == "integer" else ())]
    return _levels(column)


def _range(column: Any, kind: str) -> list[str]:
    if getattr(column.dtype, "kind", "") == "c":
        return []
    low, high = column.min(), column.max()
    if kind == "date":
        return [f"{low} to {high}".replace(" 00:00:00", "")]
    return [f"{_plain(low)} to {_plain(high)}", f"mean {_plain(column.mean())}"]


def _plain(number: Any) -> str:
    """For a model: no thousands apart (a year is a number too), six significant digits."""
    if number == number and abs(number) < 1e15 and int(number) == number:
        return str(int(number))
    text = f"{float(number):.6g}"
    return f"{float(number):.1f}" if "e+" in text and abs(number) < 1e15 else text


def _levels(column: Any, otherwise: str = "{:,} different values") -> list[str]:
    """Levels that are few and each seen often, so that none points at a single row."""
    if len(column) > GLANCE and column.iloc[:GLANCE].nunique() > MOST_LEVELS:
        return ["many different values"] if otherwise else []  # counting two million of them takes seconds
    counts = column.value_counts()
    counts = counts[counts > 0]
    if len(counts) <= MOST_LEVELS and len(counts) and counts.min() >= LEAST_SEEN:
        return ["levels: " + ", ".join(f"{label_text(label)} ({count:,})" for label, count in counts.items())]
    return [otherwise.format(len(counts))] if otherwise else []


def _describe_series(series: Any, level: int, depth: int) -> str:
    head = f"column, {len(series):,} values: {_describe_column(series if hasattr(series, 'iloc') else series.to_series(), level)}"
    if level < 2:
        return head
    cells = series[:SAMPLE_ROWS] if level == 2 else series[: FULL_TEXT // 2]
    return _capped(f"{head}\n{'first' if len(cells) < len(series) else 'all'} values: {', '.join(str(cell) for cell in cells.tolist())}")


def _describe_array(array: Any, level: int, depth: int) -> str:
    head = short(array)
    if level >= 1 and array.size and array.dtype.kind in "biuf":
        head += f", {_plain(array.min())} to {_plain(array.max())}"
    if level < 2:
        return head
    cells = array.reshape(-1)[: SAMPLE_ROWS if level == 2 else FULL_TEXT // 2].tolist()
    return _capped(f"{head}\n{'first' if len(cells) < array.size else 'all'} values: {', '.join(map(str, cells))}")


def _describe_text(text: str, level: int, depth: int) -> str:
    head = f"{short(text)}, {len(text):,} characters"
    if level < 2:
        return head
    return f"{head}:\n{clean_text(text[:SAMPLE_TEXT])}{'…' if len(text) > SAMPLE_TEXT else ''}" if level == 2 else f"{head}:\n{_capped(text)}"


def _describe_scalar(value: Any, level: int, depth: int) -> str:
    """A single number, date or yes/no is its own summary."""
    kind = kind_of(value)
    return f"{type(value).__name__ if kind == 'other' else f'{kind} ({type(value).__name__})'}" + (f": {clean_text(str(value))[:200]}" if level >= 1 else "")


def _describe_record(record: Any, level: int, depth: int) -> str:
    lines = [f"record, {len(record):,} entries"]
    for _, (key, item) in zip(range(MOST_COLUMNS), record.items(), strict=False):
        lines.append(f"- {label_text(key)}: {_nested(item, level, depth)}")
    if len(record) > MOST_COLUMNS:
        lines.append(f"(and {len(record) - MOST_COLUMNS:,} more)")
    return _capped("\n".join(lines))


def _describe_list(items: Any, level: int, depth: int) -> str:
    kinds = sorted({kind_of(item) for item in items})
    head = f"list, {len(items):,} items" + (f" ({', '.join(kinds)})" if kinds else "")
    if level < 2:
        return head
    most = SAMPLE_ROWS if level == 2 else 10_000
    lines = [f"- {_nested(item, level, depth)}" for _, item in zip(range(most), items, strict=False)]
    left = [f"(and {len(items) - most:,} more)"] if len(items) > most else []
    return _capped("\n".join([head, *lines, *left]))


def _nested(item: Any, level: int, depth: int) -> str:
    if depth >= DEEPEST:
        return short(item)
    return _DESCRIBED.get(kind_of(item), _describe_other)(item, level, depth + 1).replace("\n", "\n  ")


def _describe_figure(figure: Any, level: int, depth: int) -> str:
    table = getattr(figure, "table", None)
    title: Any = getattr(figure, "title", None)
    head = short(figure) + (f", {clean_text(title)}" if level >= 1 and isinstance(title, str) and title else "")
    return head if table is None else f"{head}, drawn from a {_describe_table(table, level, depth)}"


def _describe_path(path: Any, level: int, depth: int) -> str:
    return f"file {clean_text(path.name)}"


def _describe_other(value: Any, level: int, depth: int) -> str:
    """A type that we do not know: its name, and nothing of what is in it."""
    return _describe_scalar(value, level, depth) if is_scalar(value) else f"{clean_text(type(value).__qualname__)} (of a type with no description)"


_DESCRIBED: dict[str, Callable[[Any, int, int], str]] = {
    "table": _describe_table,
    "series": _describe_series,
    "array": _describe_array,
    "number": _describe_scalar,
    "boolean": _describe_scalar,
    "date": _describe_scalar,
    "text": _describe_text,
    "list": _describe_list,
    "record": _describe_record,
    "figure": _describe_figure,
    "path": _describe_path,
    "nothing": lambda value, level, depth: "nothing",
}

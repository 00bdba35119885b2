"""A value as a person sees it before opening it: one short line, plain text, and static HTML.

The HTML needs no style sheet and no script, so that it still shows in a saved notebook; every cell and label is cleaned
and escaped, because tables hold what strangers wrote.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra.values.showing import left_out, p_texts, shown_columns
from nb_orchestra.values.text import clean_text, number_text
from nb_orchestra.values.types import kind_of, loaded

LONGEST_CELL = 80
LONGEST_TEXT = 2_000
LARGEST_ALIGNED = 1e15
CARD = "background:#fff;padding:8px;border-radius:6px;box-sizing:border-box"
"""What a chart lies on: its ink is made for white, and in a dark theme it is seen to lie on a card."""


@dataclass(frozen=True, slots=True)
class Preview:
    """`short`: one line. `text`: plain text. `html`: static and safe.

    `data`: the same for whoever builds page elements from text: {"columns", "types", "rows", "more"}, {"picture": a PNG data URL} or {}.
    """

    short: str
    text: str
    html: str
    data: Mapping[str, Any] = field(default_factory=dict)


_NUMBER = re.compile(r"[-−+]?[\d,.]+(e[-+]?\d+)?%?", re.IGNORECASE)

_Drawn = tuple[str, str, Mapping[str, Any]]


def short(value: Any) -> str:
    """One line: "344 × 8 table", "chart: bar", "text, 212 words", "4,201.8"."""
    return _SHORT[kind_of(value)](value)


def preview(value: Any, rows: int = 10) -> Preview:
    """The value's first `rows` rows, items or lines; what is cut is said."""
    kind = kind_of(value)
    draw = _DRAWN.get(kind)
    line = short(value)
    if draw is None:
        return Preview(line, line, f"<span>{_escape(line)}</span>")
    return Preview(line, *draw(value, rows))


def _escape(text: str) -> str:
    return html.escape(clean_text(text), quote=True)


def cell_text(cell: Any) -> str:
    """One cell on one line, at most 80 characters. Never the repr of a large value."""
    kind = kind_of(cell)
    text = _CELLS.get(kind, short)(cell)
    text = " ".join(clean_text(text[: 4 * LONGEST_CELL]).split())
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def is_scalar(value: Any) -> bool:
    """A single value of a type with no kind of its own, that prints as itself."""
    return type(value).__module__.partition(".")[0] in _SCALARS_FROM and not hasattr(type(value), "__len__")


def _short_text(text: str) -> str:
    words = len(text.split())
    return f"text, {words:,} word{'' if words == 1 else 's'}"


def _short_figure(figure: Any) -> str:
    spec = getattr(figure, "spec", None)
    kind = clean_text(str(spec.get("kind", ""))).replace("_", " ")[:40] if spec is not None else ""
    return f"chart: {kind}" if kind else "chart"


def _short_array(array: Any) -> str:
    return f"{' × '.join(f'{size:,}' for size in array.shape) or 'single-value'} array of {array.dtype}"


_SHORT: dict[str, Callable[[Any], str]] = {
    "table": lambda frame: f"{len(frame):,} × {frame.shape[1]:,} table",
    "series": lambda series: f"column of {len(series):,}",
    "array": _short_array,
    "number": number_text,
    "boolean": lambda value: "yes" if value else "no",
    "text": _short_text,
    "date": lambda value: clean_text(str(value)),
    "list": lambda items: f"list of {len(items):,}",
    "record": lambda record: f"record of {len(record):,}",
    "figure": _short_figure,
    "path": lambda path: f"file {clean_text(path.name)}",
    "nothing": lambda _: "nothing",
    "other": lambda value: clean_text(str(value) if is_scalar(value) else type(value).__qualname__),
}


def _number_cell(number: Any) -> str:
    """Four digits stand together: in a table a year is as likely as a thousand."""
    text = number_text(number)
    return text.replace(",", "") if len(text) == 5 and text[1] == "," else text


def _date_cell(date: Any) -> str:
    """A day without its midnight."""
    return str(date).removesuffix(" 00:00:00")


_CELLS: dict[str, Callable[[Any], str]] = {"text": str, "number": _number_cell, "boolean": str, "date": _date_cell}
_SCALARS_FROM = ("datetime", "uuid", "pandas", "numpy")
"""Modules whose other scalars (time spans, intervals) print as themselves; anything else only by the name of its class."""


def _draw_table(frame: Any, rows: int) -> _Drawn:
    shown = shown_columns(frame)
    cut = frame.iloc[:rows, shown]
    columns = [_column(cut.iloc[:, position]) for position in range(cut.shape[1])]
    index = [] if _plain_index(frame) else [[cell_text(label) if not isinstance(label, tuple) else ", ".join(map(cell_text, label)) for label in cut.index]]
    names = [", ".join(clean_text(str(name)) for name in frame.index.names if name is not None)] if index else []
    labels = names + [cell_text(str(label)) for label in cut.columns]
    types = [""] * len(names) + [clean_text(str(dtype)) for dtype in cut.dtypes]
    return _grid(labels, list(zip(*index, *columns, strict=True)), clean_text(left_out(frame, rows, shown)), len(names), types)


def _column(series: Any) -> list[str]:
    cells, gaps = series.tolist(), series.isna().tolist()
    if (quoted := p_texts(series.name, cells)) is not None:
        return quoted
    places = _places([cell for cell, gap in zip(cells, gaps, strict=True) if not gap]) if getattr(series.dtype, "kind", "") == "f" else 0
    return ["" if gap else f"{cell:,.{places}f}" if places else cell_text(cell) for cell, gap in zip(cells, gaps, strict=True)]


def _places(numbers: list[float]) -> int:
    """Digits behind the point that a column's numbers can share, so that they stand under each other; 0 where each is best written alone.

    At most what four significant digits of the largest need, and no more than any of them has; 0 too where the smallest would be lost.
    """
    sizes = [abs(number) for number in numbers if number]
    if not sizes or not 1 <= max(sizes) < LARGEST_ALIGNED:
        return 0
    places = 1 if max(sizes) >= 100 else 2 if max(sizes) >= 10 else 3
    if min(sizes) < 10 ** (1 - places):
        return 0
    return max(len(f"{size:.{places}f}".rstrip("0").partition(".")[2]) for size in sizes)


def _plain_index(frame: Any) -> bool:
    return type(frame.index).__name__ == "RangeIndex" and frame.index.name is None


def _grid(labels: Sequence[str], lines: Iterable[Sequence[str]], note: str, headed: int = 0, types: Sequence[str] = ()) -> _Drawn:
    """The same cells as aligned text, as an HTML table and as data; the first `headed` columns are row headers."""
    lines = [list(line) for line in lines]
    data = {"columns": list(labels), "types": list(types), "rows": lines, "more": note}
    widths = [max(map(len, column)) for column in zip(labels, *lines, strict=True)]
    text = "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in [list(labels), *lines])
    body = "".join("<tr>" + "".join(_cell(cell, "row" * (position < headed)) for position, cell in enumerate(line)) + "</tr>" for line in lines)
    head = "".join(_cell(label, "col", _is_number(first)) for label, first in zip(labels, lines[0] if lines else labels, strict=True))
    table = f'<table style="border-collapse:collapse"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    if note:
        return f"{text}\n({note})", f'{table}<div style="opacity:0.7">{_escape(note)}</div>', data
    return text, table, data


def _cell(text: str, heads: str, right: bool | None = None) -> str:
    """One cell; texts are left-aligned, numbers as the page has it (right in Jupyter), and so are the heads of their columns."""
    tag, scope = ("th", f' scope="{heads}"') if heads else ("td", "")
    style = "" if (_is_number(text) if right is None else right) else ' style="text-align:left"'
    return f"<{tag}{scope}{style}>{_escape(text)}</{tag}>"


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text))


def _draw_series(series: Any, rows: int) -> _Drawn:
    return _draw_table(series.to_frame(), rows)


def _draw_array(array: Any, rows: int) -> _Drawn:
    return _draw_lines([cell_text(item) for item in array.reshape(-1)[:rows].tolist()], array.size)


def _draw_list(items: Any, rows: int) -> _Drawn:
    shown = [cell_text(item) for _, item in zip(range(rows), items, strict=False)]
    return _draw_lines(shown, len(items))


def _draw_lines(shown: list[str], count: int) -> _Drawn:
    note = f"{len(shown):,} of {count:,}" if count > len(shown) else ""
    text = "\n".join(f"- {line}" for line in shown)
    drawn = "<ul>" + "".join(f"<li>{_escape(line)}</li>" for line in shown) + "</ul>"
    return (f"{text}\n({note})", f'{drawn}<div style="opacity:0.7">{note}</div>', {}) if note else (text, drawn, {})


def _draw_record(record: Any, rows: int) -> _Drawn:
    lines = [(cell_text(key), cell_text(item)) for _, (key, item) in zip(range(rows), record.items(), strict=False)]
    return _grid(("name", "value"), lines, f"{rows:,} of {len(record):,}" if len(record) > rows else "", 1)


def _draw_text(text: str, _: int) -> _Drawn:
    cut = clean_text(text[:LONGEST_TEXT]) + ("…" if len(text) > LONGEST_TEXT else "")
    markdown = loaded("nb_orchestra.values.markdown", "Markdown")
    if markdown is not None and isinstance(text, markdown):
        return cut, text.html(), {}
    return cut, f'<div style="white-space:pre-wrap">{html.escape(cut)}</div>', {}


def _draw_figure(figure: Any, _: int) -> _Drawn:
    line = short(figure)
    png = getattr(figure, "png", None)
    if not isinstance(png, bytes):
        return line, f"<span>{_escape(line)}</span>", {}
    title = _escape(str(getattr(figure, "title", "") or line))
    picture = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return line, f'<img alt="{title}" style="{CARD};max-width:min(100%,620px)" src="{picture}">', {"picture": picture}


_DRAWN: dict[str, Callable[[Any, int], _Drawn]] = {
    "table": _draw_table,
    "series": _draw_series,
    "array": _draw_array,
    "list": _draw_list,
    "record": _draw_record,
    "text": _draw_text,
    "figure": _draw_figure,
}

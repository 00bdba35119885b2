"""A run as a plain tree: for terminals, logs and text/plain."""

from __future__ import annotations

import textwrap
import time
import unicodedata
from collections.abc import Iterable

from nb_orchestra.core.progress import Progress, Row
from nb_orchestra.views import words
from nb_orchestra.views.layers import depth_of_rows

MOST_ROWS = 1_000
DEEPEST = 4


def render_text(progress: Progress, width: int = 100) -> str:
    """The run in lines of at most `width` columns: the summary, how the goal was read, then one line per step."""
    lines = [wrapped for line in _head_lines(progress) for wrapped in _wrap(line, width)]
    return "\n".join([*lines, *(_fit(line, width) for line in _row_lines(progress, width))])


def _head_lines(progress: Progress) -> Iterable[str]:
    clock = "" if progress.ended else f" · {words.seconds_text(words.elapsed(progress, time.time()))}"
    yield f"{words.GLYPHS[progress.state]} {words.fold_line(progress)}{clock}"
    yield f"  {words.one_line(progress.goal, 200)}"
    yield f"  {words.planner_line(progress)}"
    yield from (f"  · {line}" for line in words.plan_lines(progress, "assumptions"))
    yield from (f"  ! not done: {line}" for line in words.plan_lines(progress, "not_done"))
    yield from (f"  ! {words.one_line(line, words.LONGEST_WARNING)}" for line in progress.warnings)
    if progress.unbound:
        yield "  ! no longer bound: " + ", ".join(words.one_line(name, 60) for name in progress.unbound) + f" ({words.UNDO})"
    if progress.state == "failed" and progress.message and not progress.rows:
        yield f"  {words.one_line(progress.message, 600)}"
        yield f"  → {words.one_line(progress.hint, 400)}" if progress.hint else ""


def _row_lines(progress: Progress, width: int) -> list[str]:
    rows = list(progress.rows.values())[:MOST_ROWS]
    depths = depth_of_rows(progress.rows)
    heads = {row.id: "  " * min(depths[row.id], DEEPEST) + f"{words.GLYPHS[row.state]} {words.one_line(row.name, 60)}" for row in rows}
    wide = max((columns(head) for head in heads.values()), default=0)
    lines = []
    for row in rows:
        lines.append("  " + heads[row.id] + " " * (wide - columns(heads[row.id]) + 2) + "  ".join(_cells(row)))
        if row.hint:
            lines += _wrap(f"{'':{min(wide + 4, width // 2)}}→ {words.one_line(row.hint, 400)}", width)
    more = len(progress.rows) - len(rows)
    return [*lines, f"  … and {words.count_text(more, 'step')} more"] if more else lines


def _cells(row: Row) -> list[str]:
    seconds = words.seconds_text(row.seconds) if row.state in ("done", "failed") else row.state
    cells = [
        f"{words.kind_word(row.kind):<7}",
        f"{seconds:>7}",
        "cached" if row.cached else "      ",
        words.cut(words.model_text(row.model), 30),
        words.used_text(row.usage),
        words.note(row),
    ]
    return [cell for cell in cells if cell]


def columns(text: str) -> int:
    """Terminal columns that a text takes: wide characters (CJK, emoji) take two, combining marks none."""
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _wrap(line: str, width: int) -> list[str]:
    """The line broken at spaces, its continuation under its first word."""
    indent = " " * (len(line) - len(line.lstrip(" ·!→✓✗◐■◌")))
    return [_fit(part, width) for part in textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False, drop_whitespace=True)]


def _fit(line: str, width: int) -> str:
    if columns(line) <= width:
        return line.rstrip()
    kept, used = [], 1
    for char in line:
        used += columns(char)
        if used > width:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"

"""A run as a plain tree: for terminals, logs and text/plain."""

from __future__ import annotations

import time
import unicodedata

from nb_orchestra.core.progress import Progress, Row
from nb_orchestra.views import words
from nb_orchestra.views.shape import depth_of_rows

MOST_ROWS = 1_000
DEEPEST = 4


def render_text(progress: Progress, width: int = 100) -> str:
    """The run in lines of at most `width` columns: the summary, how the goal was read, then one line per step."""
    lines = [f"{words.GLYPHS[progress.state]} {words.fold_line(progress)}", f"  {words.one_line(progress.goal, width)}"]
    if not progress.ended:
        lines[0] += f" · {words.seconds_text(words.elapsed(progress, time.time()))}"
    lines += [f"  {words.planner_line(progress)}"]
    lines += [f"    · {line}" for line in words.plan_lines(progress, "assumptions")]
    lines += [f"  ! not done: {line}" for line in words.plan_lines(progress, "not_done")]
    lines += [f"  ! {words.one_line(line, 300)}" for line in progress.warnings]
    if progress.unbound:
        lines.append("  ! no longer bound: " + ", ".join(words.one_line(name, 60) for name in progress.unbound))
    lines += _row_lines(progress)
    if progress.state == "failed" and progress.message and not progress.rows:
        lines += [f"  {words.one_line(progress.message, 600)}", *([f"  → {words.one_line(progress.hint, 400)}"] if progress.hint else [])]
    return "\n".join(_fit(line, width) for line in lines)


def _row_lines(progress: Progress) -> list[str]:
    rows = list(progress.rows.values())[:MOST_ROWS]
    depths = depth_of_rows(progress.rows)
    heads = {row.id: "  " * min(depths[row.id], DEEPEST) + f"{words.GLYPHS[row.state]} {words.one_line(row.name, 60)}" for row in rows}
    wide = max((columns(head) for head in heads.values()), default=0)
    lines = []
    for row in rows:
        lines.append("  " + heads[row.id] + " " * (wide - columns(heads[row.id]) + 2) + "  ".join(_cells(row)))
        if row.hint:
            lines.append(f"{'':{wide + 4}}→ {words.one_line(row.hint, 400)}")
    more = len(progress.rows) - len(rows)
    return [*lines, f"  … and {words.count_text(more, 'step')} more"] if more else lines


def _cells(row: Row) -> list[str]:
    seconds = words.seconds_text(row.seconds) if row.state in ("done", "failed") else row.state
    cells = [
        f"{words.kind_word(row.kind):<7}",
        f"{seconds:>7}",
        "cached" if row.cached else "      ",
        words.one_line(row.model, 30),
        words.used_text(row.usage),
        words.note(row),
    ]
    return [cell for cell in cells if cell]


def columns(text: str) -> int:
    """Terminal columns that a text takes: wide characters (CJK, emoji) take two, combining marks none."""
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


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

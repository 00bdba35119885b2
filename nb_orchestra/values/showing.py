"""What of a table is shown first, and how: the columns that fit a page, and p values as people quote them. The table itself keeps everything."""

from __future__ import annotations

import re
from typing import Any

MOST_COLUMNS = 12
MOST_ROWS_COMPARED = 1_000
MOST_NAMED = 6
SMALLEST_P = 0.001
_P_VALUE = re.compile(r"(?:\w+_)?p(?:_holm|_value|_adjusted)?|p[ -]?value", re.IGNORECASE)


def shown_columns(frame: Any) -> list[int]:
    """Positions of the columns to show. Of a small table with too many, those go first that hold nothing, or what one before them holds too."""
    every = range(frame.shape[1])
    if len(every) <= MOST_COLUMNS or len(frame) > MOST_ROWS_COMPARED:
        return list(every[:MOST_COLUMNS])
    shown: list[int] = []
    for at in every:
        column = frame.iloc[:, at]
        if len(shown) < MOST_COLUMNS and not column.isna().all() and not any(_same(column, frame.iloc[:, other]) for other in shown):
            shown.append(at)
    return shown


def _same(column: Any, other: Any) -> bool:
    """True for equal decimals: whole numbers and texts may be alike by chance."""
    return column.dtype.kind == other.dtype.kind == "f" and bool((column.to_numpy() == other.to_numpy()).all())


def left_out(frame: Any, rows: int, shown: list[int]) -> str:
    """What the view does not hold: "10 of 3,000 rows · 12 of 19 columns (also df2, effect, dropped)"; "" where it holds all."""
    said = [f"{rows:,} of {len(frame):,} rows"] if len(frame) > rows else []
    if len(shown) < frame.shape[1]:
        hidden = [str(frame.columns[at])[:30] for at in range(min(frame.shape[1], MOST_COLUMNS + MOST_NAMED + len(shown))) if at not in shown][:MOST_NAMED]
        more = frame.shape[1] - len(shown) - len(hidden)
        names = ", ".join(hidden) + (f" and {more:,} more" if more else "")
        said.append(f"{len(shown):,} of {frame.shape[1]:,} columns (also {names})")
    return " · ".join(said)


def p_texts(name: Any, cells: list[Any]) -> list[str] | None:
    """A column of p values as they are quoted ("< 0.001", "0.042"); None for any other column. Gaps are "" here."""
    if not isinstance(name, str) or not _P_VALUE.fullmatch(name) or not all(isinstance(cell, float) for cell in cells):
        return None
    there = [cell for cell in cells if cell == cell]
    if not all(0 <= cell <= 1 for cell in there):
        return None
    return ["" if cell != cell else f"< {SMALLEST_P}" if cell < SMALLEST_P else f"{cell:.3f}" if cell < 0.1 else f"{cell:.2f}" for cell in cells]

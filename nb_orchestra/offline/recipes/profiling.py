"""Profile: what each column holds, one row per column."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nb_orchestra.offline.recipes.frames import as_dates, as_groups, as_numbers, holds_dates, holds_numbers, rows_table
from nb_orchestra.offline.recipes.statistics import smallest

NUMERIC_PROFILE = ("mean", "sd", "minimum", "q1", "median", "q3", "maximum")
PROFILE = ("column", "type", "n", "missing", "missing_percent", "distinct", *NUMERIC_PROFILE, "most_common", "most_common_n")


def profile(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per column: type, values, gaps, distinct values, and its numbers or its most common value. Works for any table, also an empty one."""
    table = rows_table([profile_column(str(name), frame.iloc[:, at]) for at, name in enumerate(frame.columns)], PROFILE)
    for column in ("minimum", "maximum", "most_common"):
        table[column] = same_kind(table[column])
    return table


def same_kind(cells: pd.Series) -> pd.Series:
    """Cells of one column as one type: numbers where all are, else text (dates as ISO), so that the table can be kept."""
    if all(value is None or isinstance(value, float) for value in cells):
        return cells.astype("float64")
    return cells.map(cell_text).astype("string").astype("str" if cells.notna().all() else object).where(cells.notna(), None)


def cell_text(value: Any) -> Any:
    """A value as text: whole floats without .0, dates without midnight."""
    if value is None:
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value == value.normalize() else str(value)
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def type_of(series: pd.Series) -> str:
    """number, integer, date, boolean, category, text, mixed, nested or empty, by what the column holds."""
    if series.notna().sum() == 0:
        return "empty"
    for name, test in TYPE_TESTS:
        if test(series):
            return name
    kinds = {type(value) for value in series.dropna().head(10_000)}
    if kinds & {list, dict, set, tuple}:
        return "nested"
    return "text" if kinds <= {str} else "boolean" if kinds <= {bool} else "number" if kinds <= {int, float} else "mixed"


TYPE_TESTS: tuple[tuple[str, Any], ...] = (
    ("category", lambda s: isinstance(s.dtype, pd.CategoricalDtype)),
    ("boolean", pd.api.types.is_bool_dtype),
    ("date", holds_dates),
    ("integer", pd.api.types.is_integer_dtype),
    ("number", pd.api.types.is_numeric_dtype),
    ("duration", pd.api.types.is_timedelta64_dtype),
)


def profile_column(name: str, series: pd.Series) -> dict[str, Any]:
    """One row of the profile."""
    n = int(series.count())
    counts = as_groups(series).value_counts(sort=False)
    row: dict[str, Any] = {"column": name, "type": type_of(series), "n": n, "missing": len(series) - n, "distinct": len(counts)}
    row["missing_percent"] = 100 * (len(series) - n) / len(series) if len(series) else None
    if n and holds_numbers(series):
        row |= profile_numbers(as_numbers(series))
    elif n and holds_dates(series):
        row |= {"minimum": as_dates(series).min(), "maximum": as_dates(series).max()}
    if n and counts.max() > 1:
        common = smallest(list(counts.index[counts == counts.max()]))
        row |= {"most_common": float(common) if holds_numbers(series) else common, "most_common_n": int(counts.max())}
    return {column: row.get(column) for column in PROFILE}


def profile_numbers(numbers: pd.Series) -> dict[str, Any]:
    """The numeric part of a row."""
    q1, median, q3 = numbers.quantile([0.25, 0.5, 0.75])
    values = (numbers.mean(), numbers.std(), numbers.min(), q1, median, q3, numbers.max())
    return dict(zip(NUMERIC_PROFILE, map(float, values), strict=True))

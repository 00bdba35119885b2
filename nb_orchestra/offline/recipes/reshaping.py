"""Wide and long."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nb_orchestra.offline.recipes.frames import Refusal, column_of, columns_of, groups_of, number_columns, tell_left_out
from nb_orchestra.offline.recipes.grouping import put_in_front
from nb_orchestra.offline.recipes.statistics import grouped_statistic

MOST_COLUMNS = 2_000


def pivot(frame: pd.DataFrame, *, rows: Any, columns: str, value: str | None = None, statistic: str = "mean") -> pd.DataFrame:
    """One row per group of `rows`, one column per level of `columns`, each cell a statistic of value (without value: the count)."""
    names, across = columns_of(frame, rows), column_of(frame, columns)
    keys = groups_of(frame, [*names, across])
    tell_left_out(int(frame[[*names, across]].isna().any(axis=1).sum()), [*names, across], "left out")
    if keys[-1].nunique() > MOST_COLUMNS:
        raise Refusal(f"{across} has {keys[-1].nunique():,} levels, too many for columns", "swap rows and columns")
    if value is None:
        cells = frame.groupby(keys, observed=True).size().unstack(fill_value=0)
    else:
        cells = grouped_statistic(frame[column_of(frame, value)], keys, statistic).unstack()
    cells.columns = pd.Index([str(level) for level in cells.columns])
    return put_in_front(cells.rename_axis(names), names)


def melt(frame: pd.DataFrame, *, columns: Any = None, names_to: str = "name", values_to: str = "value", number_from_name: bool = False) -> pd.DataFrame:
    """The named (default: numeric) columns stacked. number_from_name keeps the number in each name (gdp_1952 → 1952)."""
    if frame.columns.has_duplicates:
        raise Refusal("a column name stands twice, so columns cannot be stacked", "give each column its own name first")
    stacked = columns_of(frame, columns) or number_columns(frame)
    others = [str(name) for name in frame.columns if name not in stacked]
    if {names_to, values_to} & set(others):
        raise Refusal(f"the table already has a column {names_to if names_to in others else values_to}", "choose other names")
    long = frame.melt(others, stacked, var_name=names_to, value_name=values_to)
    if number_from_name:
        numbers = long[names_to].astype("string").str.extract(r"(-?\d+(?:\.\d+)?)", expand=False)
        long[names_to] = pd.to_numeric(numbers)
    return long

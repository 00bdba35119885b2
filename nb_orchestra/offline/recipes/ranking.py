"""Order: the top, the bottom, the extremes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nb_orchestra.offline.recipes.conditions import rows_where
from nb_orchestra.offline.recipes.frames import (
    MOSTLY,
    Refusal,
    as_dates,
    as_groups,
    as_numbers,
    column_of,
    columns_of,
    groups_of,
    holds_dates,
    holds_numbers,
    numbers_of,
    tell_left_out,
    values_in,
)
from nb_orchestra.offline.recipes.grouping import group_summary


def rank(frame: pd.DataFrame, *, by: str, n: int = 10, ascending: bool = False, columns: Any = None, within: Any = None, where: Any = None) -> pd.DataFrame:
    """The first n rows by a column (of each group), with `rank` in front: ties share the lowest rank and stand in the table's order."""
    frame = rows_where(frame, where)
    name, groups = column_of(frame, by), columns_of(frame, within)
    values = orderable(frame, name)
    if not groups:
        frame, values = contenders(frame, values, n, ascending)
    ranked_in = values.groupby(groups_of(frame, groups), observed=True) if groups else values
    tell_left_out(int(frame[groups].isna().any(axis=1).sum()) if groups else 0, groups)
    places = ranked_in.rank(method="min", ascending=ascending)
    shown = list(dict.fromkeys([*groups, *columns_of(frame, columns), name])) if columns else list(frame.columns)
    table = frame[shown].copy() if columns else frame.copy(deep=False)
    table.insert(0, "rank" if "rank" not in table.columns else "rank_by_" + name, places)
    order = values[places.notna()].sort_values(ascending=ascending, kind="stable").index
    table = table.loc[order]
    table = table.groupby(groups_of(table, groups), observed=True, sort=True).head(n) if groups else table.head(n)
    if groups:
        table = table.sort_values([*groups, table.columns[0]], kind="stable", key=as_groups)
    ranked: pd.DataFrame = table.astype({table.columns[0]: "int64"}).reset_index(drop=True)
    return ranked


def contenders(frame: pd.DataFrame, values: Any, n: int, ascending: bool) -> tuple[pd.DataFrame, Any]:
    """The rows that can be among the first n: those not behind the n-th value."""
    there = values.dropna()
    if not 0 < n < len(there):
        return frame, values
    last = (there.nsmallest(n) if ascending else there.nlargest(n)).iloc[-1]
    kept = (values <= last if ascending else values >= last).to_numpy()
    return frame[kept], values[kept]


def orderable(frame: pd.DataFrame, name: str) -> Any:
    """A column that can be ranked: dates as they are or as text says them, everything else as numbers. Refusal where it has no values."""
    if holds_dates(frame[name]):
        return as_dates(frame[name])
    if not holds_numbers(frame[name]) and not as_numbers(frame[name]).notna().any():
        dates = as_dates(frame[name])
        if dates.notna().sum() >= max(1, MOSTLY * values_in(frame[name])):
            return dates
    return numbers_of(frame, name, least=1)


def extreme(frame: pd.DataFrame, *, by: str, which: str = "max", columns: Any = None, where: Any = None) -> pd.DataFrame:
    """Every row that holds the largest (smallest) value of a column."""
    frame = rows_where(frame, where)
    name = column_of(frame, by)
    if not len(frame):
        raise Refusal("no row meets the conditions")
    values = orderable(frame, name)
    shown = list(dict.fromkeys([*columns_of(frame, columns), name])) if columns else list(frame.columns)
    found: pd.DataFrame = frame.loc[(values == (values.max() if which == "max" else values.min())).to_numpy(), shown].reset_index(drop=True)
    return found


def group_extreme(frame: pd.DataFrame, *, by: Any, value: str, statistic: str = "mean", which: str = "max", where: Any = None) -> pd.DataFrame:
    """Every group whose statistic is the largest (smallest): by…, n, the statistic."""
    table = group_summary(frame, by=by, value=value, statistics=[statistic], where=where)
    numbers = table.iloc[:, -1]
    best = numbers.max() if which == "max" else numbers.min()
    if pd.isna(best):
        raise Refusal(f"no group has a {statistic} of {value}")
    found: pd.DataFrame = table[(numbers == best).to_numpy()].reset_index(drop=True)
    return found

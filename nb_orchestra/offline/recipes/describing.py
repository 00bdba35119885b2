"""Numbers about columns: describe, count, levels, one statistic, quantiles."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nb_orchestra.offline.recipes.conditions import rows_where
from nb_orchestra.offline.recipes.frames import (
    Refusal,
    as_groups,
    as_numbers,
    column_of,
    columns_of,
    groups_of,
    holds_numbers,
    numbers_of,
    rows_table,
    tell_left_out,
    unique_columns,
)
from nb_orchestra.offline.recipes.profiling import same_kind
from nb_orchestra.offline.recipes.statistics import ANY_TYPE, statistic_of
from nb_orchestra.offline.recipes.timing import in_calendar_order

USUAL = ("n", "missing", "mean", "sd", "min", "q1", "median", "q3", "max")
PLAIN_TYPES = ("n", "missing", "distinct", "mode")


def describe(frame: pd.DataFrame, *, columns: Any = None, statistics: Any = None, where: Any = None) -> pd.DataFrame:
    """One row per column, one column per statistic. Without columns: the numeric ones, or all where there is none; text has n, missing, distinct, mode."""
    frame = rows_where(frame, where)
    names = columns_of(frame, columns) or [name for name in unique_columns(frame) if holds_numbers(frame[name])] or unique_columns(frame)
    wanted = [statistics] if isinstance(statistics, str) else list(statistics or ())
    numeric = [name for name in names if holds_numbers(frame[name])]
    shown = wanted or [*(USUAL if numeric else PLAIN_TYPES)]
    rows = []
    for name in names:
        known = [statistic for statistic in shown if name in numeric or statistic in ANY_TYPE or wanted]
        series = as_numbers(frame[name]) if name in numeric else frame[name]
        rows.append({"column": name} | {statistic: statistic_of(series, statistic) for statistic in known})
    table = rows_table(rows, ["column", *shown])
    return table.assign(**{name: same_kind(table[name]) for name in ("mode", "first", "last") if name in shown})


def count_rows(frame: pd.DataFrame, *, where: Any = None, by: Any = None) -> pd.DataFrame:
    """n rows that meet the conditions, of how many, in percent; per group where `by` names some (groups without a row have n 0).

    Groups without conditions: n and percent of all rows.
    """
    kept = rows_where(frame, where)
    names = columns_of(frame, by)
    if not names:
        return pd.DataFrame({"n": [len(kept)], "of": [len(frame)], "percent": [100 * len(kept) / len(frame) if len(frame) else float("nan")]})
    of = frame.groupby(groups_of(frame, names), observed=True).size()
    tell_left_out(len(frame) - int(of.sum()), names)
    if not where:
        return in_calendar_order(pd.DataFrame({"n": of, "percent": 100 * of / of.sum()}).reset_index(), names)
    n = kept.groupby(groups_of(kept, names), observed=True).size().reindex(of.index, fill_value=0)
    return in_calendar_order(pd.DataFrame({"n": n, "of": of, "percent": 100 * n / of}).reset_index(), names)


def value_counts(frame: pd.DataFrame, *, column: str, n: int | None = None, where: Any = None, by: Any = None, levels: Any = None) -> pd.DataFrame:
    """Levels with n and percent, most frequent first (ties in the levels' order); gaps are a level of their own. Of `levels` each, and no others."""
    frame = rows_where(frame, where)
    name = column_of(frame, column)
    names = [*columns_of(frame, by), name]
    counts = frame.groupby(groups_of(frame, names), observed=True, dropna=False).size().reset_index(name="n")
    total = counts.groupby(names[:-1], observed=True, dropna=False)["n"].transform("sum") if by else counts["n"].sum()
    counts["percent"] = 100 * counts["n"] / total
    if levels is not None:
        counts = rows_where(counts, [{"column": name, "op": "in", "value": list(levels)}])
        none = [level for level in levels if not by and not rows_where(counts, [{"column": name, "op": "==", "value": level}]).size]
        counts = pd.concat([counts, pd.DataFrame({name: none, "n": 0, "percent": 0.0})], ignore_index=True) if none else counts
    counts = counts.sort_values([*names[:-1], "n"], ascending=[True] * (len(names) - 1) + [False], kind="stable")
    counts = counts if n is None else counts.groupby(names[:-1], observed=True).head(n) if by else counts.head(n)
    return counts.reset_index(drop=True)


def summarise(frame: pd.DataFrame, *, column: str, statistic: str = "mean", where: Any = None) -> pd.DataFrame:
    """One row: statistic, column, value, n, missing. Refusal where the column has no values."""
    frame = rows_where(frame, where)
    series = frame[column_of(frame, column)]
    n = int(series.count())
    if not n and statistic not in ("n", "missing", "missing_percent", "distinct", "sum"):
        raise Refusal(f"{column} has no values" + (" among these rows" if where else ": all are missing"))
    value = statistic_of(as_groups(series) if statistic == "distinct" else series, statistic)
    return pd.DataFrame({"statistic": [statistic], "column": [series.name], "value": [value], "n": [n], "missing": [len(series) - n]})


def quantile(frame: pd.DataFrame, *, column: str, q: Any = 0.5, by: Any = None, where: Any = None) -> pd.DataFrame:
    """One row per quantile (and group): by…, column, q, value, n."""
    frame = rows_where(frame, where)
    numbers = numbers_of(frame, column, least=1)
    shares = [share / 100 if share > 1 else share for share in ([q] if isinstance(q, int | float) else q)]
    names = columns_of(frame, by)
    if not names:
        return pd.DataFrame({"column": numbers.name, "q": shares, "value": [float(numbers.quantile(share)) for share in shares], "n": int(numbers.count())})
    groups = numbers.groupby(groups_of(frame, names), observed=True)
    tell_left_out(len(frame) - int(groups.size().sum()), names)
    values = groups.quantile(shares).rename("value")
    table: pd.DataFrame = values.rename_axis([*names, "q"]).reset_index().merge(groups.count().rename("n").rename_axis(names).reset_index(), on=names)
    table.insert(len(names), "column", numbers.name)
    return table

"""Groups: statistics per group, cross tables, weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.offline.recipes.conditions import rows_where
from nb_orchestra.offline.recipes.frames import Refusal, as_groups, column_of, columns_of, complete_rows, groups_of, rows_table, tell_dropped, tell_left_out
from nb_orchestra.offline.recipes.statistics import fit_for, grouped_statistic, statistic_of_groups
from nb_orchestra.offline.recipes.timing import in_calendar_order


def group_summary(frame: pd.DataFrame, *, by: Any, value: Any = None, statistics: Any = ("mean",), where: Any = None, sort: str = "group") -> pd.DataFrame:
    """by…, n, then one column per statistic; with several values they are named value_statistic and n counts rows. Rows without a group are left out."""
    frame = rows_where(frame, where)
    names, values = columns_of(frame, by), columns_of(frame, value)
    keys = groups_of(frame, names)
    wanted = [statistics] if isinstance(statistics, str) else list(statistics)
    groups = frame[values].groupby(keys, observed=True, sort=True)
    columns = {"n": groups[values[0]].count() if len(values) == 1 else groups.size()}
    for column in values:
        for statistic in wanted:
            label = statistic if len(values) == 1 else f"{column}_{statistic}"
            plain = statistic != "distinct" and fit_for(frame[column], statistic) is frame[column]
            columns.setdefault(label, statistic_of_groups(groups[column], statistic) if plain else grouped_statistic(frame[column], keys, statistic))
    tell_left_out(len(frame) - int(groups.size().sum()), names)
    if not len(columns["n"]):
        raise Refusal(f"no row has a value in {', '.join(names)}", "check the groups and the filters")
    table = put_in_front(pd.DataFrame(columns).rename_axis(names), names)
    if sort == "group" or table.shape[1] == len(names):
        return in_calendar_order(table, names)
    return table.sort_values(table.columns[-1] if values else "n", ascending=sort == "ascending", kind="stable", ignore_index=True)


def put_in_front(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The groups of the index as first columns, also where a statistic has the name of a group."""
    taken = {column: f"{column}_value" for column in table.columns if column in names}
    return table.rename(columns=taken).reset_index()


def crosstab(frame: pd.DataFrame, *, rows: str, columns: str, normalise: str | None = None) -> pd.DataFrame:
    """Counts of each combination, one column per level; percent of rows, columns or all where asked."""
    first, second = column_of(frame, rows), column_of(frame, columns)
    counts = pd.crosstab(as_groups(frame[first]), as_groups(frame[second])).astype("float64" if normalise else "int64")
    if counts.empty:
        raise Refusal(f"no row has both {first} and {second}")
    tell_left_out(len(frame) - int(counts.to_numpy().sum()), [first, second], "left out")
    if normalise == "rows":
        counts = 100 * counts.div(counts.sum(axis=1), axis=0)
    elif normalise:
        counts = 100 * counts / (counts.sum() if normalise == "columns" else counts.to_numpy().sum())
    counts.columns = pd.Index([str(level) for level in counts.columns])
    return put_in_front(counts.rename_axis(first), [first])


def weighted_summary(frame: pd.DataFrame, *, value: str, weight: str, by: Any = None, statistic: str = "mean") -> pd.DataFrame:
    """by…, statistic, value, weight_sum, n, of rows that have value, weight and group; weights count how often a row stands. Refusal for negative weights."""
    names = columns_of(frame, by)
    table, dropped, why = complete_rows(frame, [value, weight], names)
    tell_dropped(dropped, why)
    if (table[weight] < 0).any() or not table[weight].sum():
        raise Refusal(f"{weight} cannot be a weight: it holds negative values, or sums to nothing")
    parts = table.groupby(names, observed=True) if names else [((), table)]
    rows = []
    for key, part in parts:
        number = weighted(part[value].to_numpy(), part[weight].to_numpy(), statistic)
        rows.append(
            dict(zip(names, key, strict=True))
            | {"statistic": f"weighted {statistic}", "value": number, "weight_sum": float(part[weight].sum()), "n": len(part)}
        )
    return rows_table(rows, [*names, "statistic", "value", "weight_sum", "n"])


def weighted(values: Any, weights: Any, statistic: str) -> float:
    """One weighted statistic; the median is the first value at which half of the weight is reached."""
    total = weights.sum()
    if not total:
        return float("nan")
    mean = float(np.average(values, weights=weights))
    if statistic in ("mean", "sum"):
        return mean if statistic == "mean" else float((values * weights).sum())
    if statistic == "median":
        order = np.argsort(values, kind="stable")
        return float(values[order][np.searchsorted(np.cumsum(weights[order]), total / 2)])
    variance = float((weights * (values - mean) ** 2).sum() / (total - 1)) if total > 1 else float("nan")
    return variance if statistic == "var" else variance**0.5

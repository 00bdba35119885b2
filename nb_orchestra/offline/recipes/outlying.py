"""Outliers by fences: Tukey's quartiles (1.5 × IQR), standard deviations (3), or the median deviation (3.5), over all rows or within groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.offline.recipes.frames import Refusal, column_of, columns_of, groups_of, number_columns, numbers_of, tell_left_out

THRESHOLDS = {"iqr": 1.5, "zscore": 3.0, "sigma": 3.0, "mad": 3.5}
MARK_COLUMNS = ("n", "low", "high", "low_limit", "high_limit")
MAD_SCALE = 0.6745  # makes the median deviation a standard deviation under normality (Iglewicz and Hoaglin 1993)


def fences(numbers: Any, method: str, threshold: float | None, keys: list[Any]) -> tuple[Any, Any]:
    """(lowest, highest) value that is no outlier, for each row, within groups where there are keys."""
    if method not in THRESHOLDS:
        raise Refusal(f"there is no outlier method {method!r}", f"known: {', '.join(THRESHOLDS)}")
    width = THRESHOLDS[method] if threshold is None else float(threshold)

    def each(call: str, *arguments: Any) -> Any:
        groups = numbers.groupby(keys, observed=True) if keys else None
        return groups.transform(call, *arguments) if groups is not None else pd.Series(getattr(numbers, call)(*arguments), index=numbers.index)

    if method == "iqr":
        q1, q3 = each("quantile", 0.25), each("quantile", 0.75)
        return q1 - width * (q3 - q1), q3 + width * (q3 - q1)
    if method == "mad":
        middle = each("median")
        distance = (numbers - middle).abs()
        spread = distance.groupby(keys, observed=True).transform("median") if keys else pd.Series(distance.median(), index=numbers.index)
        return middle - width * spread / MAD_SCALE, middle + width * spread / MAD_SCALE
    middle, spread = each("mean"), each("std")
    spread = spread.where(spread > 1e-12 * middle.abs(), np.inf)  # equal values have none, but rounding gives them one
    return middle - width * spread, middle + width * spread


def outlier_groups(frame: pd.DataFrame, by: Any) -> list[Any]:
    """The grouping columns; rows without a group are told, since they have no limits."""
    names = columns_of(frame, by)
    tell_left_out(int(frame[names].isna().any(axis=1).sum()) if names else 0, names, "not looked at")
    return groups_of(frame, names)


def marks_of(numbers: Any, method: str, threshold: float | None) -> tuple[int, int, int, float, float]:
    """n, low and high outliers, limits over all rows."""
    low, high = (float(fence.iloc[0]) for fence in fences(numbers, method, threshold, []))
    values = numbers.to_numpy()
    return int(np.isfinite(values).sum()), int((values < low).sum()), int((values > high).sum()), low, high


def marks_by_group(numbers: Any, method: str, threshold: float | None, keys: list[Any]) -> pd.DataFrame:
    """The same per group."""
    low, high = fences(numbers, method, threshold, keys)
    marks = pd.DataFrame({"n": numbers.notna(), "low": numbers < low, "high": numbers > high, "low_limit": low, "high_limit": high})
    how: Any = {"n": "sum", "low": "sum", "high": "sum", "low_limit": "min", "high_limit": "min"}
    counts: pd.DataFrame = marks.groupby(keys, observed=True).agg(how)
    return counts


def outliers(frame: pd.DataFrame, *, column: str, method: str = "iqr", threshold: float | None = None, by: Any = None) -> pd.DataFrame:
    """The outlying rows, in the table's order: row (position from 0), value, low_limit, high_limit, side, then the row's own columns."""
    name = column_of(frame, column)
    numbers = numbers_of(frame, name, least=1)
    low, high = fences(numbers, method, threshold, outlier_groups(frame, by))
    out = (numbers < low) | (numbers > high)
    front = pd.DataFrame({"row": np.flatnonzero(out), "value": numbers[out].to_numpy(), "low_limit": low[out].to_numpy(), "high_limit": high[out].to_numpy()})
    front["side"] = np.where(front["value"] < front["low_limit"], "low", "high").astype(object)
    rest = frame[out.to_numpy()].reset_index(drop=True)
    found: pd.DataFrame = pd.concat([front, rest.drop(columns=[column for column in front.columns if column in rest.columns])], axis=1)
    return found


def outlier_summary(frame: pd.DataFrame, *, columns: Any = None, method: str = "iqr", threshold: float | None = None, by: Any = None) -> pd.DataFrame:
    """One row per column (and group): column, by…, n, outliers, percent, low, high (counts per side), low_limit, high_limit."""
    names, keys = columns_of(frame, by), outlier_groups(frame, by)
    wanted = columns_of(frame, columns) or [name for name in number_columns(frame) if name not in names]
    samples = {name: numbers_of(frame, name, least=1) for name in wanted}
    if names:
        parts = [marks_by_group(numbers, method, threshold, keys).rename_axis(names).reset_index().assign(column=name) for name, numbers in samples.items()]
        table = pd.concat(parts, ignore_index=True)
    else:
        table = pd.DataFrame([marks_of(numbers, method, threshold) for numbers in samples.values()], columns=list(MARK_COLUMNS)).assign(column=wanted)
    table = table.astype({"n": "int64", "low": "int64", "high": "int64"})
    table["outliers"] = table["low"] + table["high"]
    table["percent"] = 100 * table["outliers"] / table["n"].mask(table["n"] == 0)
    return table[["column", *names, "n", "outliers", "percent", "low", "high", "low_limit", "high_limit"]]


def remove_outliers(frame: pd.DataFrame, *, columns: Any, method: str = "iqr", threshold: float | None = None, by: Any = None) -> pd.DataFrame:
    """The rows that are no outlier in any of the columns; limits are taken once, over all rows. Rows with a missing value stay."""
    keys = outlier_groups(frame, by)
    out = np.zeros(len(frame), dtype=bool)
    for name in columns_of(frame, columns):
        numbers = numbers_of(frame, name, least=1)
        low, high = fences(numbers, method, threshold, keys)
        out |= ((numbers < low) | (numbers > high)).to_numpy()
    return frame[~out].reset_index(drop=True)


def clip_outliers(frame: pd.DataFrame, *, columns: Any, method: str = "iqr", threshold: float | None = None, by: Any = None) -> pd.DataFrame:
    """Outlying values set to the limit that they pass."""
    keys = outlier_groups(frame, by)
    clipped = {}
    for name in columns_of(frame, columns):
        numbers = numbers_of(frame, name, least=1)
        low, high = fences(numbers, method, threshold, keys)
        clipped[name] = numbers.clip(low, high)
    return frame.assign(**clipped)

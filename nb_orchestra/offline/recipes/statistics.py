"""Statistics by name, of one column and of groups. sd, var and sem use ddof 1, skew and kurtosis are bias-corrected (as pandas)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from nb_orchestra.offline.recipes.frames import MOSTLY, Refusal, as_groups, as_numbers, holds_dates, holds_numbers

ANY_TYPE = ("n", "count", "missing", "missing_percent", "distinct", "mode", "first", "last", "percent")
ORDERED_TYPE = ("min", "max", "median", "range")


def most_frequent(values: pd.Series) -> Any:
    """The most frequent value; of several the smallest that can be compared, else the first."""
    counts = as_groups(values).value_counts()
    if counts.empty:
        return None
    return smallest(list(counts.index[counts == counts.iloc[0]]))


def smallest(values: list[Any]) -> Any:
    """The smallest of some values, the first where they cannot be compared."""
    try:
        return min(values)
    except TypeError:
        return values[0]


def mean_interval(values: pd.Series, side: float) -> float:
    """One end of the 95 % confidence interval of the mean, by t."""
    n = values.count()
    return float(values.mean() + side * stats.t.ppf(0.975, n - 1) * values.sem()) if n > 1 else float("nan")


def above_zero(values: pd.Series, mean: Callable[[Any], Any]) -> float:
    """A mean that is defined for positive values only; missing where a value is not."""
    there = values.dropna()
    return float(mean(there)) if len(there) and (there > 0).all() else float("nan")


SCALARS: dict[str, Callable[[pd.Series], Any]] = {
    "n": lambda s: int(s.count()),
    "count": lambda s: int(s.count()),
    "missing": lambda s: int(s.isna().sum()),
    "missing_percent": lambda s: 100 * float(s.isna().mean()) if len(s) else float("nan"),
    "distinct": lambda s: int(as_groups(s).nunique()),
    "percent": lambda s: 100.0 if len(s) else float("nan"),
    "sum": lambda s: s.sum(min_count=1),
    "mean": lambda s: s.mean(),
    "median": lambda s: s.median(),
    "mode": most_frequent,
    "sd": lambda s: s.std(),
    "var": lambda s: s.var(),
    "sd_population": lambda s: s.std(ddof=0),
    "var_population": lambda s: s.var(ddof=0),
    "sem": lambda s: s.sem(),
    "cv": lambda s: s.std() / s.mean() if s.mean() else float("nan"),
    "min": lambda s: s.min(),
    "max": lambda s: s.max(),
    "range": lambda s: s.max() - s.min(),
    "q1": lambda s: s.quantile(0.25),
    "q3": lambda s: s.quantile(0.75),
    "iqr": lambda s: s.quantile(0.75) - s.quantile(0.25),
    "mad": lambda s: (s - s.median()).abs().median(),
    "p5": lambda s: s.quantile(0.05),
    "p10": lambda s: s.quantile(0.10),
    "p90": lambda s: s.quantile(0.90),
    "p95": lambda s: s.quantile(0.95),
    "p99": lambda s: s.quantile(0.99),
    "skew": lambda s: s.skew(),
    "kurtosis": lambda s: s.kurt(),
    "skew_population": lambda s: float(stats.skew(s.dropna())) if s.count() > 2 else float("nan"),
    "kurtosis_population": lambda s: float(stats.kurtosis(s.dropna())) if s.count() > 3 else float("nan"),
    "geometric_mean": lambda s: above_zero(s, stats.gmean),
    "harmonic_mean": lambda s: above_zero(s, stats.hmean),
    "ci_low": lambda s: mean_interval(s, -1),
    "ci_high": lambda s: mean_interval(s, 1),
    "first": lambda s: s.dropna().iloc[0] if s.notna().any() else None,
    "last": lambda s: s.dropna().iloc[-1] if s.notna().any() else None,
}

GROUPED: dict[str, Callable[[Any], pd.Series]] = {
    "n": lambda g: g.count(),
    "count": lambda g: g.count(),
    "missing": lambda g: g.size() - g.count(),
    "missing_percent": lambda g: 100 * (g.size() - g.count()) / g.size(),
    "distinct": lambda g: g.nunique(),
    "percent": lambda g: 100 * g.count() / g.count().sum(),
    "sum": lambda g: g.sum(min_count=1),
    "mean": lambda g: g.mean(),
    "median": lambda g: g.median(),
    "sd": lambda g: g.std(),
    "var": lambda g: g.var(),
    "sd_population": lambda g: g.std(ddof=0),
    "var_population": lambda g: g.var(ddof=0),
    "sem": lambda g: g.sem(),
    "cv": lambda g: g.std() / g.mean(),
    "min": lambda g: g.min(),
    "max": lambda g: g.max(),
    "range": lambda g: g.max() - g.min(),
    "q1": lambda g: g.quantile(0.25),
    "q3": lambda g: g.quantile(0.75),
    "iqr": lambda g: g.quantile(0.75) - g.quantile(0.25),
    "p5": lambda g: g.quantile(0.05),
    "p10": lambda g: g.quantile(0.10),
    "p90": lambda g: g.quantile(0.90),
    "p95": lambda g: g.quantile(0.95),
    "p99": lambda g: g.quantile(0.99),
    "skew": lambda g: g.skew(),
    "ci_low": lambda g: g.mean() - g.sem() * stats.t.ppf(0.975, (g.count() - 1).clip(lower=1)),
    "ci_high": lambda g: g.mean() + g.sem() * stats.t.ppf(0.975, (g.count() - 1).clip(lower=1)),
    "first": lambda g: g.first(),
    "last": lambda g: g.last(),
}


def fit_for(series: Any, statistic: str) -> Any:
    """The column in the form that the statistic needs: as it is, or as floats. Refusal for text, and for an unknown statistic."""
    if statistic not in SCALARS:
        raise Refusal(f"there is no statistic {statistic!r}", f"known: {', '.join(SCALARS)}")
    if statistic in ANY_TYPE or (statistic in ORDERED_TYPE and (holds_dates(series) or holds_numbers(series))):
        return series
    if holds_numbers(series):
        plain = isinstance(series.dtype, np.dtype) and (series.dtype.kind in "iu" or not np.isinf(series.to_numpy()).any())
        return series if plain else as_numbers(series)
    numbers = None if holds_dates(series) else as_numbers(series)
    if numbers is None or numbers.notna().sum() < MOSTLY * series.notna().sum():
        raise Refusal(f"{series.name} holds no numbers, so it has no {statistic.replace('_', ' ')}", "n, missing, distinct and mode work for any column")
    return numbers


def statistic_of(series: pd.Series, statistic: str) -> Any:
    """One statistic of one column; missing values are left out. None or NaN where it is not defined."""
    value = SCALARS[statistic](fit_for(series, statistic))
    return value.item() if isinstance(value, np.generic) else value


def grouped_statistic(series: Any, keys: list[Any], statistic: str) -> Any:
    """One statistic per group, indexed by the groups in their order. Rows without a group are left out."""
    values = as_groups(series) if statistic == "distinct" else fit_for(series, statistic)
    return statistic_of_groups(values.groupby(keys, observed=True, sort=True), statistic)


def statistic_of_groups(groups: Any, statistic: str) -> Any:
    """One statistic of a column that is grouped already, and fit for it."""
    return GROUPED[statistic](groups) if statistic in GROUPED else groups.agg(SCALARS[statistic])

"""Is a column normal? One test per column and group, with skew and excess kurtosis (bias-corrected)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from nb_orchestra.offline.recipes.frames import (
    Refusal,
    as_groups,
    column_of,
    columns_of,
    in_level,
    levels_of,
    number_columns,
    numbers_of,
    rows_table,
    tell_left_out,
)
from nb_orchestra.offline.recipes.testing import TEST_COLUMNS, of_ordinary_size, result_row, skewness

NORMALITY = ("column", "group", *TEST_COLUMNS, "normal", "skew", "kurtosis", "n", "dropped", "dropped_why", "assumptions")


def against_normal(sample: Any) -> tuple[float, float]:
    """Kolmogorov–Smirnov against the normal with the sample's own mean and SD (so p is on the large side)."""
    found = stats.kstest(sample, "norm", args=(sample.mean(), sample.std(ddof=1)))
    return float(found.statistic), float(found.pvalue)


def anderson_darling(sample: Any) -> tuple[float, float]:
    """A² with both parameters estimated, and its p by Stephens' (1986) approximation."""
    ordered = np.sort((sample - sample.mean()) / sample.std(ddof=1))
    n = len(ordered)
    place = np.arange(1, n + 1)
    a2 = -n - ((2 * place - 1) * (stats.norm.logcdf(ordered) + stats.norm.logsf(ordered[::-1]))).mean()
    a = a2 * (1 + 0.75 / n + 2.25 / n**2)
    for least, (c0, c1, c2) in ((0.6, (1.2937, -5.709, 0.0186)), (0.34, (0.9177, -4.279, -1.38))):
        if a >= least:
            return float(a2), float(min(np.exp(c0 + c1 * a + c2 * a**2), 1.0))
    c0, c1, c2 = (-8.318, 42.796, -59.938) if a >= 0.2 else (-13.436, 101.14, -223.73)
    return float(a2), float(1 - np.exp(c0 + c1 * a + c2 * a**2))


NORMALITY_TESTS: dict[str, tuple[str, int, Callable[[Any], Any]]] = {  # name → (what it is called, fewest values, test)
    "shapiro": ("Shapiro–Wilk", 3, lambda sample: stats.shapiro(of_ordinary_size(sample))),
    "dagostino": ("D'Agostino–Pearson", 8, stats.normaltest),
    "ks": ("Kolmogorov–Smirnov", 3, against_normal),
    "anderson": ("Anderson–Darling", 8, anderson_darling),
    "jarque_bera": ("Jarque–Bera", 3, stats.jarque_bera),
}


def normality(frame: pd.DataFrame, *, columns: Any = None, by: str | None = None, test: str = "auto") -> pd.DataFrame:
    """One row per column (and group): test, statistic, p, normal (p ≥ 0.05), skew …; auto: Shapiro–Wilk up to 5,000 values, else D'Agostino."""
    if test != "auto" and test not in NORMALITY_TESTS:
        raise Refusal(f"there is no normality test {test!r}", f"known: auto, {', '.join(NORMALITY_TESTS)}")
    if by:
        tell_left_out(int(frame[column_of(frame, by)].isna().sum()), [by])
    rows = []
    for name in columns_of(frame, columns) or number_columns(frame):
        numbers = numbers_of(frame, name, least=3)
        groups = as_groups(frame[column_of(frame, by)]) if by else None
        for level in levels_of(groups) if groups is not None else [None]:
            part = numbers[in_level(groups, level)] if groups is not None else numbers
            rows.append({"column": name, "group": None if level is None else str(level)} | sample_row(part, test))
    if not any(row["n"] >= 3 for row in rows):
        raise Refusal("no group has three values")
    return rows_table(rows, NORMALITY)


def sample_row(numbers: pd.Series, test: str) -> dict[str, Any]:
    """One sample's row; without a test where it is too small or constant. The effect is the skew, with its interval by its error under normality."""
    sample = numbers.dropna().to_numpy()
    name, fewest, call = NORMALITY_TESTS[("shapiro" if len(sample) <= 5_000 else "dagostino") if test == "auto" else test]
    n, gaps = len(sample), len(numbers) - len(sample)
    row: dict[str, Any] = {"test": name, "n": n, "dropped": gaps, "dropped_why": f"{gaps:,} without {numbers.name}" if gaps else None}
    if n < fewest or not np.ptp(sample):
        return row | {"assumptions": "no test: all values are equal" if n >= fewest else f"no test: {fewest} values needed"}
    statistic, p = call(sample)
    skew = skewness(sample) * float(np.sqrt(n * (n - 1))) / (n - 2)
    reach = 1.96 * float(np.sqrt(6 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3))))
    found = result_row(name, statistic, p, effect=("skew", skew, skew - reach, skew + reach))
    mild = "; mean and SD come from the sample, so p is on the large side" if call is against_normal else ""
    return row | found | {"normal": bool(p >= 0.05), "skew": skew, "kurtosis": numbers.kurt(), "assumptions": f"independent values{mild}"}

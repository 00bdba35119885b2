"""How sure a number is: intervals of means and of shares, how many rows a difference needs, and which difference so many rows can show."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, stats

from nb_orchestra.offline.recipes.describing import count_rows
from nb_orchestra.offline.recipes.frames import Refusal, column_of, columns_of, complete_rows, groups_of, numbers_of, rows_table, tell_dropped, tell_left_out

LARGEST_GROUP = 100_000_000


def interval_of_mean(frame: pd.DataFrame, *, value: str, by: Any = None, level: float = 0.95) -> pd.DataFrame:
    """by…, n, mean, sd, ci_low, ci_high: the interval of the mean by Student's t; missing for fewer than two values."""
    names, numbers = columns_of(frame, by), numbers_of(frame, value, least=1)
    tell_dropped(int(numbers.isna().sum()), f"without {column_of(frame, value)}")
    groups = numbers.groupby(groups_of(frame, names), observed=True) if names else numbers.groupby(np.zeros(len(numbers)))
    table = pd.DataFrame({"n": groups.count(), "mean": groups.mean(), "sd": groups.std()})
    tell_left_out(len(frame) - int(groups.size().sum()), names)
    reach = stats.t.ppf((1 + level) / 2, (table["n"] - 1).where(table["n"] > 1)) * table["sd"] / np.sqrt(table["n"].astype(float))
    table = table.assign(ci_low=table["mean"] - reach, ci_high=table["mean"] + reach)
    return table.rename_axis(names).reset_index() if names else table.reset_index(drop=True)


def interval_of_share(frame: pd.DataFrame, *, where: Any, by: Any = None, level: float = 0.95) -> pd.DataFrame:
    """by…, n, of, percent, ci_low, ci_high (in percent): the share of rows that meet the conditions, with Wilson's (1927) score interval."""
    table = count_rows(frame, where=where, by=by)
    z, of, share = float(stats.norm.ppf((1 + level) / 2)), table["of"].astype(float), table["n"] / table["of"]
    middle = (share + z**2 / (2 * of)) / (1 + z**2 / of)
    reach = z * np.sqrt(share * (1 - share) / of + z**2 / (4 * of**2)) / (1 + z**2 / of)
    return table.assign(ci_low=100 * (middle - reach), ci_high=100 * (middle + reach))


def sample_size(
    frame: pd.DataFrame, *, value: str, difference: float | None = None, by: str | None = None, power: float = 0.8, alpha: float = 0.05
) -> pd.DataFrame:
    """How many rows each of two groups needs so that a t-test (two-sided) shows a difference of means; without one, the smallest that these rows can show.

    value, sd (within the groups of `by`, where one is named), difference, effect (Cohen's d), n_each, n_both, power, alpha. Exact, by the non-central t.
    Without `difference` n_each is that of the smaller of the two largest groups of `by`, or half of the rows.
    """
    table, dropped, why = complete_rows(frame, [value], [by] if by else [])
    tell_dropped(dropped, why)
    parts = table.groupby(by, observed=True)[value] if by else table.groupby(np.zeros(len(table)))[value]
    sizes = parts.count().sort_values(ascending=False)
    spread = float(np.sqrt((parts.var().fillna(0) * (sizes - 1)).sum() / max(sizes.sum() - len(sizes), 1)))
    if not spread > 0:
        raise Refusal(f"{value} does not vary, so any difference could be shown")
    if difference is None:
        each = int(sizes.iloc[1]) if by and len(sizes) > 1 else len(table) // 2
        if each < 2:
            raise Refusal(f"{each} rows in a group show nothing", "two groups of two rows each are needed")
        effect = float(optimize.brentq(lambda d: power_of(d, each, alpha) - power, 1e-6, 1e3))
    else:
        effect = abs(float(difference)) / spread
        if not effect > 1e-4:
            raise Refusal("a difference of nothing needs no end of rows", "name the difference that would matter")
        each = smallest_size(effect, power, alpha)
    row = {"value": value, "sd": spread, "difference": effect * spread, "effect": effect, "n_each": each, "n_both": 2 * each, "power": power, "alpha": alpha}
    return rows_table([row], row)


def power_of(effect: float, each: float, alpha: float) -> float:
    """The chance that Student's t of two groups of that size shows an effect (Cohen's d), two-sided."""
    df, place = 2 * each - 2, effect * np.sqrt(each / 2)
    limit = stats.t.ppf(1 - alpha / 2, df)
    if place > 30:
        return 1.0
    return float(stats.nct.sf(limit, df, place) + stats.nct.cdf(-limit, df, place))


def smallest_size(effect: float, power: float, alpha: float) -> int:
    """The smallest size of each of two groups with that power."""
    normal = 2 * ((stats.norm.ppf(1 - alpha / 2) + stats.norm.ppf(power)) / effect) ** 2
    each = max(2, int(normal) - 3)
    if each > LARGEST_GROUP:
        raise Refusal(f"more than {LARGEST_GROUP:,} rows in each group are needed", "name a larger difference")
    while power_of(effect, each, alpha) < power:
        each += max(1, each // 10_000)
    return each

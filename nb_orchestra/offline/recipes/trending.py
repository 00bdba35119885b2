"""Does it rise or fall, and does it come back every year? Trends with their test, and the classical decomposition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from nb_orchestra.offline.recipes.autocorrelation import FEWEST_NEIGHBOURS, effective_size, mann_kendall_p, neighbours_alike, variance_factor
from nb_orchestra.offline.recipes.frames import Refusal, as_groups, column_of, dates_of, in_level, levels_of, numbers_of, rows_table, tell_left_out
from nb_orchestra.offline.recipes.testing import NAN, TEST_COLUMNS, result_row, shapiro, short
from nb_orchestra.offline.recipes.timing import period_starts

TREND = ("value", "date", "group", "slope_per_year", "periods", *TEST_COLUMNS, "n", "every", "slope_per_decade", "dropped", "dropped_why", "assumptions")
LEVELS = ("first", "last", "first_level", "last_level", "change", "change_percent", "direction", "years")
YEAR = 365.25
FEW_YEARS = 10
WHOLE = 0.9  # a year counts at the ends where it has this share of the usual months
MOST_PERIODS = 4_000  # Mann–Kendall looks at each pair


def trend(frame: pd.DataFrame, *, date: str, value: str, every: str = "auto", by: str | None = None, test: str = "auto") -> pd.DataFrame:
    """One row (per group): slope per year with its 95 % interval (ci_low, ci_high, as the effect), test, p, first and last level, direction.

    Values are averaged per period first; auto: years where there are at least 4 whole ones, else months, else days. Refusal for fewer than 3 periods.
    """
    dates, numbers = dates_of(frame, date), numbers_of(frame, value, least=3)
    groups = as_groups(frame[column_of(frame, by)]) if by else None
    if groups is not None:
        tell_left_out(int(groups.isna().sum()), [str(by)])
    rows = []
    for level in [None] if groups is None else levels_of(groups):
        mask = (dates.notna() & numbers.notna()).to_numpy() & (np.ones(len(frame), dtype=bool) if groups is None else in_level(groups, level))
        there = int(mask.sum())
        gone = (len(frame) if groups is None else int(in_level(groups, level).sum())) - there
        about = {"value": value, "date": date, "group": None if level is None else str(level)}
        try:
            row = trend_once(*((dates, numbers) if there == len(frame) else (dates[mask], numbers[mask])), every, test)
            why = [f"{gone:,} without {value} or {date}" if gone else "", row.pop("partly")]
            rows.append(about | row | {"dropped": gone + there - row["n"], "dropped_why": ", ".join(filter(None, why)) or None})
        except Refusal:
            if groups is None:
                raise
    if not rows:
        raise Refusal("no group has three periods with values")
    return rows_table(rows, [*TREND, *LEVELS])


def trend_once(dates: pd.Series, numbers: pd.Series, every: str, test: str) -> dict[str, Any]:
    """The trend of one series."""
    levels, chosen, partly = period_means(dates, numbers, every)
    if len(levels) < 3:
        raise Refusal(f"{len(levels)} {chosen}s with values make no trend, 3 needed", "use a shorter period")
    years = ((levels.index - levels.index[0]).total_seconds() / 86_400 / YEAR).to_numpy()
    if chosen in ("year", "decade"):
        calendar = pd.DatetimeIndex(levels.index).year.to_numpy(dtype="float64")
        years = calendar - calendar[0]
    values = levels.to_numpy()
    line = stats.linregress(years, values)
    rest = values - line.intercept - line.slope * years
    normal = shapiro(rest) if 3 <= len(rest) <= 5_000 and np.ptp(rest) > 1e-12 * max(np.abs(values).max(), 1e-300) else NAN
    fits = len(values) > MOST_PERIODS or (not normal < 0.05 and not neighbours_alike(rest))
    linear = test == "linear" or (test == "auto" and fits)
    row, counted_as = linear_row(line, rest) if linear else kendall_row(years, values, rest)
    span = float(years[-1])
    covered = span + (1 if chosen == "year" else 0)
    assumptions = f"{len(values)} {chosen}s; residuals normal: Shapiro–Wilk p {short(normal)}; {counted_as}"
    if span >= 2 and chosen not in ("year", "decade"):
        assumptions += "; the seasons are not taken out"
    if covered < FEW_YEARS:
        few = f"{covered:.0f}" if round(covered) > 1 else "less than two"
        assumptions += f"; {few} years are too few to speak of a climate or a lasting trend"
    first, last = float(values[0]), float(values[-1])
    direction = "no clear trend" if not row["p"] < 0.05 else "rising" if row["effect"] > 0 else "falling"
    ends = (levels.index[0], levels.index[-1], first, last, last - first, 100 * (last - first) / abs(first) if first else NAN, direction, span)
    return (
        row
        | {
            "slope_per_year": row["effect"],
            "slope_per_decade": 10 * row["effect"],
            "every": chosen,
            "periods": len(values),
            "n": len(numbers) - sum(partly.values()),
        }
        | {"assumptions": assumptions, "partly": ", ".join(f"{gone:,} of {year}, which the data hold in part only" for year, gone in partly.items())}
        | dict(zip(LEVELS, ends, strict=True))
    )


def period_means(dates: pd.Series, numbers: pd.Series, every: str) -> tuple[pd.Series, str, dict[int, int]]:
    """(the mean of each period, which period, {year that is left out at an end: its rows})."""
    if every != "auto":
        return numbers.groupby(period_starts(dates, every)).mean(), every, {}
    chosen, partly, months = fitting_period(dates)
    if chosen != "year":
        return numbers.groupby(period_starts(dates, chosen)).mean(), chosen, {}
    years = months // 12  # from 1970: quicker than to cut two million dates again
    gone = {year: int((years == year - 1970).sum()) for year in partly}
    if gone:
        whole = ~np.isin(years + 1970, partly)
        numbers, years = numbers[whole], years[whole]
    levels = numbers.groupby(years).mean()
    levels.index = pd.DatetimeIndex(levels.index.to_numpy().astype("datetime64[Y]")).as_unit(pd.DatetimeIndex(dates.iloc[:1]).unit)
    return levels, chosen, gone


def fitting_period(dates: pd.Series) -> tuple[str, list[int], Any]:
    """(year, month or day: the longest period of which there are four, the end years that hold fewer months than is usual, each date's month from 1970)."""
    each = dates.to_numpy().astype("datetime64[M]").astype("int64")
    months = np.sort(pd.unique(each))
    years, counts = np.unique(months // 12 + 1970, return_counts=True)
    partly = [int(years[end]) for end in (0, -1) if counts[end] < WHOLE * np.median(counts)]
    if len(years) - len(partly) >= 4:
        return "year", partly, each
    if len(months) == len(years) and bool((dates.dt.dayofyear == 1).all()):  # years as numbers: a row stands for its year
        return "year", [], each
    return ("month" if len(months) >= 4 else "day"), [], each


def linear_row(line: Any, rest: Any) -> tuple[dict[str, Any], str]:
    """Least squares: the slope with its interval by t, and how neighbours that are alike were counted in (Santer et al. 2000)."""
    echo, n = neighbours_alike(rest), len(rest)
    size = effective_size(n, echo)
    error = float(line.stderr) * np.sqrt((n - 2) / (size - 2)) if echo else float(line.stderr)
    t = line.slope / error if error else NAN
    p = 2 * stats.t.sf(abs(t), size - 2) if echo else line.pvalue
    reach = float(stats.t.ppf(0.975, size - 2) * error)
    row = result_row("linear trend t", t, p, df=size - 2, effect=("slope per year", line.slope, line.slope - reach, line.slope + reach))
    return row, echo_text(echo, n, f"counted as {short(size)} of {n} (Santer et al. 2000)")


def kendall_row(years: Any, values: Any, rest: Any) -> tuple[dict[str, Any], str]:
    """Mann–Kendall's test (1945, 1975) with the Theil–Sen slope; where neighbours are alike by the variance of Hamed and Rao (1998)."""
    found = stats.kendalltau(years, values)
    echo, factor, p = neighbours_alike(rest), 1.0, found.pvalue
    if echo:
        factor = variance_factor(values - stats.theilslopes(values, years).slope * years)
        p = mann_kendall_p(values, float(found.statistic), factor)
    slope = stats.theilslopes(values, years, alpha=2 * stats.norm.sf(stats.norm.ppf(0.975) * np.sqrt(factor)))
    row = result_row("Mann–Kendall τ", found.statistic, p, effect=("Theil–Sen slope per year", slope[0], slope[2], slope[3]))
    how = f"the variance of τ is enlarged {short(factor)} times" if factor > 1 else "which does not enlarge the variance of τ"
    return row, echo_text(echo, len(values), f"{how} (Hamed and Rao 1998)")


def echo_text(echo: float, n: int, how: str) -> str:
    """Whether neighbouring residuals are alike, and what was done about it."""
    if echo:
        return f"neighbouring residuals are alike (r {echo:.2g}), {how}"
    return "neighbouring residuals are not shown to be alike" if n >= FEWEST_NEIGHBOURS else "too short to see whether neighbouring residuals are alike"


def seasonality(frame: pd.DataFrame, *, date: str, value: str, period: int | None = None) -> pd.DataFrame:
    """date, value, trend, seasonal, rest (additive, centred moving average), strength of the season (0–1), period. Missing dates are interpolated.

    period: values per cycle; guessed by their spacing (12 for months, 7 for days, 24 for hours, 4 for quarters, 52 for weeks). Refusal below two whole cycles.
    """
    dates, numbers = dates_of(frame, date), numbers_of(frame, value, least=4)
    tell_left_out(int((dates.isna() | numbers.isna()).sum()), [date, value], "left out")
    series = numbers.groupby(dates).mean().dropna()
    length = period
    if length is None:
        length, spacing = guessed_period(series)
        steps = series.groupby(series.index.to_period(spacing)).mean()
        series = steps.reindex(pd.period_range(steps.index[0], steps.index[-1], freq=spacing)).interpolate().to_timestamp()
    if len(series) < 2 * length or length < 2:
        raise Refusal(f"{len(series)} values are fewer than two cycles of {length}", "name a shorter period")
    weights = np.ones(length) if length % 2 else np.concatenate([[0.5], np.ones(length - 1), [0.5]])
    middle = np.convolve(series.to_numpy(), weights / length, mode="valid")
    edge = (len(series) - len(middle)) // 2
    smooth = np.concatenate([np.full(edge, NAN), middle, np.full(len(series) - len(middle) - edge, NAN)])
    place = np.arange(len(series)) % length
    season = pd.Series(series.to_numpy() - smooth).groupby(place).mean()
    repeated = (season - season.mean()).to_numpy()[place]
    rest = series.to_numpy() - smooth - repeated
    strength = max(0.0, 1 - float(np.nanvar(rest) / np.nanvar(rest + repeated))) if np.nanvar(rest + repeated) else 0.0
    parts = {"date": series.index, "value": series.to_numpy(), "trend": smooth, "seasonal": repeated, "rest": rest}
    return pd.DataFrame(parts).assign(strength=strength, period=length)


def guessed_period(series: Any) -> tuple[int, str]:
    """(values per cycle, their spacing) by the usual distance of dates. Refusal where it is none of the known ones."""
    days = float(np.median(np.diff(series.index.to_numpy()) / np.timedelta64(1, "D")))
    for most, length, spacing in ((0.05, 24, "h"), (1.5, 7, "D"), (8, 52, "W"), (32, 12, "M"), (95, 4, "Q")):
        if days <= most:
            return (365 if length == 7 and len(series) >= 730 else length), spacing
    raise Refusal("yearly values have no season", "use monthly or daily values")

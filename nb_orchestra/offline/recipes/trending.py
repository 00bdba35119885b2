"""Does it rise or fall, and does it come back every year? Trends with their test, and the classical decomposition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from nb_orchestra.offline.recipes.frames import Refusal, as_groups, column_of, dates_of, in_level, levels_of, numbers_of, rows_table, tell_left_out
from nb_orchestra.offline.recipes.testing import NAN, TEST_COLUMNS, result_row, shapiro, short
from nb_orchestra.offline.recipes.timing import period_starts

TREND = ("value", "date", "group", "every", "slope_per_year", "slope_per_decade", *TEST_COLUMNS, "n", "dropped", "dropped_why", "assumptions")
LEVELS = ("first", "last", "first_level", "last_level", "change", "change_percent", "direction", "years")
YEAR = 365.25
FEW_YEARS = 10
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
        dropped = (len(frame) if groups is None else int(in_level(groups, level).sum())) - int(mask.sum())
        about = {"value": value, "date": date, "group": None if level is None else str(level), "dropped": dropped}
        about["dropped_why"] = f"{dropped:,} without {value} or {date}" if dropped else None
        try:
            rows.append(about | trend_once(dates[mask], numbers[mask], every, test))
        except Refusal:
            if groups is None:
                raise
    if not rows:
        raise Refusal("no group has three periods with values")
    return rows_table(rows, [*TREND, *LEVELS])


def trend_once(dates: pd.Series, numbers: pd.Series, every: str, test: str) -> dict[str, Any]:
    """The trend of one series."""
    chosen = fitting_period(dates) if every == "auto" else every
    levels = numbers.groupby(period_starts(dates, chosen)).mean()
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
    linear = test == "linear" or (test == "auto" and (len(values) > MOST_PERIODS or not normal < 0.05))
    row = linear_row(line, len(values)) if linear else kendall_row(years, values)
    span = float(years[-1])
    echo = float(np.corrcoef(rest[:-1], rest[1:])[0, 1]) if len(rest) > 3 and np.ptp(rest) > 0 else NAN
    assumptions = f"{len(values)} {chosen}s; residuals normal: Shapiro–Wilk p {short(normal)}; residuals follow each other: r {echo:.2g}"
    if span < FEW_YEARS:
        assumptions += f"; {span + (1 if chosen == 'year' else 0):.0f} years are too few to speak of a climate or a lasting trend"
    first, last = float(values[0]), float(values[-1])
    direction = "no clear trend" if not row["p"] < 0.05 else "rising" if row["effect"] > 0 else "falling"
    ends = (levels.index[0], levels.index[-1], first, last, last - first, 100 * (last - first) / abs(first) if first else NAN, direction, span)
    return (
        row
        | {"slope_per_year": row["effect"], "slope_per_decade": 10 * row["effect"], "every": chosen, "n": len(numbers), "assumptions": assumptions}
        | dict(zip(LEVELS, ends, strict=True))
    )


def fitting_period(dates: pd.Series) -> str:
    """year, month or day: the longest period of which there are enough; a year counts where it is nearly whole."""
    moments = dates.to_numpy()
    if len(pd.unique(moments.astype("datetime64[Y]").astype("int64"))) >= 4:
        return "year"
    return "month" if len(pd.unique(moments.astype("datetime64[M]").astype("int64"))) >= 4 else "day"


def linear_row(line: Any, n: int) -> dict[str, Any]:
    """Least squares: the slope with its interval by t."""
    reach = float(stats.t.ppf(0.975, n - 2) * line.stderr)
    t = line.slope / line.stderr if line.stderr else NAN
    return result_row("linear trend t", t, line.pvalue, df=n - 2, effect=("slope per year", line.slope, line.slope - reach, line.slope + reach))


def kendall_row(years: Any, values: Any) -> dict[str, Any]:
    """Mann–Kendall's test (1945, 1975) with the Theil–Sen slope."""
    found = stats.kendalltau(years, values)
    slope = stats.theilslopes(values, years)
    return result_row("Mann–Kendall τ", found.statistic, found.pvalue, effect=("Theil–Sen slope per year", slope[0], slope[2], slope[3]))


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

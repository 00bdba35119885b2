"""Time: values per period, patterns within the year or week, runs, moving averages. Trends and seasons are in trending.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.offline.recipes.conditions import rows_where
from nb_orchestra.offline.recipes.frames import Refusal, as_dates, columns_of, dates_of, groups_of, numbers_of, rows_table, tell_left_out
from nb_orchestra.offline.recipes.statistics import grouped_statistic

PLAIN_PERIODS = {"hour": "h", "day": "D", "month": "M", "year": "Y"}  # numpy's own units: many times quicker than pandas' periods
FREQUENCIES = {"hour": "h", "day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
COUNTED = ("n", "count", "sum", "distinct")


def period_starts(dates: Any, every: str) -> Any:
    """The first moment of each date's period; weeks begin on Monday."""
    if every == "decade":
        return pd.to_datetime((dates.dt.year // 10 * 10).map(lambda year: f"{year:04.0f}-01-01", na_action="ignore"), format="%Y-%m-%d", errors="coerce")
    if every not in FREQUENCIES:
        raise Refusal(f"there is no period {every!r}", f"known: {', '.join([*FREQUENCIES, 'decade'])}")
    if every in PLAIN_PERIODS:
        moments = dates.to_numpy()
        return pd.Series(moments.astype(f"datetime64[{PLAIN_PERIODS[every]}]").astype(moments.dtype), index=dates.index, name=dates.name)
    return dates.dt.to_period(FREQUENCIES[every]).dt.to_timestamp()


def in_calendar_order(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The rows with weekdays from Monday and months from January, where a column holds nothing but their names."""
    for name in reversed([name for name in names if len(table) and isinstance(table[name].iloc[0], str)]):
        for order in (WEEKDAYS, MONTHS):
            if table[name].map(lambda value, order=order: isinstance(value, str) and value in order).all():
                table = table.iloc[table[name].map(order.index).argsort(kind="stable").to_numpy()].reset_index(drop=True)
    return table


def resample(frame: pd.DataFrame, *, date: str, value: Any = None, every: str = "month", statistic: str = "mean", by: Any = None) -> pd.DataFrame:
    """The period's start, by…, n, then the statistic (several values: value_statistic). Empty periods between stay with n 0."""
    names, values = columns_of(frame, by), columns_of(frame, value)
    starts = period_starts(dates_of(frame, date), every)
    keys = [starts, *groups_of(frame, names)]
    tell_left_out(int(starts.isna().sum()), [date], "in no period")
    counted = frame[values[0]] if len(values) == 1 else pd.Series(1, index=frame.index)
    columns = {"n": counted.groupby(keys, observed=True).count()}
    for name in values:
        columns[statistic if len(values) == 1 else f"{name}_{statistic}"] = grouped_statistic(frame[name], keys, statistic)
    table = pd.DataFrame(columns).rename_axis([date, *names])
    if not names and len(table) > 1 and every != "decade":
        whole = pd.period_range(table.index[0], table.index[-1], freq=FREQUENCIES[every]).to_timestamp()
        table = table.reindex(whole.rename(date)) if len(whole) <= 10 * len(table) + 1_000 else table
        table["n"] = table["n"].fillna(0).astype("int64")
    return table.reset_index()


DATE_PARTS: dict[str, tuple[Any, Any]] = {  # part → (its number for each date, its name by number)
    "month": (lambda d: d.month, lambda at: MONTHS[at - 1]),
    "weekday": (lambda d: d.weekday, lambda at: WEEKDAYS[at]),
    "quarter": (lambda d: d.quarter, lambda at: f"Q{at}"),
    "year": (lambda d: d.year, int),
    "day": (lambda d: d.day, int),
    "hour": (lambda d: d.hour, int),
    "week": (lambda d: d.isocalendar().week.astype("float64"), int),
}


def time_pattern(frame: pd.DataFrame, *, date: str, value: str, by: str = "month", statistic: str = "mean", each: str | None = None) -> pd.DataFrame:
    """One row per part of the calendar, in its order: the part's name, number, n, the statistic.

    each="year": the statistic within each year first, then its mean over years (mean, n counts years); for sums this is the usual total of that month.
    """
    dates = dates_of(frame, date)
    if by not in DATE_PARTS:
        raise Refusal(f"a date has no {by!r}", f"known: {', '.join(DATE_PARTS)}")
    number_of, name_of = DATE_PARTS[by]
    tell_left_out(int(dates.isna().sum()), [date], "in no period")
    numbers = number_of(dates.dt)
    numbers_of(frame, value, least=1)
    keys = [numbers]
    if each:
        inner = grouped_statistic(frame[value], [numbers, dates.dt.year], statistic)
        groups = inner.groupby(level=0)
        table = pd.DataFrame({"n": groups.count(), f"mean_yearly_{statistic}": groups.mean()})
    else:
        table = pd.DataFrame({"n": frame[value].groupby(keys).count(), statistic: grouped_statistic(frame[value], keys, statistic)})
    table.insert(0, "number", table.index.astype("int64"))
    table.insert(0, by, [name_of(int(at)) for at in table.index])
    return table.reset_index(drop=True)


def longest_run(frame: pd.DataFrame, *, where: Any, date: str | None = None, by: Any = None) -> pd.DataFrame:
    """by…, length (rows in a row that meet the conditions), start, end (dates, or row positions); every longest run. A gap in daily dates ends a run."""
    names = columns_of(frame, by)
    if date:
        dated = dates_of(frame, date).notna().to_numpy()
        tell_left_out(int((~dated).sum()), [date], "in no run")
        frame = frame[dated].reset_index(drop=True)
    when = dates_of(frame, date) if date else pd.Series(np.arange(len(frame)), index=frame.index)
    met = frame.assign(__row=np.arange(len(frame)))
    hit = np.zeros(len(frame), dtype=bool)
    hit[rows_where(met, where)["__row"].to_numpy()] = True
    rows: list[dict[str, Any]] = []
    groups = frame.groupby(groups_of(frame, names), observed=True).indices.items() if names else [((), np.arange(len(frame)))]
    for key, positions in groups:
        order = positions[np.argsort(when.to_numpy()[positions], kind="stable")] if date else positions
        labels = dict(zip(names, key if isinstance(key, tuple) else (key,), strict=True))
        rows += [labels | run for run in runs_of(hit[order], when.iloc[order], bool(date))]
    if not rows:
        raise Refusal("no row meets the conditions, so there is no run")
    return rows_table(rows, [*names, "length", "start", "end"])


def runs_of(hit: Any, when: pd.Series, dated: bool) -> list[dict[str, Any]]:
    """The longest stretches of true values, in order; a gap in the dates ends one."""
    broken = gaps_of(when) if dated and len(when) > 2 else np.zeros(len(when), dtype=bool)
    number = np.cumsum(np.concatenate([[True], (hit[1:] != hit[:-1]) | broken[1:]]))[: len(hit)]
    runs = pd.DataFrame({"run": number[hit], "when": when.to_numpy()[hit]}).groupby("run")["when"].agg(["size", "first", "last"])
    best = runs[runs["size"] == runs["size"].max()]
    return [{"length": int(size), "start": first, "end": last} for size, first, last in best.itertuples(index=False)]


def gaps_of(when: pd.Series) -> Any:
    """Where a date comes later than the usual step after the one before; of days without any weekend a Monday follows a Friday."""
    steps = when.diff()
    usual = steps.median()
    days = when.to_numpy().astype("datetime64[D]")
    if usual == pd.Timedelta(1, "D") and (when.dt.weekday < 5).all():
        return np.concatenate([[False], np.busday_count(days[:-1], days[1:]) > 1])
    return (steps > 1.5 * usual).to_numpy() if usual else np.zeros(len(when), dtype=bool)


def moving_average(frame: pd.DataFrame, *, column: str, window: int = 7, date: str | None = None, by: Any = None) -> pd.DataFrame:
    """The table, sorted by the date where one is named, with column_moving_average: the mean of this row and the window − 1 before it."""
    if date is not None:
        order = np.argsort(dates_of(frame, date).to_numpy(), kind="stable")
        frame = frame.iloc[order].reset_index(drop=True)
    numbers = numbers_of(frame, column, least=1)
    if not 1 <= window <= len(frame):
        raise Refusal(f"a window of {window} does not fit into {len(frame)} rows")
    names = columns_of(frame, by)
    averages = (
        numbers.groupby(groups_of(frame, names), observed=True).transform(lambda part: part.rolling(window).mean()) if names else numbers.rolling(window).mean()
    )
    return frame.assign(**{f"{column}_moving_average": averages})


def days_between(first: Any, last: Any) -> Any:
    """Days from the first date to the last; either may be one date for all rows. Refusal where a text is no date."""
    apart = _date_of(last) - _date_of(first)
    return apart.dt.total_seconds() / 86_400 if isinstance(apart, pd.Series) else apart.total_seconds() / 86_400


def _date_of(value: Any) -> Any:
    if isinstance(value, pd.Series):
        return as_dates(value)
    date = pd.to_datetime(str(value), errors="coerce")
    if pd.isna(date):
        raise Refusal(f"days_between needs dates, and {value!r} is none", 'a column of dates, or a date such as "2024-12-29"')
    return date.tz_localize(None)

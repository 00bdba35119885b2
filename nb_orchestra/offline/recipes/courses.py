"""The course of a measure, or of what happens to each: how far below its peak, first against last, how long from one time to the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from nb_orchestra.offline.recipes.frames import Refusal, as_groups, column_of, columns_of, dates_of, groups_of, numbers_of, rows_table, tell_dropped
from nb_orchestra.offline.recipes.statistics import grouped_statistic
from nb_orchestra.offline.recipes.timing import period_starts

SPANS = {"day": pd.DateOffset(days=1), "week": pd.DateOffset(weeks=1), "month": pd.DateOffset(months=1)}
SPANS |= {"quarter": pd.DateOffset(months=3), "year": pd.DateOffset(years=1)}


def time_between(frame: pd.DataFrame, *, date: str, by: Any = None) -> pd.DataFrame:
    """by…, date, days: the days since the time before of the same one; the first time of each has none and is left out. Refusal where none has two."""
    names, when = columns_of(frame, by), dates_of(frame, date)
    tell_dropped(int(when.isna().sum()), f"without {column_of(frame, date)}")
    table = pd.DataFrame({name: as_groups(frame[name]) for name in names}).assign(**{column_of(frame, date): when}).dropna()
    table = table.sort_values([*names, column_of(frame, date)], kind="stable")
    steps = table.groupby(names, observed=True)[column_of(frame, date)].diff() if names else table[column_of(frame, date)].diff()
    found = table.assign(days=steps.dt.total_seconds() / 86_400)[steps.notna()].reset_index(drop=True)
    if not len(found):
        raise Refusal("none of them stands there twice, so there is no time between", "name the column whose rows belong together")
    return found


def courses_of(frame: pd.DataFrame, date: str, value: str, by: Any) -> Iterator[tuple[dict[str, Any], pd.Series]]:
    """For each group its labels and its values in order of time, by date (of years that are numbers: by these). Refusal where a time has several values."""
    names, numbers = columns_of(frame, by), numbers_of(frame, value, least=2)
    column = column_of(frame, date)
    years = pd.api.types.is_numeric_dtype(frame[column])
    when = frame[column] if years else dates_of(frame, date)
    table = pd.DataFrame({"when": when, "value": numbers})
    tell_dropped(int(table.isna().any(axis=1).sum()), f"without {value} or {column}")
    keys = groups_of(frame, names)
    parts = table.groupby(keys, observed=True, sort=True) if names else [((), table)]
    for key, part in parts:
        course = part.dropna().sort_values("when", kind="stable").set_index("when")["value"]
        if course.index.has_duplicates:
            raise Refusal(f"{column} has several values of {value} at one time", "name the groups, or total it per day first")
        if len(course) > 1:
            yield dict(zip(names, key if isinstance(key, tuple) else (key,), strict=True)), course


FALL = ("peak_at", "peak", "lowest_at", "lowest", "fall", "percent_fall", "latest_at", "latest", "latest_below_peak", "percent_below_peak")


def fall_from_peak(frame: pd.DataFrame, *, date: str, value: str, by: Any = None) -> pd.DataFrame:
    """by…, then the deepest fall of a measure from what was its highest value until then: where from, where to, how far, in percent; and the latest value
    against the highest of all. Falls are positive; percent is missing where the peak is not above 0. Deepest: in percent, where all values are above 0, else as
    a number.
    """
    rows = []
    for labels, course in courses_of(frame, date, value, by):
        before = course.cummax()
        depth = (before - course) / before if (course > 0).all() else before - course
        low = int(depth.to_numpy().argmax())
        high = int(course.to_numpy()[: low + 1].argmax())
        peak, lowest, top, latest = float(course.iloc[high]), float(course.iloc[low]), float(course.max()), float(course.iloc[-1])
        fallen, below = (peak - lowest, percent_of(peak - lowest, peak)), (top - latest, percent_of(top - latest, top))
        found = (course.index[high], peak, course.index[low], lowest, *fallen, course.index[-1], latest, *below)
        rows.append(labels | dict(zip(FALL, found, strict=True)))
    return rows_table(rows, [*columns_of(frame, by), *FALL])


AGAINST = ("at", "level", "lowest_at", "lowest", "highest_at", "highest", "lowest_less_level", "percent_lowest", "highest_less_level", "percent_highest")


def against_level(frame: pd.DataFrame, *, date: str, value: str, at: Any, by: Any = None) -> pd.DataFrame:
    """by…, the level at a time ("2008-01" is the first value of that month), the lowest and the highest value of all, and how far each is from that level."""
    rows = []
    for labels, course in courses_of(frame, date, value, by):
        there = course[[str(place).startswith(str(at)) for place in course.index]]
        if not len(there):
            raise Refusal(f"{value} has no value at {at}", f"it has values from {course.index[0]} to {course.index[-1]}")
        level, low, high = float(there.iloc[0]), course.idxmin(), course.idxmax()
        lowest, highest = float(course.min()), float(course.max())
        gaps = (lowest - level, percent_of(lowest - level, level), highest - level, percent_of(highest - level, level))
        rows.append(labels | dict(zip(AGAINST, (there.index[0], level, low, lowest, high, highest, *gaps), strict=True)))
    return rows_table(rows, [*columns_of(frame, by), *AGAINST])


ENDS = ("first_at", "first", "last_at", "last", "change", "percent_change")


def first_and_last(
    frame: pd.DataFrame, *, date: str, value: str, by: Any = None, every: str | None = None, statistic: str = "sum", full: bool = False
) -> pd.DataFrame:
    """by…, the first and the last value in time, the change and the percent change; of periods (`every`) the statistic of the first and of the last one.

    full: only periods that the dates of the table cover from their first to their last day.
    """
    if every is not None:
        frame, date, value = of_periods(frame, date, value, columns_of(frame, by), every, statistic, full)
    rows = []
    for labels, course in courses_of(frame, date, value, by):
        first, last = float(course.iloc[0]), float(course.iloc[-1])
        found = (course.index[0], first, course.index[-1], last, last - first, percent_of(last - first, first))
        rows.append(labels | dict(zip(ENDS, found, strict=True)))
    if not rows:
        raise Refusal(f"there are fewer than two {f'whole {every}s' if full else every or 'times'} to compare")
    return rows_table(rows, [*columns_of(frame, by), *ENDS])


def of_periods(frame: pd.DataFrame, date: str, value: str, names: list[str], every: str, statistic: str, full: bool) -> tuple[pd.DataFrame, str, str]:
    """The statistic of each period (and group), and the names of its columns for time and value."""
    when, value = dates_of(frame, date), column_of(frame, value)
    starts = period_starts(when, every)
    if full:
        working = every == "week" and bool((when.dropna().dt.day_of_week < 5).all())  # a week without weekends ends on its Friday
        last, size = when.max().normalize(), pd.DateOffset(days=5) if working else SPANS[every]
        whole = [start for start in starts.dropna().unique() if start >= when.min().normalize() and ends_before(start, size, last)]
        kept = starts.isin(whole)
    else:
        kept = starts.notna()
    keys = [part[kept] for part in (starts.rename("period"), *groups_of(frame, names))]
    return grouped_statistic(frame[value][kept], keys, statistic).rename("statistic").reset_index(), "period", "statistic"


def ends_before(start: Any, size: Any, last: Any) -> bool:
    """Whether a period is over by then; one that ends beyond the calendar is not."""
    try:
        return bool(start + size - SPANS["day"] <= last)
    except (OverflowError, ValueError):
        return False


def percent_of(part: float, whole: float) -> float:
    """In percent; missing where the whole is not above 0."""
    return 100 * part / whole if whole > 0 else float("nan")

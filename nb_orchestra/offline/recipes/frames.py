"""Tables as recipes want them, and columns read as what they hold: every other recipe module stands on this one."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.offline.recipes.written import gap_texts, read_numerals, text_dates

MOSTLY = 0.8  # a text column is read as numbers or dates where this share of its values can be
YEARS = (1000, 3000)
MOST_REASONS = 6


class Refusal(ValueError):
    """The data do not allow what was asked; `hint` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def column_of(frame: pd.DataFrame, name: Any) -> str:
    """The column of that name. Refusal where there is none, with near names, or where two have it."""
    text = str(name)
    if frame.columns.is_unique and text in frame.columns:
        return text
    count = int((frame.columns == text).sum())
    if count == 1:
        return text
    if count > 1:
        raise Refusal(f"{count} columns are named {text!r}", "give each its own name first")
    near = difflib.get_close_matches(text, [str(column) for column in frame.columns], 3, 0.5)
    raise Refusal(f"there is no column {text!r}", f"near names: {', '.join(near)}" if near else f"columns: {', '.join(map(str, frame.columns[:12]))}")


def columns_of(frame: pd.DataFrame, names: Any) -> list[str]:
    """A list of columns, from one name or several, none twice."""
    if names is None:
        return []
    return list(dict.fromkeys(column_of(frame, name) for name in (names if isinstance(names, list | tuple) else [names])))


def unique_columns(frame: pd.DataFrame) -> list[str]:
    """The columns whose name only they have, in order."""
    return [str(name) for name, twice in zip(frame.columns, frame.columns.duplicated(keep=False), strict=True) if not twice]


def holds_numbers(series: pd.Series) -> bool:
    """True for a numeric column (true/false and durations are none)."""
    return bool(pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series) and series.dtype.kind != "c")


def holds_dates(series: pd.Series) -> bool:
    """True for a column of dates, with or without time zone, or of periods."""
    return bool(pd.api.types.is_datetime64_any_dtype(series) or isinstance(series.dtype, pd.PeriodDtype))


def number_columns(frame: pd.DataFrame, least: int = 1) -> list[str]:
    """Numeric columns with a value. Refusal where there are fewer than `least`."""
    found = [name for name in unique_columns(frame) if holds_numbers(frame[name]) and frame[name].notna().any()]
    if len(found) < least:
        raise Refusal(
            f"{len(found) or 'no'} numeric column{'s' if len(found) > 1 else ''} with values, {least} needed", "convert text columns to numbers first"
        )
    return found


def as_numbers(series: Any) -> Any:
    """Floats; what is no number, and infinity, is missing. Text such as "1,200" or "$5" is read; true and false are 1 and 0."""
    if isinstance(getattr(series.dtype, "categories", series).dtype, pd.IntervalDtype):
        return pd.Series(np.nan, index=series.index, name=series.name)
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(series.cat.categories.dtype)
    if series.dtype.kind == "m":
        numbers = series.dt.total_seconds()
    elif pd.api.types.is_bool_dtype(series) or holds_numbers(series):
        numbers = pd.Series(series.to_numpy(dtype="float64", na_value=np.nan), index=series.index)
    else:
        numbers = pd.to_numeric(series, errors="coerce").astype("float64")
        there = series.notna()
        if (numbers.isna() & there).any():
            read = read_numerals(series[there]).reindex(series.index)
            numbers = read.where(read.notna(), numbers)
    return finite(numbers.astype("float64").rename(series.name))


def finite(numbers: Any) -> Any:
    """Floats with infinity as missing; the very same column where there is none."""
    endless = np.isinf(numbers.to_numpy())
    return numbers.mask(endless) if endless.any() else numbers


def values_in(series: Any) -> int:
    """How many values a column holds; texts that only say "n/a" are none."""
    if holds_numbers(series) or holds_dates(series):
        return int(series.notna().sum())
    there = series.dropna()
    return len(there) - int(gap_texts(as_groups(there)).sum()) if len(there) else 0


def numbers_of(frame: pd.DataFrame, name: Any, least: int = 0) -> Any:
    """A column as floats. Refusal where it holds mostly something else, or fewer than `least` values."""
    column = column_of(frame, name)
    series = frame[column]
    if holds_dates(series):
        raise Refusal(f"{column} holds dates, not numbers", "use it as the date")
    numbers = as_numbers(series)
    read = int(numbers.notna().sum())
    if not holds_numbers(series) and read < MOSTLY * values_in(series):
        raise Refusal(f"{column} holds text, not numbers", "name a numeric column, or use it as a group")
    if read < least:
        raise Refusal(f"{column} has {read} values, {least} needed" if read else f"{column} has no values: all are missing")
    return numbers


def as_dates(series: Any) -> Any:
    """Timestamps without time zone (the wall clock stays); whole numbers between 1000 and 3000 are years; what is no date is missing."""
    if isinstance(series.dtype, pd.PeriodDtype):
        return series.dt.to_timestamp()
    if isinstance(series.dtype, pd.ArrowDtype) and pd.api.types.is_datetime64_any_dtype(series):
        wall = series.dt.tz_localize(None) if series.dt.tz is not None else series
        return pd.Series(wall.to_numpy(dtype="datetime64[us]", na_value=np.datetime64("NaT")), index=series.index, name=series.name)
    if pd.api.types.is_datetime64_any_dtype(series):
        return series.dt.tz_localize(None) if getattr(series.dtype, "tz", None) is not None else series
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(series.cat.categories.dtype)
    if holds_numbers(series):
        numbers = as_numbers(series)
        years = numbers.where(numbers.between(*YEARS) & (numbers % 1 == 0))
        text = years.map(lambda year: f"{year:04.0f}-01-01", na_action="ignore")
        return pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    return text_dates(series.astype("string").str.strip())


def dates_of(frame: pd.DataFrame, name: Any) -> Any:
    """A column as timestamps. Refusal where it mostly cannot be read as dates."""
    column = column_of(frame, name)
    dates = as_dates(frame[column])
    read = int(dates.notna().sum())
    if not read or read < MOSTLY * values_in(frame[column]):
        raise Refusal(f"{column} cannot be read as dates", "name the date column")
    return dates


def as_groups(series: Any) -> Any:
    """A column to group by: lists, tuples, dicts and the like as text, everything else as it is."""
    if series.dtype != object or not pd.api.types.infer_dtype(series, skipna=True).startswith("mixed"):
        return series
    return series.map(lambda value: str(value) if pd.api.types.is_list_like(value) else value)


def groups_of(frame: pd.DataFrame, names: list[str]) -> list[pd.Series]:
    """Grouping columns that are known to be hashable, ready for groupby."""
    return [as_groups(frame[name]) for name in names]


def in_level(labels: Any, level: Any) -> Any:
    """True where a group column holds that level: an array, false for what is missing."""
    return (labels == level).fillna(False).to_numpy(dtype=bool)


def levels_of(series: pd.Series) -> list[Any]:
    """Distinct values that occur, in their order (categories: their own; mixed types: by text)."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        seen = set(series.dropna())
        return [level for level in series.cat.categories if level in seen]
    values = list(pd.unique(as_groups(series).dropna()))
    try:
        return sorted(values)
    except TypeError:
        return sorted(values, key=str)


def complete_rows(frame: pd.DataFrame, numeric: Iterable[str], others: Iterable[str] = ()) -> tuple[pd.DataFrame, int, str]:
    """(rows with a value in every named column, how many were dropped, why): numeric columns as floats, groups as they are."""
    columns = {name: numbers_of(frame, name) for name in numeric} | {name: as_groups(frame[column_of(frame, name)]) for name in others}
    table = pd.DataFrame(columns)
    gone = table.isna()
    bad = gone.any(axis=1)
    return table[~bad], int(bad.sum()), reasons_of(gone)


def reasons_of(gone: pd.DataFrame) -> str:
    """How many rows have a gap in which column: "2 without mass, 11 without sex"; of many columns the first six."""
    counts = [(name, count) for name, count in gone.sum().items() if count]
    told = [f"{count:,} without {name}" for name, count in counts[:MOST_REASONS]]
    return ", ".join([*told, *([f"and {len(counts) - MOST_REASONS} more columns with gaps"] if len(counts) > MOST_REASONS else [])])


def tell(text: str) -> None:
    """What a person must know beside the result: a step's note, and in plain code a warning of Python's."""
    warnings.warn(text, stacklevel=3)


def tell_left_out(gone: int, names: Iterable[str], where: str = "in no group") -> None:
    """Says that rows without a group (a date …) are not in the result; nothing where there are none."""
    if gone:
        rows = f"{gone:,} row{' is' if gone == 1 else 's are'}"
        warnings.warn(f"{rows} {where}: without {' or '.join(dict.fromkeys(names))}", stacklevel=3)


def tell_dropped(gone: int, why: str, where: str = "left out") -> None:
    """Says how many rows a result does not use, with the reasons; nothing where there are none."""
    if gone:
        warnings.warn(f"{gone:,} row{' is' if gone == 1 else 's are'} {where}: {why}", stacklevel=3)


def rows_table(rows: list[dict[str, Any]], columns: Iterable[str]) -> pd.DataFrame:
    """A table from records with exactly these columns, also where there are no records. Whole numbers stay whole beside gaps."""
    table = pd.DataFrame(rows, columns=list(columns))
    for name in table.columns[table.isna().any()]:
        there = [row[name] for row in rows if row.get(name) is not None]
        if there and all(isinstance(value, int) and not isinstance(value, bool) for value in there):
            table[name] = table[name].astype("Int64")
    return table

"""Cleaning: gaps, repeats, types, text. Each gives the whole table back, and never changes the one it was given."""

from __future__ import annotations

import html
from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.offline.recipes.frames import (
    MOSTLY,
    Refusal,
    as_dates,
    as_groups,
    as_numbers,
    column_of,
    columns_of,
    groups_of,
    holds_dates,
    holds_numbers,
    rows_table,
    tell,
    tell_dropped,
    unique_columns,
    values_in,
)
from nb_orchestra.offline.recipes.statistics import most_frequent
from nb_orchestra.offline.recipes.written import gap_texts

PART = 5_000  # so many first values decide what a column of text holds
TRUTHS = {"true": True, "yes": True, "y": True, "t": True, "1": True, "false": False, "no": False, "n": False, "f": False, "0": False}


def drop_missing(frame: pd.DataFrame, *, columns: Any = None, how: str = "any") -> pd.DataFrame:
    """Rows with a value in every (how="all": in any) named column; all columns when none is named."""
    gone = frame[columns_of(frame, columns)].isna() if columns else frame.isna()
    bad = gone.any(axis=1) if how == "any" else gone.all(axis=1)
    return frame[~bad.to_numpy()].reset_index(drop=True)


def fill_missing(frame: pd.DataFrame, *, columns: Any = None, method: str = "median", value: Any = None, by: Any = None) -> pd.DataFrame:
    """Gaps filled by a named method, within groups where `by` names some. Means and medians fill numeric columns only; for other columns use mode or value."""
    names = columns_of(frame, columns) if columns else [name for name in unique_columns(frame) if frame[name].isna().any()]
    keys = groups_of(frame, columns_of(frame, by))
    filled = {}
    for name in names:
        numeric = holds_numbers(frame[name])
        how = ("median" if numeric else "mode") if method == "auto" else method
        if how in ("mean", "median", "interpolate", "zero") and not numeric:
            if columns:
                raise Refusal(f"{name} holds no numbers: it cannot be filled by {how}", "use mode, value, forward or backward")
            continue
        filled[name] = fill_column(frame[name], how, value, keys)
    return frame.assign(**filled)


def fill_column(series: pd.Series, how: str, value: Any, keys: list[Any]) -> Any:
    """One column without its gaps, as far as the method reaches."""
    if how in ("value", "zero"):
        if how == "value" and value is None:
            raise Refusal("fill by value needs a value")
        return put_in(series, pd.Series([0 if how == "zero" else value] * len(series), index=series.index))
    if how in ("mean", "median"):
        numbers = as_numbers(series)
        fillers = numbers.groupby(keys, observed=True).transform(how) if keys else pd.Series(getattr(numbers, how)(), index=series.index)
        return put_in(series, fillers)
    if how == "mode":
        fillers = series.groupby(keys, observed=True).transform(most_frequent) if keys else pd.Series([most_frequent(series)] * len(series), index=series.index)
        return put_in(series, fillers)
    groups = series.groupby(keys, observed=True) if keys else series
    calls: dict[str, Any] = {
        "forward": lambda g: g.ffill(),
        "backward": lambda g: g.bfill(),
        "interpolate": lambda g: g.transform(lambda s: as_numbers(s).interpolate(limit_area="inside")),
    }
    if how not in calls:
        raise Refusal(f"there is no fill method {how!r}", f"known: auto, mean, median, mode, value, zero, {', '.join(calls)}")
    return calls[how](groups)


def put_in(series: pd.Series, fillers: Any) -> pd.Series:
    """Gaps replaced; whole numbers become floats where the filler is a fraction, and a category takes a new level."""
    gaps = series.isna()
    if isinstance(series.dtype, pd.CategoricalDtype):
        new = [level for level in fillers[gaps].dropna().unique() if level not in series.cat.categories]
        series = series.cat.add_categories(new)
    elif pd.api.types.is_integer_dtype(series) and gaps.any() and holds_numbers(fillers) and not (fillers.dropna() % 1 == 0).all():
        series = as_numbers(series)
    elif not holds_numbers(series) and not fillers[gaps].dropna().map(lambda filler: isinstance(filler, str)).all():
        series = series.astype(object)
    try:
        return series.where(~gaps, fillers)
    except (TypeError, ValueError):
        return series.astype(object).where(~gaps, fillers)


def drop_duplicates(frame: pd.DataFrame, *, columns: Any = None, keep: str = "first") -> pd.DataFrame:
    """Rows that repeat an earlier row (in the named columns) are dropped; keep="none" drops every one of them."""
    sides: Any = {"first": "first", "last": "last"}
    repeated = keys_table(frame, columns).duplicated(keep=sides.get(keep, False))
    kept: pd.DataFrame = frame[~repeated.to_numpy()].reset_index(drop=True)
    gone = len(frame) - len(kept)
    tell_dropped(gone, f"{'it repeats' if gone == 1 else 'they repeat'} another row")
    return kept


def duplicates(frame: pd.DataFrame, *, columns: Any = None) -> pd.DataFrame:
    """All rows that stand more than once (in the named columns), with `row` (position from 0) and `times` in front, equal ones together."""
    keys = keys_table(frame, columns)
    again = keys[keys.duplicated(keep=False).to_numpy()] if keys.shape[1] else keys.head(0)
    columns_again = [again.iloc[:, at] for at in range(again.shape[1])]
    codes = again.groupby(columns_again, dropna=False, sort=False, observed=True).ngroup() if len(again) else pd.Series(dtype="int64")
    order = codes.sort_values(kind="stable")
    found: pd.DataFrame = frame.loc[order.index].reset_index(drop=True)
    front = {"row": order.index.to_numpy(dtype="int64"), "times": order.map(codes.value_counts()).to_numpy(dtype="int64")}
    taken = [name for name in front if name in found.columns]
    return pd.concat([pd.DataFrame(front), found.drop(columns=taken)], axis=1)


def keys_table(frame: pd.DataFrame, columns: Any) -> Any:
    """The columns that make a row the same, hashable."""
    return (frame[columns_of(frame, columns)] if columns else frame).apply(as_groups)


def convert_types(frame: pd.DataFrame, *, columns: Any = None, to: str = "auto") -> pd.DataFrame:
    """Columns as numbers, dates, text, categories or booleans; auto: text that mostly is numbers or dates. What cannot be read becomes missing."""
    if to not in CONVERSIONS:
        raise Refusal(f"there is no type {to!r}", f"known: {', '.join(CONVERSIONS)}")
    names = columns_of(frame, columns) if columns else unique_columns(frame)
    made = {name: CONVERSIONS[to](frame[name]) for name in names}
    for name, column in made.items():
        lost = frame[name][(frame[name].notna() & column.isna()).to_numpy()]
        if len(lost):
            tell(f"{len(lost):,} row{' is' if len(lost) == 1 else 's are'} without a value in {name} now: {lost.iloc[0]!r:.40} cannot be read")
    return frame.assign(**made)


def best_type(series: pd.Series) -> Any:
    """Text as numbers or dates where nearly all of it can be read so; anything else as it is."""
    if holds_numbers(series) or holds_dates(series) or not (series.dtype == object or pd.api.types.is_string_dtype(series)):
        return series
    part = series.dropna().head(PART)
    if not len(part) or part.map(lambda value: isinstance(value, list | dict | set)).any():
        return series
    part = part[~gap_texts(as_groups(part))]
    readable = len(part) > 0 and as_numbers(part).notna().mean() >= MOSTLY
    dated = not readable and part.astype("string").str.contains(r"\d", regex=True).mean() >= MOSTLY and as_dates(part).notna().mean() >= MOSTLY
    if not readable and not dated:
        return series
    read = as_numbers(series) if readable else as_dates(series)
    return read if read.notna().sum() >= MOSTLY * values_in(series) else series


def as_truth(series: pd.Series) -> Any:
    """true/false out of yes, no, 1, 0 …; anything else is missing."""
    there = as_groups(series[series.notna()].astype(object)).map(lambda value: TRUTHS.get(str(value).strip().lower()))
    return there.reindex(series.index).astype(object).where(lambda read: read.notna(), None).astype("boolean")


CONVERSIONS: dict[str, Any] = {
    "auto": best_type,
    "number": as_numbers,
    "date": as_dates,
    "text": lambda series: series.astype("string").astype(object).where(series.notna(), None),
    "category": lambda series: as_groups(series).astype("category"),
    "boolean": as_truth,
}


def text_columns(frame: pd.DataFrame) -> list[str]:
    """Columns that can hold text."""
    return [name for name in unique_columns(frame) if frame[name].dtype == object or pd.api.types.is_string_dtype(frame[name])]


def clean_text(frame: pd.DataFrame, *, columns: Any = None) -> pd.DataFrame:
    """HTML entities made characters, blanks at the ends dropped, several made one; letters keep their case, empty text becomes missing."""
    names = columns_of(frame, columns) if columns else text_columns(frame)
    return frame.assign(**{name: each_once(frame[name], clean_cell) for name in names})


def text_report(frame: pd.DataFrame, *, columns: Any = None) -> pd.DataFrame:
    """One row per text column: column, n, cleaned (values that clean_text changes), unescaped (HTML entities), padded, repeats (once clean)."""
    cleaned = clean_text(frame, columns=columns)
    names = columns_of(frame, columns) if columns else text_columns(frame)
    rows = []
    for name in names:
        old, new = frame[name].dropna().astype("string"), cleaned[name]
        unescaped, padded = old.map(html.unescape) != old, old.str.strip() != old
        changed = new.loc[old.index].astype("string").fillna("") != old
        counts = {"n": len(old), "cleaned": int(changed.sum()), "unescaped": int(unescaped.sum()), "padded": int(padded.sum())}
        rows.append({"column": name} | counts | {"repeats": int(as_groups(new.dropna()).duplicated().sum())})
    return rows_table(rows, ["column", "n", "cleaned", "unescaped", "padded", "repeats"])


def each_once(series: Any, change: Any) -> Any:
    """A change of each value, computed once per distinct one; gaps stay."""
    plain = as_groups(series)
    if plain is not series:  # lists and dicts stay what they are
        return series.map(change)
    codes, distinct = pd.factorize(plain)
    made = pd.Series([change(value) for value in distinct], dtype=object)
    found = pd.Series(made.reindex(codes).to_numpy(), index=series.index, name=series.name)
    return found.astype(series.dtype) if pd.api.types.is_string_dtype(series) and series.dtype != object else found.where(series.notna(), series)


def clean_cell(value: Any) -> Any:
    """One cell; anything but text stays as it is. Twice unescaped, because &amp;amp; happens."""
    if not isinstance(value, str):
        return value
    return " ".join(html.unescape(html.unescape(value)).split()) or None


def replace_values(frame: pd.DataFrame, *, column: str, mapping: dict[str, Any]) -> pd.DataFrame:
    """Values replaced, found exactly or by their text."""
    name = column_of(frame, column)
    texts = {str(old): new for old, new in mapping.items()}
    series = frame[name]
    if as_groups(series) is series:  # once per distinct value
        sorts = isinstance(series.dtype, pd.CategoricalDtype)
        codes, distinct = (series.cat.codes.to_numpy(), [*series.cat.categories, np.nan]) if sorts else pd.factorize(series, use_na_sentinel=False)
        made = pd.Series([texts.get(str(value), value) for value in np.asarray(distinct, dtype=object)], dtype=object).infer_objects()
        return frame.assign(**{name: made.take(codes).set_axis(frame.index)})
    series = series.astype(object)
    return frame.assign(**{name: series.map(lambda value: texts.get(str(value), value)).infer_objects()})


def encode(frame: pd.DataFrame, *, columns: Any, method: str = "onehot") -> pd.DataFrame:
    """Categories as numbers: one 0/1 column per level (column_level), or codes in the order of the levels. Missing values: 0 everywhere, or missing."""
    names = columns_of(frame, columns)
    if method == "onehot":
        return pd.get_dummies(frame.assign(**{name: as_groups(frame[name]) for name in names}), columns=names, dtype="int64")
    codes = {name: pd.Series(as_groups(frame[name]).astype("category").cat.codes, index=frame.index).astype("float64").replace(-1, np.nan) for name in names}
    return frame.assign(**codes)

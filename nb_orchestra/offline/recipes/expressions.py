"""New columns from an expression tree, as plan data.

{"column": c} · a number or a text · {"op": name, "args": [tree, …], "by": [group columns]}
PLAIN holds the operations on each row: arithmetic, comparison, row_* (a statistic across several columns), parts of dates, text,
bin (args: tree, count or edges, labels), quantile_bin (tree, count), if (test, then, otherwise), cases (test, value, test, value, …, otherwise),
fill (tree, value).
GROUP_WISE holds those that look at other rows (zscore, rank, percent_of_total, cumsum, diff, rolling_mean, mean …), within groups where `by` names some.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.offline.recipes.binning import cases, cut, plain_number, quantile_cut
from nb_orchestra.offline.recipes.conditions import compare, date_part, truth
from nb_orchestra.offline.recipes.frames import Refusal, as_dates, as_numbers, column_of, columns_of, finite, groups_of, holds_dates, holds_numbers
from nb_orchestra.offline.recipes.timing import days_between, period_starts


def derive(frame: pd.DataFrame, *, columns: Mapping[str, Any] | None = None, name: str | None = None, expression: Any = None) -> pd.DataFrame:
    """The table with more columns, or one (`name`); each may stand on those before it. Division by zero gives a missing value. Refusal for an unknown op."""
    for new, tree in {**({} if name is None else {name: expression}), **(columns or {})}.items():
        value = value_of(frame, tree)
        if not isinstance(value, pd.Series):
            value = pd.Series([value] * len(frame), index=frame.index)
        if holds_numbers(value) and value.dtype == "float64":
            value = finite(value)
        frame = frame.assign(**{new: value})
    return frame


def value_of(frame: pd.DataFrame, tree: Any) -> Any:
    """A column or a single value for an expression tree."""
    if not isinstance(tree, Mapping):
        return tree
    if "column" in tree:
        return frame[column_of(frame, tree["column"])]
    if "statistic" in tree or "op" not in tree:
        raise Refusal(f"not an expression: {dict(tree)!r}")
    op, args, by = tree["op"], list(tree.get("args", ())), columns_of(frame, tree.get("by"))
    if op in GROUP_WISE:
        values = value_of(frame, args[0]) if args else pd.Series(1.0, index=frame.index)
        return group_wise(frame, op, as_numbers(values), args[1:], by)
    if op in ("==", "!=") and len(args) == 2 and (named := _called_part(frame, args)) is not None:
        return ~named if op == "!=" else named
    if op not in PLAIN:
        raise Refusal(f"there is no operation {op!r}", f"known: {', '.join([*PLAIN, *GROUP_WISE])}")
    return PLAIN[op](*[value_of(frame, item) for item in args])


def _called_part(frame: pd.DataFrame, args: list[Any]) -> Any:
    """The rows whose weekday or month has that name, where an expression compares the part of a date with a text; None for any other comparison."""
    parts = [arg for arg in args if isinstance(arg, Mapping) and arg.get("op") in ("weekday", "month") and len(arg.get("args") or ()) == 1]
    names = [arg for arg in args if isinstance(arg, str) and arg.isalpha()]
    if not parts or not names:
        return None
    dates = as_dates(value_of(frame, parts[0]["args"][0]))
    return date_part(parts[0]["op"])(dates.rename("date"), names[0]) & dates.notna()


def group_wise(frame: pd.DataFrame, op: str, values: Any, rest: list[Any], by: list[str]) -> Any:
    """An operation that looks at other rows, within groups where `by` names some."""
    if not by:
        return GROUP_WISE[op](values, *rest)
    keys = groups_of(frame, by)
    return values.groupby(keys, observed=True).transform(lambda part: GROUP_WISE[op](part, *rest)).reindex(values.index)


def arithmetic(call: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """An operation on numbers; several arguments are taken from left to right."""

    def fold(first: Any, *others: Any) -> Any:
        result = plain_number(first)
        for other in others:
            result = call(result, plain_number(other))
        return result

    return fold


def minus(first: Any, *others: Any) -> Any:
    """Difference; of two dates in days."""
    if isinstance(first, pd.Series) and holds_dates(first):
        return (as_dates(first) - as_dates(others[0])).dt.total_seconds() / 86_400
    return arithmetic(lambda a, b: a - b)(first, *others) if others else -plain_number(first)


def divide(a: Any, b: Any) -> Any:
    """Division; by zero gives a missing value."""
    if not isinstance(b, pd.Series):
        return a / (b or np.nan)
    zero = (b == 0).to_numpy()
    return a / (b.mask(zero) if zero.any() else b)


def on_numbers(call: Callable[..., Any]) -> Callable[..., Any]:
    """A numpy function on a column of numbers; what it is not defined for is missing."""

    def apply(value: Any, *rest: Any) -> Any:
        with np.errstate(all="ignore"):
            return call(plain_number(value), *rest)

    return apply


def across(call: Callable[[pd.DataFrame], Any]) -> Callable[..., Any]:
    """A statistic over several columns, row by row; missing values are left out."""
    return lambda *columns: call(pd.concat([plain_number(column) for column in columns], axis=1))


def starts(every: str, value: Any) -> Any:
    return period_starts(as_dates(value), every)


def date_piece(call: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: call(as_dates(value).dt)


def on_text(call: Callable[..., Any]) -> Callable[..., Any]:
    return lambda value, *rest: call(value.astype("string").str, *rest)


def choose(test: Any, then: Any, otherwise: Any) -> Any:
    """`then` where the test is true, else `otherwise`."""
    mask = test if pd.api.types.is_bool_dtype(test) else test.map(truth)
    return pd.Series(np.where(mask.fillna(False).astype(bool), then, otherwise), index=test.index)


def both(a: Any, b: Any) -> Any:
    return a.fillna(False).astype(bool) & b.fillna(False).astype(bool)


def either(a: Any, b: Any) -> Any:
    return a.fillna(False).astype(bool) | b.fillna(False).astype(bool)


def comparison(op: str) -> Callable[[Any, Any], Any]:
    return lambda left, right: compare(left, op, right)


PLAIN: dict[str, Callable[..., Any]] = {
    "+": arithmetic(lambda a, b: a + b),
    "-": minus,
    "*": arithmetic(lambda a, b: a * b),
    "/": arithmetic(divide),
    "//": arithmetic(lambda a, b: divide(a, b) // 1),
    "%": arithmetic(lambda a, b: a % b),
    "**": arithmetic(lambda a, b: a**b),
    "negate": on_numbers(np.negative),
    "log": on_numbers(lambda x: np.log(x.mask(x <= 0))),
    "log10": on_numbers(lambda x: np.log10(x.mask(x <= 0))),
    "log2": on_numbers(lambda x: np.log2(x.mask(x <= 0))),
    "log1p": on_numbers(lambda x: np.log1p(x.mask(x <= -1))),
    "exp": on_numbers(np.exp),
    "sqrt": on_numbers(lambda x: np.sqrt(x.mask(x < 0))),
    "abs": on_numbers(np.abs),
    "round": on_numbers(lambda x, digits=0: x.round(int(digits))),
    "floor": on_numbers(np.floor),
    "ceil": on_numbers(np.ceil),
    "sign": on_numbers(np.sign),
    "clip": on_numbers(lambda x, low=None, high=None: x.clip(low, high)),
    "row_mean": across(lambda t: t.mean(axis=1)),
    "row_median": across(lambda t: t.median(axis=1)),
    "row_sum": across(lambda t: t.sum(axis=1, min_count=1)),
    "row_min": across(lambda t: t.min(axis=1)),
    "row_max": across(lambda t: t.max(axis=1)),
    "row_sd": across(lambda t: t.std(axis=1)),
    "row_range": across(lambda t: t.max(axis=1) - t.min(axis=1)),
    "row_skew": across(lambda t: t.skew(axis=1)),
    "year": date_piece(lambda d: d.year),
    "month": date_piece(lambda d: d.month),
    "day": date_piece(lambda d: d.day),
    "quarter": date_piece(lambda d: d.quarter),
    "hour": date_piece(lambda d: d.hour),
    "weekday": date_piece(lambda d: d.weekday),
    "week": date_piece(lambda d: d.isocalendar().week.astype("Int64")),
    "decade": date_piece(lambda d: d.year // 10 * 10),
    **{f"{every}_start": partial(starts, every) for every in ("hour", "day", "week", "month", "quarter", "year")},
    "month_name": date_piece(lambda d: d.month_name()),
    "weekday_name": date_piece(lambda d: d.day_name()),
    "date": as_dates,
    "whole_day": lambda value: as_dates(value).dt.normalize(),
    "days_between": days_between,
    "length": on_text(lambda s: s.len()),
    "words": on_text(lambda s: s.split().str.len()),
    "upper": on_text(lambda s: s.upper()),
    "lower": on_text(lambda s: s.lower()),
    "title": on_text(lambda s: s.title()),
    "strip": on_text(lambda s: s.strip()),
    "contains": on_text(lambda s, part: s.contains(str(part), case=False, regex=False)),
    "starts_with": on_text(lambda s, part: s.startswith(str(part))),
    "replace": on_text(lambda s, old, new="": s.replace(str(old), str(new), regex=False)),
    "extract_number": on_text(lambda s: s.extract(r"(-?\d+(?:\.\d+)?)", expand=False).astype("Float64").astype("float64")),
    "join": lambda first, *others: first.astype("string").str.cat([other.astype("string") for other in others], sep=" "),
    "concat": lambda sep, first, *others: first.astype("string").str.cat([other.astype("string") for other in others], sep=sep),
    "number": as_numbers,
    "text": lambda value: value.astype("string"),
    "missing": lambda value: value.isna(),
    "fill": lambda value, filler: value.fillna(filler),
    "bin": cut,
    "quantile_bin": quantile_cut,
    "if": choose,
    "cases": cases,
    "and": both,
    "or": either,
    "not": lambda a: ~a.fillna(False).astype(bool),
    **{op: comparison(op) for op in ("==", "!=", "<", "<=", ">", ">=")},
}


def of_group(statistic: str) -> Callable[[Any], Any]:
    return lambda s: pd.Series(getattr(s, statistic)(), index=s.index)


GROUP_WISE: dict[str, Callable[..., Any]] = {
    "zscore": lambda s: (s - s.mean()) / s.std(),
    "zscore_population": lambda s: (s - s.mean()) / s.std(ddof=0),
    "minmax": lambda s: (s - s.min()) / ((s.max() - s.min()) or np.nan),
    "center": lambda s: s - s.mean(),
    "rank": lambda s, ascending=False: s.rank(method="min", ascending=bool(ascending)),
    "percent_rank": lambda s: 100 * s.rank(pct=True),
    "percent_of_total": lambda s: 100 * s / (s.sum() or np.nan),
    "share": lambda s: s / (s.sum() or np.nan),
    "cumsum": lambda s: s.cumsum(),
    "cummax": lambda s: s.cummax(),
    "cummin": lambda s: s.cummin(),
    "cumcount": lambda s: pd.Series(np.arange(1, len(s) + 1), index=s.index),
    "diff": lambda s, periods=1: s.diff(int(periods)),
    "pct_change": lambda s, periods=1: 100 * s.pct_change(int(periods), fill_method=None),
    "shift": lambda s, periods=1: s.shift(int(periods)),
    "rolling_mean": lambda s, window=7: s.rolling(int(window)).mean(),
    "rolling_sum": lambda s, window=7: s.rolling(int(window)).sum(),
    "rolling_sd": lambda s, window=7: s.rolling(int(window)).std(),
    **{name: of_group(name) for name in ("mean", "median", "sum", "min", "max", "count")},
    "sd": of_group("std"),
    "first_value": lambda s: pd.Series(s.dropna().iloc[0] if s.notna().any() else np.nan, index=s.index),
}

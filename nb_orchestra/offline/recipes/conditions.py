"""Conditions as plan data, and the rows that meet them.

[{"column": "body_mass_g", "op": ">", "value": 4000}, …]; ops: == != < <= > >= in, not in, between, contains, not contains, starts with,
ends with, missing, present, year, quarter, month, weekday, hour, first, last ("30 days" up to the latest date), true, false, and "not …"
of each; any and all take conditions as their value. among: the first n by a column, or the groups that are first by a statistic
({"by": c, "statistic": "mean" or "", "n": 5, "ascending": false}). occurs: values that so many rows hold ({"op": ">=", "n": 20}).
`value` may be {"column": c} or {"statistic": "mean", "column": c}.
A missing value meets no condition but `missing`, `!=`, `not in` and `not contains` of text. Text is equal whatever its case where nothing is equal exactly.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.offline.recipes.frames import Refusal, as_dates, as_numbers, column_of, dates_of, holds_dates, holds_numbers
from nb_orchestra.offline.recipes.statistics import statistic_of

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
PERIODS = {4: "Y", 7: "M"}  # length of a date's text → what it names: 2010, 2010-06


def rows_where(frame: pd.DataFrame, where: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None, how: str = "all") -> Any:
    """The rows that meet all (or any) conditions, all rows where there are none."""
    if not where:
        return frame
    conditions = [where] if isinstance(where, Mapping) else list(where)
    relative = [condition for condition in conditions if _relative(condition)]
    if relative and len(relative) < len(conditions) and how == "all":
        return rows_where(rows_where(frame, [condition for condition in conditions if condition not in relative]), relative)
    masks = np.vstack([meets(frame, condition) for condition in conditions])
    return frame[masks.all(axis=0) if how == "all" else masks.any(axis=0)].reset_index(drop=True)


def _relative(condition: Mapping[str, Any]) -> bool:
    """A condition on a statistic ("above the mean"): it is that of the rows that the other conditions leave."""
    return isinstance(condition.get("value"), Mapping) and ("statistic" in condition["value"] or condition.get("op") == "occurs")


def meets(frame: pd.DataFrame, condition: Mapping[str, Any]) -> Any:
    """A true/false array: which rows meet one condition. Refusal for an unknown op or a value that cannot be compared."""
    series, op, value = frame[column_of(frame, condition["column"])], str(condition.get("op", "==")), condition.get("value")
    if op == "among":
        return among(frame, series, value)
    if op == "occurs" and isinstance(value, Mapping):
        rows = series.map(series.value_counts()).fillna(0).to_numpy(dtype="float64")
        return np.asarray(COMPARE[value["op"]](rows, int(value["n"])) & series.notna().to_numpy(), dtype=bool)
    if isinstance(value, Mapping):
        other = frame[column_of(frame, value["column"])]
        value = statistic_of(other, value["statistic"]) if "statistic" in value else other
    if op in ("any", "all"):
        masks = np.vstack([meets(frame, piece) for piece in value or ()])
        return masks.any(axis=0) if op == "any" else masks.all(axis=0)
    if op in COMPARE:
        mask = compare(series, op, value)
    elif op in TESTS:
        mask = TESTS[op](series, value)
    elif op.startswith("not ") and op[4:] in TESTS:
        mask = ~np.asarray(TESTS[op[4:]](series, value), dtype=bool) & series.notna().to_numpy()
    else:
        raise Refusal(f"there is no condition {op!r}", f"known: {', '.join([*COMPARE, *TESTS])}")
    return np.asarray(mask.fillna(False) if isinstance(mask, pd.Series) else mask, dtype=bool)


def among(frame: pd.DataFrame, series: Any, first: Any) -> Any:
    """Rows that are among the first n by a column; with a statistic, rows of the groups of `series` that are first by it. n = 1 keeps all that are equal."""
    n, ascending, statistic = int(first["n"]), bool(first["ascending"]), str(first.get("statistic", ""))
    column = frame[column_of(frame, first["by"])]
    if statistic == "n":
        values = series.groupby(series, observed=True).size()
    elif statistic:
        numbers = as_numbers(column).groupby(series.to_numpy(), observed=True)
        values = pd.Series({group: statistic_of(part, statistic) for group, part in numbers}, dtype="float64")
    else:
        values = (as_dates(column) if holds_dates(column) else as_numbers(column)).reset_index(drop=True)
    ordered = values.dropna().sort_values(ascending=ascending, kind="stable")
    kept = ordered[ordered == ordered.iloc[0]].index if n == 1 and len(ordered) else ordered.index[:n]
    return series.isin(kept).to_numpy() if statistic else np.isin(np.arange(len(frame)), kept)


def compare(series: Any, op: str, value: Any) -> Any:
    """series op value, by what the column holds."""
    if isinstance(value, pd.Series):
        return COMPARE[op](as_numbers(series), as_numbers(value)) if holds_numbers(series) else COMPARE[op](series, value)
    if holds_dates(series):
        return compare_dates(series, op, value)
    if pd.api.types.is_bool_dtype(series):
        return COMPARE[op](series, truth(value))
    if isinstance(value, str) and _ISO.match(value) and not holds_numbers(series):
        return compare_dates(dates_of(series.to_frame(), series.name), op, value)
    if holds_numbers(series) or (isinstance(value, int | float) and not isinstance(value, bool) and op not in ("==", "!=")):
        mask = COMPARE[op](as_numbers(series), number_from(series, value))
        return mask if op != "!=" else mask & series.notna()
    return compare_text(series, op, value)


_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?\Z")
"""A whole date: a column of texts is compared with it as dates."""


def number_from(series: Any, value: Any) -> float:
    """A condition's value as a number. Refusal where it is none."""
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        raise Refusal(f"{series.name} holds numbers; {value!r} is none") from None


def truth(value: Any) -> bool:
    return str(value).strip().lower() in ("true", "yes", "1", "1.0", "y", "t")


def compare_dates(series: Any, op: str, value: Any) -> Any:
    """Dates against a date, a month ("2010-06") or a year (2010): then equal means within."""
    dates = as_dates(series)
    text = str(int(value)) if isinstance(value, int | float) else str(value).strip()
    whole = PERIODS.get(len(text))
    right = pd.to_datetime(text + "-01-01" if whole == "Y" else text, errors="coerce")
    if pd.isna(right):
        raise Refusal(f"{series.name} holds dates; {value!r} is none")
    right = right.tz_localize(None) if right.tzinfo else right
    if whole is None and right == right.normalize():
        whole = "D"
    left = dates.dt.to_period(whole).dt.to_timestamp() if whole else dates
    return COMPARE[op](left, right) & dates.notna()


def compare_text(series: Any, op: str, value: Any) -> Any:
    """Equality by text, exact first, then whatever the case; order by alphabet, or by a category's own order."""
    if isinstance(series.dtype, pd.CategoricalDtype) and series.cat.ordered and value in series.cat.categories:
        return COMPARE[op](series, value)
    text = series.astype("string")
    if op not in ("==", "!="):
        return COMPARE[op](text, str(value))
    equal = (text == str(value)).fillna(False)
    if not equal.any():
        equal = (text.str.strip().str.casefold() == str(value).strip().casefold()).fillna(False)
    return equal if op == "==" else ~equal


def one_of(series: Any, values: Any) -> Any:
    """Rows equal to any of the values."""
    mask = np.zeros(len(series), dtype=bool)
    for value in [values] if isinstance(values, str | int | float) else values:
        mask |= np.asarray(compare(series, "==", value).fillna(False), dtype=bool)
    return mask


def between(series: Any, values: Any) -> Any:
    """Rows from the first to the last value, both included."""
    low, high = values
    return compare(series, ">=", low) & compare(series, "<=", high)


def text_test(name: str) -> Callable[[Any, Any], Any]:
    """A test on text, whatever its case."""
    calls: dict[str, Callable[[Any, str], Any]] = {
        "contains": lambda text, value: text.str.contains(value, regex=False),
        "starts with": lambda text, value: text.str.startswith(value),
        "ends with": lambda text, value: text.str.endswith(value),
    }
    return lambda series, value: calls[name](series.astype("string").str.casefold(), str(value).casefold()).fillna(False)


def date_part(part: str) -> Callable[[Any, Any], Any]:
    """A test on a part of a date: year, month (number or name), weekday (name, Monday is 0)."""

    def test(series: Any, value: Any) -> Any:
        dates = dates_of(series.to_frame(), series.name)
        wanted = {
            str(item).casefold()[:3] if not str(item).lstrip("-").isdigit() else int(item)
            for item in ([value] if isinstance(value, str | int | float) else value)
        }
        numbers = getattr(dates.dt, part)
        if not any(isinstance(item, str) for item in wanted):
            return numbers.isin(wanted)
        names = dates.dt.month_name() if part == "month" else dates.dt.day_name()
        return names.str[:3].str.casefold().isin(wanted)

    return test


def end_of_time(first: bool) -> Callable[[Any, Any], Any]:
    """Dates within a span ("30 days", "3 months") from the column's earliest, or up to its latest; whole days count."""

    def test(series: Any, value: Any) -> Any:
        number, _, unit = str(value).partition(" ")
        if not number.isdigit() or unit.removesuffix("s") not in ("hour", "day", "week", "month", "year"):
            raise Refusal(f"{value!r} is no span of time", 'write it as a number and a unit: "30 days"')
        dates = dates_of(series.to_frame(), series.name)
        dates = dates if unit.startswith("hour") else dates.dt.normalize()
        sizes: dict[str, Any] = {unit.removesuffix("s") + "s": int(number)}
        span = pd.DateOffset(**sizes)
        return dates < dates.min() + span if first else dates > dates.max() - span

    return test


TESTS: dict[str, Callable[[Any, Any], Any]] = {
    "in": one_of,
    "not in": lambda series, values: ~one_of(series, values),
    "between": between,
    "contains": text_test("contains"),
    "not contains": lambda series, value: ~text_test("contains")(series, value),
    "starts with": text_test("starts with"),
    "ends with": text_test("ends with"),
    "missing": lambda series, _: series.isna(),
    "present": lambda series, _: series.notna(),
    "year": date_part("year"),
    "quarter": date_part("quarter"),
    "month": date_part("month"),
    "weekday": date_part("weekday"),
    "hour": date_part("hour"),
    "first": end_of_time(first=True),
    "last": end_of_time(first=False),
    "true": lambda series, _: compare(series, "==", True) if pd.api.types.is_bool_dtype(series) else series.map(truth),
    "false": lambda series, _: ~np.asarray(TESTS["true"](series, None), dtype=bool) & series.notna().to_numpy(),
}

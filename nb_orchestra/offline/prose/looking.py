"""Sentences of recipes that look at a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.offline.prose.conditions import condition_text
from nb_orchestra.offline.prose.wording import MOST_LISTED, amount, cell, count, listed, missing, name_of, number, plural, safe, title_of

STATISTIC_WORDS = {
    "n": "number of values", "sd": "standard deviation", "var": "variance", "sem": "standard error", "min": "smallest", "max": "largest",
    "q1": "first quartile", "q3": "third quartile",
    "iqr": "interquartile range", "mad": "median absolute deviation", "skew": "skewness", "kurtosis": "excess kurtosis", "sum": "total",
    "cv": "coefficient of variation", "distinct": "number of distinct values", "missing": "number of missing values", "mode": "most frequent value",
}  # fmt: skip


def statistic_word(statistic: str) -> str:
    """mean → mean, sd → standard deviation."""
    return STATISTIC_WORDS.get(statistic, statistic.replace("_", " "))


def profile(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    full, gaps = value[value["missing"] == 0], value[value["missing"] > 0]
    rows = f"{plural(full['n'].iloc[0], 'row')} and " if len(full) else ""
    texts = [f"The table has {rows}{plural(len(value), 'column')}, of the types {listed(list(value['type'].unique()))}."]
    if not len(gaps):
        return [*texts, "No value is missing."]
    return [*texts, f"Values are missing in {listed([f'`{row.column}` ({number(row.missing)})' for row in gaps.itertuples()])}."]


def check_data(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    if arguments.get("problems") and not len(value):
        return ["No gap, repeated row, mixed type, impossible value or odd spelling was found."]
    first = value[value["column"].isna() & value["check"].isin(["shape", "missing values", "duplicate rows", "column names"])]
    texts = [
        f"The table has {safe(detail)}." if check == "shape" else f"{title_of(safe(detail))}."
        for check, detail in zip(first["check"], first["detail"], strict=True)
    ]
    found = value[value["column"].notna() & ~value["check"].isin(["range", "levels", "missing values"])]
    texts += [f"`{row.column}`: {row.check} – {safe(row.detail)}; {safe(row.suggestion)}." for row in found.itertuples()]
    if not len(found) and not arguments.get("problems"):
        texts.append("No column has mixed types, padded text, impossible values or odd spellings.")
    advice = value.loc[(value["check"] == "missing values") & value["column"].isna() & (value["rows"] > 0), "suggestion"]
    return [*texts, *[f"What to do: {text}." for text in advice]]


UNITLESS = frozenset({"n", "missing", "missing_percent", "distinct", "skew", "kurtosis", "skew_population", "kurtosis_population", "cv", "percent"})


def describe(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    if len(value) > 4:
        return [f"The table below describes {plural(len(value), 'column')}."]
    texts = []
    for row in value.to_dict("records"):
        shown = [
            f"{statistic_word(key)} {amount(item, row['column']) if key not in UNITLESS else cell(item)}"
            for key, item in row.items()
            if key != "column" and not missing(item)
        ]
        texts.append(f"{title_of(name_of(row['column']))}: {', '.join(shown)}.")
    return texts


def count_rows(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    what = condition_text(arguments.get("where"))
    groups = [name for name in value.columns if name not in ("n", "of", "percent")]
    if not groups:
        row = value.iloc[0]
        of = f" of {number(row['of'])} ({number(row['percent'])} %)" if arguments.get("where") else ""
        return [f"{plural(row['n'], 'row')}{of}{' have ' + what if what else ''}."]
    rows, measure = value.to_dict("records"), "percent" if "of" in value.columns else "n"
    shown = [f"{' '.join(cell(row[name], name) for name in groups)} {_counted(row)}" for row in rows]
    begin = f"Rows{' with ' + what if what else ''} by {listed([name_of(name) for name in groups])}"
    if len(rows) <= MOST_LISTED:
        return [f"{begin}: {listed(shown)}."]
    most, least = value[measure].to_numpy().argmax(), value[measure].to_numpy().argmin()
    return [f"{begin}: most for {shown[most]}, fewest for {shown[least]}, of {plural(len(rows), 'group')}."]


def _counted(row: Mapping[str, Any]) -> str:
    of = f" of {number(row['of'])}" if "of" in row else ""
    return f"{count(row['n'])}{of} ({number(row['percent'])} %)"


def value_counts(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    column = str(arguments["column"])
    shown = [
        f"{'missing' if missing(row[column]) else cell(row[column], column)} {count(row['n'])} ({number(row['percent'])} %)"
        for row in value.head(6).to_dict("records")
    ]
    if (arguments.get("by") or arguments.get("levels")) and 0 < len(value) <= MOST_LISTED:
        return count_rows(value, {})
    if arguments.get("by") or not shown:
        return [f"The table below counts the levels of {name_of(column)}."]
    more = f", of {number(len(value))} levels" if len(value) > 6 else ""
    return [f"Most frequent in {name_of(column)}: {', '.join(shown)}{more}."]


def summarise(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    row = value.iloc[0]
    shown = amount(row["value"], row["column"]) if isinstance(row["value"], int | float) or hasattr(row["value"], "dtype") else cell(row["value"])
    gaps = f", {number(row['missing'])} missing" if row["missing"] else ""
    what = condition_text(arguments.get("where"))
    where = f" of rows with {what}" if what else ""
    return [f"The {statistic_word(row['statistic'])} of {name_of(row['column'])}{where} is {shown} (n = {count(row['n'])}{gaps})."]


def quantile(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    groups = [name for name in value.columns if name not in ("column", "q", "value", "n")]
    if groups or len(value) > 6:
        return [f"The table below holds the quantiles of {name_of(arguments['column'])}."]
    return [
        f"The {number(row['q'])} quantile of {name_of(row['column'])} is {amount(row['value'], row['column'])} (n = {count(row['n'])})."
        for row in value.to_dict("records")
    ]

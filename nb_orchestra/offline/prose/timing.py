"""Sentences about time."""

from __future__ import annotations

from calendar import month_abbr
from collections.abc import Mapping
from typing import Any

import pandas as pd

from nb_orchestra.offline.prose.looking import statistic_word
from nb_orchestra.offline.prose.wording import (
    MONEY,
    amount,
    cell,
    freedom,
    interval,
    left_out,
    listed,
    missing,
    name_of,
    number,
    p_text,
    plural,
    safe,
    title_of,
)
from nb_orchestra.offline.recipes.labels import name_and_unit

TOLD = ("too few", "enlarged", "counted as", "seasons are not taken out")
"""Which of a trend's assumptions the text says."""
DECADES = 20
"""Years from which on a change per decade says something."""


def resample(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    """The first, the last and the highest period."""
    every, statistic = str(arguments.get("every", "month")), str(arguments.get("statistic", "mean"))
    if statistic not in value.columns or not len(value) or arguments.get("by"):
        return []
    date, column = value.columns[0], str(arguments["value"] if isinstance(arguments["value"], str) else arguments["value"][0])
    there = value.dropna(subset=[statistic])
    if not len(there):
        return []
    best = there.loc[there[statistic].idxmax()]
    ends = [f"{amount(there.iloc[at][statistic], column)} in {period(there.iloc[at][date], every)}" for at in (0, -1)]
    top = f"highest in {period(best[date], every)} ({amount(best[statistic], column)})"
    return [f"{title_of(statistic_word(statistic))} {name_of(column)} per {every}: {ends[0]} at first, {ends[1]} at last, {top}."]


def period(date: Any, every: str) -> str:
    """A period's name by its first moment: 2012, Mar 2012, Q1 2012, 2012-03-05."""
    if every == "month":
        return f"{month_abbr[date.month]} {date.year}"
    if every == "quarter":
        return f"Q{(date.month + 2) // 3} {date.year}"
    return f"{date.year}" if every in ("year", "decade") else cell(date)


def time_pattern(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    """The three highest and the lowest part of the calendar."""
    part, statistic = str(value.columns[0]), str(value.columns[-1])
    column = str(arguments["value"])
    there = value.dropna(subset=[statistic]).sort_values(statistic, ascending=False, kind="stable")
    if len(there) < 2:
        return []
    top = [f"{cell(row[part], part)} ({amount(row[statistic], column)})" for row in there.head(3).to_dict("records")]
    last = there.iloc[-1]
    what = f"{statistic_word(statistic)} {name_of(column)}"
    if statistic in ("max", "min"):
        return [f"{title_of(what)} by {part}: highest in {listed(top)}, lowest in {cell(last[part], part)} ({amount(last[statistic], column)})."]
    return [f"The {part}s with the highest {what} are {listed(top)}; the lowest is {cell(last[part], part)} ({amount(last[statistic], column)})."]


def trend(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    texts = []
    for row in value.to_dict("records"):
        group = "" if missing(row["group"]) else f" in {safe(str(row['group']))}"
        column, every = row["value"], str(row["every"])
        found = "shows no clear trend" if row["direction"] == "no clear trend" else f"is {row['direction']}"
        ends = [f"{level_text(row[f'{end}_level'], column)} ({period(row[end], every)})" for end in ("first", "last")]
        what, went = ("The number of rows", "it") if column == "n" else (title_of(name_of(column)), f"the mean per {every}")
        texts.append(f"{what}{group} {found}: {went} went from {ends[0]} to {ends[1]}.")
        decade = f" ({amount(row['slope_per_decade'], column)} per decade)" if row["years"] >= DECADES else ""
        ends_of = interval(row["ci_low"], row["ci_high"], column)
        degrees = "" if missing(row["df"]) else f"({freedom(row['df'])})"
        test = f"{row['test']}{degrees} = {number(row['statistic'])}, {p_text(row['p'])}"
        texts.append(
            f"{slope_of(row)} {amount(row['slope_per_year'], column)} per year{decade}{f' ({ends_of})' if ends_of else ''}: {test}, "
            f"n = {plural(row['periods'], every)}" + (f" (means of {plural(row['n'], 'row')})." if row["n"] > row["periods"] else ".")
        )
        few = [part for part in str(row["assumptions"]).split("; ") if any(mark in part for mark in TOLD)]
        texts += [f"{title_of(part)}." for part in few]
        texts += left_out(row)
    return texts


def slope_of(row: Mapping[str, Any]) -> str:
    return "Theil–Sen slope" if "Theil" in str(row["effect_size"]) else "Slope"


def level_text(value: Any, column: str) -> str:
    """A level to two decimals where it is small: what changes over the years may be little."""
    unit = name_and_unit(str(column))[1]
    if column == "n" and float(value).is_integer():
        return f"{value:,.0f}"
    return f"{number(value, 2)} {unit}".strip() if 1 <= abs(value) < 100 and unit not in MONEY else amount(value, column)


def longest_run(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    row = value.iloc[0]
    ends = f"from {cell(row['start'])} to {cell(row['end'])}"
    others = f" ({plural(len(value), 'run')} of that length)" if len(value) > 1 else ""
    daily = isinstance(row["start"], pd.Timestamp) and (row["end"] - row["start"]).days + 1 == row["length"]
    return [f"The longest run is {plural(row['length'], 'day' if daily else 'row')}, {ends}{others}."]


def seasonality(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    row = value.iloc[0]
    span = f"from {cell(value['date'].iloc[0])} to {cell(value['date'].iloc[-1])}"
    return [f"The season repeats every {number(row['period'])} values, with a strength of {number(row['strength'])} between none (0) and all (1), {span}."]

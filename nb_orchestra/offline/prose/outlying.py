"""Sentences about outliers and order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nb_orchestra.offline.prose.grouping import as_list
from nb_orchestra.offline.prose.looking import statistic_word
from nb_orchestra.offline.prose.wording import amount, cell, count, is_year, listed, missing, name_of, number, plural, title_of


def outliers(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    column, by = str(arguments["column"]), as_list(arguments.get("by"))
    within = f" within {listed([name_of(name) for name in by])}" if by else ""
    if not len(value):
        return [f"No value of {name_of(column)} is an outlier{within}."]
    shown = []
    for row in value.head(6).to_dict("records"):
        group = f"{' '.join(cell(row[name], name) for name in by if name in row)} " if by else ""
        shown.append(f"{group}{amount(row['value'], column)} (limits {number(row['low_limit'])} to {number(row['high_limit'])})")
    more = "" if len(value) <= 6 else " among others"
    return [f"{plural(len(value), 'row is an outlier', 'rows are outliers')} in {name_of(column)}{within}: {', '.join(shown)}{more}."]


def outlier_summary(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    by = as_list(arguments.get("by"))
    shown = []
    for row in value[value["outliers"] > 0].head(6).to_dict("records"):
        group = "".join(f" {cell(row[name], name)}" for name in by if name in row)
        limits = f"limits {number(row['low_limit'])} to {number(row['high_limit'])}"
        shown.append(f"{name_of(row['column'])}{group} {number(row['outliers'])} of {count(row['n'])} ({limits})")
    return [f"Outliers: {', '.join(shown)}."] if shown else ["No value is an outlier."]


def rank(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    """Who stands first, second and third."""
    by = str(arguments["by"])
    label = label_column(value, by)
    if not len(value) or by not in value.columns:
        return []
    shown = [f"{cell(row[label], label) if label else 'row'} ({amount_or_text(row[by], by)})" for row in value.head(3).to_dict("records")]
    ends = ("earliest", "latest") if _is_date(by) else ("lowest", "highest")
    end = ends[0] if arguments.get("ascending") else ends[1]
    within = listed([name_of(name) for name in as_list(arguments.get("within"))])
    return (
        [f"The {end} {name_of(by)}{' within each ' + within if within else ''}: {', '.join(shown)}."]
        if not within
        else [f"The table below ranks {name_of(by)} within each {within}."]
    )


def amount_or_text(value: Any, column: str) -> str:
    return amount(value, column) if isinstance(value, int | float) else cell(value, column)


def _is_date(column: str) -> bool:
    return "date" in re.split(r"[_\W]+", column.casefold())


_IDS = frozenset({"id", "code", "nr", "no"})
_TITLES = frozenset({"title", "name", "country", "city"})


def label_column(value: Any, by: str) -> str | None:
    """The column that names rows: the first text column that tells most of them apart."""
    ids = [name for name in value.columns if _IDS & set(re.split(r"[_\W]+", str(name).casefold())) and name != by and value[name].is_unique]
    texts = [name for name in value.columns if value[name].dtype.kind not in "iufbM" and name != by]
    titles = [name for name in texts if _TITLES & set(re.split(r"[_\W]+", str(name).casefold())) and 2 * value[name].nunique() > len(value)]
    if not texts:
        return next((str(name) for name in value.columns if is_year(str(name)) and name != by and value[name].is_unique), None)
    telling = [name for name in texts if value[name].is_unique and not value[name].astype("string").str.fullmatch(r"[\d.,]+").any()]
    if ids and not titles and (len(value) == 1 or not telling):
        return str(ids[0])
    return titles[0] if titles else max(texts, key=lambda name: (value[name].nunique(), -list(value.columns).index(name)), default=None)


def extreme(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    by, most = str(arguments["by"]), arguments.get("which", "max") == "max"
    timed = by in value.columns and len(value) and (value[by].dtype.kind == "M" or is_year(by) or _is_date(by))
    which = ("latest" if most else "earliest") if timed else "highest" if most else "lowest"
    label = next((name for name in as_list(arguments.get("columns")) if name in value.columns and name != by), None) or label_column(value, by)
    if not len(value):
        return []
    row = value.iloc[0]
    dates = [name for name in value.columns if value[name].dtype.kind == "M" and name not in (by, label)][:1]
    named = [" on ".join([cell(row[name], name) for name in (label, *dates) if name]) for row in value.to_dict("records")]
    if by == "n" and label:
        return [f"{title_of(listed(named))} {'has' if len(named) == 1 else 'have'} the {'most' if most else 'fewest'} rows: {count(row[by])}."]
    same = timed and label is not None and cell(row[label], label) == cell(row[by], by)  # a date as text beside itself
    who = f", that of {listed(named)}" if (label or dates) and not same else ""
    return [*premise(row[by], by, most), f"The {which} {name_of(by)} is {amount_or_text(row[by], by)}{who}."]


def premise(value: Any, by: str, most: bool) -> list[str]:
    """Where the largest fall is asked for and nothing fell (the largest rise, and nothing rose), that is said first."""
    if by not in ("change", "percent_change") or missing(value):
        return []
    if not most and value > 0:
        return ["None of them fell: every change is a rise."]
    return ["None of them rose: every change is a fall."] if most and value < 0 else []


def group_extreme(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    by, statistic = as_list(arguments["by"]), str(arguments.get("statistic", "mean"))
    which = "highest" if arguments.get("which", "max") == "max" else "lowest"
    if not len(value) or missing(value.iloc[0, -1]):
        return []
    who = listed([" ".join(cell(row[name], name) for name in by) for row in value.to_dict("records")])
    row = value.iloc[0]
    what = f"{'has' if len(value) == 1 else 'have'} the {which} {statistic_word(statistic)} {name_of(arguments['value'])}"
    return [f"{title_of(who)} {what}: {amount(row.iloc[-1], arguments['value'])} (n = {count(row['n'])})."]

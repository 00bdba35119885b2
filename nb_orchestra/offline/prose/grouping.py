"""Sentences about groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.offline.prose.looking import statistic_word
from nb_orchestra.offline.prose.wording import amount, cell, count, listed, name_of, plural, safe, title_of


def as_list(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else [str(item) for item in value]


def group_summary(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    """The highest and the lowest group of the first statistic; all of them where they are few."""
    by, values = as_list(arguments["by"]), as_list(arguments.get("value"))
    statistics = as_list(arguments.get("statistics")) or ["mean"]
    column = statistics[0] if len(values) == 1 else f"{values[0]}_{statistics[0]}" if values else "n"
    if column not in value.columns or not len(value) or value[column].dtype.kind not in "iuf":
        return []
    what = f"{title_of(statistic_word(statistics[0]))} {name_of(values[0])}" if values else "Rows"
    unit = values[0] if values and statistics[0] not in ("n", "count", "skew", "kurtosis", "distinct", "percent") else ""

    def one(row: Mapping[str, Any]) -> str:
        size = f" (n = {count(row['n'])})" if values and len(values) == 1 else ""
        return f"{' '.join(cell(row[name], name) for name in by if name in row)} {amount(row[column], unit)}{size}"

    ordered = value.dropna(subset=[column]).sort_values(column, ascending=False, kind="stable").to_dict("records")
    if not ordered:
        return []
    if len(ordered) <= 5:
        return [f"{what} by {listed([name_of(name) for name in by])}: {listed([one(row) for row in ordered])}."]
    groups = f"of {plural(len(value), 'group')}"
    return [f"{what} by {listed([name_of(name) for name in by])} is highest for {one(ordered[0])} and lowest for {one(ordered[-1])}, {groups}."]


def crosstab(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    return [f"The table below crosses {name_of(arguments['rows'])} with {name_of(arguments['columns'])}."] if len(value) else []


def weighted_summary(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    row = value.iloc[0]
    if len(value) > 1:
        return [f"The {row['statistic']} of {name_of(arguments['value'])}, weighted by {name_of(arguments['weight'])}, stands in the table below."]
    what = f"The {row['statistic']} of {name_of(arguments['value'])}, weighted by {name_of(arguments['weight'])},"
    return [f"{what} is {amount(row['value'], arguments['value'])} (n = {count(row['n'])})."]


def table_one(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    if "p_holm" not in value.columns:
        return ["The table below describes all rows."]
    tested = value.dropna(subset=["p_holm"])
    if not len(tested):
        return []
    names = [safe(name_of(name)) for name in tested.loc[tested["p_holm"] < 0.05, "variable"]]
    found = f"these differ between groups: {listed(names)}" if names else "no variable is shown to differ between groups"
    return [f"After Holm's adjustment {found}."]

"""Sentences about how sure a number is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.offline.prose.conditions import condition_text
from nb_orchestra.offline.prose.grouping import as_list
from nb_orchestra.offline.prose.wording import amount, cell, count, listed, missing, name_of, number, title_of


def mean_interval(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    column, percent = str(arguments["value"]), f"{100 * float(arguments.get('level', 0.95)):g} %"
    return _said(
        value, arguments, f"Mean {name_of(column)} with its {percent} interval", lambda row, key: amount(row[key], column), "mean", lambda row: row["n"]
    )


def share_interval(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    percent, what = f"{100 * float(arguments.get('level', 0.95)):g} %", condition_text(arguments.get("where"))
    return _said(
        value, arguments, f"Share of rows with {what} and its {percent} interval", lambda row, key: f"{number(row[key])} %", "percent", lambda row: row["of"]
    )


def _said(value: Any, arguments: Mapping[str, Any], begin: str, shown: Any, key: str, size: Any) -> list[str]:
    by = [name for name in as_list(arguments.get("by")) if name in value.columns]
    texts = []
    for row in value.to_dict("records")[:8]:
        group = f"{' '.join(cell(row[name], name) for name in by)} " if by else ""
        ends = "" if missing(row["ci_low"]) else f" ({shown(row, 'ci_low')} to {shown(row, 'ci_high')})"
        texts.append(f"{group}{shown(row, key)}{ends}, n = {count(size(row))}")
    return [f"{begin}{f' by {listed([name_of(name) for name in by])}' if by else ''}: {'; '.join(texts)}."] if len(value) <= 8 else []


def sample_size(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    row = value.to_dict("records")[0]
    column, given = row["value"], arguments.get("difference") is not None
    chance = f"with a power of {number(row['power'])} at alpha {number(row['alpha'])}"
    difference = f"a difference of {amount(row['difference'], column)} in mean {name_of(column)}"
    of = f"standard deviation {amount(row['sd'], column)}, Cohen's d = {number(row['effect'])}"
    if given:
        return [f"{title_of(difference)} needs {count(row['n_each'])} in each of two groups, {count(row['n_both'])} together, {chance} ({of})."]
    return [f"Two groups of {count(row['n_each'])} can show {difference} or more, {chance} ({of})."]

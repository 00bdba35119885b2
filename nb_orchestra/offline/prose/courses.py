"""Sentences about the course of a measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.offline.prose.grouping import as_list
from nb_orchestra.offline.prose.wording import amount, cell, missing, name_of, number, title_of

MOST_TOLD = 6


def fall_from_peak(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    column = str(arguments["value"])
    texts = []
    for row in value.head(MOST_TOLD).to_dict("records"):
        ends = f"from {amount(row['peak'], column)} ({cell(row['peak_at'])}) to {amount(row['lowest'], column)} ({cell(row['lowest_at'])})"
        if not row["fall"]:
            texts.append(f"{_what(row, arguments)} never fell below an earlier value: its latest, {amount(row['latest'], column)}, is its highest.")
            continue
        texts.append(f"{_what(row, arguments)} fell furthest {ends}: by {amount(row['fall'], column)}{_percent(row['percent_fall'])}.")
        below = f"{amount(row['latest_below_peak'], column)}{_percent(row['percent_below_peak'])} below the highest of all"
        texts.append(f"The latest value, {amount(row['latest'], column)} ({cell(row['latest_at'])}), is {below}.")
    return texts


def against_level(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    column = str(arguments["value"])
    texts = []
    for row in value.head(MOST_TOLD).to_dict("records"):
        begin = f"{_what(row, arguments)} was {amount(row['level'], column)} at {cell(row['at'])}"
        for end in ("lowest", "highest"):
            less = row[f"{end}_less_level"]
            gap = f"{amount(abs(less), column)}{_percent(abs(row[f'percent_{end}']))} {'below' if less < 0 else 'above'} that level"
            begin += f"; the {end} value, {amount(row[end], column)} ({cell(row[f'{end}_at'])}), is {gap if less else 'that level'}"
        texts.append(f"{begin}.")
    return texts


def first_and_last(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    column, texts = str(arguments["value"]), []
    for row in value.head(MOST_TOLD).to_dict("records"):
        ends = " to ".join(f"{amount(row[end], column)} ({cell(row[f'{end}_at'])})" for end in ("first", "last"))
        by = f"by {amount(row['change'], column)}{_percent(row['percent_change'])}"
        texts.append(f"{_what(row, arguments)} went from {ends}: {by}." if row["change"] else f"{_what(row, arguments)} went from {ends}: no change.")
    return texts


def _what(row: Mapping[str, Any], arguments: Mapping[str, Any]) -> str:
    groups = " ".join(cell(row[name], name) for name in as_list(arguments.get("by")) if name in row)
    return title_of(f"{name_of(arguments['value'])}{f' of {groups}' if groups else ''}")


def _percent(percent: Any) -> str:
    return "" if missing(percent) else f" ({number(percent)} %)"

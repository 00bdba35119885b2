"""Rows that a step leaves out because they have no value or no group: how many, said beside the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nb_orchestra.offline.reading import Table
from nb_orchestra.offline.reading.intents import texts_in

_GROUPED = frozenset({"group_summary", "count_rows", "group_extreme", "weighted_summary", "pivot"})
_SILENT = frozenset({"describe", "group_summary", "group_extreme", "weighted_summary", "pivot", "quantile"})
"""Recipes whose result does not say how many values were missing. A test says it itself."""
_COUNTING = frozenset({"n", "missing", "missing_percent"})


def left_out(steps: Iterable[Mapping[str, Any]], table: Table) -> list[str]:
    """One line for each column with gaps that a step groups by or measures; none where the goal itself speaks of the gaps."""
    made = list(steps)
    if any(step.get("params", {}).get("recipe") == "drop_missing" and not step["params"]["arguments"].get("columns") for step in made):
        return []
    spoken = {text for step in made if step.get("params", {}).get("recipe") in ("drop_missing", "fill_missing") for text in texts_in(step["params"])}
    lines = [line for step in made for line in _of_step(step.get("params", {}), table, spoken | _tested(made))]
    return list(dict.fromkeys([*lines, *_unknown(made, table)]))


def _unknown(steps: Iterable[Mapping[str, Any]], table: Table) -> Iterator[str]:
    """Rows of which a column of yes and no holds neither, where a condition asks for its no, or for all that is no yes."""
    for step in steps:
        for condition in step.get("params", {}).get("arguments", {}).get("where") or ():
            column = table.by_name.get(str(condition.get("column"))) if isinstance(condition, Mapping) else None
            if column is None or not (column.truth and column.missing):
                continue
            unknown = f"{column.name}: {column.missing:,} of {table.rows:,} rows are unknown"
            if condition.get("op") == "==" and condition.get("value") == column.no:
                yield f"{unknown}, and not among those with {column.no}"
            elif condition.get("op") == "!=" and condition.get("value") == column.yes:
                yield f"{unknown}, and kept among those that are not {column.yes}"


def _tested(steps: Iterable[Mapping[str, Any]]) -> set[str]:
    """Columns that a condition asks for, or asks to be missing."""
    where = [condition for step in steps for condition in step.get("params", {}).get("arguments", {}).get("where") or ()]
    return {str(condition["column"]) for condition in where if isinstance(condition, Mapping)}


def _of_step(params: Mapping[str, Any], table: Table, spoken: set[str]) -> Iterator[str]:
    recipe, arguments = str(params.get("recipe", "")), params.get("arguments", {})
    if recipe in _GROUPED:
        for name in _names(arguments.get("by") or arguments.get("rows"), table, spoken):
            yield f"{name}: {table[name].missing:,} of {table.rows:,} rows have none, so they are in no group"
    if recipe in _SILENT and not _COUNTING & set(texts_in(arguments.get("statistics", ()))):
        measured = [arguments.get(key) for key in ("value", "columns", "column")]
        for name in _names([item for item in measured if item], table, spoken):
            yield f"{name}: {table[name].missing:,} of {table.rows:,} rows have no value and are left out"


def _names(value: Any, table: Table, spoken: set[str]) -> list[str]:
    return [name for name in texts_in(value or ()) if name in table and table[name].missing and name not in spoken]

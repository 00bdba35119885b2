"""Values that a column holds in several spellings: "harbour" and " Harbour " are one district to whoever names it."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.reading.filters import Filters
from nb_orchestra.offline.reading.tables import Column, Table
from nb_orchestra.offline.reading.words import fold

_SHORT = 3
"""Letters: below that a capital may be a value of its own (the alleles a and A)."""


def spelled_alike(column: Column, value: Any) -> list[Any]:
    """The column's values that differ from this one in case, blanks and joints only, itself among them."""
    wanted = fold(str(value))
    if column.kind != "text" or len(wanted) < _SHORT:
        return [value]
    return [level for level in column.levels if fold(str(level)) == wanted] or [value]


_ONE = {"==": "in", "!=": "not in", "in": "in", "not in": "not in"}


def in_every_spelling(found: Filters, table: Table) -> None:
    """Conditions on a value hold all its spellings, and say so."""
    for number, condition in enumerate(found.conditions):
        column = table.by_name.get(str(condition["column"]))
        if column is None or condition["op"] not in _ONE or isinstance(condition.get("value"), dict):
            continue
        value = condition["value"]
        values = list(value) if isinstance(value, list | tuple) else [value]
        alike = {item: spelled_alike(column, item) for item in values}
        spread = list(dict.fromkeys(one for item in values for one in alike[item]))
        if len(spread) > len(values):
            found.conditions[number] = {**condition, "op": _ONE[condition["op"]], "value": spread}
            found.notes += [f"{item} → {column.name}: written {', '.join(map(repr, alike[item]))}" for item in values if len(alike[item]) > 1]

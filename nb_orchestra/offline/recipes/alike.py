"""Columns that say nearly the same: of a table of associations, which are one thing, and which pairs then tell something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

NEARLY_THE_SAME = 0.95
"""Strength from which on two columns count as one thing: total and employed, a price in dollars and in cents."""


def alike(rows: Iterable[Mapping[Any, Any]]) -> list[list[str]]:
    """Groups of two columns and more, each tied to another one of its group by such a strength, in the order in which they are met."""
    groups: list[list[str]] = []
    for row in rows:
        if row["strength"] >= NEARLY_THE_SAME:
            met = [group for group in groups if row["x"] in group or row["y"] in group]
            names = [name for group in met for name in group]
            groups = [group for group in groups if group not in met] + [list(dict.fromkeys([*names, row["x"], row["y"]]))]
    return groups


def telling(rows: Iterable[Mapping[Any, Any]]) -> list[Mapping[Any, Any]]:
    """The rows whose columns are two things; of columns that are one thing only the first row with each other thing stays."""
    rows = list(rows)
    first = {name: group[0] for group in alike(rows) for name in group}
    kept: dict[frozenset[str], Mapping[Any, Any]] = {}
    for row in rows:
        things = frozenset(first.get(name, name) for name in (row["x"], row["y"]))
        if len(things) == 2:
            kept.setdefault(things, row)
    return list(kept.values())

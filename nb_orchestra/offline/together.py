"""Several tables of one goal made one before the goal is read: what it needs of another is looked up by a key, equal tables are put one below the other.

A lookup needs a key that stands once in one of the two tables; where it repeats in both, rows would be counted several times, so that is told and not done.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nb_orchestra.core.goal import Goal
from nb_orchestra.offline.reading import Intent, Table, is_frame, read_table
from nb_orchestra.offline.reading.sense import sensed
from nb_orchestra.offline.reading.spelled import spelling_settled
from nb_orchestra.offline.reading.tables import Column

_JOINS = re.compile(r"\b(join|merge|combine|match|link|look ?up)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_STACKED = re.compile(r",?\s*\b(?:when |after )?(?:both )?(?:stack|append|concatenat|put together|put into one)\w*(?: together| table)?\b", re.IGNORECASE)
_WEAK = ("typo", "part")
"""Ways of reading a column for which no table is brought in that the goal does not name."""


@dataclass
class Together:
    """The one table to read, the steps that make it, and what could not be brought in."""

    table: Table
    intents: list[Intent] = field(default_factory=list)
    not_done: list[str] = field(default_factory=list)
    joins: bool = False
    """True where the goal itself says to join: its clause is read as one."""

    def said(self, text: str) -> str:
        """A goal's text over the one table: a stacked table's name is its year, and the stacking is done."""
        for name, (column, value) in self.table.stacked.items():
            text = re.sub(rf"\{{\s*{name}\s*\}}", str(value), text) if column == "year" else text
        return _STACKED.sub("", text) if self.table.stacked else text


def brought_together(goal: Goal, table: Table, said: str) -> Together:
    """The goal's tables as one, as far as it needs them; `said` holds the goals that it continues as well."""
    frames = {name: value for name, value in goal.data.items() if is_frame(value) and name != table.name}
    named = [name for name in frames if "{" + name in said]
    names = sorted(named, key=lambda name: said.find("{" + name)) + [name for name in frames if name not in named]
    made = Together(table, joins=bool(named) and _JOINS.search(said) is not None)
    for name in names:
        other = spelling_settled(read_table(name, frames[name]), said)
        if made.joins:
            made.table = made.table.joined(other) if name in named else made.table
        elif _alike(table, other):
            _stack(made, table, other, names)
        elif _needed(made.table, other, said, named=name in named):
            _look_up(made, goal.data, other)
        elif name in named:
            made.not_done.append(f"{name}: nothing that the goal asks for was found in this table")
    return made


def _alike(table: Table, other: Table) -> bool:
    return len(table.columns) > 1 and {(column.name, column.kind) for column in table.columns} == {(column.name, column.kind) for column in other.columns}


def _needed(table: Table, other: Table, said: str, *, named: bool) -> bool:
    """True where words of the goal are columns or values that only the other table has."""
    new = {column.name for column in other.columns if column.name not in table}
    for item in sensed(said, table.joined(other)):
        column = str(item.value) if item.kind == "column" else str(item.value[0]) if item.kind == "level" else ""
        if column in new and (named or item.how not in _WEAK) and not _known(item.start, item.end, said, table):
            return True
    return False


def _known(start: int, end: int, said: str, table: Table) -> bool:
    """True where the first table has a reading of its own for these words."""
    return any(item.kind in ("column", "level") and item.start < end and start < item.end and item.how not in _WEAK for item in sensed(said, table))


def _look_up(made: Together, data: Mapping[str, Any], other: Table) -> None:
    from nb_orchestra.offline.recipes.joining import telling_key
    from nb_orchestra.offline.recipes.tables import as_table

    right = as_table(data[other.name])
    keys = {name: telling_key(as_table(data[name]), right) for name in (made.table.name, *(known for known, _ in made.table.others))}
    of, key = next(((name, key) for name, key in keys.items() if key is not None), ("", None))
    if key is None:
        made.not_done.append(f"{other.name}: no column of it matches one of {made.table.name}, so nothing of it was looked up; name the key")
        return
    shown = ", ".join(left if left == right else f"{left} = {right}" for left, right in key.pairs)
    if key.repeats:
        made.not_done.append(
            f"{other.name}: {shown} stands in several rows of both {of} and {other.name}, so rows would be counted twice; total one of them first"
        )
        return
    rows = max(made.table.rows, other.rows)
    new = [column for column in other.columns if column.name not in made.table]
    columns = tuple(_of_more_rows(column, rows) for column in (*made.table.columns, *new))
    shared = tuple(left for left, _ in key.pairs)
    made.table = replace(made.table, columns=columns, rows=rows, others=(*made.table.others, (other.name, shared)))
    read = [*dict.fromkeys(right for _, right in key.pairs), *(column.name for column in new if column.name not in {right for _, right in key.pairs})]
    options = {"other": other.name, "how": "inner", "on": dict(key.pairs), "columns": read}
    made.intents.append(Intent("join", f"{other.name} looked up by {shown}", options=options))


def _of_more_rows(column: Column, rows: int) -> Column:
    return replace(column, rows=rows)


def _stack(made: Together, first: Table, other: Table, names: list[str]) -> None:
    """One below the other; a column says which table a row is of, or its year where the names tell it and no column does."""
    years = {name: _YEAR.findall(name) for name in (first.name, *names)}
    by_year = all(len(found) == 1 for found in years.values())
    values: dict[str, Any]
    label: str
    if by_year and first.date is not None:
        label, values = "", {}
    elif by_year:
        label, values = "year", {name: int(found[0]) for name, found in years.items()}
    else:
        label, values = ("table" if "table" not in first else "which_table"), {name: name for name in years}
    rows = made.table.rows + other.rows
    columns = tuple(_both(column, other) for column in made.table.columns if column.name != label)
    if label:
        told = tuple(values.values())
        span = (float(min(told)), float(max(told))) if label == "year" else (None, None)
        kind = "number" if label == "year" else "text"
        columns = (*columns, Column(label, kind, (label,), distinct=len(told), levels=told, low=span[0], high=span[1], rows=rows))
    frames = {name: ("year", int(found[0])) if by_year else (label, values[name]) for name, found in years.items()}
    made.table = replace(made.table, columns=columns, rows=rows, stacked=frames)
    labels = [None if made.intents else values.get(first.name), values.get(other.name)]
    made.intents.append(Intent("stack", f"{other.name} below {first.name}", options={"other": other.name, "label": label, "labels": labels if label else []}))


def _both(column: Column, other: Table) -> Column:
    """What a column holds in both tables."""
    beside = other.by_name[column.name]
    levels = tuple(dict.fromkeys((*column.levels, *beside.levels)))
    lows, highs = [[edge for edge in edges if edge is not None] for edges in ((column.low, beside.low), (column.high, beside.high))]
    return replace(
        column,
        levels=levels if column.levels and beside.levels else (),
        distinct=len(levels) if column.levels and beside.levels else max(column.distinct, beside.distinct),
        low=min(lows, default=None),
        high=max(highs, default=None),
        missing=column.missing + beside.missing,
        rows=column.rows + beside.rows,
    )

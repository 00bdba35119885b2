"""A table whose values are written one way each, or as they stand: what a goal about it wants."""

from __future__ import annotations

from dataclasses import replace

from nb_orchestra.offline.reading.answer_formats.formats import divide
from nb_orchestra.offline.reading.rephrasing.talking import AS_WRITTEN
from nb_orchestra.offline.reading.tables import Column, Table


def spelling_settled(table: Table, said: str) -> Table:
    """The table with each value written one way; as it stands where the goal says "as written", or has an answer format."""
    if AS_WRITTEN.search(said):
        return replace(table, columns=tuple(map(as_written, table.columns)))
    return table if divide(said)[1] else replace(table, columns=tuple(map(_once, table.columns)))


def as_written(column: Column) -> Column:
    """The same with every spelling as a value of its own."""
    levels = {*column.levels, *(text for one in column.spelt for text in one.others)}
    return replace(column, levels=tuple(sorted(levels, key=str)), distinct=len(levels), spelt=()) if column.spelt else column


def _once(column: Column) -> Column:
    gone = {text for one in column.spelt for text in one.others}
    levels = {*(level for level in column.levels if level not in gone), *(one.kept for one in column.spelt)}
    return replace(column, levels=tuple(sorted(levels, key=str)), distinct=len(levels)) if gone else column

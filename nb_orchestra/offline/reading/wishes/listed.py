"""Counts of values that a goal lists: each by itself."""

from __future__ import annotations

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.memory import Memory


def listed_counts(clause: Clause, memory: Memory, by: list[str], where: tuple[Condition, ...]) -> list[Intent]:
    """ "How many approved, denied and withdrawn": each of the values that are listed, in percent of all rows, and all of them together."""
    listed = next((item for item in clause.conditions if item["op"] == "in" and item["column"] in by), None)
    if listed is None or memory.slot_words:
        return []
    column, values, rest = str(listed["column"]), list(listed["value"]), tuple(item for item in where if item is not listed)
    lists = [str(item["column"]) for item in rest if item["op"] == "in"]  # "male Adelie and female Gentoo": each pair
    others = tuple(dict.fromkeys((*(name for name in by if name != column), *lists)))
    each = Intent("value_counts", clause.text, (column,), others, where=rest, options={"levels": values})
    every = set(memory.table[column].levels) <= set(values) if column in memory.table else False
    return [each] if every or others or clause.together != column else [each, Intent("count", clause.text, where=(*rest, listed))]

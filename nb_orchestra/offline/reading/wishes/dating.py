"""The wish for a part of the date as a column of its own: "add a column with the day of the week"."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.picking import numbers
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_PART_OF_DATE = re.compile(
    r"\b(?:column|variable|field|feature)s?\b.*?\b(?:with|for|of|called|holding|containing|that \w+)?\s*(?:the )?"
    r"(day[ -]of[ -](?:the[ -])?week|weekday|week ?day|month|year|quarter|hour|week|weekend)\b|"
    r"\b(?:add|create|make|extract|derive)\b\s+(?:an?|the|me)?\s*(day[ -]of[ -](?:the[ -])?week|weekday|month|year|quarter|hour|week|weekend)\b",
    re.IGNORECASE,
)
_DATE_OPS = {"weekday": "weekday_name", "month": "month", "year": "year", "quarter": "quarter", "hour": "hour", "week": "week"}


def _date_part(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Add a column with the day of the week"."""
    found, date = _PART_OF_DATE.search(clause.text), memory.table.date
    if found is None or date is None or memory.table[date].kind != "date" or numbers(clause):
        return []
    said = (found[1] or found[2]).casefold().replace("-", " ")
    part = "weekday" if said.startswith(("day", "week day")) else said
    name = part if part not in memory.table else f"{part}_of_{date}"
    tree: dict[str, Any] = {"op": _DATE_OPS.get(part, "weekday"), "args": [{"column": date}]}
    if part == "weekend":
        tree = {"op": "if", "args": [{"op": ">=", "args": [tree, 5]}, "weekend", "weekday"]}
    memory.made[name] = tree
    memory.table = memory.table.with_column(name, "text" if part in ("weekday", "weekend") else "number")
    return [Intent("derive", clause.text, options={"name": name, "expression": tree})]


DATE_PART = Wish("date_part", _date_part, takes=words("create convert count stat pattern resample counts"), when=lambda clause, memory: not memory.slot_words)


_COUNTED = ("count", "number", "n", "abundance", "cases", "case", "births", "sales", "visits", "total")


def only_counted(clause: Clause, memory: Memory) -> list[str]:
    """ "Is the skylark declining", where each row says how many were seen: the one column of counts, of the rows that are named."""
    if memory.slot_words or not any(item["op"] in ("==", "in") for item in clause.conditions):
        return []
    numeric = [column for column in memory.table.of_kind("number") if not (column.labelling or column.numbering or column.looks_like_year or column.truth)]
    found = [column.name for column in numeric if set(column.words) <= set(_COUNTED)] or [column.name for column in numeric]
    if len(found) != 1:
        return []
    memory.assume(f"how many: {found[0]}")
    return found


def date_is_short(memory: Memory) -> bool:
    """True for times of some weeks at most, with hours."""
    date = memory.table.by_name.get(memory.table.date or "")
    return date is not None and date.moments and date.years < 0.25

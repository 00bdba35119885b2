"""Wishes for an order: of rows by a column, of groups by what is computed of them."""

from __future__ import annotations

import re
from dataclasses import replace

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.picking import STATISTICS, statistics_of_each


def sort_wish(clause: Clause, memory: Memory) -> list[Intent]:
    columns = tuple(name for name in clause.columns() if name in clause.table)
    text = clause.text.casefold()
    if grouped := _sorted_groups(clause, memory):
        return grouped
    descending = any(word in text for word in ("descending", "highest", "largest", "decreasing", "from high", "newest", "biggest"))
    return [Intent("sort", clause.text, columns, options={"ascending": not descending})] if columns else []


def _sorted_groups(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Sort the species by median flipper length", "total women and men by category, sorted by women": groups, in the order of their statistic."""
    statistic = next((key for key in clause.keys("stat") if key in STATISTICS), "")
    spoken = [str(tag.value) for tag in clause.tags if tag.kind == "column" and tag.value in clause.table]
    groups = [name for name in dict.fromkeys(spoken) if clause.table[name].kind in ("text", "boolean") and not clause.table[name].identifying]
    measured = [name for name in spoken if clause.table[name].kind == "number" and not clause.table[name].looks_like_year]
    if not statistic or not groups or not measured or memory.slot_words:
        return []
    last = measured[-1]
    memory.order = "descending" if _DOWN.search(clause.text) else "ascending"
    columns = (*(name for name in dict.fromkeys(measured) if name != last), last)
    at = next((n for n, tag in enumerate(clause.tags) if tag.is_a("verb", "sort")), 0)
    each = statistics_of_each(replace(clause, tags=clause.tags[:at]), list(columns))
    options = {"each": {name: each[name] for name in columns}} if each else {}
    return [Intent("statistics", clause.text, columns, tuple(groups[:2]), (statistic,), clause.conditions, options)]


_DOWN = re.compile(r"\b(?:descending|highest|largest|decreasing|from high|newest|biggest|most)\b", re.IGNORECASE)

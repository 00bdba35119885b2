"""Totals of each day first: "average units per day" of a table with several rows a day is the mean of its days, not of its rows."""

from __future__ import annotations

import re
from dataclasses import replace

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tables import Table

_PER_DAY = re.compile(r"\b(?:per|each|every|a|an) (?:single |calendar |open )?(?:day|date)\b", re.IGNORECASE)
_KINDS = vocabulary("statistics compare distribution normality outliers")
_OF_GROUPS = vocabulary("group_extreme group_rank")
_TOTALS = {(), ("sum",)}


def _days_counted(intent: Intent, clause: Clause, memory: Memory, date: str) -> Intent:
    """ "How many days had less than 10 bagels": the limit is for the day's total."""
    from nb_orchestra.offline.reading.wishes.picking import adds_over_time

    at = next((n for n, tag in enumerate(clause.tags) if tag.is_a("verb", "count") or tag.is_a("stat", "n")), len(clause.tags))
    asked = any(tag.kind == "column" and tag.value == date for tag in clause.tags[at + 1 : at + 3])
    limits = [item for item in intent.where if item["op"] in _SIDES and memory.table[str(item["column"])].kind == "number"]
    if not asked or memory.slot_words or len(limits) != 1:
        return intent
    if not adds_over_time(memory.table[str(limits[0]["column"])]):
        memory.assume("a day counts once, where any of its rows meets the condition")
        return replace(intent, kind="statistics", columns=(date,), statistics=("distinct",), options={"whole_days": date})
    value = str(limits[0]["column"])
    memory.assume(f"{value}: the total of each day that has rows")
    others = tuple(item for item in intent.where if item is not limits[0])
    return replace(intent, columns=(value,), where=tuple(limits), options={**intent.options, "daily": date, "of": others})


_SIDES = (">", ">=", "<", "<=")


def crowded_date(table: Table) -> str:
    """The table's date column, where several rows stand on each day."""
    column = table.by_name.get(table.date or "")
    return column.name if column is not None and column.crowded else ""


def of_days(intent: Intent, clause: Clause, memory: Memory) -> Intent:
    """The intent, over the totals of each day where the clause (or the one before, of the same measure) says "per day"."""
    from nb_orchestra.offline.reading.wishes.picking import adds_over_time

    date = crowded_date(memory.table)
    if date and intent.kind in _OF_GROUPS and intent.by == (date,):
        return replace(intent, options={**intent.options, "whole_days": date})
    if date and intent.kind == "count" and not intent.by:
        return _days_counted(intent, clause, memory, date)
    value = intent.columns[0] if len(intent.columns) == 1 else ""
    if not date or intent.kind not in _KINDS or value not in memory.table or memory.table[value].kind != "number" or memory.slot_words:
        return intent
    said = _PER_DAY.search(clause.text) is not None and adds_over_time(memory.table[value])
    if said and not (intent.kind == "statistics" and intent.statistics in _TOTALS):
        memory.daily = value
    if memory.daily != value or (intent.kind == "statistics" and intent.statistics in _TOTALS):
        return intent
    memory.assume(f"{value} per day: the total of each day that has rows, and then over the days")
    by = tuple(name for name in intent.by if name != date)
    return replace(intent, by=by, options={**intent.options, "daily": date})

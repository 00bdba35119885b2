"""Wishes for what lies far out: rows, or the periods whose own statistic does ("on which day was the latency unusual")."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause, whose_outliers
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.picking import adds_over_time, groups, measures

_THRESHOLDS = {"iqr": (1.0, 5.0), "zscore": (1.0, 6.0), "mad": (1.0, 10.0)}


def outliers_wish(clause: Clause, memory: Memory) -> list[Intent]:
    columns = [name for name in measures(clause, memory) if name in whose_outliers(clause)] or measures(clause, memory)
    if not columns:
        return []
    method = next((key for key in clause.keys("method") if key in _THRESHOLDS), "")
    low, high = _THRESHOLDS.get(method or "iqr", (1.0, 6.0))
    threshold = next((abs(number) for number in clause.numbers if low <= abs(number) <= high), None)
    by = [name for name in groups(clause) if name not in columns and clause.columns("by", "within")]
    if not by and not memory.slot_words and columns == [memory.measure]:
        by = [name for name in memory.groups if memory.table[name].grouping][:1]
    options: dict[str, Any] = {"method": method, "threshold": threshold, "count": clause.has("verb", "count") or clause.has("stat", "n")}
    if (every := _which_period(clause, memory)) and not by:
        statistic = next(
            (key for key in clause.keys("stat") if key in ("mean", "median", "sum", "max")), "sum" if adds_over_time(memory.table[columns[0]]) else "median"
        )
        memory.assume(f"which {every} is unusual: by the {statistic} {columns[0]} of each {every}")
        options |= {"every": every, "date": memory.table.date}
        return [Intent("outlying_periods", clause.text, (columns[0],), (), (statistic,), clause.conditions, options)]
    kind = "remove_outliers" if clause.has("verb", "drop") else "outliers"
    return [Intent(kind, clause.text, tuple(columns), tuple(by), where=clause.conditions, options=options)]


_WHICH_PERIOD = re.compile(r"\b(?:which|what) (day|date|week|month|hour|quarter|year)s?\b", re.IGNORECASE)


def _which_period(clause: Clause, memory: Memory) -> str:
    """ "On which day was the latency unusual", of a table with several rows a day (or a shorter rhythm than is asked for)."""
    found, date = _WHICH_PERIOD.search(clause.text), memory.table.by_name.get(memory.table.date or "")
    if found is None or date is None or date.kind != "date" or memory.slot_words:
        return ""
    every = "day" if found[1].casefold() == "date" else found[1].casefold()
    return every if every != "day" or date.crowded or date.moments else ""

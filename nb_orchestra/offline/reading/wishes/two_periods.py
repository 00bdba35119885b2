"""The two periods that a change lies between: quarters, months or days, as the goal's dates are written by then (2024-01-00 is the whole month)."""

from __future__ import annotations

import re
from calendar import monthrange
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory

_DAY = r"\d{4}-\d\d-\d\d"
_SPAN = re.compile(rf"\bbetween ({_DAY}) and ({_DAY})")
_MOMENT = re.compile(_DAY)
Edges = tuple[str, str]


def two_periods(clause: Clause, memory: Memory) -> tuple[Edges, Edges] | None:
    """First and last day of either period, the earlier one first; None where the clause names no two of them."""
    date = memory.table.date
    if date is None or memory.table[date].kind != "date":
        return None
    spans = [(found[1], found[2]) for found in _SPAN.finditer(clause.text)]
    rest = _SPAN.sub(" ", clause.text)
    single = [(day, day) for day in _MOMENT.findall(rest)]
    if len(spans) == 1 and not single:  # "between January 2008 and December 2009"
        spans, single = [], [(day, day) for day in spans[0]]
    found = sorted({(_first(low), _last(high)) for low, high in (*spans, *single)})
    return (found[0], found[1]) if len(found) == 2 and found[0][1] < found[1][0] else None


def _first(day: str) -> str:
    return f"{day[:-2]}01" if day.endswith("-00") else day


def _last(day: str) -> str:
    return f"{day[:-2]}{monthrange(int(day[:4]), int(day[5:7]))[1]}" if day.endswith("-00") else day


def labelled(clause: Clause, memory: Memory, periods: tuple[Edges, Edges]) -> tuple[str, str, str]:
    """A new column that says in which of the two a row lies, made at once; its name and its two values in order of time."""
    parted = next((item for item in clause.conditions if item["column"] in memory.made and item["op"] == "in" and len(item["value"]) == 2), None)
    if parted is not None:
        first, last = sorted(map(str, parted["value"]))
        return str(parted["column"]), first, last
    name = next(name for name in ("period", "compared_period", "changed_period", "further_period") if name not in memory.table)
    date, labels = {"column": memory.table.date}, [_label(edges) for edges in periods]
    tree: Any = None
    for (low, high), label in zip(reversed(periods), reversed(labels), strict=True):
        inside = {"op": "and", "args": [{"op": ">=", "args": [date, low]}, {"op": "<=", "args": [date, f"{high} 23:59:59"]}]}
        tree = {"op": "if", "args": [inside, label, tree]}
    memory.made[name] = tree
    memory.table = memory.table.with_column(name, "text")
    memory.learn(Intent("derive", clause.text, options={"name": name, "expression": tree}))
    memory.assume(f"change: {labels[1]} against {labels[0]}")
    return name, labels[0], labels[1]


_QUARTERS = (("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31"))


def _label(edges: Edges) -> str:
    """2024 for a year, 2024 Q1 for a quarter, 2024-03 for a month, 2024-01–2024-02 for several, the days themselves else."""
    low, high = edges
    if low.endswith("-01-01") and high == f"{low[:4]}-12-31":
        return low[:4]
    if low[:4] == high[:4] and (low[5:], high[5:]) in _QUARTERS:
        return f"{low[:4]} Q{_QUARTERS.index((low[5:], high[5:])) + 1}"
    whole = low.endswith("-01") and int(high[8:]) == monthrange(int(high[:4]), int(high[5:7]))[1]
    names = dict.fromkeys((low[:7], high[:7]) if whole else (low, high))
    return "–".join(names)

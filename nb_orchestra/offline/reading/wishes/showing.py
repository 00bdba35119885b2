"""Wishes to see or read: charts and written answers."""

from __future__ import annotations

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.picking import groups, numbers
from nb_orchestra.offline.reading.wishes.wish import Wish, words


def _chart(clause: Clause, memory: Memory) -> list[Intent]:
    kind = next(iter(clause.keys("chart")), "")
    statistic = next((key for key in clause.keys("stat") if key in ("mean", "median", "sum", "min", "max", "n")), "")
    columns = [name for name in clause.columns() if name in clause.table]
    options: dict[str, object] = {"kind": kind, "statistic": statistic}
    if not columns and not memory.intents:
        return []
    by = groups(clause)
    measured = [name for name in numbers(clause) if name not in by]
    return [Intent("chart", clause.text, tuple(measured), tuple(by), where=clause.conditions, options=options)]


def _brief(clause: Clause, memory: Memory) -> list[Intent]:
    memory.wants = "brief"
    return [Intent("brief", clause.text)]


def _charted(clause: Clause, memory: Memory) -> bool:
    return clause.has("verb", "chart") or bool(clause.keys("chart"))


SHOWING = (
    Wish("chart", _chart, takes=words("chart"), when=_charted),
    Wish("brief", _brief, words("brief"), takes=words("brief")),
)

"""Wishes for the first or last time that something holds: "in which year did it first exceed 1", "the last year with a negative balance"."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_SIDE = r"(?:first|earliest|last|latest|most recent)"
_SPAN = r"(?:time|day|date|week|month|year)"
_ASKED = re.compile(rf"\bwhen\b.*\b{_SIDE}\b|\b(?:which|what) {_SPAN}\b.*\b{_SIDE}\b|\b{_SIDE} {_SPAN}\b(?! \d)|\b{_SIDE}\b.*\bwhen\b", re.IGNORECASE)
_SIDE_WORD = re.compile(_SIDE, re.IGNORECASE)
_FIRST = re.compile(r"\b(?:first|earliest)\b", re.IGNORECASE)


def _first_time(clause: Clause, memory: Memory) -> list[Intent]:
    """The earliest (or latest) row that meets the conditions."""
    date = str(memory.table.date)
    undated = [item for item in clause.conditions if item["column"] != date]
    limits = [item for item in clause.conditions if item["op"] in (">", "<", ">=", "<=")]
    if not undated or (clause.has("cmp", ">", "<", ">=", "<=") and clause.numbers and not limits):
        return []
    memory.known |= {tag.text.casefold() for tag in clause.tags if _SIDE_WORD.fullmatch(tag.text)}
    which = "min" if _FIRST.search(clause.text) else "max"
    return [Intent("first_time", clause.text, (date,), where=clause.conditions, options={"which": which})]


def _asks_when(clause: Clause, memory: Memory) -> bool:
    return memory.table.date is not None and not memory.slot_words and _ASKED.search(clause.text) is not None


FIRSTS = (
    Wish(
        "first_time",
        _first_time,
        takes=words("extreme rank super count stat statistics trend change resample pattern peak distribution filter compare plain drop run"),
        when=_asks_when,
        ends=True,
    ),
)

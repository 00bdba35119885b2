"""Wishes for the first or last time that something holds: "in which year did it first exceed 1", "the last year with a negative balance"."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.language.synonyms import POINTERS
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_SIDE = r"(?:first|earliest|last|latest|most recent)"
_SPAN = r"(?:time|day|date|week|month|year)"
_ASKED = re.compile(rf"\bwhen\b.*\b{_SIDE}\b|\b(?:which|what) {_SPAN}\b.*\b{_SIDE}\b|\b{_SIDE} {_SPAN}\b(?! \d)|\b{_SIDE}\b.*\bwhen\b", re.IGNORECASE)
_PASS = r"(?:pass|passed|exceed\w*|reach\w*|surpass\w*|cross\w*|top|topped|break|broke)"
_PASSING = re.compile(rf"\b(?:when|(?:in )?(?:which|what) (?:year|month|week|day))\b.*\b{_PASS}\b", re.IGNORECASE)
_SIDE_WORD = re.compile(_SIDE, re.IGNORECASE)
_FIRST = re.compile(r"\b(?:first|earliest)\b", re.IGNORECASE)


_NAMED_FIRST = re.compile(
    r"\W*(?:(?:please )?(?:find|show|give|tell|name|get|look up)(?: me| us)? )?(?:my|our|the) (?:single )?\w+est (?:\w+)\b(?! \d)", re.IGNORECASE
)


def names_one_row(clause: Clause) -> bool:
    """An order that asks for one row: "find my fastest run"."""
    return _NAMED_FIRST.match(clause.text) is not None


def ends_of_dates(clause: Clause, memory: Memory, side: str) -> list[Intent]:
    """ "Who has the latest start date", "the 3 with the earliest delivery": rows in the order of that date."""
    dating = {word for word, (notions, _) in POINTERS.items() if "date" in notions}  # and not the date of "the hottest day"
    pairs = ((tag, most) for most, tag in pairwise(clause.tags) if "super" in most.kinds and most.kinds.get("point", "last") in dating | {"last"})
    pairs = ((tag, most) for tag, most in pairs if tag.kind == "column" and tag.value in clause.table)
    date = next((str(tag.value) for tag, _ in pairs if clause.table[str(tag.value)].kind == "date"), "")
    if not date or memory.slot_words or clause.columns("by"):
        return []
    n = next((int(number) for number in clause.numbers if 1 < number <= 100 and float(number).is_integer()), 0)
    if n:
        return [Intent("rank", clause.text, (date,), where=clause.conditions, options={"n": n, "ascending": side == "min"})]
    return [Intent("extreme", clause.text, (date,), where=clause.conditions, options={"which": side, "asked": ()})]


def _first_time(clause: Clause, memory: Memory) -> list[Intent]:
    """The earliest (or latest) row that meets the conditions."""
    date = str(memory.table.date)
    undated = [item for item in clause.conditions if item["column"] != date]
    limits = [item for item in clause.conditions if item["op"] in _LIMITS]
    if _PASSING.search(clause.text):  # "when did it pass 60": the first time that it was so much
        undated = [_reached(item, memory) for item in undated]
        clause = replace(clause, conditions=(*(item for item in clause.conditions if item["column"] == date), *undated))
        limits = [item for item in undated if item["op"] in _LIMITS]
    if not undated or (clause.has("cmp", ">", "<", ">=", "<=") and clause.numbers and not limits):
        return []
    memory.known |= {tag.text.casefold() for tag in clause.tags if _SIDE_WORD.fullmatch(tag.text) or _PASSES.fullmatch(tag.text)}
    which = "min" if _FIRST.search(clause.text) or _PASSING.search(clause.text) else "max"
    return [Intent("first_time", clause.text, (date,), where=clause.conditions, options={"which": which})]


_LIMITS = (">", "<", ">=", "<=")
_PASSES = re.compile(_PASS, re.IGNORECASE)


def _reached(condition: Condition, memory: Memory) -> Condition:
    """ "Pass 60": at least so much, of a number."""
    numeric = memory.table[str(condition["column"])].kind == "number" and isinstance(condition.get("value"), int | float)
    return {**condition, "op": ">="} if numeric and condition["op"] == "==" else condition


def _asks_when(clause: Clause, memory: Memory) -> bool:
    return (
        memory.table.date is not None
        and not memory.slot_words
        and (
            _ASKED.search(clause.text) is not None
            or (_PASSING.search(clause.text) is not None and any(_reached(item, memory)["op"] in _LIMITS for item in clause.conditions))
        )
    )


FIRSTS = (
    Wish(
        "first_time",
        _first_time,
        takes=words("extreme rank super count stat statistics trend change resample pattern peak distribution filter compare plain drop run"),
        when=_asks_when,
        ends=True,
    ),
)

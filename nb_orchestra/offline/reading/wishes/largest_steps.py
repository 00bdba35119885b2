"""Wishes for the period, or the several periods, with the largest step from the one before."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import SPELLED, number_said
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.changing import FALLING, RELATIVE, WORDS_OF_CHANGE, changing_value, usual_statistic

_WHICH_PERIOD = re.compile(
    rf"\b(?:which|what|the)\s+(?:top\s+)?(?:(?P<n>\d+|{'|'.join(SPELLED)})\s+)?(?P<every>year|quarter|month|week|decade|day)(?P<several>s?)\b", re.IGNORECASE
)


def largest_step(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Which year had the largest drop in gross?", "the 3 months with the biggest rise"."""
    value = changing_value(clause, memory)
    if value is None:
        return []
    asked = _WHICH_PERIOD.search(clause.text)
    every = asked["every"].casefold() if asked else "year"
    down = FALLING.search(clause.text) is not None
    side = "min" if down == ("max" in clause.keys("super")) else "max"
    options = {"date": memory.table.date, "every": every, "which": side, "relative": RELATIVE.search(clause.text) is not None, "n": _number(asked)}
    return [Intent("growth", clause.text, (value,), (), (usual_statistic(clause, memory, value),), clause.conditions, options)]


def _number(asked: re.Match[str] | None) -> int:
    """How many periods are asked for, where they are several; 0 for one."""
    return number_said(asked["n"] or "") or 0 if asked is not None and asked["several"] else 0


def asks_largest_step(clause: Clause, memory: Memory) -> bool:
    found = _WHICH_PERIOD.search(clause.text)
    asked = found is not None and (bool(_number(found)) or found.group().casefold().startswith(("which", "what")))
    change = re.search(rf"\b(?:largest|biggest|greatest|smallest|strongest|highest)\b.*{WORDS_OF_CHANGE.pattern}", clause.text, re.IGNORECASE)
    return memory.table.date is not None and not memory.slot_words and asked and change is not None

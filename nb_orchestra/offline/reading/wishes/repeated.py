"""Wishes about change within things that are measured again and again: "change in pain from week 0 to week 12 by arm", "from the first to the last visit"."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.changing import WORDS_OF_CHANGE
from nb_orchestra.offline.reading.wishes.picking import measures
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_ENDS = re.compile(r"\b(?:first|baseline|start)\b.{0,30}\b(?:last|final|end)\b", re.IGNORECASE)
_CHANGES = re.compile(r"\b(?:differen\w*|differs?|compar\w*|better|worse|improv\w*|higher|lower|paired|before|after|effect|significan\w*)\b", re.IGNORECASE)


def _levels(clause: Clause, memory: Memory) -> tuple[str, Any, Any] | None:
    """(the column that says when, its first and its last named level), in the levels' own order."""
    for item in clause.conditions:
        column = memory.table.by_name.get(str(item["column"]))
        if column is None or not column.tells_when or item["op"] not in ("in", "between") or len(item["value"]) != 2:
            continue
        first, last = item["value"]
        if {first, last} <= set(column.levels):
            low, high = sorted(item["value"]) if column.kind == "number" else (first, last)
            return column.name, low, high
    return None


def _own_ends(clause: Clause, memory: Memory) -> tuple[str, None, None] | None:
    """ "From the first to the last visit": each one's own; the column of that name."""
    found = _ENDS.search(clause.text)
    behind = re.findall(r"\w+", clause.text[found.end() :])[:1] if found else []
    said = [*re.findall(r"\w+", found.group()), *behind] if found else []
    for column in memory.table.columns:
        if column.tells_when and {lemma(word) for word in said} & set(column.words):
            return column.name, None, None
    return None


def _change(clause: Clause, memory: Memory) -> list[Intent]:
    ends = _levels(clause, memory) or _own_ends(clause, memory)
    values = [name for name in measures(clause, memory, inherit=False) if ends is None or name != ends[0]]
    if ends is None or not values:
        return []
    over, first, last = ends
    unit = str(memory.table.unit)
    by = [name for name in clause.columns("by", "within", "which", "target", "pair") if name in memory.table and name not in (over, unit, *values)]
    by = [name for name in by if memory.table[name].grouping and name != memory.table.date]
    where = tuple(item for item in clause.conditions if item["column"] != over)
    said = f"from {first} to {last} of {over}" if first is not None else f"from the first to the last {over} of each"
    memory.assume(f"change: {values[0]} within each {unit}, {said}")
    memory.known |= {word for word in re.findall(r"\w+", clause.text.casefold()) if lemma(word) in _SAID}
    options = {"unit": unit, "over": over, "first": first, "last": last}
    return [Intent("change_within", clause.text, (values[0],), tuple(by[:1]), ("mean",), where, options)]


_SAID = vocabulary(
    "first last change from before after baseline final end start paired pair better worse improve improvement same between difference get got go went"
)


def _asks(clause: Clause, memory: Memory) -> bool:
    said = WORDS_OF_CHANGE.search(clause.text) or _CHANGES.search(clause.text)
    return memory.table.unit is not None and not memory.slot_words and said is not None and not clause.has("verb", "count") and not clause.has("chart")


_ALL = words(
    "seasonal share trend resample super count stat rank compare extreme statistics distribution run rows pattern against_rest from_to yes_or_no levels filter"
    " growth change premise step posthoc correlate describe peak plain gap count_change count_course"
)

REPEATED = (Wish("change_within", _change, takes=_ALL, when=_asks, ends=True),)

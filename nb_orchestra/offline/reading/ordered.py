"""The order of a goal taken from its text; where no measure is named, "slowest first" names it."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.language.synonyms import POINTERS
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.ordering import pointed_order, take_order
from nb_orchestra.offline.reading.sense import sensed


def ordered(body: str, memory: Memory) -> tuple[str, str]:
    """The text without its order, and the order: descending, ascending or none."""
    word = pointed_order(body)
    text, order = take_order(body)
    named = any(item.kind == "column" and item.value in memory.table and memory.table[item.value].kind == "number" for item in sensed(text, memory.table))
    if word in POINTERS and named and re.search(r"\brank", body, re.IGNORECASE):
        return body, ""
    column = memory.measure_for(POINTERS[word][0]) if word in POINTERS and not named else None
    if column is None:
        return text, order
    memory.assume(f"{word} first: by {column}")
    return f"{text.rstrip(' .?!')} by `{column}`", order

"""Before and after a day: "did consumption go down after 1 June 2023", "is the mean higher after 2023-06-01": the rows before it against those from it on."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.deriving.totals import crowded_date
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tables import Column
from nb_orchestra.offline.reading.wishes.adjusting import adjusted
from nb_orchestra.offline.reading.wishes.picking import adds_over_time, measures
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_AFTER = re.compile(r"\bafter(?:wards?)?\b", re.IGNORECASE)
_MOVED = re.compile(
    r"\b(?:go|went|gone|come|came) (?:up|down)\b"
    r"|\b(?:change|differ|drop|fall|fell|rise|rose|increase|decrease|decline|improve|grow|grew|higher|lower|more|less|fewer|better|worse)\w*\b",
    re.IGNORECASE,
)


def _day(clause: Clause, memory: Memory) -> tuple[str, Condition] | None:
    """The first day (or month) after the event, and the condition that says so."""
    found = [item for item in clause.conditions if item["column"] == memory.table.date and item["op"] in (">", ">=")]
    dated = memory.table.date is not None and memory.table[memory.table.date].kind == "date"
    return (str(found[0]["value"])[:10], found[0]) if len(found) == 1 and dated else None


def _before_after(clause: Clause, memory: Memory) -> list[Intent]:
    found = _day(clause, memory)
    controls = clause.columns("control")
    values = [name for name in measures(clause, memory) if name not in controls]
    if found is None or not values or memory.table.date is None:
        return []
    day, condition = found
    date, name = memory.table.date, f"side_of_{day.replace('-', '_')}"
    tree = {"op": "if", "args": [{"op": ">=", "args": [{"column": date}, day]}, "after", "before"]}
    memory.made[name] = tree
    memory.table = memory.table.with_made(Column(name, "text", ("side",), distinct=2, levels=("after", "before"), rows=memory.table.rows))
    memory.assume(f"after: the rows from {day} on, held against those before it")
    memory.known |= {word for tag in clause.tags for word in tag.text.casefold().split() if _MOVED.fullmatch(word) or word in ("go", "went", "up", "down")}
    where = tuple(item for item in clause.conditions if item is not condition)
    made = Intent("derive", clause.text, (name,), options={"name": name, "expression": tree})
    if controls:
        return [made, adjusted(values[0], name, tuple(controls), clause.text, where)]
    options: dict[str, Any] = {"test": "auto"}
    if (crowded_date(memory.table) or memory.table[date].moments) and adds_over_time(memory.table[values[0]]):
        memory.assume(f"{values[0]}: the total of each day that has rows")
        options |= {"daily": date}
    return [made, Intent("compare", clause.text, (values[0],), (name,), where=where, options=options)]


def _moves_after(clause: Clause, memory: Memory) -> bool:
    asks = clause.question and not memory.slot_words and not clause.has("verb", "count") and not clause.columns("by")
    return asks and _AFTER.search(clause.text) is not None and _MOVED.search(clause.text) is not None and _day(clause, memory) is not None


BEFORE_AFTER = (
    Wish(
        "before_after",
        _before_after,
        takes=words("compare trend count distribution extreme rank statistics stat levels yes_or_no against_rest correlate partial matrix changed keep filter"),
        when=_moves_after,
        ends=True,
    ),
)

"""Wishes for how far two groups are apart: "how many more men than women", "how much heavier are males, for each species", "by how much do A and B differ"."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.picking import amount_condition, measures
from nb_orchestra.offline.reading.wishes.ranking import statistic_named
from nb_orchestra.offline.reading.wishes.wish import Wish

_FEWER = re.compile(r"\b(?:fewer|less|lower|smaller|shorter|lighter|younger|cheaper|worse|colder|cooler|faster|quicker|later)\b", re.IGNORECASE)
_HOW_MANY_MORE = re.compile(r"\bhow many (?:more|fewer|less)\b", re.IGNORECASE)
_BY_HOW_MUCH = re.compile(
    r"\bby how (?:much|many)\b|\bhow much\b|\bhow many \w+ (?:heavier|lighter|longer|shorter|more|less|older|younger|taller|higher|lower)\b", re.IGNORECASE
)


_BETWEEN = re.compile(r"\b(?:gap|difference)\b.*\bbetween\b", re.IGNORECASE)
_TESTED = re.compile(r"\bsignifican\w*|\btest\w*|\bp.value", re.IGNORECASE)


def _sides(clause: Clause, memory: Memory) -> tuple[str, str, str] | None:
    """The column, and its two values that are held against each other, the one spoken of first in front."""
    for condition in clause.conditions:
        column = memory.table.by_name.get(str(condition["column"]))
        if condition["op"] == "in" and column is not None and column.kind in ("text", "boolean") and len(condition["value"]) == 2:
            first, second = condition["value"]
            return column.name, first, second
    return None


def _others(clause: Clause, column: str) -> list[str]:
    return [name for name in clause.columns("by", "within") if name in clause.table and name != column and clause.table[name].kind != "number"]


def _gap(clause: Clause, memory: Memory) -> list[Intent]:
    """The two values' counts or statistics, and the difference of the first and the second."""
    found = _sides(clause, memory)
    if found is None:
        return []
    column, first, second = found
    counted = _HOW_MANY_MORE.search(clause.text) is not None and not (statistic_named(clause) or _of_a_measure(clause, memory))
    values = [] if counted else measures(clause, memory, inherit=False)
    within = _others(clause, column)
    if not counted and (not values or (not within and not statistic_named(clause))):
        return []  # a plain comparison says by how much they differ, and whether that may be chance
    amount = () if any("point" in tag.kinds and "super" not in tag.kinds for tag in clause.tags) and values else amount_condition(clause, memory)
    where = (*clause.conditions, *(item for item in amount if item["column"] not in [one["column"] for one in clause.conditions]))
    statistic = statistic_named(clause) or "mean"
    options = {"first": first, "second": second, "less": _FEWER.search(clause.text) is not None}
    return [Intent("gap", clause.text, tuple(values[:1]), (column, *within[:1]), ("n" if counted else statistic,), where, options)]


def _of_a_measure(clause: Clause, memory: Memory) -> bool:
    return bool(measures(clause, memory, inherit=False))


def _asks_gap(clause: Clause, memory: Memory) -> bool:
    asked = _HOW_MANY_MORE.search(clause.text) is not None or _BY_HOW_MUCH.search(clause.text) is not None
    if not memory.slot_words and _BETWEEN.search(clause.text) is not None and clause.columns("by", "within") and not _TESTED.search(clause.text):
        return _sides(clause, memory) is not None
    return not memory.slot_words and asked and re.search(r"\bthan\b|\bdiffer\w*\b|\bcompared\b", clause.text, re.IGNORECASE) is not None


GAPS = (
    Wish(
        "gap",
        _gap,
        when=_asks_gap,
        ends=True,
    ),
)

"""Wishes of clauses that say no more than a measure, a group or a condition."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.checking.weighing import weighty
from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.listed import listed_counts
from nb_orchestra.offline.reading.wishes.picking import adds_up, groups, measures, numbers, repeats
from nb_orchestra.offline.reading.wishes.ranking import statistic_named
from nb_orchestra.offline.reading.wishes.wish import Wish

_COUNTS = frozenset({"n", "share", "distinct"})


def _all_names(memory: Memory) -> set[str]:
    return {column.name for column in memory.table.columns}


def _plainly(clause: Clause, memory: Memory) -> list[Intent]:
    """A measure, a group or both, and nothing said of what is wanted: means by group, the distribution, or counts."""
    if memory.slot_words or clause.question or clause.has("cmp", "missing") or weighty(clause.tags, memory.table, _all_names(memory)):
        return []
    values, by = measures(clause, memory, inherit=False), groups(clause)
    values = [name for name in values if name not in by]
    if values and by:
        usual = "sum" if all(adds_up(memory.table[name]) for name in values) and all(repeats(memory.table[name]) for name in by) else "mean"
        memory.assume(f"summary: {'total' if usual == 'sum' else 'mean'}")
        return [Intent("statistics", clause.text, tuple(values), tuple(by), (usual,), clause.conditions)]
    side = next(iter(clause.keys("super")), "")
    if side and values and values[0] in clause.columns("which") and not memory.slot_words:
        return []  # "which month is it strongest": what is strongest stands elsewhere
    if side and len(values) == 1 and not memory.slot_words:  # "highest budget", "the lowest price since 2010"
        return [Intent("extreme", clause.text, tuple(values), where=clause.conditions, options={"which": side})]
    if values:
        return [Intent("distribution", clause.text, tuple(values), where=clause.conditions)]
    named = [name for name in clause.columns() if name in clause.table]
    happened = [name for name in named if clause.table[name].truth and name not in by]
    if happened and by:  # "no shows per clinic"
        yes = ({"column": happened[0], "op": "==", "value": clause.table[happened[0]].yes},)
        return [Intent("share", clause.text, (), tuple(by), where=yes, options={"of": clause.conditions})]
    return (
        [Intent("value_counts", clause.text, tuple(named[:1]), where=clause.conditions)]
        if named and not clause.verbs and set(clause.keys("stat")) <= _COUNTS
        else []
    )


def _grouped_rows(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Requests slower than 300 ms by service": how many there are."""
    memory.assume(f"{clause.text}: counted")
    if each := listed_counts(clause, memory, groups(clause), clause.conditions):
        return each
    return [Intent("count", clause.text, (), tuple(groups(clause)), where=clause.conditions)] if groups(clause) else []


def _only_grouped(clause: Clause, memory: Memory) -> bool:
    return (
        bool(clause.conditions and clause.columns("by"))
        and set(clause.keys("stat")) <= _COUNTS
        and not memory.slot_words
        and not clause.question
        and not clause.has("verb", "compare")
        and not measures(clause, memory, inherit=False)
    )


_HOW_MUCH = re.compile(r"\W*(?:how much|what (?:is|was|are|were) the)\b", re.IGNORECASE)


def _amount(clause: Clause, memory: Memory) -> list[Intent]:
    """ "How much energy did meter B use in May": the total of what adds up, the mean of what does not."""
    values = [name for name in measures(clause, memory, inherit=False) if not memory.table[name].looks_like_year]
    by = [name for name in groups(clause) if name not in values and name in clause.columns("by", "within")]
    if len(values) != 1 or not (clause.conditions or by):
        return []
    statistic = "sum" if adds_up(memory.table[values[0]]) else "mean"
    memory.assume(f"{values[0]}: {'its total' if statistic == 'sum' else 'its mean'}")
    return [Intent("statistics", clause.text, tuple(values), tuple(by[:2]), (statistic,), clause.conditions)]


def _things_by_measure(clause: Clause, memory: Memory) -> list[Intent]:
    """ "List the products by average delivery time": the statistic of each, in its order."""
    things = [name for name in clause.columns("target") if name in clause.table and repeats(clause.table[name])]
    values = numbers(clause, "by")
    statistic = statistic_named(clause)
    if len(things) != 1 or len(values) != 1 or not statistic:
        return []
    memory.order = memory.order or "descending"
    return [Intent("statistics", clause.text, (values[0],), (things[0],), (statistic,), clause.conditions)]


LAST = (
    Wish("things_by_measure", _things_by_measure, when=lambda clause, memory: not memory.slot_words and not clause.verbs),
    Wish("amount", _amount, when=lambda clause, memory: not memory.slot_words and _HOW_MUCH.match(clause.text) is not None),
    Wish("grouped_rows", _grouped_rows, when=_only_grouped),
    Wish("plain", _plainly, when=lambda clause, memory: not clause.verbs and bool(clause.columns())),
)

"""What the part before found, asked again of other groups, rows or measures: "is it different in the app", "does it differ by sex", "what about only women"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.again import sorts
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_VARIES = re.compile(
    r"\b(?:is|are|was|were|does|do|did|whether|if) (?:it|that|this|they|the (?:share|percentage|proportion|rate|mean|median|average|figure|number)s?)\b"
    r"(?: \w+){0,2}? "
    r"(?:differ\w*|vary|varies|varied|depends?|the same|similar|higher|lower|larger|smaller)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\A\W*(?:and |but )?(?:what|how) about\b", re.IGNORECASE)
_WITH = re.compile(r"\b(?:only|just|with|who|that|for)\b", re.IGNORECASE)
_ASKED = frozenset({"share", "statistics", "count", "compare", "correlate", "rank", "extreme", "group_extreme", "group_rank", "value_counts", "distribution"})


def _varies(clause: Clause, memory: Memory) -> list[Intent]:
    """The share, mean or number of before in each group that the clause names, or of whose column it names a value."""
    before = _counted(memory)
    named = [name for name in clause.columns() if name in memory.table and sorts(memory.table[name])]
    named += [str(item["column"]) for item in clause.conditions if sorts(memory.table[str(item["column"])])]
    measured = [name for name in clause.columns() if name in memory.table and memory.table[name].kind == "number" and not sorts(memory.table[name])]
    if before is not None and before is memory.intents[-1] and measured and measured[0] not in before.columns:
        return _with_a_measure(before, measured[0], clause)
    counted = {str(item["column"]) for item in (*before.where, *before.option("of", ()))} if before is not None else set()
    by = next((name for name in named if name not in counted), None)
    if before is None or before is not memory.intents[-1] or by is None:
        return []
    memory.known |= {"different", "differ", "differs", "same", "higher", "lower", "vary", "varies", "depend", "depends"}
    if before.kind == "statistics":
        return [Intent("compare", clause.text, before.columns[:1], (by,), where=before.where, options={"test": "auto"})] if before.columns else []
    if not before.where:
        return []
    where, of = before.where, tuple(before.option("of", ()))
    binary = len(where) == 1 and where[0]["op"] == "==" and memory.table[str(where[0]["column"])].distinct == 2
    test = [Intent("proportions", clause.text, (str(where[0]["column"]),), (by,), where=of)] if binary else []
    return [Intent("share", clause.text, (), (by,), where=where, options={"of": of}), *test]


def _with_a_measure(before: Intent, measure: str, clause: Clause) -> list[Intent]:
    """ "Average wage, and does it depend on school", "how many girls and boys are there, and do they differ in maths"."""
    if before.kind == "statistics" and before.columns:
        return [Intent("correlate", clause.text, (before.columns[0], measure), where=before.where)]
    named = [item for item in before.where if item["op"] in ("==", "in")]
    by = before.by[:1] or tuple(str(item["column"]) for item in named[:1])
    where = tuple(item for item in before.where if str(item["column"]) not in by)
    return [Intent("compare", clause.text, (measure,), by, where=where, options={"test": "auto"})] if by else []


def _counted(memory: Memory) -> Intent | None:
    """What the part before counted or measured; the values of a column of yes and no are the share of its yes."""
    before = memory.find("share", "statistics", "count", "value_counts")
    column = memory.table.by_name.get(before.columns[0]) if before is not None and before.kind == "value_counts" else None
    if before is None or column is None or not column.truth or before is not memory.intents[-1]:
        return before
    memory.intents[-1] = replace(
        before, kind="share", columns=(), where=({"column": column.name, "op": "==", "value": column.yes},), options={"of": before.where}
    )
    return memory.intents[-1]


def _about(clause: Clause, memory: Memory) -> list[Intent]:
    """The wish of before with other rows (a value of the same column takes the place of the earlier one), another measure or other groups."""
    before = memory.intents[-1]
    measures = [name for name in clause.columns() if name in memory.table and memory.table[name].kind == "number"]
    groups = [name for name in clause.columns() if name in memory.table and sorts(memory.table[name])]
    if before.kind not in _ASKED or not (clause.conditions or measures or groups):
        return []
    truth = next((memory.table[name] for name in groups if memory.table[name].truth and _WITH.search(clause.text)), None)
    if truth is not None and not clause.conditions:
        clause = replace(clause, conditions=({"column": truth.name, "op": "==", "value": truth.yes},))
    memory.assume(f"the same as before: {clause.text}")
    if clause.conditions:
        of_share = before.kind == "share" and not _same_column(before.where, clause.conditions)
        of = before.option("of", ())
        options = {**before.options, "of": (*_others(of, clause.conditions), *clause.conditions)} if of_share else before.options
        where = before.where if of_share else (*_others(before.where, clause.conditions), *clause.conditions)
        return [replace(before, clause=clause.text, where=where, options=options)]
    if measures and before.columns:
        return [replace(before, clause=clause.text, columns=(measures[0], *before.columns[1:]))]
    return [replace(before, clause=clause.text, by=(groups[0],))] if groups and before.by else []


def _same_column(where: Iterable[Condition], new: Iterable[Condition]) -> bool:
    return bool({str(item["column"]) for item in where} & {str(item["column"]) for item in new})


def _others(where: Iterable[Condition], new: Iterable[Condition]) -> tuple[Condition, ...]:
    columns = {str(item["column"]) for item in new}
    return tuple(item for item in where if str(item["column"]) not in columns)


_ALL = words("count rows value_counts rank super extreme stat statistics share share_of percent_of filter keep compare plain distinct again drivers relate")


def _matches(pattern: re.Pattern[str]) -> Callable[[Clause, Memory], bool]:
    return lambda clause, memory: not memory.slot_words and bool(memory.intents) and pattern.search(clause.text) is not None


VARYING = (
    Wish("varies", _varies, takes=_ALL, when=_matches(_VARIES), ends=True),
    Wish("about", _about, takes=_ALL, when=_matches(_ABOUT), ends=True),
)

"""Wishes for how many: rows, rows of each value, different values, missing values, repeated rows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import number_said
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.listed import listed_counts
from nb_orchestra.offline.reading.wishes.missing import missing_wish
from nb_orchestra.offline.reading.wishes.picking import amount_condition, groups, period_of
from nb_orchestra.offline.reading.wishes.sharing import divided
from nb_orchestra.offline.reading.wishes.things import counted_things

_FIRST_FEW = re.compile(r"\b(?:top|first|the)\s+(\w+)\b|\b(\w+)\s+(?:most|commonest|largest|biggest)\b", re.IGNORECASE)


def first_few(clause: Clause) -> dict[str, Any]:
    """ "The 3 most common values", "top 5 cities by number of orders"."""
    for found in _FIRST_FEW.finditer(clause.text):
        number = number_said(found.group(1) or found.group(2))
        if number and number <= 100:
            return {"n": number}
    return {}


_HAVING = re.compile(
    r"(at least|more than|over|fewer than|less than|at most|exactly)\s+(\w+)\s+(?:observation|record|row|time|entr|occurrence|sample|instance|"
    r"data point|appearance)",
    re.IGNORECASE,
)
_HAVING_OPS = {"at least": ">=", "more than": ">", "over": ">", "fewer than": "<", "less than": "<", "at most": "<=", "exactly": "=="}


def having(text: str) -> dict[str, Any]:
    """ "with at least 5 observations": a condition on how often a value occurs."""
    match = _HAVING.search(text)
    number = number_said(match.group(2)) if match is not None else None
    return {"having": (_HAVING_OPS[match.group(1).casefold()], number)} if match is not None and number is not None else {}


def count_wish(clause: Clause, memory: Memory) -> list[Intent]:
    columns = [name for name in clause.columns() if name in clause.table]
    by = groups(clause) if clause.columns("by") else []
    if clause.has("cmp", "missing"):
        return missing_wish(clause, memory, columns, by)
    if clause.has("verb", "dedupe"):
        return [Intent("duplicates", clause.text, tuple(columns))]
    if clause.has("stat", "distinct") and columns:
        return [Intent("statistics", clause.text, tuple(columns[:1]), (), ("distinct",), clause.conditions, having(clause.text))]
    if clause.has("stat", "share") or clause.has("verb", "share_of"):
        if clause.conditions:
            return [_share(clause, memory, by)]
        sorts = columns and (memory.slot_words or (clause.table[columns[0]].grouping and not clause.has("time")))
        return [Intent("value_counts", clause.text, tuple(columns[:1]), where=clause.conditions)] if sorts else []
    amount = () if memory.slot_words else amount_condition(clause, memory)
    clause = replace(clause, conditions=(*clause.conditions, *(item for item in amount if item["column"] not in [one["column"] for one in clause.conditions])))
    period = {} if memory.slot_words else period_of(clause, memory, by)
    if things := counted_things(clause, memory, by, period):
        return things
    if not period and (each := listed_counts(clause, memory, by, clause.conditions)):
        return each
    if by or period:
        return [_within_groups(Intent("count", clause.text, (), tuple(by), where=clause.conditions, options=period), memory)]
    return _values_counted(clause, memory, columns)


def _share(clause: Clause, memory: Memory, by: list[str]) -> Intent:
    """ "What percentage of the students in small classes receive free lunch": of those in small classes, in an answer format too."""
    of, counted = divided(clause) if memory.slot_words and len({str(item["column"]) for item in clause.conditions}) > 1 else ((), ())
    options = {"of": of} if of and counted else {}
    return _within_groups(Intent("share", clause.text, (), tuple(by), where=counted if options else clause.conditions, options=options), memory)


def _within_groups(intent: Intent, memory: Memory) -> Intent:
    """ "How many per year since 2005": what restricts the groups themselves says which of them are meant, and counts none of their rows."""
    within = tuple(condition for condition in intent.where if condition["column"] in intent.by)
    if not within or memory.slot_words:
        return intent
    counted = tuple(condition for condition in intent.where if condition not in within)
    return replace(intent, where=counted, options={**intent.options, "of": (*intent.option("of", ()), *within)})


def _values_counted(clause: Clause, memory: Memory, columns: list[str]) -> list[Intent]:
    texts = [name for name in columns if clause.table[name].kind in ("text", "boolean")]
    if (
        texts
        and not clause.conditions
        and clause.text.casefold().startswith("how many")
        and not re.search(r"\b(of each|each|every|per)\b", clause.text.casefold())
    ):
        return [Intent("statistics", clause.text, tuple(texts[:1]), (), ("distinct",))]
    if texts and not clause.conditions:
        return [Intent("value_counts", clause.text, tuple(texts[:1]), where=clause.conditions, options={} if memory.slot_words else first_few(clause))]
    if clause.conditions or not columns:
        return [Intent("count", clause.text, (), (), where=clause.conditions)]
    return []


def asked_of(clause: Clause, memory: Memory, statistic: str) -> list[str]:
    """The columns whose value is wanted: "which country", "the storm with …"."""
    asked = [
        name for name in clause.columns("which", "by", "target", "pair") if name in clause.table and clause.table[name].kind in ("text", "boolean", "date")
    ]
    asked += [name for name in clause.columns() if name in clause.table and clause.table[name].labelling and name not in asked]
    if not asked and re.search(r"\bmost\b|\bfewest\b", clause.text.casefold()):
        asked = [
            name for name in clause.columns("which", "target") if name in clause.table and (clause.table[name].looks_like_year or clause.table[name].grouping)
        ]
    if not asked and (statistic or (clause.columns("which") and not memory.slot_words)):
        asked = [name for name in clause.columns("which") if name in clause.table and clause.table[name].grouping]
    return asked

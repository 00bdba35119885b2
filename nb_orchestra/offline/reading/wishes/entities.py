"""Wishes whose unit is a thing that stands in many rows (a customer, a product, a day): how many rows each has, and which of them reach a limit."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.language.words import fold, lemma, number_said, plural
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tables import Column
from nb_orchestra.offline.reading.wishes.picking import adds_up, numbers
from nb_orchestra.offline.reading.wishes.ranking import statistic_named
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_LIMIT = re.compile(r"\b(at least|more than|over|fewer than|less than|under|at most|exactly)\s+(\w+)\s+(?:different\s+)?(\w+)", re.IGNORECASE)
_OPS = {"at least": ">=", "more than": ">", "over": ">", "fewer than": "<", "less than": "<", "under": "<", "at most": "<=", "exactly": "=="}
_ROWS = frozenset(["time", "row", "record", "entry", "occurrence", "observation", "appearance", "case"])
_SIDES = (">", ">=", "<", "<=")


def _things(clause: Clause) -> list[str]:
    """The columns of the clause whose values are things of many rows."""
    named = [name for name in clause.columns() if name in clause.table]
    return [name for name in named if clause.table[name].entity or (clause.table[name].kind == "text" and not clause.table[name].identifying)]


def _rows_called(word: str, clause: Clause) -> bool:
    """ "15 tickets" of a table of tickets, "10 times"."""
    plain = lemma(word)
    return plain in _ROWS or plain in clause.table.row_nouns or plain == lemma(fold(clause.table.name))


def _members_called(word: str, clause: Clause) -> bool:
    """ "With at least 3 species" of a table of animals: a plural behind the number that no column is called by."""
    tag = next((tag for tag in clause.tags if tag.text == word), None)
    return tag is not None and tag.kind == "unknown" and (plural(word) or word in ("people", "women"))


def _limit(clause: Clause, group: str = "") -> tuple[str, int] | None:
    """How many rows each thing must have; `group`: of a group, whose members may be called by another word."""
    for found in _LIMIT.finditer(clause.text):
        number = number_said(found[2])
        if number is not None and (_rows_called(found[3], clause) or (group and _members_called(found[3], clause))):
            return _OPS[found[1].casefold()], number
    return None


_GROUPED = frozenset({"statistics", "group_rank", "group_extreme", "compare", "rank_within", "share", "count"})


def of_large_groups(intent: Intent, clause: Clause, memory: Memory) -> Intent:
    """ "The best shops with at least 20 orders": a limit on how many rows a group has leaves the others out, and is none on a value of a row."""
    limit = None if memory.slot_words or intent.kind not in _GROUPED or not intent.by or intent.by[0] not in memory.table else _limit(clause, intent.by[0])
    if limit is None:
        return intent
    op, number = limit
    kept = tuple(item for item in intent.where if not (item["op"] == op and item.get("value") == number))
    memory.known |= {word.casefold() for found in _LIMIT.finditer(clause.text) for word in found.groups()} | {str(number), f"{number:,}"}
    memory.assume(f"only each {intent.by[0]} of {_SAID[op]} {number} rows")
    return replace(intent, where=(*kept, {"column": intent.by[0], "op": "occurs", "value": {"op": op, "n": number}}))


_ONLY = re.compile(r"\W*(?:only|considering|among|for|but|keep\w*|just|restricted|limited|with)\b", re.IGNORECASE)
_SAID = {">=": "at least", ">": "more than", "<=": "at most", "<": "fewer than", "==": "exactly"}


def _often(clause: Clause, memory: Memory) -> list[Intent]:
    """ "How many customers ordered more than 10 times", "which customers opened at least 15 tickets"."""
    things, limit = _things(clause), _limit(clause)
    if limit is None or not things:
        return []
    earlier = next((n for n, intent in enumerate(memory.intents) if intent.kind in _GROUPED and intent.by[:1] == (things[0],)), None)
    if earlier is not None and _ONLY.match(clause.text):  # "mean score by shop, only shops with more than 100 orders"
        made = of_large_groups(memory.intents.pop(earlier), clause, memory)
        return [replace(made, where=(*made.where, *(item for item in clause.conditions if item.get("value") != limit[1])))]
    memory.known |= {tag.text.casefold() for tag in clause.tags if tag.kind == "unknown" and tag.text.casefold().endswith("ed")}
    counted = clause.has("verb", "count") or clause.has("stat", "n")
    return [Intent("often", clause.text, (things[0],), where=clause.conditions, options={"having": limit, "counted": counted})]


def _reaching(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Products with revenue above 40000 in total": the limit is for what each thing has, not for a row."""
    things, statistic = _things(clause), statistic_named(clause)
    limits = [item for item in clause.conditions if item["op"] in _SIDES and memory.table[str(item["column"])].kind == "number"]
    if not things or _limit(clause, things[0]) or statistic not in ("sum", "mean", "median") or len(limits) != 1 or isinstance(limits[0].get("value"), dict):
        return []
    value = str(limits[0]["column"])
    subject = things[0] in clause.columns("which", "target")
    if not subject or (set(numbers(clause)) - {value, memory.table.date, *things}):
        return []
    where = tuple(item for item in clause.conditions if item is not limits[0])
    counted = clause.has("verb", "count") or clause.has("stat", "n")
    options = {"limit": {**limits[0], "column": statistic}, "counted": counted}
    return [Intent("reaching", clause.text, (value,), (things[0],), (statistic,), where, options)]


_NEVER = re.compile(r"\bnever\b|\bnot (?:even )?(?:once|ever)\b|\bnot\b.*\banything\b|\bnot a single\b", re.IGNORECASE)
_ALWAYS = re.compile(r"\balways\b", re.IGNORECASE)
_DONE_TO = re.compile(r"\w+ed\b|used?\b|had\b|got\b|took\b|bought\b|sold\b", re.IGNORECASE)
_OPPOSITE = {"==": "!=", "!=": "==", "missing": "present", "present": "missing", ">": "<=", "<": ">=", ">=": "<", "<=": ">", "in": "not in", "not in": "in"}


def _none_of(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Which customers never returned anything", "students who were always present": of all of a thing's rows, not of one."""
    things = [name for name in _things(clause) if 2 <= clause.table[name].distinct <= 0.9 * clause.table[name].rows]
    held = [item for item in clause.conditions if item["op"] in _OPPOSITE and item["column"] not in (*things, memory.table.date)]
    if len(things) != 1 or len(held) != 1 or things[0] not in clause.columns("which", "target"):
        return []
    denied = _denied(held[0], memory.table[str(held[0]["column"])], always=_ALWAYS.search(clause.text) is not None)
    where = tuple(item for item in clause.conditions if item is not held[0])
    memory.known |= {"never", "always", "anything", "once", "ever"} | {
        tag.text.casefold() for tag in clause.tags if tag.kind == "unknown" and _DONE_TO.match(tag.text)
    }
    memory.assume(f"{clause.text}: each {things[0]} with no row of {denied['column']} {denied['op']} {denied.get('value', '')}".rstrip())
    counted = clause.has("verb", "count") or clause.has("stat", "n")
    return [Intent("none_of", clause.text, (), (things[0],), where=where, options={"held": (denied,), "counted": counted})]


def _denied(held: Condition, column: Column, *, always: bool) -> Condition:
    """What no row of the thing may be. A "never" right in front of a condition has already turned it over."""
    turned = held["op"] in ("!=", "not in", "missing") or (column.truth and held["op"] == "==" and held["value"] == column.no)
    if turned == always and not (always and held["op"] == "=="):
        return held
    if column.truth and held["op"] == "==":
        return {**held, "value": column.no if held["value"] == column.yes else column.yes} if turned or always else held
    return {**held, "op": _OPPOSITE[str(held["op"])]}


def _of_all_rows(clause: Clause, memory: Memory) -> bool:
    return not memory.slot_words and (_NEVER.search(clause.text) is not None or _ALWAYS.search(clause.text) is not None)


_PERIODS = ("day", "week", "month", "quarter", "year")
_OF_ROWS = re.compile(
    r"\b(?:average|mean|median|typical)\s+(?:number of\s+|count of\s+)?(\w+)\s+(?:per|by|for each|each)\b|"
    r"\bhow many (\w+) .*\b(?:on average|typically)\b",
    re.IGNORECASE,
)


def _rows_per_thing(clause: Clause, memory: Memory) -> list[Intent]:
    """ "The average number of orders per customer", "average tickets per day"."""
    things = [name for name in _things(clause) if name in clause.columns("by")] or _things(clause)[:1]
    statistic = statistic_named(clause) or "mean"
    every = next((key for key in clause.keys("time") if key in _PERIODS), "") or next(
        (lemma(tag.text) for tag in clause.tags if tag.kind == "column" and tag.value == memory.table.date and lemma(tag.text) in _PERIODS), ""
    )
    if not things and (not every or memory.table.date is None or memory.table[memory.table.date].kind != "date"):
        return []
    options: dict[str, Any] = {"every": every, "date": memory.table.date} if not things else {}
    if not things and not any(item["column"] == memory.table.date for item in clause.conditions):
        memory.assume(f"rows per {every}: from the first {every} with rows to the last, those without any counted as 0")
    return [Intent("rows_per", clause.text, (), tuple(things[:1]), (statistic,), clause.conditions, options)]


def _counts_rows_of_things(clause: Clause, memory: Memory) -> bool:
    found = _OF_ROWS.search(clause.text)
    noun = next((word for word in found.groups() if word), "") if found is not None else ""
    numeric = [name for name in numbers(clause) if not memory.table[name].entity and not memory.table[name].looks_like_year]
    counted = found is not None and re.search(r"\b(?:number|count) of\b", found.group(), re.IGNORECASE) is not None
    called = _rows_called(noun, clause) or (counted and bool(clause.columns("by")) and _members_called(noun, clause))
    return bool(noun) and noun.casefold() != "time" and not memory.slot_words and called and not numeric  # "average time by club"


_BY_ROWS = re.compile(r"\b(\w+) (?P<thing>\w+) by (?:the |their )?(?:number|count|amount|no\.?) of (?P<rows>\w+)\b", re.IGNORECASE)


def _top_by_rows(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Top 5 customers by number of orders": the things with the most rows."""
    things, n = _things(clause), next((int(number) for number in clause.numbers if 0 < number <= 1000), 10)
    if not things or "min" in clause.keys("super"):
        return []
    return [Intent("value_counts", clause.text, (things[0],), where=clause.conditions, options={"n": n})]


def _ranks_rows(clause: Clause, memory: Memory) -> bool:
    found = _BY_ROWS.search(clause.text)
    return not memory.slot_words and found is not None and _rows_called(found["rows"], clause) and (clause.has("super") or clause.has("verb", "rank"))


_FIRST_FEW = re.compile(r"\b(?:top|best|biggest|largest)\s+(\w+)\b|\b(\w+)\s+(?:best|biggest|largest)\b", re.IGNORECASE)


def _part_of_first(clause: Clause, memory: Memory) -> list[Intent]:
    """ "What part of revenue comes from the top 10 customers"."""
    said = [word for found in _FIRST_FEW.finditer(clause.text) for word in found.groups() if word]
    n = next((number for word in said if (number := number_said(word)) is not None), 0)
    values = [name for name in numbers(clause) if adds_up(memory.table[name]) and not memory.table[name].entity]
    things = [name for name in _things(clause) if name not in [str(item["column"]) for item in clause.conditions]]
    if not n or len(values) != 1 or len(things) != 1:
        return []
    return [Intent("part_of_first", clause.text, (values[0],), (things[0],), ("sum",), clause.conditions, {"n": n})]


_PART = re.compile(r"\b(?:part|share|percent\w*|proportion|fraction|portion|how much)\b", re.IGNORECASE)


def _asks_part(clause: Clause, memory: Memory) -> bool:
    return not memory.slot_words and clause.has("super") and _PART.search(clause.text) is not None


def _with_limit(clause: Clause, memory: Memory) -> bool:
    values = [name for name in numbers(clause) if not memory.table[name].entity]
    measured = bool(values) and (clause.has("super") or clause.has("verb", "compare") or statistic_named(clause) in ("mean", "median", "sum"))
    return not memory.slot_words and _limit(clause) is not None and not measured


_ALL = words("count rows value_counts rank super extreme stat statistics share share_of percent_of filter keep resample counts compare plain distinct")

ENTITIES = (
    Wish("part_of_first", _part_of_first, takes=_ALL, when=_asks_part, ends=True),
    Wish("top_by_rows", _top_by_rows, takes=_ALL, when=_ranks_rows, ends=True),
    Wish("none_of", _none_of, takes=_ALL, when=_of_all_rows, ends=True),
    Wish("often", _often, takes=_ALL, when=_with_limit, ends=True),
    Wish("rows_per", _rows_per_thing, takes=_ALL, when=_counts_rows_of_things, ends=True),
    Wish("reaching", _reaching, takes=_ALL, when=lambda clause, memory: not memory.slot_words, ends=True),
)

"""Wishes for the first or last rows by a measure: "top 10 movies by profit", "show the top 5" of what was asked before."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.deriving.combining import declare
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.ordering import PLACE_OF
from nb_orchestra.offline.reading.tables import Column
from nb_orchestra.offline.reading.wishes.picking import STATISTICS, adds_up, groups, measures, numbers, pointed_measure, repeats


def rank_wish(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Top 10 movies by profit", "the five heaviest penguins"."""
    number = next((int(tag.value) for tag in clause.tags if tag.kind == "number" and 0 < tag.value <= 1000 and float(tag.value).is_integer()), None)
    by = numbers(clause, "by") or _pointed(clause, memory) or measures(clause, memory, inherit=False)
    named = [name for name in clause.columns() if name in clause.table and clause.table[name].kind != "text"]
    if not by and number is not None and not named and (clause.has("super") or not clause.columns()):  # "and the five lowest countries"
        return _rank_of_before(clause, memory, number)
    theirs = {str(tag.value) for before, tag in pairwise(clause.tags) if tag.kind == "column" and before.text.casefold() in ("their", "its")}
    if not by or (number is None and not clause.has("verb", "rank")) or (set(by) <= theirs and not memory.slot_words):  # "the strongest 10 and their depth"
        return []
    side = _side(clause, memory, by[0])
    every = number is None and not memory.slot_words and subject_of(clause) is not None
    options = {"n": number or 10, "ascending": side == "min" or (clause.has("verb", "rank") and "bottom" in clause.text.casefold())}
    group = [name for name in groups(clause) if name not in by and clause.table[name].kind != "date"]
    subject = None if memory.slot_words else subject_of(clause)
    if subject is not None and subject not in by:
        statistic = statistic_named(clause) or ("sum" if adds_up(memory.table[by[0]]) else "mean")
        memory.assume(f"{by[0]} per {subject}: {statistic}")
        if every:  # "rank the clubs by time": all of them, in the goal's own order or the highest first
            memory.order = "ascending" if side == "min" else "descending"
            return [Intent("statistics", clause.text, (by[0],), (subject,), (statistic,), clause.conditions)]
        return [Intent("group_rank", clause.text, (by[0],), (subject,), (statistic,), clause.conditions, options)]
    within = [name for name in clause.columns("by", "within") if name in group]
    if within and number is not None and not memory.slot_words and not statistic_named(clause) and _PER_GROUP.search(clause.text):
        return [Intent("rank_within", clause.text, (by[0],), (within[0],), where=clause.conditions, options=options)]
    if len(by) == len(numbers(clause)) and group and clause.columns("by") and not statistic_named(clause):
        return [Intent("group_rank", clause.text, (by[0],), tuple(group[:1]), ("mean",), clause.conditions, options)]
    statistic = next((key for key in clause.keys("stat") if key in STATISTICS), "")
    if group and (statistic or clause.columns("which")):
        return [Intent("group_rank", clause.text, (by[0],), tuple(group[:1]), (statistic or "mean",), clause.conditions, options)]
    beside = tuple(name for name in clause.columns("with", "which", "target", "pair") if name in clause.table and name not in by)
    shown: dict[str, tuple[str, ...]] = {} if memory.slot_words or not beside else {"shown": beside}
    both = [] if memory.slot_words else _from_both_ends(clause)
    ends = [{"n": n, "ascending": end == "min"} for n, end in both] or [options]
    ranked = by if len(by) == len(ends) else [by[0]] * len(ends)  # "the highest budget and the lowest gross": each its own measure
    return [Intent("rank", clause.text, (name,), where=clause.conditions, options={**each, **shown}) for name, each in zip(ranked, ends, strict=True)]


def _from_both_ends(clause: Clause) -> list[tuple[int, str]]:
    """ "The 3 heaviest and the 3 lightest": how many from either end; [] where one end is asked for."""
    following = [*clause.tags[1:], None]
    sides = [
        tag.kinds["super"]
        for tag, behind in zip(clause.tags, following, strict=True)
        if "super" in tag.kinds and (behind is None or behind.text.casefold() not in ("first", "last"))  # "lowest first" is an order
    ]
    counts = [int(tag.value) for tag in clause.tags if tag.kind == "number" and 1 <= tag.value <= 100 and float(tag.value).is_integer()]
    if len(sides) != 2 or sides[0] == sides[1] or len(counts) not in (1, 2):
        return []
    return list(zip(counts if len(counts) == 2 else counts * 2, sides, strict=True))


_OF_THE_FIRST = re.compile(r"\bhow many of the (?=(?:top |bottom )?(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twenty)\b)", re.IGNORECASE)


def among_first(clause: Clause, memory: Memory) -> bool:
    """ "How many of the ten hottest years were after 2000"."""
    return not memory.slot_words and bool(clause.conditions) and _OF_THE_FIRST.search(clause.text) is not None


def among_first_wish(clause: Clause, memory: Memory) -> list[Intent]:
    """The first rows by a measure, and of these those that meet the conditions."""
    ranking = [intent for intent in rank_wish(replace(clause, conditions=()), memory) if intent.kind == "rank"]
    return [replace(intent, options={**intent.options, "counted": clause.conditions}) for intent in ranking]


def _pointed(clause: Clause, memory: Memory) -> list[str]:
    """ "The return of the ten cheapest": ranked by what the adjective says, whatever else is to be shown."""
    adjective = any("super" in tag.kinds and "point" in tag.kinds and tag.text.casefold() not in ("best", "worst") for tag in clause.tags)
    pairs = zip(clause.tags, clause.tags[1:], strict=False)
    adjective = adjective or any("super" in most.kinds and "point" in tag.kinds for most, tag in pairs)  # "the five most expensive"
    column = pointed_measure(clause, memory) if adjective and not memory.slot_words else None
    return [column] if column else []


_PER_GROUP = re.compile(r"\b(?:per|each|every)\b", re.IGNORECASE)
BAD = vocabulary("unemployment unemployed death mortality error cost debt crime poverty delay loss defect churn complaint accident failure risk pollution")


def _side(clause: Clause, memory: Memory, measure: str) -> str:
    """max or min; of what nobody wants ("worst by unemployment") the worst is the most."""
    side = next(iter(clause.keys("super")), "max")
    value = re.search(r"\b(best|worst)\b", clause.text, re.IGNORECASE)
    if value is None or not BAD & set(memory.table[measure].words):
        return side
    memory.assume(f"{value.group().casefold()}: the {'highest' if side == 'min' else 'lowest'} {measure}")
    return "max" if side == "min" else "min"


def subject_of(clause: Clause, *, rarely: bool = False) -> str | None:
    """ "top 3 regions by revenue": the category whose values are ranked; `rarely`: also one that stands in a few rows each."""
    at = next((n for n, tag in enumerate(clause.tags) if tag.kind == "number"), None)
    if at is None:  # "rank the clubs by time"
        at = next((n for n, tag in enumerate(clause.tags) if tag.is_a("verb", "rank") and tag.text.casefold().startswith("rank")), None)
        at = None if at is None else at + sum(tag.text.casefold() in ("the", "all", "our") for tag in clause.tags[at + 1 : at + 3])
    item = clause.tags[at + 1] if at is not None and at + 1 < len(clause.tags) else None
    if item is not None and ("super" in item.kinds or item.kind == "unknown") and at is not None and at + 2 < len(clause.tags):
        item = clause.tags[at + 2]
    column = clause.table.by_name.get(str(item.value)) if item is not None and item.kind == "column" else None
    often = column is not None and (repeats(column) or (rarely and column.kind == "text" and 2 <= column.distinct <= column.rows / 2))
    return column.name if column is not None and often else None


def _rank_of_before(clause: Clause, memory: Memory, number: int) -> list[Intent]:
    """ "Show the top 5": of what the clause before asked the most of, from the same end."""
    earlier = memory.find("group_extreme", "extreme", "group_rank", "rank")
    if earlier is None:
        return []
    side = next(iter(clause.keys("super")), "max")
    ascending = earlier.option("which") == "min" or bool(earlier.option("ascending")) or side == "min"
    memory.assume(f"the first {number}: by {earlier.columns[0]}, {'lowest' if ascending else 'highest'} first")
    kind = "group_rank" if earlier.kind.startswith("group") else "rank"
    where = clause.conditions or earlier.where
    return [Intent(kind, clause.text, earlier.columns[:1], earlier.by[:1], earlier.statistics, where, {"n": number, "ascending": ascending})]


_PLACE = re.compile(r"\b(?:rank|ranks|ranked|ranking|place|position)\b", re.IGNORECASE)


def place_wish(clause: Clause, memory: Memory) -> list[Intent]:
    """ "What rank is Ireland in beer servings": its place among all rows."""
    named = [condition for condition in clause.conditions if condition["op"] in ("==", "in") and memory.table[str(condition["column"])].kind == "text"]
    values = [name for name in numbers(clause, "by") if not clause.table[name].looks_like_year] or measures(clause, memory, inherit=False)
    if len(named) != 1 or len(values) != 1:
        return []
    others = tuple(condition for condition in clause.conditions if condition is not named[0])
    ascending = next(iter(clause.keys("super")), "max") == "min"
    memory.assume(f"rank 1: the {'lowest' if ascending else 'highest'} {values[0]}")
    thing = memory.table[str(named[0]["column"])]
    if not repeats(thing) or _one_row_each(thing, others, memory):
        return [Intent("place", clause.text, (values[0],), where=others, options={"of": named[0], "ascending": ascending})]
    statistic = statistic_named(clause) or ("sum" if adds_up(memory.table[values[0]]) else "mean")
    memory.assume(f"{values[0]} per {thing.name}: {statistic}")
    return [Intent("place", clause.text, (values[0],), (thing.name,), (statistic,), others, {"of": named[0], "ascending": ascending})]


def _one_row_each(thing: Column, conditions: tuple[Condition, ...], memory: Memory) -> bool:
    """True where a time is named of which each thing has one row, as in a panel of countries and years."""
    when = memory.table.by_name.get(memory.table.date or "")
    timed = when is not None and any(item["column"] == when.name and item["op"] == "==" for item in conditions)
    return timed and when is not None and memory.table.rows <= thing.distinct * when.distinct


def placed(clause: Clause, memory: Memory) -> bool:
    asked = clause.question or PLACE_OF.search(clause.text) is not None
    amounts = [number for number in clause.numbers if not 1500 <= number <= 2200]  # a year restricts
    return asked and not memory.slot_words and not amounts and _PLACE.search(clause.text) is not None


def best_of_each_wish(clause: Clause, memory: Memory) -> list[Intent]:
    """ "The best category in each city by quantity": in each group the value of another category with the most."""
    named = [name for name in clause.columns("by", "within") if name in clause.table]
    each = [name for name in named if clause.table[name].kind in ("text", "boolean") or clause.table[name].looks_like_year]
    subject = [name for name in clause.columns("target", "which") if name in clause.table and repeats(clause.table[name]) and name not in each]
    values = [name for name in named if name not in each and clause.table[name].kind == "number"] or measures(clause, memory, inherit=False)
    rows = [name for name in clause.columns("target", "which") if name in clause.table and clause.table[name].identifying and name not in each]
    if len(each) == 1 and not subject and rows and values and clause.question:
        ascending = _side(clause, memory, values[0]) == "min"
        return [Intent("rank_within", clause.text, (values[0],), (each[0],), where=clause.conditions, options={"n": 1, "ascending": ascending})]
    if len(each) != 1 or len(subject) != 1:
        return []
    statistic = statistic_named(clause) or ("sum" if not values or adds_up(memory.table[values[0]]) else "mean")
    which = _side(clause, memory, values[0]) if values else next(iter(clause.keys("super")), "max")
    if clause.table[each[0]].identifying and values:  # "the most visits per member", where each row is one
        memory.assume(f"per {each[0]}: the mean over its rows")
        options = {"which": which, "asked": (subject[0],)}
        return [Intent("group_extreme", clause.text, (values[0],), (subject[0],), ("mean",), clause.conditions, options)]
    memory.assume(f"{values[0]} per {subject[0]}: {statistic}" if values else f"{subject[0]}: by how often it occurs")
    return [Intent("best_of_each", clause.text, tuple(values[:1]), (each[0], subject[0]), (statistic,), clause.conditions, {"which": which})]


_EACH = re.compile(r"\b(?:in|of|for|at|on|per|by)?\s*(?:each|every)\b|\bper\b|\bby\b", re.IGNORECASE)


def of_each(clause: Clause, memory: Memory) -> bool:
    return clause.has("super") and not memory.slot_words and not clause.numbers and _EACH.search(clause.text) is not None


_COUNTED_ROWS = re.compile(
    r"\b(?:which|what)\s+(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twenty)\s+\w+|"
    r"(?:^|\b(?:the|list|show|find)\s+)(?:the\s+)?\w+\s+\w+\s+with\s+(?:the\s+)?(?:most|least|best|worst|[a-z]{3,}est)\b",
    re.IGNORECASE,
)


def statistic_named(clause: Clause) -> str:
    """The first statistic that a clause names, or nothing."""
    return next((key for key in clause.keys("stat") if key in STATISTICS), "")


def ranked(clause: Clause, memory: Memory) -> bool:
    tags = clause.tags
    beside = any("super" in tag.kinds and any(0 <= n < len(tags) and tags[n].kind == "number" for n in (at - 1, at + 1)) for at, tag in enumerate(tags))
    return clause.has("verb", "rank") or beside or (_COUNTED_ROWS.search(clause.text) is not None and not clause.has("stat"))


def overall_measure(clause: Clause, memory: Memory, by: list[str], side: str, asked: tuple[str, ...]) -> list[Intent]:
    """ "Which form is best overall", behind the mean of several scores: the mean of them, made as a column."""
    earlier = memory.find("statistics")
    said = not memory.slot_words and not numbers(clause) and any(tag.text.casefold() in ("overall", "altogether") for tag in clause.tags)
    if not said or earlier is None or len(earlier.columns) < 2 or "mean" not in earlier.statistics:
        return []
    tree: dict[str, Any] = {"op": "row_mean", "args": [{"column": name} for name in earlier.columns]}
    name = declare(memory, "overall", tree, f"overall: mean of {', '.join(earlier.columns)}")
    memory.assumptions[:] = [line for line in memory.assumptions if not line.startswith(("best →", "worst →"))]
    memory.learn(Intent("derive", clause.text, options={"name": name, "expression": tree}))
    kind = "group_extreme" if by else "extreme"
    return [Intent(kind, clause.text, (name,), tuple(by), ("mean",), clause.conditions, {"which": side or "max", "asked": asked})]

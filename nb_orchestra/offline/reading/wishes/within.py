"""Wishes for places inside of groups: "rank the runners within each club", "the best 3 pupils of every class", "the film with most sales of each year"."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.ordering import take_order
from nb_orchestra.offline.reading.wishes.picking import adds_up, both_ends, measures, pointed_measure, repeats
from nb_orchestra.offline.reading.wishes.ranking import statistic_named, subject_of
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_WITHIN = re.compile(
    r"\b(?:with)?in(?:side)? (?:each|every|their|its|his|her|the same|own)\b|\bwithin\b|\b(?:of|for|from|per|by) (?:each|every)\b|\bper\b", re.IGNORECASE
)
_MOST = r"(?:highest|lowest|most|least|largest|smallest|biggest|greatest|fewest|best|worst|longest|shortest)"
_ONE_WITH = re.compile(
    rf"\b(\w+) (?:with|having|has|had|(?:that|which|who) (?:has|had)) (?:the )?{_MOST}\b.*\b(?:of|in|for|per|by) (?:each|every|a)\b", re.IGNORECASE
)
_BEST_ONE = re.compile(rf"\b(?:{_MOST}|top|[a-z]+est)[ -](?:\w+(?:ing|ed) )?(\w+)(?: ?\([^)]*\))? (?:of|in|for|from|per) (?:each|every)\b", re.IGNORECASE)
_OF_TIME = vocabulary("time duration pace lap finish seconds")


def _ranked_within(clause: Clause, memory: Memory) -> list[Intent]:
    """Each row's (or each thing's) place among those of its group; the first few where a number is said."""
    each = _groups(clause)
    if not each:
        return []
    subject = subject_of(clause, rarely=True)
    subject = None if subject in each else subject
    value = _value(clause, memory, each, subject)
    if not value:
        told = [column.name for column in memory.table.of_kind("number") if not (column.labelling or column.looks_like_year or column.numbering)]
        memory.not_done.append(f"{clause.text}: by which column was not said ({', '.join(told[:4])})")
        return [Intent("untold", clause.text)]
    number = next((int(tag.value) for tag in clause.tags if tag.kind == "number" and 0 < tag.value <= 1000), None)
    ascending = _lowest_first(clause, memory, value)
    statistic = statistic_named(clause) or ("sum" if adds_up(memory.table[value]) else "mean") if subject else ""
    if subject:
        memory.assume(f"{value} per {subject}: {statistic}")
    memory.assume(f"rank 1: the {'lowest' if ascending else 'highest'} {value} of each {each[0]}")
    by = (each[0], subject) if subject else (each[0],)
    return [Intent("rank_within", clause.text, (value,), by, (statistic,) if subject else (), clause.conditions, {"n": number, "ascending": ascending})]


def _groups(clause: Clause) -> list[str]:
    """The category (or the year) behind "within each"."""
    named = [name for name in clause.columns("by", "within") if name in clause.table and not clause.table[name].identifying]
    return [name for name in named if clause.table[name].kind in ("text", "boolean") or clause.table[name].looks_like_year][-1:]


def _value(clause: Clause, memory: Memory, each: list[str], subject: str | None) -> str:
    named = [name for name in clause.columns("by", "target", "pair") if name in clause.table and clause.table[name].kind == "number" and name not in each]
    named = [name for name in named if not clause.table[name].labelling and name != subject] or measures(clause, memory, inherit=False)
    if named:
        return named[0]
    pointed = pointed_measure(clause, memory)
    left = [column.name for column in memory.table.of_kind("number") if not (column.labelling or column.looks_like_year or column.numbering)]
    return pointed or (left[0] if len(left) == 1 else "")


def _lowest_first(clause: Clause, memory: Memory, value: str) -> bool:
    """An order that is said; else the lowest where it is a time that is won by, the highest of all else."""
    order = memory.order or take_order(clause.text)[1]
    if order or clause.has("super"):
        return order == "ascending" or (not order and "min" in clause.keys("super"))
    return bool(_OF_TIME & set(memory.table[value].words))


def _asks_ranks(clause: Clause, memory: Memory) -> bool:
    ordered = any(tag.is_a("verb", "rank") and tag.text.casefold().startswith("rank") for tag in clause.tags)
    ranked = ordered and (not clause.numbers or subject_of(clause, rarely=True) is not None)
    best = clause.has("super") and bool(clause.numbers) and subject_of(clause, rarely=True) is not None
    return not memory.slot_words and (ranked or best) and not clause.question and _WITHIN.search(clause.text) is not None and bool(_groups(clause))


def _first_of_each(clause: Clause, memory: Memory) -> list[Intent]:
    """ "The film with the highest gross of each year", "the best grossing film of each year": the row itself, and not the number alone."""
    each = _groups(clause)
    value = _value(clause, memory, each, None)
    if not each or not value:
        return []
    ascending = "min" in clause.keys("super")
    memory.known |= {tag.text.casefold() for tag in clause.tags if tag.kind == "unknown" and tag.text.casefold() in (*_nouns(clause), "grossing")}
    return [Intent("rank_within", clause.text, (value,), (each[0],), where=clause.conditions, options={"n": 1, "ascending": ascending})]


def _nouns(clause: Clause) -> list[str]:
    return [found[1].casefold() for pattern in (_ONE_WITH, _BEST_ONE) for found in pattern.finditer(clause.text)]


def _asks_first(clause: Clause, memory: Memory) -> bool:
    """A thing that is no category of many rows and no measure: then a row is meant."""
    nouns, tags = _nouns(clause), {tag.text.casefold(): tag for tag in clause.tags}
    if memory.slot_words or not nouns or clause.numbers or both_ends(clause) or clause.has("stat", "mean", "median", "sum", "n"):
        return False
    tag = tags.get(nouns[0])
    column = clause.table.by_name.get(str(tag.value)) if tag is not None and tag.kind == "column" else None
    if column is not None:
        return column.kind == "text" and not repeats(column)
    return tag is not None and (tag.kind in ("unknown", "level") or tag.is_a("word", "row"))


_TAKEN = words("rank sort count super extreme statistics stat resample pattern group_rank compare plain rows")

WITHIN = (
    Wish("ranked_within", _ranked_within, takes=_TAKEN, when=_asks_ranks, ends=True),
    Wish("first_of_each", _first_of_each, takes=_TAKEN, when=_asks_first, ends=True),
)

"""What "how many" counts where a row is no thing by itself: the different students of a table of marks, the croissants of a table of sales."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.deriving.takings import quantity_of
from nb_orchestra.offline.reading.deriving.totals import crowded_date
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tables import Column, Table
from nb_orchestra.offline.reading.tagging import Tag
from nb_orchestra.offline.reading.wishes.picking import adds_up

SOLD = vocabulary(
    "sell sells sold buy buys bought order ordered purchase purchased ship shipped deliver delivered produce produced bake baked use used make made"
)
_BETWEEN = vocabulary("different distinct unique of the our all total")
_KINDS = vocabulary("type kind category class group status sort")
_ENDS = vocabulary("who that which with without")


def counted_things(clause: Clause, memory: Memory, by: list[str], period: Mapping[str, Any]) -> list[Intent]:
    """The total of the quantity, or the different values of the thing; nothing where the rows are what is counted."""
    found = [] if memory.slot_words or clause.has("stat", "share", "distinct") else _counted(clause, memory, by)
    if not period or not found:
        return found
    return [replace(found[0], kind="pattern", options=dict(period))] if found[0].statistics == ("sum",) and not by else []


def _counted(clause: Clause, memory: Memory, by: list[str]) -> list[Intent]:
    noun = _noun(clause)
    if noun is None:
        return []
    quantity = quantity_of(clause.table)
    person = _person(noun, clause.table)
    if person:
        return _different(clause, memory, by, clause.table[person])
    if noun.kind == "level":
        return _sum(clause, memory, by, quantity, noun) if quantity and _is_noun(clause, noun) else []
    if noun.value not in clause.table or noun.value in by:
        return []
    column = clause.table[str(noun.value)]
    if column.kind == "number" and not column.labelling:
        peopled = "population" in column.words and lemma(noun.text) == "person"  # "how many people live in India"
        return _sum(clause, memory, by, column.name, noun) if peopled or (adds_up(column) and column.name == quantity) else []
    if quantity and SOLD & {tag.text.casefold() for tag in clause.tags} and column.kind == "text" and not column.labelling:
        return _sum(clause, memory, by, quantity, noun)
    if column.words[-1] in _KINDS and lemma(noun.text) not in (column.words[-1], " ".join(column.words)):
        return []  # "permits" of permit_type: what there is a kind of, not the kinds
    return _different(clause, memory, by, column) if _stands_often(column) and (by or clause.conditions) else []


def _noun(clause: Clause) -> Tag | None:
    """The column or value right behind "how many": "how many (female) students"; of an adjective and a column the column."""
    at = next((n for n, tag in enumerate(clause.tags) if tag.is_a("verb", "count") or tag.is_a("stat", "n")), None)
    level, behind = None, clause.tags[at + 1 : at + 5] if at is not None else ()
    if len(behind) > 1 and behind[1].is_a("group", "of") and behind[0].kind not in ("column", "level") and behind[0].text.casefold() not in _BETWEEN:
        return None  # "how many orders of chairs"
    for n, tag in enumerate(behind):
        if tag.kind == "column":
            rows = {lemma(clause.table.name), *clause.table.row_nouns}
            return None if n + 1 < len(behind) and behind[n + 1].kind == "unknown" and lemma(behind[n + 1].text) in rows else tag
        if tag.kind == "level" and level is None:
            level = tag
        elif _ends(tag) or (tag.kind == "unknown" and level is not None):
            break
    return level


_SEXES = vocabulary("sex gender")
_PERSONS = vocabulary("student pupil patient customer client user person employee member participant child player respondent subscriber visitor teacher worker")


def _person(noun: Tag, table: Table) -> str:
    """ "How many girls": of people with several rows each the people are meant."""
    if noun.kind != "level" or not _SEXES & set(table[noun.value[0]].words):
        return ""
    found = [column.name for column in table.columns if _PERSONS & set(column.words) and _stands_often(column)]
    return found[0] if len(found) == 1 else ""


def _ends(tag: Tag) -> bool:
    return tag.kind in ("mark", "number", "line") or (tag.kind == "lexical" and tag.text.casefold() not in _BETWEEN) or tag.text.casefold() in _ENDS


def _is_noun(clause: Clause, noun: Tag) -> bool:
    """ "Croissants", "flat whites": the plural of a thing, not a quality of what follows ("returned orders")."""
    after = clause.tags[clause.tags.index(noun) + 1 :][:1]
    described = bool(after) and after[0].kind in ("unknown", "column") and after[0].text.casefold() not in SOLD
    plural = lemma(noun.text.split()[-1]) != noun.text.split()[-1].casefold()
    return not described and (plural or bool(SOLD & {tag.text.casefold() for tag in clause.tags}))


def _sum(clause: Clause, memory: Memory, by: list[str], quantity: str, noun: Tag) -> list[Intent]:
    memory.known |= SOLD & {tag.text.casefold() for tag in clause.tags}
    date = crowded_date(memory.table)
    average = next((key for key in clause.keys("stat") if key in ("mean", "median")), "")
    if average and date and not by:  # "how many croissants do we sell on an average Saturday"
        memory.assume(f"{noun.text} counted: the {average} over the days of each day's total of {quantity}")
        return [Intent("statistics", clause.text, (quantity,), (), (average,), clause.conditions, {"daily": date})]
    memory.assume(f"{noun.text} counted: the total of {quantity}, not the rows")
    return [Intent("statistics", clause.text, (quantity,), tuple(by), ("sum",), clause.conditions)]


def _different(clause: Clause, memory: Memory, by: list[str], column: Column) -> list[Intent]:
    memory.assume(f"counted: each {column.name} once, not the rows")
    return [Intent("statistics", clause.text, (column.name,), tuple(by), ("distinct",), clause.conditions)]


def _stands_often(column: Column) -> bool:
    """True for a thing that has several rows: a student in a table of marks."""
    thing = (column.kind == "text" and column.distinct > 2) or column.labelling
    return thing and 2 <= column.distinct <= 0.9 * column.rows

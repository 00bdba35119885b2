"""Wishes about gaps: the rows (the people, the things) that have them, how many these are, and the gaps of each column."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.restricting.truths import PEOPLE
from nb_orchestra.offline.reading.tables import Column
from nb_orchestra.offline.reading.wishes.wish import Wish, words

EACH_COLUMN = re.compile(r"\b(?:per|by|each|every|in each|of each)\s+(?:column|variable|field|feature)s?\b", re.IGNORECASE)
_SHOWN = r"(?:(?:show|list|find|get|give|display|name)\s+(?:me\s+)?)?"
_ROWS = re.compile(
    r"(?:which|what)\s+(?!columns?\b|variables?\b|fields?\b|features?\b)[\w{}]+\b.*\b(?:are|is|have|has|had|lacks?)\b|"
    rf"{_SHOWN}(?:all\s+|the\s+)*(?:rows?|records?|entries|people|persons)\b|"
    rf"{_SHOWN}(?:and\s+)?(?:who|whose|everyone|everybody|anyone|anybody|those)\b",
    re.IGNORECASE,
)
_WITH = vocabulary("have has had with are is lack lacks who that without miss")
_GAPS = re.compile(r"\b(?:missing|null|nan|nans|empty|unknown|complete|blank|gaps?|recorded)\b|\bwithout an?\b", re.IGNORECASE)
_VALUES = vocabulary("mark score grade result value entry number answer field whose")
"""What is missing, in words that name no column."""


_BESIDE = re.compile(
    r"(?<!after )(?<!before )(?<!by )(?<!when )(?<!from )(?<!first )"
    r"\b(?:ignoring|excluding|omitting|skipping|disregarding|leaving out|leaving aside|dropping|removing|discarding)\b|"
    r"\((?=[^()]*\b(?:missing|null|nan|empty|complete)\b)|"
    r"\b(?:ignored|skipped|excluded|disregarded|omitted|left out) (?:when|while|in|for|from) (?:computing |calculating |taking )?(?:the |its |this |that )?"
    r"(?:mean|median|average|sum|standard deviation|correlation|coefficient)\b",
    re.IGNORECASE,
)


def gaps_of_its_own(clause: Clause) -> dict[str, Any]:
    """ "The mean of weight, ignoring missing values": the gaps that this one statistic leaves out, and the columns named for it."""
    found = next((item for item in _BESIDE.finditer(clause.text) if item.group()[-2:] != "ng" or _GAPS.search(clause.text, item.start())), None)
    if found is None:
        return {}
    start = clause.tags[0].start + (found.start() if _GAPS.search(clause.text, found.start()) else 0)
    named = [str(tag.value) for tag in clause.tags if tag.kind == "column" and tag.start >= start]
    whole = re.search(r"\b(?:rows?|records?|cases|observations|entries|complete)\b", clause.text[found.start() :], re.IGNORECASE) is not None
    return {"own": True, "named": tuple(dict.fromkeys(named)), "whole": whole}


def of_rows(clause: Clause) -> bool:
    """ "Who has missing marks", "which rows have gaps": the rows are asked for."""
    return _ROWS.match(clause.text) is not None


def missing_wish(clause: Clause, memory: Memory, columns: list[str], by: list[str]) -> list[Intent]:
    """The rows with gaps, how many they are, or the gaps of each column."""
    named = tuple(name for name in columns if name not in by)
    noun = _counted(clause)
    if not memory.slot_words and not by and (of_rows(clause) or noun):
        where = _gaps(clause, [name for name in named if name != noun])
        memory.known |= {tag.text.casefold() for tag in clause.tags if lemma(tag.text) in _VALUES}
        if not noun:
            return [Intent("filter", clause.text, where=where)]
        thing = clause.table.by_name.get(noun)
        if thing is not None and 2 <= thing.distinct <= 0.9 * thing.rows:
            memory.assume(f"counted: each {noun} once, not the rows")
            return [Intent("statistics", clause.text, (noun,), (), ("distinct",), where)]
        return [Intent("count", clause.text, where=where)]
    if of_rows(clause) and columns and memory.slot_words:
        return [Intent("filter", clause.text, where=tuple({"column": name, "op": "missing"} for name in columns))]
    if by and (named or not memory.slot_words):
        gaps = tuple({"column": name, "op": "missing"} for name in named) if named else _gaps(clause, [])
        return [Intent("count", clause.text, (), tuple(by), where=(*clause.conditions, *gaps))]
    if not named and clause.conditions and memory.slot_words:  # "missing in the Self_Employed column": the column, and no yes of it
        return [Intent("missing", clause.text, tuple(dict.fromkeys(str(item["column"]) for item in clause.conditions)))]
    options = {"percent": clause.has("stat", "share") or clause.has("verb", "share_of")}
    return [Intent("missing", clause.text, named, where=clause.conditions, options=options)]


def _counted(clause: Clause) -> str:
    """What of "how many rows have …", "how many students with …" is counted: a column, "row", or "" where the gaps are."""
    at = next((n for n, tag in enumerate(clause.tags) if tag.is_a("verb", "count") or tag.is_a("stat", "n")), None)
    if at is None or at + 2 >= len(clause.tags):
        return ""
    noun, behind = clause.tags[at + 1 : at + 3]
    if behind.text.casefold().split()[0] not in _WITH:
        return ""
    column = clause.table.by_name.get(str(noun.value)) if noun.kind == "column" else None
    if column is not None:
        return column.name if _names_things(column) else ""
    own = noun.is_a("word", "row") or lemma(noun.text) in PEOPLE | clause.table.row_nouns | {lemma(clause.table.name)}
    return "row" if own else ""


def _names_things(column: Column) -> bool:
    return column.labelling or (column.kind == "text" and column.distinct > 12 and not column.missing)


def _gaps(clause: Clause, named: list[str]) -> tuple[Condition, ...]:
    """The clause's own conditions, and a gap in any of the columns (in all of them, where they are joined by "and")."""
    if any(item["op"] in ("missing", "any") for item in clause.conditions):
        return clause.conditions
    table = clause.table
    asked = [name for name in named if table[name].missing] or [name for name in named if table[name].kind == "number"]
    asked = asked or [column.name for column in table.columns if column.missing] or [column.name for column in table.columns[:1]]
    gaps: list[Condition] = [{"column": name, "op": "missing"} for name in asked]
    together = re.search(r"\b(?:and|both)\b", clause.text, re.IGNORECASE) is not None and bool(named)
    if len(gaps) == 1 or together:
        return (*clause.conditions, *gaps)
    return (*clause.conditions, {"column": asked[0], "op": "any", "value": gaps})


def _asks(clause: Clause, memory: Memory) -> bool:
    """Rows (or how many of them) asked for, and nothing done to them."""
    done = clause.verbs & _DOING
    return not memory.slot_words and clause.has("cmp", "missing") and not done and not clause.has("super") and (of_rows(clause) or bool(_counted(clause)))


_DOING = words("drop fill keep create chart compare clean convert sort share_of")


def _rows_with_gaps(clause: Clause, memory: Memory) -> list[Intent]:
    by = [name for name in clause.columns("by") if name in clause.table]
    return missing_wish(clause, memory, [name for name in clause.columns() if name in clause.table], by)


MISSING = (Wish("rows_with_gaps", _rows_with_gaps, when=_asks, ends=True),)

"""The time that a change lies between where none is named: the whole table's, or that of the question before."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition
from nb_orchestra.offline.reading.language.words import plural
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tables import Column
from nb_orchestra.offline.reading.wishes.changing import WORDS_OF_CHANGE
from nb_orchestra.offline.reading.wishes.picking import repeats


def of_things(clause: Clause, memory: Memory) -> bool:
    """ "Which countries improved most in life expectancy": things that each have several times, and no time is named."""
    things = [name for name in (*clause.columns("which"), *several_of(clause)[1]) if name in clause.table and repeats(clause.table[name])]
    said = any(tag.is_a("super") for tag in clause.tags) and said_change(clause)
    return bool(things) and said and memory.table.date is not None and not memory.slot_words


def several_of(clause: Clause) -> tuple[int, list[str]]:
    """ "Which five countries gained the most", "the 3 regions that lost most": how many, and of which column."""
    pairs = ((tag, behind) for tag, behind in zip(clause.tags, clause.tags[1:], strict=False) if tag.kind == "number" and behind.kind == "column")
    texts = ((tag.value, str(column.value)) for tag, column in pairs if column.value in clause.table and _names(clause.table[str(column.value)]))
    return next(((int(number), [name]) for number, name in texts if 1 < number <= 100), (0, []))


def asks_several(clause: Clause, memory: Memory, side: str) -> dict[str, object]:
    """ "Which countries …": a plural right behind the question, of what each row is called; how many are shown, {} where one is asked for."""
    pairs = zip(clause.tags, clause.tags[1:], strict=False)
    if memory.slot_words or not any(tag.text.casefold() in ("which", "what") and behind.kind == "unknown" and plural(behind.text) for tag, behind in pairs):
        return {}
    memory.assume("several are asked for: the first 10")
    return {"n": 10, "ascending": side == "min"}


def several_first(clause: Clause, memory: Memory, by: list[str], side: str) -> dict[str, object]:
    """ "The 3 products with the highest average price": how many groups, and from which end; {} where one is asked for."""
    n, listed = several_of(clause)
    return {"n": n, "ascending": side == "min"} if n and listed == by[:1] and not memory.slot_words else {}


def _names(column: Column) -> bool:
    return column.kind == "text" or column.entity


def said_change(clause: Clause) -> bool:
    return WORDS_OF_CHANGE.search(" ".join("…" if tag.kind in ("column", "level") else tag.text for tag in clause.tags)) is not None


def whole_span(clause: Clause, memory: Memory) -> tuple[Condition, int, int] | None:
    """From the first to the last year of the table; of the years that were spoken of before, where a question goes on."""
    spoken = next((item for intent in reversed(memory.intents) for item in intent.where if item["column"] == memory.table.date), None)
    spoken = spoken or next((item for item in memory.spoken_times), None)
    if spoken is not None and spoken["op"] == "between":
        first, last = (int(str(edge)[:4]) for edge in spoken["value"])
    else:
        first, last = years_of(memory)
        if spoken is not None and spoken["op"] in (">=", ">") and first <= (start := int(str(spoken["value"])[:4])):  # "since 1990"
            first = start + (spoken["op"] == ">")
    if first >= last:
        return None
    memory.assume(f"change: from {first} to {last}")
    return (spoken or {}), first, last


def years_of(memory: Memory) -> tuple[int, int]:
    """The first and the last year of the table."""
    date = memory.table[str(memory.table.date)]
    if date.kind == "date":
        start = 1970 + date.since / 365.2425
        return int(start), int(start + date.years)
    return int(date.low or 0), int(date.high or 0)


HOW_MUCH_MORE = re.compile(r"\bhow (?:much|many) (?:\w+er|more|less|worse)\b", re.IGNORECASE)
_NOW = re.compile(r"\b(?:now|nowadays|today|these days|at present|currently)\b", re.IGNORECASE)


def one_year(clause: Clause, memory: Memory, how_much: bool) -> tuple[Condition, int, int] | None:
    """ "How much warmer is it now than in 1950": from then to the last year; "how much did it fall in 2009": from the year before."""
    date = memory.table.by_name.get(memory.table.date or "")
    named = [item for item in clause.conditions if date is not None and item["column"] == date.name and item["op"] in ("year", "==")]
    year = int(named[0]["value"]) if len(named) == 1 and str(named[0]["value"]).isdigit() else 0
    if date is None or not year:
        return None
    first, last = years_of(memory)
    if _NOW.search(clause.text) and year < last:
        memory.known |= {tag.text.casefold() for tag in clause.tags if _NOW.fullmatch(tag.text)}
        memory.assume(f"now: {last}, the last year in the data")
        return named[0], year, last
    things = bool(clause.columns("which"))
    if not (things or how_much) or not said_change(clause) or first > year - 1 or (things and not of_things(clause, memory)):
        return None
    memory.assume(f"in {year}: against {year - 1}")
    return named[0], year - 1, year

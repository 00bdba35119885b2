"""Questions in two comparatives: "do countries that drink more beer also drink more wine", "are longer bills deeper", "the older the patient, the longer
the stay", "is it windier on rainy days"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.synonyms import DOINGS, NOTIONS, POINTERS, same_notion
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tagging import Tag
from nb_orchestra.offline.reading.wishes.picking import fitting
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_QUANTITIES = vocabulary("more less higher lower larger smaller greater fewer bigger better worse")
_PLENTY = vocabulary("big large high small low great strong weak")
"""Said of rows by the column behind them: "big budget movies"."""
_BETWEEN = vocabulary("than and or but by per in on with when if where also ,")
_IS = vocabulary("is are was were gets get")
NEAR = 4
"""Tags: a comparative's column stands no farther behind it."""


@dataclass(frozen=True, slots=True)
class _Side:
    """A measure, the tags that say it, and whether these say it of rows that have it ("rainy days") or hold them against others ("windier")."""

    column: str
    places: tuple[int, ...]
    compares: bool


def _sides(clause: Clause, memory: Memory) -> list[_Side]:
    found: list[_Side] = []
    for n in range(len(clause.tags)):
        side = _side(clause, n, memory)
        if side is not None and not any(side.column == other.column or set(side.places) & set(other.places) for other in found):
            found.append(side)
    return found


def _side(clause: Clause, n: int, memory: Memory) -> _Side | None:
    word = clause.tags[n].text.casefold()
    pointer = POINTERS.get(word)
    compares = word in _QUANTITIES or (pointer is not None and word.endswith("er"))
    if not compares and (pointer is None or "super" in clause.tags[n].kinds) and word not in _PLENTY:
        return None
    behind = _number_behind(clause, n) if compares or word in _PLENTY else None
    if behind is not None and pointer is not None and behind > n + 1 and clause.tags[n + 1].kind == "unknown":
        own = [column.name for column in memory.table.columns for notion in pointer[0] if any(same_notion(notion, piece) for piece in column.words)]
        behind = behind if fitting(clause.tags[behind], word, memory.table) in own else None  # "heavier animals sleep less": no heavier sleep
    if behind is not None:
        return _Side(fitting(clause.tags[behind], word, memory.table), (n, behind), compares)
    before = clause.tags[n - 1] if n else None
    last = word in _QUANTITIES and before is not None and before.kind == "column" and before.value in memory.table and n + 1 >= len(clause.tags)
    if last and before is not None and memory.table[str(before.value)].kind == "number":  # "do heavier animals sleep less"
        return _Side(str(before.value), (n - 1, n), True)
    said_of = n > 1 and clause.tags[n - 1].text.casefold() in _IS
    for place in (n + 1, n - 1, *((n - 2,) if said_of else ())) if compares else ():  # "more money", "earn more", "live longer", "where pay is higher"
        column = _done(clause, place, memory, named=pointer is None)
        if column:
            return _Side(column, (n, place), True)
    column = memory.measure_for(pointer[0]) if pointer is not None else None
    return _Side(column, (n,), compares) if column else None


def _number_behind(clause: Clause, n: int) -> int | None:
    for place in range(n + 1, min(n + 1 + NEAR, len(clause.tags))):
        tag = clause.tags[place]
        if tag.text.casefold() in _BETWEEN | _QUANTITIES or (place > n + 1 and tag.text.casefold() in POINTERS):
            return None
        if tag.kind == "column" and tag.value in clause.table and clause.table[tag.value].kind == "number":
            return place
    return None


def _done(clause: Clause, place: int, memory: Memory, named: bool) -> str | None:
    """The measure of what is done, by its verb or its noun: earning, rain. `named`: a column's own name will do."""
    if not 0 <= place < len(clause.tags):
        return None
    tag = clause.tags[place]
    if named and tag.kind == "column" and tag.value in clause.table and clause.table[tag.value].kind == "number" and place != 0:
        return str(tag.value)
    if named and tag.kind == "level":  # "does it rain more", where rain is also a kind of weather
        return memory.measure_for((lemma(tag.text),)) if tag.text.casefold() in NOTIONS else None
    return memory.measure_for(DOINGS[tag.text.casefold()]) if tag.kind == "unknown" and tag.text.casefold() in DOINGS else None


def _correlative(clause: Clause, memory: Memory) -> list[Intent]:
    """The two measures as a correlation; where one is said of rows that have it or not, these rows held against the others."""
    sides = _sides(clause, memory)
    for side in sides:
        said = " ".join(clause.tags[n].text for n in sorted(side.places))
        if side.column.casefold() not in said.casefold():
            memory.assume(f"{said} → {side.column}")
    memory.known |= {tag.text.casefold() for tag in _spoken(clause, sides)}
    said_values = [tag.value for side in sides for tag in (clause.tags[n] for n in side.places) if tag.kind == "level"]
    where = tuple(item for item in clause.conditions if (item["column"], item["value"]) not in said_values)
    rows = next((side for side in sides if not side.compares and memory.table[side.column].low == 0), None)
    if rows is not None:
        other = next(side for side in sides if side is not rows)
        return [Intent("compare", clause.text, (other.column,), (_parted(clause, rows, memory),), where=where, options={"test": "auto"})]
    return [Intent("correlate", clause.text, tuple(side.column for side in sides), where=where)]


def _spoken(clause: Clause, sides: list[_Side]) -> Iterator[Tag]:
    """The words of the sides, and the verb in front of each: "drink more wine"."""
    for side in sides:
        yield from (clause.tags[n] for n in side.places)
        verb = clause.tags[min(side.places) - 1] if min(side.places) else None
        if verb is not None and verb.kind == "unknown" and not verb.text.istitle():
            yield verb


def _parted(clause: Clause, side: _Side, memory: Memory) -> str:
    """A new column that tells the rows with something of an amount from those with nothing; made at once."""
    word = clause.tags[side.places[0]].text.casefold()
    none = POINTERS.get(word, ((), "max"))[1] == "min"
    name = next(name for name in (word, f"{word}_rows", f"is_{word}") if name not in memory.table)
    test = {"op": "==" if none else ">", "args": [{"column": side.column}, 0]}
    memory.made[name] = {"op": "if", "args": [test, word, f"not {word}"]}
    memory.table = memory.table.with_column(name, "text")
    memory.learn(Intent("derive", clause.text, options={"name": name, "expression": memory.made[name]}))
    memory.assume(f"{word}: {side.column} {'= 0' if none else '> 0'}")
    return name


def _two_comparatives(clause: Clause, memory: Memory) -> bool:
    asks = clause.question or clause.text.casefold().startswith("the ")
    than = any("than" in tag.text.casefold().split() for tag in clause.tags)
    if not asks or than or memory.slot_words or clause.columns("by", "which") or clause.numbers:
        return False
    sides = _sides(clause, memory)
    return len(sides) == 2 and any(side.compares for side in sides)


CORRELATIVE = (
    Wish(
        "correlative",
        _correlative,
        takes=words("correlate compare count stat super rank statistics distribution extreme yes_or_no levels against_rest matrix trend change"),
        when=_two_comparatives,
    ),
)

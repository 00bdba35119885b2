"""A measure held against another one of the same row, or against the mean of its own group: "long for their mass", "the heaviest for its species"."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.reading.deriving.combining import declare, numeric
from nb_orchestra.offline.reading.deriving.formulas import made_name
from nb_orchestra.offline.reading.language.synonyms import AMOUNTS, DOINGS, POINTERS
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.matching.naming import UNITS
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tagging import Tag

_HELD = vocabulary("relative proportion")
_OWN = vocabulary("its their his her own the a")
_REACH = 4
"""So many words may stand between a measure and what it is held against."""


def held_against(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """The tags with each such measure as one column, declared in memory: A ÷ B in each row, or A − the mean of A in the row's own group."""
    for n, tag in enumerate(tags[1:-1], 1):
        behind = tags[n + 1].text.casefold()
        if not (lemma(tag.text) in _HELD and tag.kind != "column" and behind == "to") and not (tag.text.casefold() == "for" and behind in _OWN - {"the", "a"}):
            continue
        against = next((m for m in range(n + 2, min(n + 5, len(tags))) if tags[m].text.casefold() not in _OWN), None)
        first = _measured(tags, n, memory)
        made = _made(first[1], tags[against], memory) if against is not None and first is not None else None
        if made is None or first is None or against is None:
            continue
        memory.known.add(tag.text.casefold())
        place, own = first[0], tags[first[0]]
        column = Tag("column", own.start, own.end, made, value=made, how="named")
        most = (Tag("lexical", own.start, own.start, "highest", {"super": own.kinds["super"]}),) if own.kind != "column" and "super" in own.kinds else ()
        return (*tags[:place], *most, column, *tags[place + 1 : n], *tags[against + 1 :])
    return tags


def amounts_named(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "Mean revenue by decade", of a table whose columns are called domgross and intgross: the widest of them."""

    def named(tag: Tag) -> Tag:
        column = memory.measure_for(("revenue",)) if tag.kind == "unknown" and tag.text.casefold() in AMOUNTS else None
        if column is None:
            return tag
        memory.assume(f"{tag.text} → {column}")
        return Tag("column", tag.start, tag.end, tag.text, value=column, how="synonym")

    return tuple(named(tag) for tag in tags)


_MONEY = vocabulary("dollar euro pound usd eur gbp")
_BEHIND = vocabulary("of in the spent invested its their paid")
_SPENT = (("budget",), ("cost",), ("price",))


def per_money(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "Earned the most per dollar", "revenue per euro of cost": what is earned ÷ what is spent, where a table has both."""
    for n, tag in enumerate(tags[1:-1], 1):
        if tag.text.casefold() not in ("per", "for every", "for each") or lemma(tags[n + 1].text) not in _MONEY:
            continue
        behind = next((m for m in range(n + 2, len(tags)) if tags[m].text.casefold() not in _BEHIND), len(tags))
        named = behind < len(tags) and numeric(tags[behind], memory)
        memory.known |= {item.text.casefold() for item in tags[n + 2 : behind]}
        spent = str(tags[behind].value) if named else next(filter(None, (memory.measure_for(words) for words in _SPENT)), None)
        first = _earned(tags, n, memory)
        if spent is None or first is None or first[1] == spent:
            continue
        tree: Any = {"op": "/", "args": [{"column": first[1]}, {"column": spent}]}
        name = declare(memory, made_name(tree), tree, f"per {tags[n + 1].text}: {first[1]} ÷ {spent} in each row")
        column = Tag("column", tag.start, tag.end, name, value=name, how="named")
        return (*tags[: first[0]], *tags[first[0] + 1 : n], column, *tags[behind + named :])
    return tags


def _earned(tags: tuple[Tag, ...], end: int, memory: Memory) -> tuple[int, str] | None:
    """The measure before `end`, by its name or by what is done ("earned")."""
    for m in range(end - 1, max(-1, end - 2 - _REACH), -1):
        if numeric(tags[m], memory):
            return m, str(tags[m].value)
        doing = DOINGS.get(tags[m].text.casefold()) if tags[m].kind == "unknown" else None
        column = memory.measure_for(doing) if doing else None
        if column:
            memory.known.add(tags[m].text.casefold())
            return m, column
    return None


def _measured(tags: tuple[Tag, ...], end: int, memory: Memory) -> tuple[int, str] | None:
    """The nearest measure before `end`, or the nearest adjective that points at one ("heaviest"), and its column."""
    before = range(end - 1, max(-1, end - 1 - _REACH), -1)
    named = next((m for m in before if numeric(tags[m], memory)), None)
    if named is not None:
        return named, str(tags[named].value)
    for m in before:
        word = tags[m].kinds.get("point", "")
        column = memory.measure_for(POINTERS[word][0]) if word in POINTERS else None
        if column:
            memory.assume(f"{word} → {column}")
            return m, column
    return None


def _made(value: str, against: Tag, memory: Memory) -> str | None:
    """The column's name, where what the measure is held against is another measure or a category."""
    if against.kind != "column" or against.value == value or memory.table[value].looks_like_year:
        return None
    other = memory.table[str(against.value)]
    if numeric(against, memory) and not other.looks_like_year:
        tree: Any = {"op": "/", "args": [{"column": value}, {"column": other.name}]}
        return declare(memory, made_name(tree), tree, f"relative to {other.name}: {value} ÷ {other.name} in each row")
    if not other.grouping:
        return None
    tree = {"op": "-", "args": [{"column": value}, {"op": "mean", "args": [{"column": value}], "by": [other.name]}]}
    stem, _, unit = value.rpartition("_")
    name = f"{stem}_above_its_{other.name}_{unit}" if stem and unit.casefold() in UNITS else f"{value}_above_its_{other.name}"
    return declare(memory, name[-60:], tree, f"for its {other.name}: {value} − the mean of its own {other.name}")

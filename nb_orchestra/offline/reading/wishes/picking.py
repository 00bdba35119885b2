"""Which of a clause's columns is the measure, which are the groups: by role first, by kind where the role is open."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition
from nb_orchestra.offline.reading.language.lexicon import PHRASES
from nb_orchestra.offline.reading.language.synonyms import DOINGS, POINTERS, same_notion
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tables import Column, Table
from nb_orchestra.offline.reading.tagging import Tag

STATISTICS = vocabulary("mean median sd var sem min max sum range iqr q1 q3 mode skew kurtosis geometric_mean harmonic_mean cv mad distinct p5 p10 p90 p95 p99")


_ADDED = vocabulary(
    "precipitation precip rain rainfall snow snowfall sale revenue turnover taking takings count sold piece case death number no trip order total amount "
    "quantity qty volume unit cost profit expense spend spending byte visit click view download signup donation "
    "kwh mwh wh energy consumption electricity"
)
_LEVELS = vocabulary("price rate pct percent percentage per mean average avg median score ratio share index")


def adds_up(column: Column) -> bool:
    """True for amounts that a period or a group has in total (rain, sales, cases); levels (temperature, price) are averaged."""
    added = bool(_ADDED & set(column.words)) or column.unit.casefold() in ("wh", "kwh", "mwh")
    return added and not _LEVELS & set(column.words) and column.unit != "%"


_LEVELS_TOO = vocabulary(
    "age length stay duration wait delay day minute hour second temp temperature humidity pressure wind speed rating grade mark level power load year id rank "
    "point weight height"
)


def adds_over_time(column: Column) -> bool:
    """Amounts that add up, and counts of something ("northbound", "visitors"), which a day or a month has in total."""
    return adds_up(column) or (column.tally and not (_LEVELS | _LEVELS_TOO) & set(column.words) and not (column.labelling or column.numbering))


def repeats(column: Column) -> bool:
    """True for a category whose values stand in several rows each: asked for one of them, a person means its total or mean."""
    if column.kind == "date":
        return column.crowded
    return (column.kind in ("text", "boolean") or column.entity) and 2 <= column.distinct <= max(2, column.rows / 4)


def numbers(clause: Clause, *roles: str) -> list[str]:
    """Numeric columns of these roles (all, when none is named)."""
    table = clause.table
    return [name for name in clause.columns(*roles) if name in table and table[name].kind == "number"]


def groupings(clause: Clause, *roles: str) -> list[str]:
    """Columns of these roles that sort rows into groups."""
    table = clause.table
    return [name for name in clause.columns(*roles) if name in table and (table[name].kind in ("text", "boolean", "date") or table[name].entity)]


def groups(clause: Clause) -> list[str]:
    """Columns that the clause groups by: any after "by", else categories that are not asked for."""
    listed = {str(item["column"]) for item in clause.conditions if item["op"] == "in"}  # "Germany and France": each, be it a row
    named = [name for name in clause.columns("by", "within") if name in clause.table and (name in listed or not clause.table[name].identifying)]
    open_ = [name for name in groupings(clause, "pair", "with", "which") if clause.table[name].kind != "date"]
    open_ += [name for name in numbers(clause, "pair") if clause.table[name].looks_like_year and len(numbers(clause)) > 1]
    return named or [name for name in open_ if not clause.table[name].identifying]


def measures(clause: Clause, memory: Memory, *, inherit: bool = True) -> list[str]:
    """Numeric columns that are measured, not grouped by; the last one spoken of where the clause names none."""
    shadowed = shadowed_column(clause)
    if shadowed is not None:
        return [shadowed.spare.column] if shadowed.spare is not None else []
    taken = set(clause.columns("by", "within", "weight", "control"))
    own = [name for name in numbers(clause) if name not in taken]
    own = [name for name in own if not clause.table[name].looks_like_year] or own
    own = own if memory.slot_words else [name for name in own if not clause.table[name].entity]
    measured = [name for name in own if not clause.table[name].labelling]
    pointed = pointed_measure(clause, memory) if own and not measured else None
    own = measured or ([pointed] if pointed else own)
    if own:
        return own
    pointed = pointed_measure(clause, memory)
    if memory.measure not in memory.made and any(name in clause.table and clause.table[name].kind == "number" for name in clause.spare):
        return [pointed or next(name for name in clause.spare if clause.table[name].kind == "number")]
    if pointed:
        return [pointed]
    if memory.table.measure and not set(clause.columns()) <= {memory.table.date}:  # of the stacked columns' numbers
        return [memory.table.measure]
    return [memory.measure] if inherit and memory.measure and not _names_another(clause, memory) else []


def _names_another(clause: Clause, memory: Memory) -> bool:
    """ "… and the average alcohol of those": a measure that nobody knows is not the one of the part before."""
    pairs = zip(clause.tags, clause.tags[1:], strict=False)
    return not memory.slot_words and any("stat" in tag.kinds and behind.kind == "unknown" and behind.text.isalpha() for tag, behind in pairs)


def shadowed_column(clause: Clause) -> Tag | None:
    """ "the average median salary": the second statistic is a column's own name."""
    stats = [tag for tag in clause.tags if "stat" in tag.kinds]
    if len(stats) < 2 or any(tag.is_a("group", "and") or tag.text == "," for tag in clause.tags[clause.tags.index(stats[0]) : clause.tags.index(stats[-1])]):
        return None
    return next(
        (tag for tag in stats[1:] if tag.spare is not None and tag.spare.column in clause.table and clause.table[tag.spare.column].kind == "number"), None
    )


def pointed_measure(clause: Clause, memory: Memory) -> str | None:
    """The column behind an adjective: "heaviest" → body_mass_g, and said so."""
    for tag in clause.tags:
        word = tag.kinds.get("point") or (tag.text.split()[0].casefold() if tag.kind == "lexical" and tag.text else "")
        notions = POINTERS[word][0] if word in POINTERS else ()
        if tag.kind == "unknown" and tag.text.casefold() in DOINGS and not memory.slot_words:  # "made the most money"
            word, notions = tag.text.casefold(), DOINGS[tag.text.casefold()]
        column = memory.measure_for(notions) if notions else None
        if column:
            memory.known |= {word} if word in DOINGS else set()
            memory.assume(f"{word} → {column}")
            return column
    return None


def fitting(tag: Tag, adjective: str, table: Table) -> str:
    """ "The deepest bills", where bills have a length and a depth: of the columns that a word may mean the one that the adjective measures."""
    for notion in POINTERS.get(adjective, ((), ""))[0]:
        for name in (str(tag.value), *tag.rivals):
            if name in table and any(same_notion(notion, word) for word in table[name].words):
                return name
        noun = lemma(tag.text)
        beside = [column.name for column in table.of_kind("number") if noun in column.words and any(same_notion(notion, word) for word in column.words)]
        if beside:
            return beside[0]
    return str(tag.value)


def amount_condition(clause: Clause, memory: Memory) -> tuple[Condition, ...]:
    """ "dry", "rainy": nothing, or something, of an amount. "Longest" measures the run itself, and a column that never is 0 has no such rows."""
    for position, tag in enumerate(clause.tags):
        if "point" not in tag.kinds or "super" in tag.kinds:
            continue
        notions, side = POINTERS[tag.kinds["point"]]
        column = memory.measure_for(notions)
        if column is None or memory.table[column].low != 0:
            continue
        none = (side == "min") != (position > 0 and clause.tags[position - 1].is_a("word", "not"))
        memory.assume(f"{tag.text}: {column} {'= 0' if none else '> 0'}")
        return ({"column": column, "op": "==" if none else ">", "value": 0},)
    return ()


def nothing_or_something(clause: Clause, memory: Memory) -> tuple[Condition, ...]:
    """ "Does it rain", "without rain": nothing, or something, of an amount that can be nothing."""
    bare = replace(clause, tags=tuple(tag for tag in clause.tags if "point" not in tag.kinds))
    named = next(iter(measures(bare, memory, inherit=False)), None)
    if named is None or memory.table[named].low != 0:
        return ()
    none = clause.has("word", "not") or clause.has("verb", "drop")
    memory.assume(f"{named}: {named} {'= 0' if none else '> 0'}")
    return ({"column": named, "op": "==" if none else ">", "value": 0},)


_PERIOD = re.compile(r"\b(?:per|by|each|every|across)\s+(?:\w+\s+(?:and|,)\s+)?(?:by\s+)?(decade|year|quarter|month|week|weekday|hour)s?\b", re.IGNORECASE)


def period_of(clause: Clause, memory: Memory, by: list[str]) -> dict[str, Any]:
    """ "per month", "by decade": the part of the date that rows are grouped by."""
    date, found = memory.table.date, _PERIOD.search(clause.text)
    part = "" if found is None else found.group(1).casefold()
    if date is None or not part or date in by or part in by or (memory.table[date].kind != "date" and part not in ("year", "decade")):
        return {}
    if part in ("week", "month", "quarter") and not _CALENDAR.search(clause.text):
        return {"date": date, "part": part, "running": True}
    if part not in ("year", "decade"):
        memory.assume(f"per {part}: the same {part} of every year together")
    return {"date": date, "part": part}


_CALENDAR = re.compile(r"\b(?:month|quarter|week)s? of the year\b|\bcalendar (?:month|quarter|week)s?\b", re.IGNORECASE)


_PRESENT = re.compile(r"\b(?:with|without|no|any|some)\s+(?:any\s+|some\s+)?$", re.IGNORECASE)


def presence_condition(clause: Clause, memory: Memory) -> tuple[Condition, ...]:
    """ "Days with rain", "weeks without sales": something, or nothing, of an amount that can be nothing."""
    for position, tag in enumerate(clause.tags):
        before = " ".join(item.text for item in clause.tags[max(0, position - 2) : position]) + " "
        found = _PRESENT.search(before) if tag.kind == "column" and tag.value in memory.table and memory.table[tag.value].low == 0 else None
        if found is not None:
            none = found.group().casefold().split()[0] in ("without", "no")
            memory.assume(f"{found.group().strip()} {tag.text}: {tag.value} {'= 0' if none else '> 0'}")
            return ({"column": tag.value, "op": "==" if none else ">", "value": 0},)
    return ()


def numbers_after(clause: Clause, *words: str) -> float | None:
    """The number within three tags after one of these words: "top 10", "alpha of 0.05"."""
    places = [position for position, tag in enumerate(clause.tags) if tag.text.casefold() in words]
    near = [item for position in places for item in clause.tags[max(0, position - 2) : position + 4] if item.kind == "number"]
    return float(near[0].value) if near else None


_ENDS_APART = re.compile(r"\bdifference|\bspread\b|\bgap\b|\brange\b", re.IGNORECASE)


def both_ends(clause: Clause) -> bool:
    """ "The difference between the maximum and the minimum"."""
    ends = {"max", "min"} <= {*clause.keys("stat"), *clause.keys("super")}
    return ends and _ENDS_APART.search(clause.text) is not None


def statistics_of_each(clause: Clause, values: list[str]) -> dict[str, list[str]]:
    """ "Total distance and average heart rate": each measure with its own statistics; {} where all of them have the same."""
    found: dict[str, list[str]] = {}
    keys: list[str] = []
    taken = False  # whether a measure has had these statistics yet
    for tag in clause.tags:
        key = tag.kinds.get("stat", "")
        if key in STATISTICS:
            keys, taken = ([key] if taken else [*keys, key]), False
        elif tag.kind == "column" and tag.value in values:
            own = PHRASES.get((lemma(tag.text.split()[0]),), {}).get("stat", "")
            found.setdefault(str(tag.value), [own] if own in STATISTICS else list(keys))
            taken = True
    return found if len({tuple(own) for own in found.values()}) > 1 and all(found.values()) and set(found) == set(values) else {}


def called_so_themselves(clause: Clause) -> tuple[str, ...]:
    """ "The average heart rate per shoes", where a column is called avg_heart_rate: its mean."""
    if clause.verbs or clause.has("super") or clause.keys("method"):
        return ()
    named = [
        tag for tag in clause.tags if tag.kind == "column" and clause.table.by_name[str(tag.value)].kind == "number" and tag.value not in clause.columns("by")
    ]
    found = [PHRASES.get((lemma(tag.text.split()[0]),), {}).get("stat", "") for tag in named if " " in tag.text]
    return tuple(dict.fromkeys(found)) if found and len(found) == len(named) and set(found) <= {"mean", "median"} else ()

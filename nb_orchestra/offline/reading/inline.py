"""Measures that are made where they are named: "weight in pounds", "log of income", "average of math, reading and writing for each student"."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.combining import above_own_group, all_of, declare, exceeding, multiples, rates_named, spans, statistics_named, together
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.pairs import changes
from nb_orchestra.offline.reading.tagging import Tag
from nb_orchestra.offline.reading.words import lemma

SIZES: dict[str, dict[str, float]] = {
    "mass": {"mg": 1e-6, "g": 1e-3, "gram": 1e-3, "kg": 1.0, "kilogram": 1.0, "kilo": 1.0, "kilogramme": 1.0, "gramme": 1e-3, "ton": 1e3,
             "t": 1e3, "tonne": 1e3, "lb": 0.45359237, "pound": 0.45359237,
             "oz": 0.028349523125, "ounce": 0.028349523125},
    "length": {"mm": 1e-3, "millimetre": 1e-3, "millimeter": 1e-3, "cm": 1e-2, "centimetre": 1e-2, "centimeter": 1e-2, "m": 1.0, "metre": 1.0, "meter": 1.0,
               "km": 1e3, "kilometre": 1e3, "kilometer": 1e3, "in": 0.0254, "inch": 0.0254, "ft": 0.3048, "foot": 0.3048, "mile": 1609.344},
    "time": {"ms": 1e-3, "millisecond": 1e-3, "s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hour": 3600.0, "day": 86400.0},
    "data": {"byte": 1.0, "kb": 1e3, "kilobyte": 1e3, "mb": 1e6, "megabyte": 1e6, "gb": 1e9, "gigabyte": 1e9, "tb": 1e12},
    "amount": {"thousand": 1e3, "million": 1e6, "billion": 1e9, "bn": 1e9},
}  # fmt: skip
DIMENSION = {unit: dimension for dimension, units in SIZES.items() for unit in units}
_FUNCTIONS = {"log": "log", "ln": "log", "logarithm": "log", "log10": "log10", "log2": "log2", "sqrt": "sqrt", "root": "sqrt"}


def with_inline(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """The tags with each such measure as one column, declared in memory."""
    if memory.slot_words:
        return tags
    tags = above_own_group(rates_named(tags, memory), memory)
    tags = multiples(statistics_named(spans(all_of(tags, memory), memory), memory), memory)
    return exceeding(_in_units(_functions(_row_means(together(changes(tags, memory), memory), memory), memory), memory), memory)


def _functions(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "log of income", "square root of area"."""
    for position, tag in enumerate(tags):
        op = _FUNCTIONS.get(tag.text.casefold().split()[-1]) if tag.kind in ("unknown", "lexical") else None
        behind = position + 1
        while op and behind < len(tags) and tags[behind].text.casefold() in ("of", "the", "transformed"):
            behind += 1
        if not op or behind >= len(tags) or tags[behind].kind != "column" or memory.table[tags[behind].value].kind != "number":
            continue
        column = tags[behind]
        tree = {"op": op, "args": [{"column": column.value}]}
        name = declare(memory, f"{op}_{column.value}", tree, f"{op}_{column.value}: " + ("the natural logarithm" if op == "log" else op))
        start = position - (position > 0 and tags[position - 1].text.casefold() in ("square", "natural"))
        made = Tag("column", tags[start].start, column.end, name, value=name, how="named")
        return _functions((*tags[:start], made, *tags[behind + 1 :]), memory)
    return tags


def _in_units(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "latency in seconds", where the table has milliseconds."""
    for position, tag in enumerate(tags[:-1]):
        unit = lemma(tags[position + 1].text)
        unit = unit if unit in DIMENSION else tags[position + 1].text.casefold()
        if tag.text.casefold() != "in" or unit not in DIMENSION or tags[position + 1].kind in ("column", "frame"):
            continue
        owner = next((n for n in range(position - 1, -1, -1) if tags[n].kind == "column" and _unit(tags[n].value, memory)), None)
        own = _unit(tags[owner].value, memory) if owner is not None else ""
        dimension = DIMENSION[unit]
        if owner is None or own == unit or (own not in SIZES[dimension] and dimension != "amount"):
            continue
        factor = SIZES[dimension].get(own, 1.0) / SIZES[dimension][unit]
        column = tags[owner]
        base = re.sub(rf"_{re.escape(own)}\Z", "", str(column.value)) if own != "byte" else str(column.value)
        tree = {"op": "*", "args": [{"column": column.value}, factor]}
        name = declare(memory, f"{base}_{unit}", tree, f"{column.value} in {tags[position + 1].text}: × {factor:.6g}")
        made = Tag("column", column.start, column.end, name, value=name, how="named")
        return _in_units((*tags[:owner], made, *tags[owner + 1 : position], *tags[position + 2 :]), memory)
    return tags


def _unit(name: str, memory: Memory) -> str:
    """The unit inside a numeric column's name, "amount" where it has none."""
    column = memory.table.by_name.get(name)
    if column is None or column.kind != "number":
        return ""
    pieces = [piece.casefold() for piece in re.split(r"[_\s(),]+", name)]
    return next((lemma(piece) for piece in reversed(pieces[1:] if len(pieces) > 1 else []) if lemma(piece) in DIMENSION), "") or (
        "byte" if "byte" in column.words else "amount"
    )


def _row_means(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "average of math, reading and writing for each student": one number per row, where the row's own name is grouped by."""
    place = next((n for n, tag in enumerate(tags) if tag.kind == "column" and _names_rows(tags, n, memory)), None)
    stat = next((n for n, tag in enumerate(tags) if tag.kinds.get("stat") in ("mean", "sum", "max", "min", "median")), None)
    if place is None or stat is None:
        return tags
    columns = [
        tag for tag in tags if tag.kind == "column" and tag.value in memory.table and memory.table[tag.value].kind == "number" and tag is not tags[place]
    ]
    if len(columns) < 2:
        return tags
    key = tags[stat].kinds["stat"]
    names = [str(tag.value) for tag in columns]
    tree = {"op": f"row_{key}", "args": [{"column": name} for name in names]}
    name = declare(memory, f"{key}_of_{len(names)}_columns", tree, f"{key} of each row: {', '.join(names)}")
    made = Tag("column", columns[0].start, columns[-1].end, name, value=name, how="named")
    first, last = tags.index(columns[0]), tags.index(columns[-1])
    return (*tags[:stat], made, *tags[max(last, stat) + 1 : place - 1], *tags[max(place, last) + 1 :]) if first > stat else tags


def _names_rows(tags: tuple[Tag, ...], position: int, memory: Memory) -> bool:
    column = memory.table.by_name.get(tags[position].value)
    grouped = position > 0 and tags[position - 1].is_a("group", "by")
    own = column is not None and (column.labelling or column.numbering or (column.identifying and column.kind != "number"))
    return column is not None and grouped and own and not column.entity

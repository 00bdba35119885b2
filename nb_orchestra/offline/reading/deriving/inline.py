"""Measures that are made where they are named: "weight in pounds", "log of income", "average of math, reading and writing for each student"."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.deriving.combining import (
    above_own_group,
    all_of,
    declare,
    exceeding,
    multiples,
    rates_named,
    spans,
    statistics_named,
    together,
)
from nb_orchestra.offline.reading.deriving.controls import held_against_control
from nb_orchestra.offline.reading.deriving.held_against import amounts_named, held_against, per_money
from nb_orchestra.offline.reading.deriving.pairs import changes
from nb_orchestra.offline.reading.deriving.relative import relative
from nb_orchestra.offline.reading.matching.dimensions import DIMENSION, SIZES, converted, dimension_of, unit_at, unit_of
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tagging import Tag

_FUNCTIONS = {"log": "log", "ln": "log", "logarithm": "log", "log10": "log10", "log2": "log2", "sqrt": "sqrt", "root": "sqrt"}


def with_inline(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """The tags with each such measure as one column, declared in memory."""
    if memory.slot_words:
        return tags
    tags = held_against_control(amounts_named(tags, memory), memory)
    tags = above_own_group(rates_named(relative(held_against(per_money(tags, memory), memory), memory), memory), memory)
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
    """ "latency in seconds", where the table has milliseconds; "wind in m/s", "temperature in Fahrenheit"."""
    for position, tag in enumerate(tags[:-1]):
        unit, length = unit_at(tags, position + 1) if tag.text.casefold() == "in" else ("", 0)
        owner = _owner(tags, position, unit, memory) if unit else None
        if unit and owner is None and (len(unit) > 2 or unit == "°F") and dimension_of(unit) != "amount":
            memory.not_done.append(f"in {tags[position + 1].text}: no column has a unit from which this could be computed")
        if not unit or owner is None:
            continue
        column, behind = tags[owner], position + 1 + length
        own = _unit(column.value, memory)
        said = " ".join(item.text for item in tags[position + 1 : behind])
        if dimension_of(unit) == "amount":
            tree, factor = {"op": "*", "args": [{"column": column.value}, 1 / SIZES["amount"][unit]]}, 1 / SIZES["amount"][unit]
        else:
            tree, factor = converted({"column": column.value}, own, unit), SIZES[DIMENSION[own]][own] / SIZES[DIMENSION[own]][unit] if own in DIMENSION else 0
        if factor == 1 or own == unit:
            return _in_units((*tags[:position], *tags[behind:]), memory)
        name = re.sub(r"\W+", "_", f"{_bare(str(column.value), own)}_{_WRITTEN.get(unit, unit)}").strip("_")
        memory.known |= {item.text.casefold() for item in tags[position + 1 : behind]}
        name = declare(memory, name, tree, f"{column.value} in {said}" + (f": × {factor:.6g}" if factor else ""))
        made = Tag("column", column.start, column.end, name, value=name, how="named")
        return _in_units((*tags[:owner], made, *tags[owner + 1 : position], *tags[behind:]), memory)
    return tags


_WRITTEN = {"m/s": "mps", "km/h": "kmh", "°F": "fahrenheit", "°C": "celsius", "K": "kelvin"}
"""Units as the end of a column's name."""


def _bare(name: str, own: str) -> str:
    """A column's name without its unit."""
    stem, _, last = name.rpartition("_")
    unit = last.casefold() in (own.removeprefix("°").casefold(), _WRITTEN.get(own, own).casefold()) or (
        dimension_of(last.casefold()) == dimension_of(own) != ""
    )
    return stem if stem and unit and own != "byte" else name


def _owner(tags: tuple[Tag, ...], position: int, unit: str, memory: Memory) -> int | None:
    """Where the column stands that a unit is asked for: the nearest one in front that can be converted, else the nearest one behind."""
    dimension = dimension_of(unit)
    for n in (*range(position - 1, -1, -1), *range(position + 2, len(tags))):
        own = _unit(tags[n].value, memory) if tags[n].kind == "column" else ""
        if own and (dimension_of(own) == dimension or (dimension == "amount" and n < position)):
            return int(n)
    return None


def _unit(name: str, memory: Memory) -> str:
    """The unit inside a numeric column's name, "amount" where it has none."""
    column = memory.table.by_name.get(name)
    if column is None or column.kind != "number":
        return ""
    return unit_of(column) or ("byte" if "byte" in column.words else "amount")


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

"""Ratios whose parts are named by their units: "fare per km", "km per hour", "the average speed", "cost per kilo"."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.reading.deriving.combining import declare
from nb_orchestra.offline.reading.language.synonyms import POINTERS
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.matching.dimensions import columns_in, converted, dimension_of, unit_at, unit_of
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.restricting.filters import Filters
from nb_orchestra.offline.reading.tables import Column, Table
from nb_orchestra.offline.reading.tagging import Tag

_SPEED = vocabulary("speed velocity")
_PARTS = {"km/h": ("km", "hour"), "m/s": ("m", "second"), "mph": ("mile", "hour")}
_EVERY = ("per", "a", "for every", "for each")
_PERIODS = vocabulary("day hour")
"""Behind "per" these are parts of the calendar wherever the table has moments, unless a distance is in front."""


def ratio_of_units(tags: tuple[Tag, ...], position: int, memory: Memory) -> tuple[Tag, int] | None:
    """The made column, and where the tags go on; None where no ratio of this kind begins here."""
    return (
        None
        if memory.slot_words
        else _pace(tags, position, memory) or _speed(tags, position, memory) or _per_unit(tags, position, memory) or _unit_per_unit(tags, position, memory)
    )


_NO_WAYS = vocabulary("elevation altitude height depth width ascent climb descent ht")


def _distance(memory: Memory) -> Column | None:
    """The one column that says how far; how high is something else."""
    return _only([column for column in columns_in("length", memory.table) if not _NO_WAYS & set(column.words)])


def _only(columns: list[Column]) -> Column | None:
    return columns[0] if len(columns) == 1 else None


def _speed(tags: tuple[Tag, ...], position: int, memory: Memory) -> tuple[Tag, int] | None:
    """ "Speed", where the table has one distance and one duration; in the unit that is said, else the distance's own per hour."""
    if tags[position].kind != "unknown" or lemma(tags[position].text) not in _SPEED:
        return None
    distance, duration = _distance(memory), _only(columns_in("time", memory.table))
    if distance is None or duration is None:
        return None
    behind = position + 1 + (tags[position + 1 : position + 2] != () and tags[position + 1].text.casefold() == "in")
    unit, length = unit_at(tags, behind)
    over, under = _PARTS.get(unit, (unit_of(distance), "hour"))
    end = behind + length if unit in _PARTS else position + 1
    memory.known |= {tag.text.casefold() for tag in tags[position:end]}
    return _made(tags[position], tags[end - 1].end, (distance, over), (duration, under), memory), end


FASTER = vocabulary("fast faster fastest quick quicker quickest quickly slow slower slowest slowly")


def speed_of_parts(memory: Memory) -> None:
    """ "My fastest run", of a table with one distance and one duration and no speed: the distance of an hour, declared."""
    distance, duration = _distance(memory), _only(columns_in("time", memory.table))
    if distance is None or duration is None or columns_in("speed", memory.table) or "speed" in memory.table:
        return
    memory.made["speed"] = {"op": "/", "args": [_in(distance, unit_of(distance)), _in(duration, "hour")]}
    memory.derivations.append(f"fast, slow: the speed, {distance.name} ÷ {duration.name} (in {unit_of(distance)} per hour)")


def _pace(tags: tuple[Tag, ...], position: int, memory: Memory) -> tuple[Tag, int] | None:
    """ "Pace in min per km": the duration of one unit of the distance."""
    if tags[position].kind != "unknown" or lemma(tags[position].text) != "pace":
        return None
    distance, duration = _distance(memory), _only(columns_in("time", memory.table))
    if distance is None or duration is None:
        return None
    behind = position + 1 + (tags[position + 1 : position + 2] != () and tags[position + 1].text.casefold() in ("in", "("))
    over, length = unit_at(tags, behind)
    end = position + 1
    under = unit_of(distance)
    if dimension_of(over) == "time" and tags[behind + length : behind + length + 1] and tags[behind + length].text.casefold().partition(" ")[0] in ("per", "/"):
        said, more = _unit_behind(tags, behind + length)
        under, end = (said, behind + length + more) if dimension_of(said) == "length" else (under, end)
        end += tags[end : end + 1] != () and tags[end].text == ")"
    over = over if end > position + 1 else "min"
    memory.known |= {tag.text.casefold() for tag in tags[position:end]}
    return _made(tags[position], tags[end - 1].end, (duration, over), (distance, under), memory), end


def _per_unit(tags: tuple[Tag, ...], position: int, memory: Memory) -> tuple[Tag, int] | None:
    """ "Fare per km", "cost per kilo": a measure divided by the one column that is in such units."""
    first, per = tags[position], position + 1
    first = _dearest(tags, position, memory) or first
    measured = first.kind == "column" and first.value in memory.table and memory.table[str(first.value)].kind == "number"
    if not measured or per >= len(tags) or tags[per].text.casefold().partition(" ")[0] not in _EVERY:
        return None
    unit, length = _unit_behind(tags, per)
    column = memory.table[str(first.value)]
    second = _only([item for item in columns_in(dimension_of(unit), memory.table) if item.name != column.name]) if unit else None
    if unit and second is None and dimension_of(unit) not in ("time", "amount"):
        memory.not_done.append(f"per {tags[per + length - 1].text}: no column, or more than one, is in such a unit")
    if second is None or (unit in _PERIODS and memory.table.date is not None and dimension_of(unit_of(column)) != "length"):
        return None
    end = per + length
    memory.known |= {tag.text.casefold() for tag in tags[per:end]}
    return _made(first, tags[end - 1].end, (column, unit_of(column)), (second, unit), memory), end


def _dearest(tags: tuple[Tag, ...], position: int, memory: Memory) -> Tag | None:
    """ "The most expensive flat per m2": what the adjective in front of a noun points at."""
    before = [tag for tag in tags[max(0, position - 2) : position] if tag.kinds.get("point") in POINTERS]
    name = memory.measure_for(POINTERS[before[-1].kinds["point"]][0]) if before and tags[position].kind == "unknown" else None
    return Tag("column", tags[position].start, tags[position].end, tags[position].text, value=name, how="synonym") if name else None


def _unit_behind(tags: tuple[Tag, ...], per: int) -> tuple[str, int]:
    """The unit behind "per" and how many tags both take: "per" "km", or "per hour" as one."""
    words = tags[per].text.split()
    if len(words) > 1:
        unit = lemma(words[-1])
        return (unit, 1) if dimension_of(unit) else ("", 0)
    unit, length = unit_at(tags, per + 1)
    return unit, length + 1


def _unit_per_unit(tags: tuple[Tag, ...], position: int, memory: Memory) -> tuple[Tag, int] | None:
    """ "Average km per hour", "miles per gallon", where no column is in that unit: the one of the first divided by the one of the second."""
    unit, length = unit_at(tags, position)
    over, under = _PARTS.get(unit, ("", ""))
    if not over and unit and tags[position + length : position + length + 1] and tags[position + length].text.casefold().partition(" ")[0] == "per":
        over, (under, more) = unit, _unit_behind(tags, position + length)
        length += more
    if not over or not under or columns_in("speed", memory.table):
        return None
    first, second = _only(columns_in(dimension_of(over), memory.table)), _only(columns_in(dimension_of(under), memory.table))
    if first is None or second is None:
        return None
    memory.known |= {tag.text.casefold() for tag in tags[position : position + length]}
    return _made(tags[position], tags[position + length - 1].end, (first, over), (second, under), memory), position + length


def _made(first: Tag, end: int, over: tuple[Column, str], under: tuple[Column, str], memory: Memory) -> Tag:
    """The ratio as a column, both parts in the units that are said."""
    trees: list[Any] = [_in(column, unit) for column, unit in (over, under)]
    names = [column.name if unit == unit_of(column) or not unit else f"{column.name}_in_{unit}" for column, unit in (over, under)]
    said = [f"{column.name} (in {unit})" if unit != unit_of(column) and unit else column.name for column, unit in (over, under)]
    last = under[1] or names[1]
    name = declare(
        memory, f"{over[0].name}_per_{last}" if names[0] == over[0].name else f"{over[1]}_per_{last}", {"op": "/", "args": trees}, f"{said[0]} ÷ {said[1]}"
    )
    return Tag("column", first.start, end, name, value=name, how="named")


def as_speeds(found: Filters, tags: tuple[Tag, ...], table: Table) -> None:
    """ "Faster than 18 km/h": of a speed the faster is the more, of a duration the less."""
    for number, (condition, places) in enumerate(zip(found.conditions, found.places, strict=True)):
        said = {word for n in places for word in tags[n].text.casefold().split()}
        column = table.by_name.get(str(condition["column"]))
        speedy = column is not None and (_SPEED & set(column.words) or dimension_of(unit_of(column)) == "speed" or column.words[-2:] == ("per", "hour"))
        if speedy and said & _FASTER:
            found.conditions[number] = {**condition, "op": ">"}
        elif speedy and said & _SLOWER:
            found.conditions[number] = {**condition, "op": "<"}


_FASTER, _SLOWER = vocabulary("faster quicker"), vocabulary("slower")


def _in(column: Column, unit: str) -> Any:
    tree: Any = {"column": column.name}
    return converted(tree, unit_of(column), unit) if unit and unit != unit_of(column) else tree

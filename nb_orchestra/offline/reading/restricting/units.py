"""Numbers of conditions in the unit of their column: "more than 5 kilos" against grams, "over 2 million" against thousands, "above 12 %" of a rate."""

from __future__ import annotations

from dataclasses import replace

from nb_orchestra.offline.reading.language.synonyms import POINTERS
from nb_orchestra.offline.reading.language.words import lemma, scale, vocabulary
from nb_orchestra.offline.reading.matching.dimensions import dimension_of, number_in, unit_at, unit_of
from nb_orchestra.offline.reading.matching.naming import UNITS
from nb_orchestra.offline.reading.restricting.filters import Filters
from nb_orchestra.offline.reading.tables import Column, Table
from nb_orchestra.offline.reading.tagging import Tag

_SHARES = vocabulary("rate share percent percentage pct ratio proportion fraction")


def in_percent(tags: list[Tag], table: Table) -> list[Tag]:
    """The tags, with a count in front of "… 12 %" as the rate of the same stem: unemployment as Unemployment_rate, not Unemployed."""
    made = list(tags)
    for n, tag in enumerate(tags[:-1]):
        if tag.kind != "number" or tags[n + 1].text.casefold() not in ("%", "percent"):
            continue
        place = next((m for m in range(n - 1, max(-1, n - 5), -1) if tags[m].kind == "column"), None)
        rate = _rate_of(tags[place], table) if place is not None else None
        if place is not None and rate is not None:
            made[place] = replace(tags[place], value=rate, how="part", rivals=())
    return made


def _rate_of(tag: Tag, table: Table) -> str | None:
    """The one column of a share whose name shares its first word's stem with the column that was read."""
    own = table.by_name.get(str(tag.value))
    if own is None or own.kind != "number" or _SHARES & set(own.words) or own.unit == "%" or (own.high is not None and own.high <= 1) or tag.how == "named":
        return None
    stems = {word[:7] for word in (*own.words, *map(lemma, tag.text.split())) if len(word) >= 6}
    found = [column.name for column in table.of_kind("number") if _SHARES & set(column.words) and stems & {word[:7] for word in column.words}]
    return found[0] if len(found) == 1 else None


_ENDS = {"between": 4, "from": 4}
"""Behind these words two numbers follow, and the unit behind the second."""


def of_a_unit(tags: list[Tag], table: Table) -> list[Tag]:
    """ "Between 50 and 70 m2", "over 80 kg": where no column is named in front, the one column of that unit."""
    for place, tag in enumerate(tags):
        if "cmp" not in tag.kinds or tag.kind != "lexical" or tag.text.casefold().split()[0] in POINTERS or _measured_in_front(tags, place, table):
            continue
        behind = next((n for n in range(place + 1, min(place + 1 + _ENDS.get(tag.text.casefold(), 2), len(tags))) if _is_unit(tags, n)), None)
        column = _column_of_unit(tags[behind].text, table) if behind is not None else None
        if column is not None and behind is not None:
            made = Tag("column", tag.start, tag.start, column, value=column, how="unit")
            return [*tags[:place], made, *tags[place:behind], *of_a_unit(tags[behind + 1 :], table)]
    return tags


def _is_unit(tags: list[Tag], n: int) -> bool:
    return tags[n - 1].kind == "number" and tags[n].kind in ("unknown", "mark") and (n + 1 >= len(tags) or tags[n + 1].kind != "column")


def _measured_in_front(tags: list[Tag], place: int, table: Table) -> bool:
    return any(tag.kind == "column" and tag.value in table and table[tag.value].kind == "number" for tag in tags[max(0, place - 3) : place])


def _column_of_unit(word: str, table: Table) -> str | None:
    unit = UNITS.get(word.casefold(), word)
    found = [column.name for column in table.of_kind("number") if column.unit and unit.casefold() == column.unit.casefold()]
    return found[0] if len(found) == 1 else None


_SCALED = {"thousand": 1e3, "million": 1e6, "billion": 1e9}


def in_own_unit(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """Converts each number with a unit to that of its column's name; where that names none and the number lies outside the column, it is told."""
    for number, (condition, places) in enumerate(zip(found.conditions, found.places, strict=True)):
        value, column = condition.get("value"), table.by_name.get(str(condition["column"]))
        at = next((n for n in places if tags[n].kind == "number" and n + 1 < len(tags)), None)
        if column is None or column.kind != "number" or at is None or not isinstance(value, int | float):
            continue
        if (told := _scaled(column)) and scale(tags[at + 1].text.casefold()):
            found.conditions[number] = {**condition, "value": _plain(value / _SCALED[told])}
            found.notes.append(f"{tags[at].text} {tags[at + 1].text} → {value / _SCALED[told]:g} {told} of {column.name}")
            continue
        unit, length = unit_at(tags, at + 1)
        said, own = " ".join(tag.text for tag in tags[at + 1 : at + 1 + length]), unit_of(column)
        if unit in ("", "in", "min", own) or dimension_of(unit) in ("amount", "data"):
            continue
        if own and dimension_of(own) == dimension_of(unit):
            made = _plain(number_in(value, unit, own))
            found.conditions[number] = {**condition, "value": made}
            found.notes.append(f"{tags[at].text} {said} → {made:g} {own} of {column.name}")
        elif not own and column.low is not None and column.high is not None and not column.low <= value <= column.high:
            found.lost.append(f"{tags[at + 1].text}: the unit of {column.name} is not known")
            continue
        found.read |= {tag.text.casefold() for tag in tags[at + 1 : at + 1 + length]}


def _plain(value: float) -> float | int:
    value = round(value, 9)
    return int(value) if value.is_integer() else value


def _scaled(column: Column) -> str:
    return next((word for word in column.words if word in _SCALED), "")

"""Of several columns that say when, the one that a year or date of the goal is about: films "released before 2000" are those of `year`, "watched in 2022" of
`watched_on`. The nearest word that names one decides, else the only one in whose time it lies, else the first, and the others are named."""

from __future__ import annotations

from collections.abc import Iterator

from nb_orchestra.offline.reading.language.stems import stem
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.restricting.filters import Filters
from nb_orchestra.offline.reading.tables import Column, Table
from nb_orchestra.offline.reading.tagging import Tag

_NEAR = 6
_BEHIND = 2
_CAME_OUT = frozenset(map(stem, vocabulary("released published made produced built manufactured founded born")))
"""Said of what a bare column `year` tells: when the thing itself came to be."""
_BARE = frozenset(map(stem, vocabulary("date day time at on year dt datetime timestamp")))


def column_of_time(tags: tuple[Tag, ...], place: int, found: Filters, table: Table, *, dates: bool = False) -> str | None:
    """The column for the year (with `dates` only one of dates) at a place; what else it may be about becomes a note."""
    times = [column for column in table.columns if column.kind == "date" or (column.looks_like_year and not dates)]
    if len(times) < 2 or table.exact:
        return table.date
    if (named := _named(tags, place, times, found)) is not None:
        return named.name
    year = int(tags[place].text[:4]) if tags[place].text[:4].isdigit() else 0
    within = [column for column in times if _holds(column, year)] or times
    first = next((column for column in within if column.name == table.date), within[0])
    if first.name != table.date:
        found.notes.append(f"{tags[place].text}: of {first.name} (no {table.date} is so)")
    elif len(within) > 1:
        found.notes.append(f"{tags[place].text}: of {first.name} (also possible: {', '.join(column.name for column in within if column is not first)})")
    return first.name


def _named(tags: tuple[Tag, ...], place: int, times: list[Column], found: Filters) -> Column | None:
    for n in _nearest(tags, place):
        words = {stem(word) for word in tags[n].text.casefold().split()}
        own = [column for column in times if tags[n].kind == "column" and tags[n].value == column.name]
        own = own or [column for column in times if words & (set(map(stem, column.words)) - _BARE)]
        own = own or [column for column in times if words & _CAME_OUT and set(map(stem, column.words)) <= _BARE and column.looks_like_year]
        if len(own) == 1:
            found.read |= set(tags[n].text.casefold().split()) if tags[n].kind == "unknown" else set()
            found.used |= {n} if tags[n].kind == "column" and place - n in (1, 2) else set()
            return own[0]
    return None


def _nearest(tags: tuple[Tag, ...], place: int) -> Iterator[int]:
    """The places in front, nearest first and no farther than another number, then those right behind."""
    for n in range(place - 1, max(-1, place - 1 - _NEAR), -1):
        if tags[n].kind in ("number", "date"):
            break
        yield n
    yield from range(place + 1, min(len(tags), place + 1 + _BEHIND))


def _holds(column: Column, year: int) -> bool:
    if column.kind == "date":
        first = 1970 + column.since / 365.25
        return int(first) <= year <= int(first + column.years)
    return column.low is not None and column.high is not None and column.low <= year <= column.high

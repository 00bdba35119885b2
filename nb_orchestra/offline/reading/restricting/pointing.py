"""Amounts whose column follows from a word beside them: "older than 30", "over 4000 g", "above 30 degrees", "more than 100 photos"."""

from __future__ import annotations

from nb_orchestra.offline.reading.language.synonyms import POINTERS, same_notion
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.matching.dimensions import by_unit, columns_in, dimension_of, unit_at
from nb_orchestra.offline.reading.restricting.amounts import measured_behind
from nb_orchestra.offline.reading.restricting.calendar import is_year
from nb_orchestra.offline.reading.restricting.filters import Filters, amount, span
from nb_orchestra.offline.reading.restricting.truths import PEOPLE
from nb_orchestra.offline.reading.tables import Column, Table
from nb_orchestra.offline.reading.tagging import Tag

PASSED = vocabulary("the a an of value values with is are was were be that column category group categories type year years in than has have had to equal")
"""Glue between a column and what is said of it."""


def skip(tags: tuple[Tag, ...], position: int) -> int:
    """The next tag that is more than glue."""
    while position < len(tags) and tags[position].text.casefold() in PASSED and not tags[position].is_a("cmp", ">", "<", ">=", "<="):
        position += 1
    return position


def named_behind(tags: tuple[Tag, ...], position: int, column: str) -> str:
    """ "above the average body mass": the column that the statistic is of."""
    return next((tag.value for tag in tags[position + 1 : position + 4] if tag.kind == "column"), column)


def add_pointed(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """ "older than 30", "over 4000 g", "more than 100 photos": the column follows from the adjective, the unit or the noun behind."""
    for start, tag in enumerate(tags):
        if start in found.used or tag.kind != "lexical" or (tag.kinds.get("cmp") not in (">", "<", ">=", "<=", "between") and tag.text.casefold() != "exactly"):
            continue
        position = skip(tags, start + 1)
        if position < len(tags) and tags[position].kinds.get("stat") in ("mean", "median") and not tag.is_a("cmp", "between"):
            behind = named_behind(tags, position, "")
            if behind in table and table[behind].kind == "number":
                found.add((start, position), behind, tag.kinds["cmp"], {"statistic": tags[position].kinds["stat"], "column": behind})
            continue
        if position >= len(tags) or tags[position].kind != "number" or position in found.used:
            continue
        named = columns_behind(tags, position, table) if not tag.is_a("cmp", "between") else []
        if named:
            joined = any(item.text.casefold() == "or" for item in tags[position : named[-1]])
            pieces = [{"column": tags[n].value, "op": tag.kinds["cmp"], "value": amount(tags, position)} for n in named]
            found.add(range(start, named[-1] + 1), pieces[0]["column"], "any" if joined else "all", pieces)
            continue
        last = next((n for n in range(position + 1, min(position + 4, len(tags))) if tags[n].kind == "number"), None)
        unit_at_end = last if last is not None and tag.is_a("cmp", "between") else position
        column = _pointed_column(tag.text, tags, unit_at_end, table) or _only_measure(tags, start, position, table)
        if column is None:
            continue
        if tag.kinds["cmp"] == "between" and last is not None:
            found.add(range(start, last + 1), column, "between", span(tags, position, last))
        elif tag.kinds["cmp"] != "between":
            column, sided = _at_an_end(column, tags, position, table)
            last_place = sided or measured_behind(tags, position, table)
            found.add(range(start, (position if last_place is None else last_place) + 1), column, tag.kinds["cmp"], amount(tags, position))


def columns_behind(tags: tuple[Tag, ...], position: int, table: Table) -> list[int]:
    """ "below 50 in math or reading": where the numeric columns stand that a number in front is said of."""
    if position + 2 >= len(tags) or tags[position + 1].text.casefold() not in ("in", "on", "for", "of"):
        return []
    places: list[int] = []
    for n in range(position + 2, len(tags)):
        if tags[n].kind == "column" and tags[n].value in table and table[tags[n].value].kind == "number":
            places.append(n)
        elif tags[n].text.casefold() not in ("or", "and", ",", "the", "both", "either"):
            break
    return places


def _at_an_end(column: str, tags: tuple[Tag, ...], position: int, table: Table) -> tuple[str, int | None]:
    """ "Colder than 5 degrees at maximum": of a smallest and a largest measure the one that is named, and where its name ends."""
    for n in range(position + 1, min(position + 4, len(tags))):
        side = tags[n].kinds.get("stat") or tags[n].kinds.get("super")
        if side in ("max", "min") and tags[n - 1].text.casefold() in ("at", "in", "as", "at the", "the"):
            stem = set(table[column].words) - {"max", "min", "maximum", "minimum"}
            named = [item.name for item in table.of_kind("number") if side in item.words and stem <= set(item.words)]
            return (named[0], n) if named else (column, None)
    return column, None


_SCALED = vocabulary("thousand million billion trillion k m bn % percent")


def _only_measure(tags: tuple[Tag, ...], start: int, position: int, table: Table) -> str | None:
    """ "When did the battery of C3 first fall below 80": a limit without a column is for the one measure that the clause names, if it has such values."""
    if start and (tags[start - 1].kind == "level" or lemma(tags[start - 1].text) in PEOPLE | table.row_nouns):
        return None
    named = {str(tag.value) for tag in tags[:start] if tag.kind == "column" and tag.value in table and table[tag.value].kind == "number"}
    named = {name for name in named if not table[name].looks_like_year and not table[name].entity}
    measures = [column.name for column in table.of_kind("number") if not (column.looks_like_year or column.labelling or column.numbering)]
    named = named or set(measures if len(measures) == 1 else ())
    behind = tags[position + 1] if position + 1 < len(tags) else None
    free = behind is None or behind.kind in ("mark", "frame", "line") or behind.text.casefold() in _SCALED
    free = free or (behind is not None and behind.is_a("group"))
    free = free and not (is_year(tags[position]) and table.date is not None)
    column = table[named.pop()] if len(named) == 1 and free else None
    within = column is not None and column.low is not None and column.high is not None and column.low <= amount(tags, position) <= column.high
    return column.name if column is not None and within else None


_SPANS = vocabulary("day week month year hour minute second night")
_OPENED = {
    "above": ">",
    "over": ">",
    "more": ">",
    "at": ">",
    "below": "<",
    "under": "<",
    "less": "<",
    "exceeding": ">",
    "warmer": ">",
    "hotter": ">",
    "colder": "<",
}


def _of_days(column: Column) -> bool:
    return not column.labelling and (bool({"stay", "los"} & set(column.words)) or column.unit.casefold() in ("day", "days", "d"))


def _stays(table: Table) -> list[str]:
    """The columns that count the days of a stay, or days by their unit."""
    return [column.name for column in table.of_kind("number") if _of_days(column)]


def _pointed_column(word: str, tags: tuple[Tag, ...], position: int, table: Table) -> str | None:
    following = tags[position + 1] if position + 1 < len(tags) else None
    behind = measured_behind(tags, position, table)
    if behind is not None:
        return str(tags[behind].value)
    notions = POINTERS.get(word.split()[0].casefold(), ((), ""))[0]
    found = [column for column in table.of_kind("number") if any(same_notion(n, w) for n in notions for w in column.words)]
    found = found or [column for notion in notions for column in by_unit(notion, table)]
    dimension = dimension_of(unit_at(tags, position + 1)[0])
    measured = columns_in(dimension, table) if dimension not in ("", "amount") else []
    if len(measured) == 1 and not set(measured) & set(found) and dimension != "time":  # "longer than 3 miles" is of the distance
        return measured[0].name
    if found:
        side = "min" if POINTERS.get(word.split()[0].casefold(), ((), ""))[1] == "min" else "max"
        return next((column.name for column in found if side in column.words), found[0].name)
    if following is not None and following.text.casefold() in ("degrees", "degree", "°", "celsius", "fahrenheit"):
        side = "max" if _OPENED.get(word.split()[0].casefold(), "") == ">" else "min"
        warm = [column for column in table.of_kind("number") if any(same_notion("temperature", piece) for piece in column.words)]
        warm = warm or by_unit("temperature", table)
        return next((column.name for column in warm if side in column.words), warm[0].name if warm else None)
    if following is not None:
        units = [column.name for column in table.columns if column.unit and column.unit.casefold() == following.text.casefold()]
        timed = lemma(following.text) in _SPANS
        units = units or [column.name for column in table.of_kind("number") if timed and lemma(following.text) in column.words and not column.looks_like_year]
        units = units or (_stays(table) if lemma(following.text) in ("day", "night") else [])
        unit = unit_at(tags, position + 1)[0]
        units = units or [column.name for column in columns_in(dimension_of(unit), table) if unit not in ("", "day", "in", "min")]
        if len(units) == 1:
            return units[0]
    return None

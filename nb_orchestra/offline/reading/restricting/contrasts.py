"""Alternatives held against each other: "males and females", "2023 with 2024", "March vs April", "before and after 1950" are groups, not one restriction."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.restricting.calendar import is_year
from nb_orchestra.offline.reading.restricting.filters import Filters
from nb_orchestra.offline.reading.restricting.listing import listed_apart
from nb_orchestra.offline.reading.restricting.moments import Piece, equals, piece_at, seasons, sides, tested
from nb_orchestra.offline.reading.restricting.parting import parted, release
from nb_orchestra.offline.reading.restricting.weather import wet_and_dry
from nb_orchestra.offline.reading.tables import Column
from nb_orchestra.offline.reading.tagging import Tag

_AGAINST = re.compile(r"\b(?:compar\w+|contrast\w*|versus|vs|against|respectively|differ\w*|gap|each|both)\b", re.IGNORECASE)
_JOINING = vocabulary("versus vs against than with to and or from , & the in on for during of as opposed compared relative on those ones it is days day when")
_OPPOSING = vocabulary("versus vs against than")
_POOLED = vocabulary("n sum distinct")
"""Statistics that "A and B" may well mean of both together."""
_SEPARATE = frozenset({"trend", "chart", "correlate", "resample", "share_of", "regress"})


def contrasted(tags: tuple[Tag, ...], found: Filters, memory: Memory) -> tuple[str | None, bool]:
    """The column whose values a clause sets side by side (the conditions on them become one list), and whether all together may be meant as well."""
    if memory.slot_words:
        return None, False
    column = _times(tags, found, memory) or _contradiction(found, memory) or _apart_in_time(found, memory)
    column = column or _levels(tags, found, memory) or _rest(tags, found, memory)
    return column, column is not None and not _opposed(tags)


def _contradiction(found: Filters, memory: Memory) -> str | None:
    """Two different values of one column cannot both hold: they are alternatives."""
    for number, condition in enumerate(found.conditions):
        same = [n for n, other in enumerate(found.conditions) if other["column"] == condition["column"] and other["op"] == "==" == condition["op"]]
        column = memory.table.by_name.get(str(condition["column"]))
        if len(same) < 2 or same[0] != number or column is None or column.kind == "date":
            continue
        values, places = [found.conditions[n]["value"] for n in same], [place for n in same for place in found.places[n]]
        for n in reversed(same):
            del found.conditions[n], found.places[n]
        found.add(places, column.name, "in", values)
        return column.name
    return None


def _apart_in_time(found: Filters, memory: Memory) -> str | None:
    """ "In the 1990s and in the 2000s": two spans of one column that no row can lie in both of are alternatives."""
    for number, condition in enumerate(found.conditions):
        spans = [n for n, other in enumerate(found.conditions) if n >= number and other["column"] == condition["column"] and other["op"] == "between"]
        if condition["op"] != "between" or len(spans) < 2:
            continue
        edges = sorted((tuple(found.conditions[n]["value"]) for n in spans), key=lambda span: str(span[0]))
        if any(str(first[1]) >= str(second[0]) for first, second in pairwise(edges)):
            continue
        return parted([Piece(found.places[n], _span_label(found.conditions[n]), _span_tree(found.conditions[n])) for n in spans], found, memory)
    return None


def _span_label(condition: Any) -> str:
    return "–".join(str(edge)[:10] for edge in condition["value"])


def _span_tree(condition: Any) -> Any:
    column, (low, high) = {"column": condition["column"]}, condition["value"]
    return {"op": "and", "args": [{"op": ">=", "args": [column, low]}, {"op": "<=", "args": [column, high]}]}


def _opposed(tags: tuple[Tag, ...]) -> bool:
    return _AGAINST.search(" ".join(tag.text for tag in tags)) is not None or any(tag.text.casefold().split()[-1] in _OPPOSING for tag in tags)


def _levels(tags: tuple[Tag, ...], found: Filters, memory: Memory) -> str | None:
    for number, condition in enumerate(found.conditions):
        column = memory.table.by_name.get(str(condition["column"]))
        listed = condition["op"] == "in" or (condition["op"] == "year" and isinstance(condition["value"], list))
        if (
            listed
            and column is not None
            and len(condition["value"]) > 1
            and (_apart(tags, found.places[number]) or _listed(column, tags, found.places[number]))
        ):
            if column.kind == "date":
                return parted(_years(tags, found.places[number], column.name), found, memory)
            if column.kind in ("text", "boolean") or column.looks_like_year or column.grouping:
                return column.name
    return None


def _listed(column: Column, tags: tuple[Tag, ...], places: tuple[int, ...]) -> bool:
    return column.kind != "date" and listed_apart(tags, places)


def _years(tags: tuple[Tag, ...], places: tuple[int, ...], when: str) -> list[Piece]:
    return [Piece((n,), tags[n].text, equals("year", when, int(tags[n].value))) for n in places if is_year(tags[n])]


_OTHERS = re.compile(r"(?:the |those )?(?:others?|rest|remaining|remainder|everyone else|everybody else|all other|without)\b", re.IGNORECASE)


def _rest(tags: tuple[Tag, ...], found: Filters, memory: Memory) -> str | None:
    """ "Readmitted patients versus the others": those who meet a condition against those who do not."""
    for number, places in enumerate(found.places):
        behind = max(places) + 1
        opposed = next((n for n in range(behind, min(behind + 3, len(tags))) if tags[n].text.casefold() in _OPPOSING | {"with", "to", "and", "or"}), None)
        said = [tag.text for tag in tags[opposed + 1 : opposed + 4] if tag.text.casefold() not in ("of", "for", "in", "with", "the")] if opposed else []
        if opposed is None or not _OTHERS.match(" ".join(said)):
            continue
        return _against_others(number, found, memory)
    if (twice := _said_and_denied(tags, memory)) is not None:
        found.conditions[:], found.places[:] = _without(found, twice)
        return twice
    for n, tag in enumerate(tags[:-3]):  # "with and without a coupon"
        both = [item.text.casefold() for item in tags[n : n + 3]] in (["with", "and", "without"], ["with", "or", "without"])
        named = next((item for item in tags[n + 3 : n + 5] if item.kind == "column"), None)
        if both and tag.kind == "lexical" and named is not None and named.value in memory.table and memory.table[named.value].truth:
            found.conditions[:], found.places[:] = _without(found, str(named.value))
            return str(named.value)
    more = bool(tags) and tags[0].text.casefold() in _ASKING and any(_MORE.fullmatch(tag.text) for tag in tags)
    amounts = [n for n, condition in enumerate(found.conditions) if condition["op"] in _TREES and memory.table[str(condition["column"])].kind == "number"]
    return _against_others(amounts[0], found, memory) if more and len(amounts) == 1 and len(found.conditions) == 1 and _measured(tags, found, memory) else None


def _said_and_denied(tags: tuple[Tag, ...], memory: Memory) -> str | None:
    """ "Smokers or non-smokers": the column of yes and no that is named twice, once denied."""
    for n, tag in enumerate(tags):
        denied = n > 1 and tag.kind == "column" and tags[n - 1].text.casefold() in ("non", "not", "no")
        others = [item for m, item in enumerate(tags) if m != n and item.kind == "column" and item.value == tag.value] if denied else []
        if others and tag.value in memory.table and memory.table[tag.value].truth:
            return str(tag.value)
    return None


def _without(found: Filters, column: str) -> tuple[list[Any], list[tuple[int, ...]]]:
    """The conditions that are not on this column, and their places."""
    kept = [n for n, condition in enumerate(found.conditions) if condition["column"] != column]
    return [found.conditions[n] for n in kept], [found.places[n] for n in kept]


def _against_others(number: int, found: Filters, memory: Memory) -> str | None:
    condition, places = found.conditions[number], found.places[number]
    column = memory.table.by_name.get(str(condition["column"]))
    if column is not None and column.kind in ("text", "boolean") and column.distinct == 2:
        del found.conditions[number], found.places[number]
        return column.name
    if condition["op"] not in _TREES:
        return None
    value = condition["value"]
    said = f"{condition['column']} {_SAID.get(condition['op'], condition['op'])} {value:g}" if isinstance(value, int | float) else str(value)
    return parted([Piece(places, said, tested(condition))], found, memory, otherwise="others")


def _measured(tags: tuple[Tag, ...], found: Filters, memory: Memory) -> bool:
    """True where another number than the one of the condition is asked about."""
    columns = {tag.value for tag in tags if tag.kind == "column" and tag.value in memory.table and memory.table[tag.value].kind == "number"}
    return bool(columns - {condition["column"] for condition in found.conditions} - {memory.table.date})


_ASKING = vocabulary("is are was were do does did has have")
_MORE = re.compile(
    r"(?:high|low|larg|small|great|bigg|heavi|light|long|short|tall|warm|cold|cool|hott|wett|dri|bett|old|young|fast|slow|windi|raini|rich|poor|cheap)er|"
    r"more|less|worse",
    re.IGNORECASE,
)
_SAID = {">=": "at least", ">": "above", "<=": "at most", "<": "below"}


_TREES = frozenset({"==", "!=", ">", "<", ">=", "<="})


def _apart(tags: tuple[Tag, ...], places: tuple[int, ...]) -> bool:
    """True where the values are set against each other, or something is asked of them that is not asked of all together."""
    between = {word for tag in tags[min(places) : max(places)] for word in tag.text.casefold().split()}
    if between & _OPPOSING or _AGAINST.search(" ".join(tag.text for tag in tags)):
        return True
    if "or" in between and tags[0].text.casefold() in _ASKING | {"who", "which", "what"} and any(_MORE.fullmatch(tag.text) for tag in tags):
        return True
    stats = {tag.kinds["stat"] for tag in tags if "stat" in tag.kinds} - {"describe"}
    verbs = {tag.kinds["verb"] for tag in tags if "verb" in tag.kinds}
    return bool(between & {"and", "&"}) and "or" not in between and (bool(stats - _POOLED) or bool(verbs & _SEPARATE))


def _times(tags: tuple[Tag, ...], found: Filters, memory: Memory) -> str | None:
    """Parts of time set against each other, as a column of their labels."""
    when = memory.table.date
    if when is None:
        return None
    each = next((n for n, tag in enumerate(tags) if tag.is_a("time", "season") and n and tags[n - 1].is_a("group", "by")), None)
    if each is not None and memory.table[when].kind == "date" and "season" not in memory.table:
        return parted(seasons(each, when), found, memory, name="season")
    both_sides = sides(tags, when, dated=memory.table[when].kind == "date")
    if both_sides:
        return parted(both_sides, found, memory)
    if memory.table[when].kind != "date":
        return _numbered_years(tags, found, when)
    pieces = [piece for n in range(len(tags)) if (piece := piece_at(tags, n, when)) is not None] or wet_and_dry(tags, memory)
    labels = {piece.label for piece in pieces}
    if len(labels) < 2 or not _joined(tags, pieces) or _a_range(tags, pieces) or not _apart(tags, (pieces[0].places[0], pieces[-1].places[-1])):
        return None
    return parted(pieces, found, memory)


def _numbered_years(tags: tuple[Tag, ...], found: Filters, when: str) -> str | None:
    """ "2007 versus 2009" where years are numbers: the years' own column."""
    years = [n for n, tag in enumerate(tags) if is_year(tag)]
    pieces = [Piece((n,), tags[n].text, None) for n in years]
    if len({piece.label for piece in pieces}) < 2 or not _joined(tags, pieces) or _a_range(tags, pieces) or not _apart(tags, (years[0], years[-1])):
        return None
    release(pieces, found)
    found.add(years, when, "in", [int(tags[n].value) for n in years])
    return when


def _joined(tags: tuple[Tag, ...], pieces: list[Piece]) -> bool:
    """True where only words that join or set against stand between the parts, and at most a noun ("than precipitation in April")."""
    places = {n for piece in pieces for n in piece.places}
    between = [tags[n] for n in range(pieces[0].places[0], pieces[-1].places[-1]) if n not in places]
    followed = {n for n in range(len(tags) - 1) if "cmp" in tags[n + 1].kinds}  # the verb of "last longer than", "cost more than"
    between = [tag for n, tag in enumerate(tags) if tag in between and not (n in followed and tag.kind == "unknown")]
    foreign = [tag for tag in between if tag.text.casefold() not in _JOINING and "cmp" not in tag.kinds and not tag.is_a("verb", "compare")]
    return len(foreign) <= len(pieces) - 1 and bool(between)


def _a_range(tags: tuple[Tag, ...], pieces: list[Piece]) -> bool:
    """ "From March to June", "between 2010 and 2012" where no difference is asked for."""
    first = pieces[0].places[0]
    before = tags[first - 1].text.casefold() if first else ""
    between = {tags[n].text.casefold() for n in range(first + 1, pieces[1].places[0])}
    if before == "from" or between & {"to", "–", "-", "through", "until"}:
        return not between & {"compared", "relative"}
    return (
        before == "between" and len(pieces) == 2 and not any(tag.is_a("verb", "compare") and tag.text.casefold().startswith("differ") for tag in tags[:first])
    )

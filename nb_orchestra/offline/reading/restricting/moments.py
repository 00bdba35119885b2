"""Parts of time as tests on a date: a month's name, a season, weekends, a year, a quarter, the sides of a moment."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from functools import reduce
from typing import Any

from nb_orchestra.offline.reading.language.words import lemma
from nb_orchestra.offline.reading.restricting.calendar import SEASONS, first_day, is_year, last_moment
from nb_orchestra.offline.reading.restricting.periods import month_of
from nb_orchestra.offline.reading.tagging import Tag


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of time: which tags name it, its label, and its test as an expression tree."""

    places: tuple[int, ...]
    label: str
    test: Any


def equals(part: str, when: str, value: int) -> Any:
    return {"op": "==", "args": [{"op": part, "args": [{"column": when}]}, value]}


_PARTS = {"weekday": "weekday_name", "month": "month", "year": "year", "quarter": "quarter"}


def tested(condition: Any) -> Any:
    """A condition as an expression tree; of a list of values any one, of a part of time that part. None for one that no tree says."""
    value, op = condition.get("value"), condition["op"]
    column: Any = {"column": condition["column"]}
    if op in (">", ">=", "<", "<=", "!="):
        return {"op": op, "args": [column, value]}
    if op == "between":
        return {"op": "and", "args": [{"op": ">=", "args": [column, value[0]]}, {"op": "<=", "args": [column, value[1]]}]}
    if op not in ("==", "in", *_PARTS):
        return None
    column = {"op": _PARTS[op], "args": [column]} if op in _PARTS else column
    tests = [{"op": "==", "args": [column, item]} for item in (value if isinstance(value, list | tuple) else [value])]
    return reduce(lambda left, right: {"op": "or", "args": [left, right]}, tests)


def all_hold(conditions: Any) -> Any:
    """Several conditions as one tree: all of them hold."""
    tests = [tested(condition) for condition in conditions]
    return tests[0] if len(tests) == 1 else {"op": "and", "args": [tests[0], all_hold(conditions[1:])]}


def piece_at(tags: tuple[Tag, ...], n: int, when: str) -> Piece | None:
    """The part of time that begins at a tag."""
    tag, word = tags[n], lemma(tags[n].text)
    if tag.kind in ("level", "column"):
        return None
    if (month := month_of(tag)) is not None:
        return Piece((n,), calendar.month_name[month], equals("month", when, month))
    if word in SEASONS and word != "fall":
        return Piece((n,), word, _season(word, when))
    if word in ("weekend", "weekday", "workday"):
        op = ">=" if word == "weekend" else "<"
        return Piece((n,), f"{word}s", {"op": op, "args": [{"op": "weekday", "args": [{"column": when}]}, 5]})
    if tag.kind == "date":
        return _span(tags, n, when)
    return Piece((n,), tag.text, equals("year", when, int(tag.value))) if is_year(tag) else None


def seasons(n: int, when: str) -> list[Piece]:
    """The four seasons, each of three whole months (the northern ones)."""
    return [Piece((n,), name, _season(name, when)) for name in ("winter", "spring", "summer", "autumn")]


def _season(name: str, when: str) -> Any:
    return reduce(lambda left, right: {"op": "or", "args": [left, right]}, [equals("month", when, number) for number in SEASONS[name]])


def _span(tags: tuple[Tag, ...], n: int, when: str) -> Piece | None:
    """A whole month or day, or "between" two of them, which is how a quarter is written by now."""
    opened = n > 0 and tags[n - 1].text.casefold() == "between"
    if n > 2 and tags[n - 3].text.casefold() == "between" and tags[n - 2].kind == "date":
        return None
    last = n + 2 if opened and n + 2 < len(tags) and tags[n + 2].kind == "date" else n
    label = str(tags[n].value).removesuffix("-00")
    if last > n:
        label = f"{label} to {str(tags[last].value).removesuffix('-00')}"
    edges = [{"op": ">=", "args": [{"column": when}, first_day(tags[n])]}, {"op": "<=", "args": [{"column": when}, last_moment(tags[last])]}]
    return Piece(tuple(range(n - opened, last + 1)), label, {"op": "and", "args": edges})


def sides(tags: tuple[Tag, ...], when: str, *, dated: bool) -> list[Piece]:
    """ "Before and after 1950": the two sides of one moment."""
    for n in range(len(tags) - 3):
        words = [item.text.casefold() for item in tags[n : n + 3]]
        moment = tags[n + 3]
        if {words[0], words[2]} != {"before", "after"} or words[1] not in ("and", "or", "versus", "vs") or not (is_year(moment) or moment.kind == "date"):
            continue
        places = (n, n + 1, n + 2, n + 3)
        column = {"column": when}
        early = {"op": "<", "args": [column, (first_day(moment) if moment.kind == "date" else f"{moment.text}-01-01") if dated else moment.value]}
        late = {"op": ">", "args": [column, (last_moment(moment) if moment.kind == "date" else f"{moment.text}-12-31 23:59:59") if dated else moment.value]}
        said = moment.text.removesuffix("-00")
        return [Piece(places, f"before {said}", early), Piece(places, f"after {said}", late)]
    return []

"""Years and months as conditions: "2008–2010", "in 2009", "since 1990", "in July", on the column that says when."""

from __future__ import annotations

from calendar import monthrange
from typing import Any

from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.restricting.filters import Filters
from nb_orchestra.offline.reading.restricting.periods import add_periods, month_of
from nb_orchestra.offline.reading.restricting.whose_year import column_of_time
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag


def add_years(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """Years and year ranges, where the table has a column that says when."""
    when = table.date
    if when is None:
        return
    if table[when].kind == "date":
        add_periods(tags, found, when)
        _seasons(tags, found, when)
    for start, tag in enumerate(tags):
        if start in found.used or not is_year(tag) or _measured(tags, start):
            continue
        own = column_of_time(tags, start, found, table) or when
        _one_year(tags, start, found, own, dated=table[own].kind == "date")


_MONEY = vocabulary("euro euros dollar dollars usd eur pound pounds gbp people units points mm cm kg g km miles calories kcal")


def _measured(tags: tuple[Tag, ...], start: int) -> bool:
    """ "Over 1500 euros": an amount, no year."""
    behind = tags[start + 1] if start + 1 < len(tags) else None
    return behind is not None and (behind.text.casefold() in _MONEY or behind.is_a("word", "unit"))


def _one_year(tags: tuple[Tag, ...], start: int, found: Filters, when: str, *, dated: bool) -> None:
    """The condition that begins at a year: a decade, a list, a range, a side, or the year itself."""
    tag = tags[start]
    second = next((n for n in (start + 2, start + 1, start + 3) if n < len(tags) and is_year(tags[n]) and n not in found.used), None)
    before = tags[start - 1] if start else None
    if start + 1 < len(tags) and tags[start + 1].text.casefold() == "s" and tags[start + 1].start == tag.end and tag.value % 10 == 0:
        found.add((start, start + 1), when, "between", _span(int(tag.value), int(tag.value) + 9, dated))
        return
    listed = _listed(tags, start, [n for n, item in enumerate(tags) if is_year(item) and n not in found.used])
    if len(listed) > 1 and not (before is not None and before.text.casefold() in ("between", "from")):
        found.add(listed, when, "year" if dated else "in", [int(tags[n].value) for n in listed])
    elif second is not None and tags[start + 1].text.casefold() in _TO and not _both_named(tags, start, second):
        found.add(range(start, second + 1), when, "between", _span(int(tag.value), int(tags[second].value), dated))
    elif before is not None and before.text.casefold() == "over" and dated:  # "the total over 2023"
        found.add((start - 1, start), when, "year", int(tag.value))
    elif before is not None and before.kinds.get("cmp") in (">", "<", ">=", "<="):
        found.add((start - 1, start), when, before.kinds["cmp"], edge(before.kinds["cmp"], int(tag.value), dated))
    elif before is None or month_of(before) is not None or before.text.casefold() in _IN_FRONT or before.is_a("verb", "keep", "drop"):
        found.add((start,), when, "year" if dated else "==", int(tag.value))


def add_dates(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """ "after 2023-05-01", "between March 2022 and June 2023", "in March 2022" (the goal's dates are written as ISO by then)."""
    when = table.date
    if when is None or table[when].kind != "date":
        return
    dated = [position for position, tag in enumerate(tags) if tag.kind == "date" and position not in found.used]
    for position in dated:
        if position in found.used:
            continue
        when = column_of_time(tags, position, found, table, dates=True) or when
        before = tags[position - 1] if position else None
        second = next((n for n in (position + 2, position + 1) if n in dated), None)
        listed = _listed(tags, position, dated)
        if len(listed) > 1 and not (before is not None and before.text.casefold() in ("between", "from")):
            spans = [{"column": when, "op": "between", "value": [first_day(tags[n]), last_moment(tags[n])]} for n in listed]
            found.add(listed, when, "any", spans)
        elif second is not None and (second == position + 1 or tags[position + 1].text.casefold() in _TO):
            found.add(range(position, second + 1), when, "between", [first_day(tags[position]), last_moment(tags[second])])
        elif before is not None and before.kinds.get("cmp") in (">", "<", ">=", "<="):
            edge = last_moment if before.kinds["cmp"] in (">", "<=") else first_day
            found.add((position - 1, position), when, before.kinds["cmp"], edge(tags[position]))
        elif before is not None and before.text.casefold() == "from":
            found.add((position,), when, ">=", first_day(tags[position]))
        else:
            found.add((position,), when, "between", [first_day(tags[position]), last_moment(tags[position])])


def _listed(tags: tuple[Tag, ...], position: int, dated: list[int]) -> list[int]:
    """Where the dates of a list stand: "2023-03-00, 2023-05-00 or 2023-07-00", "in 1955 and in 2005"."""
    places = [position]
    while tags[places[-1] + 1 : places[-1] + 2] and tags[places[-1] + 1].text.casefold() in ("or", ",", "and", "&"):
        behind = places[-1] + 2 + (tags[places[-1] + 2 : places[-1] + 3] != () and tags[places[-1] + 2].text.casefold() in ("in", "of", "for"))
        if behind not in dated:
            break
        places.append(behind)
    return places


def _both_named(tags: tuple[Tag, ...], start: int, second: int) -> bool:
    """ "2013 with 2015": two years, no range."""
    return tags[start + 1].text.casefold() in ("and", "with") and not (start and tags[start - 1].text.casefold() in ("between", "from"))


_TO = ("–", "-", "to", "and", "through", "until", "—", "till")


def first_day(tag: Tag) -> str:
    """The first day of what a date names; day 0 is the whole month."""
    text = str(tag.value)
    return f"{text[:-2]}01" if text.endswith("-00") else text


def last_moment(tag: Tag) -> str:
    """The last moment of what a date names."""
    text = str(tag.value)
    last = monthrange(int(text[:4]), int(text[5:7]))[1]
    return f"{text[:-2]}{last} 23:59:59" if text.endswith("-00") else f"{text} 23:59:59"


SEASONS = {"spring": [3, 4, 5], "summer": [6, 7, 8], "autumn": [9, 10, 11], "fall": [9, 10, 11], "winter": [12, 1, 2]}
_IN_A_SEASON = vocabulary("in during of for only every each")


def _seasons(tags: tuple[Tag, ...], found: Filters, when: str) -> None:
    """ "in summer", "during the winter": three whole months, as weather services count them; the northern ones, and said so."""
    named = [n for n, tag in enumerate(tags) if tag.text.casefold() in SEASONS and n not in found.used and _word_before(tags, n) in _IN_A_SEASON]
    for position in named if len(named) == 1 else ():
        if any(item["op"] == "month" for item in found.conditions) and tags[position + 1 : position + 2] and tags[position + 1].text == "(":
            found.used.add(position)  # "summer (June to September)": said what it is
            continue
        season = tags[position].text.casefold()
        found.add((position,), when, "month", SEASONS[season])
        found.notes.append(f"{season}: months {', '.join(map(str, SEASONS[season]))} (northern)")


def _word_before(tags: tuple[Tag, ...], position: int) -> str:
    """The word before a tag, past "the"."""
    words = [tag.text.casefold() for tag in tags[max(0, position - 2) : position]]
    return next((word for word in reversed(words) if word != "the"), "")


_IN_FRONT = vocabulary("in for of only during year from on keep the just without excluding except not outside before after")


def is_year(tag: Tag) -> bool:
    """True for a whole number of four digits that can be a year."""
    return tag.kind == "number" and float(tag.value).is_integer() and 1500 <= tag.value <= 2200 and len(tag.text) == 4


def _span(first: int, last: int, dated: bool) -> list[Any]:
    return [f"{first}-01-01", f"{last}-12-31 23:59:59"] if dated else [first, last]


def edge(op: str, year: int, dated: bool) -> Any:
    """The first or last moment of a year, as the comparison needs it; the year itself where years are numbers."""
    if not dated:
        return year
    return f"{year}-12-31 23:59:59" if op in (">", "<=") else f"{year}-01-01"

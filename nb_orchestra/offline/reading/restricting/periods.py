"""Months, weekdays, quarters and the last days of a date column as conditions: "before July", "March or April", "on weekends", "in Q1", "the last 30 days"."""

from __future__ import annotations

import calendar

from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.rephrasing.clock import hours_said
from nb_orchestra.offline.reading.restricting.filters import Filters
from nb_orchestra.offline.reading.tagging import Tag

MONTHS = [name.casefold() for name in calendar.month_name if name]
_DAYS = [name.casefold() for name in calendar.day_name]
_RANGING = vocabulary("to through – — - until till")
_LISTING = vocabulary("and or , & the on in")
_SPLITTING = vocabulary("versus vs against between than")
_UNITS = vocabulary("day week month year hour")


def add_periods(tags: tuple[Tag, ...], found: Filters, when: str) -> None:
    """Adds the conditions on parts of the date column `when`."""
    if any(tag.is_a("verb", "compare") or (tag.text.casefold() in _SPLITTING and tag.text.casefold() != "between") for tag in tags):
        return
    hours_said(tags, found, when)
    _months(tags, found, when)
    _weekdays(tags, found, when)
    _quarters(tags, found, when)
    _ends(tags, found, when)


def month_of(tag: Tag) -> int | None:
    """1 … 12 for a month's name; of may and march with their capital."""
    word = tag.text.casefold()
    sure = tag.text[:1].isupper() or word not in ("may", "march")
    return MONTHS.index(word) + 1 if word in MONTHS and sure and tag.kind != "level" else None


def _months(tags: tuple[Tag, ...], found: Filters, when: str) -> None:
    named = [(n, month) for n, tag in enumerate(tags) if n not in found.used and (month := month_of(tag)) is not None]
    if not named or not _run(tags, [n for n, _ in named]):
        return
    places, months = [n for n, _ in named], [month for _, month in named]
    before = tags[places[0] - 1] if places[0] else None
    if len(named) == 2 and (tags[places[1] - 1].text.casefold() in _RANGING or (before is not None and before.text.casefold() == "between")):
        months = _span(months[0], months[1])
    elif len(named) == 1 and before is not None and before.kinds.get("cmp") in _SIDES and before.text.casefold().split()[0] in _IN_TIME:
        op = before.kinds["cmp"]
        months = _SIDES[op](months[0])
        found.notes.append(f"{before.text} {tags[places[0]].text}: months {', '.join(map(str, months))} of each year")
        places = [places[0] - 1, places[0]]
    if months:
        found.add(places, when, "month", months[0] if len(months) == 1 else months)


_IN_TIME = vocabulary("before after since until till from through up prior later earlier onwards starting")
_SIDES = {
    "<": lambda month: list(range(1, month)),
    "<=": lambda month: list(range(1, month + 1)),
    ">": lambda month: list(range(month + 1, 13)),
    ">=": lambda month: list(range(month, 13)),
}


def _span(first: int, last: int) -> list[int]:
    return [*range(first, last + 1)] if first <= last else [*range(first, 13), *range(1, last + 1)]


def _run(tags: tuple[Tag, ...], places: list[int]) -> bool:
    """True where only the words of a list or a range stand between the first and the last place."""
    between = (tags[n].text.casefold() for n in range(places[0], places[-1]) if n not in places)
    return all(word in _LISTING or word in _RANGING for word in between)


def _weekdays(tags: tuple[Tag, ...], found: Filters, when: str) -> None:
    places: list[int] = []
    days: list[str] = []
    for n, tag in enumerate(tags):
        said = _days_of(tags, n) if n not in found.used and tag.kind in ("unknown", "lexical") else []
        places += [n] if said else []
        days += said
    if places and _run(tags, places):
        ranged = len(places) == 2 and len(days) == 2 and tags[places[1] - 1].text.casefold() in _RANGING
        first, last = (_DAYS.index(day.casefold()) for day in (days[0], days[-1]))
        chosen = [calendar.day_name[n] for n in range(first, last + 1)] if ranged and first <= last else list(dict.fromkeys(days))
        found.add(places, when, "weekday", chosen)


_WEEKEND = ["Saturday", "Sunday"]


def _days_of(tags: tuple[Tag, ...], position: int) -> list[str]:
    word = tags[position].text.casefold()
    single = word.removesuffix("s")
    if single in _DAYS:
        return [calendar.day_name[_DAYS.index(single)]]
    if single == "weekend":
        return _WEEKEND
    before = tags[position - 1].text.casefold() if position else ""
    if word in ("weekdays", "workdays") and before in ("on", "during", "for", "only", "of", "in", "except", "excluding", "not"):
        return [name for name in calendar.day_name if name not in _WEEKEND]
    return []


_IN_FRONT = vocabulary("in during for of only except excluding not outside from the")


def _quarters(tags: tuple[Tag, ...], found: Filters, when: str) -> None:
    """ "in Q1", "Q1 and Q3": of each year."""
    places = [n for n, tag in enumerate(tags) if tag.text in ("Q1", "Q2", "Q3", "Q4") and tag.kind != "column" and n not in found.used]
    if not places or not _run(tags, places) or not places[0] or tags[places[0] - 1].text.casefold() not in _IN_FRONT:
        return
    found.add(places, when, "quarter", [int(tags[n].text[1]) for n in places])


def _ends(tags: tuple[Tag, ...], found: Filters, when: str) -> None:
    """ "the last 30 days (of the data)": counted back from the latest date of the table."""
    for n, tag in enumerate(tags[:-2]):
        side, number, unit = tag.text.casefold(), tags[n + 1], tags[n + 2].text.casefold().removesuffix("s")
        if side in ("last", "latest", "first", "past") and number.kind == "number" and unit in _UNITS and float(number.value).is_integer():
            op = "first" if side == "first" else "last"
            found.add((n, n + 1, n + 2), when, op, f"{int(number.value)} {unit}s")
            found.notes.append(
                f"{tag.text} {number.text} {tags[n + 2].text}: {'from the earliest' if op == 'first' else 'up to the latest'} {when} of the table"
            )

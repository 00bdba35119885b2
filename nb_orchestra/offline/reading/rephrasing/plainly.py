"""A goal in words that the grammar reads: decades as ranges, money without its sign, amounts in the unit of the table's columns."""

from __future__ import annotations

import calendar
import re

from nb_orchestra.offline.reading.answer_formats.formats import divide
from nb_orchestra.offline.reading.answer_formats.glossary import glossed
from nb_orchestra.offline.reading.answer_formats.instructing import instructed
from nb_orchestra.offline.reading.deriving.banding import plain_bands
from nb_orchestra.offline.reading.rephrasing.clock import clock_times, relative_years
from nb_orchestra.offline.reading.rephrasing.coordination import amounts_named, coordinated
from nb_orchestra.offline.reading.rephrasing.events import after_the_event
from nb_orchestra.offline.reading.rephrasing.leaning import definitions_apart, whole_questions
from nb_orchestra.offline.reading.rephrasing.quantities import in_quantities, rates_of_values
from nb_orchestra.offline.reading.rephrasing.ratios import as_ratios
from nb_orchestra.offline.reading.rephrasing.rewording import reworded
from nb_orchestra.offline.reading.rephrasing.spoken import spoken_spans
from nb_orchestra.offline.reading.tables import Table

_DECADE = re.compile(r"\b(?:the\s+)?((?:1[5-9]|20)\d)0[’']?s\b")
_MONEY = re.compile(r"[$€£](?=\s?\d)")
_AMOUNT = re.compile(
    r"(?<![\w.@\[`{])(\d+(?:\.\d+)?)\s?(mg|kg|g|lbs?|pounds?|t|tonnes?|mm|cm|m|km|inch(?:es)?|feet|ft|miles?|ms|s|sec|seconds?|min|minutes?|h|hours?)\b(?![`\]}])(?!\s?(?:/|per\b))"
)
_UNITS = {
    "mg": ("mass", 0.001),
    "g": ("mass", 1.0),
    "kg": ("mass", 1e3),
    "lb": ("mass", 453.59237),
    "pound": ("mass", 453.59237),
    "t": ("mass", 1e6),
    "tonne": ("mass", 1e6),
}
_UNITS |= {"mm": ("length", 1.0), "cm": ("length", 10.0), "m": ("length", 1e3), "km": ("length", 1e6), "inch": ("length", 25.4), "feet": ("length", 304.8)}
_UNITS |= {"ft": ("length", 304.8), "mile": ("length", 1609344.0), "ms": ("time", 0.001), "s": ("time", 1.0), "sec": ("time", 1.0), "second": ("time", 1.0)}
_SPELLED = {"min": "minutes", "s": "seconds", "h": "hours", "m": "metres"}
"""Units that are also other words: "60 min" is no minimum."""
_UNITS |= {"min": ("time", 60.0), "minute": ("time", 60.0), "h": ("time", 3600.0), "hour": ("time", 3600.0)}


def defined_plainly(text: str, table: Table) -> tuple[str, list[str], Table]:
    """The same of a goal whose definitions are taken out, and the table with what they define."""
    defined, table = glossed(text, table)
    return *plainly(defined, table), table


def plainly(text: str, table: Table) -> tuple[str, list[str]]:
    """The text to read, and one line for each amount that was converted ("5 kg → 5000 g")."""
    told: list[str] = []
    own = _units_of(table)

    def converted(found: re.Match[str]) -> str:
        dimension, size = _UNITS[_base(found.group(2))]
        unit = own.get(dimension)
        if unit is None or unit == _base(found.group(2)):
            return found.group()
        number = f"{float(found.group(1)) * size / _UNITS[unit][1]:.12g}"
        told.append(f"{found.group()} → {number} {unit}")
        return f"{number} {_SPELLED.get(unit, unit)}"

    asked, section = divide(text)
    names = frozenset(column.name.casefold() for column in table.columns)
    plain = "" if section else definitions_apart(as_ratios(relative_years(text), table, told), names, told)
    text = instructed(asked) + section if section else _worded(plain, table, told)
    if table.date is not None and table[table.date].kind == "date":
        text = _MAY.sub(lambda found: f"{found[1]} {found[2].capitalize()}", text)
        text = clock_times(text, told) if table[table.date].moments else text
        text = _YEAR_MONTH.sub(r"\g<0>-00", text)
        text = after_the_event(written_dates(slashed(text, table[table.date].day_first, told)), told)
    text = _DECADE.sub(lambda found: f"{found.group(1)}0–{found.group(1)}9", text)
    return _AMOUNT.sub(converted, _MONEY.sub("", text)), told


def _worded(text: str, table: Table, told: list[str]) -> str:
    """The text with its conditions, questions and measures in the forms that the grammar reads."""
    text = amounts_named(coordinated(whole_questions(reworded(plain_bands(text, table))), table), table)
    return in_quantities(rates_of_values(text, table, told), table, told)


_MONTH = "|".join(f"{name}|{name[:3]}" for name in calendar.month_name if name)
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})\.?,? (\d{{4}})\b", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"\b({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b", re.IGNORECASE)
_MONTH_YEAR = re.compile(rf"\b({_MONTH})\.?,? (\d{{4}})\b", re.IGNORECASE)
_MONTHS_YEAR = re.compile(rf"\b(from |between )?({_MONTH})( to | through | until |[–-]| and | or |, )({_MONTH})\.?,? (\d{{4}})\b", re.IGNORECASE)
_YEAR_MONTH = re.compile(r"(?<![\w-])(?:1[5-9]|20)\d\d-(?:0[1-9]|1[0-2])(?![\w-])")
_SLASHED = re.compile(r"\b(\d{1,2})([/.])(\d{1,2})\2(\d{4})\b")
_MAY = re.compile(r"\b(in|during|since|until|before|after|of|from|between|to|and) (may|march)\b(?! (?:be|have|not)\b)")
_QUARTER = re.compile(r"\b(?:in |during |for )?(?:the )?(?:Q([1-4])|(first|second|third|fourth) quarter)(?: of)? (\d{4})\b", re.IGNORECASE)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}


def written_dates(text: str) -> str:
    """ "15 March 2022" → 2022-03-15, "March 2022" → 2022-03-00 (the whole month), "Q1 2023" → between its first and last month."""
    text = _DAY_MONTH.sub(lambda found: f"{found[3]}-{_month(found[2]):02d}-{int(found[1]):02d}", text)
    text = _MONTH_DAY.sub(lambda found: f"{found[3]}-{_month(found[1]):02d}-{int(found[2]):02d}", text)
    text = _QUARTER.sub(_quarter, text)
    text = _MONTHS_YEAR.sub(_months_of_a_year, text)
    return spoken_spans(_MONTH_YEAR.sub(lambda found: f"{found[2]}-{_month(found[1]):02d}-00", text))


def slashed(text: str, day_first: bool | None, told: list[str]) -> str:
    """ "31/12/2023" → 2023-12-31, with the day first where the table writes it so; what can be read both ways is told."""

    def iso(found: re.Match[str]) -> str:
        left, right = int(found[1]), int(found[3])
        day, month = (left, right) if right <= 12 and (left > 12 or day_first is not False) else (right, left)
        if not 1 <= month <= 12:
            return found.group()
        if left <= 12 and right <= 12 and left != right:
            told.append(f"{found.group()} → {found[4]}-{month:02d}-{day:02d} (the {'day' if day == left else 'month'} first)")
        return f"{found[4]}-{month:02d}-{day:02d}"

    return _SLASHED.sub(iso, text)


def _months_of_a_year(found: re.Match[str]) -> str:
    """Two months of one year: a range behind "from" or "between" and with "to", else a list."""
    first, last = (f"{found[5]}-{_month(found[n]):02d}-00" for n in (2, 4))
    joiner = found[3].strip()
    if joiner in ("and", "or", ",") and (found[1] or "").strip().casefold() != "between":
        return f"{found[1] or ''}{first} {'or' if joiner == ',' else joiner} {last}"
    return f"between {first} and {last}"


def _quarter(found: re.Match[str]) -> str:
    last = 3 * (int(found[1]) if found[1] else _ORDINALS[found[2].casefold()])
    return f"between {found[3]}-{last - 2:02d}-00 and {found[3]}-{last:02d}-00"


def _month(name: str) -> int:
    return [month[:3].casefold() for month in calendar.month_name].index(name[:3].casefold())


def _base(unit: str) -> str:
    return unit if unit in _UNITS else unit.removesuffix("es") if unit.removesuffix("es") in _UNITS else unit.removesuffix("s")


def _units_of(table: Table) -> dict[str, str]:
    """The one unit of each dimension that the columns' names end in; none where they disagree."""
    found: dict[str, set[str]] = {}
    for column in table.columns:
        unit = column.name.casefold().rpartition("_")[2]
        if "_" in column.name and unit in _UNITS:
            found.setdefault(_UNITS[unit][0], set()).add(unit)
    return {dimension: units.pop() for dimension, units in found.items() if len(units) == 1}

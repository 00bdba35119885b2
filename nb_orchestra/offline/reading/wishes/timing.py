"""Wishes about time: trends, patterns by month or weekday, values per period, runs, moving averages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.changing import BECAME, FALLING, WORDS_OF_CHANGE, changing_value
from nb_orchestra.offline.reading.wishes.dating import date_is_short, only_counted
from nb_orchestra.offline.reading.wishes.peaking import EACH, PARTS, asked_for, how_many, of_each_period, peak_wish, peaks, period_statistic
from nb_orchestra.offline.reading.wishes.picking import STATISTICS, adds_over_time, amount_condition, measures, nothing_or_something, pointed_measure
from nb_orchestra.offline.reading.wishes.wish import Wish, words


def _dated(clause: Clause, memory: Memory) -> bool:
    return memory.table.date is not None


def _pattern(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Which months are wettest": one row per month of the year."""
    date = memory.table.date
    part = next((key for key in clause.keys("time") if key in PARTS), "month")
    values = measures(clause, memory)
    if date is None or not values or memory.table[date].kind != "date":
        return []
    sides = clause.keys("super")
    side = "" if of_each_period(clause) else "both" if len(sides) > 1 else next(iter(sides), "")
    earlier = memory.find("pattern")
    if earlier is not None and earlier.option("part") == part and not measures(clause, memory, inherit=False):  # "chart the monthly pattern" of it
        values = list(earlier.columns)
    statistic = period_statistic(clause, memory, values[0])
    memory.known |= {"jan", "dec", "january", "december"} if _ALL_MONTHS.search(clause.text) else set()
    one = _ONE_PART.search(clause.text) is not None and side in ("max", "min")
    options = {"date": date, "part": part, "which": side, "one": one, "each": _each_year(memory, part, statistic)}
    return [Intent("pattern", clause.text, (value,), (), (statistic,), clause.conditions, options) for value in values[:3]]


_ONE_PART = re.compile(r"\b(?:which|what)(?: is the| was the)? (?:weekday|month|hour|quarter|day of (?:the )?week)\b(?! (?:are|were|have)\b)", re.IGNORECASE)


def _each_year(memory: Memory, part: str, statistic: str) -> bool:
    """True where totals of a part of the year would favour the months that stand in more years than others."""
    years = memory.table[str(memory.table.date)].years
    uneven = part in ("month", "quarter") and statistic == "sum" and 1.05 < years < 12 and 0.08 < years % 1 < 0.92
    if uneven and not memory.slot_words:
        memory.assume(f"per {part}: the mean of the years' totals, as not every {part} stands in as many years")
    return uneven and not memory.slot_words


_OF_ALL_YEARS = re.compile(r"\b(?:month|quarter|week)s? of the year\b", re.IGNORECASE)


_ALL_MONTHS = re.compile(r"\bjan(?:uary)?\b\W*(?:to|through|until|till|-|–)\W*dec(?:ember)?\b|\b(?:all )?(?:12|twelve) (?:calendar )?months\b", re.IGNORECASE)


def _patterned(clause: Clause, memory: Memory) -> bool:
    part = next((key for key in clause.keys("time") if key in PARTS), "")
    asks = any(asked_for(clause, *PARTS))
    said = clause.has("super") or part in ("weekday", "hour") or _OF_ALL_YEARS.search(clause.text) is not None
    said = said or _ALL_MONTHS.search(clause.text) is not None
    cyclic = part in ("month", "weekday", "hour", "quarter") and (asks or said)
    if any(name in memory.made for name in clause.columns("by")):  # "on rainy hours versus dry hours"
        return False
    if not (asks or clause.has("super") or clause.has("verb", "seasonal")) and _groups_over_time(clause):  # "per weekday and region"
        return False
    short = date_is_short(memory) and re.search(r"\bhourly\b", clause.text, re.IGNORECASE) is not None and not asks and not clause.has("super")
    if short and not memory.slot_words:  # "the hourly median" of a fortnight: every hour of it
        return False
    first_few = how_many(clause) > 0 and not memory.slot_words  # "the worst 3 months"
    return _dated(clause, memory) and (clause.has("verb", "seasonal") or cyclic) and not clause.has("verb", "trend") and not first_few


def _trend(clause: Clause, memory: Memory) -> list[Intent]:
    date = memory.table.date
    values = [name for name in measures(clause, memory) if name != date] or only_counted(clause, memory)
    if date is None or not values:
        return []
    by = _groups_over_time(clause)
    statistics = tuple(key for key in clause.keys("stat") if key in STATISTICS)
    if by and statistics and not clause.question and not memory.slot_words:
        return _levels_over_time(clause, memory, date, (values[0],), by, statistics)
    return [
        Intent("trend", clause.text, (value,), tuple(by[:1]), where=clause.conditions, options={"date": date, **_named_period(clause)}) for value in values[:3]
    ]


def _became(clause: Clause, memory: Memory) -> bool:
    """ "How much did it get warmer since 1970": no two times to hold against each other."""
    said = BECAME.search(clause.text) is not None and not memory.slot_words and not clause.has("verb", "trend")
    return said and _dated(clause, memory) and pointed_measure(clause, memory) is not None


def _named_period(clause: Clause) -> dict[str, str]:
    """ "The trend per month": the period that is averaged over first."""
    named = next((key for key in clause.keys("time") if key in ("day", "week", "month", "quarter", "year")), "")
    return {"every": named} if named and any(tag.text.casefold().split()[0] in EACH for tag in clause.tags) else {}


def _groups_over_time(clause: Clause) -> list[str]:
    """Groups of a line each: categories, and numbers that only sort."""
    return [name for name in clause.columns("by") if name in clause.table and (clause.table[name].kind == "text" or clause.table[name].grouping)]


def _levels_over_time(clause: Clause, memory: Memory, date: str, value: tuple[str], by: list[str], statistics: tuple[str, ...]) -> list[Intent]:
    """ "Average income by region over time": the statistic per year and group, not a slope."""
    if memory.table[date].kind != "date":
        return [Intent("statistics", clause.text, value, (date, *by[:1]), statistics[:1], clause.conditions, {"date": date})]
    every = next((key for key in clause.keys("time") if key in PARTS and key not in ("weekday", "hour")), "year")
    memory.assume(f"over time: per {every}")
    return [Intent("resample", clause.text, value, tuple(by[:1]), statistics[:1], clause.conditions, {"date": date, "every": every})]


_EVERYDAY = re.compile(r"\b(?:mean|average|avg|median|highest|lowest|largest|maximum|minimum|total|typical) daily\b", re.IGNORECASE)


def _resample(clause: Clause, memory: Memory) -> list[Intent]:
    date = memory.table.date
    every = next((key for key in clause.keys("time")), "")
    values = [name for name in measures(clause, memory) if name != date]
    a_row_a_day = date is not None and memory.table[date].distinct == memory.table.rows and not memory.table[date].crowded
    if every == "day" and a_row_a_day and _EVERYDAY.search(clause.text) and not memory.slot_words:
        return []  # the mean of daily values, and each row is a day
    if date is None or not every or not values or memory.table[date].kind != "date" or every in ("weekday", "season"):
        return []
    statistic = period_statistic(clause, memory, values[0])
    by = _groups_over_time(clause)
    return [Intent("resample", clause.text, tuple(values[:1]), tuple(by[:1]), (statistic,), clause.conditions, {"date": date, "every": every})]


def _periodic(clause: Clause, memory: Memory) -> bool:
    return _dated(clause, memory) and clause.has("time") and (clause.has("verb", "resample") or clause.has("group", "by")) and not clause.has("verb", "trend")


def _run(clause: Clause, memory: Memory) -> list[Intent]:
    times = tuple(item for item in clause.conditions if item["column"] == memory.table.date)
    held = tuple(item for item in clause.conditions if item not in times) or _pointed_condition(clause, memory)
    held = held or _rising(clause, memory)
    memory.known.add("longest")
    return [Intent("run", clause.text, (), where=times, options={"date": memory.table.date, "held": held})] if held else []


def _rising(clause: Clause, memory: Memory) -> tuple[Condition, ...]:
    """ "How many days in a row did the price rise": its step from the row before is more than nothing."""
    value = changing_value(clause, memory) if WORDS_OF_CHANGE.search(clause.text) else None
    if value is None:
        return ()
    name = f"change_of_{value}"
    memory.made[name] = {"op": "diff", "args": [{"column": value}]}
    memory.table = memory.table.with_column(name, "number")
    memory.learn(Intent("sort", clause.text, (str(memory.table.date),), options={"ascending": True}))
    memory.learn(Intent("derive", clause.text, options={"name": name, "expression": memory.made[name]}))
    memory.assume(f"{name}: {value} less that of the row before")
    return ({"column": name, "op": "<" if FALLING.search(clause.text) else ">", "value": 0},)


def _pointed_condition(clause: Clause, memory: Memory) -> tuple[Condition, ...]:
    """ "dry", "rainy", "without rain": nothing, or something, of the measure."""
    return amount_condition(clause, memory) or nothing_or_something(clause, memory)


def _moving(clause: Clause, memory: Memory) -> list[Intent]:
    values = measures(clause, memory)
    window = next((int(number) for number in clause.numbers if 2 <= number <= 1000), 7)
    date = memory.table.by_name.get(memory.table.date or "")
    if not values:
        return []
    daily = date is not None and date.kind == "date" and not date.moments and date.distinct < memory.table.rows and not memory.slot_words
    options = {"window": window, "date": memory.table.date, "daily": ("sum" if adds_over_time(memory.table[values[0]]) else "mean") if daily else ""}
    return [Intent("moving", clause.text, (values[0],), where=clause.conditions, options=options)]


_LONGEST = re.compile(r"\blongest\s+(?:\w+\s+){0,2}(?:run|stretch|spell|streak|period)s?\b", re.IGNORECASE)


def _longest(clause: Clause, memory: Memory) -> bool:
    """ "run" alone is an order; "the longest rainless run" is a thing."""
    return _dated(clause, memory) and _LONGEST.search(clause.text) is not None


_ABOUT_TIME = words("trend compare stat super seasonal resample point cmp peak pattern statistics extreme")
_FASTER = re.compile(
    r"\b(?:faster|slower|quicker|more (?:quickly|rapidly|slowly))\b.*\bthan\b.*\b(?:used to|before|past|earlier|previously|at first|ago)\b|"
    r"\b(?:ris|fall|grow|drop|declin|increas|decreas|climb|warm|shrink|sink)\w*\b[^,]{0,30}\b(?:faster|slower|quicker|more (?:quickly|rapidly|slowly))"
    r"(?: now| today| lately| recently| over time)?\W*\Z|"
    r"\baccelerat\w*|\b(?:speed(?:s|ing|ed)?|slow(?:s|ing|ed)?) (?:up|down)\b|\blevel(?:s|l?ing|l?ed)? off\b",
    re.IGNORECASE,
)


def _accelerating(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Is it rising faster than it used to": the trend of the earlier and of the later half, beside that of the whole."""
    date = memory.table[str(memory.table.date)]
    values = [name for name in measures(clause, memory) if name != date.name]
    name = next(name for name in ("half", "half_of_time") if name not in memory.table)
    if not values or clause.has("word", "which"):
        return []
    middle: float | str = ((date.low or 0) + (date.high or 0)) / 2
    if date.kind == "date":
        middle = (datetime(1970, 1, 1) + timedelta(days=date.since + date.years * 365.25 / 2)).strftime("%Y-%m-%d")
    named = next((item for item in clause.conditions if item["column"] == date.name and item["op"] in ("<", "<=")), None)
    op, sides = "<=", ("earlier half", "later half")
    if named is not None and "op" not in str(named["value"]) and re.search(r"\bthan\b", clause.text):  # "faster than before 1990"
        op, middle, sides = str(named["op"]), named["value"], (f"before {named['value']}", f"from {named['value']}")
        clause = replace(clause, conditions=tuple(item for item in clause.conditions if item is not named))
    memory.made[name] = {"op": "if", "args": [{"op": op, "args": [{"column": date.name}, middle]}, *sides]}
    memory.table = memory.table.with_column(name, "text")
    memory.learn(Intent("derive", clause.text, options={"name": name, "expression": memory.made[name]}))
    memory.assume(f"{name}: {'up to' if op == '<=' else 'before'} {middle}, and {'after it' if op == '<=' else 'from then on'}")
    memory.known |= {tag.text.casefold() for tag in clause.tags if tag.kind == "unknown"}
    return [Intent("trend", clause.text, (values[0],), by, where=clause.conditions, options={"date": date.name}) for by in ((), (name,))]


TIMING = (
    Wish(
        "accelerating",
        _accelerating,
        takes=_ABOUT_TIME,
        when=lambda clause, memory: _dated(clause, memory) and not memory.slot_words and _FASTER.search(clause.text) is not None,
    ),
    Wish("run", _run, words("run"), takes=words("run longest count stat super rank trend"), when=_dated, ends=True),
    Wish("longest", _run, takes=words("count stat super rank"), when=_longest, ends=True),
    Wish("moving", _moving, words("moving"), takes=words("moving stat")),
    Wish("pattern", _pattern, takes=words("seasonal super resample count stat rank compare extreme statistics distribution"), when=_patterned),
    Wish("peak", peak_wish, takes=words("super resample count stat rank compare extreme statistics distribution trend"), when=peaks),
    Wish("became", _trend, takes=words("trend compare stat super seasonal resample point statistics plain"), when=_became),
    Wish("trend", _trend, words("trend"), takes=words("trend compare stat super seasonal resample"), when=_dated),
    Wish("resample", _resample, takes=words("resample stat count super"), when=_periodic),
)

"""Wishes about the course of a measure or of events: below the peak, first against last, time between two visits of the same patient, what varies most."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.deriving.takings import quantity_of
from nb_orchestra.offline.reading.deriving.totals import crowded_date
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.picking import STATISTICS, adds_over_time, groups, measures, repeats
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_TOP = r"(?:peaks?|tops?|highs?|all[- ]time highs?|record highs?|highest (?:point|level|value)|maximum|maxima|record)"
_FALL = re.compile(
    rf"\bdraw[- ]?downs?\b|\bpeak[- ]to[- ]trough\b|\b(?:below|under|off|beneath)\b.{{0,20}}\b{_TOP}\b"
    rf"|\b(?:fall|fell|fallen|drop\w*|declin\w*|loss|lost|down|crash\w*)\b.{{0,24}}\b(?:from|since) (?:its |the |their |an? )?(?:\w+ )?{_TOP}\b",
    re.IGNORECASE,
)
_LEVEL = re.compile(
    r"\b(?:below|under|above|over|against|from|than)\b.{0,12}\b(?:level|value|figure)\b|\b(?:below|under|above|over) the\b.{0,24}\b(?:level|value|figure)\b",
    re.IGNORECASE,
)
_SAID = vocabulary(
    "far peak trough drawdown below under its their off how much now today latest lowest highest point hit reach level value figure top high low "
    "maximum biggest largest fall drop fell from since first last week month quarter year day full complete whole price each compare with against "
    "versus vary varies fluctuate swing stable steady volatile consistent variable between same two visit order pass passes elapse gap time days often "
    "come return again next until on average"
)


def _known(clause: Clause, memory: Memory) -> None:
    memory.known |= {word for word in re.findall(r"\w+", clause.text.casefold()) if lemma(word) in _SAID or word in _SAID}


def _each(clause: Clause, memory: Memory) -> tuple[str, ...]:
    """The group that is named, or whose thing the table is about: "each stock" of a table of stocks."""
    named = [name for name in groups(clause) if name in clause.table and repeats(clause.table[name]) and name != memory.table.date]
    said = re.findall(r"\b(?:each|every|per|which|of all) (\w+)", clause.text.casefold())
    things = [column.name for column in memory.table.columns if column.kind == "text" and repeats(column)]
    own = {lemma(memory.table.name), *memory.table.row_nouns}
    meant = next((word for word in said if lemma(word) in own), "")
    if not named and meant and len(things) == 1:
        memory.assume(f"{meant} → {things[0]}")
        return (things[0],)
    return tuple(named[:1])


def _measure(clause: Clause, memory: Memory) -> str | None:
    values = [name for name in measures(clause, memory) if name != memory.table.date and not memory.table[name].looks_like_year]
    return values[0] if values else None


def _falls(clause: Clause, memory: Memory) -> list[Intent]:
    """ "How far below the peak was it at its lowest", "maximum drawdown"; "below the January 2008 level": against the level of that time."""
    value, date = _measure(clause, memory), str(memory.table.date)
    at = next((moment for item in clause.conditions if item["column"] == date for moment in [_moment(item)] if moment), None)
    if value is None or memory.table[date].crowded or (at is None and not _FALL.search(clause.text)):
        return []
    _known(clause, memory)
    where = tuple(item for item in clause.conditions if item["column"] != date or at is None)
    options = {"date": date, "at": at or ""}
    return [Intent("fall", clause.text, (value,), _each(clause, memory), where=where, options=options)]


def _moment(condition: Condition) -> str:
    """A month or a year that a level is of: 2008-01; "" for any other condition in time."""
    value, op = condition.get("value"), condition["op"]
    if op == "between" and isinstance(value, list | tuple):
        first, last = (str(edge)[:10] for edge in value)
        return first[:7] if first[:7] == last[:7] else first[:4] if first[:4] == last[:4] else ""
    return str(value)[:10].removesuffix("-00") if op in ("==", "year") and not isinstance(value, list | tuple) else ""


def _asks_fall(clause: Clause, memory: Memory) -> bool:
    said = _FALL.search(clause.text) or (_LEVEL.search(clause.text) and memory.table.date in [item["column"] for item in clause.conditions])
    return memory.table.date is not None and not memory.slot_words and bool(said)


_PERIOD = r"(?P<{0}>(?:full |complete |whole )?(?:day|week|month|quarter|year))"
_FIRST_LAST = re.compile(rf"\bfirst\b(?: {_PERIOD.format('one')})?.{{0,30}}\b(?:last|latest|final)\b(?: {_PERIOD.format('two')})?", re.IGNORECASE)


def _first_last(clause: Clause, memory: Memory) -> list[Intent]:
    """ "From its first to its last price", "the first week against the last full week"."""
    found, value, date = _FIRST_LAST.search(clause.text), _measure(clause, memory), memory.table[str(memory.table.date)]
    if found is None or value is None:
        return []
    said = [text.casefold().split() for text in (found["one"], found["two"]) if text]
    every = said[0][-1] if said else None
    by = _each(clause, memory)
    if (every is not None and date.kind != "date") or (every is None and date.crowded and not by and date.distinct < memory.table.rows):
        return []
    statistic = next((key for key in clause.keys("stat") if key in STATISTICS), "sum" if adds_over_time(memory.table[value]) else "mean")
    full = any(len(words_of) > 1 for words_of in said)
    if every is not None:
        memory.assume(f"{value} of the first and the last {'whole ' if full else ''}{every}: its {'total' if statistic == 'sum' else statistic}")
    _known(clause, memory)
    options: dict[str, Any] = {"date": date.name, "every": every, "full": full}
    return [Intent("first_last", clause.text, (value,), by, (statistic,), clause.conditions, options)]


def _asks_first_last(clause: Clause, memory: Memory) -> bool:
    return memory.table.date is not None and not memory.slot_words and _FIRST_LAST.search(clause.text) is not None and not clause.has("chart")


_BETWEEN = re.compile(
    r"\b(?:time|days?|weeks?|interval|gap|how long|pass\w*)\b.{0,20}\bbetween\b.{0,40}"
    r"|\b(?:how long|days?|time)\b.{0,40}\b(?:until|to|since|before) (?:\S+ ){0,2}(?:next|previous|following)\b",
    re.IGNORECASE,
)


def _time_between(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Average days between two visits of the same patient", "how long until a customer's next order"."""
    table, date = memory.table, memory.table[str(memory.table.date)]
    named = [table[name] for name in clause.columns() if name in table]
    things = [column.name for column in named if column.entity or column.measured or (column.kind == "text" and repeats(column))]
    things = [name for name in things if name != date.name] or [column.name for column in table.columns if column.entity]
    if len(things) != 1 or date.kind != "date" or measures(clause, memory, inherit=False):
        return []
    statistic = next((key for key in clause.keys("stat") if key in STATISTICS), "mean")
    memory.assume(f"days: from each {date.name} of a {things[0]} to its next one")
    _known(clause, memory)
    memory.known |= {tag.text.casefold() for tag in clause.tags if tag.kind == "unknown"}
    return [Intent("time_between", clause.text, (), (things[0],), (statistic,), clause.conditions, {"date": date.name})]


def _asks_between(clause: Clause, memory: Memory) -> bool:
    two_dates = len(memory.table.of_kind("date")) > 1
    if two_dates or memory.slot_words or clause.has("super") or any("point" in tag.kinds for tag in clause.tags):  # "between the heaviest and the lightest"
        return False
    return memory.table.date is not None and _BETWEEN.search(clause.text) is not None


_VARIES = re.compile(
    r"\b(?:var(?:y|ies|ied)|fluctuat\w*|swings?|(?:most|least|more|less) "
    r"(?:variable|volatile|erratic|stable|steady|consistent|even|predictable|unpredictable|constant)|steadiest|volatile)\b",
    re.IGNORECASE,
)
_STEADY = re.compile(r"\b(?:stable|steady|steadiest|consistent|even|predictable|constant)\b", re.IGNORECASE)
_LEAST = re.compile(r"\b(?:least|less|fewest)\b", re.IGNORECASE)
_DAILY = re.compile(r"\b(?:day to day|from day|daily|per day|each day|between days|over the days)\b", re.IGNORECASE)


def _varies(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Which product varies most from day to day": the standard deviation of what each has a day, the coefficient of variation beside it."""
    table = memory.table
    by = [name for name in (*clause.columns("which"), *groups(clause)) if name in table and repeats(table[name]) and name != table.date]
    numbers = [column.name for column in table.of_kind("number") if not (column.labelling or column.numbering or column.looks_like_year)]
    value = _measure(clause, memory) or quantity_of(table) or (numbers[0] if len(numbers) == 1 else None)
    if not by or value is None or value in by:
        return []
    date = crowded_date(table) if _DAILY.search(clause.text) else ""
    least = (_STEADY.search(clause.text) is not None) != (_LEAST.search(clause.text) is not None)
    memory.assume(f"varies: the standard deviation of {value}{' per day' if date else ''}; the coefficient of variation (cv) stands beside it")
    _known(clause, memory)
    daily = "sum" if adds_over_time(table[value]) else "mean"
    options = {"which": "min" if least else "max", "date": date, "per_day": daily}
    return [Intent("varies", clause.text, (value,), (by[0],), where=clause.conditions, options=options)]


def _asks_varies(clause: Clause, memory: Memory) -> bool:
    most = clause.has("super") or re.search(r"\b(?:most|least|steadiest)\b", clause.text, re.IGNORECASE) is not None
    return not memory.slot_words and most and _VARIES.search(clause.text) is not None and clause.question


_ALL = words(
    "seasonal share share_of percent_of rate trend resample super count stat rank compare extreme statistics distribution create run rows value_counts "
    "pattern peak growth change counts moving sort describe filter keep drop count_per_period mean_per steps levels against_rest from_to gap plain "
    "correlate count_course count_change premise mode most_common posthoc"
)

COURSES = (
    Wish("fall", _falls, takes=_ALL, when=_asks_fall, ends=True),
    Wish("first_last", _first_last, takes=_ALL, when=_asks_first_last, ends=True),
    Wish("time_between", _time_between, takes=_ALL, when=_asks_between, ends=True),
    Wish("varies", _varies, takes=_ALL, when=_asks_varies, ends=True),
)

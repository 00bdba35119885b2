"""Wishes about change from one time to another: growth per period, the change between two years, the largest step, how many rows per period."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tagging import Tag
from nb_orchestra.offline.reading.wishes.changing import (
    BECAME,
    FALLING,
    GROWTH,
    RELATIVE,
    WORDS_OF_CHANGE,
    changing_value,
    growth_of_count,
    usual_statistic,
)
from nb_orchestra.offline.reading.wishes.largest_steps import asks_largest_step, largest_step
from nb_orchestra.offline.reading.wishes.picking import groups, measures, pointed_measure
from nb_orchestra.offline.reading.wishes.spans import HOW_MUCH_MORE, of_things, one_year, said_change, several_of, whole_span
from nb_orchestra.offline.reading.wishes.two_periods import labelled, two_periods
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_PERIODS = {"annual": "year", "yearly": "year", "year": "year", "yoy": "year", "monthly": "month", "month": "month", "mom": "month"}
_PERIODS |= {"quarterly": "quarter", "quarter": "quarter", "qoq": "quarter", "weekly": "week", "week": "week"}
_HOW_MUCH = re.compile(
    r"\bhow (?:much|many)\b|\bhow did\b|\bwhat (?:happened|was the change)\b|"
    r"\bby how\b|\b(?:increase|decrease|growth|change|rise|drop|fall|decline|gain)s?\s+(?:rate\s+)?(?:in|of)\b",
    re.IGNORECASE,
)


_WHY = re.compile(r"\W*(?:why|how come)\b", re.IGNORECASE)


def _growth(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Year over year growth in revenue": each period against the one before."""
    value, found = changing_value(clause, memory), GROWTH.search(clause.text)
    if found is None:
        return []
    every = _PERIODS[next(group for group in found.groups() if group).casefold()]
    options = {"date": memory.table.date, "every": every, "relative": RELATIVE.search(clause.text) is not None}
    if value is None:
        return growth_of_count(clause, memory, every)
    by = [name for name in groups(clause) if name != memory.table.date]
    return [Intent("growth", clause.text, (value,), tuple(by[:1]), (usual_statistic(clause, memory, value),), clause.conditions, options)]


def _premise(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Why did revenue fall in 2024?": that year against the one before, since the year alone holds no change."""
    value = changing_value(clause, memory)
    if value is None:
        return growth_of_count(clause, memory, "year")
    where = tuple(item for item in clause.conditions if item["column"] != memory.table.date)
    options = {"date": memory.table.date, "every": "year"}
    memory.assume("whether it changed at all is looked at first: each year against the one before")
    return [Intent("growth", clause.text, (value,), (), (usual_statistic(clause, memory, value),), where, options)]


def _presumes(clause: Clause, memory: Memory) -> bool:
    year = any(item["column"] == memory.table.date and item["op"] in ("year", "not year", "==") for item in clause.conditions)
    return year and not memory.slot_words and re.match(r"\W*why\b", clause.text, re.IGNORECASE) is not None and WORDS_OF_CHANGE.search(clause.text) is not None


def _grows(clause: Clause, memory: Memory) -> bool:
    return memory.table.date is not None and not memory.slot_words and GROWTH.search(clause.text) is not None


_LOWER_IN = re.compile(
    r"\b(?:any|which|what|some)\b.*\b(?:higher|larger|greater|more|bigger|longer|lower|smaller|less|fewer|shorter)\b.*"
    r"\bin (?P<one>\d{4}) than in (?P<two>\d{4})\b",
    re.IGNORECASE,
)
_MINUS = re.compile(r"\bminus\b", re.IGNORECASE)


def _two_years(clause: Clause, memory: Memory) -> tuple[Condition, int, int] | None:
    """The condition that names the first and the last year."""
    listed = next((item for item in clause.conditions if item["column"] == memory.table.date and item["op"] == "in" and len(item["value"]) == 2), None)
    date = memory.table.by_name.get(memory.table.date or "")
    more = date is not None and date.distinct == date.rows and HOW_MUCH_MORE.search(clause.text)  # a year each: nothing to test
    if listed is not None and (_MINUS.search(clause.text) or _LOWER_IN.search(clause.text) or more):
        return listed, min(listed["value"]), max(listed["value"])
    spans = (item for item in clause.conditions if item["column"] == memory.table.date and item["op"] == "between")
    for span in spans:
        first, last = (int(str(value)[:4]) for value in span["value"])
        if first < last:
            return span, first, last
    return None if _WHY.match(clause.text) else one_year(clause, memory, _HOW_MUCH.search(clause.text) is not None)


_FASTEST = re.compile(r"\b(?:fastest|slowest|quickest)\b", re.IGNORECASE)


def _change(clause: Clause, memory: Memory) -> list[Intent]:
    """ "The largest increase in gdp between 2010 and 2020", "how much did prices rise from 1990 to 2000"."""
    value, found, periods = changing_value(clause, memory), _two_years(clause, memory), two_periods(clause, memory)
    if found is None and periods is None and of_things(clause, memory):
        found = whole_span(clause, memory)
    if value is None or (found is None and periods is None):
        return []
    date: str | None = memory.table.date
    times = [item for item in clause.conditions if item["column"] in (date, *memory.made) and memory.table[str(item["column"])].kind != "number"]
    first: int | str
    last: int | str
    if periods is not None:
        date, first, last = labelled(clause, memory, periods)
    else:
        span, first, last = found or ({}, 0, 0)
        times = [span]
    where = tuple(condition for condition in clause.conditions if condition not in times)
    named = clause.columns() if _LOWER_IN.search(clause.text) else clause.columns("which", "by")
    said = [name for name in (*named, *(str(item["column"]) for item in where if item["op"] in ("==", "in"))) if name in clause.table]
    n, listed_by = several_of(clause)
    by = [name for name in (*listed_by, *said) if clause.table[name].kind == "text" and name not in memory.made]
    down, listed = _fell(clause), _LOWER_IN.search(clause.text) is not None or bool(clause.columns("which"))
    speed = _FASTEST.search(clause.text)
    side = next(iter(clause.keys("super")), "") if speed is None else "min" if speed.group().casefold() == "slowest" else "max"
    options = {
        "date": date, "first": first, "last": last, "labels": periods is not None, "relative": (speed or RELATIVE.search(clause.text)) is not None,
        "kept": "" if side or not listed else "<" if down else ">", "multiple": _multiple(clause.text),
        "which": (side or ("max" if n else "")) and ("min" if down == ((side or "max") == "max") else "max"), "n": n,
    }  # fmt: skip
    return [Intent("change", clause.text, (value,), tuple(by[:1]), (usual_statistic(clause, memory, value),), where, options)]


_TIMES = {"doubled": 100, "double": 100, "tripled": 200, "triple": 200, "quadrupled": 300, "halved": -50, "halve": -50}
_MULTIPLE = re.compile(rf"\b(?:{'|'.join(_TIMES)})\b", re.IGNORECASE)


def _multiple(text: str) -> int | None:
    """ "More than doubled": the percent change that this is."""
    found = _MULTIPLE.search(text)
    return _TIMES[found.group().casefold()] if found is not None else None


def _fell(clause: Clause) -> bool:
    """True for a fall; "lower in 2005 than in 1990" is one, "lower in 1990 than in 2005" a rise."""
    found = _LOWER_IN.search(clause.text)
    if found is None:
        return FALLING.search(clause.text) is not None
    less = re.search(r"\b(?:lower|smaller|less|fewer|shorter)\b", clause.text, re.IGNORECASE) is not None
    return less == (found["one"] > found["two"])


def _changes(clause: Clause, memory: Memory) -> bool:
    became = BECAME.search(clause.text) is not None and pointed_measure(clause, memory) is not None
    spoken = (
        became
        or _LOWER_IN.search(clause.text) is not None
        or _MINUS.search(clause.text) is not None
        or bool(clause.columns("which"))
        or clause.has("super")
        or _WHY.match(clause.text) is not None
        or _HOW_MUCH.search(clause.text) is not None
        or RELATIVE.search(clause.text) is not None
    )
    return (
        not memory.slot_words
        and spoken
        and bool(said_change(clause) or _LOWER_IN.search(clause.text) or _MINUS.search(clause.text) or HOW_MUCH_MORE.search(clause.text))
        and _apart(clause, memory)
    )


def _apart(clause: Clause, memory: Memory) -> bool:
    """True where the clause names two times."""
    return _two_years(clause, memory) is not None or two_periods(clause, memory) is not None or of_things(clause, memory)


_PART = "(hour|weekday|day of the week|day|week|month|quarter|year)"
_BUSY = re.compile(rf"\b(busiest|quietest)\s+{_PART}s?\b|\b(?:which|what)\s+{_PART}\b.*\b(?:most|(fewest|least))\b(?! common)", re.IGNORECASE)
_CYCLIC = re.compile(r"\b(?:hour of the day|day of the week|month of the year|time of day|weekday)\b", re.IGNORECASE)


def _counts(clause: Clause, memory: Memory) -> list[Intent]:
    """Rows per period: "number of orders by quarter", "how many requests per hour of the day", "busiest day"."""
    busy = _BUSY.search(clause.text)
    said = (busy.group(2) or busy.group(3)).casefold() if busy else next(iter(clause.keys("time")), "")
    every = {"day of the week": "weekday"}.get(said, said)
    if not every or every in ("season", "decade"):
        return []
    cyclic = every in ("weekday", "hour") or _CYCLIC.search(clause.text) is not None
    least = busy is not None and (busy.group(4) is not None or (busy.group(1) or "").casefold() == "quietest")
    which = ("min" if least else "max") if busy else ""
    if cyclic:
        memory.assume(f"per {every}: the same {every} of all days together")
    by = [name for name in groups(clause) if name != memory.table.date]
    options = {"date": memory.table.date, "every": every, "cyclic": cyclic, "which": which}
    return [Intent("counts", clause.text, (), tuple(by[:1]), where=clause.conditions, options=options)]


def _counted(clause: Clause, memory: Memory) -> bool:
    date = memory.table.date
    if date is None or memory.table[date].kind != "date" or memory.slot_words:
        return False
    bare = (
        clause.verbs <= {"resample", "chart"}
        and (clause.has("group", "by") or clause.has("verb", "resample"))
        and not clause.keys("stat")
        and (_first(clause).kind in ("unknown", "frame") or _first(clause).value == date)
    )
    counting = (bare or clause.has("verb", "count") or clause.has("stat", "n")) and clause.has("time") and not clause.has("verb", "trend", "share_of", "run")
    return (counting or _BUSY.search(clause.text) is not None) and not measures(clause, memory, inherit=False)


def _first(clause: Clause) -> Tag:
    """The first word of what is wanted: "the tickets" of "plot the tickets per week"."""
    led = (tag for tag in clause.tags if not (tag.kind == "lexical" and (tag.kinds.keys() & {"chart"} or tag.is_a("verb", "chart") or tag.is_a("word"))))
    return next(led, clause.tags[0])


_EVERYTHING = words(
    "seasonal share share_of percent_of rate trend resample super count stat rank compare extreme statistics distribution create run rows value_counts"
    " peak pattern against_rest from_to yes_or_no levels"
)

GROWING = (
    Wish("change", _change, takes=_EVERYTHING, when=_changes),
    Wish("premise", _premise, takes=_EVERYTHING, when=_presumes),
    Wish("growth", _growth, takes=_EVERYTHING, when=_grows),
    Wish("step", largest_step, takes=_EVERYTHING, when=asks_largest_step),
    Wish("counts", _counts, takes=_EVERYTHING, when=_counted),
)

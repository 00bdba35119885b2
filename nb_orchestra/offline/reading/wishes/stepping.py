"""Wishes about amounts that run through time: running totals, steps from one day to the next, means of totals, how often per period."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.restricting.moments import tested
from nb_orchestra.offline.reading.wishes.changing import FALLING, RELATIVE, WORDS_OF_CHANGE, changing_value
from nb_orchestra.offline.reading.wishes.picking import STATISTICS, adds_over_time, amount_condition, groups, measures, nothing_or_something, presence_condition
from nb_orchestra.offline.reading.wishes.wish import Wish, words

PERIODS = ("hour", "day", "week", "month", "quarter", "year")
_ADVERBS = {"hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "annual": "year", "yearly": "year"}


def dated(clause: Clause, memory: Memory, *, moments: bool = True) -> bool:
    """True where the table has a column that says when (a date, unless years will do)."""
    date = memory.table.date
    return date is not None and not memory.slot_words and (not moments or memory.table[date].kind == "date")


def grouped_by(clause: Clause, memory: Memory) -> tuple[str, ...]:
    """The one further group that a clause names."""
    named = [name for name in groups(clause) if name in clause.columns("by", "within", "which")]
    return tuple(name for name in named if name != memory.table.date and (memory.table[name].kind != "number" or memory.table[name].grouping))[:1]


_RUNNING = re.compile(r"\b(?:cumulative\w*|cumulated|accumulat\w+|running (?:total|sum|count)s?)\b", re.IGNORECASE)


def _cumulative(clause: Clause, memory: Memory) -> list[Intent]:
    """ "The running total of sales per month", "cumulative number of cases"."""
    date = memory.table.date
    values = [name for name in measures(clause, memory) if name != date and not memory.table[name].looks_like_year]
    counted = clause.has("verb", "count") or (clause.has("stat", "n") and not values)
    every = next((key for key in clause.keys("time") if key in PERIODS), "")
    if not values and not counted:
        return []
    memory.known |= {word for found in _RUNNING.finditer(clause.text) for word in found.group().casefold().split()}
    options = {"date": date, "every": every if memory.table[str(date)].kind == "date" else ""}
    kept = () if counted else tuple(values[:1])
    return [Intent("cumulative", clause.text, kept, grouped_by(clause, memory), ("n" if counted else "sum",), clause.conditions, options)]


_STEP = r"\b(?:change|return|gain|drop|rise|fall|loss|increase|decrease|jump)s?\b"
_DAILY = re.compile(
    rf"\b(?:dai?ly|day[- ]to[- ]day|day[- ](?:over|on|by)[- ]day|(?:one|single)[- ]day)\b(?=.*{_STEP})"
    rf"|{_STEP}.*\b(?:from (?:one )?day to (?:the next )?day|from (?:one|each) day to the next|"
    r"(?:in|within) (?:one|a single) day|on (?:one|a single) day|day before|previous day)\b",
    re.IGNORECASE,
)


def _steps(clause: Clause, memory: Memory) -> list[Intent]:
    """ "The daily change of the price", "the largest one-day drop", "mean and sd of daily returns"."""
    value = changing_value(clause, memory)
    if value is None:
        return []
    statistics = tuple(key for key in clause.keys("stat") if key in STATISTICS and key not in ("min", "max", "range"))
    side, down = next(iter(clause.keys("super")), ""), FALLING.search(clause.text) is not None
    which = side and ("min" if down == (side == "max") else "max")
    options = {"date": memory.table.date, "relative": RELATIVE.search(clause.text) is not None or "return" in clause.text.casefold(), "which": which}
    memory.known |= {
        word for word in re.findall(r"\w+", clause.text.casefold()) if word in ("one", "single", "day", "daily", "returns", "return", "jump", "previous")
    }
    totals = adds_over_time(memory.table[value])
    return [Intent("steps", clause.text, (value,), grouped_by(clause, memory), statistics, clause.conditions, {**options, "totals": totals})]


_STEP_WORDS = vocabulary("one single day daily returns return jump jumps previous next before")
_TYPICAL = r"(?:average|mean|avg|median|typical)"
_PERIODIC = re.compile(rf"\b{_TYPICAL}\s+(hourly|daily|weekly|monthly|quarterly|annual|yearly)\b", re.IGNORECASE)
_EACH = re.compile(rf"\b{_TYPICAL}\b.*\b(?:per|a|each|every) (hour|day|week|month|quarter|year)\b", re.IGNORECASE)


_ONCE = re.compile(r"\b(?:per|each|every|a) (hour|day|week|month)\b", re.IGNORECASE)


def _mean_of_totals(clause: Clause, memory: Memory) -> list[Intent]:
    """ "The average monthly rainfall", "what is the average kwh per day": the mean of what each period has in total."""
    date = str(memory.table.date)
    values = [name for name in measures(clause, memory, inherit=False) if name != date and adds_over_time(memory.table[name])]
    found = _PERIODIC.search(clause.text) or _EACH.search(clause.text) or _ONCE.search(clause.text)
    if len(values) != 1 or found is None:
        return []
    said = next(group for group in found.groups() if group).casefold()
    every = _ADVERBS.get(said, said)
    if every == "day" and memory.table[date].distinct == memory.table.rows and not memory.table[date].crowded:  # each row is a day
        return []
    statistic = next((key for key in clause.keys("stat") if key in ("mean", "median")), "mean")
    memory.assume(f"{values[0]} per {every}: totals, and the {statistic} of them")
    tested = clause.has("verb", "compare") or _TESTED.search(clause.text) is not None
    memory.known |= {"significant", "significantly"} if tested else set()
    options = {"date": date, "every": every, "tested": tested}
    return [Intent("mean_per", clause.text, (values[0],), grouped_by(clause, memory), (statistic,), clause.conditions, options)]


_TESTED = re.compile(r"\bsignifican\w*|\bversus\b|\bvs\b|\bthan\b|\bdiffer\w*", re.IGNORECASE)


def _asks_totals(clause: Clause, memory: Memory) -> bool:
    each = _EACH.search(clause.text)
    once = each is not None and (each.group(1).casefold() in ("hour", "day", "week") or clause.question or bool(grouped_by(clause, memory)))
    set_apart = _ONCE.search(clause.text) is not None and any(name in memory.made for name in grouped_by(clause, memory))  # "weekends vs weekdays per day"
    once = once or set_apart
    drawn = clause.has("verb", "chart") or bool(clause.keys("chart"))  # then the mean within each period is meant
    return dated(clause, memory) and not drawn and (once or _PERIODIC.search(clause.text) is not None)


_PER = r"(?:per|a|an|each|every|in a|in an average) (?:average )?(hour|day|week|month|quarter|year)\b"
_HOW_OFTEN = re.compile(rf"\bhow (?:often|many times|frequently)\b.*?\b{_PER}", re.IGNORECASE)
_USUALLY = re.compile(
    rf"\b{_PER}(?=.*\b(?:on average|typically|usually|in general)\b)|\b(?:average|mean|typical) number of\b.*\b{_PER}|\b(?:on average|typically)\b.*\b{_PER}",
    re.IGNORECASE,
)


def _how_often(clause: Clause, memory: Memory) -> list[Intent]:
    """ "How often a week does it rain", "how many rainy days are there per month on average": periods without any count as 0."""
    found = _HOW_OFTEN.search(clause.text) or _USUALLY.search(clause.text)
    date = memory.table.date
    times = tuple(item for item in clause.conditions if item["column"] == date)
    held = tuple(item for item in clause.conditions if item not in times) or happening(clause, memory)
    if found is None or (not held and grouped_by(clause, memory)) or any(tested(item) is None for item in held):
        return []
    every = next(group for group in found.groups() if group).casefold()
    memory.known |= {"often", "times", "frequently", "average", "typically", "usually"}
    memory.assume(f"per {every}: from the first {every} with rows to the last, those without any counted as 0")
    return [Intent("often_per", clause.text, (), (), ("mean",), times, {"date": date, "every": every, "held": held})]


def happening(clause: Clause, memory: Memory) -> tuple[Condition, ...]:
    """What happens in a row: a yes of a yes/no column, something of an amount ("does it rain")."""
    truth = next((name for name in clause.columns() if name in clause.table and clause.table[name].truth), None)
    if truth is not None:
        return ({"column": truth, "op": "==", "value": clause.table[truth].yes},)
    return amount_condition(clause, memory) or presence_condition(clause, memory) or nothing_or_something(clause, memory)


def _asks_often(clause: Clause, memory: Memory) -> bool:
    if not dated(clause, memory) or clause.has("super"):
        return False
    counted = clause.has("verb", "count") or clause.has("stat", "n") or _rows_named(clause, memory)
    return _HOW_OFTEN.search(clause.text) is not None or (_USUALLY.search(clause.text) is not None and counted)


def _rows_named(clause: Clause, memory: Memory) -> bool:
    """ "Rides per week on average": no measure, and a noun in the plural in front."""
    return not measures(clause, memory, inherit=False) and any(tag.kind == "unknown" and tag.text.endswith("s") for tag in clause.tags[:4])


_ALL = words(
    "seasonal share share_of percent_of rate trend resample super count stat rank compare extreme statistics distribution create run rows value_counts"
    " peak pattern growth change counts moving sort describe count_per_period count_course count_change"
)

_FELL = re.compile(r"\b(?:how many|which|what|number of|in which) (days|weeks|months|quarters|years)\b", re.IGNORECASE)
_TOTAL_STEP = re.compile(r"\btotal (?:loss|gain|drop|rise|fall|decline|increase|decrease|change)\b", re.IGNORECASE)


def _steps_counted(clause: Clause, memory: Memory) -> list[Intent]:
    """ "How many months did employment fall between 2008 and 2010": the rows whose step from the row before goes that way, and what they sum to."""
    value, date = changing_value(clause, memory), memory.table.date
    if value is None or (memory.table[str(date)].distinct < memory.table.rows):
        return []
    times = tuple(item for item in clause.conditions if item["column"] == date)
    memory.assume(f"change: {value} less that of the row before")
    options = {"date": date, "op": "<" if FALLING.search(clause.text) else ">", "times": times}
    return [Intent("steps_counted", clause.text, (value,), options=options)]


def _asks_steps(clause: Clause, memory: Memory) -> bool:
    stays = re.search(r"\bin a row\b|\bconsecutive\b|\bstreak\b", clause.text, re.IGNORECASE)
    said = WORDS_OF_CHANGE.search(" ".join("…" if tag.kind == "column" and clause.table[tag.value].truth else tag.text for tag in clause.tags))
    return dated(clause, memory, moments=False) and _FELL.search(clause.text) is not None and said is not None and stays is None and not clause.has("super")


def _total_step(clause: Clause, memory: Memory) -> list[Intent]:
    """ "… and what was the total loss": it stands beside their number."""
    earlier = memory.find("steps_counted")
    return [earlier] if earlier is not None else []


STEPPING = (
    Wish("total_step", _total_step, takes=_ALL, when=lambda clause, memory: _TOTAL_STEP.search(clause.text) is not None, ends=True),
    Wish("steps_counted", _steps_counted, takes=_ALL | {"count_change", "count_course"}, when=_asks_steps, ends=True),
    Wish("cumulative", _cumulative, takes=_ALL, when=lambda clause, memory: dated(clause, memory, moments=False) and _RUNNING.search(clause.text) is not None),
    Wish("steps", _steps, takes=_ALL, when=lambda clause, memory: dated(clause, memory) and _DAILY.search(clause.text) is not None),
    Wish("often_per", _how_often, takes=_ALL, when=_asks_often, ends=True),
    Wish("mean_per", _mean_of_totals, takes=_ALL, when=_asks_totals),
)
"""Before the wishes for changes and trends: what these say of time is more than a trend."""

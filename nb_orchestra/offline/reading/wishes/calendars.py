"""Wishes about the calendar itself: days that reach a limit in total, days without rows, the most of each period, two parts of the date."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.language.words import lemma
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tagging import Tag
from nb_orchestra.offline.reading.wishes.picking import STATISTICS, adds_over_time, measures, pointed_measure
from nb_orchestra.offline.reading.wishes.stepping import dated, grouped_by
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_SIDES = (">", "<", ">=", "<=")
_THINGS = re.compile(r"\b(?:how many |which |what |the |list |number of |runs? of |row of )?(days|weeks|months|quarters|years)\b", re.IGNORECASE)
_LINKED = r"(?:with|where|when|on which|in which|that|had|have|did|do|were|was|of|there)"
_ASKED = re.compile(rf"(?<!\d )\b(?:days|weeks|months|quarters|years)\b\s+(?:\w+ )?{_LINKED}\b", re.IGNORECASE)


def _several_rows(memory: Memory, every: str) -> bool:
    """True where a period holds more than one row."""
    date = memory.table[str(memory.table.date)]
    days = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}[every]
    return date.distinct < memory.table.rows or date.moments or days > 1


def _reaching(clause: Clause, memory: Memory) -> list[Intent]:
    """ "How many days did we sell less than 10 bagels", "days with fewer than 100 units": the limit is for what the whole day has."""
    found = _THINGS.search(clause.text)
    every = found.group(1).casefold().removesuffix("s") if found is not None else ""
    limit = _limit(clause, memory)
    if limit is None or not every or not _several_rows(memory, every):
        return []
    value, condition = limit
    where = tuple(item for item in clause.conditions if item["column"] != value or item["op"] not in _SIDES)
    run = clause.has("verb", "run") or "in a row" in clause.text.casefold()
    counted = not run and (clause.has("verb", "count") or clause.has("stat", "n"))
    memory.known |= {tag.text.casefold() for tag in clause.tags if tag.kind == "unknown" and lemma(tag.text) in _DONE}
    total = condition["column"] in ("sum", "n")
    if not total and (counted or run):
        return []
    memory.assume(
        f"limit per {every}: {'rows' if not value else f'the total of {value}'} of the {every}"
        if total
        else f"a {every} is meant where any of its rows meets it"
    )
    options = {"date": memory.table.date, "every": every, "limit": condition, "counted": counted, "run": run}
    return [Intent("periods_reaching", clause.text, (value,) if value else (), where=where, options=options)]


_DONE = frozenset(["sell", "sold", "have", "had", "make", "made", "take", "took", "order", "ordered"])


def _limit(clause: Clause, memory: Memory) -> tuple[str, Condition] | None:
    """The measure (or "" for rows) that has a limit, and the limit as a condition on its total."""
    for item in clause.conditions:
        column = memory.table.by_name.get(str(item["column"]))
        if item["op"] in _SIDES and column is not None and column.kind == "number" and isinstance(item["value"], int | float):
            statistic = "sum" if adds_over_time(column) else "max" if item["op"] in (">", ">=") else "min"
            return column.name, {"column": statistic, "op": item["op"], "value": item["value"]}
    tags = clause.tags
    for tag, number, *behind in zip(tags, tags[1:], tags[2:], strict=False):
        if tag.kinds.get("cmp") not in _SIDES or number.kind != "number":
            continue
        amounts = [column.name for column in memory.table.of_kind("number") if adds_over_time(column) and not (column.labelling or column.looks_like_year)]
        if _is_row(behind[0], memory):
            return "", {"column": "n", "op": tag.kinds["cmp"], "value": number.value}
        units = [name for name in amounts if {"unit", "quantity", "qty", "amount", "count", "number"} & set(memory.table[name].words)]
        chosen = units if len(units) == 1 else amounts
        if behind[0].kind == "level" and len(chosen) == 1:
            return chosen[0], {"column": "sum", "op": tag.kinds["cmp"], "value": number.value}
    return None


def _is_row(tag: Tag, memory: Memory) -> bool:
    plain = lemma(tag.text)
    return tag.kind in ("unknown", "column", "lexical") and (plain in memory.table.row_nouns or plain == lemma(memory.table.name))


def _asks_reaching(clause: Clause, memory: Memory) -> bool:
    return dated(clause, memory) and _ASKED.search(clause.text) is not None


_GAPS = re.compile(
    r"\b(?:dates?|days?|weeks|months|hours)\b[^.;?]*\b(?:missing|absent|skipped|left out|without (?:any )?(?:rows?|data|entries|records?|readings?))\b|"
    r"\b(?:missing|skipped|absent) (?:dates?|days?|weeks|months|hours)\b|"
    r"\bgaps? in the (?:dates?|time series|calendar|days|timeline)\b|\b(?:dates?|time series) (?:complete|gapless)\b",
    re.IGNORECASE,
)


def _date_gaps(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Are there dates missing, other than Mondays": periods between the first and the last that no row has."""
    date = memory.table[str(memory.table.date)]
    span = date.years * 365.25
    every = "hour" if date.moments else "month" if date.distinct <= span / 28 + 1 else "week" if date.distinct <= span / 6.5 + 1 else "day"
    weekdays = tuple(item for item in clause.conditions if item["column"] == date.name and item["op"] in ("weekday", "not weekday"))
    others = [column for column in clause.columns() if column != date.name]
    if others or (clause.has("cmp", "missing") and date.missing):
        return []
    left_out = tuple({**item, "op": "not weekday"} for item in weekdays)
    memory.known |= {"missing", "skipped", "absent", "gaps", "complete", "other", "than"}
    memory.assume(f"missing {date.name}: each {every} from the first to the last that no row has")
    return [Intent("date_gaps", clause.text, options={"date": date.name, "every": every, "kept": left_out})]


_MOST_OF_EACH = re.compile(
    r"\b(?:days?|dates?|rows?|weeks?|months?|hours?) (?:of|in|for) (?:each|every) (year|month|quarter|week)\b|\beach (year|month|quarter)['’]?s?\b",
    re.IGNORECASE,
)


def _most_of_each(clause: Clause, memory: Memory) -> list[Intent]:
    """ "The hottest day of each year": the row with the most within each period."""
    found, date = _MOST_OF_EACH.search(clause.text), str(memory.table.date)
    value = pointed_measure(clause, memory) or next(iter(measures(clause, memory, inherit=False)), None)
    if found is None or value is None or memory.table[date].distinct < memory.table.rows:
        return []
    every = (found[1] or found[2]).casefold()
    name = every if every not in memory.table else f"{every}_of_{date}"
    memory.made[name] = {"op": "year" if every == "year" else f"{every}_start", "args": [{"column": date}]}
    memory.table = memory.table.with_column(name, "number" if every == "year" else "date")
    memory.learn(Intent("derive", clause.text, options={"name": name, "expression": memory.made[name]}))
    ascending = next(iter(clause.keys("super")), "max") == "min"
    return [Intent("rank_within", clause.text, (value,), (name,), where=clause.conditions, options={"n": 1, "ascending": ascending})]


def _asks_most_of_each(clause: Clause, memory: Memory) -> bool:
    return dated(clause, memory) and clause.has("super") and _MOST_OF_EACH.search(clause.text) is not None


_PARTS = ("year", "quarter", "month", "weekday", "hour")


def _two_parts(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Mean load by weekday and hour", "rides per month and weekday": a table of both parts of the date."""
    parts = [key for key in clause.keys("time") if key in _PARTS]
    values = [name for name in measures(clause, memory, inherit=False) if name != memory.table.date]
    if len(parts) != 2 or not _JOINED.search(clause.text):
        return []
    counted = not values
    statistic = (
        "n" if counted else next((key for key in clause.keys("stat") if key in STATISTICS), "sum" if adds_over_time(memory.table[values[0]]) else "mean")
    )
    options: dict[str, Any] = {"date": memory.table.date, "parts": tuple(parts)}
    return [Intent("two_parts", clause.text, tuple(values[:1]), grouped_by(clause, memory), (statistic,), clause.conditions, options)]


_PART = r"(?:year|quarter|month|weekday|day of (?:the )?week|hour(?: of (?:the )?day)?)"
_JOINED = re.compile(rf"\b{_PART}s?\s+(?:and|by|x|×|vs\.?|versus|against)\s+(?:by |the )?{_PART}s?\b", re.IGNORECASE)


def _asks_parts(clause: Clause, memory: Memory) -> bool:
    return dated(clause, memory) and _JOINED.search(clause.text) is not None and not clause.has("verb", "compare", "correlate")


_ALL = words(
    "seasonal share share_of percent_of rate trend resample super count stat rank compare extreme statistics distribution create run rows value_counts"
    " peak pattern growth change counts moving sort describe filter keep drop missing count_per_period"
)

CALENDARS = (
    Wish("periods_reaching", _reaching, takes=_ALL, when=_asks_reaching, ends=True),
    Wish("date_gaps", _date_gaps, takes=_ALL, when=lambda clause, memory: dated(clause, memory) and _GAPS.search(clause.text) is not None, ends=True),
    Wish("most_of_each", _most_of_each, takes=_ALL, when=_asks_most_of_each, ends=True),
    Wish("two_parts", _two_parts, takes=_ALL, when=_asks_parts),
)

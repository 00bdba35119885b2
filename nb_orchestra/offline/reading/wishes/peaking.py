"""Wishes for the period that has the most: "which year was the hottest", "our best month in 2023", "the warmest decade", "the ten coldest years"."""

from __future__ import annotations

from collections.abc import Iterator

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tagging import Tag
from nb_orchestra.offline.reading.wishes.picking import STATISTICS, adds_over_time, measures, numbers, pointed_measure

PARTS = ("month", "weekday", "hour", "quarter", "week", "day", "year")
_PERIODS = ("year", "decade", "quarter", "month", "week", "day")


def period_statistic(clause: Clause, memory: Memory, value: str) -> str:
    """Amounts that add up (rain, sales, cases) are totalled over a period; levels (temperature, price) are averaged."""
    named = next((key for key in clause.keys("stat") if key in STATISTICS), "")
    if named:
        return named
    if side := of_each_period(clause):
        return side
    named_by_unit = any(tag.kind == "column" and tag.value == value and tag.how == "unit" for tag in clause.tags)  # "km per week"
    chosen = "sum" if named_by_unit or adds_over_time(memory.table[value]) else "mean"
    memory.assume(f"{value} per period: {'totals' if chosen == 'sum' else 'means'}")
    return chosen


EACH = vocabulary("per each every by")


def of_each_period(clause: Clause) -> str:
    """ "The highest temperature in each month": max or min of every period; "" where a period itself is asked for."""
    period = any(
        "time" in tag.kinds and (tag.text.casefold().split()[0] in EACH or any(item.is_a("group", "by") for item in clause.tags[max(0, n - 1) : n]))
        for n, tag in enumerate(clause.tags)
    )
    return next(iter(clause.keys("super")), "") if period and not any(asked_for(clause, *PARTS)) else ""


def asked_for(clause: Clause, *parts: str) -> Iterator[bool]:
    """ "Which month …"."""
    for n, tag in enumerate(clause.tags):
        if tag.text.casefold() in ("which", "what") and clause.tags[n + 1 : n + 2] and clause.tags[n + 1].is_a("time", *parts):
            yield True


def peak_wish(clause: Clause, memory: Memory) -> list[Intent]:
    """Totals or means per period, and the most of them; the first few where a number is said."""
    date = memory.table.date
    every = _named_period(clause, memory) or next((key for key in clause.keys("time") if key in _PERIODS), "")
    every = every or ("year" if date in clause.columns("which") and memory.table.by_name[str(date)].looks_like_year else "")
    many = date is not None and memory.table[date].kind == "date" and memory.table[date].distinct < memory.table.rows
    every = every or ("day" if many and date in clause.columns("which") else "")
    values = [name for name in (*numbers(clause, "by"), *measures(clause, memory)) if name != date and not memory.table[name].looks_like_year]
    values = values or [name for name in [pointed_measure(clause, memory)] if name and name != date]
    if date is None or not every or not values or (memory.table[date].kind != "date" and every not in ("year", "decade")):
        return []
    side = next(iter(clause.keys("super")), "max")
    options = {"date": date, "every": every, "which": side, "n": how_many(clause)}
    return [Intent("peak", clause.text, (values[0],), (), (period_statistic(clause, memory, values[0]),), clause.conditions, options)]


def how_many(clause: Clause) -> int:
    """ "The ten coldest years", "the worst 3 months"."""
    pairs = [pair if pair[0].kind == "number" else pair[::-1] for pair in zip(clause.tags, clause.tags[1:], strict=False)]
    return next((int(tag.value) for tag, other in pairs if tag.kind == "number" and "super" in other.kinds and 1 < tag.value <= 100), 0)


def _named_period(clause: Clause, memory: Memory) -> str:
    """The unit right behind the superlative: "best month", "hottest year on record"."""
    for n, tag in enumerate(clause.tags):
        behind = next((item for item in clause.tags[n + 1 : n + 3] if item.kind != "number"), None)
        if "super" in tag.kinds and behind is not None and (unit := _unit(behind, memory)):
            return unit
    return ""


def _unit(tag: Tag, memory: Memory) -> str:
    if tag.kind == "column" and tag.value == memory.table.date and memory.table.by_name[str(tag.value)].looks_like_year:
        return "year"
    said = tag.kinds.get("time", "") if not tag.text.casefold().endswith("ly") else ""
    return said if said in _PERIODS and said != "day" else ""


def peaks(clause: Clause, memory: Memory) -> bool:
    asked = [tag for n, tag in enumerate(clause.tags) if n and clause.tags[n - 1].text.casefold() in ("which", "what")]
    period = any(tag.is_a("time", "year", "decade", "week") or (tag.kind == "column" and tag.value == memory.table.date) for tag in asked)
    named = not memory.slot_words and bool(_named_period(clause, memory))
    most = clause.has("super") or any("point" in tag.kinds for tag in clause.tags)
    return memory.table.date is not None and most and (period or named)

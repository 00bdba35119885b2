"""Edits of an earlier goal that add to it or put one thing in another's place: "X instead of Y", "add the share of women", "as percentages", "lowest first"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.reading import Intent, Reading
from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.ordering import take_order
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import tag
from nb_orchestra.offline.reading.wishes.picking import STATISTICS

Change = Callable[[Reading], Reading]

GROUPED = vocabulary(
    "compare count share statistics distribution value_counts group_rank group_extreme pattern trend resample missing outliers remove_outliers"
)
COMPARED = frozenset({"compare", "proportions"})

_INSTEAD = re.compile(r",?\s*\b(?:instead of|rather than|in place of)\s+(?P<old>(?:by |the |for |a |an )*[^,;.]+)", re.IGNORECASE)
_ADDS = re.compile(r"^\W*(?:(?:and|now|also|then|please|can you)\s+)*(?:add|include|append|show|put)\b", re.IGNORECASE)
_MORE = re.compile(r"\b(?:too|also|as well|additionally|in addition)\b", re.IGNORECASE)
_PARTS = re.compile(r"\b(?:as|in)\s+(?:a\s+)?(?:percent\w*|shares?|%|proportions?)", re.IGNORECASE)
_MEASURED = frozenset({"statistics", "compare", "rank", "correlate"})


def apart(text: str, table: Table) -> tuple[str, frozenset[str]]:
    """The edit without what it puts aside, and the columns of that: "age instead of salary" → "age", {salary}."""
    found = _INSTEAD.search(text)
    if found is None:
        return text, frozenset()
    return _INSTEAD.sub("", text), frozenset(str(item.value) for item in tag(found["old"], table) if item.kind == "column")


def adds(clause: Clause) -> bool:
    """True where the edit keeps what is there: "add …", "split by sex too"."""
    first = clause.tags[0].text.casefold() if clause.tags else ""
    return first in ("and", "also", "plus") or _MORE.search(clause.text) is not None or _ADDS.match(clause.text) is not None


def exchanged(old: tuple[str, ...], new: tuple[str, ...], aside: frozenset[str]) -> tuple[str, ...]:
    """The new columns in the place of those that the edit puts aside."""
    kept = [name for name in old if name not in aside]
    at = next((n for n, name in enumerate(old) if name in aside), len(kept))
    return tuple(dict.fromkeys((*kept[:at], *new, *kept[at:])))


def added(clause: Clause) -> list[Change]:
    """ "Add the share of women", "add the median": a further column, a further statistic."""
    statistics = tuple(key for key in clause.keys("stat") if key in STATISTICS)
    names = tuple(name for name in clause.columns("target", "with", "of") if name in clause.table and clause.table[name].kind == "number")
    if _ADDS.match(clause.text) is None or not (statistics or names) or clause.has("chart") or clause.has("verb", "chart"):
        return []

    def further(intent: Intent) -> Intent:
        if intent.kind not in _MEASURED:
            return intent
        more = statistics if intent.statistics else ()
        return replace(intent, columns=tuple(dict.fromkeys((*intent.columns, *names))), statistics=tuple(dict.fromkeys((*intent.statistics, *more))))

    return [lambda reading: replace(reading, intents=tuple(map(further, reading.intents)))]


def as_parts(clause: Clause) -> list[Change]:
    """ "As percentages": of totals by group their parts; counts have theirs. What has no parts is told."""
    if _PARTS.search(clause.text) is None:
        return []

    def change(reading: Reading) -> Reading:
        summed = [
            intent for intent in reading.intents if intent.kind == "statistics" and intent.statistics == ("sum",) and len(intent.columns) == 1 and intent.by
        ]
        counted = any(intent.kind in ("count", "value_counts", "share", "part") for intent in reading.intents)
        if not summed:
            lost = () if counted else ("as percentages: only totals and counts by group have parts",)
            return replace(reading, not_done=(*reading.not_done, *lost))
        return replace(reading, intents=tuple(replace(intent, kind="part") if intent in summed else intent for intent in reading.intents))

    return [change]


def in_order(text: str) -> list[Change]:
    """ "Lowest first", "sorted from high to low"."""
    order = take_order(text)[1]
    return [lambda reading: replace(reading, order=order)] if order else []


_PERIOD = re.compile(r"\b(?:per|by|each|every) (day|week|month|quarter|year)\b|\b(dai|week|month|quarter|year)ly\b", re.IGNORECASE)


def by_period(clause: Clause) -> list[Change]:
    """ "Per month": the statistics of before for each month; what cannot be had so is told, and not taken for done."""
    found = _PERIOD.search(clause.text)
    named = set(clause.columns("by", "within"))
    if found is None or clause.table.date is None or any(name != clause.table.date for name in named):
        return []
    every = {"dai": "day"}.get((found[1] or found[2]).casefold(), (found[1] or found[2]).casefold())
    options = {"date": clause.table.date, "every": every}

    def change(reading: Reading) -> Reading:
        spread = tuple(
            replace(intent, kind="resample", columns=intent.columns[:1], by=intent.by[:1], statistics=intent.statistics[:1], options=options)
            if intent.kind == "statistics" and intent.columns
            else intent
            for intent in reading.intents
        )
        periodic = any("every" in intent.options or (intent.kind == "chart" and intent.option("date")) for intent in spread)
        told = () if periodic else (f"{found.group()}: the earlier answer was not given for each {every}",)
        return replace(reading, intents=spread, not_done=(*reading.not_done, *told))

    return [change]


def regrouped(intent: Intent, names: tuple[str, ...], more: bool, aside: frozenset[str]) -> Intent:
    if intent.kind not in GROUPED | COMPARED | {"chart"}:
        return intent
    if intent.kind == "chart" and not intent.by and not intent.columns:
        return intent
    by = exchanged(intent.by, names, aside) if more or aside & set(intent.by) else names
    options = {key: value for key, value in intent.options.items() if key not in ("after", "within")}
    return replace(intent, by=by, options=options)


def merged(intents: Iterable[Intent]) -> tuple[Intent, ...]:
    """Equal wishes once: two comparisons that now have the same groups are one."""
    kept: dict[Any, Intent] = {}
    for intent in intents:
        key = (intent.kind, intent.columns, intent.by, intent.statistics, repr(sorted(map(str, intent.where))), repr(sorted(intent.options.items(), key=str)))
        kept.setdefault(key, intent)
    return tuple(kept.values())


def still_true(reading: Reading, columns: set[str]) -> tuple[str, ...]:
    """How the goal was read, without what was said of columns that an edit speaks of anew."""
    return tuple(line for line in reading.assumptions if not any(f"→ {column} = " in line for column in columns))

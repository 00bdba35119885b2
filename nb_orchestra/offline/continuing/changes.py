"""What edits do to the intents of an earlier goal: other groups, another measure, parts of a whole, another period, one thing in another's place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.reading import Intent, Reading
from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import texts_in
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import tag

Change = Callable[[Reading], Reading]

GROUPED = vocabulary(
    "compare count share statistics distribution value_counts group_rank group_extreme pattern trend resample missing outliers remove_outliers"
)
COMPARED = frozenset({"compare", "proportions"})

_INSTEAD = re.compile(r",?\s*\b(?:instead of|rather than|in place of)\s+(?P<old>(?:by |the |for |a |an )*[^,;.]+)", re.IGNORECASE)
_ADDS = re.compile(r"^\W*(?:(?:and|now|also|then|please|can you)\s+)*(?:add|include|append|show|put)\b", re.IGNORECASE)
_MORE = re.compile(r"\b(?:too|also|as well|additionally|in addition)\b", re.IGNORECASE)
_PARTS = re.compile(r"\b(?:as|in)\s+(?:a\s+)?(?:percent\w*|shares?|%|proportions?)", re.IGNORECASE)


def told(line: str) -> Change:
    """Nothing changes, and the run says so."""
    return lambda reading: replace(reading, not_done=tuple(dict.fromkeys((*reading.not_done, line))))


def apart(text: str, table: Table) -> tuple[str, frozenset[str]]:
    """The edit without what it puts aside, and the columns of that: "age instead of salary" → "age", {salary}."""
    found = _INSTEAD.search(text)
    if found is None:
        return text, frozenset()
    return _INSTEAD.sub("", text), frozenset(str(item.value) for item in tag(found["old"], table) if item.kind == "column")


ABOUT = re.compile(r"\W*(?:and\s+|but\s+|so\s+)*(?:what|how) about\b", re.IGNORECASE)


def adds(clause: Clause) -> bool:
    """True where the edit keeps what is there: "add …", "split by sex too"."""
    first = clause.tags[0].text.casefold() if clause.tags else ""
    return first in ("and", "also", "plus") or _MORE.search(clause.text) is not None or _ADDS.match(clause.text) is not None


def exchanged(old: tuple[str, ...], new: tuple[str, ...], aside: frozenset[str]) -> tuple[str, ...]:
    """The new columns in the place of those that the edit puts aside."""
    kept = [name for name in old if name not in aside]
    at = next((n for n, name in enumerate(old) if name in aside), len(kept))
    return tuple(dict.fromkeys((*kept[:at], *new, *kept[at:])))


def as_parts(clause: Clause) -> list[Change]:
    """ "As percentages": of totals by group their parts; counts have theirs. What has no parts is told."""
    found = _PARTS.search(clause.text)
    if found is None:
        return []
    of_known = _OF_KNOWN.match(clause.text[found.end() :]) is not None

    def change(reading: Reading) -> Reading:
        summed = [intent for intent in reading.intents if intent.kind == "statistics" and intent.statistics == ("sum",) and intent.columns and intent.by]
        counted = any(intent.kind in ("count", "value_counts", "share", "part") for intent in reading.intents)
        if of_known:
            return _of_known(reading, clause.text)
        if not summed:
            return reading.noted(["the percentages stand beside the counts"]) if counted else told(f"{_LOST_PARTS}")(reading)
        parts = [replace(intent, kind="part", columns=(name,)) for intent in summed for name in intent.columns]
        return replace(reading, intents=(*(intent for intent in reading.intents if intent not in summed), *parts))

    return [change]


_LOST_PARTS = "as percentages: only totals and counts by group have parts"
_OF_KNOWN = re.compile(r"\s*of (?:the |all )?(?:measured|known|recorded|non-missing|valid|observed)\b", re.IGNORECASE)


def _of_known(reading: Reading, text: str) -> Reading:
    """ "In percent of the measured days": of the rows that have a value in the column that was counted."""
    intents = tuple(
        replace(intent, kind="share", options={"of": tuple({"column": item["column"], "op": "present", "value": None} for item in intent.where)})
        if intent.kind in ("count", "share") and intent.where
        else intent
        for intent in reading.intents
    )
    return replace(reading, intents=intents) if intents != reading.intents else told(f"{text}: no rows with and without a value were counted")(reading)


PERIOD = re.compile(r"\b(?:per|by|each|every|for each|for every) (day|week|month|quarter|year)\b|\b(dai|week|month|quarter|year)ly\b", re.IGNORECASE)


def by_period(clause: Clause) -> list[Change]:
    """ "Per month": the statistics of before for each month; what cannot be had so is told, and not taken for done."""
    found = PERIOD.search(clause.text)
    named = set(clause.columns("by", "within"))
    if found is None or clause.table.date is None or any(name != clause.table.date for name in named):
        return []
    every = {"dai": "day"}.get((found[1] or found[2]).casefold(), (found[1] or found[2]).casefold())

    def change(reading: Reading) -> Reading:
        spread = tuple(_in_periods(intent, str(clause.table.date), every) for intent in reading.intents)
        periodic = any(intent.option("every") == every or (intent.kind == "chart" and intent.option("date")) for intent in spread)
        lost = () if periodic else (f"{found.group()}: the earlier answer was not given for each {every}",)
        return replace(reading, intents=spread, not_done=(*reading.not_done, *lost))

    return [change]


def _in_periods(intent: Intent, date: str, every: str) -> Intent:
    options = {"date": date, "every": every}
    if intent.kind == "statistics" and intent.columns:
        return replace(intent, kind="resample", columns=intent.columns[:1], by=intent.by[:1], statistics=intent.statistics[:1], options=options)
    if intent.kind == "count":
        return replace(intent, kind="counts", by=intent.by[:1], options={**options, "cyclic": False, "which": ""})
    if intent.option("every") and not intent.option("cyclic"):
        return replace(intent, options={**intent.options, "every": every})
    return intent


SPLITS = re.compile(
    r"\b(?:split|broken down|break (?:it |that |them |this )?down|separate(?:ly|d)?|within(?: each| every)?|(?:for|in) (?:each|every))\b", re.IGNORECASE
)
"""Words that keep the groups of before, and look into each part."""


def in_parts(intent: Intent, names: tuple[str, ...]) -> Intent:
    """The same comparison within each of the parts: "same, split by race"."""
    if intent.kind == "proportions" or names[0] in intent.by:
        return intent
    return replace(intent, options={**intent.options, "within": names[0]})


_SPLIT_TOO = frozenset({"correlate"})


def regrouped(intent: Intent, names: tuple[str, ...], more: bool, aside: frozenset[str]) -> Intent:
    if intent.kind not in GROUPED | COMPARED | _SPLIT_TOO | {"chart", "counts"}:
        return intent
    if intent.kind == "chart" and not intent.by and not intent.columns:
        return intent
    if intent.kind == "proportions" and not more:
        return replace(intent, by=names[:1])
    by = exchanged(intent.by, names, aside) if more or aside & set(intent.by) else names
    options = {key: value for key, value in intent.options.items() if key not in ("after", "within")}
    return replace(intent, by=by, options=options)


_CONNECTS = vocabulary(
    "and now for the same with of instead do it show me please also what about how then but a an in on just only again use look at to that this try using by "
    "per too rather so question one"
)


def only_names(clause: Clause) -> bool:
    """True where the words name columns, a statistic or a chart, and ask for nothing else: "now for weight", not "taking weight into account"."""
    asks = {"stat", "chart", "group", "word", "method"}
    return all(
        item.kind in ("column", "mark", "level") or item.text.casefold() in _CONNECTS or bool(item.kinds.keys() & asks) or item.is_a("verb", "compare", "chart")
        for item in clause.tags
    )


_SET_ASIDE = vocabulary("filter drop_missing fill dedupe convert clean derive scale encode sort recode")
"""Kinds that change the table: an edit of one of these kinds comes before everything else."""


def remeasured(reading: Reading, names: tuple[str, ...], aside: frozenset[str]) -> Reading:
    """The same of another column. Of two that are held against each other the one that is more like it gives way, and the run says which."""
    spoken = {name for intent in reading.intents for name in intent.columns}
    names = tuple(name for name in names if not reading.table[name].looks_like_year) or names
    if (set(names) <= spoken and len(names) == len(spoken)) or any(_is_part(name, reading) for name in names):
        return reading  # "same horsepower and mpg question"
    lines = list[str]()
    intents = tuple(_remeasured(intent, names, aside, reading.table, lines) for intent in reading.intents)
    return replace(reading, intents=merged(intents)).noted(lines)


def _is_part(name: str, reading: Reading) -> bool:
    """True for a column that the measure of before is made of: "the same tip comparison", of tips in percent."""
    made = {str(item.option("name")): set(texts_in(item.option("expression"))) for item in reading.intents if item.kind == "derive"}
    return any(name in made.get(column, ()) for item in reading.intents for column in item.columns if item.kind != "derive")


def _remeasured(intent: Intent, names: tuple[str, ...], aside: frozenset[str], table: Table, lines: list[str]) -> Intent:
    if not intent.columns or intent.kind in _SET_ASIDE:
        return intent
    if aside & set(intent.columns):
        return replace(intent, columns=exchanged(intent.columns, names, aside))
    if len(intent.columns) <= len(names) or intent.kind in ("statistics", "distribution"):
        return replace(intent, columns=names)
    new = [name for name in names if name not in intent.columns]
    columns = list(intent.columns)
    for name in new:
        old = max((column for column in columns if column not in names), key=lambda column: _alike(table, column, name), default="")
        columns = [name if column == old else column for column in columns]
        if old:
            lines.append(f"{name} in the place of {old}")
    return replace(intent, columns=tuple(columns))


def _alike(table: Table, one: str, other: str) -> tuple[bool, int, float]:
    """How alike two columns are: unit, words of their names, range."""
    if one not in table or other not in table:
        return (False, 0, 0.0)
    first, second = table[one], table[other]
    low, high = max(first.low or 0, second.low or 0), min(first.high or 0, second.high or 0)
    widest = max((first.high or 0) - (first.low or 0), (second.high or 0) - (second.low or 0)) or 1
    return (bool(first.unit) and first.unit == second.unit, len(set(first.words) & set(second.words)), max(0.0, (high - low) / widest))


def merged(intents: Iterable[Intent]) -> tuple[Intent, ...]:
    """Equal wishes once: two comparisons that now have the same groups are one."""
    kept: dict[Any, Intent] = {}
    for intent in intents:
        key = (intent.kind, intent.columns, intent.by, intent.statistics, repr(sorted(map(str, intent.where))), repr(sorted(intent.options.items(), key=str)))
        kept.setdefault(key, intent)
    return tuple(kept.values())

"""Wishes for shares and for counts per period: "percentage of rainy days per month", "what share of films pass, by decade", "how many dry days a year".

What stands before the verb says of which rows the share is; what stands behind it, which of them are counted.
"""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.listed import listed_counts
from nb_orchestra.offline.reading.wishes.picking import adds_up, amount_condition, groups, measures, period_of, presence_condition
from nb_orchestra.offline.reading.wishes.wish import Wish, words


def _share(clause: Clause, memory: Memory) -> list[Intent]:
    """Counted rows of all rows (of those that the clause names first), per group or period."""
    by = [name for name in (groups(clause) if clause.columns("by", "within") else []) if name in clause.table]
    side = next(iter(clause.keys("super")), "")
    asked = [name for name in clause.columns("which") if name in clause.table and (clause.table[name].grouping or clause.table[name].looks_like_year)]
    by = by or (asked[:1] if side else [])
    options = {**(period_of(clause, memory, by) or over_time(clause, memory)), **_per(clause), **({"which": side} if side and asked else {})}
    values = [name for name in measures(clause, memory, inherit=False) if name in clause.columns() and name not in by and not clause.table[name].truth]
    levels = [str(item["column"]) for item in clause.conditions if item["op"] in ("==", "in") and memory.table[str(item["column"])].kind == "text"]
    parts = by or levels[:1]
    if values and parts and not _per(clause) and adds_up(memory.table[values[0]]):
        where = tuple(item for item in clause.conditions if item["column"] not in parts)
        return [Intent("part", clause.text, (values[0],), tuple(parts), where=where)]
    of, counted = divided(clause)
    yes = _yes(clause, by) if counted and not memory.slot_words else ()
    if yes and yes[0]["column"] not in [item["column"] for item in clause.conditions]:
        of, counted = (*of, *counted), yes
    listed = tuple(item for item in counted if item["op"] == "in" and item["column"] in by)
    if listed and listed == counted and not options and (each := listed_counts(clause, memory, by, of)):
        return each
    of, counted = (*of, *listed), tuple(item for item in counted if item not in listed)
    there = () if counted else amount_condition(clause, memory) or presence_condition(clause, memory)
    counted = counted or there or _yes(clause, by)
    if counted:
        return (
            [Intent("share", clause.text, (), tuple(by), where=counted, options={**options, "of": of})]
            if by or of or options or there or _rate_of_yes(clause)
            else []
        )
    named = [name for name in clause.columns("target", "which", "pair") if name in clause.table and clause.table[name].grouping and name not in by]
    if not named or options:
        return []
    return [Intent("value_counts", clause.text, (named[0],), tuple(by), where=of)] if by else []


_OVER_TIME = re.compile(r"\bover (?:the )?(?:time|years|months)\b", re.IGNORECASE)


def over_time(clause: Clause, memory: Memory) -> dict[str, Any]:
    """ "The pass rate as a line chart", "… over time": per month, and per year where the dates span many."""
    date = memory.table.by_name.get(memory.table.date or "")
    lines = clause.has("chart", "line", "area") and not clause.columns("by", "within")
    if date is None or not (lines or _OVER_TIME.search(clause.text)) or any(item.is_a("time") for item in clause.tags):
        return {}
    part = "month" if date.kind == "date" and date.years < 5 else "year"
    memory.assume(f"over time: per {part}")
    return {"date": date.name, "part": part, "running": date.kind == "date"}


_PER = re.compile(r"\bper\s+(\d[\d,]*|hundred|thousand|million)\b", re.IGNORECASE)


def _per(clause: Clause) -> dict[str, Any]:
    """ "per 1,000 patients": the share in thousandths."""
    found = _PER.search(clause.text)
    if found is None:
        return {}
    said = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}.get(found.group(1).casefold()) or int(found.group(1).replace(",", ""))
    return {"per": said} if said > 1 else {}


def _yes(clause: Clause, by: list[str]) -> tuple[Condition, ...]:
    """A column of yes and no counts its yes."""
    column = next((name for name in clause.columns() if name in clause.table and clause.table[name].truth and name not in by), None)
    return ({"column": column, "op": "==", "value": clause.table[column].yes},) if column is not None else ()


_DIVIDES = re.compile(r"(?<!who )(?<!that )(?<!which )\b(?:is|are|was|were|has|have|had|do|does|did)\b", re.IGNORECASE)


_AMONG = re.compile(r"\b(?:among|amongst|out of)\b", re.IGNORECASE)
_RELATIVES = re.compile(r"\b(?:that|who|which)\b", re.IGNORECASE)


def _levels_in_front(placed: list[tuple[Condition, int]]) -> set[str]:
    """ "The percentage of Gentoo that weigh at least 5 kg", "… of Gentoo above 5 kg": values in front of the first amount say of which rows."""
    amounts = [start for condition, start in placed if condition["op"] in (">", "<", ">=", "<=", "between")]
    return {condition["column"] for condition, start in placed if amounts and condition["op"] in ("==", "in") and start < min(amounts)}


def _levels_of(clause: Clause, placed: list[tuple[Condition, int]]) -> set[str]:
    """ "The percentage of males among Adelie": of those behind. "What percent of Adelies live on Torgersen": of those in front of a verb that nobody knows."""
    among = _AMONG.search(clause.text)
    if among is not None:
        behind = {condition["column"] for condition, start in placed if start >= among.end() - 1}
        return behind if len(behind) < len({condition["column"] for condition, _ in placed}) else set()
    words = [tag.start - clause.tags[0].start for tag in clause.tags if tag.kind == "unknown" and tag.text.isalpha()]
    parts = [({condition["column"] for condition, start in placed if start < word}, {c["column"] for c, start in placed if start > word}) for word in words]
    return next((front for front, behind in parts if front and behind and not front & behind), set())


def divided(clause: Clause) -> tuple[tuple[Condition, ...], tuple[Condition, ...]]:
    """Of which rows, and which are counted: those in front of the verb, and those behind it. Restrictions in time are always of the first kind."""
    placed = list(zip(clause.conditions, clause.starts, strict=True))
    ends = [found for found in _DIVIDES.finditer(clause.text, 4) if any(start >= found.start() - 1 for _, start in placed)] or list(
        _DIVIDES.finditer(clause.text, 4)
    )
    verb = ends[0] if ends else None
    relatives = [found for found in _RELATIVES.finditer(clause.text) if verb is None or found.start() > verb.start()]
    if verb is None and relatives and any(start < relatives[-1].start() for condition, start in placed if condition["column"] != clause.table.date):
        verb = relatives[-1]
    behind = {condition["column"] for condition, start in placed if verb and start >= verb.start() - 1 and condition["column"] != clause.table.date}
    truth = any(tag.kind == "column" and clause.table[tag.value].truth and verb and tag.start - clause.tags[0].start > verb.start() for tag in clause.tags)
    first = {condition["column"] for condition, _ in placed} - behind if behind or truth else set()
    undated = [pair for pair in placed if pair[0]["column"] != clause.table.date]
    first = first or _levels_in_front(undated) or _levels_of(clause, undated)
    of = tuple(condition for condition in clause.conditions if condition["column"] in first or condition["column"] == clause.table.date)
    return of, tuple(condition for condition in clause.conditions if condition not in of)


def _counts_per_period(clause: Clause, memory: Memory) -> list[Intent]:
    """ "How many rainy days per year": rows of each period, those that the clause names."""
    by = [name for name in (groups(clause) if clause.columns("by", "within") else []) if name in clause.table]
    options = period_of(clause, memory, by)
    if not options:
        return []
    times = tuple(item for item in clause.conditions if item["column"] == memory.table.date)
    counted = tuple(item for item in clause.conditions if item not in times) or amount_condition(clause, memory) or presence_condition(clause, memory)
    return [Intent("count", clause.text, (), tuple(by), where=counted, options={**options, "of": times})] if counted or times else []


def _asks_share(clause: Clause, memory: Memory) -> bool:
    rate = bool(_per(clause)) and not any(name in memory.made for name in clause.columns())
    return (
        not memory.slot_words
        and not clause.has("cmp", "missing")
        and (rate or clause.has("verb", "percent_of") or clause.has("verb", "share_of") or clause.has("stat", "share") or _rate_of_yes(clause))
    )


def _rate_of_yes(clause: Clause) -> bool:
    """ "The responder rate": the share of yes."""
    pairs = zip(clause.tags, clause.tags[1:], strict=False)
    return any(tag.kind == "column" and tag.value in clause.table and clause.table[tag.value].truth and after.text.casefold() == "rate" for tag, after in pairs)


SHARING = (
    Wish(
        "share",
        _share,
        takes=words("share_of count rows stat statistics value_counts resample pattern peak trend seasonal compare distribution extreme plain"),
        when=_asks_share,
    ),
    Wish(
        "count_per_period",
        _counts_per_period,
        words("count"),
        takes=words("count rows stat statistics value_counts resample pattern peak trend compare plain"),
        when=lambda clause, memory: not memory.slot_words and not clause.has("cmp", "missing"),
    ),
)

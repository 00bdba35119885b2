"""Wishes for numbers of one table: statistics by group, counts, shares, extremes, rankings, outliers, normality."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.counting import asked_of, count_wish, first_few, having
from nb_orchestra.offline.reading.wishes.firsts import ends_of_dates, names_one_row
from nb_orchestra.offline.reading.wishes.missing import EACH_COLUMN, of_rows
from nb_orchestra.offline.reading.wishes.outlying import outliers_wish
from nb_orchestra.offline.reading.wishes.picking import (
    STATISTICS,
    adds_up,
    amount_condition,
    both_ends,
    called_so_themselves,
    fitting,
    groups,
    measures,
    numbers_after,
    period_of,
    pointed_measure,
    repeats,
    shadowed_column,
    statistics_of_each,
)
from nb_orchestra.offline.reading.wishes.ranking import (
    among_first,
    among_first_wish,
    best_of_each_wish,
    of_each,
    overall_measure,
    place_wish,
    placed,
    rank_wish,
    ranked,
)
from nb_orchestra.offline.reading.wishes.spans import asks_several, several_first
from nb_orchestra.offline.reading.wishes.things import SOLD
from nb_orchestra.offline.reading.wishes.wish import Wish, words


def _normality(clause: Clause, memory: Memory) -> list[Intent]:
    columns = measures(clause, memory)
    tests = ("shapiro", "ks", "dagostino", "anderson", "jarque_bera")
    test = next((key for key in clause.keys("method") if key in tests), "")
    if not columns:
        return []
    by = [name for name in groups(clause) if clause.columns("by", "within")]
    statistics = tuple(key for key in clause.keys("stat") if key in ("skew", "kurtosis"))
    return [Intent("normality", clause.text, tuple(columns), tuple(by[:1]), statistics, clause.conditions, {"test": test})]


def _distribution(clause: Clause, memory: Memory) -> list[Intent]:
    columns = measures(clause, memory)
    if columns and not clause.keys("stat"):
        return [Intent("distribution", clause.text, tuple(columns), tuple(groups(clause)[:1]), where=clause.conditions)]
    named = [name for name in clause.columns() if name in clause.table]
    return [Intent("value_counts", clause.text, tuple(named[:1]), where=clause.conditions)] if named and not columns else []


def _extreme(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Which country has the highest average …", "the storm with the highest category"."""
    side = next(iter(clause.keys("super")), "")
    statistic = next((key for key in clause.keys("stat") if key in STATISTICS or key == "n"), "")
    asked = asked_of(clause, memory, statistic)
    by = asked[:1]
    if ready := ends_of_dates(clause, memory, side) or overall_measure(clause, memory, by, side, tuple(asked)):
        return ready
    values = _after_super(clause) or [name for name in measures(clause, memory, inherit=bool(by and statistic)) if name not in by]
    if values and all(clause.table[name].looks_like_year for name in values) and any({"point", "super"} <= tag.kinds.keys() for tag in clause.tags):
        values = [name for name in [pointed_measure(clause, memory)] if name] or values
    if not by and statistic and clause.question:
        earlier = next((intent for intent in reversed(memory.intents) if intent.by and statistic in intent.statistics), None)
        by = list(earlier.by[:1]) if earlier is not None else []
        values = values or list(earlier.columns[:1] if earlier is not None else ())
    own = values and statistic in ("", "max", "min") and _each(clause, values[0])
    if not side or not (clause.question or asked or own or (names_one_row(clause) and not memory.slot_words)) or both_ends(clause):
        return []
    spoken = [name for name in clause.columns() if name in clause.table and name not in by]
    gaps = [name for name in spoken if clause.table[name].missing] or spoken
    if clause.has("cmp", "missing") and by and gaps and not memory.slot_words:
        where: tuple[Condition, ...] = ({"column": gaps[0], "op": "missing"},)  # "which sensor has the most missing humidity"
        return [Intent("share", clause.text, (), tuple(by), where=where, options={"which": side, "of": clause.conditions})]
    most = any(tag.text.casefold() in ("most", "least", "fewest", "more", "largest number", "biggest") for tag in clause.tags if "super" in tag.kinds)
    if not values and by:
        return [] if not most else [Intent("most_common", clause.text, (by[0],), where=clause.conditions, options={"which": side})]
    if not values:
        return []
    each = _each(clause, values[0])
    if each and statistic in ("", "max", "min") and not clause.columns("which"):
        return [Intent("statistics", clause.text, (values[0],), tuple(each), (side,), clause.conditions)]
    options = {"which": side, "asked": tuple(asked) or tuple(name for name in clause.columns() if name != values[0])}
    statistic = statistic or _usual(clause, memory, by, values[0])
    if by and statistic and (several := several_first(clause, memory, by, side)):
        return [Intent("group_rank", clause.text, (values[0],), tuple(by), (statistic,), clause.conditions, several)]
    if by and statistic and statistic not in ("max", "min"):
        return [Intent("group_extreme", clause.text, (values[0],), tuple(by), (statistic,), clause.conditions, options)]
    if not by and (first := asks_several(clause, memory, side)):
        return [Intent("rank", clause.text, (values[0],), where=clause.conditions, options=first)]
    return [Intent("extreme", clause.text, (values[0],), tuple(by), where=clause.conditions, options=options)]


_ON_SUCH_DAYS = re.compile(r"\b(?:on|of|for|in|during)\s+(?:the\s+)?(?:rainy|wet|dry|rainless|windy|calm)\s+\w+", re.IGNORECASE)


def _each(clause: Clause, value: str) -> list[str]:
    """ "The highest … by species", "in each region": groups, each with an extreme of its own."""
    found = [clause.table[name] for name in clause.columns("by", "within") if name in clause.table and name != value]
    return [item.name for item in found if item.kind != "number" or item.grouping or item.looks_like_year or item.distinct <= 12]  # the months of a year


def _usual(clause: Clause, memory: Memory, by: list[str], value: str) -> str:
    """ "Which region has the highest revenue": its total, and of what does not add up its mean; nothing where each row is its own."""
    if not by or memory.slot_words or not (repeats(clause.table[by[0]]) or (clause.table[by[0]].kind == "number" and clause.table[by[0]].grouping)):
        return ""
    which = by[0] in clause.columns("which") and (clause.table[by[0]].distinct <= 50 or clause.table[by[0]].kind == "date")
    if not which and not (clause.question and _called_so(clause, by[0])):
        return ""
    most = memory.table[by[0]].kind == "date" and any(tag.text.casefold() in ("most", "fewest", "least") for tag in clause.tags)
    usual = "sum" if most or adds_up(memory.table[value]) else "mean"
    memory.known |= SOLD if usual == "sum" else frozenset()
    memory.assume(f"{value} per {by[0]}: {usual}")
    return usual


def _called_so(clause: Clause, name: str) -> bool:
    """ "Who is the worst student": the thing itself is the worst, not one of its rows."""
    pairs = zip(clause.tags, clause.tags[1:], strict=False)
    return any({"super", "point"} <= most.kinds.keys() and tag.kind == "column" and tag.value == name for most, tag in pairs)


def _after_super(clause: Clause) -> list[str]:
    """The numeric column nearest behind "highest"."""
    start = next((n for n, tag in enumerate(clause.tags) if "super" in tag.kinds), None)
    if start is None:
        return []
    for tag in clause.tags[start:]:
        if tag.kind == "column" and tag.value in clause.table and clause.table[tag.value].kind == "number":
            pointed = "point" in clause.tags[start].kinds and clause.table[tag.value].looks_like_year  # "the hottest year": of its heat
            return [] if pointed else [fitting(tag, clause.tags[start].kinds.get("point", ""), clause.table)]
    return []


def _statistics(clause: Clause, memory: Memory) -> list[Intent]:
    keys = tuple(key for key in clause.keys("stat") if key in STATISTICS)
    shadowed = shadowed_column(clause)
    if shadowed is not None:
        keys = tuple(key for key in keys if key != shadowed.kinds["stat"])
    if both_ends(clause):
        keys = ("range",)
    if clause.has("stat", "quantile") and not keys:
        keys = ("quantile",)
    if clause.has("stat", "describe"):
        keys = keys or ("describe",)
    keys = keys or called_so_themselves(clause)
    if not keys:
        return []
    values = measures(clause, memory)
    by = [name for name in groups(clause) if name not in values] or _held_against(clause)
    if not values:
        texts = [name for name in clause.columns("target", "pair", "which") if name in clause.table]
        if texts and keys == ("mode",) and not memory.slot_words:
            return [Intent("most_common", clause.text, (texts[0],), where=clause.conditions, options=first_few(clause))]
        values = texts[:1] if texts and set(keys) <= {"distinct", "mode"} else []
        by = [name for name in by if name not in values]
    if not values:
        return []
    quantile = numbers_after(clause, "percentile", "percentiles", "quantile", "quantiles")
    options: dict[str, Any] = {"q": quantile} if quantile else {}
    numbered = memory.table.date is not None and memory.table[memory.table.date].kind != "date"
    cyclic = bool(by) and clause.has("time", "weekday", "hour")
    options |= period_of(clause, memory, by) if (numbered or cyclic) and not quantile and not memory.slot_words else {}
    amount = () if memory.slot_words or not _ON_SUCH_DAYS.search(clause.text) else amount_condition(clause, memory)
    where = (*clause.conditions, *(item for item in amount if item["column"] not in [one["column"] for one in clause.conditions]))
    each = {} if memory.slot_words or shadowed is not None else statistics_of_each(clause, values)
    if each and not by:
        return [Intent("statistics", clause.text, (name,), (), tuple(own), where, options) for name, own in each.items()]
    options |= {"each": each} if each else {}
    made = Intent("statistics", clause.text, tuple(values), tuple(by), keys, where, {**options, **having(clause.text)})
    if clause.together in by:
        return [made, replace(made, by=tuple(name for name in by if name != clause.together))]
    return [made]


def _held_against(clause: Clause) -> list[str]:
    """ "the mean of online versus store orders": each of them, not both together."""
    if not re.search(r"\b(?:versus|vs|against|compared|respectively|each)\b", clause.text, re.IGNORECASE):
        return []
    return [condition["column"] for condition in clause.conditions if condition["op"] == "in" and len(condition["value"]) >= 2][:1]


MEASURING = (
    Wish("outliers", outliers_wish, words("outlier"), takes=words("outlier distribution drop count normality keep extreme rank chart trend")),
    Wish(
        "normality",
        _normality,
        words("normality"),
        methods=words("shapiro ks dagostino anderson jarque_bera"),
        takes=words("normality distribution stat count"),
    ),
    Wish("place", place_wish, takes=words("rank sort count super extreme statistics stat filter"), when=placed),
    Wish("best_of_each", best_of_each_wish, takes=words("rank sort count super extreme statistics stat rows"), when=of_each),
    Wish("among_first", among_first_wish, takes=words("rank sort count super extreme statistics resample pattern rows"), when=among_first, ends=True),
    Wish("rank", rank_wish, takes=words("rank sort count super extreme statistics resample pattern"), when=ranked),
    Wish("extreme", _extreme, takes=words("count stat super"), when=lambda clause, memory: clause.has("super")),
    Wish("statistics", _statistics, stats=True, takes=words("describe count stat distribution")),
    Wish("count", count_wish, words("count value_counts share_of dedupe"), takes=words("count value_counts distribution dedupe")),
    Wish("rows", count_wish, takes=words("count"), when=lambda clause, memory: clause.has("stat", "n") and not clause.has("super") and not memory.slot_words),
    Wish(
        "missing",
        count_wish,
        takes=words("count"),
        when=lambda clause, memory: (
            clause.has("cmp", "missing")
            and (
                clause.has("stat", "share", "n")
                or (bool(clause.columns("by")) and not clause.verbs)
                or clause.question
                or bool(EACH_COLUMN.search(clause.text))
                or of_rows(clause)
            )
        ),
    ),
    Wish("distribution", _distribution, words("distribution describe"), takes=words("distribution describe")),
)

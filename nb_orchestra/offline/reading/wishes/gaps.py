"""Wishes for how far two groups are apart: "how many more men than women", "how much heavier are males, for each species", "by how much do A and B differ"."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.picking import adds_up, amount_condition, measures
from nb_orchestra.offline.reading.wishes.ranking import statistic_named
from nb_orchestra.offline.reading.wishes.wish import Wish

_FEWER = re.compile(r"\b(?:fewer|less|lower|smaller|shorter|lighter|younger|cheaper|worse|colder|cooler|faster|quicker|later)\b", re.IGNORECASE)
_HOW_MANY_MORE = re.compile(r"\bhow many (?:more|fewer|less)\b", re.IGNORECASE)
_BY_HOW_MUCH = re.compile(
    r"\bby how (?:much|many)\b|\bhow much\b|\bhow many \w+ (?:heavier|lighter|longer|shorter|more|less|older|younger|taller|higher|lower)\b", re.IGNORECASE
)


_BETWEEN = re.compile(r"\b(?:gap|difference)\b.*\bbetween\b", re.IGNORECASE)
_HOW_FAR = re.compile(r"\bhow far (?:behind|ahead of|ahead|above|below|apart|is \w+ (?:behind|ahead|above|below|from))\b", re.IGNORECASE)
_TESTED = re.compile(r"\bsignifican\w*|\btest\w*|\bp.value", re.IGNORECASE)


_RATIO = re.compile(
    r"\bdivided by\b|\bratios?\b|\bas (?:a |an )?(?:multiple|share|fraction|percent\w*) of\b|\btimes (?:as|more|higher|larger|bigger)\b|\brelative to\b",
    re.IGNORECASE,
)
_BY_GAP = re.compile(
    r"\b(?P<side>largest|biggest|widest|greatest|highest|smallest|narrowest|lowest) (?:gaps?|differences?)(?: first)?\b"
    r"|\b(?:sort|order|rank)(?:ed)? by (?:the )?(?:gap|difference)\b"
    r"|,? (?:and |with )(?:the |their )?(?:gap|difference)(?: between (?:them|the two|both))?\W*\Z",
    re.IGNORECASE,
)


def _sides(clause: Clause, memory: Memory) -> tuple[str, str, str] | None:
    """The column, and its two values that are held against each other, the one spoken of first in front."""
    for condition in clause.conditions:
        column = memory.table.by_name.get(str(condition["column"]))
        if condition["op"] == "in" and column is not None and column.kind in ("text", "boolean") and len(condition["value"]) == 2:
            first, second = condition["value"]
            return column.name, first, second
    return None


def _others(clause: Clause, column: str) -> list[str]:
    named = [name for name in clause.columns("by", "within") if name in clause.table and name != column]
    return [name for name in named if clause.table[name].kind != "number" or clause.table[name].looks_like_year]


def _period(clause: Clause, memory: Memory) -> list[str]:
    """ "Per month", "over the years": the part of the date, made where it is no column."""
    date = memory.table.by_name.get(memory.table.date or "")
    every = next((key for key in clause.keys("time") if key in ("day", "week", "month", "quarter", "year")), "")
    every = every or ("year" if re.search(r"\b(?:over|across|through) (?:the |all )*(?:years|time)\b", clause.text, re.IGNORECASE) else "")
    if date is None or not every:
        return []
    if date.kind != "date":
        return [date.name] if every == "year" else []
    name = every if every not in memory.table else f"{every}_of_{date.name}"
    memory.made[name] = {"op": "year" if every == "year" else f"{every}_start", "args": [{"column": date.name}]}
    memory.table = memory.table.with_column(name, "number" if every == "year" else "date")
    memory.learn(Intent("derive", clause.text, options={"name": name, "expression": memory.made[name]}))
    return [name]


def _ratio(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Population of India divided by that of Pakistan in each year": the first value's statistic ÷ the second's."""
    found, values = _sides(clause, memory), [name for name in measures(clause, memory, inherit=False) if not memory.table[name].looks_like_year]
    if found is None or not values:
        return []
    column, first, second = found
    within = (_others(clause, column) or _period(clause, memory))[:1]
    statistic = statistic_named(clause) or ("sum" if adds_up(memory.table[values[0]]) else "mean")
    memory.assume(f"ratio: {statistic} {values[0]} of {first} ÷ that of {second}")
    memory.known |= {"multiple", "ratio", "divided", "times"}
    return [Intent("gap", clause.text, (values[0],), (column, *within), (statistic,), clause.conditions, {"first": first, "second": second, "ratio": True})]


def _asks_ratio(clause: Clause, memory: Memory) -> bool:
    return not memory.slot_words and _RATIO.search(clause.text) is not None and _sides(clause, memory) is not None


def _by_gap(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Mean mark by subject, girls vs boys, largest gap first": both groups beside each other, in the order of how far they are apart."""
    found, said = _sides(clause, memory) or _two_of_a_group(clause), _BY_GAP.search(clause.text)
    values = [name for name in measures(clause, memory, inherit=False) if not memory.table[name].looks_like_year]
    within = [] if found is None else _others(clause, found[0])
    if found is None or said is None or not values or not within:
        return []
    column, first, second = found
    memory.known |= {tag.text.casefold() for tag in clause.tags if tag.text.casefold() in ("gap", "gaps", "difference", "first")}
    side = (said["side"] or "").casefold()
    options = {"first": first, "second": second, "order": "ascending" if side in ("smallest", "narrowest", "lowest") else "descending"}
    statistic = statistic_named(clause) or ("sum" if adds_up(memory.table[values[0]]) else "mean")
    return [Intent("gap", clause.text, (values[0],), (column, within[0]), (statistic,), clause.conditions, options)]


def _two_of_a_group(clause: Clause) -> tuple[str, str, str] | None:
    """ "With and without a balcony": the two values of a category that is grouped by."""
    columns = [clause.table[name] for name in clause.columns() if name in clause.table]
    pair = next((column for column in columns if column.kind in ("text", "boolean") and column.distinct == 2 and len(column.levels) == 2), None)
    return None if pair is None else (pair.name, *((pair.yes, pair.no) if pair.truth else pair.levels))


def _asks_by_gap(clause: Clause, memory: Memory) -> bool:
    return not memory.slot_words and _BY_GAP.search(clause.text) is not None and not _TESTED.search(clause.text)


def _gap(clause: Clause, memory: Memory) -> list[Intent]:
    """The two values' counts or statistics, and the difference of the first and the second."""
    found = _sides(clause, memory)
    if found is None:
        return []
    column, first, second = found
    counted = _HOW_MANY_MORE.search(clause.text) is not None and not (statistic_named(clause) or _of_a_measure(clause, memory))
    values = [] if counted else measures(clause, memory, inherit=False)
    within = _others(clause, column)
    if not counted and (not values or (not within and not statistic_named(clause) and _HOW_FAR.search(clause.text) is None)):
        return []  # a plain comparison says by how much they differ, and whether that may be chance
    amount = () if any("point" in tag.kinds and "super" not in tag.kinds for tag in clause.tags) and values else amount_condition(clause, memory)
    where = (*clause.conditions, *(item for item in amount if item["column"] not in [one["column"] for one in clause.conditions]))
    statistic = statistic_named(clause) or "mean"
    memory.known |= {"far", "behind", "ahead", "apart"} if _HOW_FAR.search(clause.text) else set()
    options = {"first": first, "second": second, "less": _FEWER.search(clause.text) is not None}
    return [Intent("gap", clause.text, tuple(values[:1]), (column, *within[:1]), ("n" if counted else statistic,), where, options)]


def _of_a_measure(clause: Clause, memory: Memory) -> bool:
    return bool(measures(clause, memory, inherit=False))


def _asks_gap(clause: Clause, memory: Memory) -> bool:
    asked = _HOW_MANY_MORE.search(clause.text) is not None or _BY_HOW_MUCH.search(clause.text) is not None
    if not memory.slot_words and _BETWEEN.search(clause.text) is not None and clause.columns("by", "within") and not _TESTED.search(clause.text):
        return _sides(clause, memory) is not None
    if not memory.slot_words and _HOW_FAR.search(clause.text) is not None:
        return _sides(clause, memory) is not None
    return not memory.slot_words and asked and re.search(r"\bthan\b|\bdiffer\w*\b|\bcompared\b", clause.text, re.IGNORECASE) is not None


GAPS = (
    Wish("ratio_of_two", _ratio, when=_asks_ratio, ends=True),
    Wish("by_gap", _by_gap, when=_asks_by_gap, ends=True),
    Wish(
        "gap",
        _gap,
        when=_asks_gap,
        ends=True,
    ),
)

"""Wishes for how far one thing is from the leader or from a mean: "how far behind the fastest is each runner", "how much more than average does A earn"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.picking import both_ends, measures, numbers, pointed_measure
from nb_orchestra.offline.reading.wishes.wish import Wish

_FAR = re.compile(
    r"\bhow (?:far|much)\b.*\b(?:behind|from|below|above|off|than|under|over)\b|\b(?:gap|distance|difference|deficit|lag)s?\b.*\b(?:to|from|between|behind)\b",
    re.IGNORECASE,
)
_MEAN = re.compile(r"\b(?:(?:their|its|his|her|the|own) )*(?:(?P<of>\w+?)(?:['’]s)? )?(?P<stat>average|mean|median)\b", re.IGNORECASE)
_OF_TIME = vocabulary("time duration pace lap finish")


def _distance(clause: Clause, memory: Memory) -> list[Intent]:
    """The measure, what it is held against, and their difference: of the rows that are named, of each row where none is."""
    spoken = measures(clause, memory, inherit=False) or numbers(clause)
    values = [name for name in spoken if not memory.table[name].looks_like_year]
    value = values[0] if values else pointed_measure(clause, memory)
    reference = _reference(clause, memory, value) if value else None
    if value is None or reference is None:
        return []
    statistic, group = reference
    named = [item for item in clause.conditions if _of_one(item, memory, group)]
    others = tuple(item for item in clause.conditions if item not in named and not isinstance(item.get("value"), Mapping))
    if named and not others and any(memory.table[str(item["column"])].distinct <= 0.9 * memory.table.rows for item in named):
        return []  # a category of many rows has no one number
    memory.known |= {"far", "behind", "leader", "winner", "off", "gap", "distance"} | {
        tag.text.casefold() for tag in clause.tags if tag.kind == "unknown" and tag.text.casefold() in _VERBS
    }
    memory.assume(f"gap: {value} − the {_SAID[statistic]} of {'its own ' + group if group else 'all rows'}")
    options = {"named": tuple(named), "group": group, "statistic": statistic}
    each = [name for name in clause.columns("by") if name in clause.table and name not in (group, value)]
    return [Intent("distance", clause.text, (value,), tuple(name for name in (group, *each) if name), (statistic,), others, options)]


_VERBS = vocabulary("earn earns score scores weigh weighs cost costs run runs make makes pay pays sell sells has have")
_SAID = {"mean": "mean", "median": "median", "max": "highest", "min": "lowest"}


def _of_one(item: Condition, memory: Memory, group: str) -> bool:
    column = memory.table[str(item["column"])]
    return item["op"] in ("==", "in") and column.kind == "text" and column.name != group


def _reference(clause: Clause, memory: Memory, value: str) -> tuple[str, str] | None:
    """The statistic that the measure is held against, and the group that it is of."""
    lead, mean = _lead(clause), _MEAN.search(clause.text)
    if not lead and mean is None:
        return None
    if not lead and mean is not None:
        named = [tag for tag in clause.tags if tag.kind == "column" and memory.table[str(tag.value)].grouping and memory.table[str(tag.value)].kind == "text"]
        word = lemma(mean["of"] or "")
        beside = [
            tag for tag in named if lemma(tag.text) == word or f"{mean['stat'].casefold()} of" in clause.text.casefold() or "within" in clause.text.casefold()
        ]
        return ("median" if mean["stat"].casefold() == "median" else "mean"), (str(beside[0].value) if beside else "")
    within = [name for name in clause.columns("by", "within") if name in clause.table and clause.table[name].kind == "text" and clause.table[name].grouping]
    timed = lead in ("leader", "first") and bool(_OF_TIME & set(memory.table[value].words))
    return ("min" if lead == "min" or timed else "max"), (within[0] if within else "")


def _lead(clause: Clause) -> str:
    """min or max of a superlative, "leader" where only the first is named, "" where neither is."""
    side = next((tag.kinds["super"] for tag in clause.tags if "super" in tag.kinds and not tag.is_a("cmp")), "")
    return side or ("leader" if re.search(r"\b(?:leader|winner|first)\b", clause.text, re.IGNORECASE) else "")


def _asks(clause: Clause, memory: Memory) -> bool:
    referred = _MEAN.search(clause.text) is not None or bool(_lead(clause))
    one = any(item["op"] == "==" and memory.table[str(item["column"])].kind == "text" for item in clause.conditions) or re.search(
        r"\b(?:each|every|all)\b", clause.text, re.IGNORECASE
    )
    apart = not both_ends(clause) and not any(item["op"] == "in" for item in clause.conditions)
    return not memory.slot_words and _FAR.search(clause.text) is not None and referred and bool(one) and apart and not clause.has("stat", "sum", "n")


DISTANCE = (Wish("distance", _distance, when=_asks, ends=True),)

"""Groups that are held against each other by name: the arms of a trial ("did the drug raise it"), one person or another ("who paid more, A or B")."""

from __future__ import annotations

import re
from dataclasses import replace

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.language.synonyms import DOINGS
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tables import Column
from nb_orchestra.offline.reading.wishes.again import named_test
from nb_orchestra.offline.reading.wishes.picking import adds_up, measures
from nb_orchestra.offline.reading.wishes.wish import Wish, words


def tested(value: str, by: str, clause: Clause, where: tuple[Condition, ...], memory: Memory) -> Intent:
    """The test of one group: of means, or of shares where the outcome is yes or no."""
    if memory.table[value].truth:
        return Intent("proportions", clause.text, (value,), (by,), where=where)
    return Intent("compare", clause.text, (value,), (by,), where=where, options={"test": named_test(clause)})


RAISES = re.compile(
    r"\b(?:do|does|did|has|have|can) (?:\w+ ){1,5}?(?:raise|increase|improve|reduce|decrease|lower|boost|lift|cut|affect|influence|change|"
    r"help|hurt|shorten|lengthen|"
    r"slow|speed up|lead to|make a difference)d?\b"
    r"|\b(?:raised|increased|improved|reduced|decreased|lowered|boosted|lifted|affected|influenced|shortened|lengthened)\b",
    re.IGNORECASE,
)
_ARMS = frozenset({"arm", "group", "variant", "treatment", "treat", "trt", "condition", "drug", "version", "cohort", "intervention", "dose", "test"})
_PLAIN_ARMS = frozenset({"control", "placebo", "untreated", "none", "baseline", "a"})


def _of_arms(column: Column) -> bool:
    """True for the groups of a trial: what one of them raises it raises against the others."""
    return bool(_ARMS & set(column.words)) or any(str(level).casefold() in _PLAIN_ARMS for level in column.levels)


def _arm(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Did the treatment increase revenue": the arm that is named (or all of them, by their column) and what it raised."""
    named = [item for item in clause.conditions if item["op"] == "==" and _of_arms(memory.table[str(item["column"])])]
    columns = [name for name in clause.columns() if name in clause.table and clause.table[name].kind in ("text", "boolean") and _of_arms(clause.table[name])]
    values = measures(clause, memory, inherit=False)
    if not values or len({*(str(item["column"]) for item in named), *columns}) != 1:
        return []
    column = columns[0] if columns else str(named[0]["column"])
    where = tuple(item for item in clause.conditions if item not in named)
    raises = RAISES.search(clause.text)
    memory.known |= set(re.findall(r"\w+", raises.group().casefold())) if raises else set()
    return [tested(values[0], column, clause, where, memory)]


def _asks_of_arm(clause: Clause, memory: Memory) -> bool:
    return clause.question and not memory.slot_words and RAISES.search(clause.text) is not None and not clause.keys("stat") and not clause.numbers


def _either(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Who paid more, Anna or Ben": the totals (of amounts that add up) or means of the values that are named."""
    held = next((item for item in clause.conditions if item["op"] == "in" and len(item["value"]) >= 2), None)
    if held is None:
        return []
    column = str(held["column"])
    doing = next((word for word in re.findall(r"\w+", clause.text.casefold()) if word in DOINGS), "")
    others = replace(clause, roles=tuple((name, role) for name, role in clause.roles if name != column))
    value = next(iter(measures(others, memory, inherit=False)), None) or (memory.measure_for(DOINGS[doing]) if doing else None)
    if value is None:
        return []
    memory.known |= {doing, "more", "most", "less"}
    if not adds_up(memory.table[value]):
        return [Intent("compare", clause.text, (value,), (column,), where=clause.conditions, options={"test": "auto"})]
    memory.assume(f"{doing or 'more'}: the total of {value}, with the mean of a row beside it")
    return [Intent("statistics", clause.text, (value,), (column,), ("sum", "mean"), clause.conditions)]


_WHO = re.compile(r"\b(?:who|which|what|whose)\b.*\b(?:more|most|less|least|higher|lower|highest|lowest|\w+er)\b.*\bor\b", re.IGNORECASE)


def _asks_either(clause: Clause, memory: Memory) -> bool:
    return not memory.slot_words and _WHO.search(clause.text) is not None and not clause.keys("stat") and not clause.has("verb", "count")


ARMS = (
    Wish(
        "arm",
        _arm,
        takes=words("compare posthoc count distribution extreme rank statistics levels against_rest trend changed yes_or_no"),
        when=_asks_of_arm,
        ends=True,
    ),
)
EITHER = (
    Wish(
        "either",
        _either,
        takes=words("compare posthoc count distribution extreme rank statistics stat super levels yes_or_no against_rest keep filter drop"),
        when=_asks_either,
        ends=True,
    ),
)

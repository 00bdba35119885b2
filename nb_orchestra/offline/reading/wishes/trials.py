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


def shares_and_test(clause: Clause, outcome: str, by: str) -> list[Intent]:
    """ "Are houses in the preferred area more likely to have a driveway": the share of yes in each group, and the test of the two."""
    yes = ({"column": outcome, "op": "==", "value": clause.table[outcome].yes},)
    share = Intent("share", clause.text, (), (by,), where=yes, options={"of": clause.conditions})
    return [share, Intent("proportions", clause.text, (outcome,), (by,), where=clause.conditions)]


_DIFFERS = re.compile(r"\b(?:differ\w*|vary|varies|the same|equal|associated|related|depend\w*)\b", re.IGNORECASE)


def _shares_differ(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Does the share of smokers differ by sex": the share of yes in each group, and their test."""
    by = [name for name in clause.columns("by", "between", "pair") if name in clause.table and clause.table[name].kind in ("text", "boolean")]
    yes = [item for item in clause.conditions if clause.table[str(item["column"])].truth and item["op"] in ("==", "true")]
    named = [name for name in clause.columns() if name in clause.table and clause.table[name].truth and name not in by]
    outcome = str(yes[0]["column"]) if yes else next(iter(named), "")
    if len(by) != 1 or not outcome or outcome == by[0]:
        return []
    memory.known |= {"differ", "different", "share", "percentage", "rate"}
    return shares_and_test(replace(clause, conditions=tuple(item for item in clause.conditions if item not in yes)), outcome, by[0])


def _asks_of_shares(clause: Clause, memory: Memory) -> bool:
    shares = clause.has("verb", "share_of") or clause.has("stat", "share")
    return clause.question and not memory.slot_words and shares and _DIFFERS.search(clause.text) is not None


EITHER = (
    Wish(
        "shares_differ",
        _shares_differ,
        takes=words("drivers explore share share_of count compare proportions stat value_counts keep filter"),
        when=_asks_of_shares,
        ends=True,
    ),
    Wish(
        "either",
        _either,
        takes=words("compare posthoc count distribution extreme rank statistics stat super levels yes_or_no against_rest keep filter drop"),
        when=_asks_either,
        ends=True,
    ),
)

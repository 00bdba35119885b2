"""Wishes with something held constant: "adjusted for ram and speed", "given the temperature"; odds ratios; which of a model's columns matters most."""

from __future__ import annotations

import re
from dataclasses import replace

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tables import Column
from nb_orchestra.offline.reading.wishes.picking import measures
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_ALL = words(
    "compare posthoc proportions count distribution extreme rank statistics stat levels correlate partial matrix regress predict train classify trend "
    "super yes_or_no against_rest from_to drivers explore share share_of keep filter outlier resample pattern create plain aimless"
)
_CAUSE_FIRST = re.compile(
    r"\beffects? of\b|\b(?:affect|influence|impact|predict|drive|raise|increase|reduce|lower)s?\b(?! with\b)"
    r"|\b(?:who|that|which|with) (?:\w+ )?(?:more|less|fewer|higher|lower|longer|\w+er)\b"
    r"|\b(?:more|less|fewer|higher|lower) [\w ]+ (?:have|has|had|get|go with|goes with|mean|means)\b|\bhow does\b",
    re.IGNORECASE,
)


def _sorts(column: Column | None) -> bool:
    return column is not None and not column.identifying and (column.kind in ("text", "boolean") or column.truth)


def _of_levels(clause: Clause) -> tuple[str, tuple[Condition, ...]]:
    """The column whose values are held against each other (or one of them against the rest), and the conditions that are left."""
    held = next((item for item in clause.conditions if item["op"] == "in" and len(item["value"]) == 2), None)
    if held is not None:
        return str(held["column"]), clause.conditions
    named = [item for item in clause.conditions if item["op"] == "==" and _sorts(clause.table.by_name.get(str(item["column"])))]
    if len(named) != 1:
        return "", clause.conditions
    return str(named[0]["column"]), tuple(item for item in clause.conditions if item is not named[0])


def _pair(clause: Clause, memory: Memory) -> tuple[str, str, tuple[Condition, ...]] | None:
    """(outcome, what it may depend on, conditions); None where the clause and the parts before do not say both."""
    controls = clause.columns("control", "weight")
    named = [name for name in clause.columns() if name in clause.table and name not in controls]
    numeric = [name for name in named if clause.table[name].kind == "number" and not clause.table[name].truth]
    numeric = numeric or [name for name in measures(clause, memory, inherit=False) if name not in controls and not clause.table[name].truth]
    sorters = [name for name in named if _sorts(clause.table[name])]
    apart, where = _of_levels(clause)
    before = memory.find("compare", "adjusted", "statistics", "proportions")
    if apart and not sorters:
        sorters = [apart]
    elif apart not in sorters:
        where = clause.conditions
    if numeric and sorters:
        return numeric[0], sorters[0], where
    if len(sorters) == 2 and not numeric:
        return (sorters[1], sorters[0], where) if _CAUSE_FIRST.search(clause.text) else (sorters[0], sorters[1], where)
    if len(numeric) >= 2:
        first, second = numeric[:2]
        return (second, first, where) if _CAUSE_FIRST.search(clause.text) else (first, second, where)
    if before is not None and before.by and before.columns:
        left = tuple(item for item in before.where if str(item["column"]) not in controls)
        return (numeric or list(before.columns))[0], (sorters or list(before.by))[0], left
    return None


def _adjusted(clause: Clause, memory: Memory) -> list[Intent]:
    found, controls = _pair(clause, memory), tuple(clause.columns("control"))
    if found is None or {found[0], found[1]} & set(controls):
        return []
    outcome, factor, where = found
    memory.known |= {"adjusted", "adjusting", "controlling", "account", "constant"}
    return [adjusted(outcome, factor, controls, clause.text, where)]


def adjusted(outcome: str, factor: str, controls: tuple[str, ...], text: str, where: tuple[Condition, ...] = ()) -> Intent:
    return Intent("adjusted", text, (outcome,), (factor,), where=where, options={"given": controls})


_PARTIAL = re.compile(r"\bpartial\b|\bcorrelat|\brelat", re.IGNORECASE)


def _holds_constant(clause: Clause, memory: Memory) -> bool:
    if memory.slot_words or not clause.columns("control") or clause.has("verb", "predict", "regress", "train"):
        return False
    found = _pair(clause, memory)
    if found is None:
        return False
    parts = [clause.table[name] for name in (*found[:2], *clause.columns("control"))]
    numbers = all(column.kind == "number" and not column.truth for column in parts)
    return not (numbers and _PARTIAL.search(clause.text))  # of numbers alone that are to be related the partial correlation says as much


_ODDS = re.compile(r"\bodds\b", re.IGNORECASE)


def _odds(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Odds ratios of event by age and arm": the outcome is the column of yes and no that is named first (or behind "predict")."""
    names = [name for name in clause.columns() if name in clause.table]
    two = [name for name in names if clause.table[name].truth or clause.table[name].distinct == 2]
    apart, where = _of_levels(clause)
    if len(names) < 2 and apart and apart not in names:
        names = [*names, apart]
    else:
        where = clause.conditions
    model = memory.find("train", "regress", "odds")
    if len(names) < 2 and model is not None and len(model.columns) > 1:
        if model.kind != "odds":
            memory.intents.remove(model)
        return [replace(model, kind="odds", clause=clause.text, options={})]
    outcome = next(iter(two), "")
    places = [n for n, tag in enumerate(clause.tags) if tag.kind == "column" and tag.value == outcome]
    own = {str(clause.tags[n + 1].value) for n in places if n + 1 < len(clause.tags) and clause.tags[n + 1].kind == "column"}
    names = [name for name in names if name not in own]  # "low birth weight": of what the outcome is
    features = tuple(name for name in names if name != outcome)
    return [Intent("odds", clause.text, (outcome, *features), where=where)] if outcome and features else []


def _asks_odds(clause: Clause, memory: Memory) -> bool:
    return not memory.slot_words and _ODDS.search(clause.text) is not None


_STRONGEST = re.compile(
    r"\b(?:which|what)\b[^.;?]*\b(?:matters? (?:the )?most|most important|"
    r"(?:strongest|biggest|largest|greatest|most) (?:effect|influence|impact|predictor|weight)|"
    r"(?:is|are) (?:the )?(?:strongest|most influential)|counts? (?:the )?most|weighs? (?:the )?most)\b"
    r"|\bmost important (?:predictor|variable|factor|feature)s?\b",
    re.IGNORECASE,
)


def _weighty(clause: Clause, memory: Memory) -> list[Intent]:
    model = memory.find("regress")
    assert model is not None
    memory.known |= set(re.findall(r"\w+", clause.text.casefold()))
    return [replace(model, clause=clause.text, options={**model.options, "standardise": True})]


def _asks_which_weighs(clause: Clause, memory: Memory) -> bool:
    model = memory.find("regress")
    known = model is not None and len(model.columns) > 2 and set(clause.columns()) <= set(model.columns)
    return known and not memory.slot_words and not clause.conditions and _STRONGEST.search(clause.text) is not None


ADJUSTING = (
    Wish("odds", _odds, takes=_ALL, when=_asks_odds, ends=True),
    Wish("weighty", _weighty, takes=_ALL, when=_asks_which_weighs, ends=True),
    Wish("adjusted", _adjusted, takes=_ALL, when=_holds_constant, ends=True),
)

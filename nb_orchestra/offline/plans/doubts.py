"""Answers that look whole and cannot be: what was dropped is filled, all rows stand for the winner's, a word that tells two slots apart is unused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any

from nb_orchestra.core.references import FromStep, find_references
from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.reading.deriving.formulas import names_in
from nb_orchestra.offline.reading.language.lexicon import PHRASES
from nb_orchestra.offline.reading.language.words import fold, lemma, parts, vocabulary

_STAGES = vocabulary("before after pre post new old original final without with filled cleaned total overall all")
_RESTRICTING = frozenset({"filter_rows", "drop_missing", "remove_outliers", "drop_duplicates", "head", "rank"})


def doubtful(draft: Draft, filled: Sequence[Mapping[str, Any]]) -> str | None:
    """The first reason not to offer the answer; None where there is none."""
    return next(_doubts(draft, filled), None)


def _doubts(draft: Draft, filled: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    steps = {step["id"]: step for step in draft.steps}
    used = {identity for slot in filled for identity in _chain(slot, steps)}
    arguments = [(steps[identity]["params"].get("recipe"), steps[identity]["params"].get("arguments", {})) for identity in steps if identity in used]
    dropped = {name for recipe, own in arguments if recipe == "drop_missing" for name in own.get("columns") or ()}
    for recipe, own in arguments:
        if recipe == "fill_missing" and dropped & set(own.get("columns") or ()):
            yield f"{', '.join(sorted(dropped & set(own['columns'])))}: filled after its gaps were dropped"
        if recipe == "derive" and _half_read(own, draft.reading.question):
            yield f"{own['name']}: its formula was not read whole"
    winners = [slot for slot in filled if slot.get("column") == "mode" or _recipe(slot, steps) in ("extreme", "group_extreme")]
    for slot in filled:
        own = _step(slot, steps).get("params", {}).get("arguments", {})
        if winners and _recipe(slot, steps) == "count_rows" and not own.get("where") and not own.get("by") and not _restricted(slot, steps):
            yield f"answer slot {slot['name']}: all rows are counted, not those of what was found"
    yield from _untold(filled, steps)


_TWO_SIDED = re.compile(r"\b(?:divid\w+|multipl\w+|subtract\w+|minus)\b(?![^.;]*\b(?:by|from|minus) \d)", re.IGNORECASE)


def _half_read(derived: Mapping[str, Any], question: str) -> bool:
    """ "A new feature BMI by dividing the weight … by the square of the height …" of which one column alone came through."""
    said = [sentence for sentence in re.split(r"[.;\n]", question) if str(derived.get("name", "")).casefold() in sentence.casefold()]
    return len(set(names_in(derived.get("expression")))) == 1 and any(_TWO_SIDED.search(sentence) for sentence in said)


def _untold(filled: Sequence[Mapping[str, Any]], steps: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """ "@avg_fare_alone, @avg_fare_family": a word that tells one slot from another must tell its rows or its column."""
    for slot, other in permutations(filled, 2):
        own, beside = parts(str(slot["name"])), parts(str(other["name"]))
        differing = [one for one, two in zip(own, beside, strict=False) if one != two]
        if len(own) != len(beside) or len(differing) != 1 or len(own) < 2 or "table" not in slot or slot.get("where") or _recipe(slot, steps) != "describe":
            continue
        word = differing[0]
        columns = {piece for name in _step(slot, steps)["params"]["arguments"].get("columns", ()) for piece in parts(fold(str(name)))}
        if word.isalpha() and len(word) > 2 and not (word in columns | _STAGES or (lemma(word),) in PHRASES) and not _restricted(slot, steps):
            yield f"answer slot {slot['name']}: no step tells what {word} is"


def _step(slot: Mapping[str, Any], steps: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    table = slot.get("table")
    return steps.get(str(table.get("from", "")), {}) if isinstance(table, Mapping) else {}


def _recipe(slot: Mapping[str, Any], steps: Mapping[str, Mapping[str, Any]]) -> str:
    return str(_step(slot, steps).get("params", {}).get("recipe", ""))


def _chain(slot: Mapping[str, Any], steps: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The steps that a slot stands on."""
    waiting = [ref.step for ref in find_references(slot) if isinstance(ref, FromStep)]
    found: set[str] = set()
    while waiting:
        identity = waiting.pop()
        if identity not in found and identity in steps:
            found.add(identity)
            waiting += [ref.step for ref in find_references(steps[identity]["params"]) if isinstance(ref, FromStep)]
    return found


def _restricted(slot: Mapping[str, Any], steps: Mapping[str, Mapping[str, Any]]) -> bool:
    """True where rows were taken or left out on the way, by a step or by a condition of one."""
    params = [steps[identity]["params"] for identity in _chain(slot, steps)]
    return any(one.get("recipe") in _RESTRICTING or one.get("arguments", {}).get("where") or one.get("arguments", {}).get("by") for one in params)

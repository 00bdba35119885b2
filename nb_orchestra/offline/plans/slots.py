"""Fills an answer format: for each `@slot[...]` the quantity that it asks, and the place in a result where that stands.

Where no step gives the quantity yet, one is added. If one slot stays open, the whole answer is declined.
"""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.core.references import FromStep, find_references
from nb_orchestra.offline.plans.between import unmet_difference
from nb_orchestra.offline.plans.demands import DEMANDS
from nb_orchestra.offline.plans.doubts import doubtful
from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.plans.facts import Fact, facts
from nb_orchestra.offline.plans.fitted import of_model
from nb_orchestra.offline.plans.impossible import impossible
from nb_orchestra.offline.plans.unused import unused
from nb_orchestra.offline.plans.verdicts import verdict
from nb_orchestra.offline.plans.wanted import STATISTICS, Wanted, wanted
from nb_orchestra.offline.plans.winners import lost_winner
from nb_orchestra.offline.reading import Slot
from nb_orchestra.offline.reading.intents import texts_in
from nb_orchestra.offline.reading.language.words import fold, vocabulary
from nb_orchestra.offline.reading.tagging import tag


def fill(draft: Draft) -> bool:
    """Adds the step that writes the answer; False where a slot stays open, which is then said."""
    filled: list[dict[str, Any]] = []
    if draft.reading.unread and not _restated(draft):
        draft.not_done.append(f"{draft.reading.unread[0]}: which rows are meant is not understood, so no part of the answer format is filled")
        return False
    wants = {slot.name: wanted(slot, draft) for slot in draft.reading.slots}
    for slot in draft.reading.slots:
        if _unexplained(wants[slot.name], list(wants.values())):
            draft.not_done.append(f"answer slot {slot.name}: which rows are meant is not understood, so no part of the answer format is filled")
            return False
        place = _place(draft, wants[slot.name])
        if place is None:
            draft.not_done.append(f"answer slot {slot.name}: no step gives what it asks, so no part of the answer format is filled")
            return False
        if place.get("all"):
            place |= {"sorted": found.group(1).casefold()} if place.get("column") == "value" and (found := _SORTED.search(slot.about)) else {}
            place["joined"] = "," if re.search(r"\w,\w", slot.inside) else ", "
        place = _as_fraction(place, slot)
        if any(_place_of(place) == _place_of(other) for other in filled):
            draft.not_done.append(f"answer slot {slot.name}: it cannot be told from another slot, so no part of the answer format is filled")
            return False
        if wants[slot.name].quantity in STATISTICS and _lists(slot) and not place.get("all") and "parts" not in place:
            draft.not_done.append(f"answer slot {slot.name}: it asks for several values, so no part of the answer format is filled")
            return False
        kind = _kind(wants[slot.name], draft)
        filled.append({"name": slot.name, **({"decimals": slot.decimals} if slot.decimals is not None else {}), **({"kind": kind} if kind else {}), **place})
    held = set(texts_in([step["params"] for step in draft.steps]))
    lost = next((str(condition["column"]) for condition in draft.reading.loose if condition["column"] not in held), None)
    if lost is not None:
        draft.not_done.append(f"{lost}: it restricts rows and no step used it, so no part of the answer format is filled")
        return False
    before = draft.copied()
    doubt = doubtful(draft, filled)
    _add(draft, filled)
    missed = doubt or next(iter(impossible(draft.steps)), None) or unused(draft)
    if missed is not None:
        draft.restore(before)
        draft.not_done.append(f"{missed}, so no part of the answer format is filled")
    return missed is None


def _lists(slot: Slot) -> bool:
    """ "@averages[average_a, average_b, average_c]": a name for each value."""
    names = [name.strip() for name in slot.inside.split(",")]
    return len(names) > 1 and all(re.fullmatch(r"[a-z]\w*", name, re.IGNORECASE) for name in names)


def _restated(draft: Draft) -> bool:
    """ "The people who worked … Exclude the rows where hours is 0": the constraints say which rows a relative clause of the question means."""
    question, _, rest = draft.reading.question.partition("\n")
    relative = all(re.match(r"(?:who|that|which|whose)\b", line) and line in question for line in draft.reading.unread)
    stated = [intent for intent in draft.reading.intents if intent.kind == "filter" and intent.where and intent.clause in rest]
    return relative and len(draft.reading.unread) == 1 and len(stated) == 1


_SORTED = re.compile(
    r"\b(?:sorted|ordered|listed|in)\b[^.;]{0,20}?\b(ascending|descending)\b(?: order)?(?! (?:of|by|according|order of|order by)\b)", re.IGNORECASE
)


def _unexplained(want: Wanted, all_of_them: list[Wanted]) -> bool:
    """A slot beside others of the same quantity that name a group, and itself names none that is known."""
    beside = [other for other in all_of_them if other.slot.name != want.slot.name and other.quantity == want.quantity and other.levels]
    return bool(beside) and not want.levels and not want.words & WHOLE


def _kind(want: Wanted, draft: Draft) -> str:
    """What may stand in a slot: a whole number where one is asked that no rounding makes, a word where a string is asked."""
    if want.quantity == "which" or _of_a_name(want, draft):
        return "text"
    if _FRACTION.search(f"{want.slot.inside} {want.slot.about}"):
        return "fraction"
    integer = re.search(r"\b(?:integer|whole number)\b", f"{want.slot.inside} {want.slot.about}", re.IGNORECASE)
    return "whole" if integer and not re.search(r"\bround|\bnearest", want.slot.about) and not set(want.statistics) - _WHOLE_STATISTICS else ""


def _of_a_name(want: Wanted, draft: Draft) -> bool:
    """ "@happiest_region[region1]": the placeholder is the name of a column of text."""
    inside = fold(re.sub(r"[\d_]+$", "", want.slot.inside.strip(" \"'")))
    return any(column.kind == "text" and not column.disguised and fold(column.name) == inside for column in draft.table.columns)


_WHOLE_STATISTICS = vocabulary("n distinct sum min max range mode")

WHOLE = vocabulary("overall total all whole population entire combined")


def _place_of(slot: dict[str, Any]) -> list[Any]:
    return [slot.get(key) for key in ("table", "column", "row", "where", "all", "op", "places", "part", "parts", "rules", "quantities", "verdicts")]


_FRACTION = re.compile(r"\b(?:between|from) 0(?:\.0)? (?:and|to) 1(?:\.0)?\b|\bin (?:the )?(?:range|interval)? ?[\[(]0, ?1[\])]", re.IGNORECASE)


def _as_fraction(place: dict[str, Any], slot: Slot) -> dict[str, Any]:
    """A share in percent as the number between 0 and 1 that is asked for."""
    if not _FRACTION.search(f"{slot.inside} {slot.about}") or place.get("column") not in ("percent", "missing_percent"):
        return place
    return {"op": "/", "places": [place, {"value": 100}]}


def _add(draft: Draft, filled: list[dict[str, Any]]) -> None:
    identity = f"s{len(draft.steps) + 1}"
    draft.steps.append(
        {
            "id": identity, "kind": "code", "name": draft.name("answer"), "purpose": "Write the answer in the asked format",
            "clause": " ".join(f"@{slot.name}[{slot.inside}]" for slot in draft.reading.slots)[:500],
            "params": {"recipe": "fill_answer", "arguments": {"slots": filled}}, "output": {"type": "text"}, "effort": "easy",
        }
    )  # fmt: skip
    _prune(draft, identity)


def _prune(draft: Draft, last: str) -> None:
    """Only the steps that the answer stands on."""
    by_id = {step["id"]: step for step in draft.steps}
    kept: set[str] = set()
    waiting = [last]
    while waiting:
        identity = waiting.pop()
        if identity not in kept:
            kept.add(identity)
            waiting += [ref.step for ref in find_references(by_id[identity]["params"]) if isinstance(ref, FromStep)]
    draft.steps[:] = [step for step in draft.steps if step["id"] in kept]
    draft.products[:] = [product for product in draft.products if product.id in kept]


def _place(draft: Draft, want: Wanted) -> dict[str, Any] | None:
    if want.quantity == "label":
        return verdict(draft, want, lambda quantity: _number(draft, want, quantity))
    return _number(draft, want, want.quantity)


def _number(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    counts = bool(want.levels) and not want.columns and any(intent.kind == "count" for intent in draft.reading.intents)
    counted = quantity == "value" and (counts or _COUNTED.search(want.slot.name.replace("_", " ")))
    for asked in ("n", quantity) if counted else (quantity,):
        for known in (of_model, *DEMANDS.get(asked, ())):
            place = known(draft, want, asked)
            if place is not None:
                return None if unmet_difference(draft, want, place) or lost_winner(draft, want, place) else place
    place = best(draft, want, quantity)
    return None if place is not None and unmet_difference(draft, want, place) else place


_COUNTED = re.compile(r"^(?:total )?(?:number|num|n|count|no) (?:of )?|\bcount$")


def best(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The one fact of that quantity which fits the slot; None where there is none, or where two fit equally well."""
    found = [fact for fact in facts(draft) if fact.quantity == quantity and "all" not in fact.place and "column" in fact.place]
    if not found:
        return None
    scored = sorted(((_fit(fact, want), -position, fact) for position, fact in enumerate(found)), key=lambda item: item[:2], reverse=True)
    scored = [item for item in scored if _same_rows(item[2], want)]
    if not scored:
        return None
    top = scored[0]
    rivals = [item[2] for item in scored[1:] if item[0] == top[0] and item[2].place != top[2].place]
    if rivals and (want.columns or len({fact.recipe for fact in (top[2], *rivals)}) > 1 or len(rivals) > 0):
        return None
    return _as_named(draft, top[2], _at_level(top[2], want))


def _as_named(draft: Draft, fact: Fact, place: dict[str, Any]) -> dict[str, Any] | None:
    """A t or U of two groups is that of the first named minus the second; the step takes the group with the higher mean first.

    None where the goal names no order: the sign would be a guess.
    """
    step: dict[str, Any] = next((step["params"]["arguments"] for step in draft.steps if place.get("table") == {"from": step["id"]}), {})
    if fact.recipe != "compare_groups" or fact.quantity != "statistic" or step.get("test") not in ("t", "welch", "mann_whitney"):
        return place
    named = _named_first(draft, str(step["by"]))
    return {**place, "first": named, "sided": step["test"]} if named is not None else None


def _named_first(draft: Draft, by: str) -> Any:
    """The group that the question names first, else the constraints; None where neither names both."""
    named = [item["value"] for intent in draft.reading.intents for item in intent.where if item["column"] == by and item["op"] == "in"]
    if named and len(named[0]) == 2:
        return named[0][0]
    levels = draft.table[by].levels if by in draft.table else ()
    for text in draft.reading.question.split("\n", 1):
        said = [str(item.value[1]) for item in tag(text, draft.table) if item.kind == "level" and item.value[0] == by]
        if len(set(said)) == 2:
            return said[0]
    return None if len(levels) != 2 else _first_in_slots(draft, by)


def _first_in_slots(draft: Draft, by: str) -> Any:
    """The group whose own slot comes first: "@mean_male, @mean_female"."""
    found = [level for slot in draft.reading.slots for name, level in wanted(slot, draft).levels if name == by]
    return found[0] if len(set(map(str, found))) == 2 else None


def _same_rows(fact: Fact, want: Wanted) -> bool:
    """A slot that names a group takes no number of all rows."""
    named = {name for name, _ in want.levels}
    return not named or named <= {*fact.by, *fact.restricted}


def _at_level(fact: Fact, want: Wanted) -> dict[str, Any]:
    """Of a correlation by group, the row of the group that the slot names."""
    place = dict(fact.place)
    level = next((value for name, value in want.levels if name in fact.by), None)
    if fact.recipe != "correlate" or level is None:
        return place
    place.pop("row", None)
    return {**place, "where": {"group": level}}


def _fit(fact: Fact, want: Wanted) -> float:
    same = len(set(want.columns) & set(fact.columns))
    foreign = len(set(want.columns) - set(fact.columns) - set(fact.by))
    words = set(re.findall(r"[a-z]{4,}", fact.clause.casefold()))
    return 10 * same - 3 * foreign + 0.1 * len(words & want.words)

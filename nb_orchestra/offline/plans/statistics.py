"""The statistic that an answer slot asks for: of its own column or the goal's, of one group, before or after a change."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Ref, estimator
from nb_orchestra.offline.plans.facts import cell, facts
from nb_orchestra.offline.plans.wanted import Wanted, stage_of
from nb_orchestra.offline.reading import Intent
from nb_orchestra.offline.reading.language.words import parts


def statistic_of_slot(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The statistic of the slot's column, else of the column that the goal asks it of."""
    of_groups = _of_group(draft, want, quantity)
    if of_groups is not None:
        return of_groups
    speaks = [intent for intent in draft.reading.intents if quantity in intent.statistics]
    column = _column(draft, want, speaks)
    if column is None:
        return None
    draft.claimed[(want.quantity, want.stage, want.levels)].add(column)
    raw = next((old for old, new in draft.reading.anew.items() if new == column), column)
    column = _anew(draft, want, raw, column)
    stage = draft.present if raw in draft.reading.anew else stage_of(draft, want)
    intent = next((intent for intent in speaks if {raw, column} & set(intent.columns)), None) or next(iter(speaks), None)
    named = {name for name, _ in want.levels}
    where = [dict(condition) for condition in intent.where if condition["column"] not in named] if intent is not None else []
    where += [{"column": name, "op": "==", "value": value} for name, value in want.levels if name not in [c["column"] for c in where]]
    made = Intent("statistics", intent.clause if intent is not None else want.slot.name, (column,), (), (quantity,), tuple(where))
    frame = rows_at(draft, made, _without_outliers(draft, want) or stage)
    fixed = {condition["column"] for condition in where if condition["op"] == "=="}
    grouped = intent is not None and any(name not in fixed for name in intent.by) and not want.levels
    grouped = grouped and not _TWO_QUESTIONS.search(draft.reading.question)
    if intent is not None and grouped:
        return _per_group(draft, intent, column, quantity, frame) if want.lists else None
    statistic = estimator(quantity, draft.reading.question)
    identity = draft.step(
        "describe", {"columns": [column], "statistics": [statistic]}, made, name=f"{quantity}_{column}", purpose=f"{quantity} of {column}", frame=frame
    )
    draft.answer(identity, made)
    return cell(identity, statistic)


def _anew(draft: Draft, want: Wanted, raw: str, column: str) -> str:
    """The transformed column where the slot speaks of what is after the transformation, the raw one where of what was before."""
    new = draft.reading.anew.get(raw)
    after = want.stage == "after" or bool(want.words & {"transformed", "log", "sqrt", "logged"})
    return column if new is None else new if after else raw if want.stage == "before" else column


def _without_outliers(draft: Draft, want: Wanted) -> Ref | None:
    """ "mean fare without outliers", where the goal only looks for them: the rows that are none."""
    found = next((intent for intent in draft.reading.intents if intent.kind == "outliers"), None)
    removed = any(intent.kind == "remove_outliers" for intent in draft.reading.intents)
    said = "outlier" in " ".join(want.words) or not draft.stages
    if found is None or removed or not said or not want.words & {"without", "after", "excluding", "removed", "no", "non"}:
        return None
    arguments = {"columns": found.columns, "method": found.option("method") or "iqr", "threshold": found.option("threshold"), "by": found.by}
    identity = draft.step(
        "remove_outliers", arguments, found, name=f"without_outliers_{found.columns[0]}", purpose="Rows without outliers", frame=draft.rows(found)
    )
    return {"from": identity}


_TWO_QUESTIONS = re.compile(
    r"\b(?:what|calculate|compute|determine|find|report)\b[^.?;]{0,30}\b(?:mean|average|total|median)\b[^.?;]*\band\s+(?:(?:for|in|on|at|by)\s+)?(?:which|what|who)\b",
    re.IGNORECASE,
)
""" "What is the mean, and for which group …": the mean is that of all rows."""


def _of_group(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The statistic that a superlative found: the mean of the country with the highest mean."""
    if quantity not in ("max", "min", "mean", "sum", "median") or _TWO_QUESTIONS.search(draft.reading.question):
        return None
    for fact in facts(draft):
        if (
            fact.recipe == "group_extreme"
            and fact.quantity in (quantity, "extreme")
            and set(want.columns) <= {*fact.columns, *fact.by}
            and fact.quantity == quantity
        ):
            return dict(fact.place)
        if fact.quantity == "extreme" and fact.recipe == "extreme" and fact.place.get("column") == quantity and set(want.columns) <= set(fact.columns):
            return dict(fact.place)  # "the month with the highest average": its average
    return None


def _per_group(draft: Draft, intent: Intent, column: str, quantity: str, frame: Ref) -> dict[str, Any]:
    arguments = {"by": intent.by, "value": [column], "statistics": [quantity]}
    identity = draft.step(
        "group_summary", arguments, intent, name=f"{quantity}_{column}_by_{intent.by[0]}", purpose=f"{quantity} of {column} by group", frame=frame
    )
    return {"table": {"from": identity}, "column": quantity, "all": True}


def _column(draft: Draft, want: Wanted, speaks: list[Intent]) -> str | None:
    """The slot's own column, else the only one that the goal asks this statistic of, else the only measure of the goal."""
    taken = draft.claimed.setdefault((want.quantity, want.stage, want.levels), set())
    numeric = [name for name in want.columns if name in draft.table and draft.table[name].kind == "number" and name not in taken]
    asked = list(dict.fromkeys(name for intent in speaks for name in intent.columns))
    asked = [name for name in asked if name not in taken]
    if numeric:
        said = [name for name in numeric if name in asked]
        return (said or numeric)[0]
    derived = [str(intent.option("name")) for intent in draft.reading.intents if intent.kind == "derive"]
    if len(asked) == 1:
        return asked[0]
    if asked and derived and derived[-1] in asked:
        return derived[-1]
    spoken = [name for name in derived if set(parts(name)) & want.words]
    if len(spoken) == 1 and not asked:
        return spoken[0]
    measures = list(
        dict.fromkeys(
            name
            for intent in draft.reading.intents
            if intent.kind not in ("drop_missing", "convert")
            for name in intent.columns
            if name in draft.table and draft.table[name].kind == "number"
        )
    )
    return measures[0] if len(measures) == 1 and not asked else None


def rows_at(draft: Draft, intent: Intent, stage: Ref) -> Ref:
    present = draft.present
    draft.present = stage
    try:
        return draft.rows(intent)
    finally:
        draft.present = present

"""Steps that an answer slot asks for and no clause has made: a statistic of a column, of one group, before or after a change.

DEMANDS maps a quantity to the ways in which it can be had, tried in order before the facts of other steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Ref, estimator
from nb_orchestra.offline.plans.facts import cell, facts
from nb_orchestra.offline.plans.measures import often_enough
from nb_orchestra.offline.plans.models import train
from nb_orchestra.offline.plans.wanted import STATISTICS, Wanted, stage_of
from nb_orchestra.offline.reading import Intent

Way = Callable[[Draft, Wanted, str], dict[str, Any] | None]


def _statistic(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The statistic of the slot's column, else of the column that the goal asks it of."""
    of_groups = _of_group(draft, want, quantity)
    if of_groups is not None:
        return of_groups
    speaks = [intent for intent in draft.reading.intents if quantity in intent.statistics]
    column = _column(draft, want, speaks)
    if column is None:
        return None
    draft.claimed[(want.quantity, want.stage, want.levels)].add(column)
    intent = next((intent for intent in speaks if column in intent.columns), None) or next(iter(speaks), None)
    named = {name for name, _ in want.levels}
    where = [dict(condition) for condition in intent.where if condition["column"] not in named] if intent is not None else []
    where += [{"column": name, "op": "==", "value": value} for name, value in want.levels if name not in [c["column"] for c in where]]
    made = Intent("statistics", intent.clause if intent is not None else want.slot.name, (column,), (), (quantity,), tuple(where))
    frame = _rows(draft, made, stage_of(draft, want))
    if intent is not None and intent.by and not want.levels and want.lists:
        return _per_group(draft, intent, column, quantity, frame)
    if intent is not None and intent.by and not want.levels:
        return None
    statistic = estimator(quantity, draft.reading.question)
    identity = draft.step(
        "describe", {"columns": [column], "statistics": [statistic]}, made, name=f"{quantity}_{column}", purpose=f"{quantity} of {column}", frame=frame
    )
    draft.answer(identity, made)
    return cell(identity, statistic)


def _of_group(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The statistic that a superlative found: the mean of the country with the highest mean."""
    if quantity not in ("max", "min", "mean", "sum", "median"):
        return None
    for fact in facts(draft):
        if (
            fact.recipe == "group_extreme"
            and fact.quantity in (quantity, "extreme")
            and set(want.columns) <= {*fact.columns, *fact.by}
            and fact.quantity == quantity
        ):
            return dict(fact.place)
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


def _rows(draft: Draft, intent: Intent, stage: Ref) -> Ref:
    present = draft.present
    draft.present = stage
    try:
        return draft.rows(intent)
    finally:
        draft.present = present


def _missing(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    columns = [name for name in want.columns if name in draft.table]
    asked = list(dict.fromkeys(name for intent in draft.reading.intents if intent.kind in ("missing", "fill", "drop_missing") for name in intent.columns))
    said = [name for name in columns if name in asked] or columns
    fitting = said or (asked if len(asked) == 1 else [])
    if not fitting:
        return None
    column = fitting[0]
    made = Intent("missing", want.slot.name, (column,))
    frame = draft.stages[0] if draft.stages and want.stage != "after" else draft.present
    identity = draft.step(
        "describe", {"columns": [column], "statistics": [quantity]}, made, name=f"{quantity}_{column}", purpose=f"Missing values of {column}", frame=frame
    )
    return cell(identity, quantity)


def _missing_asked(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """A count or share without further words is one of missing values where that is all the goal asks about."""
    if any(intent.kind == "missing" for intent in draft.reading.intents):
        return _missing(draft, want, "missing_percent" if quantity == "share" else "missing")
    return None


def _outlier_count(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    intents = [intent for intent in draft.reading.intents if intent.kind in ("outliers", "remove_outliers")]
    columns = list(dict.fromkeys(name for intent in intents for name in intent.columns))
    named = [name for name in want.columns if name in columns]
    chosen = named or columns
    if len(chosen) != 1 or not intents:
        return None
    intent = next(item for item in reversed(intents) if chosen[0] in item.columns)
    frame = _rows(draft, intent, draft.stages[0] if draft.stages and intent.kind == "remove_outliers" else draft.present)
    arguments = {"columns": [chosen[0]], "method": intent.option("method") or "iqr", "threshold": intent.option("threshold")}
    identity = draft.step("outlier_summary", arguments, intent, name=f"outlier_count_{chosen[0]}", purpose=f"Outliers of {chosen[0]}", frame=frame)
    return cell(identity, {"outlier_n": "outliers", "outlier_percent": "percent"}.get(quantity, quantity))


def _outlier_list(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """Values of the outliers, or what an identifying column says of them."""
    found = next((fact for fact in facts(draft) if fact.quantity == "outlier_rows"), None)
    if found is None:
        return None
    texts = [name for name in want.columns if name in draft.table and draft.table[name].kind != "number"]
    if "value" in want.text.split(" | ")[0] or (not texts and "valu" in want.text):
        return {**found.place, "column": "value", "all": True}
    identifiers = texts or [column.name for column in draft.table.columns if column.kind == "text" and column.distinct > 0.9 * draft.table.rows]
    return {**found.place, "column": identifiers[0], "all": True} if len(identifiers) >= 1 else None


def _which(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The text (or year, or other column) of the row that a superlative found."""
    for fact in facts(draft):
        if fact.quantity != "cell":
            continue
        if "column" in fact.place:
            if not want.columns or set(want.columns) & {*fact.columns, *fact.by} or quantity == "which":
                return dict(fact.place)
            continue
        texts = [name for name in want.columns if name in draft.table]
        column = next(iter([name for name in texts if quantity == "which" and draft.table[name].kind != "number"] or texts or fact.by), None)
        if column is not None:
            return {**fact.place, "column": column}
    return None


def _asked_number(draft: Draft, searched: str) -> str | None:
    """The number that a question about an extreme row asks for."""
    for intent in draft.reading.intents:
        if intent.kind == "extreme" and intent.columns[0] == searched:
            return next((name for name in intent.option("asked", ()) if name in draft.table and draft.table[name].kind == "number"), None)
    return None


def _cell_value(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """A number out of the row that a superlative found, where the slot names another column than the one searched."""
    for fact in facts(draft):
        if fact.quantity == "cell" and "column" not in fact.place:
            searched = next(other.columns[0] for other in facts(draft) if other.quantity == "extreme" and other.clause == fact.clause)
            other = [name for name in want.columns if name in draft.table and name != searched]
            if other:
                return {**fact.place, "column": other[0]}
            asked = _asked_number(draft, searched)
            if asked and searched not in want.columns:
                return {**fact.place, "column": asked}
            if searched in want.columns:
                return {**fact.place, "column": searched}
    return None


def _level_counted(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """How many rows (or which share of them) hold the value that the slot names, else the value that the goal counts."""
    if not want.levels:
        return None
    intent = next(
        (intent for intent in draft.reading.intents if intent.kind in ("count", "share", "value_counts", "crosstab")), Intent("count", want.slot.name)
    )
    named = {name for name, _ in want.levels}
    where = [condition for condition in intent.where if condition["column"] not in named]
    where += [{"column": name, "op": "==", "value": value} for name, value in want.levels]
    label = "_".join(str(value) for _, value in want.levels)
    identity = draft.step("count_rows", {"where": where}, intent, name=f"n_{label}", purpose=f"Rows with {label}")
    return cell(identity, "percent" if quantity == "share" else "n")


def _most_frequent(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    intent = next((intent for intent in draft.reading.intents if "mode" in intent.statistics and intent.columns), None)
    if intent is None:
        return None
    identity = draft.step(
        "describe",
        {"columns": intent.columns[:1], "statistics": ["mode"]},
        intent,
        name=f"mode_{intent.columns[0]}",
        purpose="Most common value",
        frame=draft.rows(intent),
    )
    return cell(identity, "mode")


def _part_number(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The number of the month (hour, weekday) that a pattern peaks in."""
    return next((dict(fact.place) for fact in facts(draft) if fact.quantity == "part_number"), None)


def _rows_counted(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    distinct = [intent for intent in draft.reading.intents if "distinct" in intent.statistics]
    if distinct and distinct[0].option("having"):
        return cell(often_enough(draft, distinct[0]), "n")
    if distinct and ("unique" in want.text or "distinct" in want.text or "different" in want.text or len(draft.reading.intents) == 1):
        return _statistic(draft, want, "distinct")
    return None


def _model_metric(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The metric of the goal's model: without the columns that the goal made where the slot says original, with them else."""
    intent = next((intent for intent in draft.reading.intents if intent.kind == "train"), None)
    made = [str(other.option("name")) for other in draft.reading.intents if other.kind == "derive"]
    if intent is None or not made or want.stage == "after":
        return None
    target, *features = intent.columns
    numeric = [column.name for column in draft.table.of_kind("number") if not column.labelling]
    chosen = [name for name in (features or numeric) if name != target]
    if want.stage == "before":
        chosen = [name for name in chosen if name not in made]
    identity = train(draft, replace(intent, columns=(target, *chosen)))
    return {"table": {"from": identity}, "column": "value", "where": {"metric": quantity}}


DEMANDS: dict[str, tuple[Way, ...]] = {
    **dict.fromkeys(STATISTICS, (_statistic,)),
    "distinct": (_rows_counted, _statistic),
    "max": (_cell_value, _statistic),
    "min": (_cell_value, _statistic),
    **dict.fromkeys(("accuracy", "precision", "recall", "f1", "auc", "rmse", "mse", "mae"), (_model_metric,)),
    "missing": (_missing,),
    "missing_percent": (_missing,),
    "outlier_n": (_outlier_count,),
    "outlier_percent": (_outlier_count,),
    "low_limit": (_outlier_count,),
    "high_limit": (_outlier_count,),
    "outlier_list": (_outlier_list,),
    "which": (_which, _most_frequent, _outlier_list),
    "value": (_part_number, _cell_value, _which, _outlier_list),
    "n": (_missing_asked, _level_counted, _rows_counted),
    "share": (_missing_asked, _level_counted),
}

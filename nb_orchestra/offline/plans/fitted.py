"""Slots about the goal's model: scores, hits and misses, coefficients, the most important feature, sizes of the parts, a prediction."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.plans.facts import cell, facts
from nb_orchestra.offline.plans.models import train
from nb_orchestra.offline.plans.wanted import Wanted, wanted
from nb_orchestra.offline.reading import Intent

_SCORES = frozenset({"accuracy", "precision", "recall", "f1", "auc", "rmse", "mse", "mae", "r2"})
_COUNTED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), metric)
    for pattern, metric in (
        (r"\b(?:true positives?|tp)\b", "tp"), (r"\b(?:true negatives?|tn)\b", "tn"),
        (r"\b(?:false positives?|fp)\b", "fp"), (r"\b(?:false negatives?|fn)\b", "fn"),
        (r"\b(?:incorrect\w*|misclassified|wrong\w*|errors?)\b", "incorrect"), (r"\b(?:correct\w*|hits)\b", "correct"),
        (r"\b(?:test|testing)\b.*\b(?:size|n|rows|samples|count|records|number)\b|\b(?:size|n|number|rows)\b.*\btest\b", "test size"),
        (r"\b(?:train|training)\b.*\b(?:size|n|rows|samples|count|records|number)\b|\b(?:size|n|number|rows)\b.*\btrain(?:ing)?\b", "train size"),
        (r"\bintercept\b", "intercept"),
    )
)  # fmt: skip
_TOP = re.compile(r"\b(?:features?|predictors?|variables?|important|importance|influential|strongest|effect)\b")


def of_model(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The place of what a slot asks about the model; None for other slots, and where the goal has no such model."""
    intent = next((intent for intent in draft.reading.intents if intent.kind in ("train", "regress")), None)
    if intent is None or (intent.kind == "train" and not intent.option("how")):
        return None
    name = want.slot.name.replace("_", " ").casefold()
    if intent.kind == "regress" and re.search(r"\b(?:predict|estimated|expected)", f"{name} {want.slot.inside.casefold()}"):
        return _predicted(draft, intent)
    if _asks_for_feature(want, quantity):
        return _top_feature(draft, intent, name=True)
    asked = any(_asks_for_feature(other, other.quantity) for other in (wanted(slot, draft) for slot in draft.reading.slots))
    if re.search(r"\b(?:coef\w*|slope|weight|importance)\b", name) and not want.columns and (asked or _LARGEST.search(name)):
        return _top_feature(draft, intent, name=False)
    counted = next((metric for pattern, metric in _COUNTED if pattern.search(name)), "") if quantity not in _SCORES else ""
    if intent.kind == "regress":
        return _of_line(draft, want, intent, quantity, counted)
    if quantity in _SCORES or counted:
        return _row(train(draft, intent), {"metric": counted or quantity})
    feature = next((column for column in want.columns if column in intent.columns[1:]), None)
    if feature is None or not re.search(r"coef|slope|weight|importance|odds|beta", f"{name} {want.slot.inside.casefold()}") or "odds" in name:
        return None
    return _row(train(draft, intent), {"metric": "importance" if "importance" in name else "coefficient", "feature": feature})


_LARGEST = re.compile(r"\b(?:largest|highest|max\w*|top|strongest|most)\b")
_A_NUMBER = re.compile(r"\b(?:float|integer|number|numeric|decimals?|rounded)\b", re.IGNORECASE)
_A_NAME = re.compile(r"\b(?:name|feature|variable|predictor|column)\b")


def _asks_for_feature(want: Wanted, quantity: str) -> bool:
    """ "@most_important_feature[name]", "@largest_effect_variable[variable]"."""
    said = f"{want.slot.name} {want.slot.inside}".replace("_", " ").casefold()
    named = quantity == "which" or (quantity == "value" and _A_NAME.search(said) is not None and not _A_NUMBER.search(want.slot.about))
    return named and _TOP.search(said) is not None


def _row(step: str, where: dict[str, Any]) -> dict[str, Any]:
    return {"table": {"from": step}, "column": "value", "where": where}


def _of_line(draft: Draft, want: Wanted, intent: Intent, quantity: str, counted: str) -> dict[str, Any] | None:
    """Errors of a line on the rows that it was fitted to, as scikit-learn counts them; all else stands in the table of the regression."""
    feature = next((name for name, _ in want.levels if name in intent.columns[1:]), None)
    if quantity == "slope" and feature is not None:  # "@sex_coefficient", of a column of 0 and 1
        return next((dict(fact.place) for fact in facts(draft) if fact.quantity == "slope" and fact.columns == (feature,)), None)
    if quantity not in ("rmse", "mse", "mae") or counted:
        return None
    return _row(train(draft, _scored_on_all(intent)), {"metric": quantity})


def _scored_on_all(intent: Intent) -> Intent:
    return replace(intent, kind="train", options={"kind": "linear", "test_share": 0, "how": {"scale": "none"}})


def _top_feature(draft: Draft, intent: Intent, *, name: bool) -> dict[str, Any]:
    """The feature with the largest coefficient in size, or the most important one of trees; or that number itself."""
    model = train(draft, intent if intent.kind == "train" else _scored_on_all(intent))
    where = [{"column": "metric", "op": "in", "value": ["coefficient", "importance"]}]
    parts = draft.step("filter_rows", {"where": where}, intent, name="parts_of_model", purpose="What the model is made of", frame={"from": model})
    arguments = {"by": "size", "which": "max"}
    top = draft.step("extreme", arguments, intent, name="top_feature", purpose="The feature that weighs most", frame={"from": parts})
    return cell(top, "feature" if name else "value")


def _predicted(draft: Draft, intent: Intent) -> dict[str, Any] | None:
    """What the line predicts at the values that the goal gives."""
    if not intent.option("at"):
        return None
    target, *features = intent.columns
    arguments = {"y": target, "x": features, "at": dict(intent.option("at"))}
    step = draft.step("predict", arguments, intent, name=f"predicted_{target}", purpose=f"{target} at the given values", frame=draft.rows(intent))
    return cell(step, "predicted")

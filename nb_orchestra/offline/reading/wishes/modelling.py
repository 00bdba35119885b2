"""Wishes to predict, classify or group by a model."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.picking import numbers
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_SCORES = ("accuracy", "precision", "recall", "f1", "auc", "mse", "rmse", "mae")


def _fit(clause: Clause, memory: Memory) -> list[Intent]:
    """Target first, features after "from", "using", "by", "with" or "based on"."""
    columns = [name for name in clause.columns() if name in clause.table]
    given = [name for name in clause.columns("from", "with", "by") if name in columns]
    target = next((name for name in clause.columns("target", "pair") if name in columns and name not in given), None)
    if target is None and given and memory.measure and memory.measure not in given:
        target = memory.measure
    if target is None:
        return []
    features = tuple(given or [name for name in columns if name != target])
    trained = clause.has("verb", "train", "classify") or bool(set(clause.keys("measure")) & set(_SCORES)) or clause.table[target].kind != "number"
    if not trained and (not features or any(clause.table[name].kind != "number" for name in (target, *features))):
        trained = not features
    options: dict[str, Any] = {"kind": next((key for key in clause.keys("method") if key in ("linear", "logistic", "tree", "forest")), "")}
    return [Intent("train" if trained else "regress", clause.text, (target, *features), where=clause.conditions, options=options)]


def _cluster(clause: Clause, memory: Memory) -> list[Intent]:
    k = next((int(number) for number in clause.numbers if 2 <= number <= 20), 3)
    return [Intent("cluster", clause.text, tuple(numbers(clause)), options={"k": k})]


def _pca(clause: Clause, memory: Memory) -> list[Intent]:
    n = next((int(number) for number in clause.numbers if 1 <= number <= 20), 2)
    return [Intent("pca", clause.text, tuple(numbers(clause)), options={"n": n})]


MODELLING = (
    Wish("cluster", _cluster, words("cluster"), takes=words("cluster count predict")),
    Wish("pca", _pca, words("pca"), takes=words("pca")),
    Wish("fit", _fit, words("predict regress classify train"), takes=words("predict regress classify train compare correlate stat count extreme rank statistics create")),
)

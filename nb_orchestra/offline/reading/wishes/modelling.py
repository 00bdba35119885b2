"""Wishes to predict, classify or group by a model."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tables import Column
from nb_orchestra.offline.reading.wishes.picking import numbers
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_SCORES = ("accuracy", "precision", "recall", "f1", "auc", "mse", "rmse", "mae")


def _fit(clause: Clause, memory: Memory) -> list[Intent]:
    """Target first, features after "from", "using", "by", "with" or "based on"."""
    columns = [name for name in clause.columns() if name in clause.table]
    if (line := _line_of_before(clause, memory, columns)) is not None:
        return [line]
    given = [name for name in clause.columns("from", "with", "by") if name in columns]
    after = _after_verb(clause)
    target = next((name for name in (*after, *clause.columns("target", "pair")) if name in columns and name not in given), None)
    if after and target in after and not (given or _before_verb(clause)):
        columns = [target, *[name for name in after if name != target]]
    if target is None and given and memory.measure and memory.measure not in given:
        target = memory.measure
    if target is None and given and (made := _made_class(clause, memory)):
        where = tuple(item for item in clause.conditions if item is not made[1])
        model = Intent("train", clause.text, (made[0], *given), where=where, options={"kind": "logistic"})
        return [model, Intent("odds", clause.text, (made[0], *given), where=where)]
    if target is None:
        memory.features = tuple(given) or memory.features
        return []
    before = _before_verb(clause) if target in after else []
    features = tuple(given or before or [name for name in columns if name != target])
    trained = clause.has("verb", "train", "classify") or bool(set(clause.keys("measure")) & set(_SCORES)) or clause.table[target].kind != "number"
    if not trained and (not features or any(clause.table[name].kind != "number" for name in (target, *features))):
        trained = not features
    options: dict[str, Any] = {"kind": next((key for key in clause.keys("method") if key in ("linear", "logistic", "tree", "forest")), "")}
    return [Intent("train" if trained else "regress", clause.text, (target, *features), where=clause.conditions, options=options)]


def _made_class(clause: Clause, memory: Memory) -> tuple[str, Any] | None:
    """ "Predict who gets below 50 in reading": the class that the limit makes, declared, and its condition."""
    plain = [(item, item["value"][0] if item["op"] in ("all", "any") and len(item["value"]) == 1 else item) for item in clause.conditions]
    limits = [(item, inner) for item, inner in plain if inner["op"] in _OTHER_SIDE and clause.table[str(inner["column"])].kind == "number"]
    if len(limits) != 1 or memory.slot_words or isinstance(limits[0][1]["value"], str):
        return None
    whole, limit = limits[0]
    column, op, value = str(limit["column"]), str(limit["op"]), limit["value"]
    name = f"{column}_{'below' if op in ('<', '<=') else 'above'}_{value:g}".replace(".", "_")
    inside, outside = ({"op": sign, "args": [{"column": column}, value]} for sign in (op, _OTHER_SIDE[op]))
    memory.made[name] = {"op": "if", "args": [inside, "yes", {"op": "if", "args": [outside, "no", None]}]}
    memory.table = memory.table.with_made(Column(name, "text", tuple(name.split("_")), distinct=2, levels=("no", "yes"), rows=memory.table.rows))
    memory.assume(f"{name}: {column} {op} {value:g}; rows without {column} are left out")
    return name, whole


_OTHER_SIDE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def _line_of_before(clause: Clause, memory: Memory, columns: list[str]) -> Intent | None:
    """ "Fit a line": to the two columns whose relation the part before asked for, the dependent one first."""
    before = memory.find("correlate")
    if columns or memory.slot_words or before is None or len(before.columns) != 2 or before.by:
        return None
    pair = before.columns if re.search(r"\bdepend", before.clause, re.IGNORECASE) else before.columns[::-1]
    return Intent("regress", clause.text, tuple(pair), where=before.where)


def _after_verb(clause: Clause) -> list[str]:
    """Columns behind "predict", which come before those that stand in front of it."""
    start = next(
        (n for n, tag in enumerate(clause.tags) if tag.is_a("verb", "predict", "classify") and tag.text.casefold() not in ("model", "prediction")), None
    )
    return [tag.value for tag in clause.tags[start:] if tag.kind == "column" and tag.value in clause.table] if start is not None else []


_CAN = vocabulary("can could do does")


def _before_verb(clause: Clause) -> list[str]:
    """ "Can A, B and C predict D": the columns between the helper and the verb."""
    tags = clause.tags
    verb = next((n for n, tag in enumerate(tags) if tag.is_a("verb", "predict", "classify", "regress")), 0)
    helper = next((n for n, tag in enumerate(tags[:verb]) if tag.text.casefold() in _CAN), verb)
    return [str(tag.value) for tag in tags[helper:verb] if tag.kind == "column" and tag.value in clause.table]


_TARGET = re.compile(r"\b(dependent|target|response|outcome|predicted|output)\s+(variable|column|feature|value)?", re.IGNORECASE)
_FEATURES = re.compile(r"\b(independent|predictor|explanatory|input)s?\s*(variable|feature|column)?|\bfeatures\b|\bpredictors\b", re.IGNORECASE)


def _role_sentence(clause: Clause, memory: Memory) -> list[Intent]:
    """ "The dependent variable is X": completes a model spoken of before or after."""
    columns = [name for name in clause.columns() if name in clause.table]
    model = memory.find("regress", "train")
    if not _TARGET.search(clause.text):
        memory.features = tuple(columns)
        if model is not None and len(model.columns) == 1:
            return [replace(model, columns=(model.columns[0], *columns))]
        return []
    features = [name for name in (*(model.columns if model else ()), *memory.features) if name != columns[0]]
    if not features:
        return []
    if model is not None:
        memory.intents.remove(model)
        return [replace(model, columns=(columns[0], *dict.fromkeys(features)))]
    return [Intent("regress", clause.text, (columns[0], *dict.fromkeys(features)))]


def _states_a_role(clause: Clause, memory: Memory) -> bool:
    return (
        bool(clause.columns())
        and not clause.question
        and (_TARGET.search(clause.text) or _FEATURES.search(clause.text)) is not None
        and not clause.verbs & _HEADS
    )


_HEADS = vocabulary("predict regress classify correlate compare outlier fill create scale encode")


def _cluster(clause: Clause, memory: Memory) -> list[Intent]:
    k = next((int(number) for number in clause.numbers if 2 <= number <= 20), 3)
    columns = numbers(clause)
    if not memory.slot_words and _MEASUREMENTS.search(clause.text):  # "by their body measurements": all that the recipe takes
        columns = []
        memory.known |= {tag.text.casefold() for tag in clause.tags if _MEASUREMENTS.fullmatch(tag.text)} | {"four", "three", "five", "body"}
    return [Intent("cluster", clause.text, tuple(columns), options={"k": k})]


_MEASUREMENTS = re.compile(r"\b(?:measurements?|measures|numeric columns?|numbers|features|everything|size)\b", re.IGNORECASE)
_MATCHING = re.compile(
    r"\b(?:match\w*|correspond\w*|agree\w*|compare[ds]?|line up|overlap\w*|coincide\w*|reflect\w*|fit|recover\w*|against|same as|relate[ds]?)\b", re.IGNORECASE
)


def _cluster_match(clause: Clause, memory: Memory) -> list[Intent]:
    """ "… do the groups match the species?": the clusters of before against the groups that are known."""
    names = [name for name in clause.columns() if name in clause.table and (clause.table[name].kind == "text" or clause.table[name].truth)]
    memory.known |= {tag.text.casefold() for tag in clause.tags if _MATCHING.fullmatch(tag.text)}
    return [Intent("cluster_match", clause.text, (names[0],))] if len(names) == 1 else []


def _asks_for_match(clause: Clause, memory: Memory) -> bool:
    return not memory.slot_words and memory.find("cluster") is not None and _MATCHING.search(clause.text) is not None


def _pca(clause: Clause, memory: Memory) -> list[Intent]:
    n = next((int(number) for number in clause.numbers if 1 <= number <= 20), 2)
    return [Intent("pca", clause.text, tuple(numbers(clause)), options={"n": n})]


MODELLING = (
    Wish("role", _role_sentence, takes=words("predict regress train classify count stat statistics fit"), when=_states_a_role, ends=True),
    Wish("cluster_match", _cluster_match, takes=words("compare count correlate value_counts regress"), when=_asks_for_match, ends=True),
    Wish("cluster", _cluster, words("cluster"), takes=words("cluster count predict")),
    Wish("pca", _pca, words("pca"), takes=words("pca")),
    Wish(
        "fit",
        _fit,
        words("predict regress classify train"),
        takes=words("predict regress classify train compare correlate stat count extreme rank statistics create"),
    ),
)

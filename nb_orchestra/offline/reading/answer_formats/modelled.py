"""The model that a goal with an answer format asks for: kind, target, features and how it is trained, gathered from the whole text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.reading.amending import split_said
from nb_orchestra.offline.reading.answer_formats.predictors import columns_in, features_in
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.splitting import split
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag, tag

# ruff: noqa: E501 — patterns are data; a row stays a row

_KINDS = (
    ("logistic", r"\blogistic(?: ?regression)?\b|\blogisticregression\b"), ("forest", r"\brandom ?forest"), ("tree", r"\bdecision ?tree"),
    ("knn", r"\bk[- ]?nn\b|\bk[- ]?nearest|\bkneighbors"), ("svm", r"\bsvm\b|\bsvc\b|\bsupport vector"), ("ridge", r"\bridge\b"),
    ("linear", r"\blinear ?regression\b|\blinear model\b|\bregression model\b|\bols\b|\bordinary least squares\b|\bmultiple regression\b|\bregress\b|\bleast[- ]squares\b"),
)  # fmt: skip
_TRAINED = re.compile(
    r"\b(?:train|test)(?:ing)?[ -](?:set|data|part|split|size)\b|\bhold[- ]?out\b|\bunseen\b|\btest_size\b|\btrain_test_split\b|\brandom[_ ]state\b",
    re.IGNORECASE,
)
_TARGET_BEHIND = re.compile(
    r"(?:\bpredict(?:s|ed|ing|ion of)?|\bclassif(?:y|ies|ying)|\bmodel(?:l?ing)?|\bestimat(?:e|es|ing)|\bexplain(?:s|ing)?|\bregress(?:es|ing)?|"
    r"\b(?:target|dependent|response|outcome)(?: variable| column| feature)?\s*(?:is|:|=|being|will be|should be|\()|\btarget(?: variable| column)?)(?:(?!\b(?:using|from|based|with|given|by)\b)[^,.;:]){0,60}?\Z",
    re.IGNORECASE,
)
_TARGET_FRONT = re.compile(
    r"\A[\"'”’`)]?\s*(?:column |values? |variable )?(?:\)|,)?\s*(?:as|is|being|will be|should be|serves as|acts as|(?:is )?used as)?\s*(?:the |our )?(?:target|dependent|response|outcome)\b",
    re.IGNORECASE,
)
_NOT_SCALED = re.compile(r"\b(?:without|no|not|don['’]t|do not|un)[- ]?(?:any )?(?:be(?:en)? )?(?:feature )?(?:scal|standardi[sz]|normali[sz])", re.IGNORECASE)
_SETTINGS = (
    ("max_iter", r"\bmax_iter\s*(?:=|of|:)?\s*(\d+)|\b(\d+) iterations"), ("n_estimators", r"\bn_estimators\s*(?:=|of|:)?\s*(\d+)|\b(\d+) (?:trees|estimators)\b"),
    ("max_depth", r"\bmax(?:imum)?[_ ]depth\s*(?:=|of|:|to)?\s*(\d+)"), ("n_neighbors", r"\bn_neighbors\s*(?:=|of|:)?\s*(\d+)|\bk\s*=\s*(\d+)|\b(\d+) (?:nearest )?neighbou?rs|\b(\d+)-(?:nearest|nn)"),
)  # fmt: skip


def modelled(body: str, memory: Memory) -> Intent | None:
    """The intent to train and test (or only fit) the model; None where kind, target and features are not all clear."""
    kind = next((kind for kind, pattern in _KINDS if re.search(pattern, body, re.IGNORECASE)), "")
    trained = _TRAINED.search(body) is not None or bool(split_said(body))
    if not kind or re.search(r"\bfor each\b|\bcompare (?:the )?(?:two |both )?models\b|\bcross[- ]validat|\bimprove", body, re.IGNORECASE):
        return None
    table = memory.table
    sentences = list(split(tag(body, table), whole=True))
    target = _target(body, sentences, table) or _classes(sentences, memory)
    features = features_in(body, sentences, table, target) if target else ()
    if not target or not features:
        return None
    options: dict[str, Any] = {"kind": kind, **split_said(body)}
    how = _how(body, table, target)
    if not trained and kind == "linear" and how["scale"] == "none":
        return Intent("regress", body[:200], (target, *features), options={"at": _at(body, sentences, table, features)})
    options = {**({} if trained else {"test_share": 0}), **options, "how": how}
    return Intent("train", body[:200], (target, *features), options=options)


def _target(body: str, sentences: Sequence[Sequence[Tag]], table: Table) -> str:
    """The column behind "predict" or "target", or in front of "as the target"; surest first."""
    found: list[str] = []
    for tags in sentences:
        start, end = tags[0].start, tags[-1].end
        columns = columns_in(tags, table)
        for number, (first, last, name) in enumerate(columns):
            between = columns[number - 1][1] if number else start
            front, behind = body[between:first], body[last:end]
            stated = re.search(r"\b(?:target|dependent|response|outcome)\b", front, re.IGNORECASE) is not None
            if _TARGET_FRONT.match(behind) or (stated and _TARGET_BEHIND.search(front)):
                return name
            if _TARGET_BEHIND.search(front):
                found.append(name)
            if re.match(r"[\"'”]?\s*~", behind):
                return name
    return found[0] if found else ""


def _classes(sentences: Sequence[Sequence[Tag]], memory: Memory) -> str:
    """ "Classify the rows as A or B": the column of these values, or the one that the goal turns into numbers."""
    if len(memory.recoded) == 1:
        return memory.recoded[0]
    for tags in sentences:
        named = [item.value[0] for item in tags if item.kind == "level"]
        if any(item.is_a("verb", "classify", "predict") for item in tags) and len(named) > 1 and len(set(named)) == 1:
            return str(named[0])
    return ""


_PREDICTS_AT = re.compile(r"\bpredict(?:s|ed|ion|ions)?\b|\bestimated?\b|\bexpected\b", re.IGNORECASE)


def _at(body: str, sentences: Sequence[Sequence[Tag]], table: Table, features: Sequence[str]) -> dict[str, float]:
    """ "… predicted for an education of 12 and an income of 8000": a value of every feature; nothing where one lacks its own."""
    for tags in sentences:
        text = body[tags[0].start : tags[-1].end]
        if not _PREDICTS_AT.search(text):
            continue
        found: dict[str, float] = {}
        for number, item in enumerate(tags):
            if item.kind != "column" or item.value not in features:
                continue
            behind = [
                other
                for other in tags[number + 1 : number + 4]
                if other.text.casefold() not in ("of", "is", "=", "equal to", "equals", "value", "at", "being", ":")
            ]
            front = tags[number - 1] if number else None
            if behind and behind[0].kind == "number":
                found[str(item.value)] = float(behind[0].value)
            elif front is not None and front.kind == "number":
                found[str(item.value)] = float(front.value)
        if set(found) == set(features):
            return found
    return {}


_OF_TARGET = re.compile(
    r"\(?\b(?:the |but )?(?:target|response|dependent|outcome)(?: variable| column)? (?:is|should|must|need|remains)[^.;)]*\)?", re.IGNORECASE
)


def _how(body: str, table: Table, target: str) -> dict[str, Any]:
    how: dict[str, Any] = {"scale": "none"}
    body = _OF_TARGET.sub(" ", body)  # "the target is not standardized" says nothing of the features
    if not _NOT_SCALED.search(body):
        if re.search(r"\bstandard ?scaler\b|\bstandardi[sz]\w*|\bz[- ]?score", body, re.IGNORECASE):
            how["scale"] = "standard"
        elif re.search(r"\bmin[- ]?max|\bnormali[sz]\w*", body, re.IGNORECASE):
            how["scale"] = "minmax"
    if re.search(r"(?<!no )(?<!without )\bstratif", body, re.IGNORECASE):
        how["split"] = "stratified"
    elif re.search(r"\bshuffle\s*=\s*False|\b(?:no|without|not) shuffl|\bfirst \d+ ?%|\bchronological", body, re.IGNORECASE):
        how["split"] = "first"
    average = re.search(r"\b(macro|weighted)\b", body, re.IGNORECASE)
    if average:
        how["average"] = average[1].casefold()
    if re.search(r"\blabel[- ]?encod|\bordinal[- ]?encod", body, re.IGNORECASE):
        how["codes"] = True
    settings: dict[str, Any] = {}
    for name, pattern in _SETTINGS:
        match = re.search(pattern, body, re.IGNORECASE)
        if match is not None:
            settings[name] = int(next(group for group in match.groups() if group))
    solver = re.search(r"\b(liblinear|lbfgs|newton-cg|saga|sag)\b", body, re.IGNORECASE)
    if solver:
        settings["solver"] = solver[1].casefold()
    positive = re.search(r"\b(?:of|for) the [\"'“]?([\w-]+)[\"'”]? class\b|\b[\"'“]?([\w-]+)[\"'”]? (?:is|as) the positive\b", body, re.IGNORECASE)
    levels = {str(level).casefold(): level for level in table[target].levels}
    if positive and (positive[1] or positive[2]).casefold() in levels:
        how["positive"] = levels[(positive[1] or positive[2]).casefold()]
    return {**how, **({"settings": settings} if settings else {})}


MODEL_WORDS = re.compile(
    r"\b(?:train(?:ed|ing)?|test(?:ing)? (?:set|data|size)|split|random[_ ]state|seed|scaler|logisticregression|linearregression|sklearn|scikit|max_iter|features?|predictors?|"
    r"independent|dependent|target|fit(?:ted|ting)?|evaluat\w+|accuracy|precision|recall|f1|confusion|rmse|mse|mae|r2|r-?squared|mean (?:squared|absolute) error|regression|classifier|classif\w+|predict\w*|"
    r"standardi[sz]\w*|normali[sz]\w*|scaled?|scaling|coefficients?|intercept|importance|neighbou?rs|forest|decision tree)\b",
    re.IGNORECASE,
)
_KEEPS = re.compile(
    r"\b(?:missing|null|nan|fill|imput\w+|drop|remov\w+|exclud\w+|duplicat\w+|only (?:the )?rows|outliers?|correlation|map|encod\w+|new (?:column|feature|variable))\b",
    re.IGNORECASE,
)


_OF_MODEL = re.compile(r"\b(?:predictors?|features?|independent|explanatory|inputs?|target|involved|used|relevant|selected|model)\b", re.IGNORECASE)


def with_model(intents: Sequence[Intent], model: Intent) -> list[Intent]:
    """The other intents beside a model: rows "with a gap in the predictors" are those with one in its features."""
    kept = [intent for intent in intents if intent.kind not in ("train", "regress", "scale")]
    spoken = [intent.kind == "drop_missing" and not intent.columns and _OF_MODEL.search(intent.clause) is not None for intent in kept]
    return [
        replace(intent, columns=model.columns if re.search(r"\btarget|involved|used|model", intent.clause) else model.columns[1:]) if own else intent
        for intent, own in zip(kept, spoken, strict=True)
    ]


def without_model(body: str, memory: Memory) -> str:
    """The text without the sentences that only say how the model is made and judged."""
    for tags in split(tag(body, memory.table), whole=True):
        start, end = tags[0].start, tags[-1].end
        if MODEL_WORDS.search(body[start:end]) and not _KEEPS.search(body[start:end]):
            body = body[:start] + re.sub(r"[^\n]", " ", body[start:end]) + body[end:]
    return body

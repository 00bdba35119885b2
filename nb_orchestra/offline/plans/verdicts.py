"""A slot that takes a word: the goal's rules with the places of the numbers that they compare."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.plans.facts import facts
from nb_orchestra.offline.plans.wanted import Wanted
from nb_orchestra.offline.reading.answer_formats.verdicts import allowed, denies
from nb_orchestra.offline.reading.language.words import vocabulary

_TESTS = ("compare", "correlate", "proportions", "one_sample", "trend", "partial")


def verdict(draft: Draft, want: Wanted, place: Callable[[str], dict[str, Any] | None]) -> dict[str, Any] | None:
    """Rules and quantities as `fill_answer` takes them; None where a rule's word or number cannot be found."""
    if all("," in label for label in want.slot.labels if re.search(r"\w\s*,\s*\w", label)) and any(
        re.search(r"\w\s*,\s*\w", label) for label in want.slot.labels
    ):
        return _each_predictor(draft, want)
    rules = _stated(draft, want) or _usual(draft, want)
    if not rules:
        return None
    names = dict.fromkeys(condition["quantity"] for rule in rules for condition in rule["when"])
    places = {name: place(name) for name in names}
    if any(found is None for found in places.values()):
        return None
    return {"rules": _complete(rules, want), "quantities": places}


def _each_predictor(draft: Draft, want: Wanted) -> dict[str, Any] | None:
    """ "yes,no": one word per predictor of the regression, by its p."""
    words = list(dict.fromkeys(word.strip() for label in want.slot.labels for word in label.split(",") if word.strip()))
    no = [word for word in words if denies(word)]
    yes = [word for word in words if not denies(word) and re.fullmatch(r"yes|true|significant", word, re.IGNORECASE)]
    tests = [fact for fact in facts(draft) if fact.recipe == "regression" and fact.quantity == "p"]
    if len(no) != 1 or len(yes) != 1 or not tests:
        return None
    rules = [{"label": yes[0], "when": [{"quantity": "p", "op": "<", "value": draft.reading.level}]}, {"label": no[0], "when": []}]
    return {"verdicts": [{"rules": rules, "quantities": {"p": dict(fact.place)}} for fact in tests]}


def _stated(draft: Draft, want: Wanted) -> list[dict[str, Any]]:
    found = []
    for rule in draft.reading.rules:
        label = _of_null(rule.label, want, draft) or _named_by_slot(rule.label, want) or allowed(rule.label, want.slot.labels)
        if label is None:
            continue
        found.append({"label": label, "when": [dict(condition) for condition in rule.when], "any_of": rule.any_of})
    labels = {rule["label"] for rule in found}
    return found if labels and any(rule["when"] for rule in found) else []


def _of_null(said: str, want: Wanted, draft: Draft) -> str | None:
    """ "The null hypothesis of normality is rejected": not normal; of any other test: there is an effect."""
    if not re.search(r"\bnull hypothesis\b", said, re.IGNORECASE) or not re.search(r"\breject", said, re.IGNORECASE) or len(want.slot.labels) != 2:
        return None
    kept = re.search(r"\b(?:not|fail\w*|cannot|never|unable) (?:to )?(?:be )?reject|\bnot (?:be )?rejected", said, re.IGNORECASE) is not None
    no = [label for label in want.slot.labels if denies(label)]
    yes = [label for label in want.slot.labels if not denies(label)]
    if len(no) != 1 or len(yes) != 1 or re.search(r"reject", " ".join(want.slot.labels), re.IGNORECASE):
        return None
    normality = any(intent.kind == "normality" for intent in draft.reading.intents) and "normal" in want.text
    return yes[0] if kept == normality else no[0]


def _named_by_slot(said: str, want: Wanted) -> str | None:
    """ "Independent when p is at least 0.05" for a slot called independent: its yes, though the word denies a relation."""
    no = [label for label in want.slot.labels if denies(label)]
    turned = any(re.search(rf"\b(?:un|in|non|dis|ir|im){word}\b", said.casefold()) for word in want.words if len(word) >= 4)
    if turned and len(no) == 1 and len(want.slot.labels) == 2:
        return no[0]  # "unequal" for a slot called equal
    words = set(re.findall(r"[a-z]{4,}", said.casefold()))
    yes = [label for label in want.slot.labels if not denies(label)]
    return yes[0] if words & want.words & _DENYING and len(yes) == 1 and not re.search(r"\bnot\b", said) else None


_DENYING = vocabulary("independent insignificant nonsignificant unrelated uncorrelated")


def _complete(rules: list[dict[str, Any]], want: Wanted) -> list[dict[str, Any]]:
    """Of two labels where only one is ruled, the other holds otherwise."""
    left = [label for label in want.slot.labels if label not in {rule["label"] for rule in rules}]
    otherwise = any(not rule["when"] for rule in rules)
    return [*rules, {"label": left[0], "when": []}] if len(left) == 1 and not otherwise else rules


_TESTED = re.compile(
    r"significan|\bp[- ]?val|hypothes|\btest|\balpha\b|differ|correlat|relat|associat|depend|affect|impact|influence|\btrend|\bris(?:e|ing)|\bfall|"
    r"\bincreas|\bdecreas",
    re.IGNORECASE,
)
"""Words of a question that a test's p answers; "did it improve" may be about anything."""


def _usual(draft: Draft, want: Wanted) -> list[dict[str, Any]]:
    """p below the level: a difference or relation is there; a normal distribution is not."""
    if len(want.slot.labels) != 2:
        return []
    kinds = {intent.kind for intent in draft.reading.intents}
    no = [label for label in want.slot.labels if denies(label)]
    yes = [label for label in want.slot.labels if not denies(label)]
    if len(no) != 1 or len(yes) != 1:
        return []
    level = draft.reading.level
    if "normality" in kinds and "normal" in want.text:
        return [{"label": no[0], "when": [{"quantity": "p", "op": "<", "value": level}]}, {"label": yes[0], "when": []}]
    if kinds & set(_TESTS) == {"trend"} and not re.search(r"trend|creas|significan|chang|ris(?:e|ing)|fall|grow", want.text):
        return []
    if kinds & set(_TESTS) and _TESTED.search(draft.reading.question):
        return [{"label": yes[0], "when": [{"quantity": "p", "op": "<", "value": level}]}, {"label": no[0], "when": []}]
    return []

"""Rules around labels in quotes, in whatever order they are said: 'State "a" if … and "b" otherwise', '|r| > 0.7 means "a", 0.3 to 0.7 "b"'."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from nb_orchestra.offline.reading.intents import Rule, Slot
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import tag

_QUOTED = re.compile(r"[\"“]([^\"“”\n]{1,40})[\"”]|(?<!\w)'([^'\n]{1,40})'(?!\w)")
_OTHERWISE = re.compile(
    r"\b(?:otherwise|else|if not|in (?:all|any|every) other cases?|in the other cases?|for (?:all|any) other|anything else|everything else|the rest)\b",
    re.IGNORECASE,
)
Conditions = Callable[[str, dict[str, Any]], tuple[list[dict[str, Any]], bool]]


def quoted_rules(sentence: str, subject: dict[str, Any], conditions: Conditions) -> list[Rule]:
    """Each quoted label with the condition that stands beside it; [] where one of them has none.

    The condition of a label stands in front of it where the first label has one in front, else behind it.
    """
    found = list(_QUOTED.finditer(sentence))
    if not found:
        return []
    labels = [match.group(1) or match.group(2) for match in found]
    edges = [0, *[match.end() for match in found]]
    starts = [*[match.start() for match in found], len(sentence)]
    between = [sentence[left:right] for left, right in zip(edges, starts, strict=True)]
    probe = dict(subject)
    front = bool(conditions(spelled(between[0]), probe)[0]) or _OTHERWISE.search(between[0]) is not None
    if not front:
        subject.update(probe)
    made: list[Rule] = []
    for number, label in enumerate(labels):
        piece, other = (between[number], between[number + 1]) if front else (between[number + 1], between[number])
        when, any_of = conditions(spelled(piece), subject)
        if when:
            made.append(Rule(label, tuple(when), any_of))
        elif _OTHERWISE.search(piece) or (_OTHERWISE.search(other) and number == len(labels) - 1):
            made.append(Rule(label))
        else:
            return []
    return made


_SPELLED = (
    (re.compile(r"(-?\d*\.?\d+)\s*(?:<=|≤|<)\s*(\|?[A-Za-z][\w -]*?\|?)\s*(?:<=|≤|<)\s*(-?\d*\.?\d+)"), r"\2 between \1 and \3"),
    (re.compile(r"\b(?:is|was|are|has a|of a) positive\b(?: sign)?|(?<=\ba )positive(?= (?:r|coefficient|correlation|skew|slope))", re.IGNORECASE), "is > 0"),
    (re.compile(r"\b(?:is|was|are|has a|of a) negative\b(?: sign)?|(?<=\ba )negative(?= (?:r|coefficient|correlation|skew|slope))", re.IGNORECASE), "is < 0"),
    (re.compile(r"\b(if|when|where) (?:it is |it's )?positive\b(?! (?:r|coefficient|correlation|skew\w*|slope)\b)", re.IGNORECASE), r"\1 it is > 0"),
    (re.compile(r"\b(if|when|where) (?:it is |it's )?negative\b(?! (?:r|coefficient|correlation|skew\w*|slope)\b)", re.IGNORECASE), r"\1 it is < 0"),
    (re.compile(r"\b(?:the|this|its) (?:correlation )?coefficient\b|\bcorrelation(?: coefficient)?\b(?! between)", re.IGNORECASE), "r"),
    (re.compile(r"\b(\d*\.?\d+) or (?:more|above|higher|larger|greater)\b", re.IGNORECASE), r">= \1"),
    (re.compile(r"\b(\d*\.?\d+) or (?:less|below|lower|smaller)\b", re.IGNORECASE), r"<= \1"),
)


def spelled(text: str) -> str:
    """ "Is positive" as > 0, "0.5 or more" as >= 0.5, "the coefficient" as r."""
    for pattern, form in _SPELLED:
        text = pattern.sub(form, text)
    return text


def with_subjects(body: str) -> str:
    """Rules with what they are about: "the absolute value" of r where the goal correlates; "r is negative" as r < 0."""
    if re.search(r"\bcorrelat|\bpearson|\bspearman|\bkendall", body, re.IGNORECASE):
        body = re.sub(r"\babsolute value\b(?!\s+of\b)", "absolute value of r", body, flags=re.IGNORECASE)
    return re.sub(r"\b(r|coefficient|skewness) is (positive|negative)\b", lambda found: f"{found[1]} is {'>' if found[2] == 'positive' else '<'} 0", body)


_NUMERIC = re.compile(r"\b(?:numbers?|floats?|integers?|round\w*|decimals?|numeric|percent\w*|digits?)\b", re.IGNORECASE)
_MEASURED = re.compile(
    r"^(?:p|r|n|mean|median|std|skew|kurt|count)(?:[_ -]|\b|(?:ness|osis)\b)|p[_ ]val|corr|coef|statistic|percent|number|rmse|mse|mae|r2|accuracy",
    re.IGNORECASE,
)


def with_labels(slots: tuple[Slot, ...], rules: tuple[Rule, ...], table: Table) -> tuple[Slot, ...]:
    """The slot for a word whose choice stands in the rules only: "shape is a string as given in the constraints"."""
    labels = tuple(dict.fromkeys(_bare(rule.label) for rule in rules))
    if len(labels) < 2 or any(len(label) > 40 for label in labels) or any(slot.labels for slot in slots) or not any(rule.when for rule in rules):
        return slots
    open_ = [slot for slot in slots if not _NUMERIC.search(f"{slot.inside} {slot.about}") and not _MEASURED.search(slot.name)]
    open_ = [slot for slot in open_ if not any(item.kind == "column" for item in tag(slot.name.replace("_", " "), table))] or open_
    return tuple(_labelled(slot, labels) if len(open_) == 1 and slot is open_[0] else slot for slot in slots)


def _bare(label: str) -> str:
    """What stands in quotes, where something does."""
    found = _QUOTED.search(label)
    return (found.group(1) or found.group(2)) if found else label.strip(" \"'")


def _labelled(slot: Slot, labels: tuple[str, ...]) -> Slot:
    return Slot(slot.name, slot.inside, slot.words, slot.about, None, labels)

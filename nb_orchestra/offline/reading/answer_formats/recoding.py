"""Values that a goal with an answer format writes as others ("male to 0 and female to 1", "1 = yes"), and classes by cut points in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.reading.answer_formats.classing import Case, cases_in
from nb_orchestra.offline.reading.answer_formats.making import Made, Sentence
from nb_orchestra.offline.reading.tables import Column, Table

# ruff: noqa: E501 — patterns are data; a row stays a row

_Q = r"[\"'“”‘’`]?"
_INTO = rf"\s*(?:column |values? )?(?:=>|->|→|=|:|to|as|with|by|becomes?|is (?:mapped|encoded|coded|converted) (?:to|as|into))\s*(?:a )?{_Q}"
_FOR = rf"{_Q}\s*(?:=|:|for|represents?|representing|means|stands for|indicates|indicating|denotes|denoting|being|if (?:it is |the value is |the [\w.]+ is |[\w.]+ is |[\w.]+ ?==? ?)?)\s*(?:the )?{_Q}"
_REST = re.compile(
    r"\b([01])\s*,?\s*(?:otherwise|else|for (?:all )?(?:the )?(?:others?|rest|other \w+)|if not)\b|\b(?:otherwise|else|(?:all )?others (?:to|as|with|=))\s*(?:it is |use |to )?([01])\b",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"\b(?:map|mapp\w+|encod\w+|cod(?:e|ed|ing)|convert\w*|recod\w+|binar\w+|replac\w+|transform\w*|assign\w*|numeric\w*|dummy|indicator|harmoni[sz]\w*|label\w*|"
    r"represent\w*|treat\w*|set|takes?|creat\w+|new|variable|target|feature|column|where|with)\b|=|:",
    re.IGNORECASE,
)
SORTS = re.compile(
    r"\W*(?:first,? |then,? |please )?(?:categori[sz]e|classify|divide|group|bin|segment|split|create|discreti[sz]e|bucket|convert|encode|map|transform|recode|turn|assign|add|define|generate|introduce|label|replace|"
    r"derive|make|build|categori[sz]ing|store)\b",
    re.IGNORECASE,
)


_KINDS = re.compile(
    r"categor|classif|\bgroup|\bbins?\b|\bbinn|segment|divid|\bclass(?:es)?\b|\blevels?\b|bracket|label|\bflag|binary|indicator|bucket|\bbands?\b|\btiers?\b|\btarget\b",
    re.IGNORECASE,
)
_ANSWERS = re.compile(r"\b(?:answer|output|report|conclude|return|state|print|respond|say|consider(?:ed)?)\b", re.IGNORECASE)


def classed(sentence: Sentence, others: Sequence[Sentence], table: Table) -> Made | None:
    """Classes by cut points: of the one numeric column that the sentence names, else of the one sorted in another sentence."""
    sorts = [other for other in others if SORTS.match(other.text) and _KINDS.search(other.text)]
    found = cases_in(sentence.text, table, bool(sorts) or _KINDS.search(sentence.text) is not None)
    if found is None or (not sorts and _ANSWERS.search(sentence.text)):
        return None
    cases, otherwise = found
    names = list(dict.fromkeys(sentence.numeric(table) or [name for other in sorts for name in other.numeric(table)]))
    if len(names) != 1:
        return None
    name = _given_name(sentence, others) or f"{names[0]} class"
    return made_of(name, names[0], [case.of(names[0]) for case in cases], otherwise, ((sentence.start, sentence.end),))


_NAMED = re.compile(
    r"\b(?:called|named|column|feature|variable|labell?ed|new)\s+[\"'“‘`]([^\"'”’`]+)[\"'”’`]|\b(?:called|named)\s+([A-Za-z]\w*)|\b(?:column|feature|variable)\s+([A-Za-z]+_\w+)\b",
    re.IGNORECASE,
)


def _given_name(sentence: Sentence, others: Sequence[Sentence]) -> str:
    """The name that the sentence, or one that makes a column without saying how, gives."""
    texts = [sentence.text, *(other.text for other in others if SORTS.match(other.text))]
    found = next((match for match in map(_NAMED.search, texts) if match), None)
    return next(group for group in found.groups() if group) if found else ""


def mapped(sentence: Sentence, others: Sequence[Sentence], table: Table) -> Made | None:
    """ "yes = 1, no = 0": at least two values of one column, or one and the rest."""
    text, items = sentence.text, sentence.tags
    if not _ORDERS.search(text):
        return None
    named = [table[item.value] for item in items if item.kind == "column" and item.value in table]
    beside = [table[item.value[0]] for item in items if item.kind == "level" and item.value[0] in table]
    rest = _REST.search(text)
    otherwise = int(rest.group(1) or rest.group(2)) if rest else None
    every: list[Made] = []
    for column in dict.fromkeys([*named, *beside]):
        levels = [level for level in column.levels if isinstance(level, str | bool)]
        if column.kind not in ("text", "boolean") or not 2 <= len(levels) <= 30:
            continue
        found = _pairs(text, levels)
        if len(found) >= 2 or (len(found) == 1 and rest is not None):
            every.append(_mapping(column, found, None if len(found) == len(levels) else otherwise, sentence))
    apart = len(every) > 1 and not set(every[0].spans) & {span for other in every[1:] for span in other.spans}
    return replace(every[0], narrow=apart) if every else None


def _mapping(column: Column, found: dict[Any, tuple[int, int, int]], otherwise: Any, sentence: Sentence) -> Made:
    cases = [Case(({"column": column.name, "op": "==", "value": level},), number) for level, (number, _, _) in found.items()]
    match = _NAMED.search(sentence.text)
    name = next((group for group in match.groups() if group), "") if match else ""
    spots = tuple((sentence.start + start, sentence.start + end) for _, start, end in found.values())
    return made_of(name or column.name, column.name, cases, otherwise, spots)


def made_of(name: str, column: str, cases: Sequence[Case], otherwise: Any, spans: tuple[tuple[int, int], ...]) -> Made:
    """A column by its cases: of numbers, or of the names of its classes."""
    args = [item for case in cases for item in (case.test, case.value)]
    values = [*dict.fromkeys([*(case.value for case in cases), *([] if otherwise is None else [otherwise])])]
    kind = "number" if all(isinstance(value, int | float) for value in values) else "text"
    return Made(name, {"op": "cases", "args": [*args, *([] if otherwise is None else [otherwise])]}, kind, column, spans, tuple(values))


def _pairs(text: str, levels: Sequence[Any]) -> dict[Any, tuple[int, int, int]]:
    """level → (number, where the pair begins, where it ends)."""
    made: dict[Any, tuple[int, int, int]] = {}
    for level in sorted(levels, key=lambda level: -len(str(level))):
        word = rf"{_Q}(?<![\w.-]){re.escape(str(level))}(?:s|es)?(?![\w-]){_Q}"
        found = re.search(rf"{word}{_INTO}(-?\d+)(?![\w.%])", text, re.IGNORECASE) or re.search(rf"(?<![\w.])(-?\d+){_FOR}{word}", text, re.IGNORECASE)
        if found is not None:
            made[level] = (int(found.group(1)), found.start(), found.end())
    return made if len({number for number, _, _ in made.values()}) == len(made) else {}

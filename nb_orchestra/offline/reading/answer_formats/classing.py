"""Cut points in words with the class that each stands for: 'less than 10 is "low", 10 to 20 "mid", the rest "high"'."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from nb_orchestra.offline.reading.tables import Table

Condition = Mapping[str, Any]

# ruff: noqa: E501 — patterns are data; a row stays a row

_N = r"[$€£]?(-?\d+(?:,\d{3})*(?:\.\d+)?)(?![\w.]*\d)"
_UNIT = r"(?:\s?(?:years?|yrs?|kg|cm|mm|lbs?|usd|dollars|%|percent|points|days|hours|minutes))?"
_MORE = r"(?:more|greater|higher|larger|older|longer|heavier|bigger|taller|above|over)"
_LESS = r"(?:less|fewer|lower|smaller|younger|shorter|lighter|below|under)"
_STAT = r"(?:the |its |their )?(?:overall |column )?(mean|average|median)"
_RANGES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), ops)
    for pattern, ops in (
        (rf"{_N}\s*<=\s*[\w. ]+?\s*<=\s*{_N}", (">=", "<=")), (rf"{_N}\s*<=\s*[\w. ]+?\s*<\s*{_N}", (">=", "<")),
        (rf"{_N}\s*<\s*[\w. ]+?\s*<=\s*{_N}", (">", "<=")), (rf"{_N}\s*<\s*[\w. ]+?\s*<\s*{_N}", (">", "<")),
        (rf"(?:between|from)\s+{_N}{_UNIT}\s*(?:\(inclusive\)\s*)?(?:and|to)\s+(?:less than|below|under|up to but not including)\s+{_N}", (">=", "<")),
        (rf"between\s+{_N}{_UNIT}\s+and\s+{_N}{_UNIT}\s*\(?exclusive\)?", (">", "<")),
        (rf"(?:between|from)\s+{_N}{_UNIT}\s*(?:\(inclusive\)\s*)?(?:and|to|-|–)\s*{_N}", (">=", "<=")),
        (rf"{_N}{_UNIT}\s*(?:to|-|–|through)\s*(?:less than|under)\s+{_N}", (">=", "<")), (rf"{_N}{_UNIT}\s*(?:to|-|–|through)\s*{_N}", (">=", "<=")),
        (rf"{_N}{_UNIT}\s*(?:or|and) (?:{_MORE}|up|beyond)\b(?! (?:than )?\d)|{_N}{_UNIT}\s*\+", (">=",)), (rf"{_N}{_UNIT}\s*(?:or|and) {_LESS}\b(?! (?:than )?\d)", ("<=",)),
        (rf"(?:{_MORE} than or equal to|equal to or {_MORE} than|at least|no less than|not less than|>=|≥|a minimum of)\s*{_N}", (">=",)),
        (rf"(?:{_LESS} than or equal to|equal to or {_LESS} than|at most|no more than|not more than|up to|<=|≤|a maximum of)\s*{_N}", ("<=",)),
        (rf"(?:{_MORE}(?: than)?|exceed(?:s|ing)?|>)\s*{_N}", (">",)), (rf"(?:{_LESS}(?: than)?|<)\s*{_N}", ("<",)),
        (rf"(?:{_MORE} than or equal to|equal to or {_MORE} than|at least|at or above|>=|≥)\s*{_STAT}\b", (">=",)),
        (rf"(?:{_LESS} than or equal to|equal to or {_LESS} than|at most|at or below|<=|≤)\s*{_STAT}\b", ("<=",)),
        (rf"(?:{_MORE}(?: than)?|exceed(?:s|ing)?|>)\s*{_STAT}\b", (">",)), (rf"(?:{_LESS}(?: than)?|<)\s*{_STAT}\b", ("<",)),
        (rf"(?:exactly|equal to|equals|==)\s*{_N}(?!\s*,?\s*(?:if|when|where|for|otherwise|else)\b)", ("==",)),
    )
)  # fmt: skip
_JOINS = re.compile(r"[\s,]*(?:and|but)?(?: is| are)?(?: also)?\s*\Z", re.IGNORECASE)
_OTHERWISE = re.compile(
    r"\b(?:otherwise|else|in all other cases|for (?:all )?others?|(?:all )?(?:the )?(?:others|rest|remaining(?: \w+)?)|everything else|all other \w+)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"[\"“]([^\"“”\n]{1,40})[\"”]|(?<![\w])[‘']([^'‘’\n]{1,40})[’'](?!\w)|(?<![\w.])([01])(?=\s*(?:if|when|where|for|otherwise|else)\b)|(?<=otherwise )([01])\b|(?<=else )([01])\b"
)
_BARE_BEHIND = re.compile(
    r"\A[\s,)]*(?:\w+\s){0,3}?(?:as|is|are|=|→|->|:|be|called|into|considered|labell?ed(?: as)?|classified as|belongs? to)\s+(?:the |an? )?([A-Za-z][\w-]*(?: [A-Z]\w*)?)",
    re.IGNORECASE,
)
_BARE_BEFORE = re.compile(r"(?:\A|[\s,;:(])([A-Za-z][\w-]*(?: [A-Z][\w-]*)?)\s*(?:\(|:|=|\bfor\b|\bif\b|\bwhen\b|\bmeans\b|\bare those\b)\s*(?:\w+ ){0,3}\Z")


@dataclass(frozen=True)
class Case:
    """A class and the conditions under which it holds. A condition without a column is one of the column that is sorted."""

    when: tuple[Condition, ...]
    value: Any

    @property
    def complete(self) -> bool:
        return all(item.get("column") for item in self.when)

    def of(self, column: str) -> Case:
        return replace(self, when=tuple({**item, "column": item.get("column") or column} for item in self.when))

    @property
    def test(self) -> Any:
        """The conditions as an expression tree."""
        trees = [{"op": item["op"], "args": [{"column": item["column"]}, _limit(item)]} for item in self.when]
        tree = trees[0]
        for other in trees[1:]:
            tree = {"op": "and", "args": [tree, other]}
        return tree


def _limit(item: Condition) -> Any:
    value = item["value"]
    return {"op": value, "args": [{"column": item["column"]}]} if value in ("mean", "median") else value


_VERDICT = re.compile(r"\bp[- ]?values?\b|correlat|coefficient|skew|kurtosis|statistic(?!s)|significan|\br\b|\br2\b|accuracy|hypothesis", re.IGNORECASE)
"""What a label is decided from, and no column: the rules of verdicts are read elsewhere."""


_NAMES = re.compile(r"\b(?:called|named|column|feature|variable|name)\s*\Z", re.IGNORECASE)
"""In front of quotes that hold the new column's name, and no class."""


def cases_in(text: str, table: Table, sorted_: bool) -> tuple[list[Case], Any] | None:
    """The classes of a sentence in order, and what holds otherwise; None where there are not at least two outcomes.

    Labels without quotes are read only where the goal sorts rows into classes (`sorted_`).
    """
    ranges = _ranges(text)
    if not ranges or _VERDICT.search(text):
        return None
    rest = _OTHERWISE.search(text)
    quoted = [(match.start(), match.end(), next(group for group in match.groups() if group)) for match in _QUOTED.finditer(text)]
    quoted = [item for item in quoted if not (any(column.name == item[2] for column in table.columns) or _NAMES.search(text[: item[0]]))]
    places = [*(start for start, _, _ in ranges), *([rest.start()] if rest else [])]
    if len(places) < 2:
        return None
    labels = (
        _beside([text for _, _, text in quoted], [start for start, _, _ in quoted], places)
        if len(quoted) >= len(places)
        else _bare(text, ranges, rest)
        if sorted_
        else None
    )
    if labels is None or len(set(labels)) < len(labels):
        return None
    values = [int(label) if label in ("0", "1") else label.strip() for label in labels]
    return [Case(when, value) for (_, _, when), value in zip(ranges, values, strict=False)], values[-1] if rest else None


def _beside(labels: list[str], at: list[int], places: list[int]) -> list[str] | None:
    """Each place with its label: the one in front where the first label stands in front of the first place, else the one behind."""
    front = at[0] < min(places)
    chosen = []
    for place in places:
        fitting = [n for n, spot in enumerate(at) if (spot < place) == front]
        if not fitting:
            return _swapped(labels, at, places) if place == places[-1] else None
        chosen.append(labels[fitting[-1] if front else fitting[0]])
    return chosen if len(set(chosen)) == len(chosen) else _swapped(labels, at, places)


def _swapped(labels: list[str], at: list[int], places: list[int]) -> list[str] | None:
    """'"high" if over 5, otherwise "low"': in order, where there are as many labels as places."""
    order = sorted(range(len(places)), key=lambda n: places[n])
    return [labels[order.index(n)] for n in range(len(places))] if len(labels) == len(places) else None


def _bare(text: str, ranges: list[tuple[int, int, tuple[Condition, ...]]], rest: re.Match[str] | None) -> list[str] | None:
    """Labels without quotes: "below 10 as low" or "low (below 10)"."""
    spots = [*((start, end) for start, end, _ in ranges), *([rest.span()] if rest else [])]
    behind = [_BARE_BEHIND.match(text[end:]) for _, end in spots]
    if all(behind):
        return [str(match.group(1)) for match in behind if match]
    edges = [0, *(end for _, end in spots)]
    before = [_BARE_BEFORE.search(text[edges[n] : start]) for n, (start, _) in enumerate(spots)]
    if not all(before):
        return None
    words = [str(match.group(1)) for match in before if match]
    return None if any(word.casefold() in _NO_LABELS for word in words) else words


_NO_LABELS = frozenset(
    [
        "is",
        "are",
        "of",
        "with",
        "the",
        "a",
        "an",
        "and",
        "or",
        "than",
        "that",
        "those",
        "who",
        "which",
        "be",
        "for",
        "at",
        "to",
        "in",
        "if",
        "when",
        "where",
        "value",
        "values",
        "from",
        "as",
        "between",
    ]
)


def _ranges(text: str) -> list[tuple[int, int, tuple[Condition, ...]]]:
    """(begin, end, conditions) of each range in order; two that only "and" joins are one."""
    found: list[tuple[int, int, tuple[Condition, ...]]] = []
    for pattern, ops in _RANGES:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end, _ in found):
                continue
            limits = [group for group in match.groups() if group]
            when = tuple({"op": op, "value": _number(limit)} for op, limit in zip(ops, limits, strict=False))
            found.append((match.start(), match.end(), when))
    merged: list[tuple[int, int, tuple[Condition, ...]]] = []
    for item in sorted(found):
        if merged and _JOINS.fullmatch(text[merged[-1][1] : item[0]]) and {one["op"][0] for one in merged[-1][2]} ^ {one["op"][0] for one in item[2]}:
            merged[-1] = (merged[-1][0], item[1], (*merged[-1][2], *item[2]))
        else:
            merged.append(item)
    return merged


def _number(text: str) -> Any:
    word = text.casefold()
    if word in ("mean", "average", "median"):
        return "mean" if word == "average" else word
    value = float(text.replace(",", ""))
    return int(value) if value.is_integer() else value

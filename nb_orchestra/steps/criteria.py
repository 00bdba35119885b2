"""Criteria that can be checked by counting: rows, columns, ranges, gaps, numbers that stand in the inputs, citations that resolve.

A criterion is read clause by clause ("at least 3 rows; no missing values in mass"). A clause that fits none of the patterns whole is left to a
model; nothing is guessed from a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from nb_orchestra import values
from nb_orchestra.steps.evidence import CITED, check_citations
from nb_orchestra.values.grounding import stray_numbers

_NUMBER = r"(-?\d+(?:\.\d+)?)"
_OPENING = re.compile(r"^(?:it|there|the (?:table|text|list|result|value|answer))?\s*(?:must |should )?(?:has|have|is|are|holds?|contains?)\s+", re.IGNORECASE)
LENGTHS = ("word", "character")
ABOUT = 0.2
"""How long a text is to be is said roughly, unless it is said to be exact: a fifth more or less is about as long."""
_MARKS = re.compile(CITED.pattern + r"|\[\[[^\[\]]*\]\]|(?<!\w)[#*|-]+(?!\w)")
"""What stands in a text and is no word of it: citations, the places of figures, signs of Markdown."""
_LIMITS: dict[str, Callable[[float, float], bool]] = {
    "at least": lambda count, limit: count >= limit,
    "no fewer than": lambda count, limit: count >= limit,
    "at most": lambda count, limit: count <= limit,
    "no more than": lambda count, limit: count <= limit,
    "more than": lambda count, limit: count > limit,
    "fewer than": lambda count, limit: count < limit,
    "less than": lambda count, limit: count < limit,
    "exactly": lambda count, limit: count == limit,
    **dict.fromkeys(("about", "around", "roughly", "some"), lambda count, limit: abs(count - limit) <= ABOUT * limit),
}
_UNITS: dict[str, Callable[[Any], int | None]] = {
    "row": lambda value: len(value) if values.kind_of(value) == "table" else None,
    "item": lambda value: len(value) if values.kind_of(value) in ("list", "table", "record") else None,
    "column": lambda value: int(value.shape[1]) if values.kind_of(value) == "table" else None,
    "word": lambda value: words(value) if isinstance(value, str) else None,
    "character": lambda value: len(value) if isinstance(value, str) else None,
    "paragraph": lambda value: len(re.findall(r"\S(?:.|\n(?!\s*\n))*", value)) if isinstance(value, str) else None,
}


@dataclass(frozen=True, slots=True)
class Checked:
    """`complaints`: what is not as the criterion says. `whole`: every clause could be checked, so that no model need be asked."""

    complaints: tuple[str, ...]
    whole: bool


def check(value: Any, criterion: str, inputs: Iterable[Any] = ()) -> Checked:
    """Checks the clauses that can be counted. `inputs`: what numbers and citations must stand in."""
    inputs, complaints, whole = list(inputs), [], True
    for clause in _clauses(criterion):
        told = _clause(value, clause, inputs)
        whole = whole and told is not None
        complaints += [told] if told else []
    return Checked(tuple(complaints), whole and bool(criterion.strip()))


def words(text: str) -> int:
    """How many words a text has; citations, places of figures and signs of Markdown are none."""
    return len(_MARKS.sub(" ", text).split())


def _clauses(criterion: str) -> list[str]:
    parts = re.split(r";|\.(?=\s|$)|,\s+(?=(?:at|no|one|every|each|exactly|columns?|not|all|with)\b)", criterion)
    return [_OPENING.sub("", part.strip()) for part in parts if part.strip()]


def _clause(value: Any, clause: str, inputs: list[Any]) -> str | None:
    """A complaint, "" where the clause holds, None where it cannot be checked."""
    for pattern, checker in PATTERNS:
        found = pattern.fullmatch(clause)
        if found is not None:
            return checker(value, found, inputs)
    return None


def _count(value: Any, found: re.Match[str], inputs: list[Any]) -> str | None:
    limit, unit = float(found[2]), found[3].lower().rstrip("s")
    word = (found[1] or ("about" if unit in LENGTHS else "exactly")).lower()
    count = _UNITS[unit](value)
    if count is None:
        return None
    return "" if _LIMITS[word](count, limit) else f"it has {count:,} {unit}s, not {word} {limit:g}"


def _one_per(value: Any, found: re.Match[str], inputs: list[Any]) -> str | None:
    if values.kind_of(value) != "table":
        return None
    wanted = [name for name in re.split(r",\s*|\s+and\s+", found[1].strip()) if name]
    names = [_column(value, name) for name in wanted]
    if not all(names):
        return None
    twice = int(value.duplicated(names).sum())
    return f"{twice:,} rows repeat a {' and '.join(wanted)}" if twice else ""


def _complete(value: Any, found: re.Match[str], inputs: list[Any]) -> str | None:
    if values.kind_of(value) != "table":
        return None
    name = _column(value, found[1]) if found[1] else ""
    if name is None:
        return None
    missing = int(value[name].isna().sum() if name else value.isna().sum().sum())
    return f"{missing:,} values are missing{f' in {name}' if name else ''}" if missing else ""


def _between(value: Any, found: re.Match[str], inputs: list[Any]) -> str | None:
    low, high = float(found[2]), float(found[3])
    if values.kind_of(value) == "number":
        return "" if low <= value <= high else f"{value} is not between {low:g} and {high:g}"
    name = _column(value, found[1] or "") if values.kind_of(value) == "table" else None
    if not name or value[name].dtype.kind not in "iuf":
        return None
    outside = int((~value[name].dropna().between(low, high)).sum())
    return f"{outside:,} values of {name} are not between {low:g} and {high:g}" if outside else ""


def _columns(value: Any, found: re.Match[str], inputs: list[Any]) -> str | None:
    if values.kind_of(value) != "table":
        return None
    lacking = [name for name in re.split(r",\s*(?:and\s+)?|\s+and\s+", found[1].strip()) if _column(value, name) is None]
    return f"there is no column {lacking[0]!r}" if lacking else ""


def _numbers(value: Any, found: re.Match[str], inputs: list[Any]) -> str | None:
    if not isinstance(value, str):
        return None
    loose = stray_numbers(CITED.sub(" ", value), inputs)
    return f"these numbers stand in no input: {', '.join(loose[:8])}" if loose else ""


def _cited(value: Any, found: re.Match[str], inputs: list[Any]) -> str | None:
    if not isinstance(value, str):
        return None
    _, complaints, _ = check_citations(value, inputs)
    return f"it {complaints[0]}" if complaints else ""


def _filled(value: Any, found: re.Match[str], inputs: list[Any]) -> str | None:
    size = len(value) if hasattr(value, "__len__") else None
    return None if size is None else "" if size else "it is empty"


def _column(frame: Any, name: str) -> Any:
    """The column of that name, spaces and underscores alike."""
    wanted = re.sub(r"[\s_]+", "_", name.strip("`'\" ").casefold())
    return next((column for column in frame.columns if re.sub(r"[\s_]+", "_", str(column).casefold()) == wanted), None)


PATTERNS: list[tuple[re.Pattern[str], Callable[[Any, re.Match[str], list[Any]], str | None]]] = [
    (re.compile(rf"({'|'.join(_LIMITS)})?\s*(\d+)\s+({'|'.join(_UNITS)})s?", re.IGNORECASE), _count),
    (re.compile(r"(?:exactly )?one row (?:per|for each) (.+)", re.IGNORECASE), _one_per),
    (re.compile(r"no (?:missing|empty|null) (?:values?|cells?)(?: in (.+))?", re.IGNORECASE), _complete),
    (re.compile(rf"(?:(.+?)\s+(?:is |are |lies |lie )?)?(?:between|from) {_NUMBER} (?:and|to) {_NUMBER}", re.IGNORECASE), _between),
    (re.compile(r"(?:with )?(?:the )?columns? (.+)", re.IGNORECASE), _columns),
    (re.compile(r"(?:every|each|all) numbers? (?:stands?|is|are) in (?:the|its) (?:inputs?|results?|data)", re.IGNORECASE), _numbers),
    (
        re.compile(r"(?:every|each|all) (?:citations?|claims?|statements?|papers?|sources?) (?:is|are|resolves?|cited)\s*(?:cited|resolved?)?", re.IGNORECASE),
        _cited,
    ),
    (re.compile(r"not empty", re.IGNORECASE), _filled),
]

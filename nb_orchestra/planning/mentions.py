"""The `{names}` in a goal: which values it speaks of. One pass over the text; what is put in is never read again.

`{penguins}` a variable · `{penguins[body_mass_g]}` a column of it · `{results[key]}`, `{run.value}`, `{Out[3]}` a part.
Literal: inside `$…$`, backticks or code fences, right after `\\word`, `_` or `^` (LaTeX), `{{x}}` (gives `{x}`), and whatever is not a
name, such as `{"a": 1}`. A name that is no variable is an error, with or without a part: it is a typo more often than not.
"""

from __future__ import annotations

import datetime
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra import values
from nb_orchestra.errors import GoalError, UnknownVariableError

LONGEST_GOAL = 20_000
LONGEST_INSERT = 60
"""Characters of a text that is put into the goal itself. A longer one is data: it goes by name, and no model takes its words for the person's."""
_LITERAL = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|\$\$.*?\$\$|(?<![\\\w$])\$(?=\S)[^$\n]*?(?<=\S)\$(?![\w$])|\{\{|\}\}|\{[^{}\n]*\}", re.DOTALL)
_MENTION = re.compile(r"(?P<base>[^\W\d]\w*)(?P<path>(?:\.[^\W\d]\w*|\[[^\[\]]+\])*)\s*\Z")
_PART = re.compile(r"\.([^\W\d]\w*)|\[([^\[\]]+)\]")
_LATEX_BEFORE = re.compile(r"(?:\\[A-Za-z]+\*?(?:\[[^\[\]]*\])?|[_^$])\Z")


@dataclass(frozen=True, slots=True)
class Mentions:
    """`text`: the goal with small values put in; `data`: name → value; `columns`: columns forced by `{frame[column]}`."""

    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_mentions(text: str, variables: Mapping[str, Any]) -> Mentions:
    """GoalError for an empty or a huge goal; UnknownVariableError for an unknown name."""
    _check_text(text)
    data: dict[str, Any] = {}
    columns: dict[str, list[str]] = {}
    parts: list[str] = []
    position = formula_end = 0
    for match in _LITERAL.finditer(text):
        parts.append(text[position : match.start()])
        if _in_formula(match, text, formula_end):
            parts.append(match.group())
            formula_end = match.end()
        else:
            parts.append(_replace(match.group(), variables, data, columns))
        position = match.end()
    parts.append(text[position:])
    return Mentions("".join(parts), data, {name: tuple(found) for name, found in columns.items()})


def _check_text(text: str) -> None:
    if not any(letter.isprintable() and not letter.isspace() for letter in text):
        raise GoalError("the goal is empty", hint='write what you want below the first line, such as "Check my data {df}"')
    if len(text) > LONGEST_GOAL:
        raise GoalError(
            f"the goal is {len(text):,} characters long; the limit is {LONGEST_GOAL:,}", hint="keep long text in a variable and name it in the goal: {text}"
        )


def _in_formula(match: re.Match[str], text: str, formula_end: int) -> bool:
    """True for braces of LaTeX: right after a command, _ or ^, or after such braces (the second part of a fraction)."""
    start = match.start()
    return text[start] == "{" and (start == formula_end > 0 or _LATEX_BEFORE.search(text, max(0, start - 40), start) is not None)


def _replace(piece: str, variables: Mapping[str, Any], data: dict[str, Any], columns: dict[str, list[str]]) -> str:
    if piece in ("{{", "}}"):
        return piece[0]
    if piece[0] != "{":
        return piece
    mention = _MENTION.match(piece[1:-1].strip())
    if mention is None or keyword.iskeyword(mention["base"]):
        return piece
    base, path = mention["base"], mention["path"]
    if base not in variables:
        raise UnknownVariableError(f"{{{base}}} is no variable here", hint=_near(base, variables))
    return _insert(base, path, variables[base], data, columns)


def _insert(base: str, path: str, value: Any, data: dict[str, Any], columns: dict[str, list[str]]) -> str:
    name, parts = base, _PART.findall(path)
    if len(parts) == 1 and parts[0][1] and values.kind_of(value) == "table":
        column = _column(value, parts[0][1].strip("'\" "))
        data[base] = value
        if column not in columns.setdefault(base, []):
            columns[base].append(column)
        return f"{{{base}[{column}]}}"
    for attribute, key in parts:
        value = _part(value, attribute, key.strip(), f"{base}{path}")
        name = f"{name}_{attribute or re.sub(r'[^A-Za-z0-9_]+', '_', key).strip('_')}"
    short = _short_text(value)
    if short is not None:
        return short
    data[name] = value
    return f"{{{name}}}"


def _column(frame: Any, wanted: str) -> str:
    names = [str(column) for column in frame.columns]
    if wanted in names:
        return wanted
    raise UnknownVariableError(f"there is no column {wanted!r}", hint=_near(wanted, dict.fromkeys(names)))


def _part(value: Any, attribute: str, key: str, path: str) -> Any:
    """One attribute or one item. Names that start with _ are refused: they reach into Python, not into data."""
    try:
        if attribute:
            if attribute.startswith("_"):
                raise AttributeError
            return getattr(value, attribute)
        plain = key.strip("'\"")
        if re.fullmatch(r"-?\d+", key):
            return value[int(key)]
        return value[plain]
    except Exception:
        raise UnknownVariableError(f"{{{path}}} has no part {attribute or key!r}", hint="use a variable, an attribute or a key that exists") from None


def _short_text(value: Any) -> str | None:
    """Numbers, dates and short one-line texts stand in the goal itself; everything else goes by name."""
    if isinstance(value, bool | int | float | datetime.date):
        return str(value)
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        return str(value.item())
    if type(value) is str and len(value) <= LONGEST_INSERT and "\n" not in value:
        return value
    return None


def _near(name: str, names: Mapping[str, Any]) -> str:
    from rapidfuzz import fuzz, process

    candidates = [candidate for candidate in names if not str(candidate).startswith("_") and 2 * len(str(candidate)) >= len(name)]
    near = [match[0] for match in process.extract(name, candidates, scorer=fuzz.WRatio, limit=3, score_cutoff=70)]
    return f"did you mean {', '.join(near)}?" if near else f"write {{{{{name}}}}} for a literal brace, or define it first"


def frames_in_prose(text: str, frames: Mapping[str, Any]) -> list[str]:
    """The names of frames that stand in the text as words."""
    return [name for name in frames if re.search(rf"(?<![\w{{]){re.escape(name)}(?![\w}}])", text)]

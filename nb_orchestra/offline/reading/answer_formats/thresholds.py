"""Words that a goal defines by a limit: "a house is expensive if its price exceeds 90000" makes "expensive houses" houses with that price."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.language.stems import stem
from nb_orchestra.offline.reading.language.words import fold, parts, vocabulary
from nb_orchestra.offline.reading.tables import Table

# ruff: noqa: E501 — patterns are data; a row stays a row

_NUMBER = r"(?:[-−]?\d[\d,]*(?:\.\d+)?|the (?:mean|median|average)(?: [\w.\"' ]{1,30})?)"
_LIMIT = (
    rf"(?:negative|positive|(?:strictly )?(?:greater|larger|more|higher|bigger|less|smaller|lower|fewer) than(?: or equal to)? {_NUMBER}|"
    rf"(?:above|over|below|under|at least|at most|exceeding) {_NUMBER}|(?:>=|<=|>|<|≥|≤) ?{_NUMBER}|between {_NUMBER} and {_NUMBER})"
)
_NAME = r"(?P<quote>[\"'“`]?)(?P<column>[A-Za-z][\w. ]*?)[\"'”`]?"
_SENTENCE = re.compile(r"[^.;\n{}](?:[^.;\n{}]|\.(?=[\w\"'”]))*")
_RULED = re.compile(
    rf"^\s*(?:an?|the|each|every)\s+(?P<noun>\w+)\s+(?:(?:is|are|was|has|counts as)\s+)?(?:considered\s+|defined as\s+|classified as\s+|regarded as\s+|called\s+|said to be\s+)?(?:an?\s+|to be\s+)?"
    rf"[\"'“]?(?P<label>\w[\w -]{{1,40}}?)[\"'”]?\s+(?:if|when|whenever)\s+(?:the\s+|its\s+|their\s+|his\s+|her\s+)?(?:value of\s+)?(?:the\s+)?(?:column\s+)?{_NAME}(?:\s+(?:column|value))?\s+(?:is |exceeds |are |was )?(?P<limit>{_LIMIT}|(?<=exceeds ){_NUMBER})\s*$",
    re.IGNORECASE,
)
_HELD = re.compile(
    rf"^\s*(?:the\s+)?[\"'“]?(?P<label>\w[\w-]*(?: [\w-]+)?)[\"'”]?\s+(?P<noun>\w+s)\s+(?:are|have)\s+(?:those\s+|the ones\s+|the rows\s+|defined as those\s+|\w+s\s+)?(?:with\s+|where\s+|having\s+|that have\s+)?(?:an?\s+|the\s+)?{_NAME}(?:\s+(?:column|value))?\s+(?:is |are |of |that is )?(?P<limit>{_LIMIT})\s*$",
    re.IGNORECASE,
)
_SIGNS = {"negative": "< 0", "positive": "> 0"}
_DENIES = vocabulary("not non no never")
_JOINS = re.compile(r"(?:\b(?:that|who|which)\s+)?(?:\b(?:is|are|was|were|have|has|had)\s+)?(?:\b(?:considered|classified as|called)\s+)?$", re.IGNORECASE)


def spelled_out(asked: str, table: Table) -> str:
    """The question with the limits in place of their words, and without the definitions that were used."""
    for sentence in list(_SENTENCE.finditer(asked)):
        found = _RULED.match(sentence.group()) or _HELD.match(sentence.group())
        if (
            found is None
            or not _is_column(found["column"], found["quote"], asked, table)
            or any(word in found["label"].casefold() for word in ("outlier", "signific", "normal"))
        ):
            continue
        rest = asked[: sentence.start()] + " " * len(sentence.group()) + asked[sentence.end() :]
        replaced = _with_limit(rest, found)
        asked = replaced if replaced is not None and len(list(_SENTENCE.finditer(asked))) else asked
    return asked


def _is_column(name: str, quote: str, asked: str, table: Table) -> bool:
    """A column of the table by its whole name, or one that the goal makes: named in quotes, or with an underscore."""
    known = any(fold(name) == fold(column.name) for column in table.columns)
    return known or ((bool(quote) or "_" in name) and len(parts(name)) <= 5 and asked.count(name) > 1)


def _with_limit(text: str, found: re.Match[str]) -> str | None:
    """The text with "with price above 90000" where the label stands; None where it stands nowhere, or denied."""
    wanted = [stem(word) for word in re.findall(r"\w+", found["label"])]
    words = list(re.finditer(r"[^\W\d_]\w*", text))
    limit = _SIGNS.get(found["limit"].casefold(), found["limit"])
    said = f'with "{found["column"]}" {limit if not re.fullmatch(_NUMBER, limit) else "above " + limit}'
    for n in range(len(words) - len(wanted), -1, -1):
        if [stem(word.group()) for word in words[n : n + len(wanted)]] != wanted:
            continue
        if n and words[n - 1].group().casefold() in _DENIES:
            return None
        start, end = words[n].start(), words[n + len(wanted) - 1].end()
        start = _JOINS.search(text[:start]).start() if _JOINS.search(text[:start]) else start  # type: ignore[union-attr]
        behind = words[n + len(wanted)] if n + len(wanted) < len(words) else None
        thing = behind is not None and text[end : behind.start()].isspace() and stem(behind.group()) == stem(found["noun"])
        if thing and behind is not None:
            return f"{text[:start]}{behind.group()} {said}{text[behind.end() :]}"
        return f"{text[:start]}{said}{text[end:]}"
    return None

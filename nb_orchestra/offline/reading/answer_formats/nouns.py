"""Other words for columns that a goal defines: "the test score is in `testscr`", "use `glu` for the glucose level", "cd indicates whether a drive is present"."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.answer_formats.codes import ORDERS, SUBJECT, meanings
from nb_orchestra.offline.reading.language.lexicon import STOP
from nb_orchestra.offline.reading.language.stems import stem
from nb_orchestra.offline.reading.language.words import fold, vocabulary
from nb_orchestra.offline.reading.tables import Meaning, Table

# ruff: noqa: E501 — patterns are data; a row stays a row

_NOUN = re.compile(
    r"^\s*(?:the\s+|each\s+|an?\s+)?(?P<noun>[\w-]+(?:\s+[\w-]+){0,3}?)\s+(?:values?\s+)?(?:is|are)\s+(?:stored|given|held|found|contained|available|recorded|represented|denoted|reported|measured|listed)?\s*"
    r"(?:in|by|as|under)?\s*(?:the\s+)?(?:column\s+|variable\s+|field\s+)?[\"'“`]?(?P<column>[^\"'”`]+?)[\"'”`]?(?:\s+(?:column|variable|field))?(?:\s+(?:with|as) the (?:two )?values?\b.*)?\s*$",
    re.IGNORECASE,
)
_APPOSED = re.compile(
    r"^\s*(?:the\s+)?(?P<noun>[\w-]+(?:\s+[\w-]+){0,3}?)\s+(?:is|are)\s+(?:measured|given|expressed|recorded|reported)\s+(?:in|as|by)\s+[\w ]{2,40}?\s*\([\"'“`]?(?P<column>[^\"'”`()]+?)[\"'”`]?(?: column)?\)\s*$",
    re.IGNORECASE,
)
_ELLIPTIC = re.compile(
    r"^\s*(?:the\s+)?(?P<noun>[\w-]+(?:\s+[\w-]+){0,3}?)\s+(?:in|by)\s+(?:the\s+)?(?:column\s+)?[\"'“`]?(?P<column>[^\"'”`]+?)[\"'”`]?(?:\s+(?:column|variable))?\s*$",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    r"^\s*(?:the\s+)?(?:column\s+|variable\s+)?[\"'“`]?(?P<column>[^\"'”`]+?)[\"'”`]?\s+(?:column\s+|variable\s+)?(?:indicates|shows|tells|states|records|specifies|denotes|says|describes)\s+(?:whether|if)\s+"
    r"(?P<label>[^(\n]+?)(?:\s*\(|\s+or not\b|,|$)",
    re.IGNORECASE,
)
_USED_FOR = re.compile(r"^\s*use\s+(?:the\s+)?(.+)$", re.IGNORECASE)
_PAIR = re.compile(
    r"^(?:the\s+)?(?:column\s+)?[\"'“`]?(?P<column>[^\"'”`]+?)[\"'”`]?(?:\s+column)?\s+(?:for|as)\s+(?:the\s+)?(?P<noun>[\w-]+(?:\s+[\w-]+){0,3})$",
    re.IGNORECASE,
)
_PURPOSES = vocabulary(
    "calculation analysis grouping group comparison test this computation correlation purpose these both all each question task filter filtering regression model plot"
)
_HOLDING = re.compile(
    r"^\s*(?:the\s+)?(?:column\s+)?[\"'“`]?(?P<column>[^\"'”`]+?)[\"'”`]?\s+(?:column\s+|variable\s+)?(?:holds|contains|gives|records|stores|represents|denotes|describes)\s+(?:the\s+)?"
    r"(?P<noun>[\w-]+(?:\s+[\w-]+){0,2}?)(?:\s+of\s+(?:the|each|every|an?)\s+\w+)?\s*$",
    re.IGNORECASE,
)


def whether(text: str, table: Table) -> list[Meaning]:
    """ "The cd column indicates whether a CD-ROM drive is present": the yes of that column."""
    found = _WHETHER.match(text)
    column = next((item for item in table.columns if found and fold(item.name) == fold(found["column"])), None)
    if found is None or column is None or not column.truth:
        return []
    label = (
        SUBJECT.sub("", found["label"]) if not re.search(r"\b(?:is|are|was|were) (?:present|available|there|included)\b", found["label"]) else found["label"]
    )
    return list(dict.fromkeys(meanings([(column.yes, label)], column)))


def used_for(text: str, table: Table) -> list[Meaning]:
    """ "Use `glu` for the glucose level and `bmi` for the body mass index"."""
    found = _USED_FOR.match(text)
    pairs = [_PAIR.match(piece.strip()) for piece in re.split(r",\s*(?:and\s+)?|\s+and\s+", found.group(1))] if found else []
    named = [(pair, next((item for item in table.columns if fold(item.name) == fold(pair["column"])), None)) for pair in pairs if pair]
    if not named or len(named) != len(pairs) or any(column is None or set(pair["noun"].casefold().split()) & _PURPOSES for pair, column in named):
        return []
    return [Meaning(tuple(stem(word) for word in pair["noun"].casefold().split() if word not in STOP), column.name) for pair, column in named if column]


def noun(text: str, table: Table) -> list[Meaning]:
    """ "The birth weight is stored in the 'bwt' column": another word for a column."""
    first, *others = re.split(r",?\s+and\s+(?=the\s+)", text)
    more = [_ELLIPTIC.match(piece) for piece in others]
    if others and all(more) and _NOUN.match(first):
        pieces = [noun(first, table), *(noun(f"{piece['noun']} is in {piece['column']}", table) for piece in more if piece)]
        return [meaning for made in pieces for meaning in made] if all(pieces) else []
    found = _NOUN.match(text) or _HOLDING.match(text) or _APPOSED.match(text)
    column = next((item for item in table.columns if found and fold(item.name) == fold(found["column"])), None)
    if found is None or column is None or ORDERS.search(text):
        return []
    words = [stem(word) for word in re.findall(r"[^\W_]+", found["noun"].casefold()) if word not in STOP]
    taken = any(fold(item.name) == fold(found["noun"]) for item in table.columns)
    return [Meaning(tuple(words), column.name)] if words and not taken else []

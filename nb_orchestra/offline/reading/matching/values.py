"""Which value of which column a goal's words mean: "only Gentoo" needs no mention of species.

Levels are compared without case, spaces, hyphens or plural. Short or everyday words ("no", "M", "other") count as a value
only in quotes or beside their column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from nb_orchestra.offline.reading.language.lexicon import PHRASES, STOP
from nb_orchestra.offline.reading.language.synonyms import POINTERS
from nb_orchestra.offline.reading.language.words import Token, fold, inflections, lemma, vocabulary
from nb_orchestra.offline.reading.matching.likewise import near_values
from nb_orchestra.offline.reading.tables import Column, Table

LONGEST_VALUE = 6


@dataclass(frozen=True, slots=True)
class Level:
    """A value of a column, found in tokens start..end. `sure`: written as the table writes it, or in quotes."""

    column: str
    value: Any
    start: int
    end: int
    sure: bool
    rivals: tuple[str, ...] = ()


@lru_cache(maxsize=16)
def _index(table: _Keyed) -> dict[str, list[tuple[str, Any]]]:
    index: dict[str, list[tuple[str, Any]]] = {}
    pairs = ((column, level) for column in table.table.columns if column.kind == "text" for level in column.levels)
    for column, level in pairs:
        for text in _spellings(column, str(level)):
            index.setdefault(_key(text), []).append((column.name, level))
    return index


def _spellings(column: Column, level: str) -> tuple[str, ...]:
    """The value, its plural where that looks like another word's ("Adelies" is no plural of "Adely"), and other words for it."""
    plural = (f"{level}s",) if level.endswith("ie") else ()
    numbered = (" ".join(pieces.groups()),) if (pieces := _NUMBERED.fullmatch(level)) else ()
    others = tuple(text for one in column.spelt if one.kept == level for text in one.others)
    return (level, *plural, *numbered, *others, *(word for text in (level, *others) for word in _also(column, text)))


_NUMBERED = re.compile(r"(\d+)([A-Za-z]+)")
"""Values such as 7B, which a goal's tokens hold as a number and a word."""


_SEXES = {"f": "female woman girl", "m": "male man boy", "female": "woman girl", "male": "man boy", "w": "woman female girl", "girl": "female", "boy": "male"}


_OUTCOMES = vocabulary("pass fail improve survive respond recover relapse convert churn return accept reject approve cancel")


def _also(column: Column, level: str) -> tuple[str, ...]:
    """Other words for a value that stands for a sex or an outcome: "women" where the table says F, "failed" where it says FAIL."""
    about = {"sex", "gender"} & set(column.words)
    word = level.strip().casefold()
    if column.distinct <= 4 and word in _OUTCOMES:
        return inflections(word)[1:]
    if about:
        return tuple(_SEXES.get(level.strip().casefold(), "").split())
    return (f"{word}y", f"{word}{word[-1]}y") if column.distinct <= 12 and word.isalpha() and 3 <= len(word) <= 8 and level.islower() else ()


class _Keyed:
    """A table as a key of the small cache above: by identity, since tables are frozen."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def __hash__(self) -> int:
        return id(self.table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and other.table is self.table


def _key(text: str) -> str:
    return " ".join(lemma(word) for word in fold(text).split())


def levels(tokens: list[Token], table: Table) -> list[Level]:
    """Every value named in the tokens, longest first."""
    index = _index(_Keyed(table))
    found: list[Level] = []
    for start in range(len(tokens)):
        for end in range(min(len(tokens), start + LONGEST_VALUE), start, -1):
            hits = index.get(_joined(tokens[start:end]))
            if hits:
                found.append(_level(tokens[start:end], hits, start, end, table))
    columns = {level.column for level in found if level.sure and table[level.column].listed}
    found = [replace(level, sure=True) if level.column in columns and level.start - level.end == -1 and len(str(level.value)) > 2 else level for level in found]
    found = _side_by_side([*found, *_likely(tokens, table, {n for level in found for n in range(level.start, level.end)})], tokens, table)
    return sorted(found, key=lambda level: (level.start - level.end, level.start))


def _likely(tokens: list[Token], table: Table, taken: set[int]) -> Iterator[Level]:
    """Plain words that nothing else knows, each as the one value that it may mean; none where the goal has an answer format: it names its values."""
    if table.exact:
        return
    names = {piece for column in table.columns for piece in column.words} | {lemma(piece) for piece in fold(table.name).split()}
    for n, token in enumerate(tokens):
        if token.kind != "word" or n in taken or (token.word,) in PHRASES or token.word in STOP or token.word in names:
            continue
        hits = [(column.name, level) for column in table.columns for level in near_values(token.text, column) or near_values(token.word, column)]
        if len(hits) == 2 and hits[0][0] != hits[1][0]:  # "carnivores": carni of what they eat, or Carnivora of their order
            hits.sort(key=lambda hit: table[hit[0]].distinct)
            yield Level(*hits[0], n, n + 1, sure=False, rivals=(hits[1][0],))
        elif len(hits) == 1:
            yield Level(*hits[0], n, n + 1, sure=False)


def _side_by_side(found: list[Level], tokens: list[Token], table: Table) -> list[Level]:
    """ "Engineering versus business": two values of one column make each other sure, whatever else one of the words may be."""
    plain = [level for level in found if not level.sure and table[level.column].listed and len(tokens[level.start].text) > 3]
    plain = [level for level in plain if tokens[level.start].word not in STOP]
    told = {level.column: {item.value for item in plain if item.column == level.column} for level in plain}
    clear = {level.column for level in plain if (tokens[level.start].word,) not in PHRASES}
    return [replace(level, sure=True) if level in plain and level.column in clear and len(told[level.column]) > 1 else level for level in found]


def _joined(span: list[Token]) -> str:
    if (len(span) > 1 and any(token.kind in ("quoted", "line", "forced", "name") for token in span)) or span[0].kind == "mark" or span[-1].kind == "mark":
        return ""
    return _key(" ".join(token.text for token in span))


def _level(span: list[Token], hits: list[tuple[str, Any]], start: int, end: int, table: Table) -> Level:
    column, value = hits[0]
    text = "".join(token.text if n == 0 or span[n - 1].end == token.start else f" {token.text}" for n, token in enumerate(span))
    text = text if any(str(level) == text for _, level in hits) else re.sub(r"['’]s\Z", "", text)
    exact = next(((name, level) for name, level in hits if str(level) == text), None)
    column, value = exact or (column, value)
    quoted = span[0].kind == "quoted"
    few = table[column].listed
    written = start > 0 and text == str(value) and text[:1].isupper() and (len(text) > 2 or (text.isupper() and len(text) == 2))
    known = span[0].word in STOP or not PHRASES.get((span[0].word,), {}).keys() <= {"point"} or (span[0].word in POINTERS and not exact)
    plain = len(span) == 1 and not quoted and not written and (known or len(text) < 3)
    sure = quoted or (
        not plain and (str(value) == text or (text[:1].isupper() and len(span) > 1) or (few and fold(str(value)) == fold(text)) or (few and text[:1].isupper()))
    )
    return Level(column, value, start, end, sure, tuple(name for name, _ in hits if name != column))


_LIST_WORDS = vocabulary("is are was were in be that not isn't aren't or and nor , = == != only of the excluding except without but either neither from")


def in_its_list(stream: list[Token], level: Level) -> bool:
    """ "gender is f or m", "products that are not A, B or C": written as the table writes it, in a list behind its column's name."""
    written = " ".join(token.text for token in stream[level.start : level.end])
    if written != str(level.value):
        return False
    listed = False
    for token in reversed(stream[max(0, level.start - 14) : level.start]):
        if fold(token.text) == fold(level.column) or token.word == fold(level.column):
            return listed
        if token.text.casefold() not in _LIST_WORDS and len(token.text) > 2:
            return False
        listed = True
    return False

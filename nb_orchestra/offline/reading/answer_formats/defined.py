"""Where the words that a goal defines stand in a text: "smokers" is the value that the goal says it is, "non-smokers" the other one."""

from __future__ import annotations

from collections.abc import Iterator

from nb_orchestra.offline.reading.language.stems import stem
from nb_orchestra.offline.reading.language.words import Token, vocabulary
from nb_orchestra.offline.reading.tables import Meaning, Table

_DENIES = vocabulary("non not no without never didn't didn’t weren't weren’t wasn't wasn’t")
_BETWEEN = vocabulary("the a an by of in be been")
Claim = tuple[int, int, str, object]
"""First token, end, column, value; the value is the column's name itself for a word that means the column."""


def defined(stream: list[Token], table: Table) -> Iterator[tuple[int, int, Meaning, object]]:
    """Tokens start..end with the meaning that they have, and the value that is meant (None for a column)."""
    stems = [stem(token.word) if token.kind in ("word", "quoted") else "" for token in stream] if table.meanings else []
    for meaning in table.meanings:
        for start in range(len(stream)):
            end = _match(stems, stream, start, meaning)
            if end and stream[start].text not in ("may", "march"):
                yield from _said(stream, start, end, meaning)


def _said(stream: list[Token], start: int, end: int, meaning: Meaning) -> Iterator[tuple[int, int, Meaning, object]]:
    before = [token.text.casefold() for token in stream[max(0, start - 3) : start]]
    if meaning.value is None:
        yield start, end, meaning, None
    elif meaning.denied is None or not (set(before[-1:]) | set(before[-2:-1]) - {"the"}) & _DENIES:
        yield start, end, meaning, meaning.value
    elif before in (["with", "and", "without"], ["with", "or", "without"], ["with", "versus", "without"]):
        yield start - 3, start - 2, meaning, meaning.value
        yield start - 1, end, meaning, meaning.denied
    else:
        yield start - (1 if before[-1] in _DENIES else 2), end, meaning, meaning.denied


def _match(stems: list[str], stream: list[Token], start: int, meaning: Meaning) -> int:
    """The end of the phrase that begins here; 0 where it does not."""
    position = start
    for number, word in enumerate(meaning.words):
        while number and position < len(stream) and stream[position].text.casefold() in _BETWEEN:
            position += 1
        if position >= len(stream) or not _same(stems[position], word):
            return 0
        position += 1
    while position < len(stream) and stems[position] in meaning.tail:
        position += 1
    return position


def _same(said: str, word: str) -> bool:
    """Equal stems, or one the beginning of the other: "fraud" for "fraudulent"."""
    return said == word or (min(len(said), len(word)) >= 5 and (said.startswith(word) or word.startswith(said)))

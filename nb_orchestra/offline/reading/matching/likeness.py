"""How alike a goal's words are to the words inside columns' names: equal, synonym, abbreviation, initials, typo."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from nb_orchestra.offline.reading.language.lexicon import PHRASES, STOP
from nb_orchestra.offline.reading.language.synonyms import NOTIONS, WIDEST, same_notion
from nb_orchestra.offline.reading.language.words import Token, vocabulary
from nb_orchestra.offline.reading.tables import Column, Table

LONGEST_JOINED = 5
"""So many words may be one word of a column: "gross domestic product" → gdp."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """`pairs`: (goal's word, column's word) → (how alike, why). `joined`: (start, column's word) → end of the several words that make it.
    `rarity`: what a column's word is worth, less for one that many columns share."""

    pairs: Mapping[tuple[str, str], tuple[float, str]]
    joined: Mapping[tuple[int, str], int]
    rarity: Mapping[str, float]

    @classmethod
    def of(cls, tokens: list[Token], table: Table) -> Likeness:
        vocabulary = {word for column in table.columns for word in column.words}
        return cls(_pairs(tokens, vocabulary), _joined(tokens, vocabulary), _rarity(table))

    def may_begin(self, word: str, start: int, column: Column) -> bool:
        """True where the column's name may begin at this word."""
        return any((word, other) in self.pairs or (start, other) in self.joined for other in column.words)


def _joined(tokens: list[Token], vocabulary: set[str]) -> dict[tuple[int, str], int]:
    known = {word for words, word in _SHORT.items() if word in vocabulary}
    long = known | {word for word in vocabulary if len(word) >= 3 and word.isalpha()}
    found: dict[tuple[int, str], int] = {}
    for start in range(len(tokens)):
        for end in range(start + 2, min(start + LONGEST_JOINED + 1, len(tokens) + 1)):
            if any(token.kind != "word" for token in tokens[start:end]):
                break
            found |= {(start, word): end for word in long if _makes([token.word for token in tokens[start:end]], word)}
    return found


_SHORT = {("heart", "rate"): "hr", ("blood", "pressure"): "bp", ("body", "weight"): "bw", ("birth", "weight"): "bw", ("page", "view"): "pv"}
"""What two letters are short for, of things that are measured."""


def _makes(span: list[str], word: str) -> bool:
    """Initials, or two words written as one and cut: "per capita" → percap."""
    clipped = len(span) == 2 and len(word) >= 6 and word.startswith(span[0]) and _within(word.removeprefix(span[0]), span[1])  # "test scores" → testscr
    short = len(span) == 2 and len(word) == 3 and word[0] == span[0][0] and len(span[0]) > 2 and same_notion(span[1], word[1:])  # "birth weight" → bwt
    return (
        clipped
        or (len(span) == 2 and _SHORT.get((span[0], span[1])) == word)
        or short
        or (len(span) == 2 and len(span[1]) > 3 and len(word) > len(span[1]) + 2 and word.endswith(span[1]) and span[0].startswith(word.removesuffix(span[1])))
        or (word == "".join(piece[0] for piece in span) and not STOP & set(span))
        or (len(span) == 2 and len(word) >= 5 and len(span[0]) < len(word) and "".join(span).startswith(word))
    )


def _within(letters: str, word: str) -> bool:
    """True for at least three letters of a word in their order, the first in front."""
    rest = iter(word)
    return len(letters) >= 3 and letters[0] == word[0] and all(letter in rest for letter in letters)


def _rarity(table: Table) -> dict[str, float]:
    counts = Counter(word for column in table.columns for word in set(column.words))
    return {word: 1 / math.sqrt(count) * (0.3 if word in STOP or word in ("no", "number") else 1.0) for word, count in counts.items()}


def _pairs(tokens: list[Token], vocabulary: set[str]) -> dict[tuple[str, str], tuple[float, str]]:
    words = {token.word for token in tokens if token.kind in ("word", "number")}
    written = {token.word: token.text.casefold() for token in tokens if token.kind == "word"}
    found = {(word, other): _alike(word, other, word in vocabulary) for word in words for other in vocabulary}
    found |= {
        (word, other): (0.75, "typo")
        for word, text in written.items()
        for other in vocabulary
        if found[word, other] is None and word not in vocabulary and word not in STOP and (word,) not in PHRASES and _written_so(text, other)
    }
    return {pair: alike for pair, alike in found.items() if alike is not None}


def _written_so(text: str, other: str) -> bool:
    """Spelling is compared as written, too: the singular of "speces" is farther from "species" than the word is."""
    return text.endswith("s") and (_typo(text, other) or _typo(text, f"{other}s"))


_COMPARATIVES = vocabulary("lower higher larger smaller longer shorter greater bigger older younger newer")
"""Ways to hold a thing against another: "lower pay" asks for pay, and for no column that is called low_…"""


_TURNING = vocabulary("re un non in im dis mis")
"""What a word is no more with this in front of it: reopened is not opened, unemployed not employed."""


def _alike(word: str, other: str, known: bool) -> tuple[float, str] | None:
    if word == other:
        return 1.0, "words"
    if word in STOP or other.isdigit() or word.isdigit() or word in _COMPARATIVES or other.removesuffix(word) in _TURNING:
        return None
    if same_notion(word, other):
        return (0.92 if word[:4] == other[:4] else 0.9), "synonym"  # spending is `spent` rather than a budget
    if len(other) >= 3 and len(word) > len(other) and word.startswith(other):
        return (0.88, "words") if len(other) >= 4 else (0.85, "abbreviation")
    if _consonants(word, other):
        return 0.85, "abbreviation"
    if len(other) >= 6 and len(word) >= 4 and (other.endswith(word) or other.startswith(word)):
        return 0.8, "part"
    if not known and _stem(word, other):
        return 0.8, "part"
    if not known and (word,) not in PHRASES and _typo(word, other):
        return 0.75, "typo"
    return None


def _consonants(word: str, other: str) -> bool:
    """ "spd" of speed, "stn" of station: the word without its vowels and doubled letters."""
    plain = "".join(letter for letter in word if letter not in "aeiouy")
    return len(other) >= 3 and other == "".join(letter for n, letter in enumerate(plain) if letter != plain[n - 1 : n])


def _stem(word: str, other: str) -> bool:
    """One root with two endings: survival, survived; embarkation, embarked."""
    if _root(word) == _root(other) and len(_root(word)) >= 4 and (word,) not in PHRASES:
        return True
    root = next((n for n, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), min(len(word), len(other)))
    return root >= 6 and root >= 0.7 * min(len(word), len(other)) and (word,) not in PHRASES


_ENDINGS = (("ssion", "t"), ("tted", "t"), ("tting", "t"), ("ction", "ct"), ("ing", ""), ("ed", ""), ("er", ""), ("ic", ""), ("es", ""), ("e", ""), ("y", ""))


def _root(word: str) -> str:
    """A word without the ending that makes it a doer, a doing, a state or a quality: smoking and smoker, readmission and readmitted, diabetic and diabetes."""
    for ending, left in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending) + left
    return word


def _typo(word: str, other: str) -> bool:
    if min(len(word), len(other)) < 5 or abs(len(word) - len(other)) > 2:
        return False
    allowed = 2 if len(other) >= 8 else 1
    return OSA.distance(word, other, score_cutoff=allowed) <= allowed and (word[0] == other[0] or sorted(word) == sorted(other))


_SHORT_ENDS = {"weight": "wt", "height": "ht", "temperature": "temp"}
"""Two letters at the end of a name: bodywt."""


def of_notions(notions: tuple[str, ...], table: Table) -> list[Column]:
    """The numeric columns of one of the notions, also by the end of a name (domgross); the one that covers most first, names without a year before others."""
    found = [
        column
        for column in table.of_kind("number")
        if any(
            same_notion(notion, word)
            or (len(word) > 4 and word not in NOTIONS and word.endswith(_SHORT_ENDS.get(notion, "-")))
            or (len(word) > 5 and any(word.endswith(end) for end in NOTIONS.get(notion, ()) if len(end) > 3))
            for notion in notions
            for word in column.words
        )
    ]
    return sorted(found, key=lambda column: (any(letter.isdigit() for letter in column.name), not _wide(column.words), len(column.name)))


def _wide(words: tuple[str, ...]) -> bool:
    return any(word.startswith((wide, "int")) or wide.startswith(word) for word in words for wide in WIDEST)

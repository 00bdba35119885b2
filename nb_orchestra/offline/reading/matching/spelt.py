"""Values that a column writes in several ways, by case, blanks and joints ("North", "NORTH", "north "), or by several codes (female and F; yes, Y and TRUE).

Taken as one only where nothing else can be meant: of at least three letters, each written in one case, without digits glued to letters, and in no column of
identifiers. Codes only of the two sexes and of yes and no, where the column holds both sides and nothing but such words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from nb_orchestra.offline.reading.language.words import vocabulary

MOST_VALUES = 1_000
SHORTEST = 3
"""Letters: shorter ones may differ by their case alone (M and m, Aa and AA)."""


@dataclass(frozen=True, slots=True)
class Spelt:
    """One value: the spelling that is `kept` (the most frequent one), the `others`, and the rows that hold any of them."""

    kept: str
    others: tuple[str, ...]
    rows: int
    coded: bool = False
    """True where the others are other words for it, not only other spellings."""


Counted = Callable[[list[str]], Mapping[str, int]]
"""How many rows hold each of some values."""


def spelt(words: Iterable[str], levels: Iterable[object], *, identifying: bool, counted: Counted) -> tuple[Spelt, ...]:
    """The values of a text column that stand in several spellings; rows are counted only where there are some."""
    texts = [level for level in levels if isinstance(level, str) and level.strip()]
    named = set(words)
    if identifying or len(texts) > MOST_VALUES or named & _CODES:
        return ()
    classes, coded = (_coded(texts, named), True)
    if not classes:
        classes, coded = list(_alike(texts)), False
    if not classes:
        return ()
    rows = counted([text for texts in classes for text in texts])
    usual = max((text for texts in classes for text in texts), key=lambda text: rows.get(text, 0))
    letter = coded and len(usual.strip()) == 1
    return tuple(_one(texts, rows, letter=letter if coded else None) for texts in classes if len(texts) > 1)


def key_of(text: str) -> str:
    """One key for all spellings: case, blanks, apostrophes and the joints between words do not count; joints between digits and a sign do."""
    plain = re.sub(r"[\s_]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()
    plain = _JOINT.sub(" ", re.sub(r"['’`]", "", plain))
    plain = re.sub(r"(?<=[^\W\d_])\.(?=\s|\Z)", "", plain)
    pieces = plain.split()
    return "".join(pieces) if all(len(piece) > 1 and piece.isalpha() for piece in pieces) else " ".join(pieces)


_JOINT = re.compile(r"(?<=[^\W\d_]) ?[-–./ ] ?(?=[^\W_])|(?<=\d) ?[-– ] ?(?=[^\W\d_])")
_CODES = vocabulary("id identifier code sku key hash token symbol ticker uuid isbn url email path file filename")
_GLUED = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")


def _alike(texts: list[str]) -> Iterator[list[str]]:
    groups: dict[str, list[str]] = {}
    for text in texts:
        groups.setdefault(key_of(text), []).append(text)
    for key, same in groups.items():
        if len(same) > 1 and sum(letter.isalpha() for letter in key) >= SHORTEST and not _code_like(same):
            yield same


def _code_like(same: list[str]) -> bool:
    """True where the case may tell: of codes such as ab12, and where several spellings mix it (aBc and AbC)."""
    if len({text.strip() for text in same}) == 1:
        return False
    mixed = {text.strip() for text in same if not all(piece.islower() or piece.isupper() or piece.istitle() for piece in re.findall(r"[^\W\d_]+", text))}
    return len(mixed) > 1 or any(_GLUED.search(text) for text in same)


_SEXES = (vocabulary("f fem female females"), vocabulary("m male males"))
_GROWN = (vocabulary("w woman women"), vocabulary("man men"))
_YOUNG = (vocabulary("girl girls"), vocabulary("boy boys"))
_TRUTHS = (vocabulary("yes y true t 1 1.0"), vocabulary("no n false f 0 0.0"))
_FULL = vocabulary("yes no true false")
_NEITHER = frozenset({"unknown", "unk", "na", "n/a", "nan", "none", "missing", "maybe", "not sure", "don't know", "other", "?", "-"})


def _coded(texts: list[str], named: set[str]) -> list[list[str]]:
    """Both sides of a column of sexes, or of yes and no, where at least one is written in several ways."""
    said = {text: text.strip().casefold() for text in texts}
    grown, young = (any(word in side for word in said.values() for side in words) for words in (_GROWN, _YOUNG))
    sexes = _SEXES if grown and young else tuple(set().union(*sides) for sides in zip(_SEXES, _GROWN, _YOUNG, strict=True))
    known = set().union(*sexes)
    if named & {"sex", "gender"} or set(said.values()) <= known:
        return _sides(said, sexes)
    if set(said.values()) <= _TRUTHS[0] | _TRUTHS[1] | _NEITHER and _FULL & set(said.values()):
        return _sides(said, _TRUTHS)
    return []


def _sides(said: Mapping[str, str], words: Iterable[Iterable[str]]) -> list[list[str]]:
    sides = [[text for text, word in said.items() if word in side] for side in map(set, words)]
    return sides if all(sides) and any(len(side) > 1 for side in sides) else []


def _one(texts: list[str], rows: Mapping[str, int], *, letter: bool | None) -> Spelt:
    """`letter`: whether the kept code should be one, as that of the other side."""

    def usual(text: str) -> tuple[bool, int, bool, str]:
        return letter is None or (len(text.strip()) == 1) == letter, rows.get(text, 0), text[:1].isupper() and not text.isupper(), text

    kept = max(texts, key=usual).strip()
    return Spelt(kept, tuple(text for text in texts if text != kept), sum(rows.get(text, 0) for text in texts), len(set(map(key_of, texts))) > 1)

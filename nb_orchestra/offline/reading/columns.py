"""Which column a goal's words mean: by name, by its words in any order, by synonym, abbreviation, unit or typo.

Every find carries how it was made, so that a guess can be shown. Scores only order the finds; they are no probabilities.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from nb_orchestra.offline.reading.lexicon import PHRASES, STOP
from nb_orchestra.offline.reading.synonyms import same_notion
from nb_orchestra.offline.reading.tables import Column, Table
from nb_orchestra.offline.reading.words import Token, fold, parts

LONGEST_SPAN = 12
"""A column's words are looked for within this many tokens."""

_GLUE = frozenset({"of", "the", "in", "a", "an", "per", "for", "on", "and", "administered", "recorded", "total", "number", "value"})


@dataclass(frozen=True, slots=True)
class Find:
    """A column found in tokens start..end (end excluded). `how`: named | words | part | synonym | typo | unit | content."""

    column: str
    start: int
    end: int
    score: float
    how: str
    rivals: tuple[str, ...] = ()


def named(text: str, table: Table) -> Iterator[tuple[int, int, str]]:
    """Places (in characters) where a column's whole name stands, longest names first, none inside another."""
    taken: list[tuple[int, int]] = []
    folded = text.casefold()
    for column in sorted(table.columns, key=lambda column: -len(column.name)):
        for start in _places(folded, text, column):
            end = start + len(column.name)
            if not any(start < right and left < end for left, right in taken):
                taken.append((start, end))
                yield start, end, column.name


def _places(folded: str, text: str, column: Column) -> Iterator[int]:
    name = column.name.casefold()
    if len(name) < 2 or not _distinctive(column.name) or len(folded) != len(text):
        return
    start = folded.find(name)
    while start >= 0:
        end = start + len(name)
        if not _inside_word(text, start, end) and (len(name) > 3 or text[start:end] == column.name):
            yield start
        start = folded.find(name, start + 1)


def _distinctive(name: str) -> bool:
    """Names that no ordinary sentence holds by chance: with a space, underscore, digit, sign or inner capital."""
    return any(not letter.isalpha() for letter in name.strip()) or (len(parts(name)) > 1 and not name.islower()) or (len(name) > 1 and name.isupper())


def _inside_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return (text[start].isalnum() and (before.isalnum() or before == "_")) or (text[end - 1].isalnum() and (after.isalnum() or after == "_"))


def finds(tokens: list[Token], table: Table) -> list[Find]:
    """Every reading of the tokens as a column, best first."""
    alike = _likeness(tokens, table)
    rarity = _rarity(table)
    joined = _joined(tokens, table)
    found: list[Find] = []
    for column in table.columns:
        found.extend(_column_finds(tokens, column, alike, rarity, joined))
    return _with_rivals(sorted(found, key=lambda find: (-find.score, find.end - find.start, find.start)))


def _joined(tokens: list[Token], table: Table) -> dict[tuple[int, str], int]:
    """(start, column's word) → end, where several words make one of a column's: "gross domestic product" → gdp, "per capita" → percap."""
    vocabulary = {word for column in table.columns for word in column.words if len(word) >= 3 and word.isalpha()}
    found: dict[tuple[int, str], int] = {}
    for start in range(len(tokens)):
        for end in range(start + 2, min(start + 6, len(tokens) + 1)):
            span = [token.word for token in tokens[start:end]]
            if not all(token.kind == "word" for token in tokens[start:end]):
                break
            initials = "".join(word[0] for word in span)
            for word in vocabulary:
                if word == initials or (len(word) >= 5 and end == start + 2 and "".join(span).startswith(word) and len(span[0]) < len(word)):
                    found[start, word] = end
    return found


def _rarity(table: Table) -> dict[str, float]:
    counts = Counter(word for column in table.columns for word in set(column.words))
    return {word: 1 / math.sqrt(count) * (0.3 if word in STOP or word in ("no", "number") else 1.0) for word, count in counts.items()}


def _likeness(tokens: list[Token], table: Table) -> dict[tuple[str, str], tuple[float, str]]:
    """(goal's word, column's word) → (how alike, why), for the pairs that are alike at all."""
    words = {token.word for token in tokens if token.kind in ("word", "number")}
    vocabulary = {word for column in table.columns for word in column.words}
    pairs = {}
    for word in words:
        for other in vocabulary:
            like = _alike(word, other, word in vocabulary)
            if like:
                pairs[word, other] = like
    return pairs


def _alike(word: str, other: str, known: bool) -> tuple[float, str] | None:
    if word == other:
        return 1.0, "words"
    if word in STOP or other.isdigit() or word.isdigit():
        return None
    if same_notion(word, other):
        return 0.9, "synonym"
    if len(other) >= 3 and len(word) > len(other) and word.startswith(other):
        return (0.88, "words") if len(other) >= 4 else (0.85, "abbreviation")
    if len(other) >= 6 and len(word) >= 4 and (other.endswith(word) or other.startswith(word)):
        return 0.8, "part"
    if not known and (word,) not in PHRASES and _typo(word, other):
        return 0.75, "typo"
    return None


def _typo(word: str, other: str) -> bool:
    if min(len(word), len(other)) < 4 or abs(len(word) - len(other)) > 2:
        return False
    allowed = 2 if len(other) >= 8 else 1
    return OSA.distance(word, other, score_cutoff=allowed) <= allowed and (word[0] == other[0] or sorted(word) == sorted(other))


def _column_finds(
    tokens: list[Token], column: Column, alike: dict[tuple[str, str], tuple[float, str]], rarity: dict[str, float], joined: dict[tuple[int, str], int]
) -> Iterator[Find]:
    whole = sum(rarity[word] for word in column.words) or 1.0
    for start, token in enumerate(tokens):
        if token.kind not in ("word", "number") or not any((token.word, word) in alike or (start, word) in joined for word in column.words):
            continue
        left = list(column.words)
        gained, end, reason, used = 0.0, start, "words", 0
        gaps = 0
        for position in range(start, min(len(tokens), start + LONGEST_SPAN)):
            if position < end:
                continue
            merged = next((word for word in left if (position, word) in joined), None)
            if merged is not None:
                left.remove(merged)
                gained, used, end, reason = gained + 0.9 * rarity[merged], used + 1, joined[position, merged], "synonym"
                continue
            best = max(left, key=lambda word: alike.get((tokens[position].word, word), (0.0, ""))[0], default=None)
            like = alike.get((tokens[position].word, best)) if best is not None else None
            if (
                like is None
                and used
                and len(left) == 1
                and len(left[0]) <= 2
                and tokens[position].word.startswith(left[0])
                and tokens[position].word not in STOP
            ):
                like, best = (0.7, "part"), left[0]
            if like is None or best is None:
                gaps += tokens[position].word not in _GLUE
                if gaps > 0 or tokens[position].kind not in ("word", "number"):
                    break
                continue
            left.remove(best)
            gained += like[0] * rarity[best]
            used += 1
            reason = like[1] if like[1] != "words" else reason
            end = position + 1
        enough = used > 1 or not left or gained / whole > 0.44 or used / len(column.words) >= 0.5
        enough = enough and not (len(column.words) == 1 and reason == "abbreviation")
        if used and enough and gained / whole > 0.2 and not _only_glue(tokens[start:end]):
            yield _make(column, start, end, gained / whole, used, reason, bool(left))


def _only_glue(span: list[Token]) -> bool:
    return all(token.word in STOP or token.word in ("no", "number") for token in span)


def _make(column: Column, start: int, end: int, share: float, used: int, reason: str, partial: bool) -> Find:
    if partial and reason == "words":
        reason = "part"
    score = 80 * share + 4 * used if not partial else 55 * share + (6 if used == 1 else 9) * used
    score -= max(0, end - start - used)
    return Find(column.name, start, end, score, reason)


def _with_rivals(found: list[Find]) -> list[Find]:
    """The first of those that read the same tokens equally well; the others are named with it."""
    kept: list[Find] = []
    for find in found:
        same = next((n for n, other in enumerate(kept) if (other.start, other.end) == (find.start, find.end)), None)
        if same is None:
            kept.append(find)
        elif kept[same].score - find.score < 1e-6:
            first = kept[same]
            kept[same] = Find(first.column, first.start, first.end, first.score, first.how, (*first.rivals, find.column))
    return kept


def near_names(text: str, table: Table) -> str | None:
    """The column whose whole name is nearest to one written piece of text ("body_mas_g"), or None."""
    wanted = fold(text)
    for column in table.columns:
        if fold(column.name) == wanted or "".join(parts(column.name)) == "".join(parts(text)):
            return column.name
    allowed = 2 if len(wanted) >= 8 else 1
    best = min(((OSA.distance(wanted, fold(column.name)), column.name) for column in table.columns), default=(99, ""))
    return best[1] if best[0] <= allowed and len(wanted) >= 4 else None

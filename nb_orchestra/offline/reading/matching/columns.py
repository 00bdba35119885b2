"""Which column a goal's words mean: by name, by its words in any order, by synonym, abbreviation, unit or typo.

Every find carries how it was made, so that a guess can be shown. Scores only order the finds; they are no probabilities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from nb_orchestra.offline.reading.language.lexicon import PHRASES, STOP
from nb_orchestra.offline.reading.language.words import Token, fold, parts
from nb_orchestra.offline.reading.matching.likeness import Likeness
from nb_orchestra.offline.reading.tables import Column, Table

LONGEST_SPAN = 12
"""A column's words are looked for within this many tokens."""

_GLUE = frozenset({"of", "year", "the", "in", "a", "an", "per", "for", "on", "and", "administered", "recorded", "total", "number", "value"})


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
    folded = text.lower()  # casefold would make two letters of one ß, and every place behind it wrong
    spelled = [(column.name, column) for column in table.columns] + [(column.bare, column) for column in table.columns if column.bare]
    for name, column in sorted(spelled, key=lambda pair: -len(pair[0])):
        for start in _places(folded, text, name):
            end = start + len(name)
            if not any(start < right and left < end for left, right in taken):
                taken.append((start, end))
                yield start, end, column.name


_NO_ARTICLE = r"(?<![\w'’`])%s(?=\s*(?:\Z|[,.;?!)]|(?:by|per|and|or|across|against|versus|vs|over|from|on|in|is|for|with|within|between|than)\b))"
"""A word that no noun follows is no article: "the mean of a by group" speaks of the column a."""


def _places(folded: str, text: str, written: str) -> Iterator[int]:
    name = written.lower()
    if written in ("a", "A", "I"):
        yield from (match.start() for match in re.finditer(_NO_ARTICLE % written, text))
    if len(name) < 2 or not _distinctive(written) or len(folded) != len(text):
        return
    start = folded.find(name)
    while start >= 0:
        end = start + len(name)
        if not _inside_word(text, start, end) and (
            len(name) > 3 or text[start:end] == written or (name.isalnum() and not name.isalpha() and not name.isdigit())
        ):
            yield start
        start = folded.find(name, start + 1)


def _distinctive(name: str) -> bool:
    """Names that no ordinary sentence holds by chance: with a space, underscore, digit, sign, inner capital or a letter that English lacks."""
    return (
        not name.isascii()
        or any(not letter.isalpha() for letter in name.strip())
        or (len(parts(name)) > 1 and not name.islower())
        or (len(name) > 1 and name.isupper())
    )


def _inside_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return (text[start].isalnum() and (before.isalnum() or before == "_")) or (text[end - 1].isalnum() and (after.isalnum() or after == "_"))


def finds(tokens: list[Token], table: Table) -> list[Find]:
    """Every reading of the tokens as a column, best first."""
    known = Likeness.of(tokens, table)
    found: list[Find] = []
    for column in table.columns:
        found.extend(_column_finds(tokens, column, known))
    return _with_rivals(sorted(found, key=lambda find: (-find.score, find.end - find.start, find.start)))


def _column_finds(tokens: list[Token], column: Column, known: Likeness) -> Iterator[Find]:
    """The column's words from every place where one of them stands, and its initials ("mpg" of Miles_per_Gallon)."""
    initials = "".join(word[0] for word in column.words) if len(column.words) >= 3 else ""
    for start, token in enumerate(tokens):
        if initials and token.kind == "word" and token.text.casefold() == initials and token.word not in STOP and (token.word,) not in PHRASES:
            yield Find(column.name, start, start + 1, 70.0, "synonym")
        if token.kind in ("word", "number") and known.may_begin(token.word, start, column):
            find = _Walk(column, known, start).along(tokens)
            if find is not None:
                yield find


@dataclass(slots=True)
class _Walk:
    """One column's words, met one after the other from a starting token."""

    column: Column
    known: Likeness
    start: int
    left: list[str] = field(default_factory=list)
    gained: float = 0.0
    end: int = 0
    used: int = 0
    reason: str = "words"
    bonus: float = 0.0

    def along(self, tokens: list[Token]) -> Find | None:
        """The find, where enough of the column's name is met."""
        self.left, self.end = list(self.column.words), self.start
        for position in range(self.start, min(len(tokens), self.start + LONGEST_SPAN)):
            if position >= self.end and not self._meets(tokens, position) and not _passed(tokens[position]):
                break
        return self._find(tokens)

    def _meets(self, tokens: list[Token], position: int) -> bool:
        """Takes the token (or several as one) as a word of the name."""
        merged = next((word for word in self.left if (position, word) in self.known.joined), None)
        if merged is not None:
            self.bonus = 12.0 * (self.known.joined[position, merged] - position - 1)  # each further word makes chance less likely
            return self._take(merged, 0.9, "synonym", self.known.joined[position, merged])
        word = tokens[position].word
        best = max(self.left, key=lambda other: self.known.pairs.get((word, other), (0.0, ""))[0], default="")
        alike = self.known.pairs.get((word, best)) or self._initial(word)
        if alike is None:
            return False
        return self._take(best if (word, best) in self.known.pairs else self.left[0], alike[0], alike[1], position + 1)

    def _initial(self, word: str) -> tuple[float, str] | None:
        """The last word of a name may be cut to a letter or two: "minimum pressure" → min_p."""
        cut = self.used and len(self.left) == 1 and len(self.left[0]) <= 2 and word.startswith(self.left[0]) and word not in STOP | _DENIALS
        return (0.7, "part") if cut else None

    def _take(self, word: str, likeness: float, reason: str, end: int) -> bool:
        self.left.remove(word)
        self.gained += likeness * self.known.rarity[word]
        self.used += 1
        self.end = end
        self.reason = reason if reason != "words" else self.reason
        return True

    def _find(self, tokens: list[Token]) -> Find | None:
        whole = sum(self.known.rarity[word] for word in self.column.words) or 1.0
        share = self.gained / whole
        enough = self.used > 1 or not self.left or share > 0.44 or self.used / len(self.column.words) >= 0.5
        head = (
            self.used == 1
            and not self.column.labelling
            and tokens[self.start].word == self.column.words[-1]
            and self.known.rarity[self.column.words[-1]] == 1.0
        )
        if head and not enough and (tokens[self.start].word,) not in PHRASES:
            return Find(self.column.name, self.start, self.end, 32.0, "part")
        lone = len(self.column.words) == 1 and self.reason == "abbreviation"
        lone = lone or (self.column.labelling and bool(self.left) and not (self.column.entity and self.reason == "words" and set(self.left) <= _LABELS))
        if not self.used or not enough or lone or share <= 0.2 or _only_glue(tokens[self.start : self.end]):
            return None
        reason = "part" if self.left and self.reason == "words" else self.reason
        reason = "synonym" if self.column.entity and self.left else reason
        score = 55 * share + (6 if self.used == 1 else 9) * self.used if self.left else 80 * share + 4 * self.used
        if self.left and self.reason == "words" and self.gained >= self.used and set(self.left) <= _PARTS:
            score = 79.0  # "unemployment" is rather unemployment_rate than unemployed
        return Find(self.column.name, self.start, self.end, self.bonus + score - max(0, self.end - self.start - self.used), reason)


_DENIALS = frozenset({"not", "none", "nor"})
_PARTS = frozenset({"rate", "percent", "percentage", "pct"})
_LABELS = frozenset({"id", "identifier"})
"""What is left of an identifier's name where only the thing is called: "customers" for customer_id."""


def _passed(token: Token) -> bool:
    """Words that may stand between the words of a name."""
    return token.kind in ("word", "number") and token.word in _GLUE


def _only_glue(span: list[Token]) -> bool:
    return all(token.word in STOP or token.word in ("no", "number") for token in span)


def at_a_time(find: Find, stream: list[Token], table: Table) -> bool:
    """ "The budget in 2013", where the table says of each row which year it is of: no column `budget_2013$`."""
    span = stream[find.start : find.end]
    year = span[-1].number
    if len(span) < 3 or year is None or span[-2].word not in ("in", "of", "for", "during", "from"):
        return False
    date = table.by_name.get(table.date or "")
    return date is not None and date.looks_like_year and date.low is not None and date.high is not None and date.low <= year <= date.high


def names_a_row(find: Find, stream: list[Token], table: Table) -> bool:
    """ "Orders", "per order", "customers ordered", "30 times": words for rows and what is done to them, however like a column's name they are."""
    token = stream[find.start]
    if find.end > find.start + 1:
        if token.word in ("number", "count") and table[find.column].labelling:  # "the number of loans" is no loan_no
            return True
        if token.word == "when" and stream[find.start + 1].word == "the":  # "when the order was returned" asks for no time
            return True
        return token.word in table.row_nouns and any(item.word == "per" for item in stream[find.start : find.end])
    rows = token.word in table.row_nouns and (token.text.casefold() not in (token.word, find.column.casefold()) or find.how == "part")
    done = find.how == "part" and token.text.endswith("ed") and table[find.column].kind == "date"
    return rows or done or (token.text.casefold() == "times" and find.start > 0 and stream[find.start - 1].number is not None)


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


def exact_name(text: str, table: Table) -> str | None:
    """The column of that name, else the one that is the same but for case and joints, or None."""
    same = next((column.name for column in table.columns if column.name == text), None)
    return same or next((column.name for column in table.columns if fold(text) in (fold(column.name), fold(column.bare or column.name))), None)


def near_names(text: str, table: Table) -> str | None:
    """The column whose whole name is nearest to one written piece of text ("body_mas_g"), or None."""
    wanted = fold(text)
    for column in table.columns:
        if wanted in (fold(column.name), fold(column.bare or column.name)) or "".join(parts(column.name)) == "".join(parts(text)):
            return column.name
    allowed = 2 if len(wanted) >= 8 else 1
    best = min(((OSA.distance(wanted, fold(name)), column.name) for column in table.columns for name in {column.name, column.bare} if name), default=(99, ""))
    return best[1] if best[0] <= allowed and len(wanted) >= 4 else None

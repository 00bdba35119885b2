"""Tokens → tags: every piece of a goal gets the one reading that fits best (column, value, statistic, verb, number …).

Candidates from columns, values and the lexicon compete by score; the longest and surest wins, and what it suppressed is kept
as `spare`, for clauses that turn out to lack a column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra.offline.reading.answer_formats.defined import defined
from nb_orchestra.offline.reading.echoes import without_echoes
from nb_orchestra.offline.reading.language.lexicon import LONGEST, PHRASES
from nb_orchestra.offline.reading.language.slips import meant
from nb_orchestra.offline.reading.language.words import Token, fold, lemma, tokens
from nb_orchestra.offline.reading.matching.columns import Find, at_a_time, exact_name, finds, named, names_a_row, near_names
from nb_orchestra.offline.reading.matching.values import Level
from nb_orchestra.offline.reading.matching.valuing import scored
from nb_orchestra.offline.reading.ordering import asks_for_order
from nb_orchestra.offline.reading.tables import Table

_AFTER = frozenset({"column", "variable", "feature", "field", "value", "attribute"})
_GROUPING = frozenset({"by", "per", "each", "every", "across", "which", "what"})
_AMONG = frozenset({"between", "among", "within", "do", "does"})
"""Behind these, a column's whole name (behind the second its plural too) is that column, even where the word is also an order: "by cluster"."""
_OF = frozenset({"of", "in", "for", "describe", "plot", "summarize"})  # "the mean of {marks}"


@dataclass(frozen=True, slots=True)
class Tag:
    """One read piece. `kinds` maps each kind it may be to its key; `value` is the column, level, number or text."""

    kind: str
    start: int
    end: int
    text: str
    kinds: dict[str, str] = field(default_factory=dict)
    value: Any = None
    how: str = ""
    rivals: tuple[str, ...] = ()
    spare: Find | None = None

    def is_a(self, kind: str, *keys: str) -> bool:
        """True where the tag may be of this kind (and one of these keys)."""
        return kind in self.kinds and (not keys or self.kinds[kind] in keys)


def tag(text: str, table: Table) -> list[Tag]:
    """The whole text as tags in order. Positions are characters of the text."""
    stream = _with_names(tokens(text), text, table)
    claims: list[tuple[float, int, int, Tag]] = []  # (how sure, first token, end, what it is)
    claims.extend(_whole_tokens(stream, table))
    claims.extend(_lexical(stream))
    claims.extend(_misspelt(stream))
    claims.extend((*_columns(stream, table), *_defined(stream, table)))
    claims.extend((score, level.start, level.end, _valued(level, stream)) for score, level in scored(stream, table))
    chosen = without_echoes(_choose(claims), table)
    return [_tagged(stream, position, chosen) for position in _starts(stream, chosen)]


def _with_names(stream: list[Token], text: str, table: Table) -> list[Token]:
    """Tokens that make up a column's whole name become one token of kind "column"."""
    spots = sorted(named(text, table))
    result: list[Token] = []
    for token in stream:
        spot = next((spot for spot in spots if token.start < spot[1] and spot[0] < token.end), None)
        framed = token.kind == "name" and token.text == table.name and table.framed
        if spot is None or framed or (token.kind in ("quoted", "forced", "name") and fold(token.text) != fold(spot[2])):
            result.append(token)
        elif not (result and result[-1].kind == "column" and result[-1].start <= spot[0] and spot[1] <= result[-1].end):
            result.append(Token(spot[2], fold(spot[2]), "column", min(spot[0], token.start), max(spot[1], token.end)))
    return result


def _whole_tokens(stream: list[Token], table: Table) -> Iterable[tuple[float, int, int, Tag]]:
    """Tokens that say by themselves what they are: whole names, quotes, backticks, braces, numbers."""
    for position, token in enumerate(stream):
        made: Tag | None = None
        if token.kind == "column":
            made = Tag("column", token.start, token.end, token.text, value=token.text, how="named")
        elif token.kind in ("quoted", "forced"):
            name = near_names(token.text, table) if token.kind == "forced" else exact_name(token.text, table)
            kind = "column" if name else "text"
            made = Tag(kind, token.start, token.end, token.text, value=name or token.text, how="named")
        elif token.kind == "name":
            made = _braced(token, stream[position - 1].word if position else "", table)
        elif token.kind == "date":
            made = Tag("date", token.start, token.end, token.text, value=token.text)
        elif token.number is not None:
            made = Tag("number", token.start, token.end, token.text, value=token.number)
        elif token.kind == "word" and ("_" in token.text or not token.text.islower()) and len(token.text) > 4:
            name = near_names(token.text, table) if "_" in token.text else None
            made = Tag("column", token.start, token.end, token.text, value=name, how="typo") if name else None
        if made is not None:
            yield (100 if made.kind != "number" else 58, position, position + 1, made)


def _braced(token: Token, before: str, table: Table) -> Tag:
    """`{penguins}` is the table, `{penguins[body_mass_g]}` its column, `{marks}` of a Series its values."""
    inside = token.text.partition("[")[2].rpartition("]")[0].strip().strip("'\"")
    column = near_names(inside, table) if inside else None
    if not table.framed and len(table.columns) == 1 and token.text == table.name and before in _OF:  # a Series is its values
        column = table.columns[0].name
    if token.text in table.stacked:
        own, value = table.stacked[token.text]
        year = isinstance(value, int)
        return Tag("number" if year else "level", token.start, token.end, str(value), value=float(value) if year else (own, value), how="content")
    kind = "column" if column else "frame"
    return Tag(kind, token.start, token.end, token.text, value=column or token.text, how="named" if column else "")


def _lexical(stream: list[Token]) -> Iterable[tuple[float, int, int, Tag]]:
    words = [token.word if token.kind in ("word", "mark", "number") else "" for token in stream]
    for start in range(len(stream)):
        for length in range(min(LONGEST, len(stream) - start), 0, -1):
            kinds = PHRASES.get(tuple(words[start : start + length]))
            if kinds and not (words[start] == "order" and not asks_for_order(stream, start)) and not _opens_a_test(stream, start, length):
                text = stream[start].text if length == 1 else " ".join(token.text for token in stream[start : start + length])
                made = Tag("lexical", stream[start].start, stream[start + length - 1].end, text, kinds)
                yield (
                    (30 if kinds.get("word") == "group" and len(kinds) == 1 else 42 if kinds.keys() <= {"word"} else 50) + 8 * (length - 1),
                    start,
                    start + length,
                    made,
                )


def _opens_a_test(stream: list[Token], start: int, length: int) -> bool:
    """ "Above 160 or below 90" is a second test; "90 or below" ends the first."""
    behind = start + length
    return length > 1 and stream[start].word in ("or", "and") and behind < len(stream) and stream[behind].number is not None


def _misspelt(stream: list[Token]) -> Iterable[tuple[float, int, int, Tag]]:
    """Words that nothing else explains, as the words that were meant."""
    for position, token in enumerate(stream):
        if (known := meant(token)) is not None:
            yield (20, position, position + 1, Tag("lexical", token.start, token.end, token.text, PHRASES[known,], value=known, how="typo"))


def _columns(stream: list[Token], table: Table) -> Iterable[tuple[float, int, int, Tag]]:
    for find in finds(stream, table):
        first, last = stream[find.start], stream[find.end - 1]
        if names_a_row(find, stream, table) or at_a_time(find, stream, table) or (find.end == find.start + 1 and "_" in first.text):
            continue
        made = Tag(
            "column",
            first.start,
            last.end,
            " ".join(token.text for token in stream[find.start : find.end]),
            value=find.column,
            how=find.how,
            rivals=find.rivals,
            spare=find,
        )
        yield (_column_score(find, stream, table), find.start, find.end, made)


def _column_score(find: Find, stream: list[Token], table: Table) -> float:
    """One everyday word that the lexicon also knows ("count", "test") is a column only where something says so."""
    score = find.score
    span = stream[find.start : find.end]
    follows = find.end < len(stream) and stream[find.end].word in _AFTER
    before = stream[find.start - 1].word if find.start and len(span) == 1 else ""
    if (before in _GROUPING and span[0].word == fold(find.column)) or (before in _AMONG and lemma(span[0].word) == fold(find.column)):
        return score
    if len(span) == 1 and PHRASES.get((span[0].word,), {}) in ({"word": "unit"}, {"verb": "outlier"}) and find.how == "words":  # a column `anomaly`
        return score
    if len(span) == 1 and PHRASES.get((span[0].word,), {}) == {"word": "formula"} and (find.end == len(stream) or stream[find.end].word != "of"):
        return score
    if len(span) == 1 and (span[0].word,) in PHRASES and not follows:
        capital = span[0].text == find.column and span[0].text[:1].isupper() and find.start > 0
        return score if capital else min(score, 60 if PHRASES[(span[0].word,)].keys() <= {"time", "chart", "method", "measure"} else 40)
    return score + (10 if follows else 0)


def _defined(stream: list[Token], table: Table) -> Iterable[tuple[float, int, int, Tag]]:
    """Words that the goal itself defines, as values or as columns."""
    for start, end, meaning, value in defined(stream, table):
        first, last = stream[start], stream[end - 1]
        kind, meant_by = ("column", meaning.column) if value is None else ("level", (meaning.column, value))
        text = " ".join(token.text for token in stream[start:end])
        yield 97.0 + end - start, start, end, Tag(kind, first.start, last.end, text, value=meant_by, how="named" if value is None else "content")


def _valued(level: Level, stream: list[Token]) -> Tag:
    span = stream[level.start : level.end]
    text = " ".join(token.text for token in span)
    return Tag("level", span[0].start, span[-1].end, text, value=(level.column, level.value), how="content", rivals=level.rivals)


def _choose(claims: list[tuple[float, int, int, Tag]]) -> dict[int, tuple[int, Tag]]:
    chosen: dict[int, tuple[int, Tag]] = {}
    taken: set[int] = set()
    losers: list[tuple[int, int, Tag]] = []
    for _, start, end, made in sorted(claims, key=lambda claim: (-claim[0], claim[1] - claim[2], claim[1])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            chosen[start] = (end, made)
        elif made.kind == "column":
            losers.append((start, end, made))
    for start, end, made in losers:
        winner = chosen.get(start)
        if winner and winner[0] <= end and winner[1].kind == "lexical" and winner[1].spare is None:
            old = winner[1]
            chosen[start] = (winner[0], Tag(old.kind, old.start, old.end, old.text, old.kinds, old.value, old.how, old.rivals, made.spare))
    return chosen


def _starts(stream: list[Token], chosen: dict[int, tuple[int, Tag]]) -> list[int]:
    starts: list[int] = []
    position = 0
    while position < len(stream):
        starts.append(position)
        position = chosen[position][0] if position in chosen else position + 1
    return starts


def _tagged(stream: list[Token], position: int, chosen: dict[int, tuple[int, Tag]]) -> Tag:
    if position in chosen:
        return chosen[position][1]
    token = stream[position]
    return Tag(token.kind if token.kind in ("mark", "line") else "unknown", token.start, token.end, token.text, value=token.word)

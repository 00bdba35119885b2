"""How sure it is that a piece of a goal names a value: written like one, beside its column, in quotes, or a plain word that only may be one."""

from __future__ import annotations

from collections.abc import Iterator

from nb_orchestra.offline.reading.language.lexicon import STOP
from nb_orchestra.offline.reading.language.words import Token, fold, vocabulary
from nb_orchestra.offline.reading.matching.values import Level, in_its_list, levels
from nb_orchestra.offline.reading.tables import Table

_METHODS = vocabulary("pearson spearman kendall welch shapiro wilk levene fisher kruskal wallis mann whitney wilcoxon tukey")
_DENIALS = frozenset({"no", "none", "non", "not"})


def scored(stream: list[Token], table: Table) -> Iterator[tuple[float, Level]]:
    """Every value named in the tokens, with its score beside those of columns and of words."""
    for level in levels(stream, table):
        score = _score(stream, level, table)
        if score:
            yield score, level


def _score(stream: list[Token], level: Level, table: Table) -> float:
    first = stream[level.start]
    text = " ".join(token.text for token in stream[level.start : level.end])
    if first.kind in ("column", "forced") or (text.casefold() in _DENIALS and first.kind != "quoted" and not _valued_no(stream, level, table)):
        return 0.0
    if first.word in _METHODS and first.kind != "quoted":  # Pearson's coefficient is no company
        return 0.0
    if first.kind == "word" and text in ("a", "i") and str(level.value) != text:  # "a grade of B" is no grade A
        return 0.0
    if first.kind == "quoted" or _beside(stream, level, table) or in_its_list(stream, level):
        score = 101.0
    elif not level.sure:
        score = 0.0 if len(text) < 3 or first.word in STOP or not table[level.column].listed else 40.0
    else:
        long = level.end - level.start > 1 and fold(str(level.value)) == fold(text)
        written = str(level.value) == text and len(text) > 3  # a value as it stands wins over a column that is only like it
        score = 78.0 + 4 * (level.end - level.start) if text[:1].isupper() or text[:1].isdigit() or long else 66.0 if written else 61.0
    return 0.0 if first.kind == "number" and level.end - level.start == 1 else score


def _beside(stream: list[Token], level: Level, table: Table) -> bool:
    """True where the column's name stands beside the value: "island Dream", "new customers" of customer type; "when it rains"."""
    before = stream[max(0, level.start - 4) : level.start]
    neighbours = [stream[n] for n in (level.start - 1, level.end) if 0 <= n < len(stream)]
    named = level.end < len(stream) and stream[level.end].kind == "word" and stream[level.end].word in table[level.column].words
    return (
        any(fold(token.text) == fold(level.column) for token in before)
        or any(token.kind == "column" and token.text == level.column for token in neighbours)
        or named
        or _shortened(before[-2:], stream[level.start].text, level, table)
        or (level.start > 0 and stream[level.start - 1].word == "it")
    )


def _shortened(before: list[Token], text: str, level: Level, table: Table) -> bool:
    """ "Outcome R" of a column outc: its name is the beginning of the word in front of a code."""
    short = text == str(level.value) and len(text) <= 2 and text.isupper() and table.exact
    return short and any(len(piece) >= 4 and token.word.startswith(piece) for token in before for piece in table[level.column].words)


def _valued_no(stream: list[Token], level: Level, table: Table) -> bool:
    """ "Furnished is no", "yes/no": the value; "no balcony", "the no show rate": a denial, or part of a name."""
    before = stream[max(0, level.start - 3) : level.start]
    named = bool({token.word for token in before} & set(table[level.column].words)) or any(token.text == level.column for token in before)
    behind = stream[level.end] if level.end < len(stream) else None
    ends = behind is None or behind.kind in ("mark", "line", "name") or behind.word in STOP or behind.word in ("or", "and", "by", "per")
    return (named and ends) or bool(before and before[-1].text in ("/", "=", "==", "!="))

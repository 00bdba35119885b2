"""Which names of a text stand in no result: people, places, products, acronyms that a model may have made up. Found by reading, like numbers (grounding).

A name is a run of words with capitals inside a sentence ("Rosa Luxemburg", "COVID-19"). A lone capital at a sentence's start says nothing, and nothing is
said where capitals mean nothing: in headings, in code, in citations, and in texts of a language that writes its nouns so (German).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nb_orchestra.values.grounding import LONGEST_TABLE, MOST_TEXTS, SKIPPED

_CAPITAL = r"[^\W\d_a-zß-öø-ÿ][\w’'-]*"
NAME = re.compile(rf"(?<![\w.@/]){_CAPITAL}(?:\s(?:(?:of|de|van|von|der|la)\s)?{_CAPITAL})*")
WORD = re.compile(r"[^\W_]+")
_LINES = re.compile(r"^\s*(?:#+ .*|\*\*[^*]+\*\*:?\s*$|\|.*)$", re.MULTILINE)
_CITED = re.compile(r"\[[^\]\n]*\]|https?://\S+")
_SHORT_FORM = re.compile(r"((?:[\w-]+\s+){2,8})\(([A-Z][A-Za-z]{1,7})\)")
_STARTS = re.compile(r"(?:^|[.!?:•]\s+|\n\s*(?:[-*+]|\d+[.)])?\s*[\"“'(*_]*|[\"“(]\s*)$")
_OPENERS = """
a all although an and any as at because both but by dr each every few for from he her here his how if in it its like most mr mrs ms my no
none not of on one only or our over prof several she since so some such that the their then there these they this those to two under until
we what when where whether which while who why with you your
"""
OPENERS = frozenset(_OPENERS.split())
"""Words that may stand before a name with a capital of their own and are no part of it."""
_GERMAN = "auch auf das dem den der die ein eine für im ist mit nicht sich und von werden wird zu"
GERMAN = frozenset(_GERMAN.split())
"""Words that tell the language which writes every noun with a capital, where they are more than 8 in 100."""
_KNOWN = """
i january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday
sunday pearson spearman kendall kruskal wallis mann whitney welch levene shapiro wilk tukey bonferroni holm cohen student fisher wilcoxon
gaussian bayesian anova ci sd se iqr na id english python pandas usd eur note yes no
"""
KNOWN = frozenset(_KNOWN.split())
"""Names by convention: of months, days and statistical methods."""


def stray_names(text: str, values: Iterable[Any]) -> list[str]:
    """The names of `text`, as written, with a word that stands nowhere in `values` (tables, texts, records, plan data)."""
    plain = _CITED.sub(" ", SKIPPED.sub(" ", _LINES.sub(" ", text)))
    found = [match for match in NAME.finditer(plain) if not _says_nothing(match, plain)]
    words = WORD.findall(plain)
    if not found or sum(word.casefold() in GERMAN for word in words) > 0.08 * len(words):
        return []
    known = words_in(values) | KNOWN | set(_introduced(plain))
    return list(dict.fromkeys(name for match in found if (name := bare(match.group())) and not _stands(name, known)))


def _introduced(plain: str) -> Iterator[str]:
    """Short forms that the text itself explains: "major depressive disorder (MDD)"."""
    for match in _SHORT_FORM.finditer(plain):
        initials = "".join(word[0] for word in WORD.findall(match.group(1)))
        if initials.casefold().endswith(match.group(2).casefold()):
            yield match.group(2).casefold()


def bare(name: str) -> str:
    """A name without the words before it that only happen to have a capital; "" where nothing else is left."""
    words = name.split()
    while words and words[0].casefold() in OPENERS and (len(words[0]) == 1 or not words[0].isupper()):
        words.pop(0)
    return " ".join(words)


def _says_nothing(match: re.Match[str], plain: str) -> bool:
    """True for one plain word at the start of a sentence: any word has a capital there."""
    word = bare(match.group())
    if not word:
        return True
    alone = " " not in word and not any(letter.isupper() or letter.isdigit() for letter in word[1:])
    return alone and word == match.group() and _STARTS.search(plain[: match.start()]) is not None


def _stands(name: str, known: frozenset[str] | set[str]) -> bool:
    """True where each word stands in the inputs, plural and possessive aside."""
    parts = [part.casefold() for part in WORD.findall(re.sub(r"[’']s\b", "", name))]
    return all(part in known or part.removesuffix("s") in known or f"{part}s" in known or part in ("of", "de", "the", "and") for part in parts)


def words_in(values: Iterable[Any]) -> set[str]:
    """Every word in the values, folded; of tables their column names and texts, of those above 200,000 rows none but the names."""
    found: set[str] = set()
    for value in values:
        found |= _words_of(value)
    return found


def _words_of(value: Any) -> set[str]:
    if isinstance(value, str):
        return {word.casefold() for word in WORD.findall(value.replace("_", " "))}
    if isinstance(value, Mapping):
        return words_in([*map(str, value), *value.values()])
    if isinstance(value, list | tuple | set | frozenset):
        return words_in(value)
    if hasattr(value, "table") and hasattr(value, "spec"):
        return words_in([value.table, dict(value.spec)])
    if hasattr(value, "columns") and hasattr(value, "iloc"):
        return _words_of_table(value)
    return set() if value is None else _words_of(str(value))


def _words_of_table(table: Any) -> set[str]:
    found = words_in([str(name) for name in table.columns])
    if len(table) > LONGEST_TABLE:
        return found
    for at in range(table.shape[1]):
        column = table.iloc[:, at]
        if getattr(column.dtype, "kind", "O") not in "iufbM":
            texts = column.dropna().astype(str).unique()
            found |= words_in(texts[: MOST_TEXTS * 20].tolist())
    return found

"""Passages that a search found, as quotations with their citations. Nothing is put into other words, so nothing can be put wrongly.

Of each passage the sentence is taken that holds most of the query's words, rare ones counting more; of equal ones, the one that says a finding.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from nb_orchestra.offline.prose.wording import plural, safe

MOST_QUOTES, MOST_OF_A_ROW = 8, 2
LONGEST_QUOTE = 420
FINDING = re.compile(r"\b(conclu\w+|found|finding\w*|results?|show\w*|reveal\w*|suggest\w*|associat\w+|predict\w*|higher|lower|reduc\w+|increas\w+)\b", re.I)
_HEADED = re.compile(r"^[A-Z][A-Z &/]{3,40}:\s+|^(?:Background|Methods?|Results?|Conclusions?|Objectives?|Aims?|Discussion|Introduction)\s*:\s+")


def is_found(value: Any) -> bool:
    """True for the table of a search step."""
    return {"key", "title", "passage", "source"} <= set(getattr(value, "columns", ()))


def quotes(found: Any, query: Any) -> list[str]:
    """A line that says how much was found, then one bullet for each passage: the sentence, its title and year, its key.

    Of a search for each row of a table (`query` is a template then), the best sentences about each row.
    """
    from nb_orchestra.offline.recipes.texts import words_of

    if isinstance(query, Mapping):
        return _quotes_by_row(found, str(query.get("template", "")))
    if not len(found):
        return [f"Nothing was found about {safe(query)}."]
    wanted = {word: _rarity(word, found["passage"]) for word in words_of(query)}
    told = []
    for row in found.to_dict("records"):
        points, sentence = best_sentence(str(row["passage"]), wanted)
        if points > 0:
            told.append((points, _bullet(sentence, row)))
    told.sort(key=lambda pair: -pair[0])  # stable: of equal ones the better ranked passage stands first
    head = f"The search for {safe(query)} found {plural(len(found), 'passage')}"
    return [head + ("; the sentences that fit best, as they stand:" if told else "."), *(line for _, line in told[:MOST_QUOTES])]


def _quotes_by_row(found: Any, template: str) -> list[str]:
    """One row's own words must stand in a passage that is quoted for it; what merely fits the rest of the query is about another."""
    from nb_orchestra.offline.recipes.texts import words_of

    fronts = list(found.columns[: list(found.columns).index("key")])
    rest = words_of(re.sub(r"\{\w+\}", " ", template))
    rarity = {word: _rarity(word, found["passage"]) for word in rest}
    lines = []
    for labels, rows in found.groupby(fronts, sort=False, dropna=False) if len(found) else ():
        own = " ".join(map(str, labels))
        named = {word: _rarity(word, found["passage"]) for word in words_of(own)}
        told = [(best_sentence(str(row["passage"]), rarity | named), row) for row in rows.to_dict("records") if _names(row, named)]
        best = sorted((pair for pair in told if pair[0][0] > 0), key=lambda pair: -pair[0][0])[:MOST_OF_A_ROW]
        bullets = [_bullet(sentence, row).removeprefix("- ") for (_, sentence), row in best]
        lines += [f"- **{safe(own)}**: {bullet}" for bullet in bullets] or [f"- **{safe(own)}**: no passage that was found names it."]
    head = f"Searched for each {safe(' and '.join(map(str, fronts)))}: {plural(len(found), 'passage')} found"
    return [head + ("; the sentences that fit best, as they stand:" if lines else "."), *lines]


def _names(row: Mapping[str, Any], named: Mapping[str, float]) -> bool:
    from nb_orchestra.offline.recipes.texts import words_of

    return bool(set(words_of(f"{row['title']} {row['passage']}")) & set(named))


def bulleted(lines: list[str]) -> str:
    """The first line, and the others as a list below it."""
    return "\n\n".join(part for part in (*lines[:1], "\n".join(lines[1:])) if part)


def best_sentence(passage: str, wanted: Mapping[str, float]) -> tuple[float, str]:
    """(points, the sentence of a passage that holds most of the wanted words)."""
    from nb_orchestra.offline.recipes.texts import SENTENCE, words_of

    best = (0.0, "")
    for part in SENTENCE.split(passage):
        sentence = _HEADED.sub("", " ".join(part.split()))
        held = sum(wanted[word] for word in set(words_of(sentence)) & set(wanted))
        points = held * (1.25 if FINDING.search(part) else 1.0)
        if points > best[0] and sentence:
            best = (points, sentence)
    return best


def _rarity(word: str, passages: Any) -> float:
    from nb_orchestra.offline.recipes.texts import words_of

    holding = sum(word in words_of(passage) for passage in passages)
    return math.log(1 + (len(passages) + 0.5) / (holding + 0.5))


def _bullet(sentence: str, row: Mapping[str, Any]) -> str:
    if len(sentence) > LONGEST_QUOTE:
        sentence = sentence[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
    year = f", {str(row['date'])[:4]}" if str(row.get("date") or "")[:4].isdigit() else ""
    return f"- “{_plain(sentence)}” – {safe(str(row['title']))}{year} [{row['key']}]"


def _plain(text: str) -> str:
    """Text that is only text in Markdown, as long as it is."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>|#$~" else letter for letter in text)

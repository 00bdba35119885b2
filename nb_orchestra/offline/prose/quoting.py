"""Passages that a search found, as quotations with their citations. Nothing is put into other words, so nothing can be put wrongly.

Of each passage the sentence is taken that holds most of the query's words, rare ones counting more; of equal ones, the one that says a finding.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from nb_orchestra.offline.prose.wording import plural, safe

MOST_QUOTES = 8
LONGEST_QUOTE = 420
FINDING = re.compile(r"\b(conclu\w+|found|finding\w*|results?|show\w*|reveal\w*|suggest\w*|associat\w+|predict\w*|higher|lower|reduc\w+|increas\w+)\b", re.I)
_HEADED = re.compile(r"^[A-Z][A-Z &/]{3,40}:\s+|^(?:Background|Methods?|Results?|Conclusions?|Objectives?|Aims?|Discussion|Introduction)\s*:\s+")


def is_found(value: Any) -> bool:
    """True for the table of a search step."""
    return {"key", "title", "passage", "source"} <= set(getattr(value, "columns", ()))


def quotes(found: Any, query: str) -> list[str]:
    """A line that says how much was found, then one bullet for each passage: the sentence, its title and year, its key."""
    from nb_orchestra.offline.recipes.texts import words_of

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

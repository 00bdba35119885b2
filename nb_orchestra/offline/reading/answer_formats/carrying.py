"""What a clause of a goal with an answer format takes over from the one before: its rows ("of these storms"), its new column ("its mean")."""

from __future__ import annotations

import re
from dataclasses import replace

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tagging import Tag

_THESE = re.compile(
    r"\b(?:what (?:is|are|was|were)|and|calculate|report|find) their (?:average|mean|median|total|minimum|maximum)\b|"
    r"\b(?:of|for|among|in|by) (?:these|those|them|such)\b(?! (?:two|three|columns?|variables?|features?))",
    re.IGNORECASE,
)
_MAKING = re.compile(
    r"\W*(?:please\s+|then\s+)?(?:(?:create|generate|derive|introduce|define|construct|engineer|add|build)\b|"
    r"(?:calculate|compute|determine)\s+(?:the|an?)\s+[\w -]{3,40}?\s+as\s+(?:the\s+)?(?:difference|sum|ratio|product|quotient)\b)",
    re.IGNORECASE,
)


def of_these(clause: Clause, memory: Memory) -> Clause:
    """ "… and the mean damage of these storms": the conditions of the clause before."""
    earlier = next((intent for intent in reversed(memory.intents) if intent.where and intent.kind != "filter"), None)
    if clause.conditions or earlier is None or not _THESE.search(clause.text):
        return clause
    return replace(clause, conditions=tuple(earlier.where), starts=(0,) * len(earlier.where))


def only_makes(clause: Clause, memory: Memory) -> bool:
    """True for a clause that makes a column and asks nothing of it; the next "it" is that column."""
    made = [name for name in memory.made if any(intent.kind == "derive" and intent.option("name") == name for intent in memory.intents)]
    if not clause.makes or clause.question or not made or not _MAKING.match(clause.text):
        return False
    memory.measures[:] = [*(name for name in memory.measures if name != made[-1]), made[-1]]
    return True


def settled(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """Where a word could mean several columns, the one spoken of before."""
    kept = []
    for item in tags:
        if item.kind == "column" and item.rivals:
            before = next((name for name in reversed(memory.mentioned) if name in item.rivals), None)
            if before is not None and item.value not in memory.mentioned:
                item = replace(item, value=before, rivals=())
        kept.append(item)
    memory.mentioned += [item.value for item in kept if item.kind == "column"]
    return tuple(kept)


_KEPT = re.compile(r"\b(?:is|are|be) (?:also )?(?:kept|retained|included)\b(?!.*\bonly\b)(?<!\bonly\b)", re.IGNORECASE)
_EVERY_KIND = re.compile(
    r"(?:all|every|any) (?:the )?(?:types?|kinds?|categor(?:y|ies)|forms?|causes?|sorts?|levels?|class(?:es)?) of\b"
    r".*\b(?:included?|considered|used|counted|kept|count)\b",
    re.IGNORECASE,
)


def keeps_all(clause: Clause) -> bool:
    """ "Fares of zero are kept", "all types of death are included": no row is left out or singled out."""
    kept = _KEPT.search(clause.text) and any(item["op"] == "missing" or item.get("value") == 0 for item in clause.conditions)
    return bool(kept or _EVERY_KIND.match(clause.text))

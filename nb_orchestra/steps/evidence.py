"""What a text says about where its facts come from: citations of rows by key, questions that stay open, guesses that are marked.

A citation `[key]` must be the key of a row that the text was given (a search's table has such a column). A line `[[gap: question]]` says
what the inputs do not hold; it is taken off the text and becomes a gap of the result. None of this is believed: it is checked or passed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from nb_orchestra import values

GAP = re.compile(r"^[ \t>*-]*\[\[gap:\s*(.+?)\s*\]\][ \t]*$\n?", re.IGNORECASE | re.MULTILINE)
GUESS = re.compile(r"\((?:a )?guess\)", re.IGNORECASE)
CITED = re.compile(r"\[([a-z0-9][\w.-]*:\d+(?:\s*[,;]\s*[a-z0-9][\w.-]*:\d+)*)\](?!\()")
KEY, PASSAGE = "key", "passage"
MOST_GAPS, LONGEST_GAP = 5, 300
ON_GAPS = """

If a fact that the answer needs stands in none of the inputs, do not make it up: end with a line [[gap: the question that would have to be looked up]] \
for each. Where you must guess, write (guess) right after it."""
ON_REJECTION = """

Your last answer stands in the notes, with the reasons why it was not accepted. Give a whole new answer that mends exactly that."""
ON_CITATIONS = """

Cite the rows that a statement rests on by their keys, as in [{example}], right after it. Use only keys that stand in the inputs."""


def after_rejection(context: Mapping[str, Any]) -> str:
    """What is said when a step does its work again because its value was not accepted."""
    return ON_REJECTION if "rejected" in context else ""


def rules_for(blocks: Mapping[str, Any]) -> str:
    """What a model is told about evidence, for these inputs."""
    keys = list(cited_keys(blocks.values()))
    return ON_GAPS + (ON_CITATIONS.replace("{example}", keys[0]) if keys else "")


def cited_keys(inputs: Iterable[Any]) -> dict[str, Any]:
    """Every key that a text may cite, with the row's source."""
    found: dict[str, Any] = {}
    for value in inputs:
        if values.kind_of(value) == "table" and KEY in value.columns and (PASSAGE in value.columns or "source" in value.columns):
            sources = value["source"] if "source" in value.columns else value[KEY]
            found |= dict(zip(map(str, value[KEY]), map(str, sources), strict=True))
    return found


def take_gaps(text: str) -> tuple[str, tuple[str, ...]]:
    """(the text without its gap lines, the gaps)."""
    gaps = tuple(dict.fromkeys(values.clean_text(gap)[:LONGEST_GAP] for gap in GAP.findall(text)))[:MOST_GAPS]
    return GAP.sub("", text).rstrip() + ("\n" if text.endswith("\n") else ""), gaps


def check_citations(text: str, inputs: Iterable[Any]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """(sources of the rows that the text cites, complaints, citations that lead nowhere as they are written)."""
    known = cited_keys(inputs)
    cited = [key.strip() for group in CITED.findall(text) for key in re.split(r"[,;]", group)]
    if not known:
        return (), (), ()
    lost = list(dict.fromkeys(key for key in cited if key not in known))
    complaints = [f"cites {', '.join(lost[:5])}, which is no row of its inputs"] if lost else []
    if not any(key in known for key in cited):
        complaints.append("cites none of the passages that it was given")
    return tuple(dict.fromkeys(known[key] for key in cited if key in known)), tuple(complaints), tuple(f"[{key}]" for key in lost)


def guesses_in(text: str) -> tuple[str, ...]:
    """A warning that counts what the text itself calls a guess."""
    count = len(GUESS.findall(text))
    return (f"{count} {'guess' if count == 1 else 'guesses'}, marked as such",) if count else ()


def unmarked_guesses(text: str, facts: Iterable[Any]) -> tuple[str, ...]:
    """What the plan had to guess, where the text that came of it marks no guess."""
    return () if GUESS.search(text) else tuple(values.clean_text(str(fact))[:LONGEST_GAP] for fact in facts)

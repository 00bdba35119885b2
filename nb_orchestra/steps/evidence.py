"""What a text says about where its facts come from: citations of rows by key, questions that stay open, guesses that are marked.

A citation `[key]` must be the key of a row that the text was given (a search's table has such a column). A line `[[gap: question]]` says
what the inputs do not hold; it is taken off the text and becomes a gap of the result. None of this is believed: it is checked or passed on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from nb_orchestra import values
from nb_orchestra.values.links import Link
from nb_orchestra.values.tracing import Trace, table_of, traced

GAP = re.compile(r"^[ \t>*-]*\[\[gap:\s*(.+?)\s*\]\][ \t]*$\n?", re.IGNORECASE | re.MULTILINE)
GUESS = re.compile(r"\((?:a )?guess\)", re.IGNORECASE)
CITED = re.compile(r"\[([a-z0-9][\w.-]*:\d+(?:\s*[,;]\s*[a-z0-9][\w.-]*:\d+)*)\](?!\()")
KEY, PASSAGE = "key", "passage"
MOST_GAPS, LONGEST_GAP = 5, 300
MOST_TEXT, MOST_CELLS, MOST_LINKS = 40_000, 200_000, 300
"""Beyond these, looking where everything comes from would take longer than a moment."""
LONGEST_LABEL, LONGEST_VALUE = 40, 80
ON_GAPS = """

If a fact that the answer needs stands in none of the inputs, do not make it up: end with a line [[gap: the question that would have to be looked up]] \
for each. Where you must guess, write (guess) right after it."""
ON_REJECTION = """

Your last answer stands in the input `about the plan`, with the reasons why it was not accepted (these you follow). Give a whole \
new answer that mends exactly that."""
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


def links_of(text: str, inputs: Mapping[str, Any], called: Mapping[str, str], doubts: Collection[str]) -> tuple[Link, ...]:
    """Where the text's numbers, names and citations come from. `called`: the step or variable behind an input; `doubts`: what is known to be nowhere."""
    clean = values.clean_text(text)
    if len(clean) > MOST_TEXT or sum(map(_size, inputs.values())) > MOST_CELLS:
        return ()
    found = traced(clean, inputs)[:MOST_LINKS]
    told = [(at, item) for at, item in found if (_telling(item) if item.state == "found" else any(doubt in item.said for doubt in doubts))]
    return tuple(Link(at, item.said, cell_words(item, inputs, called)) for at, item in told)


def _telling(item: Trace) -> bool:
    """A word may stand in some text by chance; a whole cell does not, nor do several words in a passage (in a title they are the title's)."""
    return item.kind != "name" or str(item.value).casefold() == item.said.casefold() or (" " in item.said and item.column != "title")


def _size(value: Any) -> int:
    table = table_of(value)
    return int(table.size) if table is not None else len(value) if hasattr(value, "__len__") else 1


def cell_words(item: Trace, inputs: Mapping[str, Any], called: Mapping[str, str]) -> str:
    """ "mean_mass, row 2 (Gentoo), column mean_body_mass_g: 5076.02"; "" for what is nowhere."""
    if item.state != "found":
        return ""
    table = table_of(inputs[item.input])
    row = table.iloc[item.row].tolist() if table is not None and 0 <= item.row < len(table) else []
    labels = [cell for cell in row if isinstance(cell, str) and 0 < len(cell) < LONGEST_LABEL and cell != item.value][:2]
    place = f"row {item.row}" + (f" ({', '.join(labels)})" if labels else "") if item.row >= 0 else ""
    column = f"column {item.column}" if item.column and table is not None else item.column
    name = called.get(item.input, item.input).partition(" (")[0]  # without which columns it gave
    where = ", ".join(filter(None, (name, place, column)))
    shown = f"{item.value:.10g}" if isinstance(item.value, float) else str(item.value)[:LONGEST_VALUE]
    return where if item.value is None else f"{where}: {shown}"

"""Columns that a goal with an answer format makes in sentences of their own, read before everything else.

The part of the text that says how is taken out, so that nothing else reads it; "this variable" and "each category" become the column's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.reading.answer_formats.making import Made, Sentence
from nb_orchestra.offline.reading.answer_formats.recoding import SORTS, classed, mapped
from nb_orchestra.offline.reading.answer_formats.remaking import date_part, joined_texts, transformed
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import parts
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.splitting import split
from nb_orchestra.offline.reading.tables import Column
from nb_orchestra.offline.reading.tagging import Tag, tag

_OF_SENTENCES = (mapped, classed)
_OF_CLAUSES = (date_part, transformed, joined_texts)


_MOST = 8
"""Columns that one goal makes."""


def prepared(body: str, memory: Memory) -> str:
    """The text without the parts that make columns; memory holds these."""
    for _ in range(_MOST):
        tags = tag(body, memory.table)
        sentences = [_sentence(body, items) for items in split(tags, whole=True)]
        clauses = [_sentence(body, items) for items in split(tags)]
        found = next(_found(sentences, clauses, memory), None)
        if found is None:
            break
        made, piece = found
        body = _pointed(_taken(body, made, clauses, piece), made)
        _learn(made, memory)
    return body


def _found(sentences: Sequence[Sentence], clauses: Sequence[Sentence], memory: Memory) -> Iterator[tuple[Made, Sentence]]:
    for makers, pieces in ((_OF_SENTENCES, sentences), (_OF_CLAUSES, clauses)):
        for piece in pieces:
            made = next((made for maker in makers if (made := maker(piece, clauses, memory.table)) is not None), None)
            if made is not None and made.name not in memory.made:
                yield made, piece


def _sentence(body: str, tags: Sequence[Tag]) -> Sentence:
    start, end = tags[0].start, tags[-1].end
    closed = end < len(body) and body[end] == "?"
    return Sentence(start, end, body[start : end + closed], tags)


def _taken(body: str, made: Made, clauses: Sequence[Sentence], piece: Sentence) -> str:
    """The text with the clauses that were read blanked, and those that only announce it ("Categorize the rows by A"); every character stays in its place."""
    if made.narrow:
        for start, end in made.spans:
            body = body[:start] + " " * (end - start) + body[end:]
        return body
    for clause in clauses:
        inside = piece.start <= clause.start and clause.end <= piece.end
        touched = inside and any(clause.start < stop and begin < clause.end for begin, stop in made.spans)
        announces = not inside and SORTS.match(clause.text) is not None and made.values and made.column in [str(item.value) for item in clause.tags]
        if touched or (announces and not clause.text.endswith("?")):
            kept = [(item.start, item.end) for item in clause.tags if made.keeps and item.kind == "column" and item.value == made.column]
            body = _blanked(body, clause, kept)
    return body


def _blanked(body: str, clause: Sentence, kept: Sequence[tuple[int, int]]) -> str:
    """The clause as blanks, but for the places that are kept."""
    letters = [body[at] if body[at] == "\n" or any(start <= at < end for start, end in kept) else " " for at in range(clause.start, clause.end)]
    return body[: clause.start] + "".join(letters) + body[clause.end :]


def _learn(made: Made, memory: Memory) -> None:
    memory.made[made.name] = made.tree
    column = Column(made.name, made.kind, parts(made.name), distinct=len(made.values), levels=made.values, rows=memory.table.rows)
    column = replace(column, **_OF_PARTS.get(made.part, {}))
    memory.table = memory.table.with_made(column)
    memory.recoded.append(made.name)
    if made.part or (not made.values and made.kind == "number"):
        memory.anew[made.column] = made.name


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_OF_PARTS: dict[str, dict[str, Any]] = {
    "year": {"low": 1900.0, "high": 2100.0, "distinct": 10, "levels": (2000, 2001)},
    "decade": {"low": 1900.0, "high": 2100.0, "distinct": 10, "levels": (2000, 2010)},
    "month": {"distinct": 12, "levels": tuple(range(1, 13))},
    "quarter": {"distinct": 4, "levels": (1, 2, 3, 4)},
    "hour": {"distinct": 12, "levels": tuple(range(24))},
    "day": {"distinct": 12, "levels": tuple(range(1, 32))},
    **{part: {"distinct": 7, "levels": _DAYS} for part in ("weekday", "day of week", "day of the week")},
}
"""What a column of parts of dates holds: it groups rows."""

_KIND = "new|newly created|newly|binary|numeric|numerical|encoded|mapped|converted|resulting|created|indicator|dummy|transformed"
_POINTS = re.compile(
    rf"\b(?:this|that|the|these) (?:(?:{_KIND}) )+(?:variable|column|feature|values?|data)\b|\bthis (?:variable|column|feature)\b", re.IGNORECASE
)
_GROUPS = "categor(?:y|ies)|groups?|class(?:es)?|bins?|brackets?|levels?|segments?|bands?"
_CLASSES = re.compile(rf"\b(each|every|the|these|different|per|by|in all)(?: of)?(?: the| these| those)? (?:\w+ )?(?:{_GROUPS})\b", re.IGNORECASE)


def _pointed(body: str, made: Made) -> str:
    """ "This variable" is the column that was made; "each category" is one of its values, "which year" the year that it holds."""
    body = _POINTS.sub(f"`{made.name}`", body)
    if made.part:
        return re.sub(rf"\b(which|what|each|every|per|by) {re.escape(made.part)}\b", rf"\1 `{made.name}`", body, flags=re.IGNORECASE)
    if made.values and all(isinstance(value, str) for value in made.values):
        return _CLASSES.sub(
            lambda found: f"{'each' if found[1].casefold() in ('the', 'these', 'different', 'in all') else found[1]} `{made.name}`", body, count=1
        )
    return body


def not_yet_made(memory: Memory) -> list[Intent]:
    """The columns that no clause names (an answer slot may): they are made first."""
    done = {intent.option("name") for intent in memory.intents if intent.kind == "derive"}
    names = [name for name in memory.recoded if name not in done]
    return [Intent("derive", "", (name,), options={"name": name, "expression": memory.made[name]}) for name in names]


_SINGLED = "largest|smallest|highest|lowest|greatest|average|mean|median|maximum|minimum|total|this|the new|its|biggest|longest|shortest|max|min|of the"


def named_again(body: str, memory: Memory) -> str:
    """ "The largest spread" is the column Price_Spread that the goal makes, "this feature" the one made last."""
    for name in memory.made.keys() - set(memory.recoded):
        last = parts(name)[-1:]
        if len(parts(name)) > 1 and len(last[0]) > 2 and not any(last[0] in column.words for column in memory.table.columns if column.name not in memory.made):
            body = re.sub(rf"\b({_SINGLED}) {re.escape(last[0])}\b(?! column)", rf"\1 `{name}`", body, flags=re.IGNORECASE)
    scored = [name for name, tree in memory.made.items() if isinstance(tree, dict) and str(tree.get("op", "")).startswith("zscore")]
    if len(scored) == 1:
        body = re.sub(
            r"\b(?:absolute )?z[- ]?scores?\b(?! ?=| (?:method|of|for|normal|standard))(?<!`)",
            lambda found: f"`{scored[0]}`" if "abs" not in found.group().casefold() else found.group(),
            body,
            flags=re.IGNORECASE,
        )
    places = sorted((body.find(name), name) for name in memory.made if name in body)

    def before(found: re.Match[str]) -> str:
        names = [name for at, name in places if at < found.start()]
        return f"`{names[-1]}`" if names else found.group()

    return _POINTS.sub(before, body)

"""The wish to fill gaps: with which value, by which statistic, within which groups."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tagging import Tag
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_FILLS = {"mean": "mean", "median": "median", "mode": "mode", "forward": "forward", "backward": "backward", "interpolate": "interpolate"}


def _fill(clause: Clause, memory: Memory) -> list[Intent]:
    """One intent per way of filling: "Self_Employed with 'No' and LoanAmount with the median" are two."""
    by = _groups(clause)
    groups: list[tuple[list[str], dict[str, Any]]] = [([], {})]
    ways = [position for position, tag in enumerate(clause.tags) if _way(tag)]
    named = [position for position, tag in enumerate(clause.tags) if tag.kind == "column"]
    if ways and (not named or ways[0] < named[0]):
        columns = tuple(dict.fromkeys(name for name in clause.columns() if name in clause.table and name not in by))
        return [Intent("fill", clause.text, columns, by, options=_way(clause.tags[ways[0]]))]
    for tag in clause.tags:
        if tag.kind == "column" and tag.value in by:
            continue
        if tag.kind == "column" and tag.value in clause.table:
            if groups[-1][1].get("method") and groups[-1][0]:
                groups.append(([], {}))
            groups[-1][0].append(tag.value)
        else:
            way = _way(tag)
            if way and not groups[-1][1].get("method"):
                groups[-1][1].update(way)
    made = [Intent("fill", clause.text, tuple(dict.fromkeys(columns)), by, options=way or {"method": ""}) for columns, way in groups]
    covered = {name for intent in made for name in intent.columns if intent.option("method")}
    memory.intents[:] = [intent for intent in memory.intents if intent.kind != "fill" or intent.option("method") or not set(intent.columns) <= covered]
    return made


_OWN = vocabulary("respective same corresponding each every within their its own per given particular")


def _groups(clause: Clause) -> tuple[str, ...]:
    """ "… with the mean of the respective month", "of passengers in the same class and sex", "grouped by A"."""
    found: list[str] = []
    for position, tag in enumerate(clause.tags):
        if tag.kind != "column" or tag.value not in clause.table or tag.value in found:
            continue
        front = [item.text.casefold() for item in clause.tags[max(0, position - 4) : position] if item.text.casefold() not in ("the", "a")]
        owned = front[-1:] and front[-1].split()[-1] in _OWN
        grouped = front[-1:] and front[-1].split()[0] in ("by", "grouped") and ("grouped" in " ".join(front[-2:]) or "based" in " ".join(front[-2:]))
        listed = bool(found) and front[-1:] in (["and"], [","]) and clause.tags[position - 2].value == found[-1]
        if owned or grouped or listed or front[-1:] == ["grouped by"]:
            found.append(str(tag.value))
    return tuple(found)


def _way(tag: Tag) -> dict[str, Any]:
    """How a word says to fill: a statistic, a method, or the value itself."""
    for kind in ("stat", "method"):
        if tag.kinds.get(kind) in _FILLS:
            return {"method": _FILLS[tag.kinds[kind]]}
    if tag.kind in ("text", "level", "number"):
        return {"method": "value", "value": tag.value[1] if tag.kind == "level" else tag.value}
    return {}


def _fills(clause: Clause, memory: Memory) -> bool:
    text = clause.text.casefold()
    if re.search(r"\b(before|after|of|the)\s+(and after\s+)?(the\s+)?(missing value\s+)?imputation\b(?! method)", text):
        return False
    return bool(re.search(r"\bfill|\bimput|\breplac\w* (all |any |the )?(missing|null|nan|empty|gaps)|\bhandl\w* (any |the )?(missing|null)", text)) or (
        clause.has("cmp", "missing") and clause.has("verb", "fill")
    )


FILLING = Wish("fill", _fill, words("fill"), takes=words("fill drop count stat missing scale clean compare"), when=_fills, ends=True)

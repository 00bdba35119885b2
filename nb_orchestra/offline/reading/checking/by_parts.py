"""What one ask of a goal says and none of its own steps holds. A column, a statistic or a value of another ask's steps is no answer to this one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nb_orchestra.offline.reading.intents import texts_in
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.splitting import split
from nb_orchestra.offline.reading.tagging import Tag

_STATISTICS = vocabulary("mean median sum sd var range iqr")
_ADDED_UP = vocabulary("count_rows value_counts")
_SUMMING = vocabulary("group_summary summarise count_rows value_counts extreme group_extreme rank time_pattern resample")
"""Recipes of plain numbers, which name the statistic that they compute."""


def parts_of(text: str, tags: Sequence[Tag]) -> Iterator[tuple[str, tuple[Tag, ...]]]:
    """The asks of a goal, as the steps are labelled with them."""
    for part in split(list(tags)):
        yield text[part[0].start : part[-1].end].strip(" ,;:\n"), part


def own_steps(part: str, steps: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The steps that answer a part, and those that these need."""
    plain = [step for step in steps if step.get("kind") != "ask"]
    by_id = {str(step.get("id")): step for step in plain}
    mine = [str(step.get("id")) for step in plain if str(step.get("clause", "")) == part]
    for identity in mine:  # grows while it is walked
        mine += [name for name in texts_in(by_id[identity].get("params", {})) if name in by_id and name not in mine]
    return [by_id[identity] for identity in mine]


def lost_in(tags: Sequence[Tag], recipes: frozenset[str], arguments: str) -> Iterator[str]:
    """Statistics and ends of one part that its steps do not name. `arguments`: theirs, in small letters."""
    if not recipes <= _SUMMING | {"filter_rows", "derive", "head", "sort_rows", "convert_types", "replace_values"} or not recipes & _SUMMING:
        return
    for tag in tags:
        key = tag.kinds.get("stat", "")
        plain = tag.kind == "lexical" and tag.spare is None and not tag.kinds.keys() & {"super", "chart", "verb"}
        if plain and key in _STATISTICS and f'"{key}"' not in arguments and not (key == "sum" and recipes & _ADDED_UP):
            yield f"{tag.text}: not computed"
    ends = {tag.kinds["super"]: tag.text for tag in tags if "super" in tag.kinds and tag.kinds["super"] in ("min", "max")}
    held = {"max": '"max"' in arguments or '"ascending": false' in arguments, "min": '"min"' in arguments or '"ascending": true' in arguments}
    if len(ends) == 2 and recipes & {"extreme", "group_extreme", "rank"} and any(held.values()):
        yield from (f"{text}: not looked for" for end, text in ends.items() if not held[end])

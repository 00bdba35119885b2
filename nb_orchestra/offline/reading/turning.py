"""Words whose sense turns with what stands around them: where a table holds durations and no speeds, the fastest takes the least; "how much did it drop"
removes nothing."""

from __future__ import annotations

from dataclasses import replace

from nb_orchestra.offline.reading.language.synonyms import same_notion
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag

_FAST = vocabulary("fast faster fastest quick quicker quickest quickly")
_SLOW = vocabulary("slow slower slowest slowly")
_DROPPING = vocabulary("drop drops dropped")
_HELPERS = vocabulary("did does do has have")
_SPEEDS = vocabulary("speed velocity mph kmh pace")


def turned(tags: list[Tag], table: Table) -> list[Tag]:
    """The tags, with the ends of "fastest" and "slowest" as this table measures them, and a drop of something as a change."""
    tags = [replace(tag, kinds={"verb": "trend"}) if _drops(tags, n) else tag for n, tag in enumerate(tags)]
    if any(same_notion(speed, word) for column in table.of_kind("number") for word in column.words for speed in _SPEEDS):
        return tags
    return [replace(tag, kinds={**tag.kinds, "super": "min" if tag.kinds["point"] in _FAST else "max"}) if _turns(tag) else tag for tag in tags]


def _turns(tag: Tag) -> bool:
    return "super" in tag.kinds and tag.kinds.get("point") in _FAST | _SLOW


def _drops(tags: list[Tag], n: int) -> bool:
    """ "How much did construction drop in 2009": what drops stands between the auxiliary and the verb."""
    if not tags[n].is_a("verb", "drop") or tags[n].text.casefold() not in _DROPPING:
        return False
    helper = next((place for place in range(n - 1, max(-1, n - 6), -1) if tags[place].text.casefold() in _HELPERS), None)
    return helper is not None and tags[0].text.casefold() != "why" and any(tag.kind == "column" for tag in tags[helper + 1 : n])

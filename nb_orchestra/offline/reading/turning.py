"""Words that turn round with what a table measures: where it holds durations and no speeds, the fastest takes the least."""

from __future__ import annotations

from dataclasses import replace

from nb_orchestra.offline.reading.synonyms import same_notion
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag
from nb_orchestra.offline.reading.words import vocabulary

_FAST = vocabulary("fast faster fastest quick quicker quickest quickly")
_SLOW = vocabulary("slow slower slowest slowly")
_SPEEDS = vocabulary("speed velocity mph kmh pace")


def turned(tags: list[Tag], table: Table) -> list[Tag]:
    """The tags, with the ends of "fastest" and "slowest" as this table measures them."""
    if any(same_notion(speed, word) for column in table.of_kind("number") for word in column.words for speed in _SPEEDS):
        return tags
    return [replace(tag, kinds={**tag.kinds, "super": "min" if tag.kinds["point"] in _FAST else "max"}) if _turns(tag) else tag for tag in tags]


def _turns(tag: Tag) -> bool:
    return "super" in tag.kinds and tag.kinds.get("point") in _FAST | _SLOW

"""Words whose sense turns with what stands around them: where a table holds durations and no speeds, the fastest takes the least; "how much did it drop"
removes nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from nb_orchestra.offline.reading.language.synonyms import same_notion
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
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
    tags = [_as_measure(tags, n, table) for n in range(len(tags))]
    tags = _began(tags, table)
    tags = [_as_column(tag, name) if (name := _grouped_already(tags, n, table)) else tag for n, tag in enumerate(tags)]
    tags = [
        replace(tag, kind="lexical", kinds={"word": "stop"}, value=None, how="", rivals=()) if _qualifies(tags, n, table) else tag for n, tag in enumerate(tags)
    ]
    if any(same_notion(speed, word) for column in table.of_kind("number") for word in column.words for speed in _SPEEDS):
        return tags
    return [replace(tag, kinds={**tag.kinds, "super": "min" if tag.kinds["point"] in _FAST else "max"}) if _turns(tag) else tag for tag in tags]


def _as_measure(tags: list[Tag], n: int, table: Table) -> Tag:
    """ "The number of stations" of a column `stations`, "magnitude" of a column `mag`: no count, and no absolute value."""
    tag, behind = tags[n], tags[n + 1] if n + 1 < len(tags) else None
    counted = table.by_name.get(str(behind.value)) if behind is not None and behind.kind == "column" else None
    own = counted is not None and counted.kind == "number" and not (counted.labelling or counted.entity or counted.truth or counted.looks_like_year)
    if tag.text.casefold() == "number of" and own and not table.exact:
        return replace(tag, kinds={"word": "stop"})
    named = next((column.name for column in table.of_kind("number") if column.words == ("mag",)), "") if tag.is_a("word", "absolute") else ""
    return _as_column(tag, named) if named and tag.text.casefold() == "magnitude" else tag


def _as_column(tag: Tag, name: str) -> Tag:
    return replace(tag, kind="column", kinds={}, value=name, how="words", rivals=(), spare=None)


def _grouped_already(tags: list[Tag], n: int, table: Table) -> str:
    """ "By cluster", "per segment", where a column is called so: nothing is to be put into groups anew, as "cluster the rows" would."""
    if not tags[n].is_a("verb", "cluster"):
        return ""
    name = next((column.name for column in table.columns if column.words and {lemma(word) for word in column.words} == {lemma(tags[n].text)}), "")
    before, behind = tags[n - 1] if n else None, tags[n + 1] if n + 1 < len(tags) else None
    orders = before is None or before.kind == "mark" or before.is_a("group", "and") or before.is_a("word", "do")
    return name if not orders or (behind is not None and behind.text.casefold() == "as") else ""


def _qualifies(tags: list[Tag], n: int, table: Table) -> bool:
    """ "Per customer segment": the id in front of a category says whose it is, and groups nothing."""
    if not (0 < n < len(tags) - 1 and tags[n].kind == tags[n + 1].kind == "column" and tags[n].how != "named" and tags[n - 1].is_a("group", "by")):
        return False
    own, behind = table.by_name.get(str(tags[n].value)), table.by_name.get(str(tags[n + 1].value))
    return (
        own is not None and behind is not None and own.name != behind.name and (own.labelling or own.identifying) and behind.kind == "text" and behind.grouping
    )


_ENDS = {"first": "min", "earliest": "min", "soonest": "min", "last": "max", "latest": "max", "recently": "max"}


def _began(tags: list[Tag], table: Table) -> list[Tag]:
    """ "Who started first", "the 3 that joined last": the date that the verb names, from the end that is said."""
    made = list(tags)
    for n, (verb, end) in enumerate(pairwise(tags)):
        behind = tags[n + 2].text.casefold() if end.text.casefold() == "most" and n + 2 < len(tags) else ""
        side = _ENDS.get(behind or end.text.casefold())
        stem = re.sub(r"e?d$", "", verb.text.casefold())
        dates = [column for column in table.of_kind("date") if any(re.sub(r"e?d?$", "", word) == stem for word in column.words)]
        if verb.kind in ("unknown", "column", "lexical") and side and verb.text.casefold().endswith("ed") and len(stem) > 2 and len(dates) == 1:
            made[n] = replace(verb, kind="lexical", kinds={"super": side}, value=None, how="")
            made[n + 1] = _as_column(end, dates[0].name)
            if behind:
                made[n + 2] = replace(tags[n + 2], kind="lexical", kinds={"word": "stop"}, value=None, how="")
    return made


def _turns(tag: Tag) -> bool:
    return "super" in tag.kinds and tag.kinds.get("point") in _FAST | _SLOW


def _drops(tags: list[Tag], n: int) -> bool:
    """ "How much did construction drop in 2009": what drops stands between the auxiliary and the verb."""
    if not tags[n].is_a("verb", "drop") or tags[n].text.casefold() not in _DROPPING:
        return False
    helper = next((place for place in range(n - 1, max(-1, n - 6), -1) if tags[place].text.casefold() in _HELPERS), None)
    return helper is not None and tags[0].text.casefold() != "why" and any(tag.kind == "column" for tag in tags[helper + 1 : n])

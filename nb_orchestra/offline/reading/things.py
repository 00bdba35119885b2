"""Words for what stands in the rows: "the DMSO wells" are rows of DMSO, and no grouping by well."""

from __future__ import annotations

from dataclasses import replace

from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag

_DAYS = vocabulary("day days date dates")
_BEFORE = vocabulary("which what many")


def days_named(tags: list[Tag], table: Table) -> list[Tag]:
    """ "Each day", "which day", "how many days", "top 4 days": the date column, of a table whose days have several rows each, whatever it is called."""
    date = table.by_name.get(table.date or "")
    if date is None or not date.crowded:
        return tags
    made: list[Tag] = []
    averaged = any(tag.kinds.get("stat") in ("mean", "median") for tag in tags)
    for n, tag in enumerate(tags):
        words = tag.text.casefold().split()
        if averaged and tag.kind == "lexical" and words in (["each", "day"], ["every", "day"]):
            made.append(replace(tag, end=tag.start + len(words[0]), text=tag.text.split()[0], kinds={"group": "by"}))
            made.append(Tag("column", tag.start + len(words[0]) + 1, tag.end, "day", value=date.name, how="synonym"))
        elif tag.kind in ("lexical", "unknown") and words[-1:] and words[-1] in _DAYS and len(words) == 1 and _asked(tags, n):
            made.append(Tag("column", tag.start, tag.end, tag.text, value=date.name, how="synonym"))
        else:
            made.append(tag)
    return made


def _asked(tags: list[Tag], n: int) -> bool:
    before = tags[n - 1] if n else None
    if before is None:
        return False
    ranked = before.kind == "number" and n > 1 and ("super" in tags[n - 2].kinds or tags[n - 2].kinds.get("verb") == "rank")
    said = before.text.casefold().split()[-1]
    return ranked or said in _BEFORE or "super" in before.kinds or before.kinds.get("verb") == "count"


def row_nouns(tags: tuple[Tag, ...], table: Table) -> set[int]:
    """ "The od of the DMSO wells": a category in the plural behind one of another's values names the rows, and groups nothing."""
    found = set()
    for place, tag in enumerate(tags[1:], start=1):
        column, before = table.by_name.get(str(tag.value)) if tag.kind == "column" else None, tags[place - 1]
        plural = tag.text.casefold().endswith("s") and tag.how != "named"
        if column is not None and column.kind == "text" and plural and before.kind == "level" and before.value[0] != column.name:
            found.add(place)
    return found

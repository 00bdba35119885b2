"""Words for what stands in the rows: "the DMSO wells" are rows of DMSO, and no grouping by well."""

from __future__ import annotations

from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag


def row_nouns(tags: tuple[Tag, ...], table: Table) -> set[int]:
    """ "The od of the DMSO wells": a category in the plural behind one of another's values names the rows, and groups nothing."""
    found = set()
    for place, tag in enumerate(tags[1:], start=1):
        column, before = table.by_name.get(str(tag.value)) if tag.kind == "column" else None, tags[place - 1]
        plural = tag.text.casefold().endswith("s") and tag.how != "named"
        if column is not None and column.kind == "text" and plural and before.kind == "level" and before.value[0] != column.name:
            found.add(place)
    return found

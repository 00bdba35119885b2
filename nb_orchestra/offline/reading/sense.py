"""A goal's text as tags in the sense that this table gives them: ends turned round, happenings as their column, percents of a rate,
units of a column."""

from __future__ import annotations

from dataclasses import replace

from nb_orchestra.offline.reading.language.synonyms import DOINGS, NOTIONS
from nb_orchestra.offline.reading.language.words import lemma
from nb_orchestra.offline.reading.matching.dimensions import by_unit, unit_at, unit_of
from nb_orchestra.offline.reading.restricting.happening import happened
from nb_orchestra.offline.reading.restricting.units import in_percent, of_a_unit
from nb_orchestra.offline.reading.tables import Column, Table
from nb_orchestra.offline.reading.tagging import Tag, tag
from nb_orchestra.offline.reading.things import days_named
from nb_orchestra.offline.reading.turning import turned


def sensed(text: str, table: Table) -> list[Tag]:
    plain = _called_by_statistics(happened(turned(tag(text, table), table), table), table)
    read = _quantities(_days(plain, table), table)
    return controls_named(days_named(_only_category(of_a_unit(in_percent(read, table), table), table), table), table)


def controls_named(tags: list[Tag], table: Table) -> list[Tag]:
    """ "Adjusted for speed and trend", of a table with a column `trend`: behind such words stand columns."""
    made, listing = list[Tag](), False
    for item in tags:
        listing = (listing and (item.kind == "column" or item.text.casefold() in _LISTED or item.spare is not None)) or item.is_a("group", "control")
        own = item.spare.column if listing and item.kind == "lexical" and item.spare is not None else ""
        made.append(replace(item, kind="column", kinds={}, value=own, how="words", spare=None) if own and lemma(own) == lemma(item.text) else item)
    return made


_LISTED = ("and", ",", "&", "the", "their", "its", "both", "as well as", "plus")


def _called_by_statistics(tags: list[Tag], table: Table) -> list[Tag]:
    """Where a table has a column `Median`: "the median salary" is one piece, and that column where it is predicted from others or held against them."""
    relates = any(tag.is_a("verb", *_RELATING) or tag.is_a("word", "than") for tag in tags)
    made: list[Tag] = []
    for item in tags:
        before = made[-1] if made else None
        own = before is not None and before.spare is not None and lemma(before.spare.column) == lemma(before.text) and "stat" in before.kinds
        if own and before is not None and item.kind == "unknown" and (item.text.casefold() in DOINGS or lemma(item.text) in NOTIONS):
            made[-1] = replace(before, end=item.end, text=f"{before.text} {item.text}")
        else:
            made.append(item)
    return [_as_its_column(tag) if relates and "stat" in tag.kinds and tag.spare is not None else tag for tag in made]


_RELATING = ("predict", "regress", "correlate", "train", "matrix")


def _as_its_column(tag: Tag) -> Tag:
    name = tag.spare.column if tag.spare is not None else ""
    whole = lemma(name) == lemma(tag.text.split()[0])
    return replace(tag, kind="column", kinds={}, value=name, how="words", spare=None) if whole else tag


def _days(tags: list[Tag], table: Table) -> list[Tag]:
    """The tags, with the day of "per day" as a unit of time, where the column that says when holds more than one row of a day."""
    date = table.by_name.get(table.date or "")
    if date is None or date.kind != "date" or (date.distinct == table.rows and not date.moments):
        return tags
    return [
        replace(item, kind="lexical", kinds={"time": "day"}, value=None, how="", rivals=(), spare=None)
        if n and item.kind == "column" and item.value == date.name and item.how == "synonym" and lemma(item.text) == "day" and tags[n - 1].is_a("group", "by")
        else item
        for n, item in enumerate(tags)
    ]


def _only_category(tags: list[Tag], table: Table) -> list[Tag]:
    """ "Per category" of a table whose one category is called otherwise."""
    kinds = [column for column in table.columns if column.kind == "text" and column.grouping and not column.identifying and not column.truth]
    if len(kinds) != 1:
        return tags
    return [
        replace(item, kind="column", kinds={}, value=kinds[0].name, how="synonym", rivals=(), spare=None)
        if n and item.kind == "lexical" and item.is_a("word", "group") and tags[n - 1].text.casefold() in ("per", "by", "each", "every")
        else item
        for n, item in enumerate(tags)
    ]


_IN_FRONT = ("in", "per", "a", "an", "/", "each", "every", "as", "to")


def _of_that_unit(item: Tag, before: list[Tag], table: Table) -> list[Column]:
    """ "Total kwh", "km per week": the one column that is in the unit, where the unit is no number's."""
    plain = item.kind == "unknown" or (item.kind == "lexical" and item.kinds == {"word": "unit"})
    said = before[-1] if before else None
    if not plain or (said is not None and (said.kind in ("number", "column") or said.text.casefold().rpartition(" ")[2] in _IN_FRONT)):
        return []
    unit = unit_at([item], 0)[0]
    found = [column for column in table.of_kind("number") if unit_of(column) == unit and unit]
    return found if len(found) == 1 else []


def _quantities(tags: list[Tag], table: Table) -> list[Tag]:
    """The tags, with a quantity's noun as the column that is named by its unit alone: "maximum temperature" → max_c, "consumption" → kwh."""
    made: list[Tag] = []
    for item in tags:
        if item.text.casefold() == "min" and made and made[-1].kind == "number":  # "rides over 30 min"
            item = replace(item, kind="unknown", text="minutes", kinds={}, spare=None)
        columns = by_unit(lemma(item.text), table) if item.kind == "unknown" else []
        columns = columns or _of_that_unit(item, made, table)
        before = lemma(made[-1].text) if made else ""
        side = {"maximum": "max", "highest": "max", "minimum": "min", "lowest": "min", "average": "mean"}.get(before, before)
        own = [column for column in columns if side in column.words]
        if own:
            made[-1] = replace(item, kind="column", start=made[-1].start, text=f"{made[-1].text} {item.text}", value=own[0].name, how="words")
        elif columns:
            rivals = tuple(column.name for column in columns[1:])
            how = "synonym" if by_unit(lemma(item.text), table) else "unit"
            made.append(replace(item, kind="column", kinds={}, value=columns[0].name, how=how, rivals=rivals))
        else:
            made.append(item)
    return made

"""Which columns a goal names as features of its model: "features: A, B", "A and B as predictors", "from A, B and C", "V1 to V9", "all other numeric columns"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag

# ruff: noqa: E501 — patterns are data; a row stays a row

_FEATURES_FRONT = re.compile(
    r"(?:\b(?:features?|predictors?|independent variables?|explanatory variables?|inputs?|input (?:features|variables))\b[^.;]{0,40}?|"
    r"\b(?:from|using|based on|with|given|on the basis of|by means of|by|on|~)\b[^.;:]{0,70}?)\Z",
    re.IGNORECASE,
)
_FEATURES_BEHIND = re.compile(
    r"\A[\"'”’`]?[^.;]{0,60}?\b(?:as|are|is|being|will be|serve as|used as)\b (?:the |our |its |two |three |four |only |input )*(?:features?|predictors?|independent|explanatory|inputs?)\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:all|every|each)(?: of)?(?: the)? (?:other |remaining |rest of the |available )?(numeric(?:al)? )?(?:columns?|variables?|features?|attributes?)\b|\b(?:the )?(?:other|remaining) (numeric(?:al)? )?(?:columns|variables|features)\b",
    re.IGNORECASE,
)


def columns_in(tags: Sequence[Tag], table: Table) -> list[tuple[int, int, str]]:
    return [(item.start, item.end, str(item.value)) for item in tags if item.kind == "column" and item.value in table]


def features_in(body: str, sentences: Sequence[Sequence[Tag]], table: Table, target: str) -> tuple[str, ...]:
    """Columns that a sentence lists as features, else those behind "from", "using", "based on" of the sentence that names the target."""
    for pattern in (_formula_features, _named_features, _behind_features):
        listed = ((tags, pattern(body, tags, table, target)) for tags in sentences)
        found = next((names for tags, names in listed if names and _is_whole(body, tags, table, names)), [])
        if found:
            return tuple(dict.fromkeys(found))
    every = _ALL.search(body)
    if every is not None and re.search(r"\b(?:features?|predictors?|predict|using|independent|inputs?)\b", body, re.IGNORECASE):
        numeric = bool(every.group(1) or every.group(2))
        skipped = {name for tags in sentences for name in _left_out(body, tags, table)}
        usable = [column.name for column in table.columns if column.name not in {target, *skipped} and (column.kind == "number" or not numeric)]
        return tuple(name for name in usable if not table[name].labelling) if not numeric or usable else ()
    return ()


def _is_whole(body: str, tags: Sequence[Tag], table: Table, names: Sequence[str]) -> bool:
    """False where the list goes on with something that is no column."""
    last = max(end for _, end, name in columns_in(tags, table) if name in names)
    return GOES_ON.match(body[last : tags[-1].end]) is None


def _formula_features(body: str, tags: Sequence[Tag], table: Table, target: str) -> list[str]:
    """ "salary ~ sex + service"."""
    columns = columns_in(tags, table)
    at = next((n for n, (first, _, _) in enumerate(columns) if n and re.fullmatch(r"[\"'”`]?\s*~\s*[\"'“`]?", body[columns[n - 1][1] : first])), None)
    return _list_from(body, tags, table, at) if at is not None else []


def _named_features(body: str, tags: Sequence[Tag], table: Table, target: str) -> list[str]:
    columns = columns_in(tags, table)
    for number, (first, _, _) in enumerate(columns):
        between = columns[number - 1][1] if number else tags[0].start
        front = body[between:first]
        if re.search(
            r"\b(?:features?|predictors?|independent variables?|explanatory variables?|inputs?)\b[^.;]{0,90}\Z", front, re.IGNORECASE
        ) or _FEATURES_BEHIND.match(body[_list_end(body, tags, table, number) : tags[-1].end]):
            listed = _list_from(body, tags, table, number)
        else:
            continue
        listed = [name for name in listed if name != target]
        if listed and listed[0] not in _left_out(body, tags, table):
            return listed
    return []


_ABOUT_MODEL = re.compile(r"\b(?:predict|classif|regress|model|train)", re.IGNORECASE)


def _behind_features(body: str, tags: Sequence[Tag], table: Table, target: str) -> list[str]:
    """ "… from A and B", in the sentence that names the target."""
    columns = columns_in(tags, table)
    about = target in [name for _, _, name in columns] or _ABOUT_MODEL.search(body[tags[0].start : tags[-1].end])
    if not columns or not about:
        return []
    others = [
        number
        for number, (first, _, name) in enumerate(columns)
        if name != target and _FEATURES_FRONT.search(body[columns[number - 1][1] if number else tags[0].start : first])
    ]
    return [name for name in _list_from(body, tags, table, others[0]) if name != target] if others else []


_LISTING = re.compile(
    r"[\"'”’`“‘]?\s*(?:[a-z]+\s+(?=and\b)){0,2}(?:\([^()]*\))?\s*(?:,|and|&|\+|plus|as well as|or|, and|to|through|-|–)?\s*(?:and\s*)?(?:the |of |number of )*[\"'“‘`]?\Z",
    re.IGNORECASE,
)


GOES_ON = re.compile(
    r"\s*(?:,\s*and|,|and)\s+(?:the|an?|their|its|number|total|minimum|maximum|average)\b(?!\s+(?:model|test|target|training|accuracy|r2|rmse))", re.IGNORECASE
)
"""Behind the last column of a list: another one that no column of the table is."""


def _list_end(body: str, tags: Sequence[Tag], table: Table, number: int) -> int:
    columns = columns_in(tags, table)
    while number + 1 < len(columns) and _LISTING.fullmatch(body[columns[number][1] : columns[number + 1][0]]):
        number += 1
    return columns[number][1]


def _list_from(body: str, tags: Sequence[Tag], table: Table, number: int) -> list[str]:
    """The columns of one list; "V1 to V9" are all that stand between."""
    columns = columns_in(tags, table)
    names = [columns[number][2]]
    order = [column.name for column in table.columns]
    while number + 1 < len(columns) and _LISTING.fullmatch(body[columns[number][1] : columns[number + 1][0]]):
        joint = body[columns[number][1] : columns[number + 1][0]].strip(" \"'“”`")
        if joint.casefold() in ("to", "through", "-", "–") and order.index(names[-1]) < order.index(columns[number + 1][2]):
            names += order[order.index(names[-1]) + 1 : order.index(columns[number + 1][2])]
        names.append(columns[number + 1][2])
        number += 1
    return names


def _left_out(body: str, tags: Sequence[Tag], table: Table) -> list[str]:
    """ "All columns except A and B", "drop the columns A and B"."""
    columns = columns_in(tags, table)
    for number, (first, _, _) in enumerate(columns):
        between = columns[number - 1][1] if number else tags[0].start
        if re.search(
            r"\b(?:except|excluding|other than|without|not including|besides|(?:drop|remove|exclude|ignore) (?:the )?(?:columns?|variables?|features?))\b[^.;]{0,30}\Z",
            body[between:first],
            re.IGNORECASE,
        ):
            return _list_from(body, tags, table, number)
    return []

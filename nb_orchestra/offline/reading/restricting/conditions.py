"""Filters inside a clause: "only Gentoo", "not on Dream", "mass over 4 kg", "2008–2010", "where sex is female", "with a CON value of 1"."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.reading.deriving.speeds import as_speeds
from nb_orchestra.offline.reading.deriving.takings import add_quantities
from nb_orchestra.offline.reading.language.synonyms import POINTERS, same_notion
from nb_orchestra.offline.reading.language.words import parts, vocabulary
from nb_orchestra.offline.reading.restricting.absence import add_mentions, add_nothings, add_presence, add_rivals, add_told_of, add_undone
from nb_orchestra.offline.reading.restricting.amounts import add_amounts, add_counted_things, add_second_tests, as_shares, said_of_another
from nb_orchestra.offline.reading.restricting.calendar import add_dates, add_years, edge, is_year
from nb_orchestra.offline.reading.restricting.excluding import denied_value, deny
from nb_orchestra.offline.reading.restricting.filters import Filters, amount, span
from nb_orchestra.offline.reading.restricting.joining import join_conditions
from nb_orchestra.offline.reading.restricting.numbered import add_numbered
from nb_orchestra.offline.reading.restricting.pointing import add_pointed, columns_behind, named_behind, skip
from nb_orchestra.offline.reading.restricting.truths import add_ages, add_truths
from nb_orchestra.offline.reading.restricting.units import in_own_unit
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag


def filters(tags: tuple[Tag, ...], table: Table) -> Filters:
    """Every condition of a clause."""
    found = Filters()
    add_amounts(tags, found, table)
    add_numbered(tags, found, table)
    add_mentions(tags, found, table)
    add_told_of(tags, found, table)
    add_rivals(tags, found, table)
    add_undone(tags, found, table)
    add_nothings(tags, found, table)
    add_presence(tags, found, table)
    add_quantities(tags, found, table)
    _compared_columns(tags, found, table)
    _beside(tags, found, table)
    add_pointed(tags, found, table)
    add_second_tests(tags, found, table)
    add_counted_things(tags, found, table)
    add_ages(tags, found, table)
    add_dates(tags, found, table)
    add_years(tags, found, table)
    deny(tags, found)
    add_truths(tags, found, table)
    _levels(tags, found)
    _no_scores(tags, found)
    join_conditions(tags, found)
    as_shares(tags, found, table)
    in_own_unit(tags, found, table)
    as_speeds(found, tags, table)
    found.used |= {
        n + 1 for n in found.used if n + 1 < len(tags) and tags[n].kind == "number" and not is_year(tags[n]) and tags[n + 1].text.casefold() in _SPANS
    }
    return found


_SPANS = vocabulary("day days night nights week weeks month months year years hour hours minute minutes")
"""Behind the number of a condition these are its unit, and ask for no period of time."""


def _no_scores(tags: tuple[Tag, ...], found: Filters) -> None:
    """ "The z-score of price exceeds 3": a limit of the score is no price of 3."""
    for number in reversed(range(len(found.places))):
        ends = [n for n in found.places[number] if n < len(tags) and tags[n].kind == "number"]
        if any(tags[n].is_a("method", "zscore") for end in ends for n in range(max(0, end - 6), end)):
            found.used -= set(found.places.pop(number))
            del found.conditions[number]


def _compared_columns(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    for start, tag in enumerate(tags):
        if tag.kind != "column" or start in found.used or (tag.how == "synonym" and tag.value in table and table[tag.value].entity):
            continue
        position = skip(tags, _behind_noun(tags, start + 1))
        negative = any(tags[n].is_a("word", "not") or tags[n].is_a("cmp", "!=") for n in range(start + 1, min(position + 1, len(tags))))
        operator = "!=" if negative else "=="
        explicit = any(tags[n].is_a("cmp", "==") for n in range(start + 1, min(position, len(tags))))
        if position < len(tags) and "cmp" in tags[position].kinds and tags[position].kind == "lexical":
            if _points_elsewhere(tags[position], tag.value, table):
                continue
            operator = tags[position].kinds["cmp"]
            explicit = True
            position = skip(tags, position + 1)
        _one_comparison(tags, start, position, operator, explicit, found, table)


def _behind_noun(tags: tuple[Tag, ...], position: int) -> int:
    """ "status codes above 400": a noun that is no column may stand between a column and its comparison."""
    compared = (
        position + 1 < len(tags)
        and "cmp" in tags[position + 1].kinds
        and (tags[position + 1].kinds["cmp"] not in ("contains",) or tags[position].text.casefold() in ("text", "column", "value", "entry", "string", "field"))
    )
    return position + 1 if compared and tags[position].kind == "unknown" else position


def _points_elsewhere(tag: Tag, column: str, table: Table) -> bool:
    """ "older than" speaks of an age, whatever column stands in front of it."""
    notions = POINTERS.get(tag.text.split()[0].casefold(), ((), ""))[0]
    columns = [item.name for item in table.of_kind("number") if any(same_notion(n, w) for n in notions for w in item.words)]
    return bool(columns) and column not in columns


def _one_comparison(tags: tuple[Tag, ...], start: int, position: int, operator: str, explicit: bool, found: Filters, table: Table) -> None:
    column = tags[start].value
    if operator in ("missing", "present") or position >= len(tags) or column not in table or position in found.used:
        return
    target = tags[position]
    column = _sided(tags[start], operator)
    if is_year(target) and table.date not in (None, column) and (tags[position - 1].text.casefold() in _IN_TIME or not _holds(table, column, target)):
        return
    if target.kind == "number" and ((table[column].kind == "date" and not is_year(target)) or said_of_another(tags, start, position, table)):
        return
    if operator in (">", "<", ">=", "<=") and target.kinds.get("stat") in ("mean", "median"):
        found.add(range(start, position + 1), column, operator, {"statistic": target.kinds["stat"], "column": named_behind(tags, position, column)})
        return
    if target.kind == "number" and tags[start].how in ("synonym", "part") and columns_behind(tags, position, table):
        return
    if table[column].kind == "date" and is_year(target) and operator == "==":
        found.add(range(position - (position > start + 1), position + 1), column, "year", int(target.value))
        return
    numeric = table[column].kind in ("number", "date")
    if operator == "between":
        _ranged(tags, start, position, column, found, table)
    elif target.kind == "number" and explicit and numeric and (operator not in ("==", "!=") or not _is_count(tags, position)):
        grouped = operator not in ("==", "!=") and start > 0 and tags[start - 1].is_a("group", "by")  # "per year since 2005" groups, too
        dated = table[column].kind == "date" and is_year(target) and operator not in ("==", "!=")
        value = edge(operator, int(target.value), dated=True) if dated else amount(tags, position)
        found.add(range(start + grouped, position + 1), column, operator, value)
    elif operator in ("contains", "starts with") and target.kind == "level" and table[column].kind == "text":
        found.add(range(start, position + 1), column, operator, tags[position].text.strip("\"'"))
    elif target.kind == "text" and explicit and table[column].kind == "text" and operator in ("==", "!=", "contains", "starts with"):
        found.add(range(start, position + 1), column, operator, target.value)
    elif target.kind == "level" and operator in (">", "<", ">=", "<=") and target.value[0] == column and table[column].ordered:
        found.add(range(start, position + 1), column, operator, target.value[1])
    elif target.kind == "number" and not explicit and numeric and table[column].grouping and position == start + 1:
        found.add(range(start, position + 1), column, "==", amount(tags, position))


def _ranged(tags: tuple[Tag, ...], start: int, position: int, column: str, found: Filters, table: Table) -> None:
    """Both ends of a range of a column's numbers."""
    target = tags[position]
    if target.kind != "number" or (is_year(target) and table.date is not None and table.date != column and not _holds(table, column, target)):
        return
    last = next((n for n in range(position + 1, min(position + 4, len(tags))) if tags[n].kind == "number"), None)
    if last is not None:
        grouped = start > 0 and tags[start - 1].is_a("group", "by")
        found.add(range(start + grouped, last + 1), column, "between", span(tags, position, last))


_IN_TIME = vocabulary("in since until before after during till")


def _holds(table: Table, column: str, tag: Tag) -> bool:
    """True where the number lies within the column's own range."""
    year = table.by_name.get(table.date or "")
    if year is not None and year.looks_like_year and year.low is not None and year.high is not None and year.low <= tag.value <= year.high:
        return False
    low, high = table[column].low, table[column].high
    return low is not None and high is not None and low <= tag.value <= high and not table[column].unit


def _sided(tag: Tag, operator: str) -> str:
    """ "A temperature below 0": of a smallest and a largest one, the smallest; "above 30": the largest."""
    side = {"<": "min", "<=": "min", ">": "max", ">=": "max"}.get(operator)
    sided = [name for name in (str(tag.value), *tag.rivals) if side is not None and side in parts(name)]
    return sided[0] if len(sided) == 1 else str(tag.value)


def _beside(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """ "the 'Assault' category", "who survived": a quoted value in front of its column; a yes/no column that is said of rows."""
    for position, tag in enumerate(tags):
        if tag.kind != "column" or tag.value not in table or position in found.used or position == 0:
            continue
        before, column = tags[position - 1], table[tag.value]
        if before.kind == "text" and column.kind == "text" and position - 1 not in found.used and column.grouping:
            found.add((position - 1, position), column.name, "==", before.value)
        if before.text.casefold() == "zero" and column.kind == "number":
            found.add((position - 1, position), column.name, "==", 0)
            continue
        said = [word for item in tags[max(0, position - 3) : position] for word in item.text.casefold().split()]
        counted = (
            tags[0].text.casefold().startswith(("how many", "count"))
            and position > 1
            and not any("group" in item.kinds for item in tags[position - 1 : position])
        )
        compared = position + 1 < len(tags) and "cmp" in tags[position + 1].kinds
        if column.truth and not compared and ("who" in said or "that" in said or counted):
            op = "!=" if {"not", "don't", "didn't"} & set(said) else "=="
            found.add(
                [n for n in range(max(0, position - 2), position + 1) if n == position or tags[n].kind not in ("number", "level", "column")],
                column.name,
                op,
                column.yes,
            )


def _is_count(tags: tuple[Tag, ...], position: int) -> bool:
    """Numbers that say how something is done: decimals, percent, times the IQR."""
    following = tags[position + 1].text.casefold() if position + 1 < len(tags) else ""
    return following in ("decimal", "decimals", "%", "iqr", "*", "times", "significant", "bins", "groups", "clusters")


def _levels(tags: tuple[Tag, ...], found: Filters) -> None:
    groups: dict[tuple[str, bool], tuple[list[Any], list[int]]] = {}
    for position, tag in enumerate(tags):
        if tag.kind == "level" and position not in found.used:
            column, value = tag.value
            column = next((item.value for item in tags if item.kind == "column" and item.value in tag.rivals), column)
            negative = denied_value(tags, position, column)
            values, positions = groups.setdefault((column, negative), ([], []))
            if value not in values:
                values.append(value)
            positions.append(position)
            if tag.rivals:
                found.notes.append(f"{tag.text} → {column} (also in {', '.join(tag.rivals)})")
    for (column, negative), (values, positions) in groups.items():
        op = ("!=" if negative else "==") if len(values) == 1 else ("not in" if negative else "in")
        found.add(tuple(positions), column, op, values[0] if len(values) == 1 else values)

"""Filters inside a clause: "only Gentoo", "not on Dream", "mass over 4 kg", "2008–2010", "where sex is female", "with a CON value of 1"."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.reading.amounts import add_amounts, add_second_tests, measured_behind, said_of_another
from nb_orchestra.offline.reading.calendar import add_dates, add_years, is_year
from nb_orchestra.offline.reading.excluding import deny
from nb_orchestra.offline.reading.filters import Filters, amount
from nb_orchestra.offline.reading.joining import join_conditions
from nb_orchestra.offline.reading.synonyms import POINTERS, same_notion
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag
from nb_orchestra.offline.reading.truths import add_ages, add_truths
from nb_orchestra.offline.reading.words import fold, lemma, vocabulary

_PASSED = vocabulary("the a an of value values with is are was were be that column category group categories type year years in than has have had to equal")
_NEGATIVE = vocabulary("not non no except excluding without exclude drop remove ignore omit outside but")


def filters(tags: tuple[Tag, ...], table: Table) -> Filters:
    """Every condition of a clause."""
    found = Filters()
    add_amounts(tags, found, table)
    _compared_columns(tags, found, table)
    _beside(tags, found, table)
    _pointed(tags, found, table)
    add_second_tests(tags, found, table)
    add_ages(tags, found, table)
    add_dates(tags, found, table)
    add_years(tags, found, table)
    deny(tags, found)
    add_truths(tags, found, table)
    _levels(tags, found)
    join_conditions(tags, found)
    return found


def _skip(tags: tuple[Tag, ...], position: int) -> int:
    """The next tag that is more than glue."""
    while position < len(tags) and tags[position].text.casefold() in _PASSED and not tags[position].is_a("cmp", ">", "<", ">=", "<="):
        position += 1
    return position


def _compared_columns(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    for start, tag in enumerate(tags):
        if tag.kind != "column" or start in found.used:
            continue
        position = _skip(tags, _behind_noun(tags, start + 1))
        negative = any(tags[n].is_a("word", "not") or tags[n].is_a("cmp", "!=") for n in range(start + 1, min(position + 1, len(tags))))
        operator = "!=" if negative else "=="
        explicit = any(tags[n].is_a("cmp", "==") for n in range(start + 1, min(position, len(tags))))
        if position < len(tags) and "cmp" in tags[position].kinds and tags[position].kind == "lexical":
            if _points_elsewhere(tags[position], tag.value, table):
                continue
            operator = tags[position].kinds["cmp"]
            explicit = True
            position = _skip(tags, position + 1)
        _one_comparison(tags, start, position, operator, explicit, found, table)


def _behind_noun(tags: tuple[Tag, ...], position: int) -> int:
    """ "status codes above 400": a noun that is no column may stand between a column and its comparison."""
    compared = position + 1 < len(tags) and "cmp" in tags[position + 1].kinds and tags[position + 1].kinds["cmp"] not in ("contains",)
    return position + 1 if compared and tags[position].kind == "unknown" else position


def _points_elsewhere(tag: Tag, column: str, table: Table) -> bool:
    """ "older than" speaks of an age, whatever column stands in front of it."""
    notions = POINTERS.get(tag.text.split()[0].casefold(), ((), ""))[0]
    columns = [item.name for item in table.of_kind("number") if any(same_notion(n, w) for n in notions for w in item.words)]
    return bool(columns) and column not in columns


def _one_comparison(tags: tuple[Tag, ...], start: int, position: int, operator: str, explicit: bool, found: Filters, table: Table) -> None:
    column = tags[start].value
    if operator in ("missing", "present") or position >= len(tags) or column not in table:
        return
    target = tags[position]
    if is_year(target) and table.date not in (None, column) and (tags[position - 1].text.casefold() in _IN_TIME or not _holds(table, column, target)):
        return
    if target.kind == "number" and ((table[column].kind == "date" and not is_year(target)) or said_of_another(tags, start, position, table)):
        return
    if operator in (">", "<", ">=", "<=") and target.kinds.get("stat") in ("mean", "median"):
        found.add(range(start, position + 1), column, operator, {"statistic": target.kinds["stat"], "column": _named_behind(tags, position, column)})
        return
    if target.kind == "number" and tags[start].how in ("synonym", "part") and _columns_behind(tags, position, table):
        return
    numeric = table[column].kind in ("number", "date")
    if (
        operator == "between"
        and target.kind == "number"
        and not (is_year(target) and table.date is not None and table.date != column and not _holds(table, column, target))
    ):
        last = next((n for n in range(position + 1, min(position + 4, len(tags))) if tags[n].kind == "number"), None)
        if last is not None:
            grouped = start > 0 and tags[start - 1].is_a("group", "by")
            found.add(range(start + grouped, last + 1), column, "between", [amount(tags, position), amount(tags, last)])
    elif operator == "between":
        return
    elif target.kind == "number" and explicit and numeric and (operator not in ("==", "!=") or not _is_count(tags, position)):
        found.add(range(start, position + 1), column, operator, amount(tags, position))
    elif target.kind == "text" and explicit and table[column].kind == "text" and operator in ("==", "!=", "contains", "starts with"):
        found.add(range(start, position + 1), column, operator, target.value)
    elif target.kind == "number" and not explicit and numeric and table[column].grouping and position == start + 1:
        found.add(range(start, position + 1), column, "==", amount(tags, position))


_IN_TIME = vocabulary("in since until before after during till")


def _holds(table: Table, column: str, tag: Tag) -> bool:
    """True where the number lies within the column's own range."""
    year = table.by_name.get(table.date or "")
    if year is not None and year.looks_like_year and year.low is not None and year.high is not None and year.low <= tag.value <= year.high:
        return False
    low, high = table[column].low, table[column].high
    return low is not None and high is not None and low <= tag.value <= high and not table[column].unit


def _named_behind(tags: tuple[Tag, ...], position: int, column: str) -> str:
    """ "above the average body mass": the column that the statistic is of."""
    return next((tag.value for tag in tags[position + 1 : position + 4] if tag.kind == "column"), column)


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
        said = [item.text.casefold() for item in tags[max(0, position - 3) : position]]
        counted = (
            tags[0].text.casefold().startswith(("how many", "count"))
            and position > 1
            and not any("group" in item.kinds for item in tags[position - 1 : position])
        )
        compared = position + 1 < len(tags) and "cmp" in tags[position + 1].kinds
        if column.truth and not compared and ("who" in said or "that" in said or counted):
            op = "!=" if {"not", "don't", "didn't"} & set(said) else "=="
            found.add([n for n in range(max(0, position - 2), position + 1) if tags[n].kind != "number"], column.name, op, column.yes)


def _is_count(tags: tuple[Tag, ...], position: int) -> bool:
    """Numbers that say how something is done: decimals, percent, times the IQR."""
    following = tags[position + 1].text.casefold() if position + 1 < len(tags) else ""
    return following in ("decimal", "decimals", "%", "iqr", "*", "times", "significant", "bins", "groups", "clusters")


def _pointed(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """ "older than 30", "over 4000 g", "more than 100 photos": the column follows from the adjective, the unit or the noun behind."""
    for start, tag in enumerate(tags):
        if start in found.used or tag.kind != "lexical" or (tag.kinds.get("cmp") not in (">", "<", ">=", "<=", "between") and tag.text.casefold() != "exactly"):
            continue
        position = _skip(tags, start + 1)
        if position < len(tags) and tags[position].kinds.get("stat") in ("mean", "median") and not tag.is_a("cmp", "between"):
            behind = _named_behind(tags, position, "")
            if behind in table and table[behind].kind == "number":
                found.add((start, position), behind, tag.kinds["cmp"], {"statistic": tags[position].kinds["stat"], "column": behind})
            continue
        if position >= len(tags) or tags[position].kind != "number" or position in found.used:
            continue
        named = _columns_behind(tags, position, table) if not tag.is_a("cmp", "between") else []
        if named:
            joined = any(item.text.casefold() == "or" for item in tags[position : named[-1]])
            pieces = [{"column": tags[n].value, "op": tag.kinds["cmp"], "value": amount(tags, position)} for n in named]
            found.add(range(start, named[-1] + 1), pieces[0]["column"], "any" if joined else "all", pieces)
            continue
        column = _pointed_column(tag.text, tags, position, table)
        if column is None:
            continue
        last = next((n for n in range(position + 1, min(position + 4, len(tags))) if tags[n].kind == "number"), None)
        if tag.kinds["cmp"] == "between" and last is not None:
            found.add(range(start, last + 1), column, "between", [amount(tags, position), amount(tags, last)])
        elif tag.kinds["cmp"] != "between":
            last_place = measured_behind(tags, position, table)
            found.add(range(start, (position if last_place is None else last_place) + 1), column, tag.kinds["cmp"], amount(tags, position))


def _columns_behind(tags: tuple[Tag, ...], position: int, table: Table) -> list[int]:
    """ "below 50 in math or reading": where the numeric columns stand that a number in front is said of."""
    if position + 2 >= len(tags) or tags[position + 1].text.casefold() not in ("in", "on", "for", "of"):
        return []
    places: list[int] = []
    for n in range(position + 2, len(tags)):
        if tags[n].kind == "column" and tags[n].value in table and table[tags[n].value].kind == "number":
            places.append(n)
        elif tags[n].text.casefold() not in ("or", "and", ",", "the", "both", "either"):
            break
    return places


def _pointed_column(word: str, tags: tuple[Tag, ...], position: int, table: Table) -> str | None:
    following = tags[position + 1] if position + 1 < len(tags) else None
    behind = measured_behind(tags, position, table)
    if behind is not None:
        return str(tags[behind].value)
    notions = POINTERS.get(word.split()[0].casefold(), ((), ""))[0]
    pointed = next((column.name for column in table.of_kind("number") if any(same_notion(n, w) for n in notions for w in column.words)), None)
    if pointed is not None:
        return pointed
    if following is not None:
        units = [column.name for column in table.columns if column.unit and column.unit.casefold() == following.text.casefold()]
        if len(units) == 1:
            return units[0]
    return None


def _levels(tags: tuple[Tag, ...], found: Filters) -> None:
    groups: dict[tuple[str, bool], tuple[list[Any], list[int]]] = {}
    for position, tag in enumerate(tags):
        if tag.kind == "level" and position not in found.used:
            column, value = tag.value
            column = next((item.value for item in tags if item.kind == "column" and item.value in tag.rivals), column)
            negative = _negated(tags, position, column)
            values, positions = groups.setdefault((column, negative), ([], []))
            if value not in values:
                values.append(value)
            positions.append(position)
            if tag.rivals:
                found.notes.append(f"{tag.text} → {column} (also in {', '.join(tag.rivals)})")
    for (column, negative), (values, positions) in groups.items():
        op = ("!=" if negative else "==") if len(values) == 1 else ("not in" if negative else "in")
        found.add(tuple(positions), column, op, values[0] if len(values) == 1 else values)


def _negated(tags: tuple[Tag, ...], position: int, column: str) -> bool:
    """True where one of the few words before the value denies it, over other values joined with it."""
    for back in range(position - 1, max(-1, position - 8), -1):
        tag = tags[back]
        if tag.text.casefold().split()[0] in _NEGATIVE or tag.is_a("verb", "drop") or tag.is_a("cmp", "!="):
            return True
        passed = tag.text.casefold() in _PASSED or tag.text in (",", "on", "from") or tag.is_a("group", "and")
        if not (passed or tag.kind in ("level", "column") or lemma(tag.text) == fold(column)):
            return False
    return False

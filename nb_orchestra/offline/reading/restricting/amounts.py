"""Numbers said of a column in lists, ranges and second tests: "price 10 to 20", "units is 7 or 8", "at least 10 and below 20", "negative balance"."""

from __future__ import annotations

from nb_orchestra.offline.reading.language.synonyms import same_notion
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.restricting.calendar import is_year
from nb_orchestra.offline.reading.restricting.filters import Filters, amount, span
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag

_BETWEEN = vocabulary("with of in is are was were a the value values ranging from equal to at = == being")
_TO = vocabulary("to - – — through")
_SAYING = vocabulary("is are was were in = == of equals being")
_LISTING = vocabulary(", or and either")
_PARTING = vocabulary("with having for where of that who which had")
_UNITS = vocabulary("% mm cm m km g kg s ms h of million thousand k")
_COUNTS = vocabulary("decimal decimals bins groups clusters % iqr * times significant")


def add_amounts(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """Ranges, lists and signs in front of every other reading of a column's numbers."""
    _signed_things(tags, found, table)
    for start, tag in enumerate(tags):
        if tag.kind != "column" or start in found.used or tag.value not in table or table[tag.value].kind != "number":
            continue
        if start and tags[start - 1].text.casefold() in ("negative", "positive") and (table[tag.value].low or 0) < 0:
            found.add((start - 1, start), tag.value, "<" if tags[start - 1].text.casefold() == "negative" else ">", 0)
            continue
        signed = next((n for n in (start + 2, start + 3) if n < len(tags) and tags[n].text.casefold() in ("negative", "positive")), None)
        if signed is not None and all(item.text.casefold() in _SAYING or item.text.casefold() == "change" for item in tags[start + 1 : signed]):
            found.add(range(start, signed + 1), tag.value, "<" if tags[signed].text.casefold() == "negative" else ">", 0)
            continue
        places = _numbers_behind(tags, start, table)
        if len(places) == 2 and tags[places[0] + 1].text.casefold() in _TO:
            found.add(range(start, places[1] + 1), tag.value, "between", span(tags, places[0], places[1]))
        elif len(places) > 1 and any(item.text.casefold() in _SAYING for item in tags[start + 1 : places[0]]):
            found.add(range(start, places[-1] + 1), tag.value, "in", [amount(tags, n) for n in places])


def _signed_things(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """ "A negative anomaly", where the table has one measure only and calls it otherwise."""
    measures = [column for column in table.of_kind("number") if not (column.looks_like_year or column.labelling or column.numbering)]
    if len(measures) != 1 or (measures[0].low or 0) >= 0:
        return
    for n, tag in enumerate(tags[:-1]):
        if tag.text.casefold() in ("negative", "positive") and tags[n + 1].kind in ("unknown", "lexical") and tags[n + 1].text.isalpha():
            found.add((n, n + 1), measures[0].name, "<" if tag.text.casefold() == "negative" else ">", 0)
            found.notes.append(f"{tags[n + 1].text} → {measures[0].name}")


_SIZES = vocabulary("total count n number population headcount size")


def add_counted_things(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """ "With more than 50,000 graduates", where a row stands for many and one column, called Total or n, says for how many."""
    sizes = [column for column in table.of_kind("number") if column.words and set(column.words) <= _SIZES and not column.labelling]
    if len(sizes) != 1 or table.exact:
        return
    for n in range(len(tags) - 2):
        test, number, noun = tags[n : n + 3]
        counted = noun.kind == "unknown" and noun.text.isalpha() and noun.text.endswith("s") and noun.text.casefold() not in _UNITS
        if counted and n not in found.used and test.kinds.get("cmp") in (">", "<", ">=", "<=") and number.kind == "number" and not named_row(noun.text, table):
            found.add((n, n + 1, n + 2), sizes[0].name, test.kinds["cmp"], amount(tags, n + 1))
            found.notes.append(f"{noun.text} → {sizes[0].name}")


def named_row(word: str, table: Table) -> bool:
    return any(same_notion(lemma(word), noun) for noun in table.row_nouns)


def _numbers_behind(tags: tuple[Tag, ...], start: int, table: Table) -> list[int]:
    """Where the numbers stand that are said of the column, of a list or a range; [] where they are years of another column."""
    first = start + 1
    while first < len(tags) and tags[first].text.casefold() in _BETWEEN:
        first += 1
    places: list[int] = []
    while first < len(tags) and tags[first].kind == "number" and not (is_year(tags[first]) and table.date not in (None, tags[start].value)):
        places.append(first)
        gap = [n for n in (first + 1, first + 2) if n < len(tags) and tags[n].text.casefold() in _LISTING | _TO]
        first = (gap[-1] if gap and gap[0] == first + 1 else len(tags)) + 1
    behind = tags[places[-1] + 1] if places and places[-1] + 1 < len(tags) else None
    return [] if behind is not None and (behind.text.casefold() in _COUNTS - {"%"} or behind.kind == "column") else places


def add_second_tests(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """ "price >= 10 and < 20": a test without a column of its own is of the column in front."""
    for number in range(len(found.conditions)):
        column, end = found.conditions[number]["column"], max(found.places[number])
        end += end + 1 < len(tags) and (tags[end + 1].text == "%" or "unit" in tags[end + 1].kinds.values())
        if column not in table or table[column].kind != "number" or end + 3 >= len(tags) or tags[end + 1].text.casefold() not in ("and", "or", "but", "&"):
            continue
        test, value = tags[end + 2], tags[end + 3]
        behind = tags[end + 4] if end + 4 < len(tags) else None
        noun = behind is not None and behind.kind == "unknown" and behind.text.isalpha() and behind.text.casefold() not in _UNITS
        if noun and behind is not None and behind.text.endswith("s"):  # "… and at least 500 graduates"
            continue
        if test.kinds.get("cmp") in (">", "<", ">=", "<=") and value.kind == "number" and not (behind is not None and behind.kind == "column"):
            found.add((end + 2, end + 3), column, test.kinds["cmp"], amount(tags, end + 3))


def as_shares(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """ "A discount of at least 10 %", where discounts are stored as shares from 0 to 1: 0.1."""
    for number, (condition, places) in enumerate(zip(found.conditions, found.places, strict=True)):
        percent = any(tags[n].kind == "number" and n + 1 < len(tags) and tags[n + 1].text == "%" for n in places)
        if not percent or condition["column"] not in table:
            continue
        column, value = table[condition["column"]], condition.get("value")
        shares = column.kind == "number" and column.low is not None and column.high is not None and 0 <= column.low <= column.high <= 1
        if shares and isinstance(value, int | float) and 1 < value <= 100:
            found.conditions[number] = {**condition, "value": value / 100}
            found.notes.append(f"{value:g} % → {value / 100:g} of {column.name}, which is stored as shares")


def said_of_another(tags: tuple[Tag, ...], start: int, position: int, table: Table) -> bool:
    """ "mean revenue with more than 7 units": the number is of the column behind it."""
    parted = any(tag.text.casefold() in _PARTING for tag in tags[start + 1 : position])
    behind = measured_behind(tags, position, table)
    return parted and behind is not None and tags[behind].value != tags[start].value


def measured_behind(tags: tuple[Tag, ...], position: int, table: Table) -> int | None:
    """Where the numeric column stands that a number in front is of, past its unit: "10 mm rain"."""
    place = position + 1
    while place < len(tags) and place < position + 3 and (tags[place].is_a("word", "unit") or tags[place].text.casefold() in _UNITS):
        place += 1
    there = place < len(tags) and tags[place].kind == "column" and tags[place].value in table and table[tags[place].value].kind == "number"
    return place if there else None

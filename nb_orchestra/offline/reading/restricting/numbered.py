"""A count in front of what is counted, as a condition: "4 or 5 stars", "3 room flats", "with 2 children or more"."""

from __future__ import annotations

from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.restricting.filters import Filters
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag

_LISTING = vocabulary("or and , to - –")
_FURTHER = {"or more": ">=", "or higher": ">=", "or above": ">=", "and above": ">=", "or over": ">=", "or greater": ">=", "or less": "<=", "or fewer": "<=",
            "or lower": "<=", "or below": "<=", "or under": "<="}  # fmt: skip


def add_numbered(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """Whole numbers that the column holds, right in front of its name, and of nothing else ("the top 5 …" ranks)."""
    for position, tag in enumerate(tags):
        if tag.kind != "column" or position in found.used or tag.value not in table:
            continue
        column, first = table[tag.value], _first_number(tags, position)
        if first is None or column.kind != "number" or not column.whole or column.distinct > 30 or _counts_rows(tags, first, position):
            continue
        numbers = [int(item.value) for item in tags[first:position] if item.kind == "number"]
        if not all(number in column.levels for number in numbers) or any(n in found.used for n in range(first, position)):
            continue
        further = _FURTHER.get(tags[position + 1].text.casefold(), "") if position + 1 < len(tags) else ""
        ranged = any(item.text.casefold() in ("to", "-", "–") for item in tags[first:position])
        end = position + 2 if further else position + 1
        if further and len(numbers) == 1:
            found.add(range(first, end), column.name, further, numbers[0])
        elif ranged and len(numbers) == 2:
            found.add(range(first, end), column.name, "between", numbers)
        else:
            found.add(range(first, end), column.name, "==" if len(numbers) == 1 else "in", numbers[0] if len(numbers) == 1 else numbers)


def _first_number(tags: tuple[Tag, ...], position: int) -> int | None:
    """Where the list of numbers in front of a column begins."""
    first = None
    for back in range(position - 1, max(-1, position - 7), -1):
        if tags[back].kind == "number" and float(tags[back].value).is_integer():
            first = back
        elif tags[back].text.casefold() not in _LISTING or first is None:
            break
    return first


def _counts_rows(tags: tuple[Tag, ...], first: int, position: int) -> bool:
    """ "The 5 cheapest", "top 3 ratings", "more than 4 stars", "bin into 3 age groups": the number says how many, or belongs to a comparison."""
    before = tags[first - 1] if first else None
    behind = tags[position + 1] if position + 1 < len(tags) else None
    if behind is not None and (behind.kind == "number" or behind.text.casefold() in _GROUPS):
        return True
    if before is None:
        return False
    compared = before.kinds.get("cmp") in (">", "<", ">=", "<=", "between", "!=")
    ranked = bool(before.kinds.keys() & {"super", "point"}) or before.is_a("verb", "rank", "bin")
    ranked = ranked and not (first > 1 and tags[first - 2].kind == "number")  # "the 3 longest 5 star calls"
    return before.kind == "number" or compared or ranked or before.is_a("group", "by", "and") or before.text.casefold() in _COUNTED


_GROUPS = vocabulary("group groups bins categories")
_COUNTED = vocabulary("into all these last first next")

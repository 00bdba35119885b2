"""What the explanation of a slot, or the goal's own definitions, say of its rows: the value that is meant, the column that it is taken from."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.reading import Slot
from nb_orchestra.offline.reading.language.stems import DENIES, stem
from nb_orchestra.offline.reading.tagging import Tag, tag

Level = tuple[str, Any]


def of_a_test(level: str, name: str) -> bool:
    """ "H statistic": the test's letter, and no value."""
    return len(level) == 1 and re.search(rf"\b{re.escape(level)} ?(?:stat|value|score)", name, re.IGNORECASE) is not None


def explained_level(slot: Slot, draft: Draft) -> tuple[Level, ...]:
    """The one value that the explanation of a slot names: 'the median number of breaks for tension "L"'."""
    if len(slot.labels) >= 2:
        return ()
    tags = tag(slot.about, draft.table)
    told = [item for n, item in enumerate(tags) if item.kind == "level" and n and not tags[n - 1].is_a("word", "not") and _as_written(item)]
    found = list(dict.fromkeys((str(item.value[0]), item.value[1]) for item in told))
    return tuple(found) if len(found) == 1 and re.search(r"\b(?:for|of|in|with|where|among)\b", slot.about) else ()


def _as_written(item: Tag) -> bool:
    """A value in quotes or as the table writes it; "place" is no PAC."""
    return item.text.strip("\"'“”") == str(item.value[1]) or isinstance(item.value[1], int | float)


def defined_level(words: frozenset[str], draft: Draft) -> tuple[Level, ...]:
    """A value by one word of what the goal calls it: "corr multi" for "multi-grade classes", where no other value has that word."""
    said = {stem(word) for word in words}
    fitting = [item for item in draft.table.meanings if item.value is not None and said & set(item.words)]
    shared = [item for item in fitting if any(other.value != item.value and said & set(item.words) & set(other.words) for other in fitting)]
    values = dict.fromkeys((item.column, item.denied if words & DENIES and item.denied is not None else item.value) for item in fitting if item not in shared)
    return tuple(values) if len(values) == 1 else ()


_TAKEN_FROM = re.compile(
    r"\b(?:value|name|entry|string|text|label|one)s?\s+(?:exactly |just )?(?:of|in|from|as (?:it )?(?:is |it |appears? |given |written |stands? )*in)\s+"
    r"(?:the\s+)?(?:column\s+)?[\"'“`]([^\"'”`]+)[\"'”`]",
    re.IGNORECASE,
)


_COUNTED = re.compile(r"\b(?:integers?|numbers?|counts?|floats?|decimals?)\b", re.IGNORECASE)


def taken_column(slot: Slot, draft: Draft) -> str:
    """The column of texts whose value a slot is to hold: 'the value of the "Model" column of the car with …'."""
    found = None if _COUNTED.search(f"{slot.inside} {slot.about}") else _TAKEN_FROM.search(slot.about)
    column = draft.table.by_name.get(found.group(1) if found else slot.inside.strip())
    return column.name if column is not None and column.kind == "text" else ""

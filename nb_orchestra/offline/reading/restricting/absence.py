"""Nothing and more of one thing than of another: "no beer at all", "without rain", "wine above beer", "more wine than beer"."""

from __future__ import annotations

import re
from itertools import pairwise

from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.restricting.filters import Filters
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag

_NOTHING = vocabulary("no without zero")
_PASSED = vocabulary("the a an any its their is are was were be than that to at")
_MORE = {"more": ">", "higher": ">", "larger": ">", "greater": ">", "less": "<", "fewer": "<", "lower": "<", "smaller": "<", "bigger": ">"}
_LISTING = vocabulary("which what where who whose how count list show find keep drop remove only percentage percent share")
_ASKING = vocabulary("is are was were do does did has have")


def add_nothings(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """ "No beer (at all)": none of an amount that can be nothing. A category without a value has none recorded."""
    for position, tag in enumerate(tags):
        if tag.kind != "column" or position in found.used or tag.value not in table or not position:
            continue
        article = tags[position - 1].text.casefold() in ("a", "an", "any") and position > 1
        before = position - 1 - article
        word, column = tags[before].text.casefold(), table[tag.value]
        if word not in _NOTHING or before in found.used:
            continue
        found.settled.add(before)
        if column.kind == "number" and column.low == 0 and not column.truth:
            end = position + 2 if [item.text.casefold() for item in tags[position + 1 : position + 3]] == ["at", "all"] else position
            found.add(range(before, end + 1), column.name, "==", 0)
        elif (article or word == "no") and column.missing and not column.truth:
            found.add(range(before, position + 1), column.name, "missing")


_PRESENT = vocabulary("with having")


def add_presence(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """ "Only tickets with a csat score": those whose value is there, of a column that has gaps."""
    for n, tag in enumerate(tags):
        column = table.by_name.get(str(tag.value)) if tag.kind == "column" else None
        said = [item.text.casefold() for item in tags[max(0, n - 2) : n]]
        behind = next((item for item in tags[n + 1 :] if item.kind != "unknown"), None)
        alone = behind is None or behind.kind in ("mark", "frame", "line") or behind.is_a("group", "and", "by")
        if column is None or n in found.used or not alone or not column.missing or column.truth or len(said) < 2:
            continue
        if said[0] in _PRESENT and said[1] in ("a", "an", "any", "some", "known", "recorded"):
            found.add(range(n - 2, n + 1), column.name, "present")
            found.read |= {item.text.casefold() for item in tags[n + 1 : n + 2] if item.kind == "unknown"}


def add_mentions(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """ "Have Star in the title": texts that hold the word."""
    for n, tag in enumerate(tags[:-2]):
        behind = next((m for m in (n + 2, n + 3) if m < len(tags) and tags[m].kind == "column"), None)
        word = (tag.kind == "unknown" and tag.text.istitle()) or tag.kind == "text"
        if not word or n in found.used or tags[n + 1].text.casefold() != "in" or behind is None or tags[behind].value not in table:
            continue
        column = table[tags[behind].value]
        if column.kind == "text" and column.identifying and all(item.text.casefold() in _PASSED for item in tags[n + 2 : behind]):
            found.add(range(n, behind + 1), column.name, "contains", str(tag.value if tag.kind == "text" else tag.text))


_MENTIONING = vocabulary("mention mentions mentioning mentioned")
_THE_WORD = vocabulary("the a an word words term phrase any their its")


def add_told_of(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """ "Comments that mention the battery", "answers containing the word price": rows whose text, in sentences, holds the words."""
    texts = [column for column in table.of_kind("text") if column.wordy]
    if table.exact or not texts:
        return
    for n, tag in enumerate(tags[:-1]):
        if n in found.used or not (tag.text.casefold() in _MENTIONING or tag.kinds.get("cmp") == "contains"):
            continue
        first = next((m for m in range(n + 1, len(tags)) if tags[m].text.casefold() not in _THE_WORD), len(tags))
        last = next((m for m in range(first, len(tags)) if tags[m].kind not in ("unknown", "text")), len(tags))
        named = [column for column in texts if any(lemma(item.text) in column.words for item in tags[:n])]
        column = next(iter(named or texts)) if len(named or texts) == 1 else None
        if column is None or last == first:
            continue
        said = " ".join(str(item.value) if item.kind == "text" else item.text for item in tags[first:last])
        found.add(range(n, last), column.name, "contains", said)
        found.read |= {item.text.casefold() for item in tags[n:last]}
        found.notes.append(f"{said} → {column.name} that hold it")


def add_rivals(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """One numeric column against another in each row, where rows are counted or listed."""
    if not tags or tags[0].text.casefold() in _ASKING or not any(tag.text.casefold().split()[0] in _LISTING or tag.text == "(" for tag in tags):
        return
    places = [n for n, tag in enumerate(tags) if tag.kind == "column" and tag.value in table and table[tag.value].kind == "number" and n not in found.used]
    for left, right in pairwise(places):
        op = _operator(tags, left, right)
        if op and tags[left].value != tags[right].value and not {left, right} & found.used:
            opened = left > 0 and tags[left - 1].text.casefold() in _MORE
            found.add(range(left - opened, right + 1), str(tags[left].value), op, {"column": tags[right].value})


def _operator(tags: tuple[Tag, ...], left: int, right: int) -> str:
    """The comparison that stands between two columns and nothing else, or around the first: "more A than B"."""
    own = str(tags[left].value).casefold()
    between = [
        tag for tag in tags[left + 1 : right] if tag.text.casefold() not in _PASSED and not (tag.kind == "unknown" and own.endswith(tag.text.casefold()))
    ]
    words = [tag.text.casefold() for tag in tags[left + 1 : right]]
    if not between and "than" in words and left and tags[left - 1].text.casefold() in _MORE:
        return _MORE[tags[left - 1].text.casefold()]
    return between[0].kinds["cmp"] if len(between) == 1 and between[0].kinds.get("cmp") in (">", "<", ">=", "<=") else ""


_NEVER = vocabulary("not never n't isn't aren't wasn't weren't hasn't haven't didn't yet")
_BETWEEN = vocabulary("been be yet ever get got is are was were has have had")
_DONE = vocabulary("sold paid sent won left built done gone met held shut read written given taken")
_OPEN_TILL = {
    "open": "closed shut resolved solved finished", "outstanding": "paid returned settled closed", "pending": "decided closed answered approved resolved",
    "unresolved": "closed resolved", "ongoing": "ended finished closed completed", "overdue": "returned paid",
}  # fmt: skip
"""Words for what has not happened yet → columns that say when it did."""


def add_undone(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """ "Not closed yet", "unpaid", "still open", where a column that says when it was done has gaps: the rows without it."""
    for position, tag in enumerate(tags):
        column = table.by_name.get(str(tag.value)) if tag.kind == "column" else None
        if column is not None and column.missing and not column.truth and position not in found.used and _participle(column.words):
            start = position
            while start and tags[start - 1].text.casefold() in _BETWEEN:
                start -= 1
            word = tags[start - 1].text.casefold().split()[-1] if start else ""
            denied = word in _NEVER or word.endswith("n't")
            if denied:
                behind = [n for n in (position + 1,) if n < len(tags) and tags[n].text.casefold() == "yet"]
                found.settled.add(start - 1)
                found.add((*range(start - 1, position + 1), *behind), column.name, "missing")
    lasting = any({"long", "duration", "days"} & set(re.split(r"[_\s]+", tag.text.casefold())) for tag in tags)
    for position, tag in enumerate(() if lasting else tags):  # "how long the ticket was open" asks for no state
        word = tag.text.casefold()
        events = _OPEN_TILL.get(word, word.removeprefix("un") if word.startswith("un") and len(word) > 5 else "").split()
        column = next((column for column in table.columns if column.missing and not column.truth and set(events) & set(column.words)), None)
        if column is not None and tag.kind != "level" and position not in found.used and not _named(tag, table):
            before = [n for n in (position - 1,) if n >= 0 and tags[n].text.casefold() in ("still", "yet")]
            found.add((*before, position), column.name, "missing")


def _named(tag: Tag, table: Table) -> bool:
    return tag.kind == "column" and tag.text.casefold() == str(tag.value).casefold()


def _participle(words: tuple[str, ...]) -> bool:
    return any(word in _DONE or (word.endswith("ed") and len(word) > 4) for word in words)

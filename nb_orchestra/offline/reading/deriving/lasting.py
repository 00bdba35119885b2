"""How long something lasts, where a table says only when it began and when it ended: "length of stay", "how long do patients stay", "delivery time"."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.deriving.combining import declare
from nb_orchestra.offline.reading.language.lexicon import PHRASES
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.matching.dimensions import columns_in
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.restricting.happening import one_root
from nb_orchestra.offline.reading.tables import Column, Table
from nb_orchestra.offline.reading.tagging import Tag

_SPANS = re.compile(
    r"\b(?:lengths? of (?:the |their )?(?:stay|visit|rental|loan|trip|contract|hospitalization)s?|durations?|stay(?:s|ed)?|turn[ -]?around(?: times?)?|"
    r"(?:lead|delivery|shipping|processing|waiting|wait|response|resolution|handling|repair|loan|rental) times?|how long|time to \w+)\b",
    re.IGNORECASE,
)
_DURATION = vocabulary("duration stay los length elapsed days hours minutes wait")


def begin_and_end(table: Table) -> tuple[Column, Column] | None:
    """The two columns of dates, the earlier one first; None where there are more or fewer, or a duration stands in the table already."""
    dates = table.of_kind("date")
    held = any(_DURATION & set(column.words) for column in table.of_kind("number")) or columns_in("time", table)
    if len(dates) != 2 or held:
        return None
    first, second = sorted(dates, key=lambda column: column.since)
    return first, second


def with_durations(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """The tags, with such words as one made column of days; its mean, where no statistic is asked for."""
    if memory.slot_words:
        return tags
    tags = _until(tags, memory)
    ends = begin_and_end(memory.table)
    span = _span(tags) if ends is not None else None
    return _lasting(tags, span, ends, "days", memory) if span is not None and ends is not None else tags


_TO_END = re.compile(
    r"\b(?P<what>how (?:long|many (?:hours|days|minutes|weeks))|time|hours|days|minutes|weeks)\b(?P<between>(?: (?!to\b)\w+){0,5}?) (?:to|until|till|before) "
    r"(?:(?:it|they|he|she|a \w+|the \w+) )?(?:(?:is|are|was|were|being|be|get|got) )?(?P<verb>\w+)",
    re.IGNORECASE,
)
_UNITS = {"hour": 24.0, "minute": 1440.0, "day": 1.0, "week": 1 / 7}


def _until(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "Time to close", "how many hours did it take to ship": from the other date to the one that the verb names."""
    dates = memory.table.of_kind("date")
    found = _TO_END.search("".join(f"{tag.text} " for tag in tags)) if len(dates) >= 2 else None
    if found is None:
        return tags
    last = [column for column in dates if any(one_root(lemma(found["verb"]), word) for word in column.words)]
    rest = sorted((column for column in dates if column not in last), key=lambda column: column.since)
    span = _places(tags, found.start(), found.end())
    if len(last) != 1 or not rest or span is None:
        return tags
    unit = next((lemma(word) for word in (found["what"].split()[-1], *_unit_behind(tags, span[1])) if lemma(word) in _UNITS), "day")
    return _lasting(tags, span, (rest[0], last[0]), f"{unit}s", memory)


def _unit_behind(tags: tuple[Tag, ...], end: int) -> list[str]:
    """ "… in hours"."""
    return [behind.text for tag, behind in zip(tags[end:], tags[end + 1 :], strict=False) if tag.text.casefold() == "in"]


def _lasting(tags: tuple[Tag, ...], span: tuple[int, int], ends: tuple[Column, Column], unit: str, memory: Memory) -> tuple[Tag, ...]:
    start, end = span
    said = " ".join(tag.text for tag in tags[start:end])
    days = {"op": "days_between", "args": [{"column": ends[0].name}, {"column": ends[1].name}]}
    tree = days if unit == "days" else {"op": "*", "args": [days, _UNITS[unit.removesuffix("s")]]}
    name = declare(memory, f"{unit}_{ends[0].name}_to_{ends[1].name}", tree, f"{said} → {unit} from {ends[0].name} to {ends[1].name}")
    tags = tuple(tag for n, tag in enumerate(tags) if n < end or not (tag.text.casefold() in ("in", unit, unit[:-1]) and unit in _unit_behind(tags, end)))
    memory.known |= {word for tag in tags for word in tag.text.casefold().split() if word in _TAKING} | set(said.casefold().split())
    made = Tag("column", tags[start].start, tags[end - 1].end, name, value=name, how="named")
    rest = tuple(tag for tag in tags[end:] if lemma(tag.text) not in _TAKING)
    asked = lemma(tags[start].text.split()[0]) == "how"
    plain = not any(tag.kinds.keys() & {"stat", "super", "cmp", "verb", "chart"} for tag in (*tags[:start], *rest))
    mean = Tag("lexical", made.start, made.start, "mean", PHRASES["mean",])
    question = Tag("lexical", made.start, made.start, "what", PHRASES["what",])
    return (*tags[:start], *((question,) if asked else ()), *((mean,) if asked and plain else ()), made, *rest)


_TAKING = vocabulary("take last stay wait patient stayed lasted took taken")


def _span(tags: tuple[Tag, ...]) -> tuple[int, int] | None:
    """Which tags hold the words for it."""
    text = "".join(f"{tag.text} " for tag in tags)
    found = _SPANS.search(text)
    if found is None:
        return None
    return _places(tags, found.start(), found.end())


def _places(tags: tuple[Tag, ...], first: int, last: int) -> tuple[int, int] | None:
    """Which tags hold these characters of the joined text."""
    ends: list[int] = []
    for tag in tags:
        ends.append((ends[-1] if ends else 0) + len(tag.text) + 1)
    return _inside(tags, ends, first, last)


def _inside(tags: tuple[Tag, ...], ends: list[int], first: int, last: int) -> tuple[int, int] | None:
    inside = [n for n, end in enumerate(ends) if end - len(tags[n].text) - 1 >= first and end - 1 <= last]
    return (inside[0], inside[-1] + 1) if inside and not any(tags[n].kind in ("column", "level") and len(inside) == 1 for n in inside) else None

"""How long something lasts, where a table says only when it began and when it ended: "length of stay", "how long do patients stay", "delivery time"."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.deriving.combining import declare
from nb_orchestra.offline.reading.language.lexicon import PHRASES
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.matching.dimensions import columns_in
from nb_orchestra.offline.reading.memory import Memory
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
    ends = begin_and_end(memory.table)
    if ends is None or memory.slot_words:
        return tags
    span = _span(tags)
    if span is None:
        return tags
    start, end = span
    said = " ".join(tag.text for tag in tags[start:end])
    tree = {"op": "days_between", "args": [{"column": ends[0].name}, {"column": ends[1].name}]}
    name = declare(memory, f"days_{ends[0].name}_to_{ends[1].name}", tree, f"{said} → days from {ends[0].name} to {ends[1].name}")
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
    ends: list[int] = []
    for tag in tags:
        ends.append((ends[-1] if ends else 0) + len(tag.text) + 1)
    inside = [n for n, end in enumerate(ends) if end - len(tags[n].text) - 1 >= found.start() and end - 1 <= found.end()]
    return (inside[0], inside[-1] + 1) if inside and not any(tags[n].kind in ("column", "level") and len(inside) == 1 for n in inside) else None

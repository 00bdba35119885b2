"""What of an edit is not in the plan: words that nothing took, columns and values that no step speaks of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from nb_orchestra.core.goal import Goal
from nb_orchestra.offline.continuing.changes import apart
from nb_orchestra.offline.reading import Table
from nb_orchestra.offline.reading.intents import texts_in
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.rephrasing.plainly import plainly
from nb_orchestra.offline.reading.tagging import tag
from nb_orchestra.offline.unread import unread_words

RESTATED = re.compile(r"^\s*(?:the\s+)?same\s+(?!but\b|for\b|with\b|per\b|by\b|again\b|as\b|in\b)[^.;]*?,?\s*\b(?=but\b|only\b|just\b|except\b)", re.IGNORECASE)
"""What the earlier goal is called: "same horsepower and mpg question, but …"."""
_TALK = vocabulary(
    "now then instead again back go please same only just ones one thing way round rather too also well okay ok switch change make put let give want need all "
    "everything everyone first"
)
_UNITS_OF_ROWS = vocabulary("day week month quarter year row case number count")


def earlier_goals(goal: Goal) -> tuple[str, ...]:
    """The goals that led to the earlier plan, oldest first."""
    return tuple((goal.earlier or {}).get("facts", {}).get("goals", ()))


_YEAR = re.compile(r"(?P<before>\A\W*|\b(?:what about|how about|and|now|only|just|but|with|same)\s+)(?P<year>(?:1[5-9]|20)\d\d)\b", re.IGNORECASE)


def as_read(text: str, table: Table) -> str:
    """An edit in the words of the grammar: "what about 2005" is "what about in 2005"."""
    return plainly(_YEAR.sub(r"\g<before>in \g<year>", text), table)[0]


def unread_edits(goal: Goal, table: Table, known: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """Each goal behind the first one, with the words of it that mean nothing to the grammar and that no edit took."""
    for text in (as_read(text, table) for text in (*earlier_goals(goal)[1:], goal.text)):
        yield text, [word for word in unread_words(text, table) if word.casefold() not in known and word.casefold() not in _TALK]


def unused_names(text: str, table: Table, steps: Iterable[Mapping[str, Any]], known: Collection[str]) -> list[str]:
    """A line for each column and value that an edit names and no step speaks of; what is known was taken by an edit."""
    used = {part for step in steps for part in texts_in(step.get("params", {})) if step["kind"] != "ask"}
    plain = apart(RESTATED.sub("", as_read(text, table)), table)[0]
    tags = [
        item for item in tag(plain, table) if item.kind in ("column", "level") and lemma(item.text) not in _UNITS_OF_ROWS and item.text.casefold() not in known
    ]
    lost = [item for item in tags if (str(item.value) if item.kind == "column" else str(item.value[0])) not in used]
    return [f"{item.text}: this {'column' if item.kind == 'column' else 'value'} was not used" for item in lost]

"""Words that two names share: "maximum and minimum temperature" is the maximum temperature and the minimum temperature."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.language.words import tokens
from nb_orchestra.offline.reading.matching.columns import finds
from nb_orchestra.offline.reading.tables import Table

_SHARED = re.compile(r"\b([A-Za-z]+)(,? (?:and|or|versus|vs|to|than|minus) )(?:the )?([A-Za-z]+) ([A-Za-z]+)\b")


def coordinated(text: str, table: Table) -> str:
    """The text with the shared word said twice, where the table has a column for each pair of words."""

    def spread(found: re.Match[str]) -> str:
        left, joiner, right, noun = found.groups()
        names = [_whole(f"{word} {noun}", table) for word in (left, right)]
        both = names[0] is not None and names[1] is not None and names[0] != names[1]
        return f"{left} {noun}{joiner}{right} {noun}" if both and _whole(left, table) in (None, names[0]) else found.group()

    return _SHARED.sub(spread, text)


_AMOUNT_OF = re.compile(
    r"\b(by|per|for each|for every|across) (?:the )?(?:amounts?|levels?|sizes?|kinds?|types?|quantity|number) of (?:the )?(?P<what>\w+)\b", re.IGNORECASE
)


def amounts_named(text: str, table: Table) -> str:
    """ "By amount of ram", "per number of rooms": by the column that says how much or how many it is."""

    def plain(found: re.Match[str]) -> str:
        name = _whole(found["what"], table)
        column = table.by_name.get(name or "")
        counted = found.group().casefold().split()[-3:-2] == ["number"] or " number of" in found.group().casefold()
        sorts = column is not None and not column.labelling and (column.kind == "number" or (not counted and column.grouping))
        return f"{found[1]} {found['what']}" if sorts else found.group()

    return _AMOUNT_OF.sub(plain, text)


def _whole(words: str, table: Table) -> str | None:
    """The column that all these words name."""
    stream = tokens(words)
    return next((find.column for find in finds(stream, table) if find.start == 0 and find.end == len(stream) and not find.rivals), None)

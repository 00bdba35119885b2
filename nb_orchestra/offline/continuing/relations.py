"""Edits of an earlier relation: the group in which two columns are farthest apart."""

from __future__ import annotations

import re
from dataclasses import replace

from nb_orchestra.offline.continuing.changes import Change
from nb_orchestra.offline.reading import Reading
from nb_orchestra.offline.reading.clauses import Clause


def apart_most(clause: Clause, notes: list[str]) -> list[Change]:
    """ "For which genre do they differ most": the pairs of before, within each group."""
    which = [name for name in clause.columns("which", "by", "target") if name in clause.table and clause.table[name].grouping]
    if len(which) != 1 or not _DIFFER_MOST.search(clause.text):
        return []

    def change(reading: Reading) -> Reading:
        split_so = (replace(item, by=(which[0],)) if item.kind in ("paired", "correlate") and not item.by else item for item in reading.intents)
        return replace(reading, intents=tuple(split_so))

    notes.append(f"which {which[0]} differs most: by the mean difference of the pairs")
    return [change]


_DIFFER_MOST = re.compile(
    r"\b(?:most|least|more|less) (?:different|differ\w*|apart|alike|similar)\b|\bdiffer\w* (?:the )?(?:most|least)\b"
    r"|\b(?:largest|biggest|smallest) (?:difference|gap)\b",
    re.IGNORECASE,
)

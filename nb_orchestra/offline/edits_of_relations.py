"""Edits of an earlier comparison or relation: something held constant, the group in which two columns are farthest apart."""

from __future__ import annotations

import re
from dataclasses import replace

from nb_orchestra.offline.edits import Change, still_true
from nb_orchestra.offline.reading import Intent, Reading
from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.wishes.adjusting import adjusted


def held_constant(clause: Clause, notes: list[str]) -> list[Change]:
    """ "And after taking rank and age into account": the comparison (or relation) of before, with these held constant."""
    controls = tuple(name for name in clause.columns("control") if name in clause.table)
    if not controls:
        return []
    notes.append(f"held constant: {', '.join(controls)}")

    def change(reading: Reading) -> Reading:
        lines = still_true(reading, set(controls))
        return replace(reading, intents=tuple(_given(intent, controls) for intent in reading.intents), assumptions=lines)

    return [change]


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


def _given(intent: Intent, controls: tuple[str, ...]) -> Intent:
    where = tuple(item for item in intent.where if item["column"] not in controls)
    both = len(intent.columns) == 2 and intent.kind == "correlate"
    if intent.kind not in ("compare", "adjusted", "proportions") and not both:
        return intent
    outcome, factor = intent.columns[0], intent.columns[1] if both else intent.by[0]
    return adjusted(outcome, factor, tuple(dict.fromkeys((*intent.option("given", ()), *controls))), intent.clause, where)

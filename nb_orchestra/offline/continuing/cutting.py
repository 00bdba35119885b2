"""The first or last ones of what an earlier goal ranked or summed up: "top 5", "the three lowest", "the worst 5"."""

from __future__ import annotations

import re
from dataclasses import replace

from nb_orchestra.offline.continuing.changes import Change
from nb_orchestra.offline.reading import Intent, Reading, Table
from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.wishes.referring import UNWANTED


def first_ones(clause: Clause, lines: list[str]) -> list[Change]:
    """ "top 5", "the three lowest": of a ranking so many; of a statistic by groups the first ones."""
    asked = clause.has("verb", "rank") or clause.has("super") or clause.has("point")
    counted = [item.value for item in clause.tags if item.kind == "number" and item.text.casefold() not in ("one", "ones")]
    if not asked or not counted or clause.columns() or counted[0] < 1:
        return []
    n, least = int(counted[0]), clause.has("super", "min")
    valued = re.search(r"\b(?:worst|best)\b", clause.text, re.IGNORECASE) is not None
    lines.append(clause.text if valued else f"the {'last' if least else 'first'} {n}")

    def change(reading: Reading) -> Reading:
        intents = tuple(_cut(intent, n, least != (valued and _unwanted(intent))) for intent in reading.intents)
        lost = () if intents != reading.intents or _has_first(reading, n) else (f"{clause.text}: the earlier answer has no order to take {n} of",)
        return replace(reading, intents=intents, not_done=(*reading.not_done, *lost))

    return [change]


def _unwanted(intent: Intent) -> bool:
    """Of delays, deaths or errors the worst are the most."""
    return any(UNWANTED.search(name) or "delay" in name.casefold() for name in intent.columns)


def _has_first(reading: Reading, n: int) -> bool:
    return any(intent.option("n") == n for intent in reading.intents)


def _cut(intent: Intent, n: int, least: bool) -> Intent:
    if intent.kind in ("rank", "group_rank", "rank_within"):
        return replace(intent, options={**intent.options, "n": n, **({"ascending": True} if least else {})})
    if intent.kind in ("extreme", "group_extreme", "peak"):
        return replace(intent, options={**intent.options, "n": n})
    if intent.kind == "statistics" and len(intent.by) == len(intent.columns) == len(intent.statistics) == 1 and not intent.options:
        return replace(intent, kind="group_rank", options={"n": n, "ascending": least})
    return intent


def ranked_by(intent: Intent, names: tuple[str, ...], table: Table) -> Intent:
    """ "By gross instead", of a ranking."""
    amount = table[names[0]].kind == "number" and not table[names[0]].grouping
    return replace(intent, columns=names[:1]) if intent.kind in ("rank", "extreme") and amount else intent

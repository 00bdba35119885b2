"""The other way round: the lowest in the place of the highest, x in the place of y, rows in the place of columns."""

from __future__ import annotations

from dataclasses import replace

from nb_orchestra.offline.reading import Intent, Reading

_RANKED = frozenset({"rank", "group_rank", "rank_within"})
_EXTREMES = frozenset({"extreme", "group_extreme", "peak", "pattern"})
_PAIRS = frozenset({"correlate", "regress", "chart", "partial"})
_TABLED = frozenset({"statistics", "count", "share", "resample", "counts", "value_counts"})


def turned_round(reading: Reading) -> Reading:
    """An order is turned where there is one; else ranks and extremes; else pairs of columns or groups; else a table is put in rising order."""
    if reading.order:
        return replace(reading, order="descending" if reading.order == "ascending" else "ascending")
    turned = tuple(_turned(intent) for intent in reading.intents)
    if turned != reading.intents:
        return replace(reading, intents=turned)
    if any(intent.kind in _TABLED and intent.by for intent in reading.intents):
        return replace(reading, order="ascending")
    return replace(reading, not_done=(*reading.not_done, "the other way round: the earlier answer has no order and no two sides"))


def _turned(intent: Intent) -> Intent:
    if intent.kind in _RANKED:
        return replace(intent, options={**intent.options, "ascending": not intent.option("ascending")})
    if intent.kind in _EXTREMES and intent.option("which"):
        return replace(intent, options={**intent.options, "which": "min" if intent.option("which") == "max" else "max"})
    if intent.kind in _PAIRS and len(intent.columns) == 2:
        return replace(intent, columns=intent.columns[::-1])
    return intent

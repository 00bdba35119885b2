"""What of a clause no intent of it carries (groups, periods, the whole wish): it is said to be left out, never dropped in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nb_orchestra.offline.reading.checking.fulfilled import fulfilled
from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.splitting import foreign

_PERIOD = re.compile(r"\b(?:by|per|each|every)\s+(decade|season|year|quarter|month|weekday|week|hour)s?\b", re.IGNORECASE)
_CYCLES = frozenset({"trend", "pattern", "peak", "resample"})


def left_out(clause: Clause, intents: Iterable[Intent]) -> Iterator[str]:
    """Each grouping that is lost, as the words that named it."""
    found = list(intents)
    held = {str(item) for intent in found for item in _held(intent)}
    yield from (f"by {name}" for name in clause.columns("by") if name in clause.table and name not in held and name != clause.table.date)
    period = _PERIOD.search(clause.text)
    part = period.group(1).casefold() if period is not None else ""
    if period is None or part in clause.table or clause.table.date is None:
        return
    if part not in held and clause.table.date not in held - _only_dates(found) and not any(intent.kind in _CYCLES for intent in found):
        yield period.group()


def _held(intent: Intent) -> Iterator[object]:
    yield from (*intent.columns, *intent.by, *(condition["column"] for condition in intent.where))
    for option in intent.options.values():
        yield from option if isinstance(option, list | tuple) else (option,)


def _only_dates(intents: list[Intent]) -> set[str]:
    """Dates that order rows ("date" among the options) and group nothing."""
    grouped = {name for intent in intents for name in (*intent.columns, *intent.by)}
    return {str(intent.option("date")) for intent in intents if intent.option("date") not in grouped}


def tell_lost(clause: Clause, found: list[Intent], memory: Memory) -> None:
    """What of a clause reached no intent."""
    if not found and memory.slot_words:
        memory.loose += clause.conditions
    if found and not memory.slot_words:
        told = memory.known | ({"year", "decade"} if memory.find("trend") is not None else set())  # "give the rate per decade": its slope is told for both
        lost = [said for said in left_out(clause, found) if not (said.casefold().startswith("per ") and said.split()[-1].casefold() in told)]
        memory.not_done += [f"{said}: this grouping was not used" for said in lost]
    if _LOG_AXIS.search(clause.text) and not memory.slot_words and "log scale" not in memory.known:
        memory.not_done.append(f"{clause.text}: charts have no logarithmic axes")
    if not found and fulfilled(clause, memory):
        memory.known |= {tag.text.casefold() for tag in clause.tags}
    elif not found and (not clause.makes or clause.question) and _asks(clause):
        memory.not_done.append(f"{clause.text}: not understood")


_LOG_AXIS = re.compile(r"\blog(?:arithmic)?(?:[\s-]log)?[\s-](?:scaled?|scales|ax[ie]s)\b|\blog-log\b", re.IGNORECASE)


def _asks(clause: Clause) -> bool:
    """True where a clause holds a wish (and is no mere remark)."""
    return any(map(foreign, clause.tags[:3])) or clause.question or bool(clause.verbs) or clause.has("word", "do") or clause.has("stat")

"""What an edit adds to the earlier answer: a further statistic, a further column, a number of rows."""

from __future__ import annotations

import re
from dataclasses import replace

from nb_orchestra.offline.continuing.changes import Change, adds, remeasured, told
from nb_orchestra.offline.reading import Intent, Reading
from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.wishes.picking import STATISTICS

_MEASURED = frozenset({"statistics", "compare", "rank", "correlate"})
_COUNTED = frozenset({"count", "counts", "value_counts", "share"})
_OF_EACH = re.compile(r"\b(?:each|every|per|ones?|maximum|minimum|max|min)\b", re.IGNORECASE)


def added(clause: Clause) -> list[Change]:
    """ "Add the share of women", "and the median", "and the total distance", "and the longest one in each": a further column, a further statistic."""
    statistics = tuple(key for key in clause.keys("stat") if key in STATISTICS)
    names = tuple(name for name in clause.columns("target", "with", "of") if name in clause.table and clause.table[name].kind == "number")
    if not statistics and not names and _OF_EACH.search(clause.text):
        statistics = clause.keys("super")[:1]
    if not adds(clause) or not (statistics or names) or clause.has("chart") or clause.has("verb", "chart") or clause.conditions:
        return []
    if names and not statistics and not _puts(clause):
        return []
    return [lambda reading: _with_more(reading, names, statistics, clause.text)]


def _puts(clause: Clause) -> bool:
    """ "Add the flipper length", "and the bill"; "and for the bill?" asks for the same of another column."""
    if re.match(r"\W*and\b(?!.*\b(?:for|about|of|with)\b)", clause.text, re.IGNORECASE):
        return True
    return re.search(r"\b(?:add|include|append|also|too|as well|plus)\b", clause.text, re.IGNORECASE) is not None


def _with_more(reading: Reading, names: tuple[str, ...], statistics: tuple[str, ...], text: str) -> Reading:
    """The tables of before with the new column where their statistic fits; else a table of its own beside them, in the same groups, rows and periods."""
    intents, made = list(reading.intents), list[Intent]()
    for n, intent in enumerate(reading.intents):
        if intent.kind == "compare" and names:
            made.append(replace(intent, clause=text, columns=names[:1]))
            intents.append(made[-1])
        elif intent.kind == "correlate":
            return remeasured(reading, names, frozenset()) if names else told(f"{text}: a relation has no further statistic")(reading)
        elif intent.kind in _MEASURED and (not names or not statistics or statistics == intent.statistics or set(names) <= set(intent.columns)):
            more = statistics if intent.statistics else ()
            intents[n] = replace(intent, columns=tuple(dict.fromkeys((*intent.columns, *names))), statistics=tuple(dict.fromkeys((*intent.statistics, *more))))
            made.append(intents[n])
        elif intent.kind == "resample" or (intent.kind in _MEASURED and intent.kind == "statistics"):
            columns = names[:1] or intent.columns[:1]
            made.append(replace(intent, clause=text, columns=columns, statistics=statistics[:1] or intent.statistics[:1]))
            intents.append(made[-1])
        elif intent.kind in _COUNTED and names and not made:
            made.append(_beside(intent, names, statistics[:1] or ("mean",), text))
            intents.append(made[-1])
    return replace(reading, intents=tuple(intents)) if made else told(f"{text}: nothing in the earlier answer to add it to")(reading)


def _beside(intent: Intent, names: tuple[str, ...], statistics: tuple[str, ...], text: str) -> Intent:
    """A measure in the groups or periods in which rows were counted."""
    where = tuple(intent.option("of", ())) if intent.kind == "share" else intent.where
    by = intent.columns[:1] if intent.kind == "value_counts" else intent.by
    if intent.option("every") and not intent.option("cyclic"):
        return Intent("resample", text, names[:1], by[:1], statistics, where, {"date": intent.option("date"), "every": intent.option("every")})
    return Intent("statistics", text, names, by, statistics, where)

"""The order of what a goal wishes: cleaning first, then what restricts all of it, then the rest as it was said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nb_orchestra.offline.reading.intents import Condition, Intent, texts_in
from nb_orchestra.offline.reading.memory import Memory

_PREPARING = frozenset({"fill", "drop_missing", "filter", "dedupe", "convert"})
_SHAPING = _PREPARING | {"derive", "clean", "recode", "remove_outliers", "sort", "scale", "encode"}


def ruled(memory: Memory, asked: str) -> list[Intent]:
    """The wishes of a goal with an answer format, as question and constraints say them together."""
    memory.intents[:] = [_busiest(intent, memory) for intent in gaps_apart(memory.intents)]
    loose = [item for item in memory.loose if memory.table[str(item["column"])].kind == "text" or memory.table[str(item["column"])].grouping]
    if _ANY_COLUMN.search(asked):
        gaps = [intent for intent in memory.intents if intent.kind == "drop_missing"]
        memory.intents[:] = [replace(gaps[0], columns=(), options={}), *(item for item in memory.intents if item not in gaps)] if gaps else memory.intents
    return question_rows(superseded(repeats_first(rules_first(memory, asked), asked)), loose, asked)


_MOST = re.compile(r"\b(?:most|fewest|least|busiest)\b(?! (?:recent|common|frequent))", re.IGNORECASE)


def _busiest(intent: Intent, memory: Memory) -> Intent:
    """ "At which hour do most rentals start": the part of the date that occurs most often, and not the latest hour."""
    parts = [name for name in intent.columns if name in memory.recoded and name in memory.anew.values()]
    if intent.kind != "extreme" or len(parts) != 1 or len(intent.columns) != 1 or not _MOST.search(intent.clause):
        return intent
    return replace(intent, kind="most_common", by=(), options={"which": intent.option("which", "max")})


def repeats_first(intents: list[Intent], asked: str) -> list[Intent]:
    """Repeated rows go before gaps are filled, where the constraints say it in that order."""
    rest = asked.partition("\n")[2]
    repeated, filled = (re.search(pattern, rest, re.IGNORECASE) for pattern in (r"\bduplicat|\brepeated", r"\bfill|\bimput|\bmissing\b"))
    early = repeated is not None and filled is not None and repeated.start() < filled.start()
    return sorted(intents, key=lambda intent: intent.kind != "dedupe") if early else intents


def gaps_apart(intents: Sequence[Intent]) -> list[Intent]:
    """Gaps that are left out of one statistic stay in the table for all others: a condition of what the same clause asks, and no step."""
    made = list(intents)
    for gaps in [intent for intent in made if intent.kind == "drop_missing" and intent.option("own")]:
        if any(_asked_beside(intent, gaps) for intent in made):
            made.remove(gaps)
            made = [replace(intent, where=(*intent.where, *_present(intent, gaps))) if _asked_beside(intent, gaps) else intent for intent in made]
    return made


def _asked_beside(intent: Intent, gaps: Intent) -> bool:
    """What the clause of the gaps asks; a question that asked the same before stands for it."""
    nothing_named = gaps.option("measured") and not gaps.columns
    same = intent.clause == gaps.clause or (intent.columns and (nothing_named or {*intent.columns, *intent.by} <= {*gaps.columns}))
    return bool(same) and intent.kind not in _SHAPING


def _present(intent: Intent, gaps: Intent) -> Iterator[Condition]:
    """A statistic leaves out the gaps of its only column by itself; other columns, and a count of rows, need the condition."""
    apart = gaps.option("named") or (intent.columns if gaps.option("whole") else ())
    alone = len(intent.columns) == 1 and intent.kind != "count"
    for name in apart:
        if not (alone and name in intent.columns) and not any(item["column"] == name for item in intent.where):
            yield {"column": name, "op": "present"}


_ANY_COLUMN = re.compile(
    r"\b(?:missing|null|nan)\b[^.;\n]{0,30}\b(?:in|of|across|for) (?:any|at least one|all)(?: of the)?(?: other)? (?:columns?|variables?|fields?|features?)\b",
    re.IGNORECASE,
)


def rules_first(memory: Memory, asked: str) -> list[Intent]:
    """What the constraints say of the rows and of their gaps holds for the question in front of them; of columns that are made first, behind them."""
    end = asked.find("\n")
    ruled = [
        intent
        for intent in memory.intents
        if intent.kind in _PREPARING and 0 <= end < asked.find(intent.clause) and not memory.made.keys() & {*intent.columns, *texts_in(intent.where)}
    ]
    return [*ruled, *(intent for intent in memory.intents if intent not in ruled)]


_OF_ROWS = frozenset({"statistics", "group_extreme", "extreme", "correlate", "outliers", "normality", "compare", "count"})


def question_rows(intents: list[Intent], loose: Sequence[Condition], asked: str) -> list[Intent]:
    """What the constraints compute, of the rows that the question names where it asks for nothing else that could be read."""
    question, _, rest = asked.partition("\n")
    used = {str(condition["column"]) for intent in intents for condition in intent.where}
    own = [condition for condition in loose if condition["column"] not in used]
    if not own or any(intent.clause in question and intent.kind in _OF_ROWS for intent in intents):
        return intents
    return [replace(intent, where=tuple(own)) if intent.kind in _OF_ROWS and not intent.where and intent.clause in rest else intent for intent in intents]


_TESTING = frozenset({"correlate", "compare", "compare_columns", "proportions", "paired", "matrix"})


def _named_test(intent: Intent) -> bool:
    return any(intent.option(key) not in (None, "", "auto") for key in ("test", "method"))


def superseded(intents: list[Intent]) -> list[Intent]:
    """Without a question's "are A and B associated" where the constraints name another kind of test of the same columns."""
    tested = [intent for intent in intents if intent.kind in _TESTING and _named_test(intent)]
    about = [(other.kind, frozenset((*other.columns, *other.by))) for other in tested]

    def other_kind(intent: Intent) -> bool:
        return any(kind != intent.kind and names == {*intent.columns, *intent.by} for kind, names in about)

    intents = [intent for intent in intents if intent.where or intent.kind != "compare" or not any(_same_of_named(intent, other) for other in intents)]
    intents = _as_tabled([intent for intent in intents if not _removed_before(intent, intents)])
    ranked = {intent.by: intent for intent in intents if intent.kind == "group_extreme"}
    kept = [intent for intent in intents if intent.kind not in _TESTING or _named_test(intent) or not other_kind(intent)]
    return [
        intent for intent in kept if not (intent.kind in ("value_counts", "most_common") and intent.columns in ranked and _OF_MEASURE.search(intent.clause))
    ]


def _as_tabled(intents: list[Intent]) -> list[Intent]:
    """A test of shares is of the two columns whose contingency table the goal builds."""
    tables = [intent for intent in intents if intent.kind == "crosstab" and len(intent.columns) == len(intent.by) == 1]
    if len(tables) != 1:
        return intents
    named = tables[0]
    return [replace(intent, columns=named.columns, by=named.by) if intent.kind == "proportions" and not intent.where else intent for intent in intents]


def _removed_before(intent: Intent, intents: Sequence[Intent]) -> bool:
    """ "After removing the outliers", said again where it is already told of which column and how."""
    again = intent.kind == "remove_outliers" and not intent.option("method") and not intent.option("threshold")
    return again and any(other is not intent and other.kind == "remove_outliers" and {*other.columns} < {*intent.columns} for other in intents)


def _same_of_named(intent: Intent, other: Intent) -> bool:
    """The same test, of groups that are named one by one."""
    about = [(one.kind, one.columns, one.by, one.option("test")) for one in (intent, other)]
    return about[0] == about[1] and len(other.where) == 1 and other.where[0]["op"] == "in" and (other.where[0]["column"],) == other.by


_OF_MEASURE = re.compile(r"\b(?:average|mean|median|total|sum)\b", re.IGNORECASE)
"""A question with one of these asks for no commonest value."""


def in_order(intents: list[Intent]) -> tuple[Intent, ...]:
    """Text is cleaned before anything reads it, wherever the goal says so."""
    first = [intent for intent in intents if intent.kind == "clean"] + [intent for intent in intents if _restricts(intent)]
    return (*first, *[intent for intent in intents if intent not in first])


_RESTRICTING = re.compile(
    r"(?:please\s+)?(?:consider\w*|us(?:e|ing)|includ\w*|analy[sz]e)\s+only\b|(?:restrict|limit|filter|focus)\w*\b|"
    r"(?:but\s+|and\s+)?(?:only|just|not|except|excluding|without|ignoring|leaving out)\b",
    re.IGNORECASE,
)


def _restricts(intent: Intent) -> bool:
    """ "…, only Gentoo": said last, meant for all of it."""
    return intent.kind == "filter" and _RESTRICTING.match(intent.clause) is not None

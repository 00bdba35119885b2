"""What a later part speaks of with "their", "of them", "those": the rows that the part before counted, restricted to or ranked first."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import replace

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.restricting.calendar import SEASONS

_THEY = re.compile(
    r"\b(?:their|they|them|of which)\b|\b(?:those|these)\b(?! (?:of|in|from|with|without|who|that|which|on|at|not)\b)|"
    r"\b(?:in|of|for|on|at) (?:such)\b|\bwhich (?:one|ones)\b|(?<!are )(?<!is )(?<!were )(?<!was )\bthere\W*\Z",
    re.IGNORECASE,
)
_IT = re.compile(r"\bits\b|\b(?:in|of|for|at|on|from) (?:it|(?:that|this) \w+)\b", re.IGNORECASE)
_OTHERWISE = re.compile(r"\b(?:differ\w*|significan\w*|than|rest|others?|each|compar\w*|vs|versus|trend|correlat\w*|relat\w*)\b", re.IGNORECASE)
_OF_ROWS = frozenset(
    {"statistics", "count", "share", "value_counts", "extreme", "rank", "group_extreme", "group_rank", "most_common", "distribution", "distinct"}
)
_ALSO = frozenset({"peak", "correlate", "trend", "pattern"})
_WINNERS = frozenset({"rank", "group_rank", "extreme", "group_extreme", "most_common"})


def spoken_of(clause: Clause, memory: Memory) -> tuple[Condition, ...]:
    """The conditions of the rows that a pronoun of the clause stands for; () where there is none, or it stands for something else."""
    before = memory.intents[-1] if memory.intents and not memory.slot_words else None
    if before is not None and _bare(clause):
        before = next((item for item in reversed(memory.intents) if memory.measure in item.columns), before)
        own = {str(item["column"]) for item in clause.conditions}
        return tuple(item for item in before.where if item["op"] in ("==", "in") and str(item["column"]) not in own)
    if before is None or before.kind not in _OF_ROWS or _OTHERWISE.search(clause.text):
        return ()
    they = _THEY.search(clause.text)
    it = _IT.search(clause.text) if before.kind in ("extreme", "group_extreme", "most_common") else None
    said = they or it
    rows = _rows_of(before) if said else ()
    own = {str(item["column"]) for item in clause.conditions}
    if said is None or not rows or own & {str(item["column"]) for item in rows if item["op"] != "among"}:
        return ()
    return rows


_HOW_IT = re.compile(r"\b(?:how|does|is) (?:it|they) (?:relate[sd]?|related|correlate[sd]?|depends?|goe?s?)\b", re.IGNORECASE)
_CALENDAR = {*SEASONS, *(name.casefold() for name in (*calendar.month_name, *calendar.month_abbr))}
_END_OR_SUM = vocabulary("max min sum mean median")


def _bare(clause: Clause) -> bool:
    """ "In which week was the maximum", "also the total for winter", "how it relates to X": a part that says nothing of what is meant but its end or sum."""
    if _HOW_IT.search(clause.text):
        return True
    said = [tag for tag in clause.tags if tag.kind in ("column", "level") or (tag.kind == "unknown" and tag.text.casefold() not in _CALENDAR)]
    ends = {*clause.keys("stat"), *clause.keys("super")} & _END_OR_SUM
    return bool(ends) and not said and not clause.has("point") and not _OTHERWISE.search(clause.text)


def _rows_of(before: Intent) -> tuple[Condition, ...]:
    if before.kind in _WINNERS:
        return (*before.where, *_winners(before))
    if before.kind == "share":
        return tuple(before.option("of", ())) or (() if before.by else before.where)
    return () if before.by and before.kind in ("count", "value_counts") else before.where


def _winners(before: Intent) -> tuple[Condition, ...]:
    """The rows, or the groups, that come first: as a condition on the column that names them."""
    ascending = bool(before.option("ascending")) if before.kind in ("rank", "group_rank") else before.option("which", "max") == "min"
    n = int(before.option("n", 10)) if before.kind in ("rank", "group_rank") else 1
    of_groups = before.kind in ("group_rank", "group_extreme")
    if before.option("counted") or not before.columns or (of_groups and len(before.by) != 1):
        return ()
    column = before.by[0] if of_groups else before.columns[0]
    statistic = before.statistics[0] if of_groups else "n" if before.kind == "most_common" else ""
    value = {"by": before.columns[0], "statistic": statistic, "n": n, "ascending": ascending}
    return ({"column": column, "op": "among", "value": value},)


def of_these_rows(intent: Intent, rows: tuple[Condition, ...], memory: Memory) -> Intent:
    """The intent about these rows only; what it counts is counted among them. A chart of what was just computed has its groups."""
    intent = _as_before(intent, memory)
    new = tuple(item for item in rows if item not in intent.where)
    if not new or intent.kind not in _OF_ROWS | _ALSO:
        return intent
    memory.known |= {"their", "they", "them", "those", "these"}
    memory.assume(f"of the part before: {_said(rows)}")
    if intent.kind == "share" or (intent.kind == "count" and intent.where):
        return replace(intent, kind="share", options={**intent.options, "of": (*intent.option("of", ()), *new)})
    return replace(intent, where=(*intent.where, *new))


def _said(rows: tuple[Condition, ...]) -> str:
    return ", ".join(_one(item) for item in rows)


def _one(item: Condition) -> str:
    value = item.get("value", "")
    if item["op"] == "among" and isinstance(value, Mapping):
        end = "lowest" if value["ascending"] else "highest"
        return f"the {value['n']} with the {end} {value['statistic'] or ''} {value['by']}".replace("  ", " ").replace("the 1 with", "the one with")
    return f"{item['column']} {item['op']} {value}".replace(" == ", " = ").strip()


def _as_before(intent: Intent, memory: Memory) -> Intent:
    """ "Total quantity and mean price per category, and a bar chart of the quantity": the chart of what was computed of it, in its groups."""
    box, kind = intent.option("kind") == "box", intent.option("kind")
    before = memory.find("compare" if box else "statistics")
    drawn = intent.kind == "chart" and len(intent.columns) == 1 and not intent.by and kind in ("bar", "box", "", None, "auto")
    if not drawn or before is None or memory.slot_words or not before.by or intent.columns[0] not in before.columns:
        return intent
    statistic = next(iter(before.option("each", {}).get(intent.columns[0], before.statistics)), "mean")
    options = intent.options if box else {**intent.options, "statistic": statistic}
    return replace(intent, by=before.by[:1] if box else before.by, where=intent.where or before.where, options=options)


_ONLY_THEM = re.compile(r"only (?:the |our |my |all )?(\w+)\W*\Z", re.IGNORECASE)
_USE_IT = re.compile(r"(?:please )?use (?:the )?(?:column )?[`\w]+(?: column)?(?:\s*\{[^}]*\})*\W*\Z", re.IGNORECASE)


def says_nothing(clause: Clause, memory: Memory) -> bool:
    """ "For the students: …" over rows that are students; "use opened_at", where that is the only date anyway."""
    if memory.slot_words or clause.conditions:
        return False
    only = _ONLY_THEM.match(clause.text)
    if only is not None and not clause.columns():
        return lemma(only[1].casefold()) in {lemma(memory.table.name.casefold()), *memory.table.row_nouns}
    return bool(memory.intents) and _USE_IT.match(clause.text) is not None and clause.columns() == (memory.table.date,)

"""Wishes about how numbers go together: correlation of two, of all, with others held constant; a fitted line."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.picking import groups, numbers
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_WITH_ALL = re.compile(
    r"\b(?:all|every|each)(?: of)?(?: the)?(?: other| remaining)?(?: numeric| numerical)? ?(?:columns?|variables?|features?|fields?|others?|measures?|rest)\b"
    r"|\bthe (?:others|rest)\b|\b(?:everything|anything) else\b|\bwhat correlates\b|\bmost (?:strongly )?correlated\b",
    re.IGNORECASE,
)
_WHICH_TWO = re.compile(r"\b(?:which|what)\s+(?:two|pairs?|columns?|variables?|measure\w*|numbers?|features?)\b", re.IGNORECASE)
_WHICH_OF = re.compile(r"\b(?:which|what) of\b.*\b(?:most|least|best|strongest|weakest|more|less)\b", re.IGNORECASE)
_CORRELATIONS = ("pearson", "spearman", "kendall")


def _method(clause: Clause) -> str:
    return next((key for key in clause.keys("method") if key in _CORRELATIONS), "")


def _correlate(clause: Clause, memory: Memory) -> list[Intent]:
    controls = numbers(clause, "control") or list(clause.columns("control"))
    by = [
        name for name in clause.columns("by", "within") if name in clause.table and (clause.table[name].kind != "number" or clause.table[name].looks_like_year)
    ]
    columns = [name for name in numbers(clause) if name not in controls and name not in by]
    categories = [name for name in clause.columns() if name in clause.table and clause.table[name].kind in ("text", "boolean")]
    if len(columns) == 1 and categories and clause.table[columns[0]].truth and not clause.has("method", *_CORRELATIONS):
        return [Intent("proportions", clause.text, (columns[0],), (categories[0],), where=clause.conditions)]
    columns += [name for name in clause.spare if len(columns) < 2 and name not in columns and clause.table[name].kind == "number"]
    if (weights := clause.columns("weight")) and not memory.slot_words:
        memory.not_done.append(f"weighted by {', '.join(weights)}: correlations are computed without weights here")
        columns = [name for name in columns if name not in weights]
    options: dict[str, object] = {"method": _method(clause)}
    if controls and len(columns) >= 2:
        return [Intent("partial", clause.text, tuple(columns[:2]), where=clause.conditions, options={**options, "controls": tuple(controls)})]
    most = _WHICH_OF.search(clause.text)
    if most is not None and len(columns) > 2 and not memory.slot_words:
        target = next((str(tag.value) for tag in reversed(clause.tags) if tag.kind == "column" and tag.value in columns), columns[-1])
        return [Intent("matrix", clause.text, tuple(columns), where=clause.conditions, options={**options, "target": target})]
    if not columns and not categories and not memory.slot_words and _WHICH_TWO.search(clause.text):
        return [Intent("matrix", clause.text, (), where=clause.conditions, options=options)]
    if len(columns) == 1 and _WITH_ALL.search(clause.text):
        return _matrix(clause, memory, columns, options)
    if clause.has("verb", "matrix") or len(columns) > 2 or (len(columns) == 1 and not clause.of_kind("text") and not memory.measure):
        return _matrix(clause, memory, columns, options)
    if len(columns) == 1 and memory.measure and memory.measure != columns[0] and not clause.of_kind("text", "boolean"):
        columns = [columns[0], memory.measure]
        memory.assume(f"{clause.text.strip()!r}: with {memory.measure}, spoken of before")
    if len(columns) < 2:
        return _no_pair(clause, memory, columns, options)
    columns = _logarithms(columns[:2], clause, memory) if _LOG.search(clause.text) and not memory.slot_words else columns
    return [Intent("correlate", clause.text, tuple(columns[:2]), tuple(by[:1]), where=clause.conditions, options=options)]


_LOG = re.compile(r"\blog(?:arithmic)?(?:[\s-]log)?[\s-](?:scaled?|scales|ax[ie]s|transform\w*|values)\b|\blog-log\b|\blogarithms?\b|\blogged\b", re.IGNORECASE)


def _logarithms(columns: list[str], clause: Clause, memory: Memory) -> list[str]:
    """Each column whose values are above 0 as its logarithm: "use log scale"."""
    made = []
    for column in columns:
        low, name = memory.table[column].low, f"log10_{column}"
        if low is None or low <= 0:
            made.append(column)
            continue
        tree = {"op": "log10", "args": [{"column": column}]}
        memory.made[name] = tree
        memory.table = memory.table.with_column(name, "number")
        memory.learn(Intent("derive", clause.text, options={"name": name, "expression": tree}))
        memory.known |= {"log scale", "log", "scale", "logarithms", "logarithm", "use"}
        made.append(name)
    if made != columns:
        memory.assume(f"log scale: {' and '.join(made)}")
    return made


def _no_pair(clause: Clause, memory: Memory, columns: list[str], options: dict[str, object]) -> list[Intent]:
    earlier = memory.find("correlate")
    if earlier is not None and not columns and not groups(clause):
        method = options["method"] or earlier.option("method")
        return [Intent("correlate", clause.text, earlier.columns, earlier.by, where=earlier.where, options={"method": method})]
    by = groups(clause) or [name for name in clause.columns("target") if name in clause.table and clause.table[name].kind in ("text", "boolean")]
    if columns and by:
        return [Intent("compare", clause.text, (columns[0],), tuple(by[:1]), where=clause.conditions, options={"test": "auto"})]
    sorts = list(dict.fromkeys([*(name for name in clause.columns() if _sorts(clause, name)), *by]))
    if not columns and len(sorts) >= 2:
        return [Intent("proportions", clause.text, (sorts[0],), (sorts[1],), where=clause.conditions)]
    return []


def _sorts(clause: Clause, name: str) -> bool:
    """True for a category whose association with another one can be tested."""
    return name in clause.table and clause.table[name].kind in ("text", "boolean") and not clause.table[name].identifying


_OF_ALL = re.compile(r"\b(?:measurements?|measures|variables|columns|features|numbers|traits)\b", re.IGNORECASE)


def _matrix(clause: Clause, memory: Memory, columns: list[str], options: dict[str, object]) -> list[Intent]:
    if len(columns) == 1 and clause.has("verb", "matrix") and _OF_ALL.search(clause.text) and not _WITH_ALL.search(clause.text):
        measured = [column.name for column in clause.table.of_kind("number") if not (column.looks_like_year or column.labelling or column.numbering)]
        memory.known |= {word for word in clause.text.casefold().split() if _OF_ALL.search(word)}
        return [Intent("matrix", clause.text, tuple(measured), where=clause.conditions, options=options)]  # "the four body measurements"
    if len(columns) == 1:
        options = {**options, "target": columns[0]}
        columns = []
    return [Intent("matrix", clause.text, tuple(columns), where=clause.conditions, options=options)]


RELATING = (
    Wish(
        "correlate",
        _correlate,
        words("correlate matrix partial"),
        methods=words("pearson spearman kendall"),
        takes=words("correlate matrix partial compare regress count stat distribution trend extreme rank statistics"),
    ),
)

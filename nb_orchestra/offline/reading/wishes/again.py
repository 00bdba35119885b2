"""Which test a clause names, and what is tested again: the groups of the part before, and what was measured before and after."""

from __future__ import annotations

import re
from dataclasses import replace

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.deriving.pairs import twins
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tables import Column

TESTS = {
    "t": "t", "welch": "welch", "anova": "anova", "kruskal": "kruskal", "mannwhitney": "mann_whitney", "levene": "levene",
    "wilcoxon": "wilcoxon", "paired": "paired_t",
}  # fmt: skip


def named_test(clause: Clause) -> str:
    if clause.has("method", "welch"):  # "a t-test that does not assume equal variances (Welch)"
        return "welch"
    return next((TESTS[key] for key in clause.keys("method") if key in TESTS), "auto")


_BEFORE_AND_AFTER = re.compile(r"\bbefore\b.*\bafter\b|\bafter\b.*\bbefore\b", re.IGNORECASE)


def sorts(column: Column) -> bool:
    return column.kind in ("text", "boolean") or column.truth or column.grouping


def tested_again(clause: Clause, memory: Memory) -> list[Intent]:
    """ "… and test if the difference is significant": the comparison of before, in the same rows."""
    before, test = memory.find("compare", "share", "statistics", "gap", "group_extreme", "crosstab", "two_parts"), named_test(clause)
    if before is None or clause.columns() or clause.conditions or memory.slot_words:
        return []
    if before.kind != "compare":
        return _test_of(before, clause, memory)
    options = {**before.options, "test": before.option("test") if test == "auto" else test}
    return [replace(before, clause=clause.text, options={**options, "posthoc": True} if clause.has("verb", "posthoc") else options)]


def _test_of(before: Intent, clause: Clause, memory: Memory) -> list[Intent]:
    """The test of groups whose means or shares were asked for: "percentage with side effects in each arm, and is the difference significant"."""
    by = [name for name in before.by if name in memory.table and sorts(memory.table[name])]
    if not by:
        return []
    memory.known |= {"significant", "significantly", "difference", "chance", "real", "association", "relationship", "link"}
    if before.kind == "crosstab":
        return [Intent("proportions", clause.text, before.columns[:1], (by[0],), where=before.where)]
    if before.kind != "share":
        options = {"test": named_test(clause)}
        return [Intent("compare", clause.text, before.columns[:1], tuple(by[:2]), where=before.where, options=options)] if before.columns else []
    counted = before.where[0] if len(before.where) == 1 else None
    if counted is None or counted["op"] != "==" or memory.table[str(counted["column"])].distinct != 2:
        return []
    return [Intent("proportions", clause.text, (str(counted["column"]),), (by[0],), where=tuple(before.option("of", ())))]


_LINK = r"(?:difference|association|relation\w*|link)"
_AGAIN = re.compile(
    rf"\b(?:is|are|was|were|whether|if) (?:it|that|this|they|these|the (?:difference|gap|effect)s?|there an? (?:real |true |significant )?{_LINK})\b.*"
    r"\b(?:significan\w*|real|chance|random|reliable)\b|"
    rf"\bsignificant {_LINK}\b|\b(?:do|does) (?:they|it|the groups) differ significantly\b|\bsignifican(?:t|tly)(?: different)?\W*$",
    re.IGNORECASE,
)


def asks_again(clause: Clause, memory: Memory) -> bool:
    return not memory.slot_words and not clause.columns() and not clause.conditions and _AGAIN.search(clause.text) is not None


def before_and_after(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Compare Prewt and Postwt within each treatment": both columns of each row, as pairs."""
    pairs = twins(clause.table) if clause.has("method", "paired", "wilcoxon") and _BEFORE_AND_AFTER.search(clause.text) else []
    if len(pairs) == 1:  # "paired t-test of pressure before and after"
        memory.known |= {tag.text.casefold() for tag in clause.tags if tag.kind == "unknown"}
        return [Intent("paired", clause.text, pairs[0][::-1], where=clause.conditions, options={"test": named_test(clause)})]
    named = {name for name in clause.columns() if name in clause.table and clause.table[name].kind == "number"}
    both = [pair for pair in twins(clause.table) if set(pair) <= named]
    if len(both) != 1 or memory.slot_words:
        return []
    by = [name for name in clause.columns("by", "within") if name in clause.table and sorts(clause.table[name])]
    return [Intent("paired", clause.text, both[0][::-1], tuple(by[:1]), where=clause.conditions, options={"test": named_test(clause)})]

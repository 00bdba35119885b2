"""Wishes that compare groups: two or more, by a measure or by another category; post-hoc; against one value."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.language.synonyms import COMPARATIVES
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.again import TESTS, asks_again, before_and_after, named_test, sorts, tested_again
from nb_orchestra.offline.reading.wishes.picking import adds_up, both_ends, groups, measures, statistics_of_each
from nb_orchestra.offline.reading.wishes.trials import ARMS, RAISES, shares_and_test, tested
from nb_orchestra.offline.reading.wishes.wish import Wish, words


def _compare(clause: Clause, memory: Memory) -> list[Intent]:
    if (controls := clause.columns("control")) and not memory.slot_words:
        memory.not_done.append(f"controlling for {', '.join(controls)}: a comparison of groups holds nothing constant; ask for a regression on both")
    if ready := before_and_after(clause, memory) or tested_again(clause, memory) or _both_of_one_scale(clause, memory):
        return ready
    by, where = _grouping(clause, memory)
    values = [name for name in measures(clause, memory) if name not in by]
    categories = [name for name in clause.columns() if name in clause.table and sorts(clause.table[name])]
    if (
        clause.has("method", "chi2", "fisher")
        or clause.has("verb", "proportions")
        or (len(categories) == 2 and len(by) == 1 and all(clause.table[name].truth for name in values))
    ):
        return _categories(clause, categories)
    options: dict[str, Any] = {"test": named_test(clause)}
    values, by, where = _groups_before(clause, memory) or (values, by, where)
    if not by:
        return _columns_compared(clause, values, options, memory)
    if len(by) == 1 and values and _measured(clause, by[0]) and _DEPENDS.search(clause.text) and not memory.slot_words and not clause.keys("method"):
        return [Intent("correlate", clause.text, (values[0], by[0]), where=where)]
    options |= {"posthoc": True} if clause.has("verb", "posthoc") else {}
    within = [name for name in clause.columns("within") if name in clause.table and clause.table[name].kind != "number"]
    if within:
        options["within"] = within[0]
        sides = [name for name in clause.columns("pair", "target", "with") if name in clause.table and sorts(clause.table[name])]
        by = [name for name in [*by, *sides] if name not in (within[0], *values)] or by
    if not values:
        return _categories(clause, by) or _in_all(clause, by, memory)
    each = {} if memory.slot_words or options["test"] != "auto" or _TESTED.search(clause.text) else statistics_of_each(clause, values)
    if each:  # "compare the shoes: total distance and average pace"
        return [Intent("statistics", clause.text, tuple(values), tuple(by[:2]), (), where, {"each": each})]
    totals = tuple(key for key in clause.keys("stat") if key == "sum")
    if totals and options["test"] == "auto" and not memory.slot_words and not _TESTED.search(clause.text):
        return [Intent("statistics", clause.text, tuple(values), tuple(by[:2]), totals, where)]
    earlier = memory.find("compare")
    if earlier and values[0] in earlier.columns and by != list(earlier.by) and len(by) == 1 and earlier.by[0] != by[0] and not within:
        options["after"] = earlier.by[0]
    added = {value: ("sum",) if by[0] in memory.made and adds_up(memory.table[value]) else () for value in values}
    return [Intent("compare", clause.text, (value,), tuple(by[:2]), added[value], where, options) for value in values[:6]]


def _both_of_one_scale(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Is score_ann higher than score_bob": the two columns alone that a clause names, of the same thing, though each has few values."""
    named = [clause.table[name] for name in clause.columns() if name in clause.table]
    plain = len(named) == 2 and all(column.kind == "number" and column.distinct >= _MANY and not column.looks_like_year for column in named)
    if not plain or memory.slot_words or clause.columns("by", "within", "which"):
        return []
    both = [column.name for column in named] if set(named[0].words) & set(named[1].words) else []
    return _columns_compared(clause, both, {"test": named_test(clause)}, memory) if both else []


def _groups_before(clause: Clause, memory: Memory) -> tuple[list[str], list[str], tuple[Condition, ...]] | None:
    """ "Perform a t-test", of the groups whose means were asked for before."""
    if not memory.slot_words or clause.columns() or not clause.has("method", *TESTS):
        return None
    grouped = next((intent for intent in reversed(memory.intents) if intent.by and intent.kind in ("statistics", "compare")), None)
    return (list(grouped.columns[:1]), list(grouped.by), tuple(grouped.where)) if grouped is not None else None


_TESTED = re.compile(r"\bsignifican\w*|\btest\w*|\bp.value", re.IGNORECASE)


_MANY = 5
"""Values from which on a number that sorts rows is rather a measure."""


def _measured(clause: Clause, name: str) -> bool:
    column = clause.table.by_name.get(name)
    return column is not None and column.kind == "number" and column.distinct >= _MANY and not column.looks_like_year


_DEPENDS = re.compile(r"\bdepend\w*|\b(?:affect|influenc|impact)\w*|\beffects? of\b|\bvar(?:y|ies) with\b|\bmatters?\b", re.IGNORECASE)


def _columns_compared(clause: Clause, values: list[str], options: dict[str, Any], memory: Memory) -> list[Intent]:
    """Two or more numeric columns held against each other."""
    named = [name for name in clause.columns("target", "pair", "with") if name in values]
    paired = clause.has("method", "paired", "wilcoxon")
    if len(named) == 2 and not paired and _DEPENDS.search(clause.text) and not clause.keys("method"):  # of two measures one may go with the other
        return [Intent("correlate", clause.text, tuple(named), where=clause.conditions)]
    if len(named) < 2 or clause.has("verb", "correlate"):
        return []
    if len(named) == 2 and not memory.slot_words and options["test"] == "auto":  # both columns of each row
        memory.assume(f"{named[0]} and {named[1]}: held against each other row by row, as pairs")
        return [Intent("paired", clause.text, tuple(named), where=clause.conditions), Intent("correlate", clause.text, tuple(named), where=clause.conditions)]
    return [Intent("paired" if paired else "compare_columns", clause.text, tuple(named[:6]), where=clause.conditions, options=options)]


def _categories(clause: Clause, by: list[str]) -> list[Intent]:
    sides = {str(item["column"]) for item in clause.conditions if item["op"] == "in" and len(item["value"]) > 1}
    if len(by) < 2 or "group" in by or not sides <= set(by[:2]):  # values held against each other, and nothing of theirs to compare
        return []
    either = all(clause.table[name].distinct == 2 for name in by[:2])  # else only one of the two tests can be
    named = next((key for key in clause.keys("method") if key in ("chi2", "fisher")), "") if either else ""
    return [Intent("proportions", clause.text, (by[0],), (by[1],), where=clause.conditions, options={"test": named})]


def _in_all(clause: Clause, by: list[str], memory: Memory) -> list[Intent]:
    """ "Compare Adelie and Gentoo", and nothing more: in every column."""
    held = any(item["op"] == "in" and item["column"] in by for item in clause.conditions)
    known = all(tag.kind in ("lexical", "level", "mark", "line", "frame") for tag in clause.tags)
    if len(by) != 1 or not held or not known or memory.slot_words:
        return []
    memory.assume(f"compared in every column: {by[0]}")
    return [Intent("table_one", clause.text, (), tuple(by), where=clause.conditions)]


def _grouping(clause: Clause, memory: Memory) -> tuple[list[str], tuple[Condition, ...]]:
    """Groups by column, or by two or more named levels ("between Adelie and Gentoo")."""
    by = groups(clause)
    named = [condition for condition in clause.conditions if condition["op"] == "in" and len(condition["value"]) >= 2]
    if not by and named:
        by = [named[0]["column"]]
    if not by:
        earlier = [condition for intent in reversed(memory.intents) for condition in intent.where if condition["op"] == "in" and len(condition["value"]) >= 2]
        by = [earlier[0]["column"]] if earlier and memory.measure else []
    if not by:
        small = [name for name in clause.columns("target", "pair", "with") if name in clause.table and clause.table[name].grouping]
        by = [name for name in small if clause.table[name].kind != "number" or len(measures(clause, memory)) > 1]
    return by, clause.conditions


def _one_sample(clause: Clause, memory: Memory) -> list[Intent]:
    value = measures(clause, memory)
    if not value or not clause.numbers or groups(clause):
        return _compare(clause, memory) if groups(clause) else []
    return [Intent("one_sample", clause.text, (value[0],), where=clause.conditions, options={"expected": clause.numbers[-1]})]


_HOW_MUCH_MORE = re.compile(r"\W*(?:by )?how much\b", re.IGNORECASE)


def _two_levels(clause: Clause, memory: Memory) -> bool:
    """ "is mass higher on Dream than on Biscoe?": two values of one column, held against each other."""
    held = any(condition["op"] == "in" and len(condition["value"]) >= 2 for condition in clause.conditions)
    if clause.question and set(clause.columns("by")) & set(memory.made) and _MORE.search(clause.text) and not clause.keys("stat"):
        return True
    if held and clause.question and _HOW_MUCH_MORE.match(clause.text) is not None:
        return True
    joined = f" {clause.text.casefold()} "
    either = " or " in joined and _MORE.search(clause.text) is not None and not clause.has("verb", "count")
    return held and clause.question and (" than " in joined or either) and not clause.keys("stat")


_MORE = re.compile(
    rf"\b(?:higher|lower|larger|smaller|greater|bigger|more|less|fewer|different|differs?|{'|'.join(sorted(COMPARATIVES))})\b",
    re.IGNORECASE,
)


def _yes_or_no(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Do students with free lunch have more absences?": those who are against those who are not."""
    by = [name for name in clause.columns() if name in clause.table and clause.table[name].truth][:1]
    others = replace(clause, roles=tuple((name, role) for name, role in clause.roles if name not in by))
    values = [name for name in measures(others, memory, inherit=False) if name not in by]
    both = [name for name in clause.columns() if name in clause.table and clause.table[name].truth]
    if not values and len(both) == 2 and _LIKELY.search(clause.text):
        memory.known |= {"likely", "often", "more", "less", "chance"}
        return shares_and_test(clause, both[1], both[0])
    return [tested(values[0], by[0], clause, clause.conditions, memory)] if by and values else []


def _asks_of_truth(clause: Clause, memory: Memory) -> bool:
    more = _MORE.search(clause.text) is not None or RAISES.search(clause.text) is not None
    return clause.question and not memory.slot_words and more and not clause.keys("stat") and not clause.has("super")


_LIKELY = re.compile(r"\b(?:likely|likelier|often|chances?|probab\w*|risk|rate)\b", re.IGNORECASE)


_FROM_TO = re.compile(r"\bfrom\b.{2,40}\bto\b", re.IGNORECASE)
_MOVES = re.compile(r"\b(?:improv\w*|chang\w*|increas\w*|decreas\w*|r[io]se|drop\w*|f[ae]ll\w*|gain\w*|differ\w*)\b", re.IGNORECASE)


def _from_to(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Did students improve from pretest to math score?": the two columns of each row, as pairs."""
    names = [name for name in clause.columns() if name in clause.table and clause.table[name].kind == "number" and not clause.table[name].looks_like_year]
    return [Intent("paired", clause.text, (names[1], names[0]), where=clause.conditions)] if len(names) == 2 else []


def _moves(clause: Clause, memory: Memory) -> bool:
    return not memory.slot_words and _FROM_TO.search(clause.text) is not None and _MOVES.search(clause.text) is not None


def _against_rest(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Is body mass higher in males?": the named level against the others of its column."""
    named = [item for item in clause.conditions if item["op"] == "==" and memory.table[str(item["column"])].kind in ("text", "boolean")]
    values = measures(clause, memory, inherit=False)
    truths = [name for name in clause.columns() if name in clause.table and clause.table[name].truth]
    if len(named) == 1 and len(truths) == 1 and _LIKELY.search(clause.text):  # "are men more likely to smoke"
        memory.known |= {"likely", "often", "more", "less", "chance"}
        rest = replace(clause, conditions=tuple(item for item in clause.conditions if item is not named[0]))
        return shares_and_test(rest, truths[0], str(named[0]["column"]))
    if len(named) != 1 or not values:
        return []
    column = str(named[0]["column"])
    memory.assume(f"{named[0]['value']}: compared with the other values of {column}")
    where = tuple(item for item in clause.conditions if item is not named[0])
    return [tested(values[0], column, clause, where, memory)]


def _asks_for_more(clause: Clause, memory: Memory) -> bool:
    plain = not memory.slot_words and not clause.numbers and not clause.has("verb", "count") and not clause.columns("which", "by")
    return clause.question and plain and _MORE.search(clause.text) is not None


COMPARING = (
    Wish(
        "tested_again", tested_again, takes=words("compare posthoc proportions count distribution extreme rank statistics levels"), when=asks_again, ends=True
    ),
    Wish("against_rest", _against_rest, takes=words("compare posthoc count distribution extreme rank statistics levels stat super"), when=_asks_for_more),
    Wish("from_to", _from_to, takes=words("compare posthoc count distribution extreme rank statistics levels yes_or_no"), when=_moves),
    *ARMS,
    Wish("yes_or_no", _yes_or_no, takes=words("compare posthoc count distribution extreme rank statistics levels"), when=_asks_of_truth),
    Wish("levels", _compare, takes=words("compare posthoc count distribution extreme rank statistics"), when=_two_levels),
    Wish("one_sample", _one_sample, words("one_sample"), takes=words("one_sample compare"), ends=True),
    Wish(
        "compare",
        _compare,
        words("compare posthoc proportions"),
        when=lambda clause, memory: not both_ends(clause) or bool(clause.keys("method")),
        methods=words("t welch anova kruskal mannwhitney levene chi2 fisher wilcoxon paired"),
        takes=words("compare posthoc proportions count describe distribution stat extreme rank statistics"),
    ),
)

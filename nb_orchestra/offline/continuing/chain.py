"""Goal after goal: what each one changes of what was read before, and what of it changes nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from nb_orchestra.core.goal import Goal
from nb_orchestra.offline.continuing.asking import asked_on
from nb_orchestra.offline.continuing.changes import COMPARED, GROUPED, Change, apart, merged
from nb_orchestra.offline.continuing.phrases import known_words, taken_phrases
from nb_orchestra.offline.continuing.rules import RULES, Edit
from nb_orchestra.offline.continuing.telling import RESTATED, as_read, earlier_goals
from nb_orchestra.offline.reading import Intent, Reading, Table, read
from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import texts_in
from nb_orchestra.offline.reading.language.words import lemma
from nb_orchestra.offline.reading.restricting.conditions import filters
from nb_orchestra.offline.reading.roles import roles
from nb_orchestra.offline.reading.splitting import split
from nb_orchestra.offline.reading.tagging import Tag, tag

_SAME = re.compile(r"^\s*(?:and\s+|now\s+)*(?:do\s+)?(?:the\s+)?same\b[\s,]*(?:but|with|for|again)?\b", re.IGNORECASE)


def continued(goal: Goal, first: str, table: Table) -> Reading | None:
    """The earlier goal as changed by this one; None where nothing of this one is an edit. `first` and `table`: the first goal's text and table, prepared."""
    base, changed = read(first, table), False
    reading, told = base, list[str]()
    for text in (as_read(text, table) for text in (*earlier_goals(goal)[1:], goal.text)):
        step = _Step(text, table, reading)
        changed = step.done
        reading, told = (step.reading, [*told, *step.told]) if changed else (reading, told)
    if not changed or not reading.intents:
        return None
    line = f"the earlier goal, with: {'; '.join(_last_said(told))}"
    return replace(reading, intents=merged(map(_settled, _without_single_levels(reading.intents)))).noted([line] if told else ())


_ONE_OF_A_KIND = re.compile(r"(?:statistic|measure|method|rows: \S+|groups(?!.* too$)|the (?:first|last) \d)")


def _last_said(told: Iterable[str]) -> list[str]:
    """The changes that still hold: a later year, measure or statistic takes the place of an earlier one."""
    kept: dict[str, str] = {}
    for text in told:
        found = _ONE_OF_A_KIND.match(text)
        key = re.sub(r"\d|first|last", "", found.group()) if found is not None else text
        kept.pop(key, None)
        kept[key] = text
    return list(kept.values())


@dataclass(slots=True)
class _Step:
    """One goal's changes, made one after the other. `told`: each in words; `done`: whether any part of it was an edit."""

    text: str
    table: Table
    reading: Reading
    told: list[str] = field(default_factory=list)
    done: bool = False

    def __post_init__(self) -> None:
        before = self.reading
        edit, restated = Edit(self.table), RESTATED.match(self.text)
        plain = self.text[restated.end() :] if restated is not None else self.text
        plain, edit.aside = apart(_SAME.sub("", plain), self.table)
        plain, changes, told = taken_phrases(plain, self.table)
        self._make(changes, told)
        lost = [clause.text for clause in _clauses(plain, self.table) if not self._clause(clause, edit)]
        self.told += edit.told
        if restated is not None:  # "same horsepower and mpg question, but …": what the earlier goal is called
            self._make([known_words(restated.group())], ())
        if not self.done:
            return
        not_done = [*self.reading.not_done, *(f"{text}: not understood as a change of the earlier goal, so it changes nothing" for text in lost)]
        same = replace(self.reading, question="", not_done=()) == replace(before, question="", not_done=()) and self.reading.not_done == before.not_done
        if same and not lost and not edit.kept:
            not_done.append(f"{self.text.strip()}: nothing of the earlier goal changes by that")
        self.reading = replace(self.reading, not_done=tuple(not_done)).noted(edit.notes)

    def _clause(self, clause: Clause, edit: Edit) -> bool:
        """True where the clause was an edit or a question about what was found."""
        changes = [change for rule in RULES for change in rule(clause, edit)]
        if changes or edit.answers(clause):
            self._make(changes, ())
            lines = read(clause.text, self.table).assumptions
            edit.notes += [line for line in lines if clause.conditions or _is_naming(line, self.table, self.reading)]
            self.done = True
            return True
        asked = asked_on(clause.text, self.table, self.reading)
        if asked is not None:
            self.reading, self.done = asked, True
            self.told.append(clause.text)
        return asked is not None or not _says_something(clause)

    def _make(self, changes: Iterable[Change], told: Iterable[str]) -> None:
        for change in changes:
            self.reading, self.done = change(self.reading), True
        self.told += told


def _is_naming(line: str, table: Table, reading: Reading) -> bool:
    """ "women → sex = female": how a word was read, and not what a goal of these words alone would compute."""
    _, arrow, column = line.partition("→ ")
    name = next((name for name in sorted(table.by_name, key=len, reverse=True) if column.startswith(name)), "")
    return bool(arrow) and (not name or any(name in (*intent.columns, *intent.by, *texts_in(list(intent.where))) for intent in reading.intents))


def _clauses(text: str, table: Table) -> Iterator[Clause]:
    for tags in split(tag(text, table)):
        found, first = filters(tags, table), tags[0].text.casefold() in ("and", "but", "or")
        behind = filters(tags[1:], table) if first and not found.conditions else found  # "and non-smokers?"
        found, used = (behind, {n + 1 for n in behind.used}) if behind is not found else (found, set(found.used))
        of_rows = None if found.conditions else _truth_of_rows(tags, table)
        used |= set() if of_rows is None else {of_rows}
        rest = tuple(item for number, item in enumerate(tags) if number not in used)
        words = text[tags[0].start : tags[-1].end].strip(" ,;:\n")
        conditions = tuple(found.conditions) if of_rows is None else ({"column": tags[of_rows].value, "op": "==", "value": table[tags[of_rows].value].yes},)
        yield Clause(words, rest, table, roles(tags, frozenset(used)), conditions)


_LEADING = frozenset({"only", "just"})
_BEFORE_ROWS = frozenset({"about", "for", "now", "of", "in", "who", "the"})


def _truth_of_rows(tags: tuple[Tag, ...], table: Table) -> int | None:
    """Where a column of yes and no is said of rows: "only smokers", "what about smokers", "just the reopened ones"."""
    for n, item in enumerate(tags):
        if item.kind != "column" or item.value not in table or not table[str(item.value)].truth:
            continue
        before = {earlier.text.casefold() for earlier in tags[:n]}
        plural = lemma(item.text) != item.text.casefold()
        if not any("group" in earlier.kinds and earlier.kinds["group"] == "by" for earlier in tags[:n]) and (
            {earlier.text.casefold() for earlier in tags} & _LEADING or (plural and (before & _BEFORE_ROWS or not n))
        ):
            return n
    return None


def _says_something(clause: Clause) -> bool:
    """False for "please", "and", "now": words that ask for nothing."""
    talk = ("please", "thanks", "now", "then", "instead", "again", "ok", "okay", "same")
    return any(item.kind != "mark" and not item.is_a("word") and item.text.casefold() not in talk for item in clause.tags) or bool(clause.conditions)


def _without_single_levels(intents: Iterable[Intent]) -> tuple[Intent, ...]:
    """A column with one level left is no group."""
    intents = tuple(intents)
    fixed = {condition["column"] for intent in intents if intent.kind == "filter" for condition in intent.where if condition["op"] == "=="}
    return tuple(_ungrouped(intent, fixed) if intent.kind in GROUPED | COMPARED | {"chart"} else intent for intent in intents)


def _ungrouped(intent: Intent, fixed: Collection[Any]) -> Intent:
    """Without the groups of one level; the parts of a comparison that has no other groups are its groups."""
    by, within = tuple(name for name in intent.by if name not in fixed), intent.option("within")
    if intent.option("after") in fixed and within:  # the second question was about parts of the first one's groups, of which one is left
        by = ()
    if not within or (by and within not in fixed):
        return replace(intent, by=by)
    options = {key: value for key, value in intent.options.items() if key not in ("within", "after")}
    return replace(intent, by=by or ((within,) if within not in fixed else ()), options=options)


def _settled(intent: Intent) -> Intent:
    """A comparison that has no groups left is a description."""
    if intent.kind not in COMPARED or intent.by:
        return intent
    if intent.kind == "proportions":
        return replace(intent, kind="value_counts", options={})
    return replace(intent, kind="statistics", statistics=("n", "mean", "sd", "median"), options={})

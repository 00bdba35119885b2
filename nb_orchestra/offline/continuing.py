"""`--continue`: a goal that edits an earlier one ("same but only Gentoo, split by sex", "now by island", "as a bar chart", "top 5").

A plan keeps the goals that led to it (`facts.goals`): the first is read again, and each later one changes what was read. So an edit
of an edit works like an edit, and the new plan is made by the same rules as any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nb_orchestra.core.goal import Goal
from nb_orchestra.offline.edits import COMPARED, GROUPED, added, adds, apart, as_parts, by_period, exchanged, in_order, merged, regrouped, still_true
from nb_orchestra.offline.edits_of_relations import apart_most, held_constant
from nb_orchestra.offline.reading import Intent, Reading, Table, read
from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import texts_in
from nb_orchestra.offline.reading.ordering import take_order
from nb_orchestra.offline.reading.rephrasing.plainly import plainly
from nb_orchestra.offline.reading.restricting.conditions import filters
from nb_orchestra.offline.reading.roles import roles
from nb_orchestra.offline.reading.sense import controls_named
from nb_orchestra.offline.reading.splitting import split
from nb_orchestra.offline.reading.tagging import tag
from nb_orchestra.offline.reading.wishes.picking import STATISTICS

METHODS = {
    "outliers": ("iqr", "zscore", "mad"),
    "remove_outliers": ("iqr", "zscore", "mad"),
    "correlate": ("pearson", "spearman", "kendall"),
    "matrix": ("pearson", "spearman", "kendall"),
}
_SAME = re.compile(r"^\s*(?:the\s+)?same\b[\s,]*(?:but|with|for|again)?\b", re.IGNORECASE)
_SET_ASIDE = frozenset({"filter", "drop_missing", "fill", "dedupe", "convert", "clean", "derive", "scale", "encode", "sort", "remove_outliers", "recode"})
"""Kinds that change the table: an edit of one of these kinds comes before everything else."""


def earlier_goals(goal: Goal) -> tuple[str, ...]:
    """The goals that led to the earlier plan, oldest first."""
    return tuple((goal.earlier or {}).get("facts", {}).get("goals", ()))


def continued(goal: Goal, first: str, table: Table) -> Reading | None:
    """The earlier goal as changed by this one; None where nothing of this one is an edit. `first` and `table`: the first goal's text and table, prepared."""
    reading, changed = read(first, table), False
    for text in (plainly(text, table)[0] for text in (*earlier_goals(goal)[1:], goal.text)):
        edit = read_edit(text, table)
        changed = bool(edit.changes)
        before = (reading.intents, reading.order, reading.not_done)
        for change in edit.changes:
            reading = change(reading)
        if changed and (reading.intents, reading.order, reading.not_done) == before:
            reading = replace(reading, not_done=(*reading.not_done, f"{text.strip()}: nothing of the earlier goal changes by that"))
        reading = reading.noted((*edit.notes, *read(text, table).assumptions))
    return replace(reading, intents=merged(map(_described, reading.intents))) if changed and reading.intents else None


def _described(intent: Intent) -> Intent:
    """A comparison that has no groups left is a description."""
    if intent.kind not in COMPARED or intent.by:
        return intent
    return replace(intent, kind="statistics", statistics=("n", "mean", "sd", "median"), options={})


Change = Callable[[Reading], Reading]


@dataclass(slots=True)
class Edit:
    """What one goal changes, in order, and how it was read."""

    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    aside: frozenset[str] = frozenset()
    """The columns that it puts something else in the place of."""


def read_edit(text: str, table: Table) -> Edit:
    """The edits that a goal asks for."""
    edit = Edit()
    plain, edit.aside = apart(_SAME.sub("", text), table)
    edit.changes += in_order(plain)
    for tags in split(controls_named(tag(take_order(plain)[0], table), table)):
        found = filters(tags, table)
        rest = tuple(item for number, item in enumerate(tags) if number not in found.used)
        clause = Clause(text, rest, table, roles(tags, frozenset(found.used)), tuple(found.conditions))
        for rule in _RULES:
            edit.changes += rule(clause, edit)
    return edit


def _only(clause: Clause, edit: Edit) -> list[Change]:
    """ "only Gentoo", "not on Dream", "2008": rows are taken before anything else; a column with one level left is no group."""
    if not clause.conditions:
        return []
    fixed = {condition["column"] for condition in clause.conditions if condition["op"] == "=="}
    named = {condition["column"] for condition in clause.conditions}
    first = Intent("filter", clause.text, where=clause.conditions)
    return [
        lambda reading: replace(
            reading, intents=(first, *_without_groups(_without_conditions(reading.intents, named), fixed)), assumptions=still_true(reading, named)
        )
    ]


def _without_conditions(intents: Iterable[Intent], columns: set[str]) -> list[Intent]:
    """What an edit says of a column takes the place of what was said of it before."""
    left = [replace(intent, where=tuple(condition for condition in intent.where if condition["column"] not in columns)) for intent in intents]
    return [intent for intent in left if intent.kind != "filter" or intent.where]


def _without_groups(intents: Iterable[Intent], fixed: set[str]) -> tuple[Intent, ...]:
    return tuple(
        replace(intent, by=tuple(name for name in intent.by if name not in fixed)) if intent.kind in GROUPED | COMPARED | {"chart"} else intent
        for intent in intents
    )


def _without_outliers(clause: Clause, edit: Edit) -> list[Change]:
    if not (clause.has("verb", "drop") and clause.has("verb", "outlier")):
        return []
    return [_drop_outliers]


def _drop_outliers(reading: Reading) -> Reading:
    columns = tuple(dict.fromkeys(name for intent in reading.intents for name in intent.columns))[:1]
    first = Intent("remove_outliers", "without outliers", columns, options={"method": "", "threshold": None})
    return replace(reading, intents=(first, *(intent for intent in reading.intents if intent.kind != "outliers")))


def _grouped(clause: Clause, edit: Edit) -> list[Change]:
    """ "by sex", "split by sex": the groups are these instead; with "and" or "also", these too."""
    names = tuple(name for name in clause.columns("by", "pair", "within") if name in clause.table)
    if not names:
        return []
    more, aside = adds(clause), edit.aside
    edit.notes.append(f"groups: {', '.join(names)}")
    told = f"by {', '.join(names)}: the earlier answer is not split so"

    def change(reading: Reading) -> Reading:
        split_so = merged(regrouped(intent, names, more, aside) for intent in reading.intents)
        return replace(reading, intents=split_so, not_done=reading.not_done if split_so != merged(reading.intents) else (*reading.not_done, told))

    return [change]


def _measured(clause: Clause, edit: Edit) -> list[Change]:
    """ "now for flipper length": the same of another column."""
    names = tuple(name for name in clause.columns("target", "with") if name in clause.table and clause.table[name].kind == "number")
    if not names or clause.conditions or added(clause):
        return []
    aside = edit.aside

    def change(reading: Reading) -> Reading:
        if any(_is_part(name, reading) for name in names):
            return reading
        changed = replace(reading, intents=tuple(_remeasured(intent, names, aside) for intent in reading.intents))
        return changed.noted([f"measure: {', '.join(names)}"])

    return [change]


def _is_part(name: str, reading: Reading) -> bool:
    """True for a column that the measure of before is made of: "the same tip comparison", of tips in percent."""
    made = {str(item.option("name")): set(texts_in(item.option("expression"))) for item in reading.intents if item.kind == "derive"}
    return any(name in made.get(column, ()) for item in reading.intents for column in item.columns if item.kind != "derive")


def _remeasured(intent: Intent, names: tuple[str, ...], aside: frozenset[str]) -> Intent:
    if not intent.columns or intent.kind in _SET_ASIDE - {"remove_outliers"}:
        return intent
    if aside & set(intent.columns):
        return replace(intent, columns=exchanged(intent.columns, names, aside))
    return replace(intent, columns=(*names, *intent.columns[len(names) :]) if len(names) < len(intent.columns) else names)


def _drawn(clause: Clause, edit: Edit) -> list[Change]:
    """ "as a bar chart", "with a chart": the chart is of that kind; there is one from now on."""
    if not clause.keys("chart") and not clause.has("verb", "chart"):
        return []
    if clause.has("verb", "drop") or clause.tags[0].text.casefold() == "no":
        return [lambda reading: replace(reading, intents=tuple(intent for intent in reading.intents if intent.kind != "chart"))]
    kind = next(iter(clause.keys("chart")), "")

    def change(reading: Reading) -> Reading:
        charts = [intent for intent in reading.intents if intent.kind == "chart"] or [Intent("chart", clause.text, options={"kind": kind, "statistic": ""})]
        rest = [intent for intent in reading.intents if intent.kind != "chart"]
        return replace(reading, intents=(*rest, *(replace(intent, options={**intent.options, "kind": kind or intent.option("kind", "")}) for intent in charts)))

    return [change]


def _counted(clause: Clause, edit: Edit) -> list[Change]:
    """ "median instead of mean": the first statistic named takes the others' place."""
    statistics = tuple(key for key in clause.keys("stat") if key in STATISTICS or key in ("n", "describe"))[:1]
    if not statistics or added(clause):
        return []
    return [lambda reading: replace(reading, intents=tuple(_restated(intent, statistics) for intent in reading.intents))]


def _restated(intent: Intent, statistics: tuple[str, ...]) -> Intent:
    if intent.kind == "chart" and intent.option("statistic"):
        return replace(intent, options={**intent.options, "statistic": statistics[0]})
    if intent.kind == "compare":
        return replace(intent, kind="statistics", statistics=statistics, options={})
    return replace(intent, statistics=statistics) if intent.statistics else intent


def _by_method(clause: Clause, edit: Edit) -> list[Change]:
    """ "use MAD instead", "with Spearman"."""
    return [_option({kind: {"method": method} for kind, known in METHODS.items() if method in known}) for method in clause.keys("method")]


def _first_ones(clause: Clause, edit: Edit) -> list[Change]:
    """ "top 5"."""
    if not (clause.has("verb", "rank") and clause.numbers):
        return []
    n = int(clause.numbers[0])
    return [_option({kind: {"n": n} for kind in ("rank", "group_rank", "extreme")})]


def _option(by_kind: Mapping[str, Mapping[str, Any]]) -> Change:
    def change(reading: Reading) -> Reading:
        changed = (replace(intent, options={**intent.options, **by_kind[intent.kind]}) if intent.kind in by_kind else intent for intent in reading.intents)
        return replace(reading, intents=tuple(changed))

    return change


_RULES: tuple[Callable[[Clause, Edit], list[Change]], ...] = (
    lambda clause, edit: held_constant(clause, edit.notes) + apart_most(clause, edit.notes),
    _only,
    _without_outliers,
    _grouped,
    _measured,
    _drawn,
    _counted,
    _by_method,
    _first_ones,
    lambda clause, edit: added(clause) + by_period(clause),
    lambda clause, edit: as_parts(clause),
)

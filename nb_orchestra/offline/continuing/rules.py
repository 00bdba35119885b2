"""Edits that the tags of a clause say: which rows, groups, measure, statistic, chart, method, how many, per which period."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nb_orchestra.offline.continuing.adding import added
from nb_orchestra.offline.continuing.changes import (
    ABOUT,
    COMPARED,
    PERIOD,
    SPLITS,
    Change,
    adds,
    as_parts,
    by_period,
    in_parts,
    merged,
    only_names,
    regrouped,
    remeasured,
    told,
)
from nb_orchestra.offline.continuing.cutting import first_ones, ranked_by
from nb_orchestra.offline.continuing.relations import apart_most
from nb_orchestra.offline.reading import Intent, Reading, Table
from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.wishes.picking import STATISTICS

METHODS = {
    "outliers": ("iqr", "zscore", "mad"),
    "remove_outliers": ("iqr", "zscore", "mad"),
    "correlate": ("pearson", "spearman", "kendall"),
    "matrix": ("pearson", "spearman", "kendall"),
}
_TESTS = {"t": "t", "welch": "welch", "anova": "anova", "kruskal": "kruskal", "mannwhitney": "mann_whitney"}


@dataclass(slots=True)
class Edit:
    """How the clauses of one goal were read. `told`: the changes in words; `kept`: it asks for what the answer holds anyway."""

    table: Table
    notes: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    aside: frozenset[str] = frozenset()
    """The columns that it puts something else in the place of."""
    kept: bool = False

    def saying(self, clause: Clause, changes: list[Change]) -> list[Change]:
        """The changes, said in the clause's own words."""
        self.told += [clause.text] if changes else []
        return changes

    def answers(self, clause: Clause) -> bool:
        """ "Also with the counts": each table of groups says how many rows it rests on."""
        counts = clause.has("stat", "n") and not clause.columns() and not clause.conditions and not clause.has("word", "question")
        counts = counts or re.search(r"\bsample sizes?\b", clause.text, re.IGNORECASE) is not None
        self.kept = self.kept or counts
        if counts:
            self.notes.append("the counts stand in the column n")
        return counts


def _only(clause: Clause, edit: Edit) -> list[Change]:
    """ "only Gentoo", "not on Dream", "2008": rows are taken before anything else."""
    if not clause.conditions:
        return []
    named = {str(condition["column"]) for condition in clause.conditions}
    first = Intent("filter", clause.text, where=clause.conditions)
    edit.told.append(f"rows: {' and '.join(map(_in_words, clause.conditions))}")
    return [lambda reading: replace(reading, intents=(first, *_without_conditions(reading.intents, named)), assumptions=_still_true(reading, named))]


_SIGNS = {"==": "=", "!=": "≠", ">=": "≥", "<=": "≤", "missing": "missing", "present": "not missing"}


def _in_words(condition: Mapping[str, Any]) -> str:
    value = condition.get("value")
    shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else "" if value is None else str(value)
    return f"{condition['column']} {_SIGNS.get(str(condition['op']), condition['op'])} {shown}".strip()


def _still_true(reading: Reading, columns: set[str]) -> tuple[str, ...]:
    """How the goal was read, without what was said of columns that an edit speaks of anew."""
    return tuple(line for line in reading.assumptions if not any(f"→ {column} = " in line for column in columns))


def _without_conditions(intents: Iterable[Intent], columns: set[str]) -> list[Intent]:
    """What an edit says of a column takes the place of what was said of it before."""
    left = [replace(intent, where=tuple(condition for condition in intent.where if condition["column"] not in columns)) for intent in intents]
    return [intent for intent in left if intent.kind != "filter" or intent.where]


def _without_outliers(clause: Clause, edit: Edit) -> list[Change]:
    if not (clause.has("verb", "drop") and clause.has("verb", "outlier")):
        return []
    edit.told.append("without outliers")
    return [_drop_outliers]


def _drop_outliers(reading: Reading) -> Reading:
    columns = tuple(dict.fromkeys(name for intent in reading.intents for name in intent.columns))[:1]
    if not columns:
        return told("without outliers: no number was asked for")(reading)
    first = Intent("remove_outliers", "without outliers", columns, options={"method": "", "threshold": None})
    filters = [intent for intent in reading.intents if intent.kind == "filter"]
    rest = [intent for intent in reading.intents if intent.kind not in ("outliers", "filter", "remove_outliers")]
    return replace(reading, intents=(*filters, first, *rest))


def _without_gaps(clause: Clause, edit: Edit) -> list[Change]:
    """ "Drop the missing ones first": the rows without a value in a column that the answer rests on."""
    if not (clause.has("verb", "drop") and clause.has("cmp", "missing")) or clause.columns() or clause.conditions:
        return []
    edit.told.append("rows with a missing value in a column that is used left out")

    def change(reading: Reading) -> Reading:
        used = tuple(dict.fromkeys(name for intent in reading.intents for name in (*intent.columns, *intent.by) if name in edit.table))
        filters = [intent for intent in reading.intents if intent.kind == "filter"]
        rest = [intent for intent in reading.intents if intent.kind != "filter"]
        return replace(reading, intents=(*filters, Intent("drop_missing", clause.text, used), *rest))

    return [change]


def _grouped(clause: Clause, edit: Edit) -> list[Change]:
    """ "by sex", "split by sex": the groups are these instead; with "and" or "also", these too."""
    names = tuple(name for name in clause.columns("by", "pair", "within") if name in clause.table)
    names = tuple(name for name in names if name != clause.table.date) if PERIOD.search(clause.text) else names
    if not names:
        return []
    parts = SPLITS.search(clause.text) is not None and "instead" not in clause.text.casefold()
    more, aside = parts or adds(clause), edit.aside
    edit.told.append(f"groups: {', '.join(names)}{' too' if more else ''}")
    lost = f"by {', '.join(names)}: the earlier answer is not split so"

    def change(reading: Reading) -> Reading:
        before = merged(reading.intents)
        reading = replace(reading, intents=tuple(ranked_by(intent, names, clause.table) for intent in reading.intents))
        split_so = merged(in_parts(intent, names) if parts and intent.kind in COMPARED else regrouped(intent, names, more, aside) for intent in reading.intents)
        if parts and any(intent.kind == "proportions" for intent in reading.intents):
            reading = told(f"by {', '.join(names)}: shares are not tested within each")(reading)
        return replace(reading, intents=split_so, not_done=reading.not_done if split_so != before else (*reading.not_done, lost))

    return [change]


def _measured(clause: Clause, edit: Edit) -> list[Change]:
    """ "now for flipper length": the same of another column, where the words name a column and ask for nothing else."""
    names = tuple(name for name in clause.columns("target", "with") if name in clause.table and clause.table[name].kind == "number")
    names = tuple(name for name in names if not clause.table[name].truth)
    if not names or clause.conditions or added(clause) or not only_names(clause):
        return []
    edit.told.append(f"measure: {', '.join(names)}")
    aside = edit.aside
    return [lambda reading: remeasured(reading, names, aside)]


_NO_CHART = re.compile(r"\b(?:no|without|drop|remove|leave out)\b[^,;]*\b(?:charts?|plots?|graphs?|figures?)\b", re.IGNORECASE)


def _drawn(clause: Clause, edit: Edit) -> list[Change]:
    """ "as a bar chart", "with a chart": the chart is of that kind; there is one from now on."""
    if not clause.keys("chart") and not clause.has("verb", "chart"):
        return []
    if _NO_CHART.search(clause.text):
        edit.told.append("no chart")
        return [lambda reading: replace(reading, intents=tuple(intent for intent in reading.intents if intent.kind != "chart"))]
    kind = next(iter(clause.keys("chart")), "")
    edit.told.append(f"a {kind} chart" if kind else "a chart")

    def change(reading: Reading) -> Reading:
        charts = [intent for intent in reading.intents if intent.kind == "chart"] or [Intent("chart", clause.text, options={"kind": kind, "statistic": ""})]
        rest = [intent for intent in reading.intents if intent.kind != "chart"]
        return replace(reading, intents=(*rest, *(replace(intent, options={**intent.options, "kind": kind or intent.option("kind", "")}) for intent in charts)))

    return [change]


_COUNTS = re.compile(r"\b(?:counts?|number of|n)\b", re.IGNORECASE)


def _counted(clause: Clause, edit: Edit) -> list[Change]:
    """ "median instead of mean": the first statistic named takes the others' place."""
    statistics = tuple(key for key in clause.keys("stat") if key in STATISTICS or key in ("n", "describe", "quantile"))[:1]
    names_n = statistics == ("n",) and (adds(clause) or clause.has("group", "with"))
    if (
        not statistics
        or added(clause)
        or names_n
        or (clause.has("word", "question") and not ABOUT.match(clause.text))
        or (statistics == ("n",) and not _COUNTS.search(clause.text))
        or (statistics == ("n",) and not only_names(clause))
    ):
        return []
    if statistics == ("quantile",) and not clause.numbers:
        return [told(f"{clause.text}: which percentile is meant was not said")]
    edit.told.append(f"statistic: {clause.text if statistics == ('quantile',) else statistics[0]}")
    options = {"q": clause.numbers[0]} if statistics == ("quantile",) else {}
    return [lambda reading: replace(reading, intents=tuple(_restated(intent, statistics, options) for intent in reading.intents))]


def _restated(intent: Intent, statistics: tuple[str, ...], options: Mapping[str, Any]) -> Intent:
    if intent.kind == "chart" and intent.option("statistic"):
        return replace(intent, options={**intent.options, "statistic": statistics[0]})
    if intent.kind == "compare":
        return replace(intent, kind="statistics", statistics=statistics, options=options)
    kept = {key: value for key, value in intent.options.items() if key not in ("q", "each")}
    return replace(intent, statistics=statistics, options={**kept, **options}) if intent.statistics else intent


def _by_method(clause: Clause, edit: Edit) -> list[Change]:
    """ "use MAD instead", "with Spearman", "a Kruskal–Wallis test"."""
    methods = clause.keys("method")
    changes = [_option({kind: {"method": method} for kind, known in METHODS.items() if method in known}) for method in methods]
    changes += [_option({"compare": {"test": _TESTS[method]}}) for method in methods if method in _TESTS]
    edit.told += [f"method: {method}" for method in methods]
    return changes


def _option(by_kind: Mapping[str, Mapping[str, Any]]) -> Change:
    def change(reading: Reading) -> Reading:
        changed = (replace(intent, options={**intent.options, **by_kind[intent.kind]}) if intent.kind in by_kind else intent for intent in reading.intents)
        return replace(reading, intents=tuple(changed))

    return change


RULES: tuple[Callable[[Clause, Edit], list[Change]], ...] = (
    lambda clause, edit: apart_most(clause, edit.notes),
    _only,
    _without_outliers,
    _without_gaps,
    _grouped,
    _measured,
    _drawn,
    _counted,
    _by_method,
    lambda clause, edit: first_ones(clause, edit.told),
    lambda clause, edit: edit.saying(clause, added(clause)),
    lambda clause, edit: edit.saying(clause, by_period(clause)),
    lambda clause, edit: edit.saying(clause, as_parts(clause)),
)

"""Intents that are answered by a statistical test, and the outliers."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.reading import Intent


def _compare(draft: Draft, intent: Intent) -> None:
    """Groups in numbers, the test, and for a second grouping: the test within the first, and whether the two can be told apart."""
    value, by, frame = intent.columns[0], list(intent.by), draft.rows(intent)
    before = intent.option("after")
    first, second = (before, by[0]) if before else (by[0], by[1] if len(by) > 1 else None)
    both = list(dict.fromkeys(name for name in (intent.option("within"), first, second) if name))
    arguments: dict[str, Any] = {"by": both, "value": [value], "statistics": ["mean", "sd", "median", *intent.statistics]}
    name = f"mean_{value}_by_{'_'.join(both)}"
    draft.answer(draft.step("group_summary", arguments, intent, name=name, purpose=f"{value} by {', '.join(both)}", frame=frame), intent)
    test, unit = intent.option("test", "auto"), unit_of(draft, value, *both)
    if not before:
        arguments = {"value": value, "by": first, "test": test, "within": intent.option("within"), "unit": unit}
        draft.answer(
            draft.step("compare_groups", arguments, intent, name=f"{value}_compared_by_{first}", purpose=f"Does {value} differ by {first}?", frame=frame),
            intent,
        )
        if test == "auto":
            draft.assume("test of a difference: chosen by its assumptions (Levene, Shapiro–Wilk), and named with the result")
    if second:
        _second_group(draft, intent, value, first, second)
    if intent.option("posthoc") or (test in OVERALL and not second and not intent.option("within") and few_groups(draft, first)):
        arguments = {"value": value, "by": first, "unit": unit}
        draft.answer(draft.step("post_hoc", arguments, intent, name=f"{value}_pairs_by_{first}", purpose="Which groups differ", frame=frame), intent)


def unit_of(draft: Draft, *used: str) -> str | None:
    """The column whose rows are repeated measures of one thing (a patient, a plot), where the comparison is not about these things themselves."""
    unit = draft.table.unit if not draft.reading.slots else None
    return unit if unit is not None and unit not in used else None


OVERALL = ("auto", "anova", "welch_anova", "kruskal")
MOST_PAIRED_UNASKED = 6


def few_groups(draft: Draft, by: str) -> bool:
    """True for three groups or some more: a test of all of them begs the question which differ."""
    return by in draft.table and 3 <= draft.table[by].distinct <= MOST_PAIRED_UNASKED


def _second_group(draft: Draft, intent: Intent, value: str, first: str, second: str) -> None:
    frame = draft.rows(intent)
    arguments = {"value": value, "by": second, "within": first, "test": intent.option("test", "auto"), "unit": unit_of(draft, value, first, second)}
    name = f"{value}_by_{second}_within_{first}"
    draft.answer(
        draft.step("compare_groups", arguments, intent, name=name, purpose=f"Does {value} differ by {second} within each {first}?", frame=frame), intent
    )
    arguments = {"first": first, "second": second}
    draft.answer(
        draft.step("confounding", arguments, intent, name=f"{first}_and_{second}_overlap", purpose=f"Can {first} and {second} be told apart?", frame=frame),
        intent,
    )
    draft.assume(f"{second}: tested within each {first}, since the two overlap")


def _proportions(draft: Draft, intent: Intent) -> None:
    first, second, frame = intent.columns[0], intent.by[0], draft.rows(intent)
    draft.answer(
        draft.step("crosstab", {"rows": first, "columns": second}, intent, name=f"{first}_by_{second}", purpose=f"{first} by {second}", frame=frame), intent
    )
    corrected = bool(draft.reading.slots) and not re.search(r"(?:without|no)\b[^.;]*\bcorrection|correction\s*=\s*false", draft.reading.question, re.IGNORECASE)
    arguments: dict[str, Any] = {"outcome": first, "by": second, "test": intent.option("test"), **({"corrected": True} if corrected else {})}
    draft.answer(
        draft.step("compare_proportions", arguments, intent, name=f"{first}_{second}_test", purpose=f"Are {first} and {second} independent?", frame=frame),
        intent,
    )


def _one_sample(draft: Draft, intent: Intent) -> None:
    arguments = {"value": intent.columns[0], "expected": intent.option("expected")}
    draft.answer(
        draft.step("one_sample", arguments, intent, name=f"{intent.columns[0]}_against_value", purpose="Against one value", frame=draft.rows(intent)), intent
    )


def _compare_columns(draft: Draft, intent: Intent) -> None:
    columns, frame = list(intent.columns), draft.rows(intent)
    statistics = ["n", "mean", "sd", "median"]
    label = "_".join(columns[:2])
    draft.answer(
        draft.step("describe", {"columns": columns, "statistics": statistics}, intent, name=f"means_{label}", purpose="Each column in numbers", frame=frame),
        intent,
    )
    arguments = {"columns": columns, "test": intent.option("test", "auto")}
    draft.answer(draft.step("compare_columns", arguments, intent, name=f"{label}_compared", purpose="Do the columns differ?", frame=frame), intent)


def _paired(draft: Draft, intent: Intent) -> None:
    first, second = intent.columns[:2]
    arguments = {"first": first, "second": second, "by": intent.by[0] if intent.by else None}
    draft.answer(
        draft.step("paired", arguments, intent, name=f"{first}_against_{second}", purpose="Pairs of each row compared", frame=draft.rows(intent)), intent
    )


def _change_within(draft: Draft, intent: Intent) -> None:
    """The change of each unit; its mean (per group, and whether the groups differ in it), and the test of the pairs."""
    value, (unit, over) = intent.columns[0], (str(intent.option("unit")), str(intent.option("over")))
    first, last, by = intent.option("first"), intent.option("last"), list(intent.by)
    arguments: dict[str, Any] = {"unit": unit, "value": value, "over": over, "first": first, "last": last, "keep": by}
    made = draft.step("change_within", arguments, intent, name=f"change_of_{value}", purpose=f"How {value} of each {unit} changed", frame=draft.rows(intent))
    if by:
        arguments = {"by": by, "value": ["change"], "statistics": ["mean", "sd", "ci_low", "ci_high"]}
        name = f"change_of_{value}_by_{by[0]}"
        draft.answer(draft.step("group_summary", arguments, intent, name=name, purpose=f"Mean change by {by[0]}", frame={"from": made}), intent)
        arguments = {"value": "change", "by": by[0], "test": "auto", "unit": unit}
        name = f"{name}_compared"
        draft.answer(draft.step("compare_groups", arguments, intent, name=name, purpose=f"Does the change differ by {by[0]}?", frame={"from": made}), intent)
        return
    ends = ("first", "last") if first is None else (f"{over}_{first}", f"{over}_{last}")
    arguments = {"columns": [*ends, "change"], "statistics": ["n", "mean", "sd", "median"]}
    name = f"{value}_first_and_last"
    draft.answer(draft.step("describe", arguments, intent, name=name, purpose=f"{value} at both ends of {over}", frame={"from": made}), intent)
    arguments = {"first": ends[1], "second": ends[0]}
    draft.answer(draft.step("paired", arguments, intent, name=f"{name}_paired", purpose="Each with itself", frame={"from": made}), intent)


def _correlate(draft: Draft, intent: Intent) -> None:
    x, y = intent.columns
    method = intent.option("method") or "pearson"
    if not intent.option("method"):
        draft.assume("correlation: Pearson's r; within groups too where a category reverses its sign")
    arguments = {"x": x, "y": y, "method": method, "by": intent.by[0] if intent.by else None}
    identity = draft.step("correlate", arguments, intent, name=f"corr_{x}_{y}", purpose=f"How {x} and {y} go together", frame=_uncut(draft, intent))
    draft.answer(identity, intent)


def _uncut(draft: Draft, intent: Intent) -> dict[str, Any]:
    """All columns: the recipe looks for a category that reverses the sign."""
    frame = draft.rows(intent)
    if draft.table.framed and "data" in frame and not intent.by:
        small = [column.name for column in draft.table.columns if column.grouping and column.kind != "number"]
        return {**frame, "columns": [column.name for column in draft.table.columns if column.name in (*intent.columns, *small)]}
    return frame


def _matrix(draft: Draft, intent: Intent) -> None:
    arguments = {"columns": intent.columns, "method": intent.option("method") or "pearson", "target": intent.option("target")}
    draft.answer(
        draft.step("correlation_matrix", arguments, intent, name="correlation_matrix", purpose="Every pair's correlation", frame=draft.rows(intent)), intent
    )


def _partial(draft: Draft, intent: Intent) -> None:
    x, y = intent.columns
    arguments = {"x": x, "y": y, "controls": intent.option("controls")}
    draft.answer(
        draft.step(
            "partial_correlation", arguments, intent, name=f"partial_corr_{x}_{y}", purpose="Correlation with others held constant", frame=draft.rows(intent)
        ),
        intent,
    )


def _adjusted(draft: Draft, intent: Intent) -> None:
    """The effect of a group or a number, with others held constant, beside the plain one."""
    outcome, factor, given = intent.columns[0], intent.by[0], list(intent.option("given"))
    if draft.table[factor].kind != "number" and draft.table[outcome].kind == "number":
        arguments: dict[str, Any] = {"by": [factor], "value": [outcome], "statistics": ["mean", "sd", "median"]}
        name = f"mean_{outcome}_by_{factor}"
        draft.answer(draft.step("group_summary", arguments, intent, name=name, purpose=f"{outcome} by {factor}", frame=draft.rows(intent)), intent)
    arguments = {"outcome": outcome, "factor": factor, "given": given}
    purpose = f"{outcome} by {factor}, with {', '.join(given)} held constant"
    draft.answer(draft.step("adjusted_effect", arguments, intent, name=f"{outcome}_by_{factor}_adjusted", purpose=purpose, frame=draft.rows(intent)), intent)


def _outliers(draft: Draft, intent: Intent) -> None:
    method, by = intent.option("method") or "iqr", list(intent.by)
    threshold = intent.option("threshold")
    limit = {"iqr": f"{threshold or 1.5:g} IQR", "zscore": f"|z| > {threshold or 3:g}", "mad": f"modified z > {threshold or 3.5:g}"}[method]
    draft.assume(f"outliers: {limit}" + (f" within {', '.join(by)}" if by else ""))
    for column in intent.columns[:6]:
        arguments = {"column": column, "method": method, "threshold": threshold, "by": by}
        name = f"outliers_{column}" + (f"_within_{'_'.join(by)}" if by else "")
        draft.answer(draft.step("outliers", arguments, intent, name=name, purpose=f"Rows with an unusual {column}", frame=draft.rows(intent)), intent)


def _outlying_periods(draft: Draft, intent: Intent) -> None:
    """The periods whose own statistic lies far out, and all of them."""
    value, every, statistic = intent.columns[0], str(intent.option("every")), intent.statistics[0]
    method = intent.option("method") or "iqr"
    arguments: dict[str, Any] = {"date": intent.option("date"), "value": [value], "every": every, "statistic": statistic}
    name = f"{statistic}_{value}_per_{every}"
    made = draft.step("resample", arguments, intent, name=name, purpose=f"{statistic} of {value} per {every}", frame=draft.rows(intent))
    arguments = {"column": statistic, "method": method, "threshold": intent.option("threshold")}
    purpose = f"Which {every} has an unusual {value}"
    draft.answer(draft.step("outliers", arguments, intent, name=f"unusual_{every}s_{value}", purpose=purpose, frame={"from": made}), intent)
    draft.answer(made, intent)


def _normality(draft: Draft, intent: Intent) -> None:
    test = intent.option("test") or "auto"
    arguments = {"columns": intent.columns, "by": intent.by[0] if intent.by else None, "test": test}
    name = f"normality_{'_'.join(intent.columns)}"
    draft.answer(
        draft.step("normality", arguments, intent, name=name, purpose=f"Is {', '.join(intent.columns)} normally distributed?", frame=draft.rows(intent)), intent
    )


TESTS = {
    "compare": _compare, "proportions": _proportions, "one_sample": _one_sample, "compare_columns": _compare_columns,
    "paired": _paired, "change_within": _change_within,
    "correlate": _correlate,
    "matrix": _matrix, "partial": _partial, "adjusted": _adjusted,
    "outliers": _outliers, "outlying_periods": _outlying_periods, "normality": _normality,
}  # fmt: skip

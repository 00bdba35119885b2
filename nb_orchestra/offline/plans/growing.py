"""Intents about change from one time to another, and about rows per period."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Ref
from nb_orchestra.offline.plans.times import dated
from nb_orchestra.offline.reading import Intent
from nb_orchestra.offline.reading.restricting.moments import tested


def _derived(draft: Draft, intent: Intent, frame: str, name: str, tree: dict[str, Any]) -> str:
    return draft.step("derive", {"name": name, "expression": tree}, intent, name=f"with_{name}", purpose=f"{name} added", frame={"from": frame})


def _growth(draft: Draft, intent: Intent) -> None:
    """The measure per period, its change and its percent change against the period before; the largest step where one is asked."""
    value, date, every, statistic = intent.columns[0], str(intent.option("date")), intent.option("every"), intent.statistics[0]
    frame: Ref = draft.rows(intent)
    name = f"{statistic}_{value}_per_{every}"
    if draft.table[date].kind == "date" or every == "decade":
        arguments: dict[str, Any] = {"date": date, "value": [value], "every": every, "statistic": statistic, "by": intent.by}
        made = draft.step("resample", arguments, intent, name=name, purpose=f"{statistic} of {value} per {every}", frame=frame)
    else:
        arguments = {"by": [*intent.by, date], "value": [value], "statistics": [statistic]}
        made = draft.step("group_summary", arguments, intent, name=name, purpose=f"{statistic} of {value} per {date}", frame=frame)
    by = {"by": list(intent.by)} if intent.by else {}
    column = {"column": statistic}
    made = _derived(draft, intent, made, "change", {"op": "diff", "args": [column], **by})
    relative = bool(intent.option("relative")) or not _below_nothing(draft, value)
    made = _derived(draft, intent, made, "percent_change", {"op": "pct_change", "args": [column], **by}) if relative else made
    step, n = "percent_change" if intent.option("relative") else "change", intent.option("n")
    if n:
        ordered = {"by": [step], "ascending": intent.option("which") == "min"}
        made = draft.step("sort_rows", ordered, intent, name=f"{every}s_by_{step}", purpose="The largest step first", frame={"from": made})
        made = draft.step("head", {"n": n}, intent, name=f"{n}_{every}s_by_{step}", purpose=f"The first {n}", frame={"from": made})
    draft.answer(made, intent)
    if intent.option("which") and not n:
        _most(draft, intent, made, step, f"The {every} with the largest step")


def _most(draft: Draft, intent: Intent, frame: str, column: str, purpose: str) -> None:
    arguments = {"by": column, "which": intent.option("which")}
    draft.answer(draft.step("extreme", arguments, intent, name=f"{intent.option('which')}_{column}", purpose=purpose, frame={"from": frame}), intent)


def _below_nothing(draft: Draft, value: str) -> bool:
    """True for a measure with values below 0: a percentage of less than nothing says nothing."""
    low = draft.table[value].low if value in draft.table else None
    return low is not None and low < 0


def _change(draft: Draft, intent: Intent) -> None:
    """First and last year beside each other, per group; the difference and the percent change."""
    value, statistic = intent.columns[0], intent.statistics[0]
    relative = bool(intent.option("relative")) or not _below_nothing(draft, value)
    first, last = intent.option("first"), intent.option("last")
    year, frame = str(intent.option("date")), draft.rows(intent)
    if not intent.option("labels"):
        year, frame = dated(draft, replace(intent, options={**intent.options, "part": "year"}), frame)
    where = [{"column": year, "op": "in", "value": [first, last]}]
    kept = draft.step("filter_rows", {"where": where}, intent, name=f"rows_{first}_and_{last}", purpose=f"Only {first} and {last}", frame=frame)
    if not intent.by:
        arguments: dict[str, Any] = {"by": [year], "value": [value], "statistics": [statistic]}
        made = draft.step(
            "group_summary", arguments, intent, name=f"{statistic}_{value}_{first}_{last}", purpose=f"{value} in both years", frame={"from": kept}
        )
        made = _derived(draft, intent, made, "change", {"op": "diff", "args": [{"column": statistic}]})
        if relative:
            made = _derived(draft, intent, made, "percent_change", {"op": "pct_change", "args": [{"column": statistic}]})
        draft.answer(made, intent)
        return
    arguments = {"rows": [intent.by[0]], "columns": year, "value": value, "statistic": statistic}
    made = draft.step("pivot", arguments, intent, name=f"{value}_{first}_and_{last}", purpose=f"{value} by {intent.by[0]} in both years", frame={"from": kept})
    ends = [{"column": str(last)}, {"column": str(first)}]
    made = _derived(draft, intent, made, "change", {"op": "-", "args": ends})
    percent = {"op": "*", "args": [{"op": "/", "args": [{"column": "change"}, ends[1]]}, 100]}
    made = _derived(draft, intent, made, "percent_change", percent) if relative else made
    step = "percent_change" if intent.option("relative") else "change"
    ordered = {"by": [step], "ascending": intent.option("which") == "min"}
    made = draft.step("sort_rows", ordered, intent, name=f"change_of_{value}", purpose="The largest change first", frame={"from": made})
    if intent.option("kept"):
        multiple = intent.option("multiple")
        moved = {"where": [{"column": "change" if multiple is None else "percent_change", "op": intent.option("kept"), "value": multiple or 0}]}
        made = draft.step("filter_rows", moved, intent, name=f"{intent.by[0]}_changed", purpose="Those that changed so", frame={"from": made})
    n = intent.option("n")
    if n:
        made = draft.step("head", {"n": n}, intent, name=f"{n}_{intent.by[0]}_by_change", purpose=f"The first {n}", frame={"from": made})
    draft.answer(made, intent)
    if intent.option("which") and not n:
        _most(draft, intent, made, step, f"The {intent.by[0]} with the largest change")


def _counts(draft: Draft, intent: Intent) -> None:
    """Rows per period, or per part of the calendar; the fullest where it is asked."""
    date, every = str(intent.option("date")), str(intent.option("every"))
    if intent.option("cyclic"):
        period, frame = dated(draft, replace(intent, options={"date": date, "part": every}), draft.rows(intent))
        made = draft.step("count_rows", {"by": [*intent.by, period]}, intent, name=f"n_rows_by_{every}", purpose=f"Rows per {every}", frame=frame)
    else:
        arguments = {"date": date, "every": every, "by": intent.by}
        made = draft.step("resample", arguments, intent, name=f"n_rows_per_{every}", purpose=f"Rows per {every}", frame=draft.rows(intent))
    draft.answer(made, intent)
    if intent.option("which"):
        _most(draft, intent, made, "n", f"The {every} with the most rows")


def _part(draft: Draft, intent: Intent) -> None:
    """Each group's part of the whole, in percent."""
    value, by = intent.columns[0], list(intent.by)
    arguments: dict[str, Any] = {"by": by, "value": [value], "statistics": ["sum"]}
    made = draft.step("group_summary", arguments, intent, name=f"sum_{value}_by_{by[0]}", purpose=f"Total {value} by {by[0]}", frame=draft.rows(intent))
    tree = {"op": "percent_of_total", "args": [{"column": "sum"}]}
    made = draft.step(
        "derive", {"name": "percent", "expression": tree}, intent, name=f"share_of_{value}_by_{by[0]}", purpose="Percent of the total", frame={"from": made}
    )
    draft.answer(made, intent)


def _part_of_it(draft: Draft, intent: Intent) -> None:
    """The part of a total that some rows hold together, beside that of all others."""
    value, name = intent.columns[0], next(name for name in ("part", "counted_part", "part_of_it") if name not in draft.table)
    tests = [tested(condition) for condition in intent.option("counted")]
    test = tests[0] if len(tests) == 1 else {"op": "and", "args": tests}
    arguments: dict[str, Any] = {"name": name, "expression": {"op": "if", "args": [test, _label(intent.option("counted")), "others"]}}
    marked = draft.step("derive", arguments, intent, name=f"rows_with_{name}", purpose="Which rows are meant", frame=draft.rows(intent))
    arguments = {"by": [name], "value": [value], "statistics": ["sum"]}
    made = draft.step("group_summary", arguments, intent, name=f"sum_{value}_by_{name}", purpose=f"Total {value} of them", frame={"from": marked})
    draft.answer(_derived(draft, intent, made, "percent", {"op": "percent_of_total", "args": [{"column": "sum"}]}), intent)


def _label(conditions: Any) -> str:
    values = [condition.get("value", condition["op"]) for condition in conditions]
    return ", ".join(" and ".join(map(str, value)) if isinstance(value, list | tuple) else str(value) for value in values)


GROWTHS = {"growth": _growth, "change": _change, "counts": _counts, "part": _part, "part_of_it": _part_of_it}

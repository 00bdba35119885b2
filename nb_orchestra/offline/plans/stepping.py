"""Intents about amounts and counts that run through time: running totals, daily steps, means of totals, how often per period, counts and shares that change."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Ref
from nb_orchestra.offline.reading import Intent
from nb_orchestra.offline.reading.restricting.moments import all_hold


def _derived(draft: Draft, intent: Intent, frame: str | Ref, name: str, tree: dict[str, Any]) -> str:
    table: Ref = {"from": frame} if isinstance(frame, str) else frame
    return draft.step("derive", {"name": name, "expression": tree}, intent, name=f"with_{name}", purpose=f"{name} added", frame=table)


def _per_period(draft: Draft, intent: Intent, frame: Ref, statistic: str) -> str:
    """The statistic (n: how many rows) of each period, or of each date where no period is named; per group where the intent has one."""
    date, every, value = str(intent.option("date")), str(intent.option("every", "")), list(intent.columns)
    name = f"{statistic}_{'_'.join(value) or 'rows'}_per_{every or date}"
    if every:
        arguments: dict[str, Any] = {"date": date, "value": value, "every": every, "statistic": statistic if value else "", "by": intent.by}
        return draft.step("resample", arguments, intent, name=name, purpose=f"{statistic} of {'_'.join(value) or 'rows'} per {every}", frame=frame)
    if value:
        arguments = {"by": [*intent.by, date], "value": value, "statistics": [statistic]}
        return draft.step("group_summary", arguments, intent, name=name, purpose=f"{statistic} of {value[0]} per {date}", frame=frame)
    return draft.step("count_rows", {"by": [*intent.by, date]}, intent, name=name, purpose=f"Rows per {date}", frame=frame)


def _cumulative(draft: Draft, intent: Intent) -> None:
    """What came together up to each period."""
    statistic = intent.statistics[0]
    made = _per_period(draft, intent, draft.rows(intent), statistic)
    by = {"by": list(intent.by)} if intent.by else {}
    tree = {"op": "cumsum", "args": [{"op": "fill", "args": [{"column": statistic}, 0]}], **by}
    draft.answer(_derived(draft, intent, made, "cumulative", tree), intent)


def _steps(draft: Draft, intent: Intent) -> None:
    """Each row against the one before, in the order of time; a statistic or the largest of the steps where one is asked."""
    value, date = intent.columns[0], str(intent.option("date"))
    by, frame = list(intent.by), draft.rows(intent)
    column = value
    if by or draft.table[date].distinct < draft.table.rows:  # several rows per day
        column = "sum" if intent.option("totals") else "mean"
        arguments: dict[str, Any] = {"by": [*by, date], "value": [value], "statistics": [column]}
        ordered = draft.step("group_summary", arguments, intent, name=f"{column}_{value}_per_{date}", purpose=f"{value} per {date}", frame=frame)
    else:
        ordered = draft.step("sort_rows", {"by": [date]}, intent, name=f"{value}_in_order", purpose=f"In the order of {date}", frame=frame)
    groups = {"by": by} if by else {}
    made = _derived(draft, intent, ordered, "change", {"op": "diff", "args": [{"column": column}], **groups})
    made = _derived(draft, intent, made, "percent_change", {"op": "pct_change", "args": [{"column": column}], **groups})
    step = "percent_change" if intent.option("relative") else "change"
    if intent.statistics:
        arguments = {"columns": [step], "statistics": list(intent.statistics)}
        name = f"{'_'.join(intent.statistics[:2])}_of_{step}"
        draft.answer(draft.step("describe", arguments, intent, name=name, purpose=f"{step} of {value}, row by row", frame={"from": made}), intent)
    if intent.option("which"):
        arguments = {"by": step, "which": intent.option("which"), "columns": [date, *by, column, "change", "percent_change"]}
        draft.answer(
            draft.step("extreme", arguments, intent, name=f"{intent.option('which')}_{step}", purpose="The largest step", frame={"from": made}), intent
        )
    if not intent.statistics and not intent.option("which"):
        draft.answer(made, intent)


def _mean_per(draft: Draft, intent: Intent) -> None:
    """The totals of the periods, and their mean; per group where one is named."""
    statistic, every = intent.statistics[0], str(intent.option("every"))
    totals = _per_period(draft, intent, draft.rows(intent), "sum")
    name = f"{statistic}_{intent.columns[0]}_per_{every}"
    purpose = f"The {statistic} of the totals per {every}"
    column = f"{intent.columns[0]}_per_{every}"
    renamed = draft.step("rename_columns", {"names": {"sum": column}}, intent, name=f"{name}_each", purpose="Totals", frame={"from": totals})
    if intent.by:
        arguments: dict[str, Any] = {"by": list(intent.by), "value": [column], "statistics": [statistic]}
        draft.answer(draft.step("group_summary", arguments, intent, name=name, purpose=purpose, frame={"from": renamed}), intent)
        if intent.option("tested"):
            arguments = {"value": column, "by": intent.by[0], "test": "auto"}
            draft.answer(draft.step("compare_groups", arguments, intent, name=f"{name}_compared", purpose="Do they differ?", frame={"from": renamed}), intent)
        return
    arguments = {"columns": [column], "statistics": [statistic, "min", "max"]}
    draft.answer(draft.step("describe", arguments, intent, name=name, purpose=purpose, frame={"from": renamed}), intent)
    draft.answer(renamed, intent)


def _flagged(draft: Draft, intent: Intent, held: Any) -> tuple[str, Ref]:
    """The rows with a column that is 1 where all conditions hold and else 0."""
    name = next(name for name in ("happened", "it_happened", "counted_as_one") if name not in draft.table)
    tree = {"op": "if", "args": [all_hold(held), 1, 0]}
    return name, {"from": _derived(draft, intent, draft.rows(intent), name, tree)}


def _often_per(draft: Draft, intent: Intent) -> None:
    """How many rows meet it in each period: the mean over the periods, the fewest and the most."""
    every, held = str(intent.option("every")), intent.option("held")
    if held:
        name, frame = _flagged(draft, intent, held)
        arguments: dict[str, Any] = {"date": intent.option("date"), "every": every, "value": [name], "statistic": "sum"}
        counts = draft.step("resample", arguments, intent, name=f"times_per_{every}", purpose=f"How often per {every}", frame=frame)
    else:
        arguments = {"date": intent.option("date"), "every": every}
        counts = draft.step("resample", arguments, intent, name=f"rows_per_{every}", purpose=f"Rows per {every}", frame=draft.rows(intent))
    names = {"sum" if held else "n": f"times_per_{every}" if held else f"rows_per_{every}"}
    named = draft.step("rename_columns", {"names": names}, intent, name=f"counts_per_{every}", purpose="Counts", frame={"from": counts})
    arguments = {"columns": list(names.values()), "statistics": ["mean", "min", "max"]}
    draft.answer(draft.step("describe", arguments, intent, name=f"mean_times_per_{every}", purpose=f"Per {every}", frame={"from": named}), intent)


def _count_change(draft: Draft, intent: Intent) -> None:
    """Rows that are counted (their share, of a rate) in the first and in the last period, and the change."""
    column, rate, counted = intent.by[0], bool(intent.option("rate")), list(intent.option("counted"))
    ends = [intent.option("first"), intent.option("last")]
    where = [{"column": column, "op": "in", "value": ends}]
    kept = draft.step("filter_rows", {"where": where}, intent, name=f"rows_{ends[0]}_and_{ends[1]}", purpose="Only the two periods", frame=draft.rows(intent))
    arguments: dict[str, Any] = {"where": counted, "by": [column]}
    made = draft.step("count_rows", arguments, intent, name=f"n_{ends[0]}_and_{ends[1]}", purpose="How many in either", frame={"from": kept})
    measured = "percent" if rate and counted else "n"
    made = _derived(draft, intent, made, "change", {"op": "diff", "args": [{"column": measured}]})
    if measured == "n":
        made = _derived(draft, intent, made, "percent_change", {"op": "pct_change", "args": [{"column": "n"}]})
    draft.answer(made, intent)


def _steps_counted(draft: Draft, intent: Intent) -> None:
    """The rows whose step goes one way: how many they are, what the steps sum to, and which."""
    value, date = intent.columns[0], str(intent.option("date"))
    ordered = draft.step("sort_rows", {"by": [date]}, intent, name=f"{value}_in_order", purpose=f"In the order of {date}")
    made = _derived(draft, intent, ordered, "change", {"op": "diff", "args": [{"column": value}]})
    where = [*intent.option("times", ()), {"column": "change", "op": intent.option("op"), "value": 0}]
    side = "falls" if intent.option("op") == "<" else "rises"
    kept = draft.step("filter_rows", {"where": where}, intent, name=f"{side}_of_{value}", purpose=f"Rows where {value} {side[:-1]}s", frame={"from": made})
    arguments = {"columns": ["change"], "statistics": ["n", "sum", "min", "max"]}
    draft.answer(draft.step("describe", arguments, intent, name=f"{side}_summed", purpose=f"How many {side}, and their sum", frame={"from": kept}), intent)
    draft.answer(draft.step("select_columns", {"columns": [date, value, "change"]}, intent, name=side, purpose=side, frame={"from": kept}), intent)


def _count_growth(draft: Draft, intent: Intent) -> None:
    """Counts (shares, of a rate) per period, each against the one before."""
    date, counted, every = str(intent.option("date")), list(intent.option("counted")), str(intent.option("every"))
    measured = "percent" if intent.option("rate") and counted else "n"
    period, frame = date, draft.rows(intent)
    if draft.table[date].kind == "date":
        period = every if every not in draft.table else f"{every}_of_{date}"
        op = "year" if every == "year" else f"{every}_start"
        frame = {"from": _derived(draft, intent, frame, period, {"op": op, "args": [{"column": date}]})}
    arguments: dict[str, Any] = {"where": counted, "by": [period]}
    made = draft.step("count_rows", arguments, intent, name=f"{measured}_per_{every}", purpose=f"{measured} per {every}", frame=frame)
    made = _derived(draft, intent, made, "change", {"op": "diff", "args": [{"column": measured}]})
    draft.answer(_derived(draft, intent, made, "percent_change", {"op": "pct_change", "args": [{"column": measured}]}), intent)


def _count_course(draft: Draft, intent: Intent) -> None:
    """Counts (shares, of a rate) per period, and their trend."""
    date, counted, by = str(intent.option("date")), intent.option("counted"), list(intent.by)
    rate, moments = bool(intent.option("rate") and counted), draft.table[date].kind == "date"
    every = str(intent.option("every")) or ("month" if draft.table[date].years < 4 else "year")
    measure = "percent" if rate else "n"
    if moments:
        tree = {"op": f"{every}_start", "args": [{"column": date}]}
        period = every if every not in draft.table else f"{every}_of_{date}"
        frame: Ref = {"from": _derived(draft, intent, draft.rows(intent), period, tree)}
    else:
        period, frame = date, draft.rows(intent)
    arguments: dict[str, Any] = {"where": list(counted), "by": [*by, period]}
    counts = draft.step("count_rows", arguments, intent, name=f"{measure}_per_{every}", purpose=f"{measure} per {every}", frame=frame)
    draft.answer(counts, intent)
    arguments = {"date": period, "value": measure, "by": by[0] if by else None}
    if not by and draft.table[date].years * {"day": 365, "week": 52, "month": 12, "quarter": 4}.get(every, 1) < 3 and moments:
        return
    draft.answer(draft.step("trend", arguments, intent, name=f"trend_{measure}_per_{every}", purpose="Does it rise or fall?", frame={"from": counts}), intent)


STEPS = {
    "cumulative": _cumulative, "steps": _steps, "mean_per": _mean_per, "often_per": _often_per, "count_change": _count_change,
    "count_course": _count_course, "count_growth": _count_growth,
    "steps_counted": _steps_counted,
}  # fmt: skip

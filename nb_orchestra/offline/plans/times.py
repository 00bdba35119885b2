"""Intents about time."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Ref
from nb_orchestra.offline.reading import Intent


def dated(draft: Draft, intent: Intent, frame: Ref) -> tuple[str, Ref]:
    """The column to group by for a part of the date (the year column itself where years are numbers), and the table that has it."""
    date, part = str(intent.option("date")), str(intent.option("part"))
    year = draft.table[date].kind != "date"
    if year and part == "year":
        return date, frame
    name = part if part not in draft.table else f"{date}_{part}"
    op = f"{part}_start" if intent.option("running") else {"weekday": "weekday_name"}.get(part, part)
    tree: dict[str, Any] = {"op": op, "args": [{"column": date}]}
    if year:
        tree = {"op": "-", "args": [{"column": date}, {"op": "%", "args": [{"column": date}, 10]}]}
    made = draft.step("derive", {"name": name, "expression": tree}, intent, name=f"rows_with_{name}", purpose=f"The {part} of {date}", frame=frame)
    return name, {"from": made}


def _pattern(draft: Draft, intent: Intent) -> None:
    value, date, part, statistic = intent.columns[0], intent.option("date"), intent.option("part", "month"), intent.statistics[0]
    arguments = {"date": date, "value": value, "by": part, "statistic": statistic, "each": "year" if intent.option("each") else None}
    name = f"{statistic}_{value}_by_{part}"
    identity = draft.step("time_pattern", arguments, intent, name=name, purpose=f"{statistic} of {value} by {part}", frame=draft.rows(intent))
    draft.answer(identity, intent)
    both = intent.option("which") == "both"
    for which in ("max", "min") if both else (intent.option("which"),) if (draft.reading.slots or intent.option("one")) and intent.option("which") else ():
        arguments = {"by": f"mean_yearly_{statistic}" if intent.option("each") else statistic, "which": which}
        found = draft.step("extreme", arguments, intent, name=f"{which}_{name}", purpose=f"The {part} with the {which}", frame={"from": identity})
        draft.answer(found, intent)


def _trend(draft: Draft, intent: Intent) -> None:
    value, date = intent.columns[0], intent.option("date")
    every = intent.option("every", "year")
    arguments: dict[str, Any] = {"date": date, "value": value, "by": intent.by[0] if intent.by else None, "every": intent.option("every")}
    draft.answer(draft.step("trend", arguments, intent, name=f"trend_{value}", purpose=f"Does {value} rise or fall?", frame=draft.rows(intent)), intent)
    if draft.table[date].kind != "date" and intent.by:
        arguments = {"by": [*intent.by, date], "value": [value], "statistics": ["mean"]}
        draft.answer(
            draft.step("group_summary", arguments, intent, name=f"mean_{value}_per_{date}", purpose=f"{value} per {date}", frame=draft.rows(intent)), intent
        )
    if draft.table[date].kind == "date":
        arguments = {"date": date, "value": [value], "every": every, "statistic": "mean", "by": intent.by}
        draft.answer(
            draft.step("resample", arguments, intent, name=f"mean_{value}_per_{every}", purpose=f"Mean {value} per {every}", frame=draft.rows(intent)), intent
        )


def _resample(draft: Draft, intent: Intent) -> None:
    value, every, statistic = intent.columns[0], intent.option("every", "month"), intent.statistics[0]
    arguments = {"date": intent.option("date"), "value": [value], "every": every, "statistic": statistic, "by": intent.by}
    name = f"{statistic}_{value}_per_{every}"
    draft.answer(draft.step("resample", arguments, intent, name=name, purpose=f"{statistic} of {value} per {every}", frame=draft.rows(intent)), intent)


def _peak(draft: Draft, intent: Intent) -> None:
    value, every, statistic, which = intent.columns[0], intent.option("every"), intent.statistics[0], intent.option("which", "max")
    arguments = {"date": intent.option("date"), "value": [value], "every": every, "statistic": statistic}
    name = f"{statistic}_{value}_per_{every}"
    identity = draft.step("resample", arguments, intent, name=name, purpose=f"{statistic} of {value} per {every}", frame=draft.rows(intent))
    if n := int(intent.option("n", 0)):
        arguments = {"by": [statistic], "ascending": which == "min"}
        ordered = draft.step("sort_rows", arguments, intent, name=f"{name}_in_order", purpose="In order", frame={"from": identity})
        draft.answer(draft.step("head", {"n": n}, intent, name=f"{which}_{n}_{every}s", purpose=f"The first {n}", frame={"from": ordered}), intent)
        return
    draft.answer(identity, intent)
    found = draft.step(
        "extreme", {"by": statistic, "which": which}, intent, name=f"{which}_{name}", purpose=f"The {every} with the {which}", frame={"from": identity}
    )
    draft.answer(found, intent)


def _run(draft: Draft, intent: Intent) -> None:
    arguments = {"date": intent.option("date"), "where": list(intent.option("held", ()))}
    draft.answer(draft.step("longest_run", arguments, intent, name="longest_run", purpose="The longest unbroken run", frame=draft.rows(intent)), intent)


def _moving(draft: Draft, intent: Intent) -> None:
    column, window = intent.columns[0], int(intent.option("window", 7))
    arguments = {"column": column, "window": window, "date": intent.option("date")}
    name, purpose = f"moving_average_{column}", f"Mean of {window} values at a time"
    if not intent.where and not intent.option("daily"):
        draft.answer(draft.change("moving_average", arguments, intent, name=name, purpose=purpose), intent)
        return
    frame = draft.rows(intent)
    if daily := intent.option("daily"):  # several rows a day: of what each day has
        of_days = {"by": [intent.option("date")], "value": [column], "statistics": [daily]}
        made = draft.step("group_summary", of_days, intent, name=f"{daily}_{column}_per_day", purpose=f"{column} per day", frame=frame)
        frame = {
            "from": draft.step(
                "rename_columns", {"names": {daily: column}}, intent, name=f"{column}_per_day", purpose=f"{column} per day", frame={"from": made}
            )
        }
    draft.answer(draft.step("moving_average", arguments, intent, name=name, purpose=purpose, frame=frame), intent)


TIMES = {"pattern": _pattern, "trend": _trend, "resample": _resample, "peak": _peak, "run": _run, "moving": _moving}

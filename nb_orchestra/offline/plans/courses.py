"""Intents about the course of a measure, or of what happens to each of several things."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Ref
from nb_orchestra.offline.reading import Intent


def _fall(draft: Draft, intent: Intent) -> None:
    value, at = intent.columns[0], intent.option("at")
    arguments: dict[str, Any] = {"date": intent.option("date"), "value": value, "by": list(intent.by), "at": at}
    recipe = "against_level" if at else "fall_from_peak"
    purpose = f"{value} against its level at {at}" if at else f"How far {value} fell below its peak"
    draft.answer(draft.step(recipe, arguments, intent, name=f"{recipe}_{value}", purpose=purpose, frame=draft.rows(intent)), intent)


def _first_last(draft: Draft, intent: Intent) -> None:
    value, every = intent.columns[0], intent.option("every")
    arguments: dict[str, Any] = {"date": intent.option("date"), "value": value, "by": list(intent.by), "every": every}
    arguments |= {"statistic": intent.statistics[0], "full": intent.option("full") or None} if every else {}
    name = f"first_and_last_{every or 'value'}_{value}"
    draft.answer(draft.step("first_and_last", arguments, intent, name=name, purpose=f"{value} at first and at last", frame=draft.rows(intent)), intent)


def _time_between(draft: Draft, intent: Intent) -> None:
    by, statistic = list(intent.by), intent.statistics[0]
    arguments: dict[str, Any] = {"date": intent.option("date"), "by": by}
    made = draft.step("time_between", arguments, intent, name=f"days_between_of_{by[0]}", purpose="From each to the next", frame=draft.rows(intent))
    statistics = list(dict.fromkeys([statistic, "median", "min", "max", "n"]))
    name = f"{statistic}_days_between"
    draft.answer(draft.step("describe", {"columns": ["days"], "statistics": statistics}, intent, name=name, purpose="In days", frame={"from": made}), intent)


def _varies(draft: Draft, intent: Intent) -> None:
    value, by, date = intent.columns[0], intent.by[0], str(intent.option("date"))
    frame: Ref = draft.rows(intent)
    if date:
        arguments: dict[str, Any] = {"date": date, "value": [value], "every": "day", "statistic": intent.option("per_day"), "by": [by]}
        totals = draft.step("resample", arguments, intent, name=f"{value}_of_each_day", purpose=f"{value} of each day", frame=frame)
        arguments = {"names": {intent.option("per_day"): f"daily_{value}"}}
        frame = {"from": draft.step("rename_columns", arguments, intent, name=f"daily_{value}", purpose=f"{value} per day", frame={"from": totals})}
        value = f"daily_{value}"
    arguments = {"by": [by], "value": [value], "statistics": ["sd", "mean", "cv"], "sort": None}
    made = draft.step("group_summary", arguments, intent, name=f"variation_of_{value}_by_{by}", purpose=f"How {value} varies", frame=frame)
    draft.answer(made, intent)
    which = str(intent.option("which"))
    name, purpose = f"{which}_variation", f"The {by} that varies {'least' if which == 'min' else 'most'}"
    draft.answer(draft.step("extreme", {"by": "sd", "which": which}, intent, name=name, purpose=purpose, frame={"from": made}), intent)


COURSES = {"fall": _fall, "first_last": _first_last, "time_between": _time_between, "varies": _varies}

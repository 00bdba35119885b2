"""Intents about the calendar itself: periods that reach a limit, periods without rows, tables of two parts of the date."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Ref
from nb_orchestra.offline.plans.times import dated
from nb_orchestra.offline.reading import Intent


def _reaching(draft: Draft, intent: Intent) -> None:
    """The totals (or rows) of each period; those that reach the limit, how many they are, or their longest run."""
    date, every, limit = str(intent.option("date")), str(intent.option("every")), dict(intent.option("limit"))
    value = list(intent.columns)
    arguments: dict[str, Any] = {"date": date, "value": value, "every": every, "statistic": limit["column"] if value else ""}
    totals = draft.step("resample", arguments, intent, name=f"totals_per_{every}", purpose=f"Totals per {every}", frame=draft.rows(intent))
    there = [{"column": "n", "op": ">", "value": 0}]
    with_rows = draft.step("filter_rows", {"where": there}, intent, name=f"{every}s_with_rows", purpose=f"Each {every} with rows", frame={"from": totals})
    frame: Ref = {"from": with_rows}
    if intent.option("run"):
        arguments = {"date": date, "where": [limit]}
        draft.answer(draft.step("longest_run", arguments, intent, name="longest_run", purpose="The longest run", frame=frame), intent)
    elif intent.option("counted"):
        draft.answer(draft.step("count_rows", {"where": [limit]}, intent, name=f"n_{every}s", purpose=f"How many {every}s", frame=frame), intent)
    else:
        draft.answer(draft.step("filter_rows", {"where": [limit]}, intent, name=f"{every}s_reaching", purpose=f"The {every}s", frame=frame), intent)


def _date_gaps(draft: Draft, intent: Intent) -> None:
    """Each period from the first to the last without a row."""
    date, every = str(intent.option("date")), str(intent.option("every"))
    counts = draft.step("resample", {"date": date, "every": every}, intent, name=f"rows_per_{every}", purpose=f"Rows per {every}", frame=draft.rows(intent))
    where = [{"column": "n", "op": "==", "value": 0}, *intent.option("kept", ())]
    draft.answer(
        draft.step("filter_rows", {"where": where}, intent, name=f"{every}s_without_rows", purpose=f"Each {every} without rows", frame={"from": counts}), intent
    )


def _two_parts(draft: Draft, intent: Intent) -> None:
    """A statistic (or the rows) for each pair of two parts of the date."""
    frame, names = draft.rows(intent), []
    for part in intent.option("parts"):
        name, frame = dated(draft, replace(intent, options={"date": intent.option("date"), "part": part}), frame)
        names.append(name)
    by, statistic = [*intent.by, *names], intent.statistics[0]
    if intent.columns:
        arguments: dict[str, Any] = {"by": by, "value": list(intent.columns), "statistics": [statistic]}
        made = draft.step(
            "group_summary", arguments, intent, name=f"{statistic}_{intent.columns[0]}_by_{'_'.join(names)}", purpose=f"By {' and '.join(names)}", frame=frame
        )
    else:
        made = draft.step("count_rows", {"by": by}, intent, name=f"n_rows_by_{'_'.join(names)}", purpose=f"Rows by {' and '.join(names)}", frame=frame)
    draft.answer(made, intent)


CALENDARS = {"periods_reaching": _reaching, "date_gaps": _date_gaps, "two_parts": _two_parts}

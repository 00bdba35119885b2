"""Intents of broad goals: a first look at a whole table, and what goes with one of its columns."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Ref
from nb_orchestra.offline.reading import Intent
from nb_orchestra.offline.reading.intents import texts_in

FEWEST_ROWS = 10
"""Below that associations and trends say nothing; the profile stays."""
ALONE = "each column was looked at alone; which of them count beside each other, a regression shows"


def _explore(draft: Draft, intent: Intent) -> None:
    """What the columns hold, what is wrong with them, which go together, what changed over time, and a chart of either."""
    frame = draft.rows(intent)
    draft.answer(draft.step("profile", {}, intent, name="profile_of_columns", purpose="What each column holds", frame=frame), intent)
    draft.answer(draft.step("check_data", {"problems": True}, intent, name="data_issues", purpose="What should be looked at before use", frame=frame), intent)
    if draft.table.rows < FEWEST_ROWS:
        return
    time = draft.table.date or next((column.name for column in draft.table.columns if column.looks_like_year), None)
    others = [column.name for column in draft.table.columns if _compares(column) and column.name != time]
    if len(others) > 1:
        _together(draft, intent, frame, others if time else [])
    numbers = [column.name for column in draft.table.columns if column.name in others and column.kind == "number" and not (column.labelling or column.grouping)]
    if time and numbers:
        draft.answer(draft.step("trends", {"date": time}, intent, name="trends", purpose=f"What changed over {time}", frame=frame), intent)
        arguments = {"kind": "line", "x": time, "y": numbers[0]}
        name = f"chart_{numbers[0]}_over_time"
        drawn = draft.step("chart", arguments, intent, name=name, purpose=f"{numbers[0]} over {time}", frame=frame, output="figure")
        draft.answer(drawn, intent, "figure")


def _together(draft: Draft, intent: Intent, frame: Ref, columns: list[str]) -> None:
    """Pairs of columns, strongest first, and the strongest drawn. Time is left to the trends."""
    pairs = draft.step("associations", {"columns": columns}, intent, name="associations", purpose="Which columns go together", frame=frame)
    draft.answer(pairs, intent)
    arguments = {"pairs": {"from": pairs}}
    drawn = draft.step("strongest_chart", arguments, intent, name="chart_strongest", purpose="The strongest of them drawn", frame=frame, output="figure")
    draft.answer(drawn, intent, "figure")


def _compares(column: Any) -> bool:
    return column.kind in ("number", "boolean", "date") or column.grouping


def _drivers(draft: Draft, intent: Intent) -> None:
    """Every other column against one, strongest first."""
    target = intent.columns[0]
    among = list(intent.option("among") or ())
    made = next((other.option("expression") for other in draft.reading.intents if other.kind == "derive" and other.option("name") == target), None)
    parts = [name for name in texts_in(made) if name in draft.table]
    if parts:
        among = [name for name in among or [column.name for column in draft.table.columns] if name not in (*parts, target)]
        draft.assume(f"{target} is made of {' and '.join(parts)}, which were left out")
    arguments = {"target": target, "columns": among}
    identity = draft.step("associations", arguments, intent, name=f"associations_with_{target}", purpose=f"What goes with {target}", frame=draft.rows(intent))
    draft.answer(identity, intent)
    draft.assume(f"what goes with {target}: {ALONE}")
    table = draft.table
    when = next((column.name for column in table.columns if column.tells_when), None)
    if table.unit and when and table[target].grouping and target not in (when, table.unit) and table[target].kind == "text" and not intent.where:
        arguments = {"unit": table.unit, "over": when, "by": target, "columns": among}
        name, purpose = f"changes_by_{target}", f"Does what changes over {when} change differently?"
        draft.answer(draft.step("changes_compared", arguments, intent, name=name, purpose=purpose, frame=draft.rows(intent)), intent)


EXPLORING = {"explore": _explore, "drivers": _drivers}

"""Do the groups change differently? Every measure of a table of repeated measures, from each unit's first to its last one."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nb_orchestra.offline.recipes.comparing import COMPARED, compare_once
from nb_orchestra.offline.recipes.frames import Refusal, column_of, columns_of, holds_numbers, rows_table, tell, unique_columns
from nb_orchestra.offline.recipes.repeated import change_within
from nb_orchestra.offline.recipes.testing import holm

MOST_MEASURES = 12


def changes_compared(frame: pd.DataFrame, *, unit: str, over: str, by: str, columns: Any = None) -> pd.DataFrame:
    """A row per measure: does its change, from each unit's first to its last level of `over`, differ between the groups of `by`? The strongest p first.

    Columns as of compare_groups, of the changes, with p_holm. Measures that do not change within the units are left out; no row where there are none.
    """
    unit, over, by = (column_of(frame, name) for name in (unit, over, by))
    measures = [name for name in columns_of(frame, columns) or unique_columns(frame) if name not in (unit, over, by) and holds_numbers(frame[name])]
    rows = []
    for name in measures[:MOST_MEASURES]:
        try:
            changes = change_within(frame, unit=unit, value=name, over=over, keep=[by])
            rows += [row | {"value": name} for row in compare_once(changes, "change", [by], "auto", False)[:1]] if changes["change"].any() else []
        except Refusal:
            continue
    if not rows:
        tell(f"not compared: nothing changes from the first to the last {over} of each {unit}")
    table = rows_table(rows, (*COMPARED, "p_holm"))
    return table.assign(p_holm=holm(table["p"])).sort_values("p", kind="stable", ignore_index=True)

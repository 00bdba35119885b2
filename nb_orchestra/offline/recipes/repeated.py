"""Several rows of one patient, plot or country: they are not independent, so each counts once, or its rows are held against each other."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nb_orchestra.offline.recipes.frames import (
    Refusal,
    as_groups,
    column_of,
    columns_of,
    holds_numbers,
    levels_of,
    numbers_of,
    reasons_of,
    tell,
    tell_dropped,
    unique_columns,
)

MOSTLY_COMPLETE = 0.8  # from this share of units with all groups on, the groups are held against each other within each unit


def of_units(frame: pd.DataFrame, value: str, others: list[str], unit: str) -> tuple[pd.DataFrame, Any, str]:
    """(the rows to compare by others[0], the column that pairs them or False, what was done in words).

    Where each unit is in one group, its mean stands for its rows (Hurlbert 1984); where nearly all units are in all groups, the groups are paired by unit;
    else the rows stay as they are, and that they are not independent is told.
    """
    unit = column_of(frame, unit)
    keys = list(dict.fromkeys([unit, *others]))
    labels = pd.DataFrame({name: as_groups(frame[name]) for name in keys}).assign(**{value: numbers_of(frame, value)})
    table = labels.dropna()
    gone = labels.isna()
    units = table[unit].nunique()
    if unit in others or len(table) == units or units < 3:
        return frame, False, ""
    groups = table.groupby(unit, observed=True)[others[0]].nunique()
    held = f"{len(table):,} rows of {units:,} {unit}"
    means = table.groupby(keys, observed=True, sort=False)[value].mean().reset_index()
    complete = (groups == table[others[0]].nunique()).mean()
    if (groups == 1).all() or complete >= MOSTLY_COMPLETE:
        tell_dropped(len(labels) - len(table), reasons_of(gone))
    if (groups == 1).all():
        tell(f"not independent: {held}, so the mean of each {unit} is compared")
        return means, False, f"of the mean of each {unit}"
    if complete >= MOSTLY_COMPLETE:
        tell(f"not independent: {held}, so the groups of {others[0]} are compared within each {unit}")
        return means, unit, f"pairs within each {unit}"
    tell(f"not independent: {held} are counted as if they were, as only some of the {unit} stand in all groups of {others[0]}")
    return frame, False, ""


def change_within(frame: pd.DataFrame, *, unit: str, value: str, over: str, first: Any = None, last: Any = None, keep: Any = None) -> pd.DataFrame:
    """unit, keep…, `value` at the first and at the last, change (last less first), a row per unit that has both; of several rows at one of them their mean.

    first, last: levels of `over`, and the two columns are called by them (week_0, week_12); left out: each unit's own first and last one that has a value,
    called first and last. Refusal where fewer than two units have both.
    """
    unit, over, kept = column_of(frame, unit), column_of(frame, over), columns_of(frame, keep)
    names = [unit, *[name for name in kept if name != unit]]
    table = pd.DataFrame({name: as_groups(frame[name]) for name in names})
    table["at"], table["value"] = as_groups(frame[over]), numbers_of(frame, value)
    table = table.dropna()
    order = {str(level): place for place, level in enumerate(levels_of(table["at"]))}
    table["place"] = table["at"].astype(str).map(order)
    means = table.groupby([*names, "place"], observed=True)["value"].mean().reset_index().sort_values([*names, "place"], kind="stable")
    names_of_ends = ["first", "last"] if first is None else [f"{over}_{first}", f"{over}_{last}"]
    if first is None:
        ends = means.groupby(names, observed=True).agg(first=("value", "first"), last=("value", "last"), rows=("value", "size"))
        found = ends[ends.pop("rows") > 1]
    else:
        missing = [str(level) for level in (first, last) if str(level) not in order]
        if missing:
            raise Refusal(f"no row of {over} is {' or '.join(missing)}", f"it holds {', '.join(list(order)[:8])}")
        wide = means.pivot(index=names, columns="place", values="value")
        found = wide[[order[str(first)], order[str(last)]]].set_axis(names_of_ends, axis=1).dropna()
    if len(found) < 2:
        raise Refusal(f"fewer than two {unit} have a value of {value} at both ends of {over}", "check which rows belong together")
    gone = table[names].drop_duplicates().shape[0] - len(found)
    if gone:
        tell(f"not compared: {gone:,} {unit} without a value at both ends of {over}")
    return found.assign(change=found[names_of_ends[1]] - found[names_of_ends[0]]).reset_index()


def one_of_each(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """A row per unit: the means of its numbers, and of everything else what its first row says."""
    how = {name: "mean" if holds_numbers(frame[name]) else "first" for name in unique_columns(frame) if name != unit}
    return frame.groupby(as_groups(frame[unit]), observed=True, sort=False).agg(how).reset_index()[unique_columns(frame)]

"""Cells of a heat map: a statistic, or how many rows, for each combination; correlations of all pairs."""

from __future__ import annotations

import pandas as pd

from nb_orchestra.offline.recipes.frames import Refusal, as_groups, as_numbers, holds_numbers
from nb_orchestra.offline.recipes.labels import label_of
from nb_orchestra.offline.recipes.marks import Marks, axis, base_spec, has_order, statistic_label, summarised

MOST_CELLS = 60
MOST_IN_A_ROW = 200  # of years, numbers or dates, of which none may be left out


def heat_marks(table: pd.DataFrame, x: str | None, y: str | None, value: str | None, statistic: str | None) -> Marks:
    """Cells: a statistic of `value` (or the count of rows) per x and y; without x and y the correlations of all numeric columns."""
    if x is None or y is None:
        return correlation_cells(table)
    repeats = value is None or bool(table.duplicated([x, y]).any())
    chosen = statistic or ("count" if value is None else "mean")
    cells, name = summarised(table, [y, x], value, chosen) if repeats or value is None else (table[[y, x, value]], value)
    label = statistic_label(chosen, value or "") if repeats else label_of(name)
    cells, first = fewer_cells(cells, x, name, has_order(table[x]))
    cells, second = fewer_cells(cells, y, name, has_order(table[y]))
    spec = base_spec("heatmap", axis(x, label_of(x), "category"), axis(y, label_of(y), "category"), None, [first, second])
    return cells.reset_index(drop=True), spec | {"value": axis(name, label, "number")}


def fewer_cells(cells: pd.DataFrame, name: str, value: str, ordered: bool) -> tuple[pd.DataFrame, str]:
    """At most so many rows or columns of a heat map as can be told apart: the largest of a category. Refusal for more years, numbers or dates than fit."""
    labels = as_groups(cells[name])
    count, most = labels.nunique(), MOST_IN_A_ROW if ordered else MOST_CELLS
    if count <= most:
        return cells, ""
    if ordered:
        raise Refusal(f"{name} has {count:,} values, too many for a heat map", "filter first, or name a column with few levels")
    kept = as_numbers(cells[value]).groupby(labels, observed=True).mean().nlargest(most).index
    return cells[labels.isin(kept).to_numpy()], f"the {most} largest of {count:,} levels of {label_of(name)}"


def correlation_cells(table: pd.DataFrame) -> Marks:
    """Pearson's r of each pair of numeric columns, up to 30 of them."""
    names = [str(name) for name in table.columns if holds_numbers(table[name]) and table[name].nunique() > 1][:30]
    if len(names) < 2:
        raise Refusal("a heat map needs two numeric columns, or two columns with levels")
    cells = pd.DataFrame({name: as_numbers(table[name]) for name in names}).corr().rename_axis("y").reset_index().melt("y", var_name="x", value_name="r")
    spec = base_spec("heatmap", axis("x", "", "category"), axis("y", "", "category"), None, [])
    return cells[["x", "y", "r"]], spec | {"value": axis("r", "Pearson's r", "number"), "vmin": -1, "vmax": 1}

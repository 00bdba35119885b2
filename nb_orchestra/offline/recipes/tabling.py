"""Table 1: the groups of a study side by side, as journals print it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.offline.recipes.comparing import compare_groups
from nb_orchestra.offline.recipes.frames import (
    Refusal,
    as_groups,
    as_numbers,
    column_of,
    columns_of,
    holds_dates,
    holds_numbers,
    in_level,
    levels_of,
    rows_table,
    tell_left_out,
    unique_columns,
)
from nb_orchestra.offline.recipes.proportions import compare_proportions
from nb_orchestra.offline.recipes.testing import holm

SKEWED = 1.0
MOST_LISTED = 12


def table_one(frame: pd.DataFrame, *, by: str | None = None, columns: Any = None) -> pd.DataFrame:
    """variable, level, one text column per group (and "all"), missing, test, p, p_holm: mean (SD), or median [IQR] where |skew| > 1; n (%) for categories.

    Cells are text as they are printed (so rounded); the numbers behind them are in group_summary. p is of the whole variable and stands on its first row.
    """
    group = column_of(frame, by) if by else None
    labels = as_groups(frame[group]) if group else None
    levels = levels_of(labels) if labels is not None else []
    if group and not 2 <= len(levels) <= 20:
        raise Refusal(f"{group} has {len(levels)} groups, a table has room for 2 to 20")
    parts = {str(level): in_level(labels, level) for level in levels} | {"all": np.ones(len(frame), dtype=bool)}
    names = [name for name in columns_of(frame, columns) or unique_columns(frame) if name != group]
    alone = int(labels.isna().sum()) if labels is not None else 0
    tell_left_out(alone, [str(group)], "counted under all only")
    rows: list[dict[str, Any]] = [{"variable": "n"} | {part: f"{int(mask.sum()):,}" for part, mask in parts.items()} | {"missing": alone}]
    for name in names:
        rows += variable_rows(frame, name, group, parts)
    table = rows_table(rows, ["variable", "level", *parts, "missing", "test", "p"])
    return table.assign(p_holm=holm(table["p"])) if group else table.drop(columns=["test", "p"])


def variable_rows(frame: pd.DataFrame, name: str, group: str | None, parts: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of one variable: one for numbers, one per level for categories; none for text with many levels, or dates."""
    series = frame[name]
    missing = int(series.isna().sum())
    if series.notna().sum() == 0 or holds_dates(series):
        return []
    if holds_numbers(series) and series.nunique() > 5:
        numbers: Any = as_numbers(series)
        skewed = abs(float(numbers.skew())) > SKEWED
        summaries = {part: middle_and_spread(numbers[mask], skewed) for part, mask in parts.items()}
        form = number_form(name, list(summaries.values()))
        cells = {part: number_cell(values, form) for part, values in summaries.items()}
        level = "median [IQR]" if skewed else "mean (SD)"
        return [{"variable": name, "level": level, "missing": missing} | cells | tested(frame, name, group, numeric=True, skewed=skewed)]
    labels = as_groups(series)
    levels = levels_of(labels)
    if len(levels) > MOST_LISTED:
        return []
    rows = []
    for number, level in enumerate(levels):
        cells = {part: share_cell(labels[mask], level) for part, mask in parts.items()}
        first = ({"missing": missing} | tested(frame, name, group, numeric=False, skewed=False)) if number == 0 else {}
        rows.append({"variable": name, "level": f"{level:g}" if isinstance(level, float) else str(level)} | cells | first)
    return rows


def middle_and_spread(numbers: Any, skewed: bool) -> list[float]:
    """[mean, SD] or [median, q1, q3]; [] where there are no values."""
    if not numbers.notna().any():
        return []
    return [float(value) for value in ([numbers.mean(), numbers.std()] if not skewed else [numbers.median(), *numbers.quantile([0.25, 0.75])])]


def number_form(name: str, summaries: list[list[float]]) -> str:
    """How the numbers of one variable are written, alike in all groups: two significant digits of the smallest spread, three of the middle of all rows."""
    spreads = [values[1] if len(values) == 2 else values[2] - values[1] for values in summaries if values]
    sizes = [(part, 1) for part in spreads] + [(abs(values[0]), 2) for values in summaries[-1:] if values]
    digits = max([most - int(np.floor(np.log10(part))) for part, most in sizes if 0 < part < 1e15], default=2)
    return ".3g" if digits > 6 else f"{'' if 'year' in name.lower() else ','}.{max(digits, 0)}f"


def number_cell(values: list[float], form: str) -> str:
    """mean (SD) or median [q1, q3]."""
    texts = [f"{value:{form}}" if abs(value) < 1e15 else f"{value:.3g}" for value in values]
    return "–" if not values else f"{texts[0]} [{texts[1]}, {texts[2]}]" if len(values) == 3 else f"{texts[0]} ({texts[1]})"


def share_cell(labels: pd.Series, level: Any) -> str:
    """n (%) of the values that are there."""
    n, of = int(in_level(labels, level).sum()), int(labels.notna().sum())
    return f"{n:,} ({100 * n / of:.1f} %)" if of else "–"


def tested(frame: pd.DataFrame, name: str, group: str | None, numeric: bool, skewed: bool) -> dict[str, Any]:
    """test and p of a variable across the groups, by ranks where medians are shown; nothing where it cannot be tested."""
    if group is None:
        return {}
    try:
        by_ranks = "mann_whitney" if skewed and as_groups(frame.loc[frame[name].notna(), group]).nunique() == 2 else "kruskal"
        result = (
            compare_groups(frame, value=name, by=group, test=by_ranks if skewed else "auto") if numeric else compare_proportions(frame, outcome=name, by=group)
        )
    except Refusal:
        return {}
    return {"test": str(result["test"].iloc[0]), "p": float(result["p"].iloc[0])}

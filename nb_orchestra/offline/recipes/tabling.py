"""Table 1: the groups of a study side by side, as journals print it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from nb_orchestra.offline.recipes.comparing import GROUP_TESTS, choose_tests
from nb_orchestra.offline.recipes.frames import (
    Refusal,
    as_groups,
    as_numbers,
    column_of,
    columns_of,
    holds_dates,
    holds_numbers,
    levels_of,
    rows_table,
    tell_left_out,
    unique_columns,
)
from nb_orchestra.offline.recipes.proportions import compare_proportions
from nb_orchestra.offline.recipes.testing import holm

SKEWED = 1.0
MOST_LISTED = 12


@dataclass(frozen=True, slots=True)
class Groups:
    """The rows' groups as whole numbers (−1: in none), and the groups' names as the table's heads."""

    column: str | None
    codes: Any
    names: list[str]

    def split(self, values: Any) -> list[Any]:
        """The values of each group, and of all rows; those that are missing left out."""
        there = ~np.isnan(values)
        return [*(values[there & (self.codes == at)] for at in range(len(self.names))), values[there]]


def table_one(frame: pd.DataFrame, *, by: str | None = None, columns: Any = None) -> pd.DataFrame:
    """variable, level, one text column per group (and "all"), missing, test, p, p_holm: mean (SD), or median [IQR] where |skew| > 1; n (%) for categories.

    Cells are text as they are printed (so rounded); the numbers behind them are in group_summary. p is of the whole variable and stands on its first row.
    """
    group = column_of(frame, by) if by else None
    levels, codes = coded(as_groups(frame[group])) if group else ([], np.full(len(frame), -1))
    if group and not 2 <= len(levels) <= 20:
        raise Refusal(f"{group} has {len(levels)} groups, a table has room for 2 to 20")
    groups = Groups(group, codes, [str(level) for level in levels])
    names = [name for name in columns_of(frame, columns) or unique_columns(frame) if name != group]
    alone = int((codes < 0).sum()) if group else 0
    tell_left_out(alone, [str(group)], "counted under all only")
    sizes = [*(int((codes == at).sum()) for at in range(len(levels))), len(frame)]
    heads = [*groups.names, "all"]
    rows: list[dict[str, Any]] = [{"variable": "n"} | {head: f"{size:,}" for head, size in zip(heads, sizes, strict=True)} | {"missing": alone}]
    for name in names:
        rows += variable_rows(frame, name, groups)
    table = rows_table(rows, ["variable", "level", *heads, "missing", "test", "p"])
    return table.assign(p_holm=holm(table["p"])) if group else table.drop(columns=["test", "p"])


def coded(labels: pd.Series) -> tuple[list[Any], Any]:
    """(levels in their order, the place of each row's level: −1 for none)."""
    levels = levels_of(labels)
    places = {level: at for at, level in enumerate(levels)}
    codes, distinct = pd.factorize(labels)
    return levels, np.array([*(places.get(level, -1) for level in distinct), -1])[codes]


def variable_rows(frame: pd.DataFrame, name: str, groups: Groups) -> list[dict[str, Any]]:
    """The rows of one variable: one for numbers, one per level for categories; none for text with many levels, or dates."""
    series = frame[name]
    missing = int(series.isna().sum())
    if missing == len(series) or holds_dates(series):
        return []
    heads = [*groups.names, "all"]
    if holds_numbers(series) and (series.head(10_000).nunique() > 5 or series.nunique() > 5):
        numbers: Any = as_numbers(series)
        skewed = abs(float(numbers.skew())) > SKEWED
        samples = groups.split(numbers.to_numpy())
        summaries = [middle_and_spread(values, skewed) for values in samples]
        form = number_form(name, summaries)
        cells = {head: number_cell(values, form) for head, values in zip(heads, summaries, strict=True)}
        level = "median [IQR]" if skewed else "mean (SD)"
        return [{"variable": name, "level": level, "missing": missing} | cells | numbers_tested(samples[:-1], skewed)]
    levels, codes = coded(as_groups(series))
    if len(levels) > MOST_LISTED:
        return []
    there = codes >= 0
    counts = [np.bincount(codes[there & (groups.codes == at)], minlength=len(levels)) for at in range(len(groups.names))]
    counts.append(np.bincount(codes[there], minlength=len(levels)))
    rows = []
    for number, level in enumerate(levels):
        cells = {head: share_cell(int(of[number]), int(of.sum())) for head, of in zip(heads, counts, strict=True)}
        first = ({"missing": missing} | shares_tested(frame, name, groups.column)) if number == 0 else {}
        rows.append({"variable": name, "level": f"{level:g}" if isinstance(level, float) else str(level)} | cells | first)
    return rows


def middle_and_spread(values: Any, skewed: bool) -> list[float]:
    """[mean, SD] or [median, q1, q3]; [] where there are no values."""
    if not len(values):
        return []
    if skewed:
        return [float(value) for value in np.quantile(values, [0.5, 0.25, 0.75])]
    return [float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else float("nan")]


def number_form(name: str, summaries: list[list[float]]) -> str:
    """How the numbers of one variable are written, alike in all groups: two significant digits of the smallest spread, three of the middle of all rows."""
    spreads = [values[1] if len(values) == 2 else values[2] - values[1] for values in summaries if values]
    sizes = [(part, 1) for part in spreads] + [(abs(values[0]), 2) for values in summaries[-1:] if values]
    digits = max([most - int(np.floor(np.log10(part))) for part, most in sizes if 0 < part < 1e15], default=2)
    return ".3g" if digits > 6 else f"{'' if 'year' in name.lower() else ','}.{max(digits, 0)}f"


def number_cell(values: list[float], form: str) -> str:
    """mean (SD) or median [q1, q3]."""
    texts = ["–" if np.isnan(value) else f"{value:{form}}" if abs(value) < 1e15 else f"{value:.3g}" for value in values]
    return "–" if not values else f"{texts[0]} [{texts[1]}, {texts[2]}]" if len(values) == 3 else f"{texts[0]} ({texts[1]})"


def share_cell(n: int, of: int) -> str:
    """n (%) of the values that are there."""
    return f"{n:,} ({100 * n / of:.1f} %)" if of else "–"


def numbers_tested(parts: list[Any], skewed: bool) -> dict[str, Any]:
    """test and p of a numeric variable, as compare_groups chooses it, by ranks where medians are shown; nothing where it cannot be tested."""
    samples = {at: part for at, part in enumerate(parts) if len(part) > (0 if skewed else 1)}
    if len(samples) < 2 or max(map(len, samples.values())) < 2:
        return {}
    by_ranks = "mann_whitney" if len(samples) == 2 else "kruskal"
    try:
        name = by_ranks if skewed else choose_tests(samples, "auto", pairs=False)[0][0]
    except Refusal:
        return {}
    if name in P_ALONE:
        return {"test": P_ALONE[name][0], "p": float(P_ALONE[name][1](*samples.values()).pvalue)}
    found = GROUP_TESTS[name][2](list(samples.values()))
    return {"test": found["test"], "p": found["p"]}


P_ALONE: dict[str, tuple[str, Any]] = {"anova": ("ANOVA F", stats.f_oneway), "kruskal": ("Kruskal–Wallis H", stats.kruskal)}
"""Tests whose effect's interval costs more than they do, and is not printed here."""


def shares_tested(frame: pd.DataFrame, name: str, group: str | None) -> dict[str, Any]:
    """test and p of a category across the groups; nothing where it cannot be tested."""
    if group is None:
        return {}
    try:
        result = compare_proportions(frame, outcome=name, by=group)
    except Refusal:
        return {}
    return {"test": str(result["test"].iloc[0]), "p": float(result["p"].iloc[0])}

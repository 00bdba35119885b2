"""Categories against categories: are they independent, and can they be told apart at all?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from nb_orchestra.offline.recipes.frames import Refusal, complete_rows, rows_table
from nb_orchestra.offline.recipes.testing import NAN, TEST_COLUMNS, noncentral, result_row, short

MOST_LEVELS = 100


def compare_proportions(frame: pd.DataFrame, *, outcome: str, by: str, test: str = "auto", corrected: bool = False) -> pd.DataFrame:
    """χ² of independence and Cramér's V; Fisher's exact test and odds ratio where a 2 × 2 table expects fewer than 5.

    `corrected`: Yates' continuity correction of a 2 × 2 table, as scipy.stats.chi2_contingency has it unless told otherwise.
    """
    counts, table, dropped, why = contingency(frame, outcome, by)
    expected = stats.contingency.expected_freq(counts)
    few = float((expected < 5).mean())
    exact = test == "fisher" or (test == "auto" and counts.shape == (2, 2) and few > 0)
    if exact and counts.shape != (2, 2):
        raise Refusal(f"Fisher's exact test needs two levels each, not {counts.shape[0]} × {counts.shape[1]}", "use chi2")
    row = fisher(counts) if exact else chi_square(counts, corrected=corrected)
    assumptions = f"smallest expected count {short(float(expected.min()))}" + (
        f"; {100 * few:.0f} % of cells expect fewer than 5, so p is rough" if few > 0.2 and not exact else ""
    )
    about = {"n": len(table), "dropped": dropped, "dropped_why": why or None, "assumptions": assumptions}
    return rows_table([{"outcome": outcome, "by": by} | row | about], ["outcome", "by", *TEST_COLUMNS, "n", "dropped", "dropped_why", "assumptions"])


def contingency(frame: pd.DataFrame, first: str, second: str) -> tuple[Any, pd.DataFrame, int, str]:
    """(counts of each combination, complete rows, dropped, why). Refusal for fewer than two levels, or very many."""
    if first == second:
        raise Refusal(f"{first} cannot be compared with itself")
    table, dropped, why = complete_rows(frame, [], [first, second])
    counts = pd.crosstab(table[first], table[second]).to_numpy()
    if min(counts.shape, default=0) < 2:
        raise Refusal(f"{first} and {second} need two levels each among complete rows")
    if max(counts.shape) > MOST_LEVELS and counts.size > len(table):
        raise Refusal(f"{first} × {second} has {counts.size:,} combinations for {len(table):,} rows", "name columns with few levels")
    return counts, table, dropped, why


def chi_square(counts: Any, *, corrected: bool = False) -> dict[str, Any]:
    """Pearson's χ² with Cramér's V and its interval by the non-central χ² (Smithson 2003)."""
    found = stats.chi2_contingency(counts, correction=False)
    n, smaller = int(counts.sum()), min(counts.shape) - 1
    low, high = noncentral(
        lambda place: float(stats.ncx2.cdf(found.statistic, found.dof, place) if place else stats.chi2.cdf(found.statistic, found.dof)), float(found.statistic)
    )
    v = np.sqrt(found.statistic / (n * smaller))
    low, high = (float(np.sqrt((end + found.dof) / (n * smaller))) if end else 0.0 for end in (low, high))
    name = "Pearson χ²"
    if corrected and counts.shape == (2, 2):
        found, name = stats.chi2_contingency(counts, correction=True), "Pearson χ² with Yates' correction"
    return result_row(name, found.statistic, found.pvalue, df=found.dof, effect=("Cramér's V", v, min(low, v), min(max(high, v), 1.0)))


def fisher(counts: Any) -> dict[str, Any]:
    """Fisher's exact test of a 2 × 2 table; the sample odds ratio with its interval (Woolf 1955, 0.5 added where a cell is empty)."""
    ratio, p = stats.fisher_exact(counts)
    cells = counts + (0.5 if (counts == 0).any() else 0.0)
    error = float(np.sqrt((1 / cells).sum()))
    middle = float(np.log(cells[0, 0] * cells[1, 1] / (cells[0, 1] * cells[1, 0])))
    return result_row("Fisher's exact test", NAN, p, effect=("odds ratio", ratio, float(np.exp(middle - 1.96 * error)), float(np.exp(middle + 1.96 * error))))


def confounding(frame: pd.DataFrame, *, first: str, second: str) -> pd.DataFrame:
    """One row: how many combinations of two groupings hold no row, Cramér's V, and which levels stand in one group only.

    confounded: some combination is empty and some level of the one stands in a single level of the other, so that the two cannot be told apart there.
    """
    counts, table, dropped, why = contingency(frame, first, second)
    cross = pd.crosstab(table[first], table[second])
    alone = [f"{level} only on {cross.columns[int(row.to_numpy().argmax())]}" for level, row in cross.iterrows() if (row > 0).sum() == 1]
    alone += [f"{level} only with {cross.index[int(column.to_numpy().argmax())]}" for level, column in cross.items() if (column > 0).sum() == 1]
    empty = int((counts == 0).sum())
    row = {"first": first, "second": second, "cells": counts.size, "empty_cells": empty, "cramers_v": chi_square(counts)["effect"]}
    row |= {"only_in_one": ", ".join(alone) or None, "confounded": bool(empty and alone), "n": len(table), "dropped": dropped, "dropped_why": why or None}
    return rows_table([row], row)

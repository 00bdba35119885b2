"""Gaps in goals with an answer format: whose rows are left out, and of which statistic. Truths by pandas, beside each goal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from ward import WARD, answered, fits

ASKED: list[tuple[str, Callable[[pd.DataFrame], dict[str, Any]]]] = [
    (  # both wordings: the correlation's gaps are no gaps of the mean
        'Are crp and sbp correlated, and what is the mean los?\nCalculate the Pearson correlation between "crp" and "sbp", ignoring rows with missing values.\n'
        "Answer format: @r[r] @mean_los[m] where both are rounded to two decimals.",
        lambda t: {"r": t["crp"].corr(t["sbp"]), "mean_los": t["los"].mean()},
    ),
    (
        'What is the mean crp, and how do los and cost correlate?\nCalculate the mean of "crp" ignoring missing values. Use the Pearson correlation of "los" and "cost".\n'
        "Answer format: @mean_crp[m] @r[r] where both are rounded to two decimals.",
        lambda t: {"mean_crp": t["crp"].mean(), "r": t["los"].corr(t["cost"])},
    ),
    (
        'Calculate the mean of "crp" and the mean of "sbp", disregarding null values.\nAnswer format: @mean_crp[a] @mean_sbp[b] where both are rounded to two decimals.',
        lambda t: {"mean_crp": t["crp"].mean(), "mean_sbp": t["sbp"].mean()},
    ),
    (
        "What are the mean crp and the mean sbp?\nMissing values should be ignored.\nAnswer format: @mean_crp[a] @mean_sbp[b] where both are rounded to two decimals.",
        lambda t: {"mean_crp": t["crp"].mean(), "mean_sbp": t["sbp"].mean()},
    ),
    (  # a fill that follows finds the gaps
        'Fill the missing values of "crp" with its mean and compare the standard deviation before and after.\n'
        'Calculate the standard deviation of "crp" before the imputation (missing values are ignored) and after it.\n'
        "Answer format: @sd_before[x] @sd_after[y] where both are rounded to two decimals.",
        lambda t: {"sd_before": t["crp"].std(), "sd_after": t["crp"].fillna(t["crp"].mean()).std()},
    ),
    (  # another column's gaps are its own condition
        "What is the mean cost, and what is the median los?\nCalculate the mean of cost, leaving out patients whose crp is missing. Calculate the median of los of all patients.\n"
        "Answer format: @mean_cost[m] @median_los[x] where both are rounded to two decimals.",
        lambda t: {"mean_cost": t.dropna(subset=["crp"])["cost"].mean(), "median_los": t["los"].median()},
    ),
    (  # an act on the table binds what follows, for the columns that it names
        "What are the mean los and the mean sbp?\nRemove the rows where crp is missing.\nAnswer format: @mean_los[a] @mean_sbp[b] where both are rounded to two decimals.",
        lambda t: {"mean_los": t.dropna(subset=["crp"])["los"].mean(), "mean_sbp": t.dropna(subset=["crp"])["sbp"].mean()},
    ),
    (  # "this measure" is what is asked for, not any column
        "What is the mean of crp?\nUse the crp column. Patients without a value for this measure should be ignored.\nAnswer format: @mean_crp[m] rounded to two decimals.",
        lambda t: {"mean_crp": t["crp"].mean()},
    ),
    (
        "Does crp correlate with sbp, and how many patients are there?\nUse the Spearman correlation, omitting rows with missing values in either column. "
        "The number of patients is the number of rows.\nAnswer format: @rho[r] @num_patients[n] where r is rounded to two decimals and n is an integer.",
        lambda t: {"rho": t["crp"].corr(t["sbp"], method="spearman"), "num_patients": len(t)},
    ),
]


@pytest.mark.parametrize(("goal", "truth"), ASKED)
def test_gaps_are_left_out_where_they_are_said_to_be(goal: str, truth: Callable[[pd.DataFrame], dict[str, Any]]) -> None:
    """ "Ignoring missing values" belongs to its statistic; "remove the rows" holds for all that follows."""
    assert fits(answered(goal), truth(WARD))

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


CHANGED: list[tuple[str, Callable[[pd.DataFrame], dict[str, Any]]]] = [
    (
        "How does the correlation between los and cost change once los outliers are excluded?\n"
        "Los outliers are rows whose absolute z-score of los exceeds 2.5. Pearson correlation in both cases.\n"
        'Answer format: @corr_all[r1] @corr_clean[r2] @removed[n] where "r1" and "r2" are rounded to two decimals and "n" is an integer.',
        lambda t: (lambda keep: {"corr_all": t["los"].corr(t["cost"]), "corr_clean": t[keep]["los"].corr(t[keep]["cost"]), "removed": int((~keep).sum())})(
            ((t["los"] - t["los"].mean()) / t["los"].std()).abs() <= 2.5
        ),
    ),
    (
        "Remove the cost outliers and report the correlation of los and crp before and after.\n"
        "Outliers are the costs more than 2 standard deviations away from the mean cost. Use the Spearman coefficient.\n"
        "Answer format: @rho_before[r1] @rho_after[r2] where both are rounded to two decimals.",
        lambda t: (lambda keep: {"rho_before": t["los"].corr(t["crp"], "spearman"), "rho_after": t[keep]["los"].corr(t[keep]["crp"], "spearman")})(
            ((t["cost"] - t["cost"].mean()) / t["cost"].std()).abs() <= 2
        ),
    ),
    (
        "What is the mean los over all the patients?\nAll rows are to be used, and no outliers should be removed before the calculation.\n"
        "Answer format: @mean_los[m] rounded to two decimals.",
        lambda t: {"mean_los": t["los"].mean()},
    ),
    (
        "Find the outliers of los in unit Gamma.\nFilter the rows with unit Gamma and use the IQR method (1.5 * IQR) on los within this unit.\n"
        "Answer format: @number_of_outliers[n] where n is an integer.",
        lambda t: (lambda s: {"number_of_outliers": int(((s - s.median()).abs() >= 0).sum() - s.between(*_fences(s)).sum())})(
            t.loc[t["unit"] == "Gamma", "los"]
        ),
    ),
    (  # the share as a fraction of one
        "What proportion of the patients in unit Alpha have the outcome R?\nThe codes of outc are R, D and T.\n"
        'Answer format: @share_r[proportion] where "proportion" is a decimal between 0 and 1 rounded to three decimals.',
        lambda t: {"share_r": float((t.loc[t["unit"] == "Alpha", "outc"] == "R").mean())},
    ),
]


def _fences(values: Any) -> tuple[float, float]:
    low, high = values.quantile(0.25), values.quantile(0.75)
    return low - 1.5 * (high - low), high + 1.5 * (high - low)


@pytest.mark.parametrize(("goal", "truth"), CHANGED)
def test_a_test_is_made_on_the_table_that_the_slot_speaks_of(goal: str, truth: Callable[[pd.DataFrame], dict[str, Any]]) -> None:
    """Before and after a change of rows; a limit of the z-score is none of the column."""
    assert fits(answered(goal), truth(WARD))


OPEN = [
    "Remove the los outliers within each unit and count them.\nUse the IQR method for each unit.\nAnswer format: @outliers_removed[n] where n is an integer.",
    "What is the mean los of the patients with an outc of D?\nAnswer format: @means[mean_d, mean_r] rounded to two decimals.",
    "Remove the los outliers and find by how much the mean cost drops.\nUse the IQR method.\nAnswer format: @mean_drop[drop] rounded to two decimals.",
]


@pytest.mark.parametrize("goal", OPEN)
def test_one_number_is_not_offered_for_another(goal: str) -> None:
    """The outliers of the whole column for those of each group, one mean for three, a mean for a difference."""
    assert answered(goal) is None

"""Goals with an answer format as benchmarks word them: remarks, definitions and restatements change nothing. Truths by pandas, beside each goal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from scipy.stats import chi2_contingency, kurtosis

sys.path.insert(0, str(Path(__file__).parent))
from ward import WARD, answered, fits


def _fences(values: Any) -> tuple[float, float]:
    low, high = values.quantile(0.25), values.quantile(0.75)
    return low - 1.5 * (high - low), high + 1.5 * (high - low)


def _scores(values: Any) -> Any:
    return (values - values.mean()) / values.std()


ASKED: list[tuple[str, Callable[[pd.DataFrame], dict[str, Any]]]] = [
    (
        'Is there any correlation between los and cost? If yes, what is the coefficient?\nUse the Pearson coefficient for all patients, regardless of their "outc".\n'
        "Answer format: @r[r] rounded to two decimals.",
        lambda t: {"r": t["los"].corr(t["cost"])},
    ),
    (
        "How many outliers are there in los?\nUse the IQR method. Q1 is the 25th percentile and Q3 is the 75th percentile of the column. All 80 patients are used.\n"
        "Answer format: @outliers[count] where count is an integer.",
        lambda t: {"outliers": int((~t["los"].between(*_fences(t["los"]))).sum())},
    ),
    (
        "Remove the outliers in cost and calculate the mean afterwards.\nA data point is an outlier if its z-score is less than -1.5 or greater than 1.5.\n"
        "Answer format: @mean_after[mean] rounded to two decimals.",
        lambda t: {"mean_after": t.loc[_scores(t["cost"]).abs() <= 1.5, "cost"].mean()},
    ),
    (
        'What is the mean los of the patients by diabetes?\nGroup the patients by the value of the "diab" column (0 and 1).\n'
        "Answer format: @mean_0[a] @mean_1[b] where both are rounded to two decimals.",
        lambda t: {f"mean_{level}": t.loc[t["diab"] == level, "los"].mean() for level in (0, 1)},
    ),
    (
        "Fill the gaps of crp with its mean. What is the kurtosis before and after?\nUse scipy.stats.kurtosis with default parameters, before the imputation (ignoring the "
        'missing values) and after it.\nAnswer format: @pre_kurtosis[k1] @post_kurtosis[k2] where the prefix "pre" stands for the value before and the prefix "post" '
        "for the value after the imputation, each rounded to two decimals.",
        lambda t: {"pre_kurtosis": float(kurtosis(t["crp"].dropna())), "post_kurtosis": float(kurtosis(t["crp"].fillna(t["crp"].mean())))},
    ),
    (  # the constraints name the columns that the question only speaks of
        'Is the outcome associated with the day of the unit?\nBuild the contingency table of "unit" and "outc" and perform a chi-square test (scipy.stats.chi2_contingency).\n'
        "Answer format: @chi2[x] @dof[d] where x is rounded to two decimals and d is an integer.",
        lambda t: {"chi2": float(chi2_contingency(pd.crosstab(t["unit"], t["outc"]))[0]), "dof": 4},
    ),
    (
        'Who stayed longest?\nFind the row with the maximum value in the "los" column and report its unit.\nAnswer format: @unit[name] where "name" is the value of the "unit" column.',
        lambda t: {"unit": t.loc[t["los"].idxmax(), "unit"]},
    ),
    (
        "Consider only the patients whose cost is above the mean cost. How many are they, and what is their mean los?\n"
        "Answer format: @num_patients[n] @mean_los[m] where n is an integer and m is rounded to two decimals.",
        lambda t: (lambda own: {"num_patients": len(own), "mean_los": own["los"].mean()})(t[t["cost"] > t["cost"].mean()]),
    ),
    (
        "How strongly are los and cost correlated in the units Alpha and Delta?\nPearson correlation.\n"
        "Answer format: @r_alpha[r1] @r_delta[r2] where both are rounded to two decimals.",
        lambda t: {f"r_{name.lower()}": (lambda own: own["los"].corr(own["cost"]))(t[t["unit"] == name]) for name in ("Alpha", "Delta")},
    ),
    (
        'Create a column "stay": "short" if los is below 4, "medium" if it is at least 4 and below 8, and "long" if it is 8 or more. How many patients have a medium stay?\n'
        "Answer format: @medium_stays[n] where n is an integer.",
        lambda t: {"medium_stays": int(((t["los"] >= 4) & (t["los"] < 8)).sum())},
    ),
]


@pytest.mark.parametrize(("goal", "truth"), ASKED)
def test_what_restricts_nothing_is_read_as_such(goal: str, truth: Callable[[pd.DataFrame], dict[str, Any]]) -> None:
    """ "If yes", "regardless of", "(1 to 12)", what Q1 is and a list of all codes need no step."""
    assert fits(answered(goal), truth(WARD))


def test_repeated_rows_go_before_gaps_are_filled() -> None:
    """The order of the constraints holds, and the rows that went are counted."""
    twice = pd.concat([WARD, WARD.iloc[[3, 9, 9]]], ignore_index=True)
    once = twice.drop_duplicates()
    goal = (
        "Remove duplicated records and handle the missing values of crp. What is the mean crp afterwards?\n"
        "Remove exact duplicates first. Then fill the missing values of crp with the median of the column.\n"
        "Answer format: @duplicates_removed[n] @mean_crp[m] where n is an integer and m is rounded to two decimals."
    )
    assert fits(answered(goal, twice), {"duplicates_removed": 3, "mean_crp": once["crp"].fillna(once["crp"].median()).mean()})

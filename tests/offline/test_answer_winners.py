"""Answer formats about what a superlative found, limits in words, one group's correlation, lists and rules. Truths by pandas, beside each goal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from scipy import stats

sys.path.insert(0, str(Path(__file__).parent))
from ward import WARD, answered, fits


def _row(t: pd.DataFrame, column: str) -> Any:
    return t.loc[int(t[column].to_numpy().argmax())]


def _outliers(values: pd.Series[float]) -> pd.Series[float]:
    low, high = values.quantile(0.25), values.quantile(0.75)
    return values[(values < low - 1.5 * (high - low)) | (values > high + 1.5 * (high - low))]


ASKED: list[tuple[str, Callable[[pd.DataFrame], dict[str, Any]]]] = [
    (
        "Which unit has the most patients, and what is the mean cost in that unit?\nEach row is a patient.\n"
        'Answer format: @unit[name] @mean_cost[mean] where "name" is a string and "mean" is rounded to two decimals.',
        lambda t: (lambda u: {"unit": u, "mean_cost": t.loc[t["unit"] == u, "cost"].mean()})(str(t["unit"].value_counts().idxmax())),
    ),
    (
        "On which day was the highest cost recorded, and what was the los of that patient?\n"
        'Answer format: @day[date] @stay[los] where "date" is a string as in the day column and "los" is rounded to one decimal.',
        lambda t: {"day": str(_row(t, "cost")["day"]), "stay": float(_row(t, "cost")["los"])},
    ),
    (
        "What percentage of the patients had a long stay?\nA stay is considered long if los is at least 8.\nAnswer format: @long[p] where p is rounded to two decimals.",
        lambda t: {"long": 100 * (t["los"] >= 8).mean()},
    ),
    (
        "What is the mean cost of expensive patients?\nExpensive patients are those with a cost above 4000.\nAnswer format: @mean[m] rounded to two decimals.",
        lambda t: {"mean": t.loc[t["cost"] > 4000, "cost"].mean()},
    ),
    (
        "How strongly are los and cost correlated among men and among women?\nIn gndr 1 is male and 2 is female. Men are male and women are female. Use Pearson.\n"
        "Answer format: @corr_male[a] @corr_female[b] where a and b are rounded to two decimals.",
        lambda t: {f"corr_{name}": t.loc[t["gndr"] == code, "los"].corr(t.loc[t["gndr"] == code, "cost"]) for name, code in (("male", 1), ("female", 2))},
    ),
    (
        "List the outliers of los by the IQR method (1.5 * IQR).\nAnswer format: @los_outliers[v1,v2,...] sorted in descending order, each with one decimal.",
        lambda t: {"los_outliers": ",".join(f"{value:.1f}" for value in sorted(_outliers(t["los"]), reverse=True))},
    ),
    (
        "Which pair of variables among los, crp and cost has the strongest correlation?\nUse Pearson.\n"
        "Answer format: @pair[variable1,variable2] @coefficient[r] where the variables are in alphabetical order and r is rounded to two decimals.",
        lambda t: {"pair": "cost,los", "coefficient": t["los"].corr(t["cost"])},
    ),
    (
        "How many different units treated at least one patient with the outcome D?\nCount distinct values of unit among the rows whose outc equals 'D'.\n"
        'Answer format: @units[n] where "n" is an integer.',
        lambda t: {"units": t.loc[t["outc"] == "D", "unit"].nunique()},
    ),
    (
        "What percentage of the values in the crp column is missing? And in the sbp column?\n"
        "Answer format: @crp_missing_pct[p1] @sbp_missing_pct[p2] where p1 and p2 have two decimal places.",
        lambda t: {"crp_missing_pct": 100 * t["crp"].isna().mean(), "sbp_missing_pct": 100 * t["sbp"].isna().mean()},
    ),
    (
        "Compare the cost of the two sexes.\nGroup by gndr and calculate the average of cost. Perform an independent two-sample t-test assuming equal variances "
        "(scipy.stats.ttest_ind with default parameters).\nAnswer format: @p_value[p] where p is rounded to three decimals.",
        lambda t: {"p_value": round(float(stats.ttest_ind(t.loc[t["gndr"] == 1, "cost"], t.loc[t["gndr"] == 2, "cost"]).pvalue), 3)},
    ),
    (
        'Is los skewed?\nThe tail is "right" if skewness is positive, "left" if negative.\nAnswer format: @skewness[s] @tail[word] where "s" is rounded to two decimals.',
        lambda t: {"skewness": t["los"].skew(), "tail": "right"},
    ),
    (
        'Are los and cost related?\nUse the Pearson correlation. If the absolute value is at least 0.5 say "related", else "unrelated".\n'
        'Answer format: @r[r] @status[word] where "r" is rounded to two decimals.',
        lambda t: {"r": t["los"].corr(t["cost"]), "status": "related"},
    ),
    (
        "What is the average net cost of the Alpha unit?\nThe net cost of a patient is cost minus crp.\nAnswer format: @net[m] rounded to two decimals.",
        lambda t: {"net": (t["cost"] - t["crp"])[t["unit"] == "Alpha"].mean()},
    ),
    (
        "How long did the patients of Gamma stay?\nSum the los column.\nAnswer format: @total[t] rounded to one decimal.",
        lambda t: {"total": t.loc[t["unit"] == "Gamma", "los"].sum()},
    ),
    (
        "Is los normally distributed?\nUse scipy.stats.normaltest. The null hypothesis of normality is rejected if the p-value is below 0.05.\n"
        "Answer format: @normality[normal/not normal]",
        lambda t: {"normality": "not normal"},
    ),
    (
        "Does the cost differ by unit?\nPerform a one-way ANOVA.\n"
        'Answer format: @f[f] @best[unit] where "f" is rounded to two decimals and "unit" is the unit with the highest mean cost.',
        lambda t: {
            "f": float(stats.f_oneway(*(part["cost"] for _, part in t.groupby("unit"))).statistic),
            "best": str(t.groupby("unit")["cost"].mean().idxmax()),
        },
    ),
    (
        "How many outliers does los have by the Z-score method?\nValues with a Z-score greater than 2.5 or less than -2.5 are considered outliers. "
        "The Z-score should be computed with the population standard deviation.\nAnswer format: @n_outliers[n] where n is an integer.",
        lambda t: {"n_outliers": int((((t["los"] - t["los"].mean()) / t["los"].std(ddof=0)).abs() > 2.5).sum())},
    ),
]


@pytest.mark.parametrize(("goal", "truth"), ASKED)
def test_what_a_question_found_is_carried_into_every_slot(goal: str, truth: Callable[[pd.DataFrame], dict[str, Any]]) -> None:
    """The winner's other column or statistic, the limit's word, the group's correlation, the order of a list, the rule's label."""
    assert fits(answered(goal), truth(WARD)), (answered(goal), truth(WARD))


DECLINED = [
    "Find the unit with the most patients and describe how the weather was there.\nAnswer format: @unit[u] @sunshine[s] where s is rounded to two decimals.",
    "How much does the mean cost differ between the young and the old?\nAnswer format: @mean_difference[d] rounded to two decimals.",
]


@pytest.mark.parametrize("goal", DECLINED)
def test_a_single_number_is_no_difference_and_no_other_place(goal: str) -> None:
    """A mean of all rows is offered neither as a difference nor as the mean "there"."""
    assert answered(goal) is None


def test_a_formula_of_which_one_side_was_read_gives_no_answer() -> None:
    """A new column that divides two, and holds one of them alone, declines the answer; so does nothing else of the goal."""
    frame = pd.DataFrame({"Height_cm": [170.0, 180, 160, 175], "Weight_kg": [60.0, 90, 55, 70]})
    goal = (
        'Create a new feature called "BMI" by dividing the weight in kilograms by the square of the height in metres, and calculate its mean. {table}\n'
        'Answer format: @mean_bmi[m], where "m" is a number rounded to two decimals.'
    )
    given = answered(goal, frame)
    assert given is None or fits(given, {"mean_bmi": (frame.Weight_kg / (frame.Height_cm / 100) ** 2).mean()})

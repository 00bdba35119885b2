"""Answer formats whose goals define words: codes, other names of columns; and numbers held against each other. Truths by pandas, beside each goal."""

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

from nb_orchestra.offline.reading import read_table
from nb_orchestra.offline.reading.answer_formats.glossary import glossed

ASKED: list[tuple[str, Callable[[pd.DataFrame], dict[str, Any]]]] = [
    (
        "What is the mean length of stay of the female patients?\nThe length of stay is stored in the `los` column. In gndr, 1 stands for male and 2 stands for female.\n"
        "Answer format: @stay[mean] rounded to two decimals.",
        lambda t: {"stay": t.loc[t["gndr"] == 2, "los"].mean()},
    ),
    (
        "Is there a difference in cost between diabetic and non-diabetic patients?\nA value of 1 in diab denotes a diabetic patient, a value of 0 a non-diabetic patient. "
        "Perform a t-test assuming equal variances.\n"
        "Answer format: @mean_diabetic[a] @mean_non_diabetic[b] @p_value[p] where a and b are rounded to two decimals and p to four decimals.",
        lambda t: {
            "mean_diabetic": t.loc[t["diab"] == 1, "cost"].mean(),
            "mean_non_diabetic": t.loc[t["diab"] == 0, "cost"].mean(),
            "p_value": float(stats.ttest_ind(t.loc[t["diab"] == 1, "cost"], t.loc[t["diab"] == 0, "cost"]).pvalue),
        },
    ),
    (
        "What is the difference between the mean los of the patients who died and of those who recovered?\n"
        'A patient died if outc is "D" and recovered if outc is "R".\nAnswer format: @difference[d] rounded to two decimals.',
        lambda t: {"difference": t.loc[t["outc"] == "D", "los"].mean() - t.loc[t["outc"] == "R", "los"].mean()},
    ),
    (
        "What is the difference between the mean cost of the Delta and the Gamma unit?\nSubtract the mean cost of Gamma from the mean cost of Delta.\n"
        "Answer format: @mean_difference[d] rounded to two decimals.",
        lambda t: {"mean_difference": t.loc[t["unit"] == "Delta", "cost"].mean() - t.loc[t["unit"] == "Gamma", "cost"].mean()},
    ),
    (
        "How many rows contain at least one missing value, and what percentage of all rows is that?\n"
        "Answer format: @incomplete_rows[n] @incomplete_rows_percentage[p] where n is an integer and p is rounded to two decimals.",
        lambda t: {"incomplete_rows": int(t.isna().any(axis=1).sum()), "incomplete_rows_percentage": 100 * t.isna().any(axis=1).mean()},
    ),
    (
        "Which unit has the most patients, and how many are there?\nEach row is one patient.\n"
        'Answer format: @unit[name] @number_of_patients[n] where "name" is a string and "n" is an integer.',
        lambda t: {"unit": t["unit"].value_counts().idxmax(), "number_of_patients": int(t["unit"].value_counts().max())},
    ),
    (
        "In which year was the average cost the highest?\nExtract the year from day, then average cost per year.\n"
        'Answer format: @year[y] @average_cost[a] where "y" is an integer and "a" is rounded to two decimals.',
        lambda t: (lambda m: {"year": int(str(m.idxmax())), "average_cost": m.max()})(t.groupby(pd.to_datetime(t["day"]).dt.year)["cost"].mean()),
    ),
    (
        "Is diab associated with gndr?\nPerform a chi-square test of independence between gndr and diab. Report the statistic, the degrees of freedom and the p-value.\n"
        "Answer format: @chi2[c] @dof[d] @p_value[p] where c is rounded to three decimals, d is an integer and p is rounded to four decimals.",
        lambda t: (lambda c: {"chi2": float(c.statistic), "dof": float(c.dof), "p_value": float(c.pvalue)})(
            stats.chi2_contingency(pd.crosstab(t["gndr"], t["diab"]))
        ),
    ),
    (
        "Which of the variables los, crp and sbp has the strongest correlation with cost?\nUse Pearson's coefficient.\n"
        'Answer format: @variable[name] @coefficient[r] where "name" is the column name and "r" is rounded to two decimals.',
        lambda t: (lambda r: {"variable": str(r.abs().idxmax()), "coefficient": float(r.to_numpy()[r.abs().to_numpy().argmax()])})(
            t[["los", "crp", "sbp"]].corrwith(t["cost"])
        ),
    ),
    (
        "Find the outliers of los by the z-score method and the mean cost of the remaining rows.\n"
        "A stay is an outlier if the absolute z-score of its los is greater than 2.5. Use the sample standard deviation.\n"
        'Answer format: @num_outliers[n] @mean_cost_without_outliers[m] where "n" is an integer and "m" is rounded to two decimals.',
        lambda t: (lambda z: {"num_outliers": int((z > 2.5).sum()), "mean_cost_without_outliers": t.loc[z <= 2.5, "cost"].mean()})(
            ((t["los"] - t["los"].mean()) / t["los"].std()).abs()
        ),
    ),
    (
        'What percentage of the patients in the Alpha unit have diabetes?\nThe "diab" column indicates whether a patient has diabetes (1) or not (0).\n'
        'Answer format: @share[p] where "p" is a percentage rounded to two decimals.',
        lambda t: {"share": 100 * t.loc[t["unit"] == "Alpha", "diab"].mean()},
    ),
    (
        "Which column has the most missing values, and how many are missing?\n"
        'Answer format: @column[name] @missing_count[n] where "name" is a string and "n" is an integer.',
        lambda t: {"column": str(t.isna().sum().idxmax()), "missing_count": int(t.isna().sum().max())},
    ),
    (
        "Determine the Spearman correlation between the length of stay and the blood pressure.\n"
        'Use "los" for the length of stay and "sbp" for the blood pressure.\nAnswer format: @rho[r] rounded to two decimals.',
        lambda t: {"rho": t["los"].corr(t["sbp"], method="spearman")},
    ),
    (
        "Test whether the cost depends on the unit.\nApply the Kruskal-Wallis H test to the three units (Alpha, Delta, Gamma).\n"
        'Answer format: @h_statistic[h] @median_delta[m] where "h" is rounded to two decimals and "m" is the median cost of the unit "Delta", rounded to two decimals.',
        lambda t: {
            "h_statistic": float(stats.kruskal(*(part["cost"] for _, part in t.groupby("unit"))).statistic),
            "median_delta": t.loc[t["unit"] == "Delta", "cost"].median(),
        },
    ),
    (
        "How many distinct outcomes are there and which one occurs most frequently?\nUse the outc column.\n"
        'Answer format: @number_of_outcomes[n] @most_frequent[o] where "n" is an integer and "o" is a string.',
        lambda t: {"number_of_outcomes": t["outc"].nunique(), "most_frequent": str(t["outc"].mode()[0])},
    ),
    (
        "Compare the mean cost of diabetic and non-diabetic patients.\ndiab = 1 means diabetic and diab = 0 means non-diabetic.\n"
        'Answer format: @mean_diabetic[a] @mean_non_diabetic[b] @cost_difference[d] where "a" and "b" are rounded to two decimals and "d" is the first minus the second.',
        lambda t: (lambda m: {"mean_diabetic": m[1], "mean_non_diabetic": m[0], "cost_difference": m[1] - m[0]})(t.groupby("diab")["cost"].mean()),
    ),
    (
        "What percentage of the Alpha patients recovered, compared to the Delta patients?\nThe column `outc` is `R` if the patient recovered.\n".replace(
            "`R`", '"R"'
        )
        + "Answer format: @recovery_rate_alpha[p1] @recovery_rate_delta[p2] where p1 and p2 are percentages rounded to two decimals.",
        lambda t: {f"recovery_rate_{name.casefold()}": 100 * (t.loc[t["unit"] == name, "outc"] == "R").mean() for name in ("Alpha", "Delta")},
    ),
    (
        "Calculate the mean cost after removing all incomplete rows.\nDrop every row that contains a missing value in any column before computing the mean of cost.\n"
        "Answer format: @mean_cost[m] @rows_remaining[n] where m is rounded to two decimals and n is an integer.",
        lambda t: {"mean_cost": t.dropna()["cost"].mean(), "rows_remaining": len(t.dropna())},
    ),
    (
        "How many patients died, and what is their average cost?\nA patient died if outc equals 'D'.\n"
        "Answer format: @deaths[n] @average_cost[m] where n is an integer and m is rounded to two decimals.",
        lambda t: {"deaths": int((t["outc"] == "D").sum()), "average_cost": t.loc[t["outc"] == "D", "cost"].mean()},
    ),
    (
        "Are the variances of cost equal in the units?\nUse Levene's test grouped by unit. If the p-value is less than 0.9999, the variances are considered unequal.\n"
        "Answer format: @equal_variances[yes/no]",
        lambda t: {"equal_variances": "no"},
    ),
    (
        "How many outliers does the length of stay (los) have?\nUse the IQR method (1.5 * IQR).\nAnswer format: @n_outliers[n] where n is an integer.",
        lambda t: (lambda q: {"n_outliers": int(((t["los"] < 2.5 * q[0.25] - 1.5 * q[0.75]) | (t["los"] > 2.5 * q[0.75] - 1.5 * q[0.25])).sum())})(
            t["los"].quantile([0.25, 0.75])
        ),
    ),
    (
        "Which unit has the highest average bill?\nThe bill is stored in the cost column and the length of stay in the los column.\n"
        "Group by unit and average the bill.\nAnswer format: @unit[name] where name is a string.",
        lambda t: {"unit": str(t.groupby("unit")["cost"].mean().idxmax())},
    ),
]


@pytest.mark.parametrize(("goal", "truth"), ASKED)
def test_words_that_a_goal_defines_are_used_as_it_defines_them(goal: str, truth: Callable[[pd.DataFrame], dict[str, Any]]) -> None:
    """Codes, other names of columns, differences, whole rows: every slot as pandas computes it."""
    assert fits(answered(goal), truth(WARD)), (answered(goal), truth(WARD))


DEFINED = [
    ("The gndr column is coded 1 = male, 2 = female.", {("male", 1), ("femal", 2)}),
    ("diab (0 = no diabetes, 1 = diabetes)", {("diabet", 1)}),
    ('A patient died if outc equals "D".', {("die", "D")}),
    ('Transferred patients have the outc "T".', {("transferr", "T")}),
    ("Only consider rows where gndr is 1.", set()),
    ('The unit is "Alpha".', set()),
    ("Group by unit and compute the mean.", set()),
    ("If the p-value is below 0.05, the gndr effect is real.", set()),
]


@pytest.mark.parametrize(("sentence", "meant"), DEFINED)
def test_a_definition_is_told_from_a_restriction(sentence: str, meant: set[tuple[str, Any]]) -> None:
    """A code with its word defines; a condition, an order and a rule do not."""
    _, table = glossed(f"How many?\n{sentence}\nAnswer format: @n[n]", read_table("table", WARD))
    assert {(item.words[0], item.value) for item in table.meanings if len(item.words) == 1} == meant

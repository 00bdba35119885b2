"""Columns that a goal with an answer format makes: whole formulas in words, values as numbers, classes by cut points, parts of dates, transformations."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.offline.reading import read_table
from nb_orchestra.offline.reading.deriving.phrased import phrased
from nb_orchestra.offline.reading.tagging import tag

RNG = np.random.default_rng(3)
N = 120
STAFF = pd.DataFrame(
    {
        "sex": RNG.choice(["male", "female"], N),
        "smoker": RNG.choice(["yes", "no"], N),
        "weight": RNG.normal(75, 10, N).round(1),
        "height": RNG.normal(172, 9, N).round(),
        "years of service": RNG.integers(0, 40, N),
        "salary": RNG.normal(4000, 600, N).round(),
        "bonus": RNG.gamma(2.0, 150.0, N).round(1),
        "hired": pd.date_range("2011-02-01", periods=N, freq="20D").astype(str),
        "left": (pd.date_range("2011-02-01", periods=N, freq="20D") + pd.to_timedelta(RNG.integers(5, 900, N), "D")).astype(str),
        "first": RNG.choice(["Ann", "Bo", "Cleo"], N),
        "last": RNG.choice(["Ames", "Bright", "Cole"], N),
    }
)
CLASS = pd.cut(STAFF["years of service"], [-1, 4, 14, 99], labels=["new", "settled", "veteran"])


def answered(goal: str) -> dict[str, str]:
    run = orchestrate(goal, data={"table": STAFF}, model="builtin", cache=False)
    return dict(re.findall(r"@(\w+)\[(.*?)\]", str(run.value)))


@pytest.mark.parametrize(
    ("said", "formula"),
    [
        ("weight divided by the square of height in meters (the height is in centimeters)", "(weight / ((height / 100) ** 2))"),
        ("the sum of salary and bonus, divided by 12", "((salary + bonus) / 12)"),
        ("(salary - bonus) / bonus * 100", "(((salary - bonus) / bonus) * 100)"),
        ("dividing the bonus by the salary and multiplying by 100", "((bonus / salary) * 100)"),
        ("subtracting the bonus from the salary", "(salary - bonus)"),
        ("the ratio of bonus to salary, expressed as a percentage", "((bonus / salary) * 100)"),
        ("the percentage change from bonus to salary", "(((salary - bonus) / bonus) * 100)"),
        ("the natural logarithm of salary", "log(salary)"),
        ("the square root of the sum of salary and bonus", "sqrt((salary + bonus))"),
        ("the number of days between hired and left", "days_between(hired, left)"),
        ("the difference between the hired and the left date", "days_between(hired, left)"),
    ],
)
def test_a_formula_in_words_is_read_whole(said: str, formula: str) -> None:
    table = read_table("staff", STAFF)
    assert spelled(phrased(tag(said, table), table, said)) == formula


def spelled(tree: Any) -> str:
    if not isinstance(tree, dict):
        return str(tree)
    if "column" in tree:
        return str(tree["column"])
    args = [spelled(item) for item in tree["args"]]
    return f"({args[0]} {tree['op']} {args[1]})" if not tree["op"][0].isalpha() else f"{tree['op']}({', '.join(args)})"


CASES: list[tuple[str, str, dict[str, Any]]] = [
    (
        "values as numbers",
        "Convert the smoker column into a binary variable (yes = 1, no = 0) and compute the correlation between this variable and the salary.\n"
        "Use the Pearson correlation coefficient.\nAnswer format: @r[r] rounded to three decimals",
        {"r": (STAFF.smoker == "yes").astype(int).corr(STAFF.salary)},
    ),
    (
        "values as numbers, the verb first",
        "Map male to 0 and female to 1 in the sex column. What is the mean of the sex column?\nAnswer format: @mean_sex[mean] rounded to three decimals",
        {"mean_sex": (STAFF.sex == "female").mean()},
    ),
    (
        "classes by cut points",
        "Categorize the staff by their years of service and find the average salary in each of the categories.\n"
        'Staff with less than 5 years are "new", those with 5 to 14 years are "settled", and those with 15 or more are "veteran".\n'
        "Answer format: @avg_new[mean_new] @avg_settled[mean_settled] @avg_veteran[mean_veteran] rounded to two decimals",
        {f"avg_{name}": STAFF.salary[name == CLASS].mean() for name in ("new", "settled", "veteran")},
    ),
    (
        "a part of a date",
        "Extract the year from the hired column. In which year was the average salary the highest?\n"
        "Answer format: @year[year] @average[mean] where year is an integer and mean is rounded to two decimals",
        {"year": STAFF.groupby(pd.to_datetime(STAFF.hired).dt.year).salary.mean().idxmax(), "average": STAFF.groupby(STAFF.hired.str[:4]).salary.mean().max()},
    ),
    (
        "before and after a transformation",
        "Apply a logarithmic transformation to the bonus column and compare the skewness before and after the transformation.\n"
        "Use the natural logarithm and the skew function of pandas.\nAnswer format: @skew_before[s1] @skew_after[s2] rounded to two decimals",
        {"skew_before": STAFF.bonus.skew(), "skew_after": np.log(STAFF.bonus).skew()},
    ),
    (
        "the largest of a made column",
        'Create a new column "pay_gap" that contains the difference between salary and bonus. What is the largest gap?\n'
        "Answer format: @largest[value] rounded to two decimals",
        {"largest": (STAFF.salary - STAFF.bonus).max()},
    ),
    (
        "a z-score and how many lie beyond",
        'Standardize the salary column by computing z-scores in a new column "salary_z". How many staff have a z-score greater than 1?\n'
        "Answer format: @n_above[count] where count is an integer",
        {"n_above": int((((STAFF.salary - STAFF.salary.mean()) / STAFF.salary.std()) > 1).sum())},
    ),
]


@pytest.mark.parametrize(("goal", "truth"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_made_column_is_computed_as_it_is_said(goal: str, truth: dict[str, Any]) -> None:
    given = answered(goal)
    assert set(given) == set(truth)
    for name, value in truth.items():
        places = len(given[name].partition(".")[2])
        assert float(given[name]) == pytest.approx(float(value), abs=0.51 * 10**-places)


def test_an_answer_that_does_not_use_the_column_that_the_goal_makes_is_not_offered() -> None:
    goal = (
        'Create a new column "thrift" that is known to the payroll office only, as the difference between salary and bonus. What is the mean weight?\n'
        "Answer format: @mean_weight[mean] rounded to two decimals"
    )
    assert answered(goal) == {}


def test_missing_values_in_total_are_those_of_all_columns() -> None:
    gaps = STAFF.assign(weight=STAFF.weight.mask(STAFF.index < 7), bonus=STAFF.bonus.mask(STAFF.index < 4))
    goal = (
        "How many missing values does the dataset contain in total, and what percentage of the weight values is missing?\n"
        "Answer format: @total_missing[n] @weight_missing_pct[pct] where n is an integer and pct is rounded to two decimals"
    )
    run = orchestrate(goal, data={"table": gaps}, model="builtin", cache=False)
    assert str(run.value).split() == ["@total_missing[11]", "@weight_missing_pct[5.83]"]


@pytest.mark.parametrize("pair", [("male", "female"), ("female", "male")])
def test_a_t_is_that_of_the_group_named_first_minus_the_other(pair: tuple[str, str]) -> None:
    from scipy import stats

    goal = (
        f"Does the weight differ between {pair[0]} and {pair[1]} staff? Use an independent t-test with equal variances.\n"
        "Answer format: @t_statistic[t] rounded to two decimals"
    )
    t = stats.ttest_ind(*(STAFF.weight[STAFF.sex == sex] for sex in pair)).statistic
    assert float(answered(goal)["t_statistic"]) == pytest.approx(t, abs=0.0051)


def test_a_rule_for_a_verdict_sorts_no_rows() -> None:
    goal = (
        "What is the correlation between weight and height? Use Pearson.\n"
        'If r is greater than 0.5, the relation is "strong", otherwise it is "weak".\nAnswer format: @r[r] @relation[label] with r rounded to two decimals'
    )
    r = STAFF.weight.corr(STAFF.height)
    assert answered(goal) == {"r": f"{r:.2f}", "relation": "strong" if r > 0.5 else "weak"}

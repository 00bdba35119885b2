"""Goals with an answer format on small tables of their own: each clause is in the plan, or the answer is declined. Truths by pandas, beside each goal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.reading.answer_formats.formats import slots
from nb_orchestra.offline.reading.answer_formats.verdicts import rules

sys.path.insert(0, str(Path(__file__).parent))
from ward import answered as of_table
from ward import fits

_RANDOM = np.random.default_rng(7)
_N = 60
SHOP = pd.DataFrame(
    {
        "order_no": range(1, _N + 1),
        "Unit Price": np.round(_RANDOM.gamma(4.0, 5.0, _N), 2),
        "qty": _RANDOM.integers(1, 9, _N),
        "delivery_hours": np.where(np.arange(_N) % 9 == 4, np.nan, np.round(_RANDOM.normal(48, 12, _N), 1)),
        "return_fee": np.round(_RANDOM.gamma(2.0, 2.0, _N), 2),
        "region": _RANDOM.choice(["North", "South", "East"], _N),
        "grade": np.where(np.arange(_N) % 11 == 6, None, _RANDOM.choice(["A", "B", "C"], _N)),
        "remark": _RANDOM.choice(["late parcel", "parcel wet", "late", "fine", "box wet, late"], _N),
        "paid": _RANDOM.choice(["Y", "N"], _N),
    }
)
SHOP.loc[3, "Unit Price"] = 180.0
SHOP["qty_packed"] = SHOP["qty"] * 3 + _RANDOM.integers(0, 4, _N)


def _inside(values: Any) -> Any:
    """True within Tukey's fences."""
    low, high = values.quantile(0.25), values.quantile(0.75)
    return values.between(low - 1.5 * (high - low), high + 1.5 * (high - low))


def _mae(table: pd.DataFrame, features: list[str], target: str) -> float:
    train, test = train_test_split(table, test_size=0.25, random_state=1)
    return float((LinearRegression().fit(train[features], train[target]).predict(test[features]) - test[target]).abs().mean())


def answered(goal: str) -> dict[str, str] | None:
    return of_table(goal, SHOP)


FORMATS = [
    ('@r[a], @p[b] where "a" is rounded to two decimals and "b" to four decimals.', [2, 4]),
    ('@x[u] @y[v] where "u" has three decimals, "v" an integer.', [3, 0]),
    ("@first[k], @second[l], @third[m] where k, l and m are integers.", [0, 0, 0]),
    ('@mean[m] @sd[s] @n[c] where "m" and "s" are rounded to four decimal places, and "c" is an integer.', [4, 4, 0]),
    ("@n_a[count] @mean_a[mean] where the counts are integers and the means are rounded to one decimal place.", [0, 1]),
]


@pytest.mark.parametrize(("text", "decimals"), FORMATS)
def test_each_slot_has_its_own_decimals(text: str, decimals: list[int]) -> None:
    """Placeholders may share an explanation, and a verb said once holds for those that follow."""
    assert [slot.decimals for slot in slots(text, "")] == decimals


RULES = [
    ('State "up" if the slope is above 0.1, "down" if it is below -0.1, and "flat" otherwise.', ["up", "down", "flat"], [[">"], ["<"], []]),
    ('If the kurtosis exceeds 1, call it "heavy"; in all other cases "light".', ["heavy", "light"], [[">"], []]),
    ('|r| > 0.8 means "tight", 0.4 <= |r| <= 0.8 "loose" and |r| < 0.4 "none".', ["tight", "loose", "none"], [[">"], ["between"], ["<"]]),
    ('If the coefficient is positive, answer "rising"; if it is negative, answer "falling".', ["rising", "falling"], [[">"], ["<"]]),
    ('The link is "close" for |r| of 0.5 or more, and "wide" otherwise.', ["close", "wide"], [[">="], []]),
]


@pytest.mark.parametrize(("text", "labels", "signs"), RULES)
def test_a_rule_for_a_word_is_read_in_any_order(text: str, labels: list[str], signs: list[list[str]]) -> None:
    """Label before condition or behind it, the quantity said once, and what holds otherwise."""
    found = rules(text)
    assert all(label in rule.label for label, rule in zip(labels, found, strict=True)), found
    assert [[condition["op"] for condition in rule.when] for rule in found] == signs


DECLINED = [
    "What is the mean Unit Price? Winsorise by replacing the largest value with 5.\nAnswer format: @mean[m] rounded to two decimals",
    'What is the mean Unit Price?\nMap the grade "A" to 1.\nAnswer format: @mean[m] rounded to two decimals',
    "What is the mean Unit Price?\nSplit the data into 70% training and 30% test data.\nAnswer format: @mean[m] rounded to two decimals",
    "What is the mean Unit Price of the 17 best customers?\nAnswer format: @mean[m] rounded to two decimals",
    "What is the mean Unit Price?\nWeight each row by `qty_packed`.\nAnswer format: @mean[m] rounded to two decimals",
    "Find the mean return_fee.\nTake only entries lacking any grade out of account.\nAnswer format: @fee[mean] rounded to two decimals",
]


@pytest.mark.parametrize("goal", DECLINED)
def test_an_answer_that_leaves_a_clause_out_is_not_offered(goal: str) -> None:
    """A number, a column, a value or an order that no step holds makes it the answer to another question."""
    assert answered(goal) is None


ASKED: list[tuple[str, Callable[[pd.DataFrame], dict[str, Any]]]] = [
    (
        'Is the Unit Price skewed?\nUse scipy.stats.skew. If the absolute value of the skewness is above 1, the shape is "lopsided"; otherwise it is "even".\n'
        'Answer format: @skewness[s] @shape[shape] where "s" is rounded to two decimals and "shape" is a string as given in the constraints.',
        lambda t: {"skewness": float(((t["Unit Price"] - t["Unit Price"].mean()) ** 3).mean() / t["Unit Price"].std(ddof=0) ** 3), "shape": "lopsided"},
    ),
    (
        'How do qty and qty_packed go together?\nCalculate the Pearson correlation. |r| > 0.8 means "tight", 0.4 <= |r| <= 0.8 "loose" and |r| < 0.4 "none".\n'
        'Answer format: @r[x] @strength[word] where "x" is rounded to two decimals and "word" is a string.',
        lambda t: {"r": float(t["qty"].corr(t["qty_packed"])), "strength": "tight"},
    ),
    (  # a slot's loose word is no other column than the one that is named
        "Calculate the mean and the median of the delivery_hours column.\nAnswer format: @mean_fee[a] @median_fee[b] where both are rounded to two decimals.",
        lambda t: {"mean_fee": t["delivery_hours"].mean(), "median_fee": t["delivery_hours"].median()},
    ),
    (
        'Which quality class occurs most often?\nUse the "grade" column and count the occurrences of each value.\n'
        'Answer format: @commonest[name] where "name" is a string.',
        lambda t: {"commonest": t["grade"].mode()[0]},
    ),
    (
        'In how many cases was the price greater than 25?\nUse the column "Unit Price" and count those strictly greater than 25.\n'
        'Answer format: @expensive[number] where "number" is a non-negative integer.',
        lambda t: {"expensive": int((t["Unit Price"] > 25).sum())},
    ),
    (
        "What is the average number of pieces handled by the region per order?\nUse the qty_packed column.\n"
        'Answer format: @pieces[mean] where "mean" is rounded to two decimals.',
        lambda t: {"pieces": t["qty_packed"].mean()},
    ),
    (
        "Find the mean return_fee.\nOrders with a missing grade are left out.\nAnswer format: @fee[mean] rounded to two decimals.",
        lambda t: {"fee": t.dropna(subset=["grade"])["return_fee"].mean()},
    ),
    (
        "Find the mean return_fee.\nEntries without a delivery_hours must not be considered.\nAnswer format: @fee[mean] rounded to two decimals.",
        lambda t: {"fee": t.dropna(subset=["delivery_hours"])["return_fee"].mean()},
    ),
    (
        'Find the median Unit Price.\nOnly orders in which the "region" column is exactly "South" are used.\nAnswer format: @price[median] rounded to two decimals.',
        lambda t: {"price": t.loc[t["region"] == "South", "Unit Price"].median()},
    ),
    (
        "Handle the missing values of delivery_hours and find the region with the lowest average delivery_hours afterwards.\n"
        "Use the mean of the delivery_hours column for the imputation. Group by region.\n"
        'Answer format: @region[name] @hours[mean] where "name" is a string and "mean" is rounded to two decimals.',
        lambda t: (lambda m: {"region": m.idxmin(), "hours": m.min()})(t["delivery_hours"].fillna(t["delivery_hours"].mean()).groupby(t["region"]).mean()),
    ),
    (
        "Which region packed the most pieces?\nGroup the rows by region and add up the qty_packed values.\n"
        'Answer format: @region[name], @pieces[total] where "name" is a string and "total" is an integer.',
        lambda t: (lambda m: {"region": m.idxmax(), "pieces": float(m.max())})(t.groupby("region")["qty_packed"].sum()),
    ),
    (
        'How many orders mention late?\nCount all rows whose "remark" text contains the word "late", also with other words (e.g. "box wet, late").\n'
        'Answer format: @late[count] where "count" is an integer.',
        lambda t: {"late": int(t["remark"].str.contains("late").sum())},
    ),
    (
        "Find the outliers of the Unit Price with the z-score method and report the average price once they are gone.\n"
        "Z-score = (value - mean) / standard deviation (ddof = 1). An outlier has an absolute z-score above 2. Remove the outliers first.\n"
        'Answer format: @outliers[count] @mean_after[mean] where "count" is an integer and "mean" is rounded to two decimals.',
        lambda t: (lambda z: {"outliers": int((z.abs() > 2).sum()), "mean_after": t.loc[z.abs() <= 2, "Unit Price"].mean()})(
            (t["Unit Price"] - t["Unit Price"].mean()) / t["Unit Price"].std()
        ),
    ),
    (
        "What percentage of the delivery_hours values is missing?\nAnswer format: @gaps[percentage] rounded to two decimals.",
        lambda t: {"gaps": 100 * t["delivery_hours"].isna().mean()},
    ),
    (  # the next "it" is the column that was made
        'Create a new column "fee_and_price" as the sum of return_fee and "Unit Price". How strongly is it correlated with qty?\n'
        'Use the Pearson coefficient. If the coefficient is greater than 0.5, the tie is "firm"; otherwise it is "slack".\n'
        'Answer format: @r[value] @tie[word] where "value" is rounded to two decimals and "word" is a string.',
        lambda t: {"r": float((t["return_fee"] + t["Unit Price"]).corr(t["qty"])), "tie": "slack"},
    ),
    (
        'Calculate the price gap as the difference between "Unit Price" and "return_fee" and report its mean and maximum.\n'
        "Answer format: @mean_gap[a] @max_gap[b] where both are rounded to two decimals.",
        lambda t: {"mean_gap": (t["Unit Price"] - t["return_fee"]).mean(), "max_gap": (t["Unit Price"] - t["return_fee"]).max()},
    ),
    (
        "What is the total qty_packed of the orders with a grade of B, and what is the average return_fee of these orders?\n"
        'Answer format: @total[sum] @average_fee[mean] where "sum" is an integer and "mean" is rounded to two decimals.',
        lambda t: {"total": float(t.loc[t["grade"] == "B", "qty_packed"].sum()), "average_fee": t.loc[t["grade"] == "B", "return_fee"].mean()},
    ),
    (  # a t has the sign of the order in which its groups are named
        "Is there a significant difference in return_fee between South and North?\n"
        'Perform an independent two-sample t-test (equal variances) between the rows with region "South" and those with region "North".\n'
        'Answer format: @t_statistic[t] where "t" is rounded to two decimals.',
        lambda t: {"t_statistic": float(ttest_ind(*(t.loc[t["region"] == name, "return_fee"] for name in ("South", "North"))).statistic)},
    ),
    (
        'Identify the outliers in the "Unit Price" column and compare the mean with and without them.\nUse the IQR method (1.5 * IQR).\n'
        'Answer format: @mean_with[m1] @mean_without[m2] where "m1" and "m2" are rounded to two decimals.',
        lambda t: {"mean_with": t["Unit Price"].mean(), "mean_without": t.loc[_inside(t["Unit Price"]), "Unit Price"].mean()},
    ),
    (
        "Remove the outliers from the Unit Price by the IQR method and compare the mean before and after the removal.\n"
        "Outliers lie below Q1 - 1.5 * IQR or above Q3 + 1.5 * IQR.\n"
        'Answer format: @outliers_removed[n] @mean_before[m1] @mean_after[m2] where "n" is an integer; "m1" and "m2" are rounded to two decimals.',
        lambda t: {
            "outliers_removed": int((~_inside(t["Unit Price"])).sum()),
            "mean_before": t["Unit Price"].mean(),
            "mean_after": t.loc[_inside(t["Unit Price"]), "Unit Price"].mean(),
        },
    ),
    (  # what codes stand for restricts nothing
        "How many orders of each grade are there?\nUse the grade column, where A is fine, B is fair and C is poor.\n"
        "Answer format: @count_A[a] @count_C[c] where a and c are integers.",
        lambda t: {"count_A": int((t["grade"] == "A").sum()), "count_C": int((t["grade"] == "C").sum())},
    ),
    (
        "How many missing values are there in the delivery_hours column, and what percentage of the rows is that?\n"
        'Answer format: @missing_count[n] @missing_percent[p] where "n" is an integer and "p" is rounded to two decimals.',
        lambda t: {"missing_count": int(t["delivery_hours"].isna().sum()), "missing_percent": 100 * t["delivery_hours"].isna().mean()},
    ),
    (
        "Train a linear regression model that predicts qty_packed.\nUse qty and return_fee as the features. Split the data into 75% training and 25% test data with "
        'random_state=1.\nAnswer format: @mae[error] where "error" is the mean absolute error rounded to three decimals.',
        lambda t: {"mae": _mae(t, ["qty", "return_fee"], "qty_packed")},
    ),
    (
        "What is the mean qty, and for which region is the qty highest on average?\n"
        'Answer format: @mean_qty[mean] @region[name] where "mean" is rounded to two decimals and "name" is a string.',
        lambda t: {"mean_qty": t["qty"].mean(), "region": t.groupby("region")["qty"].mean().idxmax()},
    ),
]


@pytest.mark.parametrize(("goal", "truth"), ASKED)
def test_an_answer_format_is_filled_as_pandas_computes(goal: str, truth: Callable[[pd.DataFrame], dict[str, Any]]) -> None:
    """Every slot, with the words and numbers that the constraints ask for."""
    assert fits(answered(goal), truth(SHOP)), (answered(goal), truth(SHOP))


def test_a_year_that_is_asked_as_a_whole_number_is_written_so() -> None:
    """A year that a step gives as its first day is a year in the answer."""
    table = pd.DataFrame({"year": pd.to_datetime(["1982-01-01", "1983-01-01"]), "mean": [9.25, 8.0]})
    slot = {"name": "best", "kind": "whole", "table": table, "column": "year", "row": 0}
    assert str(RecipeTable().run("fill_answer", {"slots": [slot]}).value) == "@best[1982]"

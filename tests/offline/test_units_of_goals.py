"""Goals whose answer depends on the unit: per thing of many rows, per period, the first time, a gap between two groups, a place among groups."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from scipy import stats

from nb_orchestra import orchestrate

sys.path.insert(0, str(Path(__file__).parent))
from everyday import TABLES
from test_everyday_goals import Right, answer, missing_from


def _date(frame: pd.DataFrame) -> Any:
    return pd.to_datetime(frame.order_date)


def _gap(series: Any, first: Any, second: Any) -> float:
    return float(series[first] - series[second])


THINGS: list[tuple[str, str, Right]] = [
    ("logs", "How many users appear more than 30 times?", lambda f: (f.user.value_counts() > 30).sum()),
    ("logs", "Which users have at least 35 rows?", lambda f: list(f.user.value_counts()[lambda n: n >= 35].index)),
    ("logs", "average number of requests per user", lambda f: f.user.value_counts().mean()),
    ("sales", "average number of orders per day in March 2023", lambda f: (f.order_date.str[:7] == "2023-03").sum() / 31),
    ("sales", "What share of revenue comes from the top 2 regions?", lambda f: [_share(f.groupby("region").revenue.sum(), 2)]),
    ("sales", "products with revenue above 500000 in total", lambda f: list(f.groupby("product").revenue.sum()[lambda s: s > 5e5].index)),
    ("sales", "average revenue per order in the North", lambda f: f[f.region == "North"].revenue.mean()),
    ("sales", "rank of the West by total revenue", lambda f: f.groupby("region").revenue.sum().rank(ascending=False)["West"]),
    ("econ", "rank of Norway by gdp in 2015", lambda f: f[f.year == 2015].set_index("country").gdp_usd_bn.rank(ascending=False)["Norway"]),
]
PERIODS: list[tuple[str, str, Right]] = [
    ("sales", "What was our best month in 2023 by revenue?", lambda f: [f[f.order_date.str[:4] == "2023"].groupby(f.order_date.str[:7]).revenue.sum().max()]),
    ("econ", "In which year was inflation in Japan lowest?", lambda f: [str(f.loc[f[f.country == "Japan"].inflation_pct.idxmin(), "year"])]),
    ("econ", "When did the gdp of Kenya first exceed 115?", lambda f: [str(f[(f.country == "Kenya") & (f.gdp_usd_bn > 115)].year.min())]),
    ("sales", "revenue in the first half of 2023 versus the first half of 2022", lambda f: [_half(f, 2023), _half(f, 2022)]),
    ("sales", "Was revenue higher in 2022 or in 2024?", lambda f: f.groupby(f.order_date.str[:4]).revenue.mean()[["2022", "2024"]]),
    ("clinic", "mean weight of patients in their forties", lambda f: f[f.age_years.between(40, 49)].weight_kg.mean()),
]
APART: list[tuple[str, str, Right]] = [
    ("clinic", "How many more men than women are there in Oslo?", lambda f: _gap(f[f.site == "Oslo"].sex.value_counts(), "M", "F")),
    ("clinic", "By how many kg are men heavier than women on average, for each site?", lambda f: _sexes(f)),
    ("school", "How much better is 7B than 7A in math?", lambda f: abs(_gap(f.groupby("classroom").math_score.mean(), "7B", "7A"))),
    ("clinic", "Who weighs more, smokers or non-smokers?", lambda f: f.groupby("smoker").weight_kg.mean()),
    ("clinic", "What is the gap between the heaviest and the lightest patient of each site?", lambda f: _spans(f.groupby("site").weight_kg)),
    ("clinic", "By how much did blood pressure drop in each arm?", lambda f: (f.sbp_before_mmhg - f.sbp_after_mmhg).groupby(f.arm).mean()),
    ("logs", "Which service is fastest?", lambda f: [f.groupby("service").latency_ms.mean().idxmin().title()]),
    ("school", "which classroom has the most variable math score?", lambda f: [f.groupby("classroom").math_score.std().idxmax()]),
    ("school", "which student is best at math in each classroom?", lambda f: list(f.loc[f.groupby("classroom").math_score.idxmax(), "student"])),
    ("sales", "Which product earns the least?", lambda f: [f.groupby("product").revenue.sum().idxmin()]),
    ("sales", "Sort the regions by median revenue, highest first", lambda f: f.groupby("region").revenue.median()),
    ("clinic", "paired t-test of pressure before and after in the placebo arm", lambda f: [_paired(f[f.arm == "placebo"])]),
    ("school", "How many students have a math score above the average of their classroom?", lambda f: (f.math_score > _own(f)).sum()),
    ("school", "Which classroom has the most missing reading scores?", lambda f: [f.reading_score.isna().groupby(f.classroom).mean().idxmax()]),
    ("sales", "Return rate by region", lambda f: (f.returned == "yes").groupby(f.region).mean() * 100),
]


def _share(totals: Any, n: int) -> float:
    return float(totals.nlargest(n).sum() / totals.sum() * 100)


def _spans(groups: Any) -> Any:
    return groups.max() - groups.min()


def _paired(frame: pd.DataFrame) -> float:
    return float(stats.ttest_rel(frame.sbp_after_mmhg, frame.sbp_before_mmhg)[0])


def _own(frame: pd.DataFrame) -> Any:
    return frame.groupby("classroom").math_score.transform("mean")


def _half(frame: pd.DataFrame, year: int) -> float:
    return float(frame[(_date(frame).dt.year == year) & (_date(frame).dt.month <= 6)].revenue.mean())


def _sexes(frame: pd.DataFrame) -> Any:
    wide = frame.pivot_table(index="site", columns="sex", values="weight_kg")
    return wide["M"] - wide["F"]


@pytest.mark.parametrize(("table", "goal", "right"), THINGS + PERIODS + APART, ids=lambda item: item if isinstance(item, str) else "")
def test_the_answer_is_of_the_unit_that_the_goal_means(table: str, goal: str, right: Right) -> None:
    """The whole goal is done, and each number of the right answer stands in what a person reads."""
    assert not list(missing_from(answer(table, goal), right(TABLES[table])))


def test_an_identifier_that_stands_in_many_rows_is_a_thing_to_group_by() -> None:
    """ "Customers" are the column customer_id, and their identifiers are never averaged."""
    orders = pd.DataFrame({"order_id": range(60), "customer_id": [n % 7 + 100 for n in range(60)], "amount": [float(n) for n in range(60)]})
    run = orchestrate("the two best customers of {orders} by amount", data={"orders": orders}, model="builtin", cache=False)
    best = orders.groupby("customer_id").amount.sum().nlargest(2)
    assert list(run.value["customer_id"]) == list(best.index)
    assert list(run.value["sum"]) == list(best)

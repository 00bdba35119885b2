"""Goals as people type them, on tables of everyday kinds, with the right answer worked out by pandas beside each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate

sys.path.insert(0, str(Path(__file__).parent))
from everyday import TABLES

Right = Callable[[pd.DataFrame], Any]


def _day(frame: pd.DataFrame) -> Any:
    return frame.order_date


EXCLUDED: list[tuple[str, str, Right]] = [
    ("sales", "drop rows where units > 5, then mean revenue by region", lambda f: f[f.units <= 5].groupby("region").revenue.mean()),
    ("sales", "exclude orders with discount above 15 and give the mean revenue", lambda f: f[f.discount_pct <= 15].revenue.mean()),
    ("sales", "mean revenue by region excluding those with a discount above 15", lambda f: f[f.discount_pct <= 15].groupby("region").revenue.mean()),
    ("sales", "mean revenue excluding those with units between 2 and 4", lambda f: f[~f.units.between(2, 4)].revenue.mean()),
    ("sales", "mean revenue excluding 2023", lambda f: f[_day(f).str[:4] != "2023"].revenue.mean()),
    ("sales", "mean revenue not in 2023", lambda f: f[_day(f).str[:4] != "2023"].revenue.mean()),
    ("clinic", "remove patients heavier than 80 kg, then count by sex", lambda f: f[f.weight_kg <= 80].groupby("sex").size()),
]
DATED: list[tuple[str, str, Right]] = [
    ("sales", "mean revenue after 2023-05-01", lambda f: f[_day(f) > "2023-05-01"].revenue.mean()),
    ("sales", "total revenue between March 2022 and June 2023", lambda f: f[(_day(f) >= "2022-03-01") & (_day(f) < "2023-07-01")].revenue.sum()),
    ("sales", "mean revenue in Q2 2023", lambda f: f[(_day(f) >= "2023-04-01") & (_day(f) < "2023-07-01")].revenue.mean()),
    ("sales", "mean revenue since June 15, 2024 by region", lambda f: f[_day(f) >= "2024-06-15"].groupby("region").revenue.mean()),
    ("sales", "number of orders in March 2022", lambda f: (_day(f).str[:7] == "2022-03").sum()),
    ("logs", "mean latency on 5 March 2024", lambda f: f[f.timestamp.str[:10] == "2024-03-05"].latency_ms.mean()),
    (
        "econ",
        "countries with inflation above the average in 2022",
        lambda f: (lambda x: x[x.inflation_pct > x.inflation_pct.mean()].country)(f[f.year == 2022]),
    ),
]
COUNTED: list[tuple[str, str, Right]] = [
    ("logs", "count of status codes not equal to 200", lambda f: (f.status != 200).sum()),
    ("sales", "How many orders had more than 5 units and a discount of at least 10%?", lambda f: ((f.units > 5) & (f.discount_pct >= 10)).sum()),
    ("logs", "95th percentile of latency by service", lambda f: f.groupby("service").latency_ms.quantile(0.95)),
]
SAID_OF_ROWS: list[tuple[str, str, Right]] = [
    ("clinic", "mean glucose of female non-smokers", lambda f: f[(f.sex == "F") & (f.smoker == 0)].glucose_mmol_l.mean()),
    ("clinic", "How many patients over 65 are smokers?", lambda f: ((f.age_years > 65) & (f.smoker == 1)).sum()),
    ("clinic", "median weight of women aged 40 to 60", lambda f: f[(f.sex == "F") & f.age_years.between(40, 60)].weight_kg.median()),
    ("clinic", "proportion of patients with an adverse event in each arm", lambda f: f.groupby("arm").adverse_event.mean() * 100),
    ("clinic", "mean age of patients without an adverse event", lambda f: f[~f.adverse_event].age_years.mean()),
    ("sales", "top 3 regions by total revenue excluding returned orders", lambda f: f[f.returned == "no"].groupby("region").revenue.sum().nlargest(3)),
    ("sales", "Average discount for online orders versus store orders", lambda f: f[f.channel != "partner"].groupby("channel").discount_pct.mean()),
    ("school", "do students with free lunch have more absences?", lambda f: f.groupby("free_lunch").absences.mean()),
    ("school", "How many students scored below 50 in math or reading?", lambda f: ((f.math_score < 50) | (f.reading_score < 50)).sum()),
    ("school", "percentage of students with at least 80 in reading per teacher", lambda f: (f.reading_score >= 80).groupby(f.teacher).mean() * 100),
]
MADE_INLINE: list[tuple[str, str, Right]] = [
    ("clinic", "patients aged 40 to 60: median weight in pounds", lambda f: f[f.age_years.between(40, 60)].weight_kg.median() / 0.45359237),
    ("logs", "mean latency in seconds for api errors", lambda f: f[(f.service == "api") & (f["level"] == "ERROR")].latency_ms.mean() / 1000),
    ("logs", "total bytes sent in MB by service", lambda f: f.groupby("service").bytes_sent.sum() / 1e6),
    ("sales", "mean of log revenue by region", lambda f: np.log(f.revenue).groupby(f.region).mean()),
    (
        "school",
        "average of math, reading and writing for each student, top 5",
        lambda f: f[["math_score", "reading_score", "writing_score"]].mean(axis=1).nlargest(5),
    ),
    ("sales", "correlation of revenue with all other numeric columns", lambda f: [f.revenue.corr(f[name]) for name in ("units", "unit_price", "cost")]),
    ("sales", "5 lowest orders by revenue that are not phones or tablets", lambda f: f[~f["product"].isin(["Phone", "Tablet"])].revenue.nsmallest(5)),
    ("sales", "Monthly revenue in 2024", lambda f: f[_day(f).str[:4] == "2024"].groupby(_day(f).str[:7]).revenue.sum()),
]
CHANGED: list[tuple[str, str, Right]] = [
    ("sales", "year over year growth in revenue", lambda f: f.groupby(_day(f).str[:4]).revenue.sum().pct_change().dropna() * 100),
    ("econ", "Which country had the largest increase in gdp between 2010 and 2020?", lambda f: ["Germany", _wide(f)["Germany"]]),
    ("econ", "growth rate of GDP for Brazil from 2010 to 2023 in percent", lambda f: _rise(f[f.country == "Brazil"].set_index("year").gdp_usd_bn, 2010, 2023)),
    ("econ", "gdp per capita of each country in 2020", lambda f: (lambda x: x.gdp_usd_bn / x.population_m)(f[f.year == 2020])),
    ("econ", "average unemployment since 2015 by continent, highest first", lambda f: f[f.year >= 2015].groupby("continent").unemployment_pct.mean()),
    ("sales", "number of orders by quarter", lambda f: f.groupby(pd.to_datetime(_day(f)).dt.to_period("Q")).size()),
    ("logs", "How many requests per hour of the day?", lambda f: f.groupby(pd.to_datetime(f.timestamp).dt.hour).size()),
    ("sales", "Which month had the largest drop in revenue?", lambda f: f.groupby(_day(f).str[:7]).revenue.sum().diff().min()),
    ("logs", "busiest day", lambda f: f.timestamp.str[:10].value_counts().max()),
    ("sales", "share of revenue by product as percent", lambda f: f.groupby("product").revenue.sum() / f.revenue.sum() * 100),
    ("clinic", "adverse events per 1,000 patients by site", lambda f: f.groupby("site").adverse_event.mean() * 1000),
    ("clinic", "Compare the change in systolic blood pressure (after minus before) between arms", lambda f: _fall(f).groupby(f.arm).mean()),
    ("clinic", "What is the mean BMI by sex?", lambda f: (f.weight_kg / (f.height_cm / 100) ** 2).groupby(f.sex).mean()),
    ("clinic", "Is outcome associated with arm?", lambda f: ["χ²"]),
    ("school", "Did students improve from pretest to math score?", lambda f: (f.math_score - f.pretest).mean()),
    ("sales", "Which product has the highest profit margin?", lambda f: ((f.revenue - f.cost) / f.revenue).groupby(f["product"]).mean().idxmax()),
    ("sales", "Which region has the highest revenue?", lambda f: f.groupby("region").revenue.sum().max()),
    ("logs", "requests slower than 300 ms by service", lambda f: f[f.latency_ms > 300].groupby("service").size()),
]


def _wide(frame: pd.DataFrame) -> Any:
    table = frame.pivot(index="country", columns="year", values="gdp_usd_bn")
    return table[2020] - table[2010]


def _rise(series: Any, first: int, last: int) -> float:
    return float((series[last] / series[first] - 1) * 100)


def _fall(frame: pd.DataFrame) -> Any:
    return frame.sbp_after_mmhg - frame.sbp_before_mmhg


def test_what_a_why_takes_for_granted_is_looked_at_first() -> None:
    """A false premise is said to be false, and no cause is given."""
    yearly = TABLES["sales"].groupby(TABLES["sales"].order_date.str[:4]).revenue.sum()
    wrong = "fall" if yearly["2024"] > yearly["2023"] else "rise"
    text = answer("sales", f"Why did revenue {wrong} in 2024?")
    assert "not so" in text
    assert "cannot be read from these rows" in text


def answer(table: str, goal: str) -> Any:
    run = orchestrate(goal, data={table: TABLES[table]}, model="builtin", cache=False)
    assert not run.plan.not_done, run.plan.not_done
    return run.value


def held(value: Any) -> list[float | str]:
    """Every cell of a table, every word and number of a text."""
    if isinstance(value, pd.DataFrame):
        return [item if isinstance(item, int | float) else str(item) for column in value for item in value[column]]
    words = str(value).replace("−", "-").replace("*", " ").replace("|", " ").split()
    return [_number(word.strip("(),.:;%")) for word in words]


def _number(word: str) -> float | str:
    try:
        return float(word.replace(",", ""))
    except ValueError:
        return word


def missing_from(value: Any, right: Any) -> Iterable[Any]:
    found = held(value)
    within = 1e-9 if isinstance(value, pd.DataFrame) else 6e-3
    for item in right if isinstance(right, pd.Series | list) else [right]:
        if isinstance(item, str):
            if not any(item in str(other) for other in found):
                yield item
        elif not any(isinstance(other, int | float) and abs(other - item) <= within * max(abs(item), 1e-9) for other in found):
            yield item


@pytest.mark.parametrize(
    ("table", "goal", "right"), EXCLUDED + DATED + COUNTED + SAID_OF_ROWS + MADE_INLINE + CHANGED, ids=lambda item: item if isinstance(item, str) else ""
)
def test_the_answer_holds_what_pandas_gives(table: str, goal: str, right: Right) -> None:
    """The whole goal is done, and each number of the right answer stands in what a person reads."""
    assert not list(missing_from(answer(table, goal), right(TABLES[table])))

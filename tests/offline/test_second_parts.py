"""Goals whose parts lean on each other, whose conditions have units, and whose yes/no columns are named by a verb: each beside pandas' own answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate

sys.path.insert(0, str(Path(__file__).parent))
from test_everyday_goals import Right, missing_from


def stays(n: int = 240) -> pd.DataFrame:
    r = np.random.default_rng(3)
    nights = r.integers(1, 22, n)
    return pd.DataFrame(
        {
            "stay_id": np.arange(1, n + 1),
            "admitted": pd.Timestamp("2023-01-01") + pd.to_timedelta(r.integers(0, 700, n), "D"),
            "ward": r.choice(["Surgery", "Oncology", "Geriatrics"], n),
            "age": r.integers(20, 95, n),
            "length_of_stay": nights,
            "fell": r.choice(["yes", "no"], n, p=[0.2, 0.8]),
            "readmitted": r.choice(["yes", "no"], n, p=[0.3, 0.7]),
            "pain": pd.Series(r.normal(5, 2, n).round(1)).mask(r.random(n) < 0.2),
            "cost_eur": (500 + nights * r.normal(400, 60, n)).round(2),
        }
    )


def shop(n: int = 300) -> pd.DataFrame:
    r = np.random.default_rng(4)
    return pd.DataFrame(
        {
            "order_id": np.arange(7001, 7001 + n),
            "order_date": pd.Timestamp("2023-01-01") + pd.to_timedelta(np.sort(r.integers(0, 820, n)), "D"),
            "category": r.choice(["Shoes", "Bags", "Jackets"], n),
            "channel": r.choice(["Google", "Email", "Direct"], n, p=[0.5, 0.3, 0.2]),
            "revenue": r.gamma(4, 40, n).round(2),
            "returned": r.choice(["yes", "no"], n, p=[0.25, 0.75]),
            "rating": pd.Series(r.integers(1, 6, n).astype(float)).mask(r.random(n) < 0.2),
        }
    )


def birds(n: int = 150) -> pd.DataFrame:
    r = np.random.default_rng(5)
    kind = r.choice(["Puffin", "Gannet", "Razorbill"], n)
    mass = pd.Series(kind).map({"Puffin": 450, "Gannet": 2900, "Razorbill": 640}).to_numpy() * r.normal(1, 0.07, n)
    return pd.DataFrame({"species": kind, "body_mass_g": mass.round(0), "wing_mm": r.normal(180, 20, n).round(0), "share_young": r.random(n).round(3)})


def town(n: int = 900) -> pd.DataFrame:
    r = np.random.default_rng(6)
    day = pd.date_range("2019-01-01", periods=n, freq="D")
    warm = 12 - 10 * np.cos((day.day_of_year - 20) / 365 * 2 * np.pi) + r.normal(0, 2, n)
    sky = r.choice(["rain", "sun", "fog"], n, p=[0.4, 0.5, 0.1])
    return pd.DataFrame({"date": day, "temp_max": warm.round(1), "wind": (r.gamma(3, 1, n) + (sky == "rain")).round(1), "sky": sky})


def nations() -> pd.DataFrame:
    r = np.random.default_rng(7)
    names = ["Chile", "Ghana", "Nepal", "Malta", "Samoa", "Haiti"]
    rows = [(name, year, int(r.integers(1, 90) * 1e6), round(50 + r.normal(0, 8), 2)) for name in names for year in range(1990, 2010, 5)]
    return pd.DataFrame(rows, columns=["country", "year", "population", "life_expect"])


FRAMES = {"stays": stays(), "shop": shop(), "birds": birds(), "town": town(), "nations": nations()}


def _mass(f: pd.DataFrame) -> Any:
    return f.groupby("species").body_mass_g.mean()


def _by_month(f: pd.DataFrame, name: str) -> Any:
    return f.groupby(f.date.dt.month)[name].mean()


def _in_2005(f: pd.DataFrame) -> Any:
    return f[f.year == 2005].set_index("country").population


def _monthly(f: pd.DataFrame) -> Any:
    return f[f.order_date.dt.year == 2024].groupby(f.order_date.dt.month).revenue.sum()


def _weekend(f: pd.DataFrame) -> Any:
    return f.admitted.dt.day_of_week >= 5


LEANING: list[tuple[str, str, Right]] = [
    ("birds", "Which species is the heaviest on average and which the lightest?", lambda f: [_mass(f).max(), _mass(f).min()]),
    ("birds", "which species in {birds} has the highest mean body mass, and which the lowest?", lambda f: [_mass(f).max(), _mass(f).min()]),
    (
        "town",
        "In which calendar month is temp_max usually highest and in which lowest?",
        lambda f: [_by_month(f, "temp_max").max(), _by_month(f, "temp_max").min()],
    ),
    ("shop", "Total revenue by channel, sorted from high to low, and what share of the total each one has", lambda f: _parts(f, "channel")),
    ("shop", "Total revenue per category and the percentage of the whole that each has, largest to smallest", lambda f: _parts(f, "category")),
    (
        "nations",
        "What was the total population in 2005, and what part of it was Chile and Ghana together?",
        lambda f: [_in_2005(f).sum() / 1e6, 100 * _in_2005(f)[["Chile", "Ghana"]].sum() / _in_2005(f).sum()],
    ),
    ("shop", "How many orders came from Google, and what share of them were returned?", lambda f: _returned(f[f.channel == "Google"])),
    ("shop", "How many orders came from Email? What percentage were returned?", lambda f: _returned(f[f.channel == "Email"])),
    ("shop", "Monthly revenue in 2024 and tell me which month was the best", lambda f: [_monthly(f).max(), f"2024-{_monthly(f).idxmax():02d}"]),
    ("shop", "Show revenue per month for 2024. Which month was the worst?", lambda f: [_monthly(f).min(), f"2024-{_monthly(f).idxmin():02d}"]),
    ("town", "average temp_max per month across all years", lambda f: _by_month(f, "temp_max")),
    ("town", "mean wind by calendar month", lambda f: _by_month(f, "wind")),
    (
        "stays",
        "How many people came in during the weekend, and is their average stay longer than for weekday admissions?",
        lambda f: [int(_weekend(f).sum()), *f.length_of_stay.groupby(_weekend(f)).mean()],
    ),
]


def _parts(f: pd.DataFrame, by: str) -> Any:
    total = f.groupby(by).revenue.sum()
    return pd.concat([total, 100 * total / total.sum()], ignore_index=True)


def _returned(f: pd.DataFrame) -> list[float]:
    return [len(f), 100 * float((f.returned == "yes").mean())]


def _per_day(f: pd.DataFrame) -> Any:
    return (f.cost_eur / f.length_of_stay).groupby(f.ward).mean()


UNITS: list[tuple[str, str, Right]] = [
    ("birds", "how many gannets weigh more than 3 kilos?", lambda f: ((f.species == "Gannet") & (f.body_mass_g > 3000)).sum()),
    ("birds", "How many birds have a body mass above 0.6 kg?", lambda f: (f.body_mass_g > 600).sum()),
    ("birds", "mean body mass of those with a wing longer than 18 centimetres", lambda f: f[f.wing_mm > 180].body_mass_g.mean()),
    ("birds", "how many rows have a share_young above 12%?", lambda f: (f.share_young > 0.12).sum()),
    ("stays", "the average cost per day for each ward please", _per_day),
    ("stays", "mean cost per night by ward", _per_day),
    (
        "stays",
        "How many patients aged 65 or older stayed more than 10 days and did not fall?",
        lambda f: ((f.age >= 65) & (f.length_of_stay > 10) & (f.fell == "no")).sum(),
    ),
    ("stays", "how many patients stayed at least 14 days?", lambda f: (f.length_of_stay >= 14).sum()),
]


def _quarters(f: pd.DataFrame, first: str, last: str) -> list[float]:
    sums = f.groupby(f.order_date.dt.to_period(first[4:5] if "Q" in first else "M").astype(str)).revenue.sum()
    return [sums[first], sums[last], 100 * (sums[last] / sums[first] - 1)]


CHANGES: list[tuple[str, str, Right]] = [
    ("shop", "How much did revenue grow between Q1 2024 and Q1 2025?", lambda f: _quarters(f, "2024Q1", "2025Q1")),
    ("shop", "By what percentage did total revenue change from 2023-02 to 2024-11?", lambda f: _quarters(f, "2023-02", "2024-11")),
    ("shop", "By how much did total revenue drop between March 2023 and August 2024?", lambda f: _quarters(f, "2023-03", "2024-08")),
    ("nations", "Did any country have a lower life expectancy in 2005 than in 1990? which ones", lambda f: _fallen(f)),
]


def _fallen(f: pd.DataFrame) -> list[Any]:
    wide = f.pivot(index="country", columns="year", values="life_expect")
    return [item for name, change in (wide[2005] - wide[1990]).items() if change < 0 for item in (name, change)]


def _yes(f: pd.DataFrame, what: str, by: str) -> Any:
    return 100 * (f[what] == "yes").groupby(f[by]).mean()


HAPPENINGS: list[tuple[str, str, Right]] = [
    (
        "stays",
        "How many of the patients had a fall during their stay, and which ward has the highest fall rate?",
        lambda f: [(f.fell == "yes").sum(), _yes(f, "fell", "ward").max()],
    ),
    ("stays", "how many falls per ward", lambda f: (f.fell == "yes").groupby(f.ward).sum()),
    ("stays", "Which ward had the most falls?", lambda f: (f.fell == "yes").groupby(f.ward).sum()),
    ("stays", "Did we have more falls in 2024 than in 2023?", lambda f: (f.fell == "yes").groupby(f.admitted.dt.year).sum()[[2023, 2024]]),
    ("stays", "Is there an association between falling and being readmitted?", lambda f: pd.crosstab(f.fell, f.readmitted).stack()),
    ("stays", "mean age of patients who fell", lambda f: f[f.fell == "yes"].age.mean()),
    ("shop", "what's our return rate for shoes vs everything else", lambda f: 100 * (f.returned == "yes").groupby(f.category == "Shoes").mean()),
    ("shop", "return rate of bags versus all the others", lambda f: 100 * (f.returned == "yes").groupby(f.category == "Bags").mean()),
    (
        "shop",
        "How many orders have no rating, and does that happen more often when the order was returned?",
        lambda f: [f.rating.isna().sum(), *100 * f.rating.isna().groupby(f.returned).mean()],
    ),
    ("town", "Compare wind on rainy days with sunny days", lambda f: f.groupby("sky").wind.mean()[["rain", "sun"]]),
    ("stays", "List the five most expensive stays that were not in oncology", lambda f: f[f.ward != "Oncology"].cost_eur.nlargest(5)),
]

THEIRS: list[tuple[str, str, Right]] = [
    (
        "shop",
        "How many orders came from Google and what is their average revenue?",
        lambda f: [int((f.channel == "Google").sum()), f[f.channel == "Google"].revenue.mean()],
    ),
    (
        "birds",
        "the five heaviest birds, and how many of them are gannets?",
        lambda f: [f.body_mass_g.max(), int((f.nlargest(5, "body_mass_g").species == "Gannet").sum())],
    ),
    ("stays", "How many patients stayed over 14 days, and what was the mean age of those?", lambda f: f[f.length_of_stay > 14].age.mean()),
    ("shop", "what share of orders were returned, and is it different for Email?", lambda f: _yes(f, "returned", "channel")),
    ("stays", "what share of patients fell, and does it differ by ward?", lambda f: _yes(f, "fell", "ward")),
    ("birds", "mean body mass of puffins, and what about gannets?", lambda f: f[f.species != "Razorbill"].groupby("species").body_mass_g.mean()),
    ("shop", "total revenue per category. What about only Email?", lambda f: [*_sums(f), *_sums(f[f.channel == "Email"])]),
    (
        "stays",
        "In Surgery only: mean cost_eur by fell, and how many patients are older than 80?",
        lambda f: [*f[f.ward == "Surgery"].groupby("fell").cost_eur.mean(), int((f[f.ward == "Surgery"].age > 80).sum())],
    ),
    (
        "birds",
        "For each species give the count, mean body mass and median wing, and say which species is heaviest",
        lambda f: [*f.groupby("species").body_mass_g.mean(), *f.groupby("species").wing_mm.median(), "Gannet"],
    ),
    (
        "stays",
        "total length of stay and mean age per ward, sorted by total length of stay descending",
        lambda f: [*f.groupby("ward").length_of_stay.sum(), *f.groupby("ward").age.mean()],
    ),
    ("stays", "how many patients were in Oncology, and what is the mean age there?", lambda f: f[f.ward == "Oncology"].age.mean()),
    (
        "birds",
        "mean body mass of puffins, and does it depend on wing_mm?",
        lambda f: round(f[f.species == "Puffin"].body_mass_g.corr(f[f.species == "Puffin"].wing_mm), 2),
    ),
    ("shop", "average rating per category, the number of orders of each, and which category is worst", lambda f: f.groupby("category").rating.mean().min()),
    ("stays", "mean age per ward, and what about only patients who fell?", lambda f: f[f.fell == "yes"].groupby("ward").age.mean()),
    (
        "shop",
        "how many Google and Email orders are there, and do they differ in revenue?",
        lambda f: f[f.channel != "Direct"].groupby("channel").revenue.mean(),
    ),
    ("birds", "mean wing and median body mass by species, plus a bar chart of the wing", lambda f: f.groupby("species").wing_mm.mean()),
]
"""A later part speaks of the rows, groups and measures of the part before, and each part's own filter stays its own."""


def _sums(f: pd.DataFrame) -> Any:
    return f.groupby("category").revenue.sum()


ALL = THEIRS + LEANING + UNITS + CHANGES + HAPPENINGS


@pytest.mark.parametrize(
    ("table", "goal", "word"),
    [
        ("renamed", "how many gannets weigh more than 3 kilos?", "kilos"),
        ("birds", "list the birds with a body mass above 600 g and at least 20 eggs", "20"),
    ],
)
def test_a_unit_or_a_thing_that_the_table_does_not_have_is_named(table: str, goal: str, word: str) -> None:
    """The run is partial and says the word, instead of comparing kilos with whatever the column holds."""
    frame = FRAMES["birds"].rename(columns={"body_mass_g": "body_mass"}) if table == "renamed" else FRAMES[table]
    run = orchestrate(goal, data={table: frame}, model="builtin", cache=False)
    assert any(word in line for line in run.plan.not_done), run.plan.not_done


@pytest.mark.parametrize(("table", "goal", "right"), ALL, ids=lambda item: item if isinstance(item, str) else "")
def test_the_answer_to_both_parts_is_pandas_own(table: str, goal: str, right: Right) -> None:
    """The whole goal is done, and each number of the right answer stands in what a person reads."""
    run = orchestrate(goal, data={table: FRAMES[table]}, model="builtin", cache=False)
    assert not run.plan.not_done, run.plan.not_done
    assert not list(missing_from(run.value, right(FRAMES[table])))


def test_a_measure_that_nobody_knows_is_not_the_one_of_the_part_before() -> None:
    """ "… and the average alcohol of those" is told, not answered with the mean of another column."""
    run = orchestrate("How many gannets have a body mass above 2900? Tell me the average happiness of those", data={"birds": birds()})
    assert "happiness" in str(run.unmet)
    assert "mean" not in str(run.value)

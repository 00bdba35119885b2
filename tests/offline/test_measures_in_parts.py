"""Measures that a goal names in parts: times to an end, percentiles, products, shares of amounts, classes below a limit, periods that lie far out."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate

sys.path.insert(0, str(Path(__file__).parent))
from test_everyday_goals import Right, missing_from


def parcels(n: int = 260) -> pd.DataFrame:
    r = np.random.default_rng(811)
    ordered = pd.Timestamp("2024-01-02 08:00") + pd.to_timedelta(np.sort(r.integers(0, 60 * 24 * 60, n)), "min")
    shipped = ordered + pd.to_timedelta(r.integers(60, 6000, n), "min")
    crates = r.integers(1, 9, n)
    return pd.DataFrame(
        {
            "parcel_id": np.arange(n),
            "ordered_at": ordered,
            "shipped_at": shipped,
            "depot": r.choice(["Kiel", "Lyon", "Porto"], n),
            "crates": crates,
            "crate_price": r.uniform(2, 9, n).round(2),
            "weight_kg": (crates * r.gamma(4, 1, n)).round(2),
            "fragile": r.choice(["yes", "no"], n),
            "insured": r.choice(["yes", "no"], n),
            "delay_min": r.gamma(3, 20, n).round(),
        }
    )


def wards() -> pd.DataFrame:
    r = np.random.default_rng(812)
    rows = [(y, w, int(r.integers(900, 1100)), int(r.integers(850, 1150))) for y in range(2018, 2025) for w in ("North", "East", "South")]
    return pd.DataFrame(rows, columns=["year", "ward", "budget", "spent"])


def owls() -> pd.DataFrame:
    r = np.random.default_rng(813)
    rows = [
        (pd.Timestamp(year, month, 5), species, wood, int(r.poisson(30 - 3 * (year - 2015) if species == "barn owl" else 12)))
        for year in range(2015, 2024)
        for month in (4, 5, 6)
        for species in ("barn owl", "tawny owl")
        for wood in ("oak", "pine")
    ]
    return pd.DataFrame(rows, columns=["day", "species", "wood", "count"])


FRAMES = {"parcels": parcels(), "wards": wards(), "owls": owls()}


def _hours(f: pd.DataFrame) -> pd.Series:
    return (f.shipped_at - f.ordered_at).dt.total_seconds() / 3600


def _value(f: pd.DataFrame) -> pd.Series:
    return f.crates * f.crate_price


def _over(f: pd.DataFrame) -> pd.Series:
    late = f[(f.year == 2024) & (f.spent > f.budget)]
    return 100 * (late.spent - late.budget) / late.budget


GOALS: list[tuple[str, str, Right]] = [
    ("parcels", "median time to ship a parcel in hours", lambda f: _hours(f).median()),
    ("parcels", "how many hours did it take to ship, on average per depot?", lambda f: _hours(f).groupby(f.depot).mean()),
    ("parcels", "average days until a parcel is shipped by depot", lambda f: (_hours(f) / 24).groupby(f.depot).mean()),
    ("parcels", "p95 delay per depot", lambda f: f.groupby("depot").delay_min.quantile(0.95)),
    (
        "parcels",
        "10th and 90th percentile of delay by depot",
        lambda f: [*f.groupby("depot").delay_min.quantile(0.1), *f.groupby("depot").delay_min.quantile(0.9)],
    ),
    ("parcels", "what is the 99th percentile of delay?", lambda f: f.delay_min.quantile(0.99)),
    ("parcels", "total value (crates x crate price) per depot", lambda f: _value(f).groupby(f.depot).sum()),
    ("parcels", "what did it cost us each month (crates * crate_price)?", lambda f: _value(f).groupby(f.ordered_at.dt.to_period("M")).sum()),
    ("wards", "usage (spent / budget) per ward", lambda f: f.groupby("ward").spent.sum() / f.groupby("ward").budget.sum()),
    ("parcels", "what share of weight came from Kiel?", lambda f: 100 * f[f.depot == "Kiel"].weight_kg.sum() / f.weight_kg.sum()),
    (
        "parcels",
        "what share of weight came from Kiel of the fragile parcels?",
        lambda f: 100 * f[(f.depot == "Kiel") & (f.fragile == "yes")].weight_kg.sum() / f[f.fragile == "yes"].weight_kg.sum(),
    ),
    (
        "parcels",
        "are fragile parcels more likely to be insured?",
        lambda f: 100 * (f.insured == "yes").groupby(f.fragile).mean(),
    ),
    ("wards", "which wards overspent their budget in 2024 and by how many percent?", _over),
    (
        "wards",
        "what percentage of spent went to North each year?",
        lambda f: 100 * f[f.ward == "North"].set_index("year").spent / f.groupby("year").spent.sum(),
    ),
    (
        "owls",
        "is the barn owl declining over the years in oak?",
        lambda f: f[(f.species == "barn owl") & (f.wood == "oak")].groupby(f.day.dt.year)["count"].mean(),
    ),
]


@pytest.mark.parametrize(("table", "goal", "right"), GOALS, ids=[case[1] for case in GOALS])
def test_the_measure_is_what_its_parts_make(table: str, goal: str, right: Right) -> None:
    """Each number of pandas' own answer stands in what a person reads, and nothing is left undone."""
    frame = FRAMES[table]
    run = orchestrate(f"{goal} {{{table}}}", data={table: frame}, model="builtin", cache=False)
    assert not run.plan.not_done
    assert not list(missing_from(run.value, right(frame)))


def test_a_follow_up_keeps_the_measure_that_was_made() -> None:
    """ "The same time, by depot" is of the time to ship."""
    frame = FRAMES["parcels"]
    first = orchestrate("median time to ship a parcel in hours {parcels}", data={"parcels": frame}, model="builtin", cache=False)
    run = orchestrate("now by depot", data={"parcels": frame}, model="builtin", cache=False, continue_=first)
    assert not list(missing_from(run.value, _hours(frame).groupby(frame.depot).median()))


def test_who_lies_below_a_limit_is_a_class_of_its_own() -> None:
    """The limit makes the class, its column predicts nothing, and the odds stand beside the scores."""
    run = orchestrate("can we predict who has a delay over 80 from crates and fragile? {p}", data={"p": FRAMES["parcels"]}, model="builtin", cache=False)
    odds = next(run[name] for name in run.steps["name"] if name.startswith("odds_of"))
    assert set(odds.term) == {"intercept", "crates", "fragile = yes"}
    assert odds.events[0] == (FRAMES["parcels"].delay_min > 80).sum()


def test_an_unusual_day_is_a_day() -> None:
    """Of a table with many rows a day the day is named, and no single row."""
    r = np.random.default_rng(814)
    at = pd.Timestamp("2024-03-01") + pd.to_timedelta(np.sort(r.integers(0, 14 * 1440, 900)), "min")
    frame = pd.DataFrame({"at": at, "reply_ms": r.gamma(3, 40, 900) * np.where(at.strftime("%m-%d") == "03-09", 3, 1)})
    run = orchestrate("On which day was the reply unusual? {log}", data={"log": frame}, model="builtin", cache=False)
    assert list(pd.to_datetime(run["unusual_days_reply_ms"]["at"]).dt.day) == [9]


def test_a_relation_takes_the_logarithm_that_is_asked_for() -> None:
    """The correlation and the scatter plot are of the made column."""
    frame = FRAMES["parcels"]
    goal = "do heavier parcels wait less? use log of weight_kg, scatter plot please {p}"
    run = orchestrate(goal.replace("wait less", "have less delay"), data={"p": frame}, model="builtin", cache=False)
    found = next(run[name] for name in run.steps["name"] if name.startswith("corr_"))
    assert found.r[0] == pytest.approx(np.corrcoef(np.log(frame.weight_kg), frame.delay_min)[0, 1])


def test_a_cleaned_table_has_one_spelling_of_each_value() -> None:
    """ "Clean the table" writes each category one way."""
    frame = pd.DataFrame({"kind": ["Tea", "tea", "TEA", "milk", "Milk "] * 12, "n": range(60)})
    run = orchestrate("tidy the table {drinks}", data={"drinks": frame}, model="builtin", cache=False)
    assert run.value.kind.nunique() == 2


def test_amounts_before_and_after_a_day_are_the_totals_of_days() -> None:
    """More rows a day are more sales, though each row is as large as before."""
    days = pd.date_range("2024-01-01", periods=60).repeat([2] * 30 + [4] * 30)
    frame = pd.DataFrame({"day": days, "sales": 10.0 + np.arange(len(days)) % 2})
    run = orchestrate("did sales increase after 2024-01-31? {shop}", data={"shop": frame}, model="builtin", cache=False)
    assert not list(missing_from(run.value, [21.0, 42.0]))

"""Goals about time and units on tables of rides, visits, readings and weather: each beside pandas' own answer."""

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


def rides(n: int = 500) -> pd.DataFrame:
    r = np.random.default_rng(12)
    km = (r.gamma(2, 2, n) + 0.3).round(2)
    return pd.DataFrame(
        {
            "ride_id": np.arange(1, n + 1),
            "started_at": pd.Timestamp("2023-01-01") + pd.to_timedelta(np.sort(r.integers(0, 730 * 1440, n)), "min"),
            "bike": r.choice(["electric", "classic"], n),
            "distance_km": km,
            "duration_min": np.clip(km * 4 + r.normal(0, 2, n), 1, None).round(1),
            "fare_usd": (1 + km * 0.8).round(2),
            "member": r.choice(["yes", "no"], n, p=[0.6, 0.4]),
        }
    )


def climate() -> pd.DataFrame:
    r = np.random.default_rng(13)
    day = pd.date_range("2020-01-01", "2023-12-31", freq="D")
    warm = -np.cos((day.day_of_year - 20) / 365 * 2 * np.pi)
    rain = np.where(r.random(len(day)) < 0.42 - 0.15 * warm, r.gamma(1.2, 5, len(day)), 0).round(1)
    return pd.DataFrame(
        {"date": day, "rain_mm": rain, "max_c": (14 + 9 * warm + r.normal(0, 3, len(day))).round(1), "wind_kmh": r.gamma(4, 4, len(day)).round(1)}
    )


def power() -> pd.DataFrame:
    r = np.random.default_rng(11)
    hours = pd.date_range("2024-01-01", periods=24 * 60, freq="h")
    frames = [pd.DataFrame({"timestamp": hours, "meter": m, "kwh": (k + r.normal(0, 0.2, len(hours))).round(3)}) for m, k in (("A", 1.2), ("B", 2.0))]
    return pd.concat(frames).sort_values(["timestamp", "meter"], ignore_index=True)


def stays(n: int = 300) -> pd.DataFrame:
    r = np.random.default_rng(19)
    came = pd.Timestamp("2022-01-01") + pd.to_timedelta(np.sort(r.integers(0, 1095, n)), "D")
    left = came + pd.to_timedelta(r.integers(1, 20, n), "D")
    ward = r.choice(["Cardiology", "Surgery"], n)
    fell = r.choice(["yes", "no"], n, p=[0.15, 0.85])
    return pd.DataFrame(
        {"patient_id": np.arange(1, n + 1), "admitted": came, "discharged": left, "ward": ward, "fell": fell, "cost_eur": r.gamma(5, 700, n).round(2)}
    )


def cafe() -> pd.DataFrame:
    r = np.random.default_rng(31)
    open_ = [day for day in pd.date_range("2023-01-01", "2024-12-31") if day.day_of_week and f"{day:%Y-%m-%d}" not in ("2023-05-10", "2024-02-03")]
    rows = [(day, name, int(r.poisson(mean))) for day in open_ for name, mean in (("flat white", 40), ("bagel", 13), ("iced tea", 9))]
    return pd.DataFrame(rows, columns=["date", "product", "units"])


def share(n: int = 260) -> pd.DataFrame:
    r = np.random.default_rng(16)
    price = 100 * np.exp(np.cumsum(r.normal(0.0003, 0.012, n)))
    return pd.DataFrame({"day": pd.bdate_range("2022-01-03", periods=n), "close": price.round(2)})


def plates(n: int = 90) -> pd.DataFrame:
    r = np.random.default_rng(33)
    dose, density, warm = r.choice([0, 10, 50], n), r.normal(0.8, 0.1, n).round(3), r.choice([30.0, 37.0], n)
    return pd.DataFrame(
        {"plate": np.repeat(["P1", "P2"], n // 2), "dose (uM)": dose, "OD600 (AU)": density, "temp (°C)": warm, "well_m2": r.uniform(1, 9, n).round(2)}
    )


FRAMES = {"rides": rides(), "climate": climate(), "power": power(), "stays": stays(), "cafe": cafe(), "share": share(), "plates": plates()}


def _kmh(f: pd.DataFrame) -> Any:
    return f.distance_km / (f.duration_min / 60)


UNITS: list[tuple[str, str, Right]] = [
    ("rides", "average speed in km per hour by bike", lambda f: _kmh(f).groupby(f.bike).mean()),
    ("rides", "mean speed in mph for members", lambda f: (_kmh(f) / 1.609344)[f.member == "yes"].mean()),
    ("rides", "how many rides were faster than 18 km/h?", lambda f: int((_kmh(f) > 18).sum())),
    ("rides", "average fare per minute for electric bikes", lambda f: (f.fare_usd / f.duration_min)[f.bike == "electric"].mean()),
    ("rides", "Which bike has the highest fare per kilometre?", lambda f: [(f.fare_usd / f.distance_km).groupby(f.bike).mean().max()]),
    ("rides", "how many rides were longer than half an hour?", lambda f: int((f.duration_min > 30).sum())),
    ("rides", "how many rides took less than 20 min", lambda f: int((f.duration_min < 20).sum())),
    ("rides", "mean fare of rides longer than 3 miles", lambda f: f[f.distance_km / 1.609344 > 3].fare_usd.mean()),
    ("climate", "mean wind in m/s by season", lambda f: [f[f.date.dt.month.isin([12, 1, 2])].wind_kmh.mean() / 3.6]),
    ("climate", "how many days had wind above 10 m/s?", lambda f: int((f.wind_kmh / 3.6 > 10).sum())),
    ("climate", "average temperature in Fahrenheit in July", lambda f: (f[f.date.dt.month == 7].max_c * 1.8 + 32).mean()),
    ("climate", "how many days were hotter than 80 degrees Fahrenheit?", lambda f: int((f.max_c * 1.8 + 32 > 80).sum())),
    ("climate", "rain in inches per year", lambda f: (f.rain_mm / 25.4).groupby(f.date.dt.year).sum()),
    ("power", "total energy in MWh by meter", lambda f: f.groupby("meter").kwh.sum() / 1000),
    ("plates", "mean OD600 by dose", lambda f: f.groupby("dose (uM)")["OD600 (AU)"].mean()),
    ("plates", "average OD600 per m2 by plate", lambda f: (f["OD600 (AU)"] / f.well_m2).groupby(f.plate).mean()),
]


def _per_day(f: pd.DataFrame, product: str | None = None) -> Any:
    return (f if product is None else f[f["product"] == product]).groupby("date").units.sum()


def _by_weekend(totals: Any) -> Any:
    return totals.groupby(totals.index.day_of_week >= 5).mean()


def _yearly(f: pd.DataFrame) -> Any:
    return (f.fell == "yes").groupby(f.admitted.dt.year).sum()


def _monthly(f: pd.DataFrame) -> Any:
    return f.groupby(f.started_at.dt.to_period("M")).fare_usd.sum()


def _longest(hits: Any) -> int:
    return int(hits.groupby((~hits).cumsum()).sum().max())


TIMES: list[tuple[str, str, Right]] = [
    ("power", "kwh per day", lambda f: list(f.groupby(f.timestamp.dt.date).kwh.sum())[:20]),
    ("power", "What is the average kwh per day?", lambda f: f.groupby(f.timestamp.dt.date).kwh.sum().mean()),
    ("power", "how much energy did meter B use in February 2024?", lambda f: f[(f.meter == "B") & (f.timestamp.dt.month == 2)].kwh.sum()),
    ("power", "mean kwh between 8 and 18 o'clock by meter", lambda f: f[f.timestamp.dt.hour.between(8, 17)].groupby("meter").kwh.mean()),
    ("rides", "average fare of rides after 6 pm", lambda f: f[f.started_at.dt.hour >= 18].fare_usd.mean()),
    ("rides", "number of rides between 7 and 9 in the morning", lambda f: int(f.started_at.dt.hour.isin([7, 8]).sum())),
    ("rides", "running total of fare per month", lambda f: _monthly(f).cumsum()),
    ("rides", "share of member rides by quarter", lambda f: 100 * (f.member == "yes").groupby(f.started_at.dt.to_period("Q")).mean()),
    ("rides", "Total fare in May 2024 compared to the same month last year", lambda f: _monthly(f)[["2024-05", "2023-05"]]),
    ("rides", "Add a column with the day of the week and give mean fare for each weekday", lambda f: f.groupby(f.started_at.dt.day_of_week).fare_usd.mean()),
    ("climate", "how often a week does it rain on average?", lambda f: (f.rain_mm > 0).groupby(f.date.dt.to_period("W")).sum().mean()),
    ("climate", "number of rainy days per month in 2021", lambda f: (f.rain_mm > 0)[f.date.dt.year == 2021].groupby(f.date.dt.month).sum()),
    ("climate", "How many days in summer (june to september) were there?", lambda f: int(f.date.dt.month.isin([6, 7, 8, 9]).sum())),
    ("climate", "which week had the most rain", lambda f: [f.groupby(f.date.dt.to_period("W")).rain_mm.sum().max()]),
    ("climate", "total rain in the first quarter of each year", lambda f: f[f.date.dt.quarter == 1].groupby(f.date.dt.year).rain_mm.sum()),
    ("climate", "longest streak of days above 25 degrees", lambda f: _longest(f.max_c > 25)),
    ("climate", "hottest day of each year", lambda f: [f"{f.date[at]:%Y-%m-%d}" for at in f.groupby(f.date.dt.year).max_c.idxmax()]),
    ("climate", "is it windier on rainy days than on dry ones", lambda f: f.groupby(f.rain_mm > 0).wind_kmh.mean()),
    ("share", "daily percent change of close: mean and standard deviation", lambda f: [f.close.pct_change().agg(how) * 100 for how in ("mean", "std")]),
    ("share", "largest one-day drop in close", lambda f: [f.close.diff().min()]),
    ("share", "on how many days did close rise, and what was the total gain?", lambda f: [int((f.close.diff() > 0).sum()), f.close.diff().clip(lower=0).sum()]),
    ("power", "total kwh per meter", lambda f: f.groupby("meter").kwh.sum()),
    ("power", "weekend vs weekday consumption per day", lambda f: _by_weekend(f.groupby(f.timestamp.dt.normalize()).kwh.sum())),
    ("rides", "km per month in 2024", lambda f: f[f.started_at.dt.year == 2024].groupby(f.started_at.dt.month).distance_km.sum()),
    ("rides", "average pace in min per km by bike", lambda f: (f.duration_min / f.distance_km).groupby(f.bike).mean()),
    ("share", "how many days in a row did close rise?", lambda f: _longest(f.close.diff() > 0)),
    ("stays", "did falls increase from 2023 to 2024?", lambda f: _yearly(f)[[2023, 2024]]),
    (
        "stays",
        "how has the share of patients who fell changed from 2022 to 2024",
        lambda f: (100 * (f.fell == "yes").groupby(f.admitted.dt.year).mean())[[2022, 2024]],
    ),
    (
        "stays",
        "admissions per quarter, with % change vs the quarter before",
        lambda f: 100 * f.groupby(f.admitted.dt.to_period("Q")).size().pct_change().dropna(),
    ),
    ("stays", "which month of 2023 had the fewest admissions", lambda f: [f[f.admitted.dt.year == 2023].groupby(f.admitted.dt.month).size().min()]),
    ("stays", "average length of stay in days by ward", lambda f: (f.discharged - f.admitted).dt.days.groupby(f.ward).mean()),
    ("stays", "how long do patients stay on average?", lambda f: (f.discharged - f.admitted).dt.days.mean()),
    ("stays", "admissions by day of week", lambda f: f.admitted.dt.day_name().value_counts()),
    ("cafe", "average units per day by product", lambda f: f.groupby("product").units.mean()),
    ("cafe", "are there dates missing in the table, other than mondays?", lambda f: ["2023-05-10", "2024-02-03"]),
    ("cafe", "how many days did we sell less than 10 bagels", lambda f: int((_per_day(f, "bagel") < 10).sum())),
    ("cafe", "longest run of days with at least 35 flat whites sold", lambda f: None),
    ("cafe", "total units per month, worst 3 months", lambda f: f.groupby(f.date.dt.to_period("M")).units.sum().nsmallest(3)),
]


@pytest.mark.parametrize(("table", "goal", "right"), UNITS + TIMES, ids=lambda item: item if isinstance(item, str) else "")
def test_time_and_units_are_as_pandas_computes_them(table: str, goal: str, right: Right) -> None:
    """The whole goal is done, and each number of the right answer stands in what a person reads."""
    run = orchestrate(goal, data={table: FRAMES[table]}, model="builtin", cache=False)
    assert not run.plan.not_done, run.plan.not_done
    wanted = right(FRAMES[table])
    assert not list(missing_from(run.value, wanted if wanted is not None else _longest_run_of_days()))


def _longest_run_of_days() -> int:
    """Of days that follow each other; a closed Monday ends a run."""
    totals = _per_day(FRAMES["cafe"], "flat white")
    every = totals.reindex(pd.date_range(totals.index[0], totals.index[-1]))
    return _longest(every >= 35)


def test_dates_written_day_first_bring_no_warning() -> None:
    """What pandas says of the order that is tried next is no news to a reader."""
    frame = FRAMES["stays"].assign(admitted=FRAMES["stays"].admitted.dt.strftime("%d/%m/%Y")).drop(columns="discharged")
    run = orchestrate("which weekday has the most admissions?", data={"stays": frame}, model="builtin", cache=False)
    assert "dayfirst" not in run.value


@pytest.mark.parametrize(("table", "goal", "word"), [("rides", "average fare per litre", "litre"), ("rides", "mean fare in kelvin", "kelvin")])
def test_a_unit_that_no_column_has_is_named(table: str, goal: str, word: str) -> None:
    """The number in another unit, or of the whole, is not given in silence."""
    run = orchestrate(goal, data={table: FRAMES[table]}, model="builtin", cache=False)
    assert any(word in line for line in run.plan.not_done), run.plan.not_done


def test_a_premise_about_a_count_is_looked_at_first() -> None:
    """ "Why did the number of admissions drop in 2024" says whether it did."""
    run = orchestrate("why did the number of admissions drop in 2024?", data={"stays": FRAMES["stays"]}, model="builtin", cache=False)
    years = FRAMES["stays"].groupby(FRAMES["stays"].admitted.dt.year).size()
    said = "It is so" if years[2024] < years[2023] else "not so"
    assert said in run.value
    assert not list(missing_from(run.value, years))


@pytest.mark.parametrize(
    ("table", "goal", "spec"),
    [
        ("stays", "share of patients who fell as a line chart", {"kind": "line"}),
        ("cafe", "pie chart of units by product", {"kind": "pie"}),
        ("power", "mean kwh by weekday and hour as a heatmap", {"kind": "heatmap"}),
        ("rides", "running total of fare per month, line chart", {"kind": "line"}),
        ("rides", "rides per weekday as a bar chart", {"kind": "bar"}),
        ("stays", "admissions per month as a line chart", {"kind": "line"}),
        ("share", "histogram of daily percent change of close", {"kind": "histogram", "x": "percent_change"}),
        ("stays", "share of patients who fell by ward and year as a line chart", {"kind": "line", "x": "year", "colour": "ward"}),
        ("plates", "scatter OD600 vs temp by plate", {"kind": "scatter"}),
    ],
)
def test_a_chart_shows_what_was_asked(table: str, goal: str, spec: dict[str, str]) -> None:
    """Shares over time are lines, parts of a whole a pie, two parts of the date a heat map."""
    run = orchestrate(goal, data={table: FRAMES[table]}, model="builtin", cache=False)
    assert not run.plan.not_done, run.plan.not_done
    charts = [step for step in run.plan.steps if step.params.get("recipe") == "chart"]
    assert [{key: step.params["arguments"].get(key) for key in spec} for step in charts] == [spec]

"""Tables of everyday kinds (sales, a trial, a server's log, a school, a panel of countries), made anew from one seed."""

from __future__ import annotations

import numpy as np
import pandas as pd


def sales(n: int = 600) -> pd.DataFrame:
    r = np.random.default_rng(7)
    product = r.choice(["Laptop", "Phone", "Tablet", "Monitor"], n)
    price = pd.Series(product).map({"Laptop": 900, "Phone": 600, "Tablet": 350, "Monitor": 250}).to_numpy() * r.normal(1, 0.08, n)
    units, discount = r.poisson(3, n) + 1, r.choice([0, 5, 10, 20], n, p=[0.5, 0.2, 0.2, 0.1])
    revenue = units * price * (1 - discount / 100)
    frame = pd.DataFrame(
        {
            "order_id": np.arange(1, n + 1),
            "order_date": pd.Series(np.sort(pd.to_datetime("2022-01-01") + pd.to_timedelta(r.integers(0, 1095, n), "D"))).dt.strftime("%Y-%m-%d"),
            "region": r.choice(["North", "South", "East", "West"], n, p=[0.4, 0.25, 0.2, 0.15]),
            "product": product,
            "channel": r.choice(["online", "store", "partner"], n),
            "units": units,
            "unit_price": price.round(2),
            "discount_pct": discount,
            "revenue": revenue.round(2),
            "cost": (revenue * r.normal(0.7, 0.05, n)).round(2),
            "returned": r.choice(["yes", "no"], n, p=[0.1, 0.9]),
        }
    )
    frame.loc[r.choice(n, 12, replace=False), "cost"] = np.nan
    return frame


def clinic(n: int = 180) -> pd.DataFrame:
    r = np.random.default_rng(8)
    arm, sex = r.choice(["placebo", "drug A", "drug B"], n), r.choice(["F", "M"], n)
    before = r.normal(148, 14, n)
    frame = pd.DataFrame(
        {
            "patient_id": [f"P{i:03d}" for i in range(n)],
            "arm": arm,
            "sex": sex,
            "age_years": r.integers(22, 85, n),
            "weight_kg": (r.normal(70, 12, n) + 8 * (sex == "M")).round(1),
            "height_cm": (r.normal(164, 6, n) + 12 * (sex == "M")).round(1),
            "sbp_before_mmhg": before.round(0),
            "sbp_after_mmhg": (before - pd.Series(arm).map({"placebo": 2, "drug A": 11, "drug B": 7}).to_numpy() + r.normal(0, 8, n)).round(0),
            "glucose_mmol_l": r.gamma(30, 0.19, n).round(2),
            "smoker": r.choice([0, 1], n, p=[0.7, 0.3]),
            "site": r.choice(["Oslo", "Bergen", "Trondheim"], n),
            "outcome": r.choice(["improved", "not improved"], n, p=[0.55, 0.45]),
            "adverse_event": r.choice([True, False], n, p=[0.12, 0.88]),
        }
    )
    frame.loc[r.choice(n, 9, replace=False), "glucose_mmol_l"] = np.nan
    return frame


def logs(n: int = 900) -> pd.DataFrame:
    r = np.random.default_rng(9)
    when = pd.Series(pd.to_datetime("2024-03-01") + pd.to_timedelta(np.sort(r.integers(0, 14 * 86400, n)), "s"))
    return pd.DataFrame(
        {
            "timestamp": when.dt.strftime("%Y-%m-%d %H:%M:%S"),
            "service": r.choice(["auth", "api", "web", "billing"], n),
            "level": r.choice(["INFO", "WARN", "ERROR"], n, p=[0.8, 0.12, 0.08]),
            "status": r.choice([200, 301, 404, 500], n, p=[0.85, 0.05, 0.06, 0.04]),
            "latency_ms": r.lognormal(4.5, 0.7, n).round(1),
            "bytes_sent": r.integers(200, 90_000, n),
            "user": r.choice([f"u{i}" for i in range(30)], n),
        }
    )


def school(n: int = 160) -> pd.DataFrame:
    r = np.random.default_rng(10)
    frame = pd.DataFrame(
        {
            "student": [f"S{i}" for i in range(n)],
            "classroom": r.choice(["7A", "7B", "7C"], n),
            "teacher": r.choice(["Ms Lee", "Mr Diaz"], n),
            "math_score": r.normal(68, 12, n).round(0),
            "reading_score": r.normal(71, 10, n).round(0),
            "writing_score": r.normal(69, 11, n).round(0),
            "absences": r.poisson(4, n),
            "free_lunch": r.choice(["yes", "no"], n, p=[0.35, 0.65]),
        }
    )
    frame["pretest"] = (frame.math_score - r.normal(5, 6, n)).round(0)
    frame.loc[r.choice(n, 5, replace=False), "reading_score"] = np.nan
    return frame


def econ() -> pd.DataFrame:
    r = np.random.default_rng(11)
    sizes = {"Norway": (480, 5.4, "Europe"), "Sweden": (590, 10.4, "Europe"), "Germany": (4080, 83, "Europe"), "Brazil": (1920, 214, "South America")}
    sizes |= {"Kenya": (113, 53, "Africa"), "Japan": (4230, 125, "Asia")}
    rows = [
        (
            country,
            year,
            round(gdp * (1 + 0.02 * (year - 2016)) + r.normal(0, gdp * 0.02), 1),
            round(people * (1 + 0.008 * (year - 2016)), 3),
            round(abs(r.normal(6, 2.5)), 2),
            round(r.normal(2.8, 1.8), 2),
            continent,
        )
        for country, (gdp, people, continent) in sizes.items()
        for year in range(2010, 2024)
    ]
    return pd.DataFrame(rows, columns=["country", "year", "gdp_usd_bn", "population_m", "unemployment_pct", "inflation_pct", "continent"])


TABLES = {"sales": sales(), "clinic": clinic(), "logs": logs(), "school": school(), "econ": econ()}

"""Goals with a condition, in every form that people write, each with the rows that are meant as pandas code over a table made from one seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

Rows = Callable[[pd.DataFrame], Any]
"""Which rows are meant: a true/false column."""


def orders(n: int = 600) -> pd.DataFrame:
    r = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "order_id": range(n),
            "date": pd.date_range("2023-01-01", periods=n, freq="D"),
            "region": r.choice(["North", "South", "East", "West"], n),
            "product": r.choice(["A", "B", "C"], n),
            "units": r.integers(1, 20, n),
            "price": r.normal(20, 4, n).round(2),
            "balance": r.normal(0, 60, n).round(1),
        }
    )
    return frame.assign(revenue=(frame.units * frame.price * 900).round(2))


def birds(n: int = 344) -> pd.DataFrame:
    r = np.random.default_rng(2)
    species = r.choice(["Adelie", "Chinstrap", "Gentoo"], n, p=[0.44, 0.2, 0.36])
    mass = pd.Series(species).map({"Adelie": 3700, "Chinstrap": 3730, "Gentoo": 5080}).to_numpy() + r.normal(0, 400, n)
    frame = pd.DataFrame(
        {
            "species": species,
            "island": r.choice(["Biscoe", "Dream", "Torgersen"], n),
            "flipper_length_mm": r.normal(200, 14, n).round(0),
            "body_mass_g": mass.round(0),
            "sex": r.choice(["male", "female"], n),
        }
    )
    frame.loc[r.choice(n, 9, replace=False), "sex"] = None
    return frame


def visits(n: int = 300) -> pd.DataFrame:
    """Dates as text with the day first; sexes as single letters."""
    r = np.random.default_rng(3)
    days = pd.date_range("2023-01-01", periods=n, freq="2D")
    return pd.DataFrame(
        {
            "visit_date": days.strftime("%d/%m/%Y"),
            "gender": r.choice(["f", "m", "d"], n),
            "clinic": r.choice(["Oslo", "Bergen", "Trondheim"], n),
            "test": r.choice(["PASS", "FAIL"], n, p=[0.6, 0.4]),
            "age": r.integers(18, 90, n),
            "cost": r.lognormal(5, 0.5, n).round(1),
            "rain_mm": r.gamma(0.6, 9, n).round(1),
            "discount_pct": r.choice([0, 5, 10, 15, 20], n),
        }
    )


def iso_visits() -> pd.DataFrame:
    frame = visits()
    return frame.assign(visit_date=pd.to_datetime(frame.visit_date, dayfirst=True).dt.strftime("%Y-%m-%d"))


TABLES = {"orders": orders(), "birds": birds(), "visits": visits(), "isovisits": iso_visits()}


def _d(f: pd.DataFrame) -> Any:
    return f.date


def _v(f: pd.DataFrame) -> Any:
    return pd.to_datetime(f.visit_date, dayfirst=f.visit_date.iloc[0][2] == "/")


def _day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


NEGATED: list[tuple[str, str, Rows]] = [
    ("orders", "not in 2023", lambda f: _d(f).dt.year != 2023),
    ("orders", "except in 2023", lambda f: _d(f).dt.year != 2023),
    ("orders", "except 2023", lambda f: _d(f).dt.year != 2023),
    ("orders", "excluding 2023", lambda f: _d(f).dt.year != 2023),
    ("orders", "outside 2023", lambda f: _d(f).dt.year != 2023),
    ("orders", "other than in 2023", lambda f: _d(f).dt.year != 2023),
    ("orders", "not in March 2023", lambda f: _d(f).dt.strftime("%Y-%m") != "2023-03"),
    ("orders", "except in March", lambda f: _d(f).dt.month != 3),
    ("orders", "without product A", lambda f: f["product"] != "A"),
    ("orders", "not from product A", lambda f: f["product"] != "A"),
    ("orders", "other than product A", lambda f: f["product"] != "A"),
    ("orders", "excluding product A", lambda f: f["product"] != "A"),
    ("orders", "except product A", lambda f: f["product"] != "A"),
    ("orders", "for all products but A", lambda f: f["product"] != "A"),
    ("orders", "where product is not A", lambda f: f["product"] != "A"),
    ("orders", "where product isn't A", lambda f: f["product"] != "A"),
    ("orders", "where product != A", lambda f: f["product"] != "A"),
    ("orders", "where product is neither A nor B", lambda f: f["product"] == "C"),
    ("orders", "for products that are not A or B", lambda f: f["product"] == "C"),
    ("orders", "excluding West", lambda f: f.region != "West"),
    ("orders", "not West", lambda f: f.region != "West"),
    ("orders", "outside West", lambda f: f.region != "West"),
    ("orders", "in all regions but West", lambda f: f.region != "West"),
    ("orders", "in regions other than West", lambda f: f.region != "West"),
    ("orders", "excluding West and East", lambda f: ~f.region.isin(["West", "East"])),
    ("orders", "excluding West, East and North", lambda f: f.region == "South"),
    ("orders", "in neither West nor East", lambda f: ~f.region.isin(["West", "East"])),
    ("orders", "where region is not in West, East", lambda f: ~f.region.isin(["West", "East"])),
    ("orders", "where region isn't West", lambda f: f.region != "West"),
    ("orders", "where units is not 5", lambda f: f.units != 5),
    ("orders", "where price is not above 20", lambda f: ~(f.price > 20)),
    ("birds", "of non-Gentoo", lambda f: f.species != "Gentoo"),
    ("birds", "of non-Gentoo birds", lambda f: f.species != "Gentoo"),
    ("birds", "without Gentoo", lambda f: f.species != "Gentoo"),
    ("birds", "ignoring Gentoo", lambda f: f.species != "Gentoo"),
    ("birds", "of all species but Gentoo", lambda f: f.species != "Gentoo"),
    ("birds", "of birds that aren't Gentoo", lambda f: f.species != "Gentoo"),
    ("birds", "of neither Gentoo nor Adelie", lambda f: f.species == "Chinstrap"),
    ("birds", "apart from Gentoo", lambda f: f.species != "Gentoo"),
    ("birds", "leaving out Gentoo", lambda f: f.species != "Gentoo"),
]
DATED: list[tuple[str, str, Rows]] = [
    ("orders", "between 2023-03-01 and 2023-03-31", lambda f: _d(f).between("2023-03-01", "2023-03-31")),
    ("orders", "from 2023-03-01 to 2023-03-31", lambda f: _d(f).between("2023-03-01", "2023-03-31")),
    ("orders", "after 2023-12-31", lambda f: _d(f) > _day("2023-12-31")),
    ("orders", "before 2023-02-01", lambda f: _d(f) < _day("2023-02-01")),
    ("orders", "where date is after 2023-12-31", lambda f: _d(f) > _day("2023-12-31")),
    ("orders", "where date >= 2023-12-31", lambda f: _d(f) >= _day("2023-12-31")),
    ("orders", "since 2024", lambda f: _d(f).dt.year >= 2024),
    ("orders", "since March 2024", lambda f: _d(f) >= _day("2024-03-01")),
    ("orders", "until June 2023", lambda f: _d(f) < _day("2023-07-01")),
    ("orders", "up to June 2023", lambda f: _d(f) < _day("2023-07-01")),
    ("orders", "before July 2023", lambda f: _d(f) < _day("2023-07-01")),
    ("orders", "after July 2023", lambda f: _d(f) >= _day("2023-08-01")),
    ("orders", "before July", lambda f: _d(f).dt.month < 7),
    ("orders", "in March 2023", lambda f: _d(f).dt.strftime("%Y-%m") == "2023-03"),
    ("orders", "in March", lambda f: _d(f).dt.month == 3),
    ("orders", "in March and April", lambda f: _d(f).dt.month.isin([3, 4])),
    ("orders", "in March or April 2023", lambda f: _d(f).dt.strftime("%Y-%m").isin(["2023-03", "2023-04"])),
    ("orders", "in Q2 2023", lambda f: _d(f).between("2023-04-01", "2023-06-30")),
    ("orders", "in the first half of 2023", lambda f: _d(f).between("2023-01-01", "2023-06-30")),
    ("orders", "in the second week of March 2023", lambda f: _d(f).between("2023-03-08", "2023-03-14")),
    ("orders", "in the second quarter of 2023", lambda f: _d(f).between("2023-04-01", "2023-06-30")),
    ("orders", "in Q1", lambda f: _d(f).dt.quarter == 1),
    ("orders", "on 2023-05-04", lambda f: _d(f) == _day("2023-05-04")),
    ("orders", "on May 4, 2023", lambda f: _d(f) == _day("2023-05-04")),
    ("orders", "from January to March 2023", lambda f: _d(f) < _day("2023-04-01")),
    ("orders", "between January and March", lambda f: _d(f).dt.month <= 3),
    ("orders", "between March 2023 and May 2023", lambda f: _d(f).between("2023-03-01", "2023-05-31")),
    ("orders", "in the last 30 days of the data", lambda f: _d(f) > _d(f).max() - pd.Timedelta(days=30)),
    ("orders", "in the last 30 days", lambda f: _d(f) > _d(f).max() - pd.Timedelta(days=30)),
    ("orders", "in 2023 and 2024", lambda f: _d(f).dt.year.isin([2023, 2024])),
    ("orders", "in 2022 or 2024", lambda f: _d(f).dt.year.isin([2022, 2024])),
    ("orders", "on weekends", lambda f: _d(f).dt.day_of_week >= 5),
    ("orders", "on the weekend", lambda f: _d(f).dt.day_of_week >= 5),
    ("orders", "on weekdays", lambda f: _d(f).dt.day_of_week < 5),
    ("orders", "on Mondays", lambda f: _d(f).dt.day_of_week == 0),
    ("orders", "on Mondays and Fridays", lambda f: _d(f).dt.day_of_week.isin([0, 4])),
    ("orders", "except on Sundays", lambda f: _d(f).dt.day_of_week != 6),
    ("orders", "after 2023", lambda f: _d(f).dt.year > 2023),
    ("visits", "after 2023-12-31", lambda f: _v(f) > _day("2023-12-31")),
    ("visits", "in March 2023", lambda f: _v(f).dt.strftime("%Y-%m") == "2023-03"),
    ("visits", "since March 2024", lambda f: _v(f) >= _day("2024-03-01")),
    ("visits", "in 2023", lambda f: _v(f).dt.year == 2023),
    ("visits", "after 31/12/2023", lambda f: _v(f) > _day("2023-12-31")),
    ("visits", "between 01/03/2023 and 05/04/2023", lambda f: _v(f).between("2023-03-01", "2023-04-05")),
    ("visits", "on weekends", lambda f: _v(f).dt.day_of_week >= 5),
    ("visits", "not in 2023", lambda f: _v(f).dt.year != 2023),
    ("isovisits", "after 2023-12-31", lambda f: _v(f) > _day("2023-12-31")),
    ("isovisits", "in March 2023", lambda f: _v(f).dt.strftime("%Y-%m") == "2023-03"),
    ("isovisits", "in Q2 2023", lambda f: _v(f).between("2023-04-01", "2023-06-30")),
    ("isovisits", "in the last 30 days of the data", lambda f: _v(f) > _v(f).max() - pd.Timedelta(days=30)),
]
JOINED: list[tuple[str, str, Rows]] = [
    ("visits", "where gender is f or m", lambda f: f.gender.isin(["f", "m"])),
    ("visits", "where gender is f, m or d", lambda f: f.gender.isin(["f", "m", "d"])),
    ("visits", "where gender in f, m", lambda f: f.gender.isin(["f", "m"])),
    ("visits", "where gender is either f or m", lambda f: f.gender.isin(["f", "m"])),
    ("birds", "of Adelie or male birds", lambda f: (f.species == "Adelie") | (f.sex == "male")),
    ("birds", "of Adelie and Gentoo", lambda f: f.species.isin(["Adelie", "Gentoo"])),
    ("birds", "of Adelie, Gentoo", lambda f: f.species.isin(["Adelie", "Gentoo"])),
    ("birds", "of either Adelie or Gentoo", lambda f: f.species.isin(["Adelie", "Gentoo"])),
    ("birds", "of male Adelie", lambda f: (f.species == "Adelie") & (f.sex == "male")),
    ("birds", "of male Adelie and Gentoo", lambda f: f.species.isin(["Adelie", "Gentoo"]) & (f.sex == "male")),
    ("birds", "where species is Adelie or island is Dream", lambda f: (f.species == "Adelie") | (f.island == "Dream")),
    ("birds", "where species is Adelie and island is Dream", lambda f: (f.species == "Adelie") & (f.island == "Dream")),
    ("birds", "where species is Adelie or flipper length is above 210", lambda f: (f.species == "Adelie") | (f.flipper_length_mm > 210)),
    ("birds", "of Adelie with flipper length above 200", lambda f: (f.species == "Adelie") & (f.flipper_length_mm > 200)),
    ("birds", "of males on Biscoe or Dream", lambda f: (f.sex == "male") & f.island.isin(["Biscoe", "Dream"])),
    ("orders", "in North, South and East", lambda f: f.region.isin(["North", "South", "East"])),
    ("orders", "where price > 20 and product is A", lambda f: (f.price > 20) & (f["product"] == "A")),
    ("orders", "where price > 20 or units < 5", lambda f: (f.price > 20) | (f.units < 5)),
    ("orders", "in West with price above 20 and units at most 5", lambda f: (f.region == "West") & (f.price > 20) & (f.units <= 5)),
    ("orders", "where product is A or B and price is below 20", lambda f: f["product"].isin(["A", "B"]) & (f.price < 20)),
    ("orders", "without product A or West", lambda f: (f["product"] != "A") & (f.region != "West")),
    ("orders", "excluding rows with price > 20 and units > 5", lambda f: ~((f.price > 20) & (f.units > 5))),
    ("orders", "in West in 2024", lambda f: (f.region == "West") & (_d(f).dt.year == 2024)),
]
RANGED: list[tuple[str, str, Rows]] = [
    ("orders", "where price between 10 and 20", lambda f: f.price.between(10, 20)),
    ("orders", "where price is between 10 and 20", lambda f: f.price.between(10, 20)),
    ("orders", "with price 10 to 20", lambda f: f.price.between(10, 20)),
    ("orders", "with a price from 10 to 20", lambda f: f.price.between(10, 20)),
    ("orders", "with price 10-20", lambda f: f.price.between(10, 20)),
    ("orders", "where price >= 10 and < 20", lambda f: (f.price >= 10) & (f.price < 20)),
    ("orders", "where price >= 10 and price < 20", lambda f: (f.price >= 10) & (f.price < 20)),
    ("orders", "where price is above 15 and below 20", lambda f: (f.price > 15) & (f.price < 20)),
    ("orders", "where 10 < price < 20", lambda f: (f.price > 10) & (f.price < 20)),
    ("orders", "with price at least 20", lambda f: f.price >= 20),
    ("orders", "with price no more than 20", lambda f: f.price <= 20),
    ("orders", "with price not more than 20", lambda f: f.price <= 20),
    ("orders", "with price of 20 or more", lambda f: f.price >= 20),
    ("orders", "with price under 20", lambda f: f.price < 20),
    ("orders", "with price over 20", lambda f: f.price > 20),
    ("orders", "where units is exactly 7", lambda f: f.units == 7),
    ("orders", "with exactly 7 units", lambda f: f.units == 7),
    ("orders", "with more than 7 units", lambda f: f.units > 7),
    ("orders", "where units is 7 or 8", lambda f: f.units.isin([7, 8])),
    ("orders", "where units in 7, 8, 9", lambda f: f.units.isin([7, 8, 9])),
    ("orders", "with revenue over 100k", lambda f: f.revenue > 100_000),
    ("orders", "with revenue above 100,000", lambda f: f.revenue > 100_000),
    ("orders", "with revenue below 0.1 million", lambda f: f.revenue < 100_000),
    ("orders", "with balance below -20", lambda f: f.balance < -20),
    ("orders", "with balance between -20 and 20", lambda f: f.balance.between(-20, 20)),
    ("orders", "with negative balance", lambda f: f.balance < 0),
    ("visits", "with discount of at least 10%", lambda f: f.discount_pct >= 10),
    ("visits", "with discount over 10 percent", lambda f: f.discount_pct > 10),
    ("visits", "with more than 10 mm rain", lambda f: f.rain_mm > 10),
    ("visits", "with more than 10 mm precipitation", lambda f: f.rain_mm > 10),
    ("visits", "for people over 40", lambda f: f.age > 40),
    ("visits", "for people under 30", lambda f: f.age < 30),
    ("visits", "for people aged 30 to 40", lambda f: f.age.between(30, 40)),
]
WORDED: list[tuple[str, str, Rows]] = [
    ("visits", "of women", lambda f: f.gender == "f"),
    ("visits", "of men", lambda f: f.gender == "m"),
    ("visits", "of females", lambda f: f.gender == "f"),
    ("visits", "of men and women", lambda f: f.gender.isin(["f", "m"])),
    ("visits", "of women over 40", lambda f: (f.gender == "f") & (f.age > 40)),
    ("birds", "of males", lambda f: f.sex == "male"),
    ("visits", "that failed the test", lambda f: f.test == "FAIL"),
    ("visits", "that passed the test", lambda f: f.test == "PASS"),
    ("visits", "that did not pass the test", lambda f: f.test == "FAIL"),
    ("visits", "where test is not FAIL", lambda f: f.test == "PASS"),
]
MEASURES = {"orders": "revenue", "birds": "body_mass_g", "visits": "cost", "isovisits": "cost"}
NAMES = {"body_mass_g": "body mass"}

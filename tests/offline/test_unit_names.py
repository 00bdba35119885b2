"""Columns whose names hold a unit answer to their bare name, values to every spelling of theirs: each goal beside pandas' own answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.offline.reading.matching.naming import naming

sys.path.insert(0, str(Path(__file__).parent))
from test_everyday_goals import Right, missing_from


def assay(n: int = 96) -> pd.DataFrame:
    r = np.random.default_rng(21)
    return pd.DataFrame(
        {
            "sample": [f"W{i:02d}" for i in range(n)],
            "strain": r.choice(["K12", "BL21", "MG16"], n),
            "conc (uM)": r.choice([0.0, 0.5, 5.0, 50.0], n),
            "A280 (AU)": r.normal(0.8, 0.1, n).round(3),
            "lum [RLU]": r.normal(5000, 600, n).round(0),
            "Avg. Temp (°C)": r.choice([30, 37], n),
            "Mark (T1)": r.integers(1, 9, n),
        }
    )


def homes(n: int = 160) -> pd.DataFrame:
    r = np.random.default_rng(22)
    area = r.choice(["Old Town", "old town", " Port", "Port", "Hills"], n, p=[0.3, 0.1, 0.1, 0.2, 0.3])
    return pd.DataFrame(
        {
            "ref": np.arange(1, n + 1),
            "area": area,
            "surface_m2": r.normal(70, 15, n).round(0),
            "price_eur": r.normal(900, 150, n).round(0),
            "price_usd": r.normal(990, 150, n).round(0),
            "stove": r.choice(["gas", "wood stove", "none"], n),
        }
    )


def herd(n: int = 400) -> pd.DataFrame:
    r = np.random.default_rng(23)
    return pd.DataFrame(
        {"farm": [f"{a}{b}" for a in ("North", "South") for b in ("dale", "moor", "wick", "ham")] * (n // 8), "milk_L": r.normal(25, 4, n).round(1)}
    ).assign(town=[f"Vale{chr(97 + i % 26)}{chr(97 + i // 26 % 3)}" for i in range(n)])


FRAMES = {"assay": assay(), "homes": homes(), "herd": herd()}


def _held(f: pd.DataFrame, name: str, statistic: str) -> Any:
    own = f[f.strain == "K12"].groupby("Avg. Temp (°C)")[name].agg(statistic)
    return (f[name] / f["Avg. Temp (°C)"].map(own)).groupby(f.strain).mean()


GOALS: list[tuple[str, str, Right]] = [
    ("assay", "mean and sd of a280 for each strain and conc", lambda f: f.groupby(["strain", "conc (uM)"])["A280 (AU)"].mean()),
    ("assay", "average LUM by concs", lambda f: f.groupby("conc (uM)")["lum [RLU]"].mean()),
    ("assay", "median lum where conc is above 1", lambda f: f[f["conc (uM)"] > 1]["lum [RLU]"].median()),
    ("assay", "count samples per temp", lambda f: f.groupby("Avg. Temp (°C)").size()),
    ("assay", "the 3 samples with the highest A280", lambda f: f["A280 (AU)"].nlargest(3)),
    ("assay", "mean ratio of lum to A280 by strain", lambda f: (f["lum [RLU]"] / f["A280 (AU)"]).groupby(f.strain).mean()),
    ("assay", "correlation between A280 and lum", lambda f: f["A280 (AU)"].corr(f["lum [RLU]"])),
    ("assay", "normalise the A280 to the K12 mean of the same temp, in percent, then average by strain", lambda f: _held(f, "A280 (AU)", "mean") * 100),
    ("assay", "mean lum as percent of the K12 median of each temp, by strain", lambda f: _held(f, "lum [RLU]", "median") * 100),
    ("assay", "mean lum relative to K12 by strain", lambda f: (f["lum [RLU]"] / f[f.strain == "K12"]["lum [RLU]"].mean()).groupby(f.strain).mean()),
    ("herd", "mean milk in valeba", lambda f: f[f.town == "Valeba"].milk_L.mean()),
    ("homes", "how many homes have between 60 and 75 m2", lambda f: f.surface_m2.between(60, 75).sum()),
    ("homes", "mean surface of homes in old town", lambda f: f[f.area.str.strip().str.lower() == "old town"].surface_m2.mean()),
    ("homes", "how many homes are not in port", lambda f: (f.area.str.strip() != "Port").sum()),
    ("homes", "how many homes over 80 m2 with a wood stove", lambda f: ((f.surface_m2 > 80) & (f.stove == "wood stove")).sum()),
]


@pytest.mark.parametrize(("table", "goal", "right"), GOALS, ids=lambda item: item if isinstance(item, str) else "")
def test_a_column_answers_to_its_name_without_the_unit(table: str, goal: str, right: Right) -> None:
    """The whole goal is done, and each number of the right answer stands in what a person reads."""
    run = orchestrate(goal, data={table: FRAMES[table]}, model="builtin", cache=False)
    assert not run.plan.not_done, run.plan.not_done
    assert not list(missing_from(run.value, right(FRAMES[table])))


def test_two_columns_of_one_stem_are_told_apart_and_the_other_is_shown() -> None:
    """ "Price" takes the first and names the second; with its unit, "price usd" is the other one."""
    data: dict[str, Any] = {"homes": FRAMES["homes"]}
    bare = orchestrate("mean price by stove", data=data, model="builtin", cache=False)
    assert any("price_eur (also possible: price_usd)" in line for line in bare.plan.assumptions)
    named = orchestrate("mean price usd by stove", data=data, model="builtin", cache=False)
    assert not list(missing_from(named.value, FRAMES["homes"].groupby("stove").price_usd.mean()))


def test_values_in_several_spellings_are_one_and_said_so() -> None:
    """ "In old town" holds both spellings, and names them."""
    run = orchestrate("how many homes are in old town", data={"homes": FRAMES["homes"]}, model="builtin", cache=False)
    assert any("2 spellings of Old Town taken as one" in line and "'old town'" in line for line in run.plan.assumptions), run.plan.assumptions


@pytest.mark.parametrize(
    ("name", "words", "unit"),
    [
        ("dose (uM)", ("dose",), "uM"),
        ("fluor [RFU]", ("fluor",), "RFU"),
        ("size_m2", ("size",), "m²"),
        ("Price in EUR", ("price",), "EUR"),
        ("weight, kg", ("weight",), "kg"),
        ("Glucose mg/dL", ("glucose",), "mg/dL"),
        ("temp_C", ("temp",), "°C"),
        ("systolic_mmHg", ("systolic",), "mmHg"),
        ("capacity_kWp", ("capacity",), "kWp"),
        ("irradiance_W_m2", ("irradiance",), "W/m2"),
        ("max_c", ("max",), "°C"),
        ("avg_hr", ("avg", "hr"), ""),
        ("low_min", ("low", "min"), ""),
        ("Mark (T1)", ("mark", "t", "1"), ""),
        ("Score (max 100)", ("score", "max", "100"), ""),
    ],
)
def test_the_unit_inside_a_name_is_found_and_other_brackets_stay(name: str, words: tuple[str, ...], unit: str) -> None:
    """What stands in brackets and is no unit belongs to the name."""
    found = naming(name, "number")
    assert (found.words, found.unit) == (words, unit)

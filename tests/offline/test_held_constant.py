"""Goals with something held constant, odds, arms of a trial, pairs of columns and days of change: each beside numpy's own answer."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.offline.recipes.odds import odds_ratios

sys.path.insert(0, str(Path(__file__).parent))
from test_everyday_goals import missing_from


def hens(n: int = 240) -> pd.DataFrame:
    """Eggs of hens: red hens weigh more, and heavy hens lay more."""
    r = np.random.default_rng(801)
    breed = r.choice(["red", "white"], n)
    mass = np.where(breed == "red", 2.4, 2.0) + r.normal(0, 0.15, n)
    lamp = r.choice(["yes", "no"], n)
    eggs = 40 + 20 * mass - 6 * (breed == "red") + 3 * (lamp == "yes") + r.normal(0, 4, n)
    sick = (r.random(n) < 1 / (1 + np.exp(1.2 - 0.9 * (lamp == "yes") + (mass - 2.2) / 0.3))).astype(int)
    diet = r.choice(["control", "seeds"], n)
    return pd.DataFrame(
        {
            "hen_id": range(n),
            "breed": breed,
            "mass_kg": mass.round(2),
            "lamp": lamp,
            "eggs": eggs.round(1),
            "sick": sick,
            "diet": diet,
            "shell_mm": (0.35 + 0.03 * (diet == "seeds") + r.normal(0, 0.02, n)).round(3),
            "score_ann": r.integers(1, 11, n).astype(float),
            "score_bob": r.integers(1, 11, n).astype(float),
        }
    )


def meter(n: int = 300) -> pd.DataFrame:
    r = np.random.default_rng(802)
    day = pd.date_range("2023-01-01", periods=n)
    heat = 10 + 9 * np.sin((np.arange(n) - 100) / 58) + r.normal(0, 2, n)
    return pd.DataFrame({"day": day, "outdoor_c": heat.round(1), "gas_m3": (20 - 0.7 * heat - 2 * (day >= "2023-06-01") + r.normal(0, 1, n)).round(2)})


FRAMES = {"hens": hens(), "meter": meter()}


def slope(frame: pd.DataFrame, y: str, *columns: Any) -> float:
    """The coefficient of the first column, the others held constant."""
    design = np.column_stack([np.ones(len(frame)), *(np.asarray(column, dtype=float) for column in columns)])
    return float(np.linalg.lstsq(design, frame[y], rcond=None)[0][1])


def _red(f: pd.DataFrame) -> Any:
    return f.breed == "red"


def _after(f: pd.DataFrame) -> Any:
    return f.day >= "2023-06-01"


Right = Callable[[pd.DataFrame], Any]
HELD: list[tuple[str, str, Right]] = [
    ("hens", "do red hens lay more eggs? control for mass", lambda f: [abs(slope(f, "eggs", _red(f), f.mass_kg)), abs(slope(f, "eggs", _red(f)))]),
    ("hens", "compare eggs between red and white hens, adjusted for mass and lamp", lambda f: abs(slope(f, "eggs", _red(f), f.mass_kg, f.lamp == "yes"))),
    ("hens", "is the number of eggs different between breeds once mass is taken into account?", lambda f: abs(slope(f, "eggs", _red(f), f.mass_kg))),
    ("hens", "Does mass affect eggs? Take breed into account.", lambda f: slope(f, "eggs", f.mass_kg, _red(f))),
    ("hens", "effect of lamp on eggs holding mass constant", lambda f: slope(f, "eggs", f.lamp == "yes", f.mass_kg)),
    ("hens", "Compare the eggs by lamp, then the eggs adjusted for breed and mass", lambda f: slope(f, "eggs", f.lamp == "yes", _red(f), f.mass_kg)),
    ("meter", "did gas go down after 1 June 2023, given the outdoor temperature?", lambda f: abs(slope(f, "gas_m3", _after(f), f.outdoor_c))),
    ("meter", "We insulated the roof on 1 June 2023. Did gas use fall after?", lambda f: [*f.groupby(_after(f)).gas_m3.mean()]),
    ("hens", "did the seeds improve the shell?", lambda f: [*f.groupby("diet").shell_mm.mean()]),
    ("hens", "Does the diet affect shell?", lambda f: [*f.groupby("diet").shell_mm.mean()]),
    ("hens", "is score_ann higher than score_bob?", lambda f: [f.score_ann.mean(), f.score_bob.mean()]),
    ("hens", "does the share of sick hens differ by breed?", lambda f: [*(100 * f.groupby("breed").sick.mean())]),
    ("hens", "who lays more eggs, red or white?", lambda f: [*f.groupby("breed").eggs.mean()]),
]


@pytest.mark.parametrize(("table", "goal", "right"), HELD, ids=[case[1] for case in HELD])
def test_the_effect_is_that_with_the_others_held_constant(table: str, goal: str, right: Right) -> None:
    """The coefficient of the group that the goal names, or the means that it asks for, and nothing is left undone."""
    frame = FRAMES[table]
    run = orchestrate(f"{goal} {{{table}}}", data={table: frame}, model="builtin", cache=False)
    assert not run.plan.not_done
    assert not list(missing_from(run.value, right(frame)))


def test_odds_ratios_are_those_of_the_likelihood() -> None:
    """The coefficients make the score zero, and the group that is called yes is held against the one called no."""
    frame = FRAMES["hens"]
    run = orchestrate("Logistic regression of sick on mass_kg and lamp, give odds ratios {hens}", data={"hens": frame}, model="builtin", cache=False)
    table = run.value.set_index("term")
    assert not run.plan.not_done
    assert list(table.index) == ["intercept", "mass_kg", "lamp = yes"]
    design = np.column_stack([np.ones(len(frame)), frame.mass_kg, frame.lamp == "yes"]).astype(float)
    chance = 1 / (1 + np.exp(-design @ np.log(table.odds_ratio.to_numpy())))
    assert np.abs(design.T @ (frame.sick - chance)).max() < 1e-3
    assert (table.ci_low < table.odds_ratio).all()
    assert (table.odds_ratio < table.ci_high).all()


def test_a_column_that_tells_the_outcome_apart_has_no_odds_ratio() -> None:
    """The refusal says what to do, and no huge number stands there."""
    frame = pd.DataFrame({"ill": [0, 1] * 30, "sure": [0.0, 1.0] * 30, "age": range(60)})
    with pytest.raises(Exception, match="tells the two outcomes apart"):
        orchestrate("odds ratios of ill by sure and age {f}", data={"f": frame}, model="builtin", cache=False).value  # noqa: B018


def test_too_few_events_for_the_terms_are_told() -> None:
    """Intervals of odds that rest on fewer than 10 rows of the rarer outcome for each term are called rough."""
    r = np.random.default_rng(5)
    frame = pd.DataFrame({"hit": [1] * 12 + [0] * 48, "load": r.normal(0, 1, 60), "age": r.normal(0, 1, 60)})
    assert "fewer than 10 for each" in odds_ratios(frame, y="hit", x=["load", "age"])["assumptions"].iloc[0]
    assert "fewer than 10" not in odds_ratios(frame, y="hit", x=["load"])["assumptions"].iloc[0]


def test_which_matters_most_is_told_in_standard_deviations() -> None:
    """The largest of the coefficients that can be compared stands first."""
    frame = FRAMES["hens"]
    run = orchestrate("Predict eggs from mass_kg and score_ann. Which matters most? {hens}", data={"hens": frame}, model="builtin", cache=False)
    table = run["eggs_standardised"]
    assert list(table.term[1:]) == ["mass_kg", "score_ann"]
    assert table.estimate[1] == pytest.approx(slope(frame, "eggs", frame.mass_kg, frame.score_ann) * frame.mass_kg.std() / frame.eggs.std())


def test_a_follow_up_takes_something_into_account() -> None:
    """The measure stays, and the rows that the first goal chose by the same column come back."""
    frame = FRAMES["hens"]
    first = orchestrate("do red hens lay more eggs than white ones? {hens}", data={"hens": frame}, model="builtin", cache=False)
    run = orchestrate("and after taking mass and lamp into account?", data={"hens": frame}, model="builtin", cache=False, continue_=first)
    assert not list(missing_from(run.value, [abs(slope(frame, "eggs", _red(frame), frame.mass_kg, frame.lamp == "yes"))]))


def test_dates_in_a_model_are_years() -> None:
    """A day is a number of years, not a level for each day."""
    frame = FRAMES["meter"]
    run = orchestrate("regress gas_m3 on day and outdoor_c {meter}", data={"meter": frame}, model="builtin", cache=False)
    assert list(run.value.term) == ["intercept", "day", "outdoor_c"]

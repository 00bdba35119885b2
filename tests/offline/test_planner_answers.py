"""Goals with an answer format: every slot is filled with the right value, or none is."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from nb_orchestra.core.goal import Goal
from nb_orchestra.core.references import FromData, FromStep, filler
from nb_orchestra.errors import UnreadableGoalError
from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.planner import plan_of

DATA = Path(__file__).parents[2] / "notebooks" / "data"
PENGUINS = pd.read_csv(DATA / "penguins.csv")
WEATHER = pd.read_csv(DATA / "seattle-weather.csv")


def _voyage() -> pd.DataFrame:
    """A made-up list of passengers with codes, yes/no columns and gaps."""
    random = np.random.default_rng(7)
    rows = 400
    return pd.DataFrame(
        {
            "PassengerId": range(1, rows + 1),
            "Survived": random.integers(0, 2, rows),
            "Pclass": random.integers(1, 4, rows),
            "Sex": random.choice(["male", "female"], rows),
            "Age": np.where(random.random(rows) < 0.2, np.nan, random.normal(30, 12, rows).clip(1, 80).round()),
            "SibSp": random.integers(0, 4, rows),
            "Parch": random.integers(0, 3, rows),
            "Fare": random.lognormal(3, 1, rows).round(2),
            "Port": random.choice(["Southampton", "Cherbourg", "Queenstown"], rows),
        }
    )


VOYAGE = _voyage()
P, V, W = PENGUINS, VOYAGE, WEATHER


def answer(frame: pd.DataFrame, text: str) -> dict[str, str]:
    """The slots that the plan's last step writes; empty where the answer is declined."""
    plan = plan_of(Goal(text, {"table": frame}))
    recipes, values = RecipeTable(), {}

    def resolve(reference: Any) -> Any:
        if isinstance(reference, FromData):
            return frame if reference.columns is None else frame[list(reference.columns)]
        assert isinstance(reference, FromStep)
        return values[reference.step]

    if plan["steps"][-1]["params"].get("recipe") != "fill_answer":
        return {}
    for step in plan["steps"]:
        values[step["id"]] = recipes.run(step["params"]["recipe"], filler(step["params"]["arguments"])(resolve)).value
    return dict(re.findall(r"@(\w+)\[(.*?)\]", values[plan["steps"][-1]["id"]]))


Expected = Callable[[], dict[str, float | str]]
CASES: list[tuple[str, pd.DataFrame, str, Expected]] = [
    ("statistics", P, "Calculate the mean and standard deviation of the flipper length.\nAnswer format: @mean_flipper[mean] @std_flipper[std], rounded to two decimal places.",
     lambda: {"mean_flipper": P.flipper_length_mm.mean(), "std_flipper": P.flipper_length_mm.std()}),
    ("two levels", P, "How many penguins are there of each sex?\nAnswer format: @male_count[number], @female_count[number] where number is an integer.", lambda: {"male_count": 168, "female_count": 165}),
    ("filter in the rules", P, "What is the average body mass of the male penguins?\nOnly consider rows where sex is male.\nAnswer format: @average_mass[mean] with 2 decimals.",
     lambda: {"average_mass": P[P.sex == "male"].body_mass_g.mean()}),
    ("group with the most", P, "Which species has the highest median bill length?\nAnswer format: @species[name] where \"name\" is a string.", lambda: {"species": "Chinstrap"}),
    ("gaps", P, "Find the number of missing values in \"sex\" and \"body_mass_g\".\nAnswer format: @missing_sex[count], @missing_body_mass[count]", lambda: {"missing_sex": 11, "missing_body_mass": 2}),
    ("outliers counted", P, "Identify the outliers in the body_mass_g column using the Z-score method with threshold 2.\nAnswer format: @num_outliers[n] where n is an integer.",
     lambda: {"num_outliers": int((abs(stats.zscore(P.body_mass_g.dropna())) > 2).sum())}),
    ("new column by group", P, "Create a new feature called \"bill_ratio\" by dividing bill_length_mm by bill_depth_mm. Calculate the mean of bill_ratio for each species.\n"
     "Answer format: @adelie_mean[mean], @gentoo_mean[mean] rounded to three decimal places.",
     lambda: {f"{name.lower()}_mean": (P.bill_length_mm / P.bill_depth_mm)[P.species == name].mean() for name in ("Adelie", "Gentoo")}),
    ("verdict by rule", P, "What is the correlation between bill_length_mm and flipper_length_mm?\nIf |r| >= 0.7 it is strong, if 0.3 <= |r| < 0.7 it is moderate, otherwise weak.\n"
     "Answer format: @r[value] @strength[label] where \"value\" has 2 decimals and \"label\" is \"strong\", \"moderate\", or \"weak\".",
     lambda: {"r": P.bill_length_mm.corr(P.flipper_length_mm), "strength": "moderate"}),
    ("verdict by the test", P, "Check whether body mass is normally distributed.\nUse the Shapiro-Wilk test with alpha = 0.05.\nAnswer format: @is_normal[answer] where answer is \"yes\" or \"no\".", lambda: {"is_normal": "no"}),
    ("share of a level", P, "Calculate the percentage of penguins from Biscoe island.\nAnswer format: @percentage_biscoe[percentage] rounded to two decimals.",
     lambda: {"percentage_biscoe": 100 * (P.island == "Biscoe").mean()}),
    ("before and after", P, "Remove the outliers of the body_mass_g column using the Z-score method with a threshold of 1.5 and calculate the mean before and after.\nAnswer format: @mean_before[mean], @mean_after[mean] with two decimals",
     lambda: {"mean_before": P.body_mass_g.mean(), "mean_after": P.body_mass_g[abs(P.body_mass_g - P.body_mass_g.mean()) <= 1.5 * P.body_mass_g.std()].mean()}),
    ("anova", P, "Perform a one-way ANOVA to compare body mass between the three species.\nAnswer format: @f_statistic[f], @conclusion[text] where f has 2 decimals and \"text\" is either \"significant\" or \"not significant\".",
     lambda: {"f_statistic": stats.f_oneway(*[group.body_mass_g.dropna() for _, group in P.groupby("species")])[0], "conclusion": "significant"}),
    ("regression", P, "Use linear regression to predict body_mass_g from flipper_length_mm.\nAnswer format: @r_squared[r2], @slope[slope] rounded to 2 decimal places", lambda: {"r_squared": 0.76, "slope": 49.69}),
    ("above its own mean", P, "Count the number of penguins whose body mass is above the average body mass.\nAnswer format: @count_above[count] an integer",
     lambda: {"count_above": int((P.body_mass_g > P.body_mass_g.mean()).sum())}),
    ("extreme by month", W, "Which month has the highest total precipitation?\nAnswer format: @wettest_month[month] where \"month\" is an integer between 1 and 12.", lambda: {"wettest_month": 11}),
    ("value beside its column", W, "How many days were rainy (weather is rain)?\nAnswer format: @rain_days[count]", lambda: {"rain_days": int((W.weather == "rain").sum())}),
    ("percentile", W, "What is the 90th percentile of precipitation?\nAnswer format: @p90[value] rounded to one decimal", lambda: {"p90": W.precipitation.quantile(0.9)}),
    ("levels named by a slot", W, "Calculate the mean precipitation for each weather type.\nAnswer format: @rain_mean[mean], @snow_mean[mean] rounded to two decimals",
     lambda: {f"{kind}_mean": W[W.weather == kind].precipitation.mean() for kind in ("rain", "snow")}),
    ("codes of a group", V, "Calculate the average age of passengers in each passenger class.\nAnswer format: @average_age_class1[a], @average_age_class3[b] rounded to two decimals.",
     lambda: {f"average_age_class{code}": V[V.Pclass == code].Age.mean() for code in (1, 3)}),
    ("a constant in a formula", V, "Create a new feature called \"FamilySize\" by adding the SibSp and Parch columns and adding 1. Then calculate the mean of FamilySize.\nAnswer format: @mean_family_size[mean] with two decimals",
     lambda: {"mean_family_size": (V.SibSp + V.Parch + 1).mean()}),
    ("rate of a yes/no column", V, "What is the survival rate of female passengers?\nThe survival rate is the percentage of passengers who survived.\nAnswer format: @survival_rate_female[rate] rounded to two decimals",
     lambda: {"survival_rate_female": 100 * V[V.Sex == "female"].Survived.mean()}),
    ("two conditions", V, "How many passengers in first class (Pclass = 1) survived?\nAnswer format: @count[count] integer", lambda: {"count": int(((V.Pclass == 1) & (V.Survived == 1)).sum())}),
    ("filled, then measured", V, "Fill the missing values in the Age column with the median age. Then compute the mean and the variance of the Age column.\nAnswer format: @mean_age[mean], @variance_age[var] with two decimals",
     lambda: {"mean_age": V.Age.fillna(V.Age.median()).mean(), "variance_age": V.Age.fillna(V.Age.median()).var()}),
    ("those who did not", V, "Compare the mean fare of the survivors with the mean fare of the non-survivors.\nAnswer format: @mean_survivors[m1], @mean_nonsurvivors[m2] rounded to two decimals",
     lambda: {"mean_survivors": V[V.Survived == 1].Fare.mean(), "mean_nonsurvivors": V[V.Survived == 0].Fare.mean()}),
]  # fmt: skip


@pytest.mark.parametrize(("frame", "text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_every_slot_is_filled(frame: pd.DataFrame, text: str, expected: Expected) -> None:
    """The text that the plan ends in holds each slot with its value, rounded as the format asks."""
    got = answer(frame, text)
    for name, value in expected().items():
        if isinstance(value, str):
            assert got[name] == value
        else:
            places = len(got[name].partition(".")[2])
            assert float(got[name]) == pytest.approx(value, abs=0.51 * 10**-places)


DECLINED = [
    (P, "What is the mean body mass in Canada?\nAnswer format: @mean[mean] with two decimals"),
    (P, "What is the mean wingspan of the penguins?\nAnswer format: @mean_wingspan[mean] with two decimals"),
    (P, "What is the mean body mass?\nAnswer format: @mean[mean], @colour_of_beak[colour] where colour is a string"),
    (V, "What is the mean fare of passengers who like tea?\nAnswer format: @mean_fare[mean]"),
]


@pytest.mark.parametrize(("frame", "text"), DECLINED)
def test_an_answer_is_whole_or_declined(frame: pd.DataFrame, text: str) -> None:
    """Where one slot or one restriction is not understood, no slot is filled at all."""
    with contextlib.suppress(UnreadableGoalError):
        assert answer(frame, text) == {}

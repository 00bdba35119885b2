"""Models that a goal with an answer format asks for: target and features wherever they are said, split, scaling, scores, coefficients, predictions."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import mean_absolute_error, mean_squared_error, precision_score, recall_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nb_orchestra import orchestrate

RNG = np.random.default_rng(5)
N = 160
HOMES = pd.DataFrame(
    {"area": RNG.normal(110, 25, N).round(1), "rooms": RNG.integers(1, 8, N), "age": RNG.integers(0, 90, N), "garden": RNG.choice(["yes", "no"], N)}
)
HOMES["price"] = (900 * HOMES.area + 4000 * HOMES.rooms - 300 * HOMES.age + RNG.normal(0, 9000, N)).round()
HOMES["sold"] = np.where(HOMES.price / HOMES.price.median() + RNG.normal(0, 0.25, N) > 1, "sold", "open")
X = HOMES[["area", "rooms", "age"]]
LINE = LinearRegression().fit(X, HOMES.price)


def parts(y: Any, share: float = 0.25, seed: int = 7) -> Any:
    return train_test_split(X, y, test_size=share, random_state=seed)


def line_scores() -> dict[str, float]:
    a, b, c, d = parts(HOMES.price)
    guess = LinearRegression().fit(a, c).predict(b)
    return {"rmse": mean_squared_error(d, guess) ** 0.5, "mae": mean_absolute_error(d, guess)}


def class_scores() -> dict[str, float]:
    a, b, c, d = parts((HOMES.sold == "sold").astype(int), 0.3, 42)
    guess = LogisticRegression(max_iter=1000).fit(a, c).predict(b)
    return {"precision": precision_score(d, guess), "recall": recall_score(d, guess), "false_positives": int(((guess == 1) & (d == 0)).sum())}


def near_scores() -> dict[str, float]:
    a, b, c, d = parts(HOMES.sold, 0.3, 1)
    guess = make_pipeline(StandardScaler(), KNeighborsClassifier(n_neighbors=3)).fit(a, c).predict(b)
    return {"accuracy": float((guess == d).mean()), "test_size": len(d)}


def largest() -> Any:
    scaled = LinearRegression().fit(StandardScaler().fit_transform(X), HOMES.price)
    return X.columns[np.abs(scaled.coef_).argmax()]


CASES: list[tuple[str, str, dict[str, Any]]] = [
    (
        "split, features behind the verb",
        "Predict the price from area, rooms and age with a linear regression.\nHold out 25% of the data for testing with random_state=7. Report the RMSE and the MAE of "
        "the test set.\nAnswer format: @rmse[rmse] @mae[mae] rounded to two decimals",
        line_scores(),
    ),
    (
        "the first rows to train with",
        "Predict price from area, rooms and age by a linear regression.\nTake the first 80% of the rows for training and the last 20% for testing (no shuffling).\n"
        "Answer format: @mse[mse] rounded to one decimal",
        {"mse": mean_squared_error(HOMES.price[128:], LinearRegression().fit(X[:128], HOMES.price[:128]).predict(X[128:]))},
    ),
    (
        "coefficients and a prediction of all rows",
        "Fit a multiple linear regression with price as the dependent variable and area, rooms and age as independent variables. Which price is predicted for an area "
        "of 100, 4 rooms and an age of 20?\nUse all rows.\nAnswer format: @coef_area[b] @predicted_price[prediction] rounded to two decimals",
        {"coef_area": LINE.coef_[0], "predicted_price": LINE.predict(pd.DataFrame({"area": [100], "rooms": [4], "age": [20]}))[0]},
    ),
    (
        "errors on the rows that were fitted",
        "Fit a linear regression: price ~ area + rooms + age on the full dataset and report its mean squared error.\nAnswer format: @mse[mse] rounded to two decimals",
        {"mse": mean_squared_error(HOMES.price, LINE.predict(X))},
    ),
    (
        "two classes as 1 and 0",
        "Train a logistic regression to predict whether a home is sold, using area, rooms and age as features.\nEncode sold as 1 and open as 0. Split the data 70/30 with "
        "random_state=42 and use LogisticRegression(max_iter=1000) without scaling.\nAnswer format: @precision[p] @recall[r] @false_positives[n] where p and r are "
        "rounded to three decimals and n is an integer",
        class_scores(),
    ),
    (
        "neighbours on standardised columns",
        "Train a k-nearest neighbors classifier.\nFeatures: area, rooms, age. Target: sold. Use train_test_split with test_size=0.3 and random_state=1, standardize "
        "the features with StandardScaler and use 3 neighbors.\nAnswer format: @accuracy[a] @test_size[n] where a is rounded to three decimals and n is an integer",
        near_scores(),
    ),
    (
        "the feature that weighs most",
        "Which of area, rooms and age has the largest effect on the price? Fit a linear regression with area, rooms and age as predictors and price as the target on "
        "all rows, after standardizing the predictors with StandardScaler.\nAnswer format: @most_important_feature[name] where name is a string",
        {"most_important_feature": largest()},
    ),
]


@pytest.mark.parametrize(("goal", "truth"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_model_is_made_and_judged_as_the_goal_says(goal: str, truth: dict[str, Any]) -> None:
    run = orchestrate(goal, data={"table": HOMES}, model="builtin", cache=False)
    given = dict(re.findall(r"@(\w+)\[(.*?)\]", str(run.value)))
    assert set(given) == set(truth)
    for name, value in truth.items():
        places = len(given[name].partition(".")[2])
        assert given[name] == value if isinstance(value, str) else float(given[name]) == pytest.approx(float(value), abs=0.51 * 10**-places)


def test_a_model_with_a_feature_that_no_column_is_gets_no_answer() -> None:
    goal = "Predict the price from area and the distance to the sea with a linear regression on 80% training data, random_state 1.\nAnswer format: @rmse[rmse] two decimals"
    run = orchestrate(goal, data={"table": HOMES}, model="builtin", cache=False)
    assert "@rmse[" not in str(run.value)


def test_gaps_are_filled_within_the_groups_that_are_named() -> None:
    frame = HOMES.assign(area=HOMES.area.mask(HOMES.index % 7 == 0))
    goal = "Fill the missing area values with the median area of the respective garden and report the mean of area.\nAnswer format: @mean_area[mean] rounded to three decimals"
    run = orchestrate(goal, data={"table": frame}, model="builtin", cache=False)
    filled = frame.area.fillna(frame.groupby("garden").area.transform("median"))
    assert str(run.value) == f"@mean_area[{filled.mean():.3f}]"

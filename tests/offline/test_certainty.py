"""How sure a number is: intervals of means and shares, sample sizes, and the difference that a sample can show."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from nb_orchestra import orchestrate
from nb_orchestra.offline.recipes.certainty import interval_of_mean, interval_of_share, power_of, sample_size
from nb_orchestra.offline.recipes.frames import Refusal


def survey(n: int = 400) -> pd.DataFrame:
    r = np.random.default_rng(7)
    region, happy = r.choice(["North", "South", "West"], n), r.choice(["yes", "no"], n, p=[0.63, 0.37])
    return pd.DataFrame({"respondent": np.arange(n), "region": region, "satisfied": happy, "hours_online": r.gamma(3, 1.2, n).round(1)})


SURVEY = survey()


def test_the_interval_of_a_mean_is_students() -> None:
    """At any level, and per group."""
    values = SURVEY.hours_online
    row = interval_of_mean(SURVEY, value="hours_online", level=0.9).iloc[0]
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(stats.t.interval(0.9, len(values) - 1, values.mean(), values.sem()))
    assert interval_of_mean(SURVEY, value="hours_online", by="region")["region"].tolist() == ["North", "South", "West"]


def test_the_interval_of_a_share_is_wilsons() -> None:
    """It stays between 0 and 100 % where nobody or everybody is counted."""
    row = interval_of_share(SURVEY, where=[{"column": "satisfied", "op": "==", "value": "yes"}]).iloc[0]
    right = stats.binomtest(int(row["n"]), int(row["of"])).proportion_ci(method="wilson")
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((100 * right.low, 100 * right.high))
    none = interval_of_share(SURVEY, where=[{"column": "hours_online", "op": "<", "value": -1}]).iloc[0]
    assert none["ci_low"] == pytest.approx(0, abs=1e-9)
    assert 0 < none["ci_high"] < 2


def test_a_sample_size_is_the_smallest_with_that_power() -> None:
    """One row less in each group has not the power, and half the difference needs about four times as many rows."""
    row = sample_size(SURVEY, value="hours_online", difference=0.5).iloc[0]
    assert power_of(row["effect"], row["n_each"], 0.05) >= 0.8 > power_of(row["effect"], row["n_each"] - 1, 0.05)
    assert sample_size(SURVEY, value="hours_online", difference=0.25).iloc[0]["n_each"] == pytest.approx(4 * row["n_each"], rel=0.02)
    with pytest.raises(Refusal, match="difference of nothing"):
        sample_size(SURVEY, value="hours_online", difference=0)


def test_what_a_sample_can_show_is_the_difference_of_that_size() -> None:
    """Both directions agree."""
    shown = sample_size(SURVEY, value="hours_online").iloc[0]
    assert sample_size(SURVEY, value="hours_online", difference=shown["difference"]).iloc[0]["n_each"] == shown["n_each"] == 200


Q: list[tuple[str, Any]] = [
    ("95% confidence interval of hours online", lambda f: list(stats.t.interval(0.95, len(f) - 1, f.hours_online.mean(), f.hours_online.sem()))),
    ("mean hours online per region with 95% CI", lambda f: list(f.groupby("region").hours_online.mean())),
    ("share satisfied by region with confidence intervals", lambda f: list(100 * (f.satisfied == "yes").groupby(f.region).mean())),
    ("confidence interval for the share of satisfied people", lambda f: [100 * (f.satisfied == "yes").mean()]),
]


@pytest.mark.parametrize(("goal", "right"), Q, ids=[goal for goal, _ in Q])
def test_intervals_are_given_where_a_goal_asks_for_them(goal: str, right: Any) -> None:
    """As a table with the interval beside each number."""
    run = orchestrate(goal, data={"survey": SURVEY}, model="builtin", cache=False)
    assert run.state == "done", run.plan.not_done
    assert {"ci_low", "ci_high"} <= set(run.value.columns)
    numbers = run.value.select_dtypes("number").to_numpy().ravel()
    assert all(np.isclose(numbers, number).any() for number in right(SURVEY))


def test_how_many_are_needed_is_answered_in_words() -> None:
    """With the assumptions that the number rests on."""
    goal = "how many people would I need to detect a difference of 0.3 hours online between two groups?"
    run = orchestrate(goal, data={"survey": SURVEY}, model="builtin", cache=False)
    n = sample_size(SURVEY, value="hours_online", difference=0.3).iloc[0]["n_each"]
    assert run.state == "done"
    assert f"{n:,} in each of two groups" in str(run.value)
    assert "power 0.8" in str(run.value)

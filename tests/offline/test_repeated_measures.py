"""Several rows of one patient, plot or volunteer: they are not independent, so each counts once, is its own pair, or it is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from nb_orchestra import orchestrate
from nb_orchestra.offline.recipes.changing import changes_compared
from nb_orchestra.offline.recipes.comparing import compare_groups
from nb_orchestra.offline.recipes.exploring import associations
from nb_orchestra.offline.recipes.pairwise import post_hoc
from nb_orchestra.offline.recipes.repeated import change_within


def trial() -> pd.DataFrame:
    r, rows = np.random.default_rng(601), []
    for n in range(48):
        arm, start = ("placebo", "low", "high")[n % 3], r.normal(60, 9)
        slope = {"placebo": 0.2, "low": 0.8, "high": 1.4}[arm]
        rows += [(f"T{n:02d}", arm, week, round(start - slope * week + r.normal(0, 4), 1)) for week in (0, 4, 8, 12)]
    return pd.DataFrame(rows, columns=["subject", "arm", "week", "pain_score"])


def sleep() -> pd.DataFrame:
    r, rows = np.random.default_rng(602), []
    for n in range(1, 31):
        own = r.normal(40, 8)
        rows += [(n, drink, round(own + more + r.normal(0, 6), 1)) for drink, more in (("coffee", 12), ("decaf", 0))]
    return pd.DataFrame(rows, columns=["volunteer", "drink", "minutes_to_sleep"])


def plots() -> pd.DataFrame:
    r, rows = np.random.default_rng(603), []
    for n in range(24):
        kind = ("none", "compost", "NPK")[n % 3]
        growth = {"none": 1.1, "compost": 1.5, "NPK": 1.7}[kind] + r.normal(0, 0.25)
        rows += [(f"plot{n:02d}", kind, visit, round(4 + growth * visit + r.normal(0, 0.4), 2)) for visit in range(1, 7)]
    return pd.DataFrame(rows, columns=["plot", "fertiliser", "visit", "height_cm"])


FRAMES = {"trial": trial(), "sleep": sleep(), "plots": plots()}


def _wide(frame: pd.DataFrame, unit: str, over: str, value: str) -> pd.DataFrame:
    return frame.pivot(index=unit, columns=over, values=value)


def test_groups_are_compared_by_the_mean_of_each_unit() -> None:
    """240 rows of 60 patients are 60 values, not 240 (Hurlbert 1984)."""
    frame = FRAMES["trial"]
    means = frame.groupby(["subject", "arm"]).pain_score.mean().reset_index()
    with pytest.warns(UserWarning, match="192 rows of 48 subject, so the mean of each subject"):
        row = compare_groups(frame, value="pain_score", by="arm", unit="subject").iloc[0]
    assert row["statistic"] == pytest.approx(stats.f_oneway(*(part.pain_score for _, part in means.groupby("arm"))).statistic)
    assert row["n"] == 48
    assert "of the mean of each subject" in row["chosen"]


def test_conditions_that_each_unit_went_through_are_paired_by_unit() -> None:
    """The interval of the difference is that of the pairs, too."""
    frame, wide = FRAMES["sleep"], _wide(FRAMES["sleep"], "volunteer", "drink", "minutes_to_sleep")
    with pytest.warns(UserWarning, match="compared within each volunteer"):
        row = compare_groups(frame, value="minutes_to_sleep", by="drink", unit="volunteer").iloc[0]
    right = stats.ttest_rel(wide.coffee, wide.decaf)
    assert (row["test"], row["statistic"]) == ("paired t", pytest.approx(right.statistic))
    assert (row["difference_low"], row["difference_high"]) == pytest.approx(tuple(right.confidence_interval()))
    with pytest.warns(UserWarning, match="compared within each volunteer"):
        assert post_hoc(frame, value="minutes_to_sleep", by="drink", unit="volunteer").iloc[0]["statistic"] == pytest.approx(right.statistic)


def test_units_in_some_groups_only_stay_as_they_are_and_that_is_told() -> None:
    """Neither a mean nor a pair would do."""
    frame = FRAMES["sleep"].assign(drink=np.random.default_rng(1).choice(["tea", "cocoa"], 60))
    with pytest.warns(UserWarning, match="counted as if they were"):
        row = compare_groups(frame, value="minutes_to_sleep", by="drink", unit="volunteer").iloc[0]
    assert row["n"] == 60


def test_a_unit_of_one_row_each_changes_nothing() -> None:
    """Of one week each subject has a single row."""
    week = FRAMES["trial"].query("week == 12")
    plain, by_unit = (compare_groups(week, value="pain_score", by="arm", unit=unit) for unit in (None, "subject"))
    pd.testing.assert_frame_equal(plain, by_unit)


def test_change_within_is_each_units_last_less_its_first() -> None:
    """A unit without both ends is left out, and told."""
    frame = FRAMES["trial"].drop(index=3)  # T00 has no week 12
    with pytest.warns(UserWarning, match="1 subject without a value at both ends of week"):
        found = change_within(frame, unit="subject", value="pain_score", over="week", first=0, last=12, keep=["arm"])
    wide = _wide(frame, "subject", "week", "pain_score").dropna()
    assert list(found.columns) == ["subject", "arm", "week_0", "week_12", "change"]
    assert found["change"].tolist() == pytest.approx((wide[12] - wide[0]).tolist())
    own = change_within(frame, unit="subject", value="pain_score", over="week")
    assert own.iloc[0]["last"] == frame.iloc[2]["pain_score"]  # its own last one is that of week 8


def test_whether_groups_change_differently_is_looked_at_for_every_measure() -> None:
    """Columns that never change within a unit are no measures of change."""
    frame = FRAMES["trial"].assign(age=FRAMES["trial"]["subject"].str[1:].astype(int))
    found = changes_compared(frame, unit="subject", over="week", by="arm")
    assert found["value"].tolist() == ["pain_score"]
    assert found["p"].iloc[0] < 0.001


def test_what_goes_with_a_group_counts_each_unit_once() -> None:
    """A first look at the arms of a trial has as many values as subjects."""
    with pytest.warns(UserWarning, match="each subject counts once"):
        assert set(associations(FRAMES["trial"], target="arm")["n"]) == {48}


Q: list[tuple[str, str, Any]] = [
    ("trial", "does pain differ between the arms?", "of the mean of each subject"),
    ("plots", "does fertiliser matter for height?", "of the mean of each plot"),
    ("sleep", "compare minutes to sleep between coffee and decaf", "pairs within each volunteer"),
    ("trial", "did pain get better from week 0 to week 12?", "paired t(47)"),
    ("trial", "change in pain from week 0 to week 12 by arm", "Mean change by arm"),
    ("plots", "how much did height change from the first to the last visit for each fertiliser?", "Mean change by fertiliser"),
    ("plots", "average change in height from first to last visit in each fertiliser", "Mean change by fertiliser"),
]


@pytest.mark.parametrize(("table", "goal", "said"), Q, ids=[goal for _, goal, _ in Q])
def test_repeated_measures_are_seen_in_plain_goals(table: str, goal: str, said: str) -> None:
    """Nobody has to ask for it."""
    run = orchestrate(f"{goal} brief", data={table: FRAMES[table]}, model="builtin", cache=False)
    assert run.state == "done", run.plan.not_done
    assert said in str(run.value)


def test_an_answer_format_is_about_the_rows() -> None:
    """The test that a format asks for is the one of the rows, as its author computed it."""
    goal = "Is there a difference in pain_score between the arms? Use one-way ANOVA. Answer: @f[F statistic, 2 decimals]"
    run = orchestrate(goal, data={"trial": FRAMES["trial"]}, model="builtin", cache=False)
    right = stats.f_oneway(*(part.pain_score for _, part in FRAMES["trial"].groupby("arm"))).statistic
    assert f"@f[{right:.2f}]" in str(run.value)

"""The course of a measure or of events: below its peak, first against last, time between two of the same, what varies most; and tests of what was said before."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from nb_orchestra import orchestrate
from nb_orchestra.offline.recipes.comparing_one import paired
from nb_orchestra.offline.recipes.courses import against_level, fall_from_peak, first_and_last, time_between
from nb_orchestra.offline.recipes.frames import Refusal
from tests.offline.test_everyday_goals import missing_from


def shares() -> pd.DataFrame:
    r = np.random.default_rng(5)
    rows = [(name, f"{day:%b} {day.day} {day.year}", p) for name in ("ABC", "XYZ") for day, p in zip(_months(), _walk(r), strict=True)]
    return pd.DataFrame(rows, columns=["ticker", "date", "price"]).sort_values("date", ignore_index=True)


def _months() -> pd.DatetimeIndex:
    return pd.date_range("2015-01-01", periods=60, freq="MS")


def _walk(r: Any) -> Any:
    return (100 * np.exp(np.cumsum(r.normal(0.005, 0.06, 60)))).round(2)


def jobs() -> pd.DataFrame:
    return pd.DataFrame({"month": _months(), "employment": (5000 + 300 * np.sin(np.arange(60) / 9) - 4 * np.arange(60)).round()})


def shop() -> pd.DataFrame:
    r, n = np.random.default_rng(8), 400
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(r.integers(0, 300, n)), "D")
    return pd.DataFrame({"order_id": np.arange(n), "customer_id": r.integers(1, 70, n), "order_date": day, "amount": r.gamma(3, 20, n).round(2)})


def mill() -> pd.DataFrame:
    r, rows = np.random.default_rng(9), []
    for day in pd.date_range("2024-03-04", "2024-05-31", freq="B"):
        rows += [(day, line, int(r.normal(size, spread))) for line, size, spread in (("A", 420, 10), ("B", 380, 45), ("C", 510, 25))]
    return pd.DataFrame(rows, columns=["date", "line", "pieces"])


def diet() -> pd.DataFrame:
    r = np.random.default_rng(10)
    before, kind = r.normal(80, 6, 60).round(1), np.repeat(["A", "B", "C"], 20)
    return pd.DataFrame({"kind": kind, "Prescore": before, "Postscore": (before + 4 * (kind == "B") + r.normal(0, 3, 60)).round(1)})


def trial() -> pd.DataFrame:
    r = np.random.default_rng(12)
    arm = np.repeat(["drug", "placebo"], 80)
    return pd.DataFrame(
        {"id": range(160), "arm": arm, "nausea": np.where(r.random(160) < 0.2 + 0.25 * (arm == "drug"), "yes", "no"), "days": r.normal(9, 2, 160)}
    )


FRAMES = {"shares": shares(), "jobs": jobs(), "shop": shop(), "mill": mill(), "diet": diet(), "trial": trial()}


def test_a_fall_is_the_deepest_below_what_was_highest_until_then() -> None:
    """In percent where all values are above 0; a measure that only rises never fell."""
    frame = FRAMES["jobs"]
    row = fall_from_peak(frame, date="month", value="employment").iloc[0]
    course = frame.employment
    assert row["percent_fall"] == pytest.approx(100 * (1 - course / course.cummax()).max())
    assert row["latest_below_peak"] == course.max() - course.iloc[-1]
    assert fall_from_peak(frame.assign(employment=range(60)), date="month", value="employment").iloc[0]["fall"] == 0
    with pytest.raises(Refusal, match="several values of price at one time"):
        fall_from_peak(FRAMES["shares"], date="date", value="price")


def test_the_level_at_a_time_is_held_against_the_lowest_and_the_highest() -> None:
    """A time that the table does not hold is refused."""
    frame = FRAMES["jobs"]
    row = against_level(frame, date="month", value="employment", at="2017-03").iloc[0]
    assert row["lowest_less_level"] == frame.employment.min() - frame.employment[26]
    with pytest.raises(Refusal, match="no value at 1999"):
        against_level(frame, date="month", value="employment", at="1999")


def test_whole_weeks_are_those_that_the_dates_cover() -> None:
    """A week without a weekend ends on its Friday."""
    frame = FRAMES["mill"].query("date >= '2024-03-06'")
    row = first_and_last(frame, date="date", value="pieces", every="week", full=True).iloc[0]
    assert (str(row["first_at"])[:10], str(row["last_at"])[:10]) == ("2024-03-11", "2024-05-27")
    assert row["last"] == frame[frame.date >= "2024-05-27"].pieces.sum()


def test_the_first_time_of_each_has_no_time_before_it() -> None:
    """Days of those that come twice and more."""
    frame = FRAMES["shop"]
    found = time_between(frame, date="order_date", by="customer_id")
    assert found["days"].mean() == pytest.approx(frame.groupby("customer_id").order_date.diff().dt.days.mean())
    with pytest.raises(Refusal, match="none of them stands there twice"):
        time_between(frame.drop_duplicates("customer_id"), date="order_date", by="customer_id")


def test_pairs_are_tested_within_each_group_with_p_adjusted() -> None:
    """A group with too few pairs is left out, and told."""
    frame = pd.concat([FRAMES["diet"], pd.DataFrame({"kind": ["D"], "Prescore": [70.0], "Postscore": [71.0]})])
    with pytest.warns(UserWarning, match="not compared: D"):
        found = paired(frame, first="Postscore", second="Prescore", by="kind", test="paired_t")
    b = frame[frame.kind == "B"]
    assert found.loc[found.group == "B", "statistic"].iloc[0] == pytest.approx(stats.ttest_rel(b.Postscore, b.Prescore).statistic)
    assert (found["p_holm"] >= found["p"]).all()


def _change(f: pd.DataFrame) -> list[float]:
    ordered = f.assign(day=pd.to_datetime(f.date, format="%b %d %Y")).sort_values("day").groupby("ticker").price
    return list(100 * (ordered.last() / ordered.first() - 1))


Q: list[tuple[str, str, Any]] = [
    ("shares", "By how many percent did each ticker change from its first to its last price?", _change),
    ("jobs", "how far below its peak was employment at its lowest?", lambda f: [100 * (1 - f.employment / f.employment.cummax()).max()]),
    ("jobs", "how far is employment below its peak now?", lambda f: [f.employment.max() - f.employment.iloc[-1]]),
    ("jobs", "how far below the March 2017 level did employment fall?", lambda f: [f.employment[26] - f.employment.min()]),
    ("shop", "average number of days between two orders of the same customer", lambda f: [f.groupby("customer_id").order_date.diff().dt.days.mean()]),
    ("shop", "median time between the orders of a customer", lambda f: [f.groupby("customer_id").order_date.diff().dt.days.median()]),
    ("mill", "which line varies most from day to day?", lambda f: list(f.groupby("line").pieces.std())),
    ("mill", "which line is the most stable from day to day?", lambda f: list(f.groupby("line").pieces.std())),
    ("mill", "compare pieces in the first week and in the last full week", lambda f: [f[f.date < "2024-03-11"].pieces.sum(), f[f.date >= "2024-05-27"].pieces.sum()]),
    ("trial", "share with nausea in each arm, and is the difference significant", lambda f: [stats.chi2_contingency(pd.crosstab(f.nausea, f.arm), correction=False).pvalue]),
    ("trial", "mean days by arm and is the difference significant?", lambda f: list(f.groupby("arm").days.mean())),
]  # fmt: skip


@pytest.mark.parametrize(("table", "goal", "right"), Q, ids=[goal for _, goal, _ in Q])
def test_the_answer_is_pandas_own(table: str, goal: str, right: Any) -> None:
    """Said in plain words, done without a rest."""
    run = orchestrate(goal, data={table: FRAMES[table]}, model="builtin", cache=False)
    assert run.state == "done", run.plan.not_done
    assert not list(missing_from(run.value, right(FRAMES[table])))


def test_a_fall_that_never_was_is_not_told_as_one() -> None:
    """ "Which lost most", where all have gained: the premise is false, and that is said first."""
    frame = pd.DataFrame({"country": ["Chile", "Ghana", "Nepal"] * 3, "year": [1990] * 3 + [2000] * 3 + [2010] * 3, "income": range(10, 19)})
    run = orchestrate("which country lost most income between 1990 and 2010?", data={"world": frame}, model="builtin", cache=False)
    assert "None of them fell: every change is a rise." in str(run.value)
    fallen = orchestrate(
        "which country lost most income between 1990 and 2010?", data={"world": frame.assign(income=range(20, 11, -1))}, model="builtin", cache=False
    )
    assert "None of them" not in str(fallen.value)

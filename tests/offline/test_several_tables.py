"""Goals that need columns of two or three tables, or compare tables of the same columns: each beside pandas' own answer."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.errors import UnreadableGoalError

sys.path.insert(0, str(Path(__file__).parent))
from test_everyday_goals import missing_from

Frames = dict[str, pd.DataFrame]


def loans(n: int = 240) -> pd.DataFrame:
    r = np.random.default_rng(31)
    return pd.DataFrame(
        {
            "loan_id": np.arange(n),
            "member_id": r.integers(1, 41, n),
            "isbn": r.choice(["A1", "B2", "C3", "D4"], n),
            "days_kept": r.integers(1, 40, n),
            "fine": r.gamma(2, 1, n).round(2),
        }
    )


def members() -> pd.DataFrame:
    r = np.random.default_rng(32)
    return pd.DataFrame({"member_id": np.arange(1, 46), "gender": r.choice(["F", "M"], 45), "town": r.choice(["Lund", "Ystad", "Malmö"], 45)})


def books() -> pd.DataFrame:
    return pd.DataFrame({"isbn": ["A1", "B2", "C3", "D4", "E5"], "genre": ["crime", "poetry", "crime", "travel", "travel"], "pages": [300, 90, 410, 220, 150]})


def lines(n: int = 200) -> pd.DataFrame:
    r = np.random.default_rng(33)
    return pd.DataFrame(
        {
            "item": r.choice(["tea", "scone", "soup"], n),
            "branch": r.choice(["North", "South"], n),
            "qty": r.integers(1, 9, n),
            "price": r.choice([2.5, 4.0, 6.0], n),
        }
    )


def goods() -> pd.DataFrame:
    return pd.DataFrame({"item": ["tea", "scone", "soup"], "cost": [0.4, 1.1, 2.0], "maker": ["Ash", "Ash", "Birch"]})


def trial(shift: float, seed: int) -> pd.DataFrame:
    r = np.random.default_rng(seed)
    return pd.DataFrame({"arm": r.choice(["X", "Y"], 80), "score": r.normal(50 + shift, 6, 80).round(1)})


LIBRARY: Frames = {"loans": loans(), "members": members(), "books": books()}
SHOP: Frames = {"lines": lines(), "goods": goods()}
YEARS: Frames = {"trial_2021": trial(0, 34), "trial_2022": trial(6, 35)}
SITES: Frames = {"oslo": trial(0, 36), "bergen": trial(3, 37)}


def _loans(f: Frames) -> pd.DataFrame:
    return f["loans"].merge(f["members"], on="member_id").merge(f["books"], on="isbn")


def _lines(f: Frames) -> pd.DataFrame:
    return f["lines"].merge(f["goods"], on="item")


def _both(f: Frames) -> pd.DataFrame:
    return pd.concat([frame.assign(which=name) for name, frame in f.items()])


GOALS: list[tuple[Frames, str, Callable[[Frames], Any]]] = [
    (LIBRARY, "mean days kept by town", lambda f: _loans(f).groupby("town").days_kept.mean()),
    (LIBRARY, "mean days kept of women", lambda f: _loans(f).query("gender == 'F'").days_kept.mean()),
    (LIBRARY, "total fine per genre in {loans} and {books}", lambda f: _loans(f).groupby("genre").fine.sum()),
    (LIBRARY, "mean days kept by genre and gender", lambda f: _loans(f).groupby(["genre", "gender"]).days_kept.mean()),
    (LIBRARY, "number of loans by town", lambda f: _loans(f).groupby("town").size()),
    (LIBRARY, "With {loans} and {members} joined on member_id: median days kept by town", lambda f: _loans(f).groupby("town").days_kept.median()),
    (LIBRARY, "median fine by gender in {loans} joined with {members}", lambda f: _loans(f).groupby("gender").fine.median()),
    (SHOP, "total revenue by maker", lambda f: (lambda x: (x.qty * x.price).groupby(x.maker).sum())(_lines(f))),
    (SHOP, "profit per maker", lambda f: (lambda x: (x.qty * (x.price - x.cost)).groupby(x.maker).sum())(_lines(f))),
    (SHOP, "which maker sold the most qty in the North?", lambda f: _lines(f).query("branch == 'North'").groupby("maker").qty.sum().max()),
    (YEARS, "compare score between {trial_2021} and {trial_2022}", lambda f: [x.score.mean() for x in f.values()]),
    (YEARS, "mean score by arm in 2022 vs 2021", lambda f: _both(f).groupby(["arm", "which"]).score.mean()),
    (SITES, "is the score higher in {bergen} than in {oslo}? test it", lambda f: [x.score.mean() for x in f.values()]),
    (SITES, "mean score by arm, {oslo} and {bergen} stacked", lambda f: _both(f).groupby(["arm", "which"]).score.mean()),
]


@pytest.mark.parametrize(("frames", "goal", "right"), GOALS, ids=lambda item: item if isinstance(item, str) else "")
def test_what_needs_two_tables_is_computed_on_both(frames: Frames, goal: str, right: Callable[[Frames], Any]) -> None:
    """The whole goal is done, and each number of the right answer stands in what a person reads."""
    run = orchestrate(goal, data=frames, model="builtin", cache=False)
    assert not run.plan.not_done, run.plan.not_done
    assert not list(missing_from(run.value, right(frames)))


def test_a_second_table_that_the_goal_does_not_need_is_left_alone() -> None:
    """Nothing is joined for a column that the first table has itself."""
    run = orchestrate("mean fine by isbn", data=LIBRARY, model="builtin", cache=False)
    assert "join" not in {step.params.get("recipe") for step in run.plan.steps}


def test_rows_that_found_no_partner_are_told() -> None:
    """The key is shown, and how many rows of each table are lost."""
    run = orchestrate("mean days kept by town", data={**LIBRARY, "members": members().head(20)}, model="builtin", cache=False)
    assert "joined by member_id" in str(run.value)
    assert "found no partner" in str(run.value)


def test_a_key_that_repeats_in_both_tables_is_refused_with_the_reason() -> None:
    """Rows would be counted several times; two shared columns that tell rows apart are taken together."""
    twice = pd.DataFrame({"member_id": [1, 1, 2, 2] * 10, "visits": range(40)})
    with pytest.raises(UnreadableGoalError, match="several rows of both"):
        orchestrate("mean visits by isbn", data={"loans": loans(), "gate": twice}, model="builtin", cache=False)
    daily = pd.DataFrame({"day": [1, 1, 2, 2] * 2, "site": ["a", "b"] * 4, "part": [1, 1, 1, 1, 2, 2, 2, 2], "load": range(8)})
    wind = pd.DataFrame({"day": [1, 1, 2, 2], "site": ["a", "b", "a", "b"], "wind": [3, 5, 7, 9]})
    run = orchestrate("correlation between load and wind", data={"daily": daily, "weather": wind}, model="builtin", cache=False)
    both = daily.merge(wind, on=["day", "site"])
    assert not list(missing_from(run.value, [both.load.corr(both.wind)]))

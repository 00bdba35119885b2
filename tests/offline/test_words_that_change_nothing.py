"""A word without which the plan would be the same was not used, and the run says so: partial, never a wrong answer called done."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nb_orchestra.core.goal import Goal
from nb_orchestra.offline.planner import plan_of

R = np.random.default_rng(8)
CRATES = pd.DataFrame(
    {
        "crate_id": range(1, 81),
        "harbour": R.choice(["Bergen", "Oslo", "Moss"], 80),
        "weight_kg": R.normal(40, 6, 80).round(1),
        "fee": R.gamma(3, 9, 80).round(2),
        "items": R.integers(1, 9, 80),
        "damaged": R.choice(["yes", "no"], 80),
    }
)


def lost(goal: str) -> list[str]:
    return list(plan_of(Goal(goal, {"crates": CRATES})).get("not_done", ()))


@pytest.mark.parametrize(
    ("goal", "word"),
    [
        ("Mean fee by harbour, the overall maximum beside it {crates}", "overall"),
        ("Total weight by harbour, and compared to Bergen?", "compared"),
        ("Which crates had a fee over 20 percent of the rest?", "rest"),
        ("mean fee of the remainder in {crates} by harbour", "remainder"),
        ("mean weight of crates by harbour, zap included", "zap"),
    ],
)
def test_a_word_that_changes_nothing_is_named(goal: str, word: str) -> None:
    """What computes, compares, orders or restricts and has no effect on the steps stands under "not done", also words of three letters."""
    assert any(word in line for line in lost(goal)), lost(goal)


@pytest.mark.parametrize(
    "goal",
    [
        "Total fee by harbour in {crates}, largest to smallest",
        "What is the overall mean fee in {crates}?",
        "the median fee instead of the mean, by harbour {crates}",
        "What share of crates is damaged in each harbour, as percent?",
        "Do damaged crates weigh more than the others?",
        "Top 3 harbours by total fee excluding damaged crates",
        "correlation of fee with all other numeric columns of {crates}",
    ],
)
def test_a_word_that_says_what_is_done_anyway_is_no_loss(goal: str) -> None:
    """The default order, a total of what is added up, a thing said twice."""
    assert lost(goal) == []

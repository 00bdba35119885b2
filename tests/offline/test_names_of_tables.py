"""What a table is called says nothing about the goal."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nb_orchestra.core.goal import Goal
from nb_orchestra.offline.planner import plan_of

HERD = pd.DataFrame({"breed": ["Angus", "Jersey"] * 10, "body_mass_g": range(3000, 5000, 100), "height_mm": range(200, 220)})
GOALS = ("Mean body mass by breed in {%s}", "the 3 tallest of {%s} by height", "In {%s} correlate body mass with height", "{%s}: median height per breed")


def planned(goal: str, name: str) -> Any:
    """The work of the plan, whatever the table is called."""
    return repr([step["params"] for step in plan_of(Goal(goal % name, {name: HERD}))["steps"] if step["kind"] == "code"]).replace(
        f"'data': {name!r}", "'data': 'herd'"
    )


@pytest.mark.parametrize("name", ["t", "m", "g", "kg", "h", "s", "k", "n", "df", "mean", "top", "year", "by", "first", "count", "test"])
def test_a_table_may_be_called_as_a_unit_or_a_word_of_the_grammar(name: str) -> None:
    """A table `t` made "body mass in {t}" a mass in tonnes, without a word in the state."""
    for goal in GOALS:
        assert planned(goal, name) == planned(goal, "herd")

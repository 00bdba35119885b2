"""Goals of shuffled words: the planner answers, says what it could not do, or refuses with an error of ours; it never breaks."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest

from nb_orchestra.core.goal import Goal
from nb_orchestra.errors import OrchestraError
from nb_orchestra.offline.planner import plan_of
from nb_orchestra.offline.plans import LOWERINGS
from nb_orchestra.offline.reading.intents import BROKEN

DATA = Path(__file__).parents[2] / "notebooks" / "data"
PENGUINS = pd.read_csv(DATA / "penguins.csv")
WEATHER = pd.read_csv(DATA / "seattle-weather.csv", parse_dates=["date"]).iloc[::9]
STAYS = pd.DataFrame(
    {"ward": ["A", "B"] * 20, "fell": ["yes", "no", "no", "no"] * 10, "cost_eur": range(40), "admitted": pd.date_range("2024-01-01", periods=40)}
)
FRAMES = {"penguins": PENGUINS, "weather": WEATHER, "stays": STAYS}
_TEXT = (
    "Show me the number of rows by month as a line chart; which is the highest and which the lowest, and by how much did it change from 2012 to 2014? "
    "How many more than 5 of each species, in percent, are not missing? Compare body mass across island and sex, test it and tell me if it is significant. "
    "Top 10 rank share of total per year, sorted from high to low, then plot the first 3 as a horizontal bar chart with a trend line. Drop outliers, fill gaps "
    "with the median instead of the mean. Regress and correlate wind with temp_max or cost in summer; predict, cluster, pivot, weighted by, moving average of 7 "
    "days, longest streak without rain, normal distribution, most common weekday, whether everything else differs among both halves"
)
SAID = _TEXT.split(" ")


@pytest.mark.parametrize("seed", range(3))
def test_no_goal_breaks_the_planner(seed: int) -> None:
    """Words of real goals, shuffled and cut, about three tables."""
    draw = random.Random(seed)
    for _ in range(35):
        name = draw.choice(list(FRAMES))
        start = draw.randrange(len(SAID))
        words = SAID[start : start + draw.randint(2, 14)] + draw.sample(SAID, draw.randint(0, 8)) + draw.sample(list(FRAMES[name].columns), 1)
        if draw.random() < 0.5:
            draw.shuffle(words)
        goal = f"{' '.join(words)} {{{name}}}"
        try:
            made = plan_of(Goal(goal, data={name: FRAMES[name]}))
        except OrchestraError:
            continue
        assert not [line for line in made.get("not_done", ()) if BROKEN in line], goal


def test_a_part_on_which_the_planner_breaks_is_not_done_and_the_rest_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its steps are gone, its words stand under "not done", and the other part is planned."""

    def breaks(draft: object, intent: object) -> None:
        raise IndexError("tuple index out of range")

    monkeypatch.setitem(LOWERINGS, "chart", breaks)
    made = plan_of(Goal("mean body mass by species in {penguins}, then a histogram of bill length", data={"penguins": PENGUINS}))
    assert [step["params"]["recipe"] for step in made["steps"]] == ["group_summary"]
    assert any("bill length" in line and BROKEN in line for line in made["not_done"])

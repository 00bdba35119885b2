"""Equal wishes in other words give equal plans."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nb_orchestra.core.goal import Goal
from nb_orchestra.offline.planner import plan_of

sys.path.insert(0, str(Path(__file__).parent))
from paraphrases import GROUPS

DATA = Path(__file__).parents[2] / "notebooks" / "data"
FILES = {"penguins": DATA / "penguins.csv", "weather": DATA / "seattle-weather.csv", "movies": Path(__file__).parent / "data" / "movies.csv"}
FRAMES = {name: pd.read_csv(path) for name, path in FILES.items()}


def shape(frame: str, text: str) -> list[Any]:
    """A plan without the words that it quotes: recipes, arguments, names, and what the answer is written from."""
    plan = plan_of(Goal(text, {frame: FRAMES[frame]}))
    return [
        (step["name"], step["kind"], step["params"].get("recipe"), step["params"].get("arguments") or step["params"].get("inputs")) for step in plan["steps"]
    ]


ROWS = [(frame, lines[0], line) for frame, lines in GROUPS for line in lines[1:]]


def test_the_table_is_long_enough() -> None:
    """At least two hundred ways of saying things are held against a first one."""
    assert len(ROWS) >= 200


@pytest.mark.parametrize(("frame", "first", "line"), ROWS, ids=[line for _, _, line in ROWS])
def test_paraphrase_gives_the_same_plan(frame: str, first: str, line: str) -> None:
    """Word order, synonyms, plurals and typos do not change the plan; only asking for prose with a question mark adds the written answer."""
    one, other = ([step for step in shape(frame, text) if step[1] != "ask"] for text in (first, line))
    assert other == one

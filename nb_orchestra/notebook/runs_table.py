"""The table of runs: an ordinary DataFrame in everything, but in a terminal it shows what fits into a line, and the goal in what is left of it."""

from __future__ import annotations

import shutil
from typing import Any

import pandas as pd

LONGEST_NAME, SHORTEST_GOAL = 16, 20
FIRST_TO_GO = ("cost", "cached", "done")


class RunsTable(pd.DataFrame):
    """What is made from it (a selection, a sum) is a plain DataFrame."""

    @property
    def _constructor(self) -> Any:
        return pd.DataFrame

    def __repr__(self) -> str:
        if self.empty:
            return "no runs yet"
        short = pd.DataFrame(
            {
                "when": [moment.strftime("%m-%d %H:%M") for moment in self["when"]],
                "name": [_cut(str(name), LONGEST_NAME) for name in self["name"]],
                "state": self["state"],
                "done": [f"{done}/{steps}" for done, steps in zip(self["done"], self["steps"], strict=True)],
                "cached": self["cached"],
                "cost": ["?" if pd.isna(cost) else f"{cost:.4g}" for cost in self["cost"]],
                "run": self["run"],
            }
        )
        width, lines = shutil.get_terminal_size((120, 24)).columns, short.to_string(index=False).splitlines()
        for column in FIRST_TO_GO:
            if max(map(len, lines)) > width:
                lines = (short := short.drop(columns=column)).to_string(index=False).splitlines()
        left = width - len(lines[0]) - 3
        if left >= SHORTEST_GOAL:
            lines = [f"{line}  {_cut(goal, left)}" for line, goal in zip(lines, ["goal", *self["goal"]], strict=True)]
        return "\n".join([*lines, "", f"{len(self)} runs; its columns: {', '.join(self.columns)}"])


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"

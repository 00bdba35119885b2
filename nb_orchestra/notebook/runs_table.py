"""The tables that verbs give: ordinary DataFrames in everything, but in a terminal each row is one line and no column is hidden."""

from __future__ import annotations

import shutil
from typing import Any

import pandas as pd

LONGEST_NAME, SHORTEST_GOAL = 16, 20
LONGEST_CELL, SHORTEST_CELL = 60, 8
FIRST_TO_GO = ("cost", "cached", "done")


class Listing(pd.DataFrame):
    """Texts are cut so that a row fits into a line. What is made from it (a selection, a sum) is a plain DataFrame."""

    nothing = "none"

    @property
    def _constructor(self) -> Any:
        return pd.DataFrame

    def __repr__(self) -> str:
        if self.empty:
            return self.nothing
        width = shutil.get_terminal_size((120, 24)).columns
        cells = {str(column): [" ".join(str(cell).split()) for cell in self[column]] for column in self.columns}
        longest = {name: min(max(map(len, [name, *column])), LONGEST_CELL) for name, column in cells.items()}
        first, *others = longest
        for names in (others, [first]):  # the first column says what a row is about: it is cut last
            while sum(longest.values()) + len(longest) > width and names and longest[widest := max(names, key=longest.__getitem__)] > SHORTEST_CELL:
                longest[widest] -= 1
        return pd.DataFrame({name: [_cut(cell, longest[name]) for cell in column] for name, column in cells.items()}).to_string(index=False)

    def _repr_html_(self) -> str:
        return f"<p>{self.nothing}</p>" if self.empty else str(pd.DataFrame(self).to_html(max_rows=60))


class Differences(Listing):
    """Of two runs."""

    nothing = "nothing differs"


class RunsTable(Listing):
    """The table of runs: of the numbers what fits into a line, and the goal in what is left of it."""

    nothing = "no runs yet"

    def __repr__(self) -> str:
        if self.empty:
            return self.nothing
        short = self._short().drop(columns="goal").assign(name=[_cut(str(name), LONGEST_NAME) for name in self["name"]])
        width, lines = shutil.get_terminal_size((120, 24)).columns, short.to_string(index=False).splitlines()
        for column in FIRST_TO_GO:
            if max(map(len, lines)) > width:
                lines = (short := short.drop(columns=column)).to_string(index=False).splitlines()
        left = width - len(lines[0]) - 3
        if left >= SHORTEST_GOAL:
            lines = [f"{line}  {_cut(goal, left)}" for line, goal in zip(lines, ["goal", *self["goal"]], strict=True)]
        return "\n".join([*lines, "", self._told()])

    def _told(self) -> str:
        return f"{len(self)} run{'' if len(self) == 1 else 's'}; its columns: {', '.join(map(str, self.columns))}"

    def _repr_html_(self) -> str:
        return f"<p>{self.nothing}</p>" if self.empty else f"{self._short().to_html(index=False)}<p>{self._told()}</p>"

    def _short(self) -> pd.DataFrame:
        """What a person reads first."""
        return pd.DataFrame(
            {
                "when": [moment.strftime("%m-%d %H:%M") for moment in self["when"]],
                "name": self["name"],
                "goal": self["goal"],
                "state": self["state"],
                "done": [f"{done}/{steps}" for done, steps in zip(self["done"], self["steps"], strict=True)],
                "cached": self["cached"],
                "cost": ["?" if pd.isna(cost) else f"{cost:.4g}" for cost in self["cost"]],
                "run": self["run"],
            }
        )


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"

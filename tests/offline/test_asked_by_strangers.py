"""Patterns that strangers' goals broke, each on a small table of another kind, beside pandas' own answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.core.goal import Goal
from nb_orchestra.errors import UnreadableGoalError
from nb_orchestra.offline.planner import plan_of

sys.path.insert(0, str(Path(__file__).parent))
from test_everyday_goals import Right, missing_from


def calls(n: int = 260) -> pd.DataFrame:
    r = np.random.default_rng(21)
    return pd.DataFrame(
        {
            "call_id": range(1, n + 1),
            "team": r.choice(["Bills", "Moves", "Faults"], n),
            "agent": r.choice(["Ann", "Bob", "Cyd", "Dee"], n),
            "shift": r.choice(["early", "late"], n),
            "no_answer": r.choice(["yes", "no"], n, p=[0.2, 0.8]),
            "minutes": r.gamma(3, 4, n).round(1),
            "transfers": r.poisson(0.8, n),
            "stars": r.integers(1, 6, n),
        }
    )


def rooms(n: int = 180) -> pd.DataFrame:
    r = np.random.default_rng(22)
    quarter = r.choice(["Station", "station", " Station", "Old Port", "old port", "Meadow"], n)
    heat = r.choice(["wood stove", "oil", "district"], n)
    return pd.DataFrame({"id": range(n), "quarter": quarter, "heating": heat, "rent": r.gamma(9, 90, n).round(0), "beds": r.integers(1, 6, n)})


def lots(n: int = 240) -> pd.DataFrame:
    r = np.random.default_rng(23)
    pieces = r.integers(1, 12, n)
    freight = (2 + pieces * r.uniform(0.4, 2, n)).round(2)
    return pd.DataFrame(
        {
            "lot_id": range(n),
            "depot": r.choice(["Kiel", "Lyon", "Porto"], n),
            "pieces": pieces,
            "freight": freight,
            "total": r.gamma(4, 20, n).round(2),
            "grade": r.integers(1, 101, n),
            "packer": r.choice([f"P{i:02d}" for i in range(30)], n),
        }
    )


FRAMES = {"calls": calls(), "rooms": rooms(), "lots": lots()}


def _no_answer(f: pd.DataFrame) -> Any:
    return 100 * (f.no_answer == "yes").groupby(f.team).mean()


DENIED: list[tuple[str, str, Right]] = [
    ("calls", "how many calls per team, and what is the no answer rate in each?", lambda f: [*f.groupby("team").size(), *_no_answer(f)]),
    ("calls", "no-answers per team in percent", _no_answer),
    ("calls", "share of no answer calls by team", _no_answer),
    ("calls", "number of no answers by agent", lambda f: (f.no_answer == "yes").groupby(f.agent).sum()),
    ("calls", "how many calls had no transfers in the early shift?", lambda f: ((f.transfers == 0) & (f["shift"] == "early")).sum()),
    ("calls", "calls without transfers in the Moves team: mean minutes", lambda f: f[(f.transfers == 0) & (f.team == "Moves")].minutes.mean()),
    ("calls", "how many calls have no_answer = no", lambda f: (f.no_answer == "no").sum()),
]
BOUNDED: list[tuple[str, str, Right]] = [
    ("calls", "how many calls had minutes above 20 or below 3?", lambda f: ((f.minutes > 20) | (f.minutes < 3)).sum()),
    ("calls", "how many calls had minutes under 3 or over 20?", lambda f: ((f.minutes > 20) | (f.minutes < 3)).sum()),
    ("calls", "how many calls have 4 stars or more", lambda f: (f.stars >= 4).sum()),
]
NUMBERED: list[tuple[str, str, Right]] = [
    ("calls", "how many calls got 4 or 5 stars?", lambda f: f.stars.isin([4, 5]).sum()),
    ("calls", "mean minutes of the 4 and 5 star calls", lambda f: f[f.stars.isin([4, 5])].minutes.mean()),
    ("calls", "mean minutes of 1 star calls per team", lambda f: f[f.stars == 1].groupby("team").minutes.mean()),
    ("calls", "how many calls had 2 transfers or more", lambda f: (f.transfers >= 2).sum()),
    ("calls", "the 3 longest 5 star calls by minutes", lambda f: f[f.stars == 5].minutes.nlargest(3)),
]


def _quarter(f: pd.DataFrame) -> Any:
    return f.quarter.str.strip().str.casefold()


WRITTEN: list[tuple[str, str, Right]] = [
    ("rooms", "how many rooms are in the old port?", lambda f: (_quarter(f) == "old port").sum()),
    ("rooms", "mean rent of rooms not in the station quarter", lambda f: f[_quarter(f) != "station"].rent.mean()),
    ("rooms", "clean up the quarters, then give me the mean rent by quarter", lambda f: f.rent.groupby(_quarter(f)).mean()),
    (
        "rooms",
        "how many rooms are not in the meadow, with a wood stove",
        lambda f: ((f.quarter != "Meadow") & (f.heating == "wood stove")).sum(),
    ),
    ("rooms", "4 cheapest 2 bed rooms in the old port", lambda f: f[(_quarter(f) == "old port") & (f.beds == 2)].rent.nsmallest(4)),
    ("rooms", "Is rent higher in the Meadow than in the Station quarter? test it", lambda f: f.rent.groupby(_quarter(f)).mean()[["meadow", "station"]]),
]


def _by_depot(f: pd.DataFrame, series: Any) -> Any:
    return series.groupby(f.depot).mean()


RELATIVE: list[tuple[str, str, Right]] = [
    ("lots", "What is the average freight per piece by depot?", lambda f: _by_depot(f, f.freight / f.pieces)),
    ("lots", "ratio of freight to total for each depot", lambda f: _by_depot(f, f.freight / f.total)),
    ("lots", "how many lots had freight over 15 percent of the total?", lambda f: (f.freight / f.total > 0.15).sum()),
    ("lots", "mean grade by depot compared with the overall mean", lambda f: _by_depot(f, f.grade - f.grade.mean())),
    ("lots", "mean freight by depot set against the overall mean freight", lambda f: _by_depot(f, f.freight - f.freight.mean())),
    ("lots", "How far is Lyon from the overall mean grade?", lambda f: f[f.depot == "Lyon"].grade.mean() - f.grade.mean()),
    ("lots", "freight rate = freight / total, by depot", lambda f: _by_depot(f, f.freight / f.total)),
    ("lots", "who is the worst packer in Kiel?", lambda f: f[f.depot == "Kiel"].groupby("packer").grade.mean().min()),
    ("lots", "did Porto do better than the other depots?", lambda f: f.grade.groupby(f.depot == "Porto").mean()),
]
ORDERED: list[tuple[str, str, Right]] = [
    ("calls", "List teams by average minutes, slowest first", lambda f: f.groupby("team").minutes.mean().sort_values(ascending=False)),
    ("calls", "rank the agents by mean stars", lambda f: f.groupby("agent").stars.mean().sort_values(ascending=False)),
    ("calls", "how many calls have no answer and come from the bills team", lambda f: ((f.no_answer == "yes") & (f.team == "Bills")).sum()),
    ("lots", "rank the depots by average grade, lowest first", lambda f: f.groupby("depot").grade.mean().sort_values()),
]


def _apart(f: pd.DataFrame, statistic: str) -> Any:
    wide = f.pivot_table(index="team", columns="agent", values="minutes", aggfunc=statistic)
    return wide["Ann"] - wide["Dee"]


SUBTRACTED: list[tuple[str, str, Right]] = [
    ("calls", "What is the gap in minutes between Ann and Dee in each team?", lambda f: _apart(f, "mean")),
    ("calls", "difference in median minutes between Ann and Dee by team", lambda f: _apart(f, "median")),
]
ALL = DENIED + BOUNDED + NUMBERED + WRITTEN + RELATIVE + ORDERED + SUBTRACTED


@pytest.mark.parametrize(("table", "goal", "right"), ALL, ids=lambda item: item if isinstance(item, str) else "")
def test_the_answer_is_pandas_own(table: str, goal: str, right: Right) -> None:
    """The goal is done, and each number of the right answer stands in what a person reads."""
    run = orchestrate(goal, data={table: FRAMES[table]}, model="builtin", cache=False)
    assert not run.plan.not_done, run.plan.not_done
    assert not list(missing_from(run.value, right(FRAMES[table])))


@pytest.mark.parametrize(
    ("goal", "word"),
    [
        ("how many calls are below 3 minutes and above 20 minutes", "no row can be both"),
        ("how many calls per qx of {calls}", "qx"),
        ("which team spends the most per call in {calls}", "spends"),
        ("difference between early and late for each team, paired by agent {calls}", ""),
    ],
)
def test_what_no_step_holds_is_named(goal: str, word: str) -> None:
    """Conditions that exclude each other, a part of a column's name, a word of two letters: the run is partial."""
    try:
        lines = plan_of(Goal(goal, {"calls": FRAMES["calls"]})).get("not_done", ())
    except UnreadableGoalError as error:
        lines = (str(error),)
    assert any(word in line for line in lines), lines

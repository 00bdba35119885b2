"""Everyday goals by kind: gaps of people, sold things without a measure, spellings made one. Each goal beside pandas' own answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate

sys.path.insert(0, str(Path(__file__).parent))
from test_everyday_goals import Right, missing_from


def kiosk() -> pd.DataFrame:
    r = np.random.default_rng(61)
    days = [day for day in pd.date_range("2024-02-01", "2024-09-30") if day.weekday() != 6]
    rows = [(day, drink, int(r.poisson(8 + 3 * (day.weekday() == 4))), 2.2) for day in days for drink in ("espresso", "green tea", "cola")]
    return pd.DataFrame(rows, columns=["day", "drink", "cups_qty", "unit_price"])


def choir() -> pd.DataFrame:
    r = np.random.default_rng(62)
    frame = pd.DataFrame(
        {
            "singer": [f"Singer {n}" for n in range(60)],
            "voice": r.choice(["alto", "bass", "tenor"], 60),
            "age": r.integers(15, 70, 60),
            "pitch": r.normal(60, 10, 60).round(),
            "rhythm": r.normal(65, 10, 60).round(),
            "member": r.choice(["yes", "Yes", "Y", "no", "NO", "n", "member"], 60),
            "level": r.choice(["beginer", "beginner", "expert", "Expert"], 60),
        }
    )
    frame.loc[[3, 8, 20], "pitch"] = np.nan
    frame.loc[[8, 31], "rhythm"] = np.nan
    return frame


def quiz() -> pd.DataFrame:
    r = np.random.default_rng(63)
    rows = [(f"T{n:02d}", ("red", "blue")[n % 2], part, float(r.integers(10, 60))) for n in range(30) for part in ("history", "music", "film")]
    frame = pd.DataFrame(rows, columns=["team", "side", "part", "points"])
    frame.loc[[4, 5, 40], "points"] = np.nan
    return frame


FRAMES = {"kiosk": kiosk(), "choir": choir(), "quiz": quiz()}


def _of(f: pd.DataFrame, drink: str) -> Any:
    return f[f.drink == drink].set_index("day").cups_qty


def _yes(f: pd.DataFrame) -> Any:
    return f.member.str.casefold().isin(["yes", "y", "member"])


GAPS: list[tuple[str, str, Right]] = [
    ("choir", "who has missing scores", lambda f: f[f.pitch.isna() | f.rhythm.isna()].singer),
    ("choir", "which singers have missing pitch or rhythm", lambda f: f[f.pitch.isna() | f.rhythm.isna()].singer),
    ("choir", "whose pitch and rhythm are missing", lambda f: f[f.pitch.isna() & f.rhythm.isna()].singer),
    ("choir", "how many rows have missing values", lambda f: f.isna().any(axis=1).sum()),
    ("quiz", "who in blue has missing points and in which part", lambda f: f[f.points.isna() & (f.side == "blue")].part),
    ("quiz", "how many teams have missing points", lambda f: f[f.points.isna()].team.nunique()),
    ("quiz", "missing values per side", lambda f: f.points.isna().groupby(f.side).sum()),
]
SOLD: list[tuple[str, str, Right]] = [
    ("kiosk", "how many colas per weekday", lambda f: _of(f, "cola").groupby(lambda day: day.day_of_week).sum()),
    ("kiosk", "best day for green tea", lambda f: _of(f, "green tea").max()),
    ("kiosk", "which weekday sells the most espressos", lambda f: _of(f, "espresso").groupby(lambda day: day.day_of_week).sum().max()),
    ("kiosk", "worst week for cola", lambda f: _of(f, "cola").resample("W").sum().min()),
    ("kiosk", "which two drinks sell best", lambda f: f.groupby("drink").cups_qty.sum().nlargest(2)),
    ("kiosk", "best selling drink in March", lambda f: f[f.day.dt.month == 3].groupby("drink").cups_qty.sum().max()),
    ("kiosk", "total turnover by drink", lambda f: (f.cups_qty * f.unit_price).groupby(f.drink).sum()),
]
ONE_SPELLING: list[tuple[str, str, Right]] = [
    ("choir", "clean member to yes/no and count them", lambda f: _yes(f).value_counts()),
    ("choir", "make member yes or no", lambda f: _yes(f).value_counts()),
    ("choir", "standardise member to yes and no, then average age for each", lambda f: f.age.groupby(_yes(f)).mean()),
    ("choir", "tidy up level into beginner and expert", lambda f: f.level.str.casefold().eq("expert").value_counts()),
    ("choir", "recode member to yes and no, then how many member singers per voice", lambda f: _yes(f).groupby(f.voice).sum()),
    ("choir", "replace Y with yes in member", lambda f: f.member.isin(["yes", "Y"]).sum()),
]


@pytest.mark.parametrize(("table", "goal", "right"), [*GAPS, *SOLD, *ONE_SPELLING], ids=lambda item: item if isinstance(item, str) else "")
def test_the_answer_is_the_one_that_pandas_gives(table: str, goal: str, right: Right) -> None:
    """The whole goal is done, and each number of the right answer stands in what a person reads."""
    run = orchestrate(goal, data={table: FRAMES[table]}, model="builtin", cache=False)
    assert not run.plan.not_done, run.plan.not_done
    assert not list(missing_from(run.value, right(FRAMES[table])))


@pytest.mark.parametrize(
    ("table", "goal", "word"),
    [
        ("kiosk", "how many customers did we have in july", "customers"),
        ("kiosk", "how many staff were there per weekday", "staff"),
        ("quiz", "how many spectators were in red", "spectators"),
        ("choir", "convert level to beginner/pro", "expert"),
    ],
)
def test_what_the_table_does_not_hold_is_named(table: str, goal: str, word: str) -> None:
    """Rows are not counted in the place of people that the table does not know, and a value that fits no wanted spelling is told."""
    run = orchestrate(goal, data={table: FRAMES[table]}, model="builtin", cache=False)
    assert any(word in line.casefold() for line in run.plan.not_done)


def test_orders_of_a_thing_are_rows() -> None:
    """ "How many sales of cola" counts the sales, "how many colas" what was sold."""
    run = orchestrate("how many sales of cola", data={"kiosk": FRAMES["kiosk"]}, model="builtin", cache=False)
    assert not list(missing_from(run.value, (FRAMES["kiosk"].drink == "cola").sum()))

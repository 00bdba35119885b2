"""Everyday goals by kind: gaps of people, sold things without a measure, spellings made one. Each goal beside pandas' own answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.errors import UnreadableGoalError

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


def claims() -> pd.DataFrame:
    r = np.random.default_rng(64)
    filed = pd.to_datetime("2023-01-05") + pd.to_timedelta(np.sort(r.integers(0, 300, 160)), "D")
    settled = (filed + pd.to_timedelta(r.integers(3, 90, 160), "D")).to_series().reset_index(drop=True)
    settled[r.random(160) < 0.2] = pd.NaT
    return pd.DataFrame(
        {
            "claim_no": np.arange(1, 161),
            "agent": r.choice(["Ada", "Bert", "Cid"], 160),
            "nation": r.choice(["USA", "France", "Japan"], 160),
            "diet": r.choice(["veget", "carniv", "omniv"], 160),
            "insurer": r.choice(["ALNZ", "ZURN", "AXA"], 160),
            "sex": r.choice(["F", "M"], 160),
            "filed": filed,
            "settled": settled,
            "state": r.choice(["approved", "rejected", "late"], 160),
            "amount": r.gamma(3, 90, 160).round(2),
        }
    )


FRAMES = {"claims": claims(), "kiosk": kiosk(), "choir": choir(), "quiz": quiz()}


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
    ("kiosk", "how many colas do we sell on average per day", lambda f: _of(f, "cola").mean()),
    ("kiosk", "how many espressos do we sell on an average Friday", lambda f: _of(f, "espresso")[lambda q: q.index.day_of_week == 4].mean()),
    ("kiosk", "total turnover by drink", lambda f: (f.cups_qty * f.unit_price).groupby(f.drink).sum()),
]
WEIGHTED: list[tuple[str, str, Right]] = [
    (
        "kiosk",
        "average unit_price weighted by cups_qty per drink",
        lambda f: (f.unit_price * f.cups_qty).groupby(f.drink).sum() / f.groupby("drink").cups_qty.sum(),
    ),
]
ONE_SPELLING: list[tuple[str, str, Right]] = [
    ("choir", "clean member to yes/no and count them", lambda f: _yes(f).value_counts()),
    ("choir", "make member yes or no", lambda f: _yes(f).value_counts()),
    ("choir", "standardise member to yes and no, then average age for each", lambda f: f.age.groupby(_yes(f)).mean()),
    ("choir", "tidy up level into beginner and expert", lambda f: f.level.str.casefold().eq("expert").value_counts()),
    ("choir", "recode member to yes and no, then how many member singers per voice", lambda f: _yes(f).groupby(f.voice).sum()),
    ("choir", "the levels are messy (upper/lower case). clean them and count singers per level", lambda f: f.level.str.casefold().value_counts()),
    ("choir", "replace Y with yes in member", lambda f: f.member.isin(["yes", "Y"]).sum()),
]


VALUES: list[tuple[str, str, Right]] = [
    ("claims", "mean amount of american claims", lambda f: f[f.nation == "USA"].amount.mean()),
    ("claims", "mean amount of french and japanese claims", lambda f: f[f.nation != "USA"].groupby("nation").amount.mean()),
    ("claims", "median amount of vegetarians", lambda f: f[f.diet == "veget"].amount.median()),
    ("claims", "average amount of allianz", lambda f: f[f.insurer == "ALNZ"].amount.mean()),
    ("claims", "average amount for girls and boys", lambda f: f.groupby("sex").amount.mean()),
    ("claims", "mean amount of aproved claims", lambda f: f[f.state == "approved"].amount.mean()),
    ("claims", "number of late claims per month", lambda f: f[f.state == "late"].groupby(f.filed.dt.to_period("M")).size()),
]
HAPPENED: list[tuple[str, str, Right]] = [
    ("claims", "how many claims were never settled", lambda f: f.settled.isna().sum()),
    ("claims", "which claims are not settled yet", lambda f: f[f.settled.isna()].claim_no),
    ("claims", "unsettled claims per agent", lambda f: f.settled.isna().groupby(f.agent).sum()),
    ("claims", "claims settled per month", lambda f: f.groupby(f.settled.dt.to_period("M")).size()),
    ("claims", "chart the claims filed per month", lambda f: f.groupby(f.filed.dt.to_period("M")).size()),
    ("claims", "chart of the number of claims per month", lambda f: f.groupby(f.filed.dt.to_period("M")).size()),
    ("claims", "what is the rejection rate per agent?", lambda f: (f.state == "rejected").groupby(f.agent).mean() * 100),
    ("claims", "approval rate by nation, highest first", lambda f: (f.state == "approved").groupby(f.nation).mean() * 100),
    ("claims", "rejection rate per agent? which one is worst", lambda f: ((f.state == "rejected").groupby(f.agent).mean() * 100).max()),
    ("quiz", "average points per part, and which one is the lowest", lambda f: f.groupby("part").points.mean()),
]


def _ranks(f: pd.DataFrame) -> Any:
    means = f.groupby(["side", "team"]).points.mean()
    return means.groupby(level=0).rank(ascending=False, method="min").sort_index()


WITHIN: list[tuple[str, str, Right]] = [
    ("quiz", "rank the teams within each side by average points", _ranks),
    ("choir", "rank the singers by pitch within their voice", lambda f: f.groupby("voice").pitch.max()),
    ("quiz", "best 2 teams in each side by average points", lambda f: f.groupby(["side", "team"]).points.mean().groupby(level=0).nlargest(2)),
    ("choir", "the singer with the highest rhythm of each voice", lambda f: f.groupby("voice").rhythm.max()),
    ("choir", "youngest singer in each voice", lambda f: f.groupby("voice").age.min()),
    ("choir", "which singer has the lowest pitch in each voice", lambda f: f.groupby("voice").pitch.min()),
]


def _ages(f: pd.DataFrame, edges: list[float]) -> Any:
    return pd.cut(f.age, edges)


BANDS: list[tuple[str, str, Right]] = [
    ("choir", "average pitch for under 30s, 30 to 50 and over 50", lambda f: f.groupby(_ages(f, [0, 29, 50, 99])).pitch.mean()),
    ("choir", "mean rhythm by age group: under 20, 20-39, 40 and over", lambda f: f.groupby(_ages(f, [0, 19, 39, 99])).rhythm.mean()),
    ("choir", "how many singers are under 18, 18-40, 41-65, 65+", lambda f: f.groupby(_ages(f, [0, 17, 40, 65, 99])).size()),
    ("choir", "compare pitch of over 50s and under 30s", lambda f: f.groupby(_ages(f, [0, 29, 50, 99])).pitch.mean().iloc[[0, 2]]),
    ("claims", "total amount per amount band (under 100, 100-300, over 300)", lambda f: f.amount.groupby(pd.cut(f.amount, [0, 99.999, 300, 9e9])).sum()),
    (
        "claims",
        "Group claims into below 150, 150 to 400 and above 400 amount and count them",
        lambda f: pd.cut(f.amount, [0, 149.999, 400, 9e9]).value_counts(),
    ),
]
DISTANCE: list[tuple[str, str, Right]] = [
    ("choir", "how far below the highest pitch is each singer", lambda f: (f.pitch - f.pitch.max()).dropna()),
    ("choir", "how much higher than average is Singer 5's pitch", lambda f: f.pitch[5] - f.pitch.mean()),
    ("choir", "gap between each singer and the voice mean pitch", lambda f: (f.pitch - f.groupby("voice").pitch.transform("mean")).dropna()),
]
APART: list[tuple[str, str, Right]] = [
    (
        "claims",
        "amount of USA divided by amount of Japan per month",
        lambda f: (lambda t: t.USA / t.Japan)(f.groupby([f.filed.dt.to_period("M"), "nation"]).amount.sum().unstack()).dropna(),
    ),
    ("claims", "ratio of mean amount in France to Japan", lambda f: f[f.nation == "France"].amount.mean() / f[f.nation == "Japan"].amount.mean()),
    (
        "claims",
        "mean amount by nation, women vs men, largest gap first",
        lambda f: (lambda t: (t.F - t.M).abs())(f.groupby(["nation", "sex"]).amount.mean().unstack()),
    ),
]
NEVER: list[tuple[str, str, Right]] = [
    ("quiz", "which teams never scored below 20", lambda f: (lambda low: low[~low].index.to_series())(f.points.lt(20).groupby(f.team).any())),
    ("quiz", "how many teams never scored below 20", lambda f: (~f.points.lt(20).groupby(f.team).any()).sum()),
]


@pytest.mark.parametrize(
    ("table", "goal", "right"),
    [*VALUES, *HAPPENED, *WITHIN, *NEVER, *BANDS, *DISTANCE, *APART, *GAPS, *SOLD, *WEIGHTED, *ONE_SPELLING],
    ids=lambda item: item if isinstance(item, str) else "",
)
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


def test_an_order_of_shares_is_by_the_share() -> None:
    """ "Highest first" of a rate is no order of counts."""
    frame = FRAMES["claims"]
    run = orchestrate("approval rate by nation, highest first", data={"claims": frame}, model="builtin", cache=False)
    assert run.value.percent.is_monotonic_decreasing


def test_a_follow_up_keeps_what_the_first_goal_said_in_spoken_words() -> None:
    """Spans of time and ages of the goal that is gone on from restrict the edited one, too."""
    frame = FRAMES["claims"]
    first = orchestrate("total amount in Q1 2023", data={"claims": frame}, model="builtin", cache=False)
    run = orchestrate("by agent", data={"claims": frame}, model="builtin", cache=False, continue_=first)
    assert not list(missing_from(run.value, frame[frame.filed < "2023-04-01"].groupby("agent").amount.sum()))


def test_a_ranking_without_a_measure_asks_for_one() -> None:
    """Of several columns none is guessed."""
    with pytest.raises(UnreadableGoalError, match="by which column was not said"):
        orchestrate("rank the singers within each voice", data={"choir": FRAMES["choir"]}, model="builtin", cache=False)


MENU = pd.DataFrame({"drink": ["espresso", "cola", "cocoa", "mocha"], "kind": ["hot", "cold", "hot", "hot"]})


@pytest.mark.parametrize(
    ("goal", "answer"),
    [
        ("which drinks were never sold", ["cocoa", "mocha"]),
        ("drinks in {menu} that are not in {kiosk}", ["cocoa", "mocha"]),
        ("how many hot drinks have no sales in kiosk", 2),
        ("number of drinks without any kiosk rows per kind", 2),
    ],
)
def test_things_without_a_row_in_the_other_table(goal: str, answer: Any) -> None:
    """ "Never sold" looks in the table of all things for those that the other table does not hold."""
    run = orchestrate(goal, data={"kiosk": FRAMES["kiosk"].rename(columns={"day": "sold_on"}), "menu": MENU}, model="builtin", cache=False)
    assert not run.plan.not_done
    assert not list(missing_from(run.value, pd.Series(answer)))
    assert "espresso" not in str(run.value)


def test_things_without_rows_need_the_table_of_all_of_them() -> None:
    """Each customer of a table of orders has orders: that is said instead of counting."""
    frame = pd.DataFrame({"order_id": range(60), "customer_id": [n % 20 for n in range(60)], "total": [float(n) for n in range(60)]})
    with pytest.raises(UnreadableGoalError, match="every customer_id in orders has such rows"):
        orchestrate("customers without any orders", data={"orders": frame}, model="builtin", cache=False)


def test_two_limits_joined_by_or_are_conditions_and_no_bands() -> None:
    """ "Below 100 or above 400" keeps rows."""
    frame = FRAMES["claims"]
    run = orchestrate("claims with an amount below 100 or above 400", data={"claims": frame}, model="builtin", cache=False)
    assert len(run.value) == ((frame.amount < 100) | (frame.amount > 400)).sum()


def test_a_column_of_time_is_averaged() -> None:
    """ "Average time by club" is no average number of rows."""
    frame = pd.DataFrame({"club": ["a", "b"] * 20, "time_min": [50 + n * 1.5 for n in range(40)]})
    run = orchestrate("average time by club", data={"races": frame}, model="builtin", cache=False)
    assert not list(missing_from(run.value, frame.groupby("club").time_min.mean()))


def test_a_mean_is_not_given_without_its_weight() -> None:
    """ "Weighted by effort" of a table that has none is refused, naming it."""
    with pytest.raises(UnreadableGoalError, match="weighted by effort: no numeric column is called so"):
        orchestrate("average age weighted by effort, by voice", data={"choir": FRAMES["choir"]}, model="builtin", cache=False)


def test_things_with_numbers_for_names_are_ranked_by_their_rows() -> None:
    """ "Top 3 customers by number of orders" ranks no customer's number."""
    frame = pd.DataFrame({"order_id": range(90), "customer_id": [n % 10 + (n % 7 == 0) for n in range(90)], "total": [float(n) for n in range(90)]})
    run = orchestrate("top 3 customers by number of orders", data={"orders": frame}, model="builtin", cache=False)
    assert list(run.value.n) == list(frame.customer_id.value_counts().head(3))


def test_a_padded_spelling_is_merged_after_its_blanks_are_gone() -> None:
    """What is told to be taken as the same is the same."""
    frame = pd.DataFrame({"town": ["York", "york ", "YORK", "Leeds"] * 10, "n": range(40)})
    run = orchestrate("clean town and count rows per town", data={"t": frame}, model="builtin", cache=False)
    assert not list(missing_from(run.value, pd.Series([30, 10])))


def test_the_worst_of_what_nobody_wants_is_the_most() -> None:
    """ "Rejection rate, worst first" begins with the highest."""
    run = orchestrate("rejection rate by agent, worst first", data={"claims": FRAMES["claims"]}, model="builtin", cache=False)
    assert run.value.percent.is_monotonic_decreasing


def test_initials_and_clipped_names_are_columns() -> None:
    """ "mpg" is Miles_per_Gallon, "test scores" is testscr."""
    frame = pd.DataFrame({"Miles_per_Gallon": [20.5, 31.0, 25.5], "testscr": [650.5, 655.0, 640.0], "make": ["a", "b", "a"]})
    for goal, name in (("mean mpg by make", "Miles_per_Gallon"), ("mean test scores by make", "testscr")):
        run = orchestrate(goal, data={"t": frame}, model="builtin", cache=False)
        assert not list(missing_from(run.value, frame.groupby("make")[name].mean()))


def test_anything_unusual_is_the_check_and_what_lies_far() -> None:
    """Without a column all are looked at, and the rows that a value names alone where it names some."""
    frame = FRAMES["choir"].assign(pitch=FRAMES["choir"].pitch.where(FRAMES["choir"].index != 7, -400.0))
    for goal in ("anything unusual?", "does anything look odd in this data", "anything strange in pitch"):
        run = orchestrate(goal, data={"choir": frame}, model="builtin", cache=False)
        assert not run.plan.not_done
        assert not list(missing_from(run.value, pd.Series([-400.0])))

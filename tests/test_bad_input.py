"""What people really bring: odd tables, odd text, odd moments. A clear result or a clear error, and nothing lost."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import Run, aorchestrate, errors, orchestrate
from nb_orchestra.errors import GoalError, OrchestraError, PlanError, RunFailedError, UnknownVariableError
from tests.running.staging import call

BASE = pd.DataFrame({"species": ["a", "b", "a", "b", "c"] * 8, "mass": np.arange(40.0), "length": np.arange(40)[::-1] * 2.5})
TABLES: dict[str, pd.DataFrame] = {
    "no rows": BASE[:0],
    "no columns": pd.DataFrame(index=range(3)),
    "nothing": pd.DataFrame(),
    "one row": BASE[:1],
    "duplicate column names": pd.concat([BASE, BASE[["mass"]]], axis=1),
    "numbers as column names": BASE.rename(columns={"mass": 2020}),
    "braces, quotes and line ends in column names": BASE.rename(columns={"mass": "mass {g} $x$", "length": 'le"n`g\nth'}),
    "tuples and None as column names": BASE.set_axis(pd.Index([("a", "b"), None, 3.5], dtype=object), axis=1),
    "mixed types": BASE.assign(mixed=[1, "x", None, 2.5] * 10),
    "an all-missing column": BASE.assign(gap=np.nan, nothing=None),
    "nothing but gaps": pd.DataFrame({"gap": [np.nan] * 5, "x": [None] * 5}),
    "a MultiIndex of rows": BASE.set_index(["species", "length"]),
    "a MultiIndex of columns": pd.concat({"x": BASE[["species", "mass"]], "y": BASE[["mass"]]}, axis=1),
    "nested values": BASE.assign(nested=[[1, 2], {"a": 1}] * 20),
    "dates with a time zone across a clock change": BASE.assign(when=pd.date_range("2024-03-31", periods=40, freq="h", tz="Europe/Berlin")),
    "ordered categories with an unused one": BASE.assign(species=pd.Categorical(BASE["species"], categories=["c", "b", "a", "unused"], ordered=True)),
    "infinities": BASE.assign(mass=[np.inf, -np.inf] + [1.0] * 38),
    "constant columns": BASE.assign(mass=1.0, length=2),
    "true, false and unknown": BASE.assign(flag=[True, False] * 20, unsure=pd.array([True, None] * 20, dtype="boolean")),
    "whole numbers with gaps": BASE.assign(mass=pd.array([1, None] * 20, dtype="Int64")),
    "complex numbers and durations": BASE.assign(z=1j * np.arange(40), d=pd.to_timedelta(np.arange(40), unit="h")),
    "numbers too large for a machine word": BASE.assign(mass=[10**20] * 40),
    "periods and intervals": BASE.assign(p=pd.period_range("2024-01", periods=40, freq="M"), i=pd.interval_range(0, 40)),
    "objects that nobody knows": BASE.assign(o=[object() for _ in range(40)]),
    "bytes": BASE.assign(b=[b"x"] * 40),
    "right-to-left text and emoji": BASE.assign(species=["نوع", "🐧", "\u202eabc", "é", "e\u0301"] * 8),
}
GOALS = ["Check my data {df}", "Find the outliers of mass in {df}", "Compare mass across species in {df} and write a one-page brief with a chart"]
KNOWN_ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, OrchestraError)}


def ended(goal: str, frame: pd.DataFrame) -> Run | None:
    """The run, also where it failed with a clear error; None where the goal was refused before there was one."""
    try:
        return orchestrate(goal, data={"df": frame}, cache=False)
    except RunFailedError as error:
        found: Run = error.run
        return found
    except OrchestraError as error:
        return None if error.message and error.hint else pytest.fail(f"{error!r} does not say what to do")


@pytest.mark.parametrize("name", TABLES)
def test_any_table_gives_a_clear_result_or_a_clear_error(name: str) -> None:
    """Whatever the table holds: no step fails by a fault of ours, the run can be shown, and the person's table is as it was."""
    frame = TABLES[name]
    before = frame.copy(deep=True)
    for goal in GOALS:
        run = ended(goal, frame)
        if run is not None:
            faults = {step: f"{failure.error}: {failure.message}" for step, failure in run.failures.items() if failure.error not in KNOWN_ERRORS}
            unclear = [failure.message for failure in run.failures.values() if not failure.message or "could not be computed" in failure.message]
            assert not faults
            assert not unclear
            assert len(run.steps) == len(run.plan.steps if run.plan else ())
            assert run._repr_mimebundle_()["text/plain"]
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("name", ["no rows", "no columns", "nothing", "duplicate column names", "nothing but gaps"])
def test_every_table_can_at_least_be_checked(name: str) -> None:
    """ "Check my data" has an answer for the emptiest of tables."""
    run = orchestrate("Check my data {df}", data={"df": TABLES[name]}, cache=False)
    assert run.state == "done"
    assert run.value is not None


def test_a_column_that_is_there_twice_is_named() -> None:
    """Nobody can know which of two equal names is meant, and the error says so."""
    run = ended("Mean mass by species in {df}", TABLES["duplicate column names"])
    assert run is not None
    assert "2 columns are named 'mass'" in str(run.error)


def test_levels_of_an_index_are_columns_to_a_goal() -> None:
    """A goal may group by an index level."""
    run = orchestrate("Mean mass by species in {df}", data={"df": TABLES["a MultiIndex of rows"]}, cache=False)
    assert dict(zip(run.value["species"], run.value["mean"], strict=True)) == BASE.groupby("species")["mass"].mean().to_dict()


def test_two_million_rows() -> None:
    """A large table gives the same values as pandas does, and is not copied into the journal."""
    chance = np.random.default_rng(1)
    big = pd.DataFrame({"group": chance.choice(list("abcde"), 2_000_000), "x": chance.normal(size=2_000_000)})
    run = orchestrate("Mean x by group in {big}", data={"big": big}, cache=False)
    expected = big.groupby("group")["x"].mean()
    assert np.allclose(run.value.set_index("group")["mean"].loc[expected.index], expected)
    assert len(repr(run.events)) < 20_000


@pytest.mark.parametrize("goal", ["", "  \n\t", "\u200b"])
def test_an_empty_goal_is_refused(goal: str) -> None:
    """Nothing is run, and the error shows what a goal looks like."""
    with pytest.raises(GoalError, match="empty") as caught:
        orchestrate(goal, data=BASE)
    assert caught.value.hint


def test_a_goal_of_a_megabyte_is_refused_at_once() -> None:
    """The error tells the limit and the way out."""
    with pytest.raises(GoalError, match="1,000,000 characters"):
        orchestrate("x" * 1_000_000, data=BASE)


def test_what_is_no_goal_and_tables_without_names_are_refused() -> None:
    """A number as a goal, a list of tables as data: one line with the call that works."""
    with pytest.raises(GoalError, match="a goal is a text, not int"):
        orchestrate(5)  # type: ignore[arg-type]
    with pytest.raises(GoalError, match="several tables need names"):
        orchestrate("Check my data", data=[pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]})])


def test_neither_goal_nor_plan_is_refused() -> None:
    """The hint is a call that works."""
    with pytest.raises(GoalError, match="neither a goal nor a plan"):
        orchestrate()


ODD_TEXTS = [
    "Mean mass by species in {df} 🐧🧊",
    "\u202eMean mass by species in {df}\u202c",
    'Mean mass by species in {df} — not `$x_{i}$` nor {{this}} nor {"a": 1}',
    "Mean 'mass' by \"species\" in {df}; $HOME !ls %time \\frac{a}{b}",
    "Mean mass by species in {df}\r\n\r\n\t",
    "Mean mass by species in {df} </script><b>x</b> %s %(x)s {0}",
]


@pytest.mark.parametrize("goal", ODD_TEXTS)
def test_odd_text_around_a_goal_changes_nothing_but_words(goal: str) -> None:
    """Emoji, right-to-left marks, LaTeX, quotes, shell and format signs: the clause that can be read is done."""
    run = orchestrate(goal, data={"df": BASE}, cache=False)
    assert run.state in ("done", "partial")
    assert run.results
    assert "<b>x" not in run._repr_mimebundle_()["text/html"]


def test_an_unknown_name_lists_near_ones() -> None:
    """A typo in a name is told before anything runs."""
    with pytest.raises(UnknownVariableError) as caught:
        orchestrate("Mean mass in {pengins}", data={"penguins": BASE})
    assert "penguins" in caught.value.hint


def test_a_hopeless_goal_gives_goals_that_work_on_this_very_table() -> None:
    """Each goal in the hint can be run as it stands."""
    with pytest.raises(errors.UnreadableGoalError) as caught:
        orchestrate("sing me a song about {df}", data={"df": BASE})
    goals = [line.strip() for line in str(caught.value).splitlines() if "{df}" in line]
    assert len(goals) == 3
    for goal in goals:
        assert orchestrate(goal, data={"df": BASE}, cache=False).state == "done"


@pytest.mark.parametrize("name", ["class", "print", "_x", "Mean", "x" * 41, "a b", ""])
def test_a_step_name_that_is_no_variable_is_refused_with_its_step(name: str) -> None:
    """Keywords, builtins, marks: the plan is refused before anything runs, naming the step (an empty name means: the id)."""
    step = {**call("s1", "ping"), "name": name}
    if name == "":
        assert orchestrate(plan={"steps": [step]}, tools=[ping]).value == "pong"
        return
    with pytest.raises(PlanError, match="'s1'"):
        orchestrate(plan={"steps": [step]}, tools=[ping])


def ping() -> str:
    return "pong"


@pytest.mark.parametrize("data", [3, "text", [1, 2], None])
def test_a_goal_about_something_that_is_no_table(data: Any) -> None:
    """A number, a text, a list where a table is meant: an error with words, before anything runs."""
    with pytest.raises(OrchestraError) as caught:
        orchestrate("Mean mass by species in {df}", data={"df": data}, cache=False)
    assert caught.value.message


def test_a_tool_cannot_wait_for_the_loop_it_runs_on() -> None:
    """`orchestrate()` inside an async tool says what to call instead, and the run fails by name, it does not hang."""

    async def nested() -> Any:
        return orchestrate(plan={"steps": [call("s1", "ping")]}, tools=[ping]).value

    with pytest.raises(RunFailedError, match="aorchestrate"):
        orchestrate(plan={"steps": [call("s1", "nested")]}, tools=[nested])


def test_a_tool_may_start_runs_of_its_own() -> None:
    """A plain tool runs in a thread, so it may call `orchestrate()`; an async one awaits `aorchestrate()`."""

    def plain() -> Any:
        return orchestrate(plan={"steps": [call("s1", "ping")]}, tools=[ping]).value

    async def waiting() -> Any:
        return (await aorchestrate(plan={"steps": [call("s1", "ping")]}, tools=[ping])).value

    for tool in (plain, waiting):
        assert orchestrate(plan={"steps": [call("s1", tool.__name__)]}, tools=[tool]).value == "pong"


def test_ids_of_runs_sort_as_the_runs_began() -> None:
    """Also of runs that began in the same second."""
    begun = [orchestrate("Check my data {df}", data={"df": BASE}, cache=False).id for _ in range(4)]
    assert begun == sorted(set(begun))


def test_inside_a_running_loop() -> None:
    """`await aorchestrate(…)` leaves the loop free; `orchestrate(…)` works there too."""

    async def both() -> list[Any]:
        plan = {"steps": [call("s1", "ping")]}
        turns = 0

        async def tick() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        ticking = asyncio.ensure_future(tick())
        awaited = await aorchestrate(plan=plan, tools=[ping])
        ticking.cancel()
        assert turns > 1
        return [awaited.value, orchestrate(plan=plan, tools=[ping]).value]

    assert asyncio.run(both()) == ["pong", "pong"]


def test_runs_from_many_threads_do_not_mix() -> None:
    """Twenty runs at once, each with its own data, each with its own answer."""
    found: dict[int, float] = {}

    def one(number: int) -> None:
        run = orchestrate("Mean mass by species in {df}", data={"df": BASE.assign(mass=float(number))}, cache=False)
        found[number] = float(run.value["mean"].iloc[0])

    threads = [threading.Thread(target=one, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: float(number) for number in range(20)}


INTERRUPTED = """
import os, signal, sys, threading
from nb_orchestra import orchestrate, orchestra
def quick() -> int:
    return 7
def slow(after: int) -> int:
    os.kill(os.getpid(), signal.SIGINT)
    threading.Event().wait(60)
    return after
plan = {"steps": [{"id": "quick", "kind": "call", "params": {"tool": "quick"}},
                  {"id": "slow", "kind": "call", "params": {"tool": "slow", "arguments": {"after": {"from": "quick"}}}}]}
try:
    orchestrate(plan=plan, tools=[quick, slow])
except KeyboardInterrupt:
    run = orchestra.runs[-1]
    print(run.state, run["quick"], sorted(row.state for row in run.progress.rows.values()), flush=True)
    os._exit(0)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGINT") or os.name == "nt", reason="needs POSIX signals")
def test_an_interrupt_keeps_what_is_finished(tmp_path: Path) -> None:
    """Ctrl-C while a step runs in a script: KeyboardInterrupt at once, the run is cancelled, finished values stay."""
    script = tmp_path / "script.py"
    script.write_text(INTERRUPTED)
    told = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=50, cwd=Path(__file__).parent.parent)
    assert told.stdout.strip() == "cancelled 7 ['cancelled', 'done']", told.stderr

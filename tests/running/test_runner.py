"""One run from plan to values: what runs when, what a failure costs, how it ends."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from nb_orchestra import tool
from nb_orchestra.core import events as e
from nb_orchestra.core.outcome import Result
from nb_orchestra.errors import LimitError, NotApprovedError, PlanError, RunFailedError
from nb_orchestra.running import NobodyThere, SaysYes
from tests.running.staging import FunctionModel, ScriptedPlanner, Stage, call, double, states

PATIENCE = 20


def plus(a: int, b: int = 1) -> int:
    """Adds."""
    return a + b


def broken() -> int:
    """Always raises."""
    raise ZeroDivisionError("by design")


def test_values_travel_along_references() -> None:
    """A step gets the values that its references name, and the run's value is the last step's."""
    run = Stage(tools=(plus,)).run(plan={"steps": [double("s1", 4), call("s2", "plus", a={"from": "s1"}, b={"data": "n"})]}, data={"n": 30})
    assert (run.state, run.value, run["s1"], run["s2"]) == ("done", 38, 8, 38)


def test_a_plan_may_have_several_results() -> None:
    """Several results come as a mapping by name, in the plan's order."""
    steps = [{**double("s1", 1), "name": "one"}, {**double("s2", 2), "name": "two"}]
    run = Stage().run(plan={"steps": steps, "result": ["s2", "s1"]})
    assert list(run.value.items()) == [("two", 4), ("one", 2)]


def test_independent_steps_run_at_once() -> None:
    """Two steps that need nothing of each other meet in the middle of their work."""
    meeting = threading.Barrier(2, timeout=PATIENCE)

    def meet(who: str) -> int:
        meeting.wait()
        return len(who)

    assert Stage(tools=(meet,)).run(plan={"steps": [call("a", "meet", who="x"), call("b", "meet", who="yy")]}).state == "done"


def test_a_step_starts_as_soon_as_its_own_needs_are_met() -> None:
    """No barrier: a step behind a quick one ends while a slow sibling of the quick one still runs."""
    late_is_done = asyncio.Event()

    async def slow() -> str:
        await asyncio.wait_for(late_is_done.wait(), PATIENCE)
        return "slow"

    async def late(after: int) -> str:
        late_is_done.set()
        return "late"

    plan = {"steps": [call("slow", "slow"), double("quick", 1), call("late", "late", after={"from": "quick"})], "result": ["slow", "late"]}
    run = Stage(tools=(slow, late)).run(plan=plan, step_seconds=PATIENCE)
    assert run.state == "done"
    assert [event.step for event in run.events if isinstance(event, e.JobEnded)] == ["quick", "late", "slow"]


def test_at_most_so_many_steps_run_at_once() -> None:
    """`parallel` is the most that run together, and it is reached."""
    now, most = 0, 0
    full = asyncio.Event()

    async def count(number: int) -> int:
        nonlocal now, most
        now += 1
        most = max(most, now)
        if now == 3:
            full.set()
        await asyncio.wait_for(full.wait(), PATIENCE)
        await asyncio.sleep(0)
        now -= 1
        return number

    Stage(tools=(count,)).run(plan={"steps": [call(f"s{i}", "count", number=i) for i in range(9)]}, parallel=3)
    assert most == 3


def test_a_failure_skips_by_name_what_needs_it_and_siblings_go_on() -> None:
    """What hangs on a failed step is skipped, naming the culprit; everything else is done and kept."""
    plan = {"steps": [{**call("a", "broken"), "name": "fetch"}, call("b", "plus", a={"from": "a"}), call("c", "plus", a={"from": "b"}), double("d", 2)]}
    run = Stage(tools=(plus, broken)).run(plan={**plan, "result": ["c", "d"]})
    assert states(run) == {"a": "failed", "b": "skipped", "c": "skipped", "d": "done"}
    assert (run.state, run["d"]) == ("failed", 4)
    assert run.progress.rows["c"].blamed == "fetch"
    assert run.progress.rows["a"].error == "ToolError"
    assert "ZeroDivisionError: by design" in run.progress.rows["a"].message
    assert isinstance(run.error, RunFailedError)
    assert "fetch" in run.error.message
    assert "1 of 4 steps" in run.error.hint
    assert run.error.run is run


def test_a_failed_step_that_the_answer_does_not_need_makes_the_run_partial() -> None:
    """The answer is there, so the run is partial; strict makes that a failure that keeps everything."""
    plan = {"steps": [call("a", "broken"), double("b", 2)], "result": "b"}
    assert Stage(tools=(broken,)).run(plan=plan).state == "partial"
    strict = Stage(tools=(broken,)).run(plan=plan, strict=True)
    assert (strict.state, strict["b"]) == ("failed", 4)
    assert isinstance(strict.error, RunFailedError)


def test_a_clause_that_was_not_done_makes_the_run_partial() -> None:
    """A plan that says what it does not do is partial at best; strict names the clause."""
    plan = {"steps": [double("b", 2)], "not_done": ["sing: no recipe does that"]}
    assert Stage().run(plan=plan).state == "partial"
    assert "sing" in Stage().run(plan=plan, strict=True).error.message


def test_a_step_that_allows_failures_runs_with_the_rest_and_is_told() -> None:
    """`allow_failed`: the inputs that are there, and for each lost one the reason."""
    ask = {"id": "brief", "kind": "ask", "params": {"question": "why?", "inputs": {"x": {"from": "a"}, "y": {"from": "b"}}}, "allow_failed": True}
    model = FunctionModel(lambda prompt: "because")
    run = Stage(tools=(broken,), model=model).run(plan={"steps": [call("a", "broken"), double("b", 2), ask]})
    assert (run.state, str(run.value)) == ("partial", "because")
    assert [block.name for block in model.prompts[0].blocks] == ["y"]
    assert "by design" in model.prompts[0].context["missing"]["x"]


def test_a_value_that_breaks_its_promise_fails_the_step() -> None:
    """What is not as promised is dropped, so that nothing is built on it."""
    run = Stage(tools=(plus,)).run(plan={"steps": [{**call("a", "plus", a=1), "output": "text"}]})
    assert run.progress.rows["a"].error == "OutputError"
    assert run.value is None


def test_a_step_sees_copies_only() -> None:
    """A tool that changes its argument reaches neither the person's variable nor a sibling."""

    def spoil(frame: pd.DataFrame, items: list[Any]) -> int:
        frame["n"] = 0
        items.append("spoilt")
        return 1

    def total(frame: pd.DataFrame, items: list[Any], after: int) -> list[int]:
        return [int(frame["n"].sum()), len(items)]

    mine = pd.DataFrame({"n": [1, 2]})
    given = {"frame": {"data": "mine"}, "items": {"from": "items"}}
    plan = {
        "steps": [
            {"id": "items", "kind": "gather", "params": {"inputs": {"a": 1}, "how": "list"}},
            call("spoil", "spoil", **given),
            call("total", "total", **given, after={"from": "spoil"}),
        ]
    }
    run = Stage(tools=(spoil, total)).run(plan=plan, data={"mine": mine})
    assert run.value == [3, 1]
    assert mine["n"].tolist() == [1, 2]


def test_whoever_reads_done_in_the_journal_finds_the_value() -> None:
    """The value is there before the journal says so: nobody who follows the events comes too early."""
    early: list[str] = []
    stage = Stage(on_event=lambda event: _note_early(event, runner.run, early))
    runner = stage.runner(plan={"steps": [double("a", 1), double("b", {"from": "a"})]})
    asyncio.run(runner.go())
    assert runner.run.state == "done"
    assert early == []


def _note_early(event: e.Event, run: Any, early: list[str]) -> None:
    if isinstance(event, e.JobEnded) and event.step not in run.results:
        early.append(event.step)


def test_what_is_finished_stays_when_a_run_is_cancelled() -> None:
    """Cancel stops what runs; finished values stay, unfinished steps say cancelled, and once is enough."""
    stage = Stage(tools=(_forever,), on_event=lambda event: _cancel_at(event, runner))
    plan = {"steps": [double("a", 1), call("wait", "_forever", after={"from": "a"}), double("never", {"from": "wait"})]}
    runner = stage.runner(plan=plan)
    asyncio.run(runner.go())
    run = runner.run
    assert run.state == "cancelled"
    assert states(run) == {"a": "done", "wait": "cancelled", "never": "cancelled"}
    assert run["a"] == 2
    assert sum(isinstance(event, e.CancelRequested) for event in run.events) == 1
    assert isinstance(run.events[-1], e.RunEnded)


async def _forever(after: int) -> None:
    await asyncio.Event().wait()


def _cancel_at(event: e.Event, runner: Any) -> None:
    if isinstance(event, e.JobStarted) and event.step == "wait":
        asyncio.get_running_loop().call_soon(runner.cancel, "test")
        asyncio.get_running_loop().call_soon(runner.cancel, "test")


def test_a_run_cancelled_while_it_plans_ends_as_cancelled() -> None:
    """Cancel works from the first moment, before there is a plan."""

    class SlowPlanner(ScriptedPlanner):
        async def plan(self, goal: Any, catalogue: Any) -> Any:
            asyncio.get_running_loop().call_soon(runner.cancel)
            await asyncio.Event().wait()

    runner = Stage(planner=SlowPlanner([{}])).runner()
    asyncio.run(runner.go())
    assert (runner.run.state, runner.run.plan) == ("cancelled", None)


def test_a_step_that_takes_too_long_fails_alone() -> None:
    """`step_seconds` ends one step with a LimitError that names the setting; siblings are done."""
    run = Stage(tools=(_forever,)).run(plan={"steps": [call("a", "_forever", after=1), double("b", 1)]}, step_seconds=0.05)
    assert states(run) == {"a": "failed", "b": "done"}
    assert run.progress.rows["a"].error == "LimitError"
    assert "step_seconds" in run.progress.rows["a"].hint


def test_a_run_that_takes_too_long_keeps_what_is_finished() -> None:
    """`seconds` ends the run with a LimitError; finished values stay."""
    run = Stage(tools=(_forever,)).run(plan={"steps": [double("a", 1), call("b", "_forever", after={"from": "a"})]}, seconds=0.3)
    assert states(run) == {"a": "done", "b": "cancelled"}
    assert isinstance(run.error, LimitError)
    assert (run.state, run["a"]) == ("failed", 2)


def test_a_planner_that_times_out_is_not_taken_for_the_runs_limit() -> None:
    """An error of the planner stays what it is."""
    run = Stage(planner=ScriptedPlanner([TimeoutError("the provider")])).run()
    assert (run.state, type(run.error)) == ("failed", TimeoutError)


def test_too_many_steps_are_refused_before_anything_runs() -> None:
    """The limit on steps holds for every plan."""
    run = Stage().run(plan={"steps": [double("a", 1), double("b", 1)]}, steps=1)
    assert isinstance(run.error, LimitError)
    assert run.results == {}


class Flaky:
    """Raises a dropped connection `times` times, then answers."""

    def __init__(self, times: int) -> None:
        self.left, self.calls = times, 0

    def connect(self) -> str:
        self.calls += 1
        self.left -= 1
        if self.left >= 0:
            raise ConnectionError("dropped")
        return "connected"


def test_what_may_pass_by_itself_is_tried_again() -> None:
    """A dropped connection is tried again, and the journal tells of each try."""
    flaky = Flaky(1)
    run = Stage(tools=(tool(flaky.connect),)).run(plan={"steps": [call("a", "connect")]}, attempts=2)
    assert (run.value, flaky.calls) == ("connected", 2)
    assert [event.attempt for event in run.events if isinstance(event, e.JobRetried)] == [2]


def test_tries_are_finite_and_effects_are_never_tried_twice() -> None:
    """At most `attempts` tries; a tool with effects gets one."""
    flaky = Flaky(5)
    run = Stage(tools=(tool(flaky.connect),)).run(plan={"steps": [call("a", "connect")]}, attempts=2)
    assert (run.state, flaky.calls, run.failures["a"].attempts) == ("failed", 2, 2)
    once = Flaky(5)
    Stage(tools=(tool(effects=True)(once.connect),)).run(plan={"steps": [call("a", "connect")]}, attempts=3)
    assert once.calls == 1


def test_a_programming_error_in_a_tool_is_not_tried_again() -> None:
    """Only what may pass by itself is repeated."""
    run = Stage(tools=(broken,)).run(plan={"steps": [call("a", "broken")]}, attempts=3)
    assert run.failures["a"].attempts == 1


def test_a_bad_plan_is_repaired_at_most_twice() -> None:
    """The planner hears what is wrong and gets two tries; then the run fails with that complaint."""
    bad, good = {"steps": [{"id": "s1", "kind": "dance"}]}, {"steps": [double("s1", 3)]}
    planner = ScriptedPlanner([bad, {"steps": []}, good])
    assert Stage(planner=planner).run().value == 6
    assert len(planner.complaints) == 2
    assert "'s1'" in planner.complaints[0]
    hopeless = ScriptedPlanner([bad])
    run = Stage(planner=hopeless).run()
    assert (run.state, len(hopeless.complaints)) == ("failed", 2)
    assert isinstance(run.error, PlanError)


def test_planning_only_shows_the_plan_and_runs_nothing() -> None:
    """`plan_only` ends with a plan, no results and state done."""
    run = Stage(planner=ScriptedPlanner([{"steps": [double("s1", 3)]}])).run(plan_only=True)
    assert (run.state, [step.id for step in run.plan.steps], run.results) == ("done", ["s1"], {})


def test_a_plan_runs_only_when_it_is_approved() -> None:
    """With `approve`: yes runs it, no runs nothing, and with nobody to ask it fails at once, naming the flag."""

    class SaysNo:
        async def decide(self, question: Any) -> bool:
            return False

    plan = {"steps": [double("a", 1)]}
    assert Stage(approver=SaysYes()).run(plan=plan, approve=True).value == 2
    refused = Stage(approver=SaysNo()).run(plan=plan, approve=True)
    assert isinstance(refused.error, NotApprovedError)
    assert refused.results == {}
    alone = Stage(approver=NobodyThere()).run(plan=plan, approve=True)
    assert "--approve" in alone.error.hint


def test_a_plan_may_be_edited_where_it_is_to_be_approved() -> None:
    """The answer to `approve` may be another plan: that one runs, with its own names, and its rows take the place of the first one's."""

    class Edits:
        async def decide(self, question: Any) -> Any:
            return {"steps": [{**double("a", 5), "name": "five"}]}

    run = Stage(approver=Edits()).run(plan={"steps": [double("a", 1), double("b", 2)]}, approve=True)
    assert (run.state, run.value, list(run.progress.rows)) == ("done", 10, ["a"])
    assert run["five"] == 10
    assert run.progress.planner_reason == "plan edited by you"


def test_the_question_says_how_much_of_the_plan_is_kept() -> None:
    """Before anything runs, a person who is to approve reads what the plan costs and how much of it is kept."""
    heard: list[Any] = []

    class Listens:
        async def decide(self, question: Any) -> bool:
            heard.append(question.text)
            return True

    stage = Stage(approver=Listens())
    stage.run(plan={"steps": [double("a", 1)]})
    runner = stage.runner(plan={"steps": [double("a", 1), double("b", 2)]}, approve=True)
    runner.wiring = replace(runner.wiring, remark=lambda plan, kept: f"costs nothing; {len(kept or ())} of {len(plan.steps)} steps are kept already")
    asyncio.run(runner.go())
    assert heard == ["Run this plan of 2 steps?\ncosts nothing\n1 of 2 steps are kept already"]


def test_a_step_may_be_left_out_before_and_during_the_run() -> None:
    """What is skipped ends as skipped, running or not begun; what needs it is skipped too, what allows a missing need goes on."""
    begun = asyncio.Event()

    async def endless() -> int:
        begun.set()
        await asyncio.Event().wait()
        return 1

    gathers = {"id": "d", "kind": "gather", "params": {"inputs": {"a": {"from": "a"}, "b": {"from": "b"}}}, "allow_failed": True}
    steps = [double("a", 1), call("b", "endless"), {**double("c", 0), "params": {"recipe": "double", "arguments": {"number": {"from": "b"}}}}, gathers]

    async def go() -> Any:
        runner = Stage(tools=(endless,)).runner(plan={"steps": steps, "result": "d"})
        going = asyncio.ensure_future(runner.go())
        await begun.wait()
        runner.skip("b")
        runner.skip("nobody")
        await going
        return runner.run

    run = asyncio.run(go())
    assert states(run) == {"a": "done", "b": "skipped", "c": "skipped", "d": "done"}
    assert (run.state, run.progress.rows["c"].message) == ("partial", "needs b, which was left out")
    other = Stage().run(plan={"steps": [double("a", 1), double("b", 2)], "result": "b"}, skip=frozenset({"b"}))
    assert (states(other), other.error.message) == ({"a": "done", "b": "skipped"}, "the answer needs b, which was left out")


def test_usage_is_counted_per_step_and_in_all() -> None:
    """Tokens, calls and money of every model call stand in the run's usage; a cached step costs nothing and says what it saved."""
    stage = Stage()
    plan = {"steps": [{"id": f"s{i}", "kind": "ask", "params": {"question": f"q{i}?"}} for i in range(3)]}
    run = stage.run(plan=plan)
    assert (run.usage.tokens_in, run.usage.tokens_out, run.usage.calls, run.usage.cost) == (30, 15, 3, 0.75)
    again = stage.run(plan=plan)
    assert (again.usage.calls, again.usage.cost, again.progress.rows["s1"].saved) == (0, 0.0, 0.25)
    assert run.steps["cached"].tolist() + again.steps["cached"].tolist() == [False] * 3 + [True] * 3


def test_a_run_can_be_asked_for_its_steps() -> None:
    """`run[...]` takes id, name or variable; what was not made says how it ended."""
    run = Stage(tools=(broken,)).run(plan={"steps": [{**double("s1", 1), "name": "two"}, {**call("s2", "broken"), "name": "bad"}], "result": "s1"})
    assert run["s1"] == run["two"] == 2
    assert isinstance(run.result("two"), Result)
    with pytest.raises(KeyError, match=r"failed.*by design"):
        run["bad"]
    with pytest.raises(KeyError, match="no such step"):
        run["ghost"]
    assert list(run.steps["state"]) == ["done", "failed"]
    assert list(run.steps.columns[:9]) == ["name", "kind", "state", "cached", "seconds", "model", "tokens", "cost", "error"]


@pytest.mark.parametrize("faulty", [e.JobStarted, e.JobEnded])
def test_a_fault_of_ours_around_a_step_ends_the_run(faulty: type[e.Event]) -> None:
    """Nobody waits for ever for a step whose own bookkeeping broke: the run has failed and holds the error."""

    def broken(event: e.Event) -> None:
        if isinstance(event, faulty):
            raise RuntimeError("no bookkeeping today")

    run = Stage(on_event=broken).run(plan={"steps": [double("s1", 2)]})
    assert run.state == "failed"
    assert "no bookkeeping today" in str(run.error) or "no bookkeeping today" in run.failures["s1"].message


def test_what_a_tool_raises_does_not_rule_the_terminal() -> None:
    """Its words are shown without escape sequences, in the error, the tree and the journal."""

    def shout() -> int:
        raise ValueError("\x1b]52;c;AAAA\x07\x1b[2Joops")

    run = Stage(tools=(shout,)).run(plan={"steps": [call("a", "shout")]})
    assert "oops" in run.failures["a"].message
    assert "\x1b" not in run.failures["a"].message + str(run.error) + run.steps.to_string() + "".join(map(repr, run.events)).replace("\\x1b", "\x1b")


@pytest.mark.parametrize("exit_", [GeneratorExit(), SystemExit(3), BaseException("rare")], ids=lambda exit_: type(exit_).__name__)
def test_a_model_that_exits_ends_its_run_and_says_so(exit_: BaseException) -> None:
    """What no step catches does not leave a run waiting for ever, and the next one goes on."""

    def leaves(prompt: Any) -> str:
        raise exit_

    run = Stage(model=FunctionModel(leaves)).run(plan={"steps": [{"id": "a", "kind": "ask", "params": {"question": "why?"}}]})
    assert (run.state, type(exit_).__name__ in str(run.error)) == ("failed", True)
    assert Stage().run(plan={"steps": [double("a", 1)]}).state == "done"

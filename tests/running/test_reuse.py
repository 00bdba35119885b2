"""What was done once is not done again: the cache as a run sees it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pandas as pd

from nb_orchestra import tool
from nb_orchestra.core import events as e
from nb_orchestra.errors import ReplayMissError
from tests.running.staging import FunctionModel, ScriptedPlanner, Stage, call, double, states


def asking(question: str, **fields: Any) -> dict[str, Any]:
    return {"id": "s1", "kind": "ask", "params": {"question": question, **fields}}


def test_a_second_run_costs_nothing_and_gives_the_same() -> None:
    """Every step comes from the cache, says so, and its value is equal."""
    model = FunctionModel(lambda prompt: prompt.task.upper())
    stage = Stage(model=model)
    plan = {"steps": [asking("why?"), {**double("s2", 3)}], "result": ["s1", "s2"]}
    first, second = stage.run(plan=plan), stage.run(plan=plan)
    assert first.value == second.value
    assert [row.cached for row in second.progress.rows.values()] == [True, True]
    assert len(model.prompts) == 1
    assert second.progress.rows["s1"].why.startswith("nothing that it depends on changed: ")


def test_fresh_runs_again_and_keeps_the_new_value() -> None:
    """`fresh` does not look, but writes: the next run finds the new value."""
    answers = iter(["old", "new"])
    stage = Stage(model=FunctionModel(lambda prompt: next(answers)))
    assert str(stage.run(plan={"steps": [asking("?")]}).value) == "old"
    assert str(stage.run(plan={"steps": [asking("?")]}, fresh=True).value) == "new"
    assert str(stage.run(plan={"steps": [asking("?")]}).value) == "new"


def test_replay_runs_nothing() -> None:
    """With everything kept, a replay gives it; a missing step is a ReplayMissError that names step and model, and nothing is called."""
    model = FunctionModel(lambda prompt: "said")
    stage = Stage(model=model)
    stage.run(plan={"steps": [asking("kept?")]})
    assert str(stage.run(plan={"steps": [asking("kept?")]}, replay=True).value) == "said"
    missed = stage.run(plan={"steps": [asking("other?")]}, replay=True)
    assert isinstance(missed.error, ReplayMissError)
    assert "s1" in missed.error.message
    assert "function-model" in missed.error.message
    assert len(model.prompts) == 1


def test_a_failure_is_never_kept() -> None:
    """A step that failed is tried again at the next run."""
    answers: list[Any] = [None, "good"]
    stage = Stage(model=FunctionModel(lambda prompt: answers.pop(0)))
    plan = {"steps": [asking("?") | {"output": "text"}]}
    assert stage.run(plan=plan, attempts=1).state == "failed"
    assert stage.run(plan=plan, attempts=1).state == "done"


def test_ids_names_and_order_do_not_count() -> None:
    """A step under another id, name and place is the same job."""
    model = FunctionModel(lambda prompt: "x")
    stage = Stage(model=model)
    stage.run(plan={"steps": [asking("?")]})
    moved = {**asking("?"), "id": "other", "name": "renamed", "purpose": "told differently"}
    assert stage.run(plan={"steps": [double("first", 1), moved]}).progress.rows["other"].cached


def test_what_counts_is_named_when_it_changes() -> None:
    """Another question, model or promise is another job, and `why` says which part changed."""
    model = FunctionModel(lambda prompt: "x")
    stage = Stage(model=model)
    first = stage.run(plan={"steps": [asking("?")]})
    runner = stage.runner(plan={"steps": [asking("!")]})
    runner.wiring = replace(runner.wiring, before={"s1": first.progress.rows["s1"].parts})
    asyncio.run(runner.go())
    assert runner.run.progress.rows["s1"].why == "question changed"
    other = Stage(model=FunctionModel(lambda prompt: "y", replace(model.facts, name="stronger")), memo=stage.memo)
    assert not other.run(plan={"steps": [asking("?")]}).progress.rows["s1"].cached


def test_an_upstream_step_that_gives_the_same_value_leaves_what_is_below_cached() -> None:
    """Upstream results count by content: re-running `s1` to the same value re-runs nothing else."""
    stage = Stage(tools=(show, twelve))
    below = call("s2", "show", number={"from": "s1"})
    stage.run(plan={"steps": [double("s1", 6), below]})
    run = stage.run(plan={"steps": [call("s1", "twelve"), below]})
    assert [row.cached for row in run.progress.rows.values()] == [False, True]


def show(number: int) -> str:
    return f"<{number}>"


def twelve() -> int:
    return 12


def test_tools_with_effects_run_every_time() -> None:
    """Sending is never taken from the cache, and the row says why."""
    seen: list[int] = []

    @tool(effects=True)
    def send(number: int) -> int:
        seen.append(number)
        return number

    stage = Stage(tools=(send,))
    plan = {"steps": [call("s1", "send", number=1)]}
    stage.run(plan=plan)
    run = stage.run(plan=plan)
    assert seen == [1, 1]
    assert "effects" in run.progress.rows["s1"].why


def test_what_cannot_be_named_runs_uncached_and_says_so() -> None:
    """An argument with no content identity: the step runs, and says why it is not kept."""
    stage = Stage(tools=(kind_name,))
    for _ in range(2):
        run = stage.run(plan={"steps": [call("s1", "kind_name", thing={"data": "thing"})]}, data={"thing": object()})
        assert (run.value, run.progress.rows["s1"].cached) == ("object", False)
        assert "cannot be kept" in run.progress.rows["s1"].why


def kind_name(thing: Any) -> str:
    return type(thing).__name__


def test_a_result_that_cannot_be_kept_is_still_the_value() -> None:
    """A tool may give any object; it is only not kept."""
    stage = Stage(tools=(make_object,))
    run = stage.run(plan={"steps": [call("s1", "make_object")]})
    assert type(run.value) is object
    assert "cannot be kept" in run.progress.rows["s1"].why


def make_object() -> object:
    return object()


def test_two_equal_steps_at_once_are_done_once() -> None:
    """Single flight: the second waits and takes the first one's value."""
    model = FunctionModel(lambda prompt: "once")
    run = Stage(model=model).run(plan={"steps": [asking("?"), {**asking("?"), "id": "s2"}], "result": ["s1", "s2"]})
    assert list(map(str, run.value.values())) == ["once", "once"]
    assert len(model.prompts) == 1


def test_without_a_cache_everything_runs() -> None:
    """No memo: nothing is found, nothing is kept, the values are the same."""
    stage = Stage(memo=None)
    assert [stage.run(plan={"steps": [double("s1", 1)]}).value for _ in range(2)] == [2, 2]


def test_a_plan_is_kept_while_the_data_keep_their_shape() -> None:
    """Other values: the same plan. Another column: planned anew."""
    plan = {"steps": [call("s1", "count_rows", frame={"data": "df"})]}
    planner = ScriptedPlanner([plan])
    stage = Stage(planner=planner, tools=(count_rows,))
    frame = pd.DataFrame({"a": [1, 2]})
    assert stage.run(data={"df": frame}).value == 2
    longer = stage.run(data={"df": pd.DataFrame({"a": [1, 2, 3]})})
    assert (longer.value, planner.asked, longer.progress.plan_kept) == (3, 1, True)
    wider = stage.run(data={"df": frame.assign(b=1)})
    assert (planner.asked, wider.progress.plan_kept) == (2, False)
    stage.run(data={"df": frame.assign(b=1)}, fresh=True)
    assert planner.asked == 3


def count_rows(frame: pd.DataFrame) -> int:
    return len(frame)


def test_a_replay_without_a_kept_plan_says_so() -> None:
    """Replay never asks the planner."""
    planner = ScriptedPlanner([{"steps": [double("s1", 1)]}])
    run = Stage(planner=planner).run(replay=True)
    assert isinstance(run.error, ReplayMissError)
    assert planner.asked == 0


def test_a_plan_that_was_only_looked_at_is_the_one_that_runs() -> None:
    """After `plan_only`, the same goal runs exactly that plan, without asking the planner again."""
    planner = ScriptedPlanner([{"steps": [double("s1", 1)]}, {"steps": [double("s1", 100)]}])
    stage = Stage(planner=planner)
    stage.run(plan_only=True)
    assert (stage.run().value, planner.asked) == (2, 1)


def test_editing_one_step_runs_again_only_what_changes() -> None:
    """Of two branches, the one that was edited runs; the other and what is unchanged is cached."""
    stage = Stage(tools=(show,))
    steps = [double("a", 1), double("b", 2), call("sa", "show", number={"from": "a"}), call("sb", "show", number={"from": "b"})]
    stage.run(plan={"steps": steps})
    run = stage.run(plan={"steps": [double("a", 5), *steps[1:]]})
    assert {id: row.cached for id, row in run.progress.rows.items()} == {"a": False, "b": True, "sa": False, "sb": True}
    assert set(states(run).values()) == {"done"}
    assert [event.cached for event in run.events if isinstance(event, e.JobEnded) and event.step == "b"] == [True]

"""The scheduler: which steps may start, given what ended."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.running.scheduler import Scheduler


def step(id: str, *needs: str, allow_failed: bool = False) -> Step:
    return Step(id, "gather", {"inputs": {}}, needs=needs, allow_failed=allow_failed)


def test_a_step_is_ready_the_moment_its_own_needs_are_met() -> None:
    """A step never waits for a sibling that it does not need."""
    scheduler = Scheduler()
    scheduler.add([step("slow"), step("fast"), step("after_fast", "fast"), step("join", "slow", "after_fast")])
    assert scheduler.ready() == ["slow", "fast"]
    scheduler.receive("fast", True)
    assert scheduler.ready() == ["after_fast"]
    scheduler.receive("after_fast", True)
    assert scheduler.ready() == []
    scheduler.receive("slow", True)
    assert scheduler.ready() == ["join"]


def test_a_failure_skips_all_that_needs_it_and_blames_the_first_culprit() -> None:
    """What hangs on a failed step is skipped by name; siblings go on."""
    scheduler = Scheduler()
    scheduler.add([step("a"), step("b"), step("c", "a"), step("d", "c", "b"), step("e", "b")])
    scheduler.ready()
    assert scheduler.receive("a", False) == [("c", "a"), ("d", "a")]
    scheduler.receive("b", True)
    assert scheduler.ready() == ["e"]
    assert scheduler.receive("e", True) == []
    assert scheduler.unfinished == []


def test_a_step_that_allows_failed_needs_runs_with_what_is_left() -> None:
    """It runs while at least one of its needs is done, and is skipped when all failed."""
    scheduler = Scheduler()
    scheduler.add([step("a"), step("b"), step("brief", "a", "b", allow_failed=True)])
    scheduler.ready()
    assert scheduler.receive("a", False) == []
    scheduler.receive("b", True)
    assert scheduler.ready() == ["brief"]
    hopeless = Scheduler()
    hopeless.add([step("a"), step("b"), step("brief", "a", "b", allow_failed=True)])
    hopeless.ready()
    hopeless.receive("a", False)
    assert hopeless.receive("b", False) == [("brief", "b")]


def test_steps_may_be_added_while_others_run_or_are_done() -> None:
    """A new step's needs may be done, running, or new themselves."""
    scheduler = Scheduler()
    scheduler.add([step("a")])
    scheduler.ready()
    scheduler.receive("a", True)
    scheduler.add([step("b", "a"), step("c", "b")])
    assert scheduler.ready() == ["b"]
    scheduler.receive("b", True)
    assert scheduler.ready() == ["c"]


@given(st.integers(1, 60), st.randoms(use_true_random=False), st.floats(0, 0.5))
def test_every_step_ends_exactly_once(count: int, chance: random.Random, failing: float) -> None:
    """Whatever fails, each step is given out once or skipped once, and never before its needs."""
    steps = [step(f"s{i}", *(f"s{j}" for j in range(i) if chance.random() < 0.2)) for i in range(count)]
    Plan(tuple(steps))
    needs = {item.id: item.needs for item in steps}
    scheduler, done, out, skipped = Scheduler(), set(), [], []
    scheduler.add(steps)
    running = scheduler.ready()
    while running:
        now = running.pop(chance.randrange(len(running)))
        out.append(now)
        assert all(need in done for need in needs[now])
        fine = chance.random() >= failing
        if fine:
            done.add(now)
        skipped += [name for name, _ in scheduler.receive(now, fine)]
        running += scheduler.ready()
    assert sorted(out + skipped) == sorted(item.id for item in steps)


def test_a_cycle_is_refused_when_the_plan_is_made() -> None:
    """The scheduler never sees a cycle: a Plan with one cannot be made."""
    from nb_orchestra.errors import PlanCycleError

    with pytest.raises(PlanCycleError, match="wait for each other"):
        Plan((step("a", "b"), step("b", "a")))

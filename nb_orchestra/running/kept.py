"""Which steps of a plan would come from the cache, without doing any: for `--plan`.

A step's identity holds its inputs by content, so only a step whose inputs are all kept can be looked up.
"""

from __future__ import annotations

import graphlib
from collections.abc import Callable

from nb_orchestra.core.goal import Goal
from nb_orchestra.core.outcome import Result
from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.errors import OrchestraError
from nb_orchestra.running.filling import Filling
from nb_orchestra.running.one_step import StepRun


async def kept_steps(plan: Plan, goal: Goal, step_run: Callable[[Step, Filling], StepRun]) -> frozenset[str]:
    """The ids of the steps whose value is kept."""
    results: dict[str, Result] = {}
    filling = Filling(plan, goal, results, {})
    for id in graphlib.TopologicalSorter({step.id: step.needs for step in plan.steps}).static_order():
        kept = await _kept(step_run(plan[id], filling)) if all(need in results for need in plan[id].needs) else None
        if kept is not None:
            results[id] = kept
    return frozenset(results)


async def _kept(run: StepRun) -> Result | None:
    """A step that cannot even be filled in is not kept; why is told when it is run."""
    try:
        return await run.kept()
    except OrchestraError:
        return None

"""One run, from goal to values: plan, check names, ask where a person must decide, carry the steps out, end.

The runner lives on the portal's loop and is the only writer of its journal. Order of each finished step, so that a kill at
any moment loses nothing that was said to be done: value kept in the cache → JobEnded in the journal → shown and bound.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nb_orchestra.cache import Memo
from nb_orchestra.core import events as e
from nb_orchestra.core.outcome import Failure, Outcome, Result
from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.core.settings import Settings
from nb_orchestra.errors import LimitError, NotApprovedError
from nb_orchestra.protocols import Approver, Catalogue, Executor, Planner, Question, Recipes, Source, StepKind, Tool
from nb_orchestra.running.context import Chosen, Context
from nb_orchestra.running.ending import blame, final_state
from nb_orchestra.running.fenced import Fence
from nb_orchestra.running.filling import Filling
from nb_orchestra.running.flow import Flow, refused
from nb_orchestra.running.gates import Gate
from nb_orchestra.running.kept import kept_steps
from nb_orchestra.running.naming import Naming, name_steps
from nb_orchestra.running.one_step import StepRun
from nb_orchestra.running.planned import Planned, Planning
from nb_orchestra.running.run import Run
from nb_orchestra.running.scheduler import Scheduler


@dataclass(frozen=True, slots=True)
class Wiring:
    """The rooms that a runner uses, as orchestra.py plugged them together."""

    settings: Settings
    kinds: Mapping[str, StepKind]
    planner: Planner
    recipes: Recipes
    tools: Mapping[str, Tool]
    memo: Memo | None
    executor: Executor
    approver: Approver
    choose: Callable[[Step], Chosen]
    read_plan: Callable[[Mapping[str, Any], Catalogue], Plan]
    append: Callable[[e.Event], None]
    on_text: Callable[[str, str], None] = lambda step, text: None
    before: Mapping[str, Mapping[str, str]] | None = None
    plan_only: bool = False
    prepare: Callable[[], Awaitable[None]] | None = None
    remark: Callable[[Plan, Collection[str] | None], str] = lambda plan, kept: ""
    sources: Mapping[str, Source] = field(default_factory=dict)


class Runner:
    """Carries out one run. `go` never raises: the end is in `run.state` and `run.error`."""

    def __init__(self, run: Run, wiring: Wiring, naming: Naming, plan: Plan | None = None, fresh_steps: frozenset[str] = frozenset()) -> None:
        self.run, self.wiring, self.naming, self._given, self._fresh = run, wiring, naming, plan, fresh_steps
        self._scheduler = Scheduler()
        self._ended: asyncio.Queue[tuple[str, Outcome]] = asyncio.Queue()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._waiting: deque[str] = deque()
        self._failed: dict[str, str] = {}
        self._main: asyncio.Task[None] | None = None
        self._cancelled = False
        self._gate = Gate(wiring.approver, wiring.append, wiring.memo)
        self._fence = Fence(wiring.settings, self._gate)
        self._flow = Flow(run.goal, run.results, wiring.tools, wiring.sources)

    async def go(self) -> None:
        """The whole run."""
        self._main = asyncio.current_task()
        started, late = time.monotonic(), False
        try:
            async with asyncio.timeout(self.wiring.settings.seconds) as limit:
                await self._plan_and_carry_out()
        except asyncio.CancelledError:
            self._cancelled = True
        except Exception as error:
            late = limit.expired()
            self.run.error = error
        await self._stop_steps()
        self._end(time.monotonic() - started, late)

    def cancel(self, by: str = "") -> None:
        """Stops the run; on the portal's thread. What is finished stays."""
        if self._main is not None and not self._main.done() and not self._cancelled:
            self._cancelled = True
            self._append(e.CancelRequested(time.time(), by))
            self._main.cancel()

    def _append(self, event: e.Event) -> None:
        self.wiring.append(event)

    async def _plan_and_carry_out(self) -> None:
        if self.wiring.prepare is not None:
            await self.wiring.prepare()
        planned = await self._planned()
        plan, used = planned.plan, planned.usage
        self.run.plan = plan
        reason = await self._reason(planned)
        spent = (used.tokens_in, used.tokens_out, used.calls, used.cost)
        self._append(e.PlanMade(plan.as_data(), time.time(), planned.kept, planned.model, reason, 0.0, *spent, planned.keys))
        if len(plan.steps) > self.wiring.settings.steps:
            raise LimitError(f"the plan has {len(plan.steps)} steps; the limit is {self.wiring.settings.steps}", hint="raise it with %orchestrate set steps")
        self.run.names = name_steps(plan, self.naming)
        for step in plan.steps:
            if self.run.names[step.id] != step.name:
                self._append(e.StepRenamed(step.id, self.run.names[step.id], f"{step.name} is taken"))
        if self.wiring.plan_only:
            return
        await self._approved(plan)
        await self._carry_out(plan)

    async def _reason(self, planned: Planned) -> str:
        """Who made the plan and what it will cost; for `--plan` also how much of it is kept."""
        kept = await kept_steps(planned.plan, self.run.goal, self._step_run) if self.wiring.plan_only else None
        return "; ".join(part for part in (planned.reason, self.wiring.remark(planned.plan, kept)) if part)

    async def _planned(self) -> Planned:
        wiring = self.wiring
        if self._given is not None:
            return Planned(self._given, False, "", "this plan was given")
        catalogue = Catalogue(wiring.tools, wiring.recipes, tuple(wiring.kinds), wiring.settings.steps, wiring.sources)
        planning = Planning(wiring.planner, catalogue, wiring.memo, wiring.read_plan, getattr(wiring.planner, "free", False))
        return await planning.plan(self.run.goal, fresh=wiring.settings.fresh, replay=wiring.settings.replay)

    async def _approved(self, plan: Plan) -> None:
        if not self.wiring.settings.approve:
            return
        question = Question(f"plan-{self.run.id}", "Run this plan?", plan, "--approve")
        self._append(e.Asked(question.key, question.text, time.time()))
        yes = await self.wiring.approver.decide(question)
        self._append(e.Decided(question.key, yes))
        if not yes:
            raise NotApprovedError("the plan was not approved; nothing was run", hint="change the goal, or edit the plan and give it to orchestrate(plan=…)")

    async def _carry_out(self, plan: Plan) -> None:
        """Starts each step the moment its needs are met, until all have ended."""
        filling = Filling(plan, self.run.goal, self.run.results, self._failed)
        self._scheduler.add(plan.steps)
        steps = {step.id: step for step in plan.steps}
        while True:
            self._waiting.extend(self._scheduler.ready())
            while self._waiting and len(self._tasks) < self.wiring.settings.parallel:
                step = steps[self._waiting.popleft()]
                self._tasks[step.id] = asyncio.create_task(self._one(step, filling))
            if not self._tasks:
                return
            self._receive(*await self._ended.get(), steps)

    async def _one(self, step: Step, filling: Filling) -> None:
        self._ended.put_nowait((step.id, await self._step_run(step, filling).outcome()))

    def _step_run(self, step: Step, filling: Filling) -> StepRun:
        wiring = self.wiring
        context = Context(
            step,
            choose=wiring.choose,
            tools=wiring.tools,
            recipes=wiring.recipes,
            executor=wiring.executor,
            on_text=None if step.for_each is not None else functools.partial(wiring.on_text, step.id),
            run_code=self._fence.run,
            sources=wiring.sources,
            on_retry=lambda attempt, message: self._append(e.JobRetried(step.id, time.time(), attempt, message)),
        )
        before = (wiring.before or {}).get(step.name)
        note = functools.partial(self._note, step.id)
        return StepRun(
            step, filling, wiring.kinds[step.kind], context, self._settings(step), wiring.memo, self._append, note, before, self._permit, self._flow.result
        )

    async def _permit(self, step: Step, content: str) -> None:
        """FlowError where a person does not allow what the flow table forbids; NotApprovedError where nobody can be asked."""
        for question in self._flow.questions(step, content):
            if not await self._gate.allowed(question, step.id):
                raise refused(step, question)

    def _settings(self, step: Step) -> Settings:
        """The run's settings; for a step that is to be renewed, not to look at what is kept."""
        renewed = step.name in self._fresh or step.id in self._fresh
        return replace(self.wiring.settings, fresh=True) if renewed else self.wiring.settings

    def _note(self, id: str, outcome: Outcome) -> None:
        if isinstance(outcome, Result):
            self.run.results[id] = outcome
        elif isinstance(outcome, Failure):
            self._failed[id] = outcome.message
            self.run.failures[id] = outcome

    def _receive(self, id: str, outcome: Outcome, steps: Mapping[str, Step]) -> None:
        del self._tasks[id]
        for skipped, blamed in self._scheduler.receive(id, isinstance(outcome, Result)):
            self._failed[skipped] = f"needs {steps[blamed].name}, which failed"
            self._append(e.JobEnded(skipped, "skipped", time.time(), blamed=steps[blamed].name, message=f"needs {steps[blamed].name}"))

    async def _stop_steps(self) -> None:
        """Cancels what still runs and says so of all that did not end."""
        for task in self._tasks.values():
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=1.0)
        ended = self.run.ended()
        for id in self._scheduler.unfinished:
            if id not in ended:
                self._append(e.JobEnded(id, "cancelled", time.time()))

    def _end(self, seconds: float, late: bool) -> None:
        run, settings = self.run, self.wiring.settings
        if late:
            run.error = LimitError(
                f"the run took longer than {settings.seconds:g} s",
                hint="what is finished is bound; raise the limit with %orchestrate set seconds, then run the cell again",
            )
        state = "cancelled" if self._cancelled else final_state(run, settings, plan_only=self.wiring.plan_only)
        if state == "failed" and run.error is None:
            run.error = blame(run)
        error = run.error
        name, message, hint = (type(error).__name__, str(getattr(error, "message", error)), getattr(error, "hint", "")) if error else ("", "", "")
        self._append(e.RunEnded(state, time.time(), seconds, name, message, hint))

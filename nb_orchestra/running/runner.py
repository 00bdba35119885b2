# size: one run's whole life reads in one place; its decisions stand apart (scheduler, changing, ending, naming)
"""One run, from goal to values: plan, check names, ask where a person must decide, carry the steps out, end.

The runner lives on the portal's loop and is the only writer of its journal. Order of each finished step, so that a kill at
any moment loses nothing that was said to be done: value kept in the cache → JobEnded in the journal → shown and bound.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from nb_orchestra.core import events as e
from nb_orchestra.core.commands import PLAN_ASKED
from nb_orchestra.core.outcome import Failure, Outcome, Result, Skipped
from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.core.prompt import Block
from nb_orchestra.core.settings import Settings
from nb_orchestra.errors import LimitError, NotApprovedError, OrchestraError
from nb_orchestra.protocols import Catalogue, Question
from nb_orchestra.running.answered import ASKING
from nb_orchestra.running.arrivals import Arrivals
from nb_orchestra.running.changing import GOAL_CHECK, Change, Changing
from nb_orchestra.running.context import Context
from nb_orchestra.running.ending import LEFT_OUT, blame, final_state
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
from nb_orchestra.running.wiring import Wiring
from nb_orchestra.steps.judge import Grade
from nb_orchestra.threads import abandoned


class Given:
    """A step's value is there, and is being kept: steps without effects may begin with it."""


GIVEN = Given()
TOGETHER = 8
"""So many steps are made ready before their requests leave."""
REPAIR = "another way for "
KILLED = "; a tool that is pure=True, slow=True would have been killed"


class Runner:
    """Carries out one run. `go` never raises: the end is in `run.state` and `run.error`."""

    def __init__(
        self,
        run: Run,
        wiring: Wiring,
        naming: Naming,
        plan: Plan | None = None,
        fresh_steps: frozenset[str] = frozenset(),
        skip_steps: frozenset[str] = frozenset(),
    ) -> None:
        self.run, self.wiring, self.naming, self._given, self._fresh = run, wiring, naming, plan, fresh_steps
        self._left_out = set(skip_steps)
        self._scheduler = Scheduler()
        self._ended: Arrivals[tuple[str, Outcome | Change | Exception | Given | None]] = Arrivals()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._waiting: deque[str] = deque()
        self._values: dict[str, Result] = {}
        self._keeping: set[str] = set()
        self._failed: dict[str, str] = {}
        self._main: asyncio.Task[None] | None = None
        self._cancelled = False
        self._gate = Gate(wiring.approver, wiring.append, wiring.memo)
        self._fence = Fence(wiring.settings, self._gate)
        self._flow = Flow(run.goal, self._values, wiring.tools, wiring.sources, wiring.begun)
        catalogue = Catalogue(wiring.tools, wiring.recipes, tuple(wiring.kinds), wiring.settings.steps, wiring.sources, run.goal.data)
        self._planning = Planning(wiring.planner, catalogue, wiring.memo, wiring.read_plan, getattr(wiring.planner, "free", False))
        self._changing = Changing(run.goal, wiring.planner, catalogue, wiring.read_plan, plan is None and not wiring.settings.replay)
        self._reading = asyncio.Lock()
        self._by_model = False
        self._steps: dict[str, Step] = {}
        self._filled: Filling | None = None

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

    def skip(self, id: str) -> None:
        """Leaves a step out, on the portal's thread; one that has ended stays as it is."""
        if id not in self._steps or id in self._left_out or id in self._values:
            return
        self._left_out.add(id)
        if id in self._tasks:
            self._tasks[id].cancel()
        else:
            self._ended.put((id, Skipped()))

    def _append(self, event: e.Event) -> None:
        self.wiring.append(event)

    async def _plan_and_carry_out(self) -> None:
        if self.wiring.prepare is not None:
            await self.wiring.prepare()
        planned = await self._planned()
        plan = planned.plan
        self._by_model = self._given is None and not planned.kept and planned.model not in ("", "built-in") and self.wiring.settings.check_goal
        await self._tell_plan(planned)
        if self.wiring.plan_only:
            return
        edited = await self._approved(plan, PLAN_ASKED)
        if edited is not plan:
            await self._tell_plan(Planned(edited, False, "", "plan edited by you"))
        await self._carry_out(edited)
        if self.run.plan is not None and self.run.plan is not plan and final_state(self.run, self.wiring.settings, plan_only=False) == "done":
            await self._planning.keep(self.run.goal, self.run.plan)

    async def _tell_plan(self, planned: Planned) -> None:
        """Journals the plan and the names that its steps get. LimitError for a plan of too many steps."""
        plan, used, run = planned.plan, planned.usage, self.run
        run.plan = plan
        remark = await self._outlook(plan) if self.wiring.plan_only else self.wiring.remark(plan, None)
        reason = "; ".join(filter(None, (planned.reason, remark)))
        spent = (used.tokens_in, used.tokens_out, used.calls, used.cost)
        self.wiring.later(e.PlanMade(plan.told(), time.time(), planned.kept, planned.model, reason, 0.0, *spent, planned.keys))
        if len(plan.steps) > self.wiring.settings.steps:
            raise LimitError(f"the plan has {len(plan.steps)} steps; the limit is {self.wiring.settings.steps}", hint="raise it with %orchestrate set steps")
        run.names = name_steps(plan, self.naming)
        for step in plan.steps:
            if run.names[step.id] != step.name:
                why = "it is the answer" if run.names[step.id] == self.naming.name else f"{step.name} is taken"
                self.wiring.later(e.StepRenamed(step.id, run.names[step.id], why))

    async def _outlook(self, plan: Plan) -> str:
        """What the plan will cost, how much of it is kept and what it sends out."""
        return self.wiring.remark(plan, await kept_steps(plan, self.run.goal, self._step_run))

    async def _planned(self) -> Planned:
        wiring = self.wiring
        if self._given is not None:
            return Planned(self._given, False, "", wiring.origin)
        return await self._planning.plan(self.run.goal, fresh=wiring.settings.fresh, replay=wiring.settings.replay)

    async def _approved(self, plan: Plan, asked: str, why: str = "") -> Plan:
        """The plan that a person allows: this one, or where the question takes it, as they edited it. NotApprovedError where they do not."""
        if not self.wiring.settings.approve:
            return plan
        lines = [*([why] if why else []), f"Run this plan of {len(plan.steps)} step{'s' * (len(plan.steps) > 1)}?", *(await self._outlook(plan)).split("; ")]
        question = Question(f"{asked}{self.run.id}", "\n".join(lines), plan, "--approve")
        self._append(e.Asked(question.key, question.text, time.time()))
        answer = await self.wiring.approver.decide(question)
        self._append(e.Decided(question.key, bool(answer)))
        if not answer:
            hint = "change the goal, or a step: %orchestrate edit STEP NAME=VALUE, then %orchestrate rerun"
            raise NotApprovedError(f"the plan was not approved; nothing {'more ' * bool(self.run.results)}was run", hint=hint)
        return plan if isinstance(answer, bool) else self.wiring.read_plan(answer, self._planning.catalogue)

    async def _carry_out(self, plan: Plan) -> None:
        """Starts each step the moment its needs are met, until all have ended. The plan may change meanwhile (running/changing)."""
        self._changing.begin(plan)
        self._scheduler.add(plan.steps)
        self._steps = {step.id: step for step in plan.steps}
        for step in plan.steps:
            if step.id in self._left_out:
                self._leave_out(step)
        while True:
            self._waiting.extend(id for id in self._scheduler.ready() if id not in self._left_out)
            while len(self._tasks) < self.wiring.settings.parallel and (due := self._next()) is not None:
                self._tasks[due.id] = asyncio.create_task(self._one(due, self._filling()))
                if len(self._tasks) % TOGETHER == 0:
                    await asyncio.sleep(0)  # their requests leave while the next steps are made ready
            if not self._tasks and not await self._looked_at_goal():
                return
            if self._tasks:
                await self._ended.some()
                while self._ended:
                    await self._receive(*self._ended.popleft())

    def _next(self) -> Step | None:
        """The next step that may begin: one that may have effects, when what it stands on is kept."""
        for id in self._waiting:
            step = self._steps[id]
            if step.kind in ASKING or self._keeping.isdisjoint(step.needs):
                self._waiting.remove(id)
                return step
        return None

    def _filling(self) -> Filling:
        """One for each plan: making it takes as long as the plan has steps."""
        assert self.run.plan is not None
        if self._filled is None or self._filled.plan is not self.run.plan:
            self._filled = Filling(self.run.plan, self.run.goal, self._values, self._failed)
        return self._filled

    async def _one(self, step: Step, filling: Filling) -> None:
        try:
            ended: Outcome | Exception = await self._step_run(step, filling).outcome()
        except asyncio.CancelledError:
            if step.id not in self._left_out or self._cancelled:
                raise
            ended = Skipped()
        except BaseException as fault:  # of ours or a model's, outside of what the step does: the run ends with it, and does not wait for ever
            ended = fault if isinstance(fault, Exception) else OrchestraError(f"step {step.name} raised {type(fault).__name__}: {fault}")
        self._ended.put((step.id, ended))

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
        note, given = functools.partial(self._note, step.id), functools.partial(self._given_early, step.id)
        settings, labels = self._settings(step), self._flow.result
        kind, memo, recorded = wiring.kinds[step.kind], wiring.memo, wiring.recorded
        append = wiring.later if step.kind in ASKING else wiring.append  # what has effects is told before it begins
        return StepRun(
            step,
            filling,
            kind,
            context,
            settings,
            memo,
            append,
            note,
            before,
            self._permit,
            labels,
            wiring.earlier,
            recorded,
            wiring.hide,
            given,
            self._reading,
        )

    async def _permit(self, step: Step, content: Callable[[], str]) -> None:
        """FlowError where a person does not allow what the flow table forbids; NotApprovedError where nobody can be asked."""
        for question in self._flow.questions(step, content):
            if not await self._gate.allowed(question, step.id):
                raise refused(step, question)

    def _settings(self, step: Step) -> Settings:
        """The run's settings; for a step that is to be renewed, not to look at what is kept."""
        renewed = step.name in self._fresh or step.id in self._fresh
        return replace(self.wiring.settings, fresh=True) if renewed else self.wiring.settings

    def _given_early(self, id: str, result: Result) -> None:
        self._values[id] = result
        self._keeping.add(id)
        self._ended.put((id, GIVEN))

    def _note(self, id: str, outcome: Outcome) -> None:
        self._keeping.discard(id)
        if isinstance(outcome, Result):
            self.run.results[id] = self._values[id] = outcome
        elif isinstance(outcome, Failure):
            self._failed[id] = outcome.message
            self.run.failures[id] = outcome

    async def _receive(self, id: str, outcome: Outcome | Change | Exception | Given | None) -> None:
        """What ended: a step, or the thinking about another way for one that failed."""
        if isinstance(outcome, Exception):
            raise outcome
        if isinstance(outcome, Given):
            self._scheduler.receive(id, True)
            return
        self._tasks.pop(id, None)
        step = self._steps[id.removeprefix(REPAIR)]
        if isinstance(outcome, Change):
            await self._apply(outcome)
        elif isinstance(outcome, Skipped):
            self._leave_out(step)
        elif isinstance(outcome, Failure) and self._changing.may_repair(step, outcome):
            self._tasks[REPAIR + id] = asyncio.create_task(self._repair(step, outcome))
        elif isinstance(outcome, Result) and outcome.gaps and (change := self._gaps(step, outcome)) is not None:
            await self._apply(change)
        else:
            self._settle(step, isinstance(outcome, Result))

    def _leave_out(self, step: Step) -> None:
        """A step that a person skips; nothing where it ended before they did."""
        if step.id in self.run.results or step.id in self._failed:
            return
        self._failed[step.id] = LEFT_OUT
        self._waiting = deque(id for id in self._waiting if id != step.id)
        self._append(e.JobEnded(step.id, "skipped", time.time(), message=LEFT_OUT))
        self._settle(step, False, LEFT_OUT)

    def _settle(self, step: Step, done: bool, how: str = "failed") -> None:
        for skipped, blamed in self._scheduler.receive(step.id, done):
            name = self._steps[blamed].name
            self._failed[skipped] = f"needs {name}, which {how}"
            self._append(e.JobEnded(skipped, "skipped", time.time(), blamed=name, message=f"needs {name}, which {how}"))

    async def _repair(self, step: Step, failure: Failure) -> None:
        plan = self.run.plan
        assert plan is not None
        self._ended.put((REPAIR + step.id, await self._changing.another_way(plan, step, failure, self.run.results)))

    def _gaps(self, step: Step, result: Result) -> Change | None:
        plan = self.run.plan
        return self._changing.look_up(plan, step, self.run.results.get(step.id, result)) if plan is not None else None

    async def _apply(self, change: Change) -> None:
        """The run goes on with another plan. A person who wanted to see the plan sees this one, too."""
        change = await self._approved_change(change)
        used, run = change.usage, self.run
        spent = (used.tokens_in, used.tokens_out, used.calls, used.cost)
        self._append(e.PlanChanged(change.plan.told(), time.time(), change.gone, tuple(step.id for step in change.added), change.reason, *spent))
        for id in self._scheduler.withdraw(change.gone):
            if id not in run.results and id not in run.failures:
                self._append(e.JobEnded(id, "skipped", time.time(), message=change.reason))
        run.plan = change.plan
        kept = {id: name for id, name in run.names.items() if id not in change.gone}
        names = {**run.names, **name_steps(change.plan, self.naming), **kept}
        there = {step.id for step in change.plan.steps}
        run.names = {id: names[id] for id in sorted(names, key=there.__contains__)}  # of two steps with one name, the later one is found
        self._steps |= {step.id: step for step in change.added}
        self._waiting = deque(id for id in self._waiting if id not in change.gone)
        self._scheduler.add(change.added)

    async def _approved_change(self, change: Change) -> Change:
        """The change as a person allows or edits it; asked again, with the reason, where their plan cannot be."""
        plan, why = self.run.plan, f"The plan is to change: {change.reason}."
        assert plan is not None
        if not change.added:  # nothing that could be run
            return change
        while (wanted := await self._approved(change.plan, f"{PLAN_ASKED}again-", why)) is not change.plan:
            try:
                return self._changing.edited(plan, change, wanted, self._tasks.keys() | self.run.results.keys() | self._failed.keys())
            except OrchestraError as error:
                why = f"That plan cannot be run: {error.message}. The plan is to change: {change.reason}."
        return change

    async def _looked_at_goal(self) -> bool:
        """True where the result does not answer the goal and the plan was changed for that. Only for plans of several steps that a model made now."""
        plan, changing, results = self.run.plan, self._changing, self.run.results
        if plan is None or not self._by_model:
            return False
        if changing.may_look(plan, results):
            grade = await self._graded(plan)
            if grade is not None and grade.passed:
                return False
            change = await changing.after_look(plan, grade, results) if grade is not None else None
            if change is not None:
                await self._apply(change)
                return True
        elif (change := changing.back(plan, results)) is not None:
            await self._apply(change)
        if changing.refused is not None:
            self.run.missed = f"the result may not answer the goal: {changing.refused.reason}"
            self._append(e.Warned(self.run.missed))
        return False

    async def _graded(self, plan: Plan) -> Grade | None:
        """What a judge says of the plan's results; None where there is none to ask."""
        filling, found = self._filling(), self.run.results
        results = [Block(plan[id].name, found[id].value, filling.told(plan[id])) for id in plan.result]
        inputs = [block for id in plan.result if plan[id].kind == "ask" for block in filling.inputs_of(plan[id])]
        inputs = [block for at, block in enumerate(inputs) if not any(block.value is other.value for other in (*results, *inputs[:at]))]
        gaps = [gap for id in plan.result for gap in found[id].gaps]
        grade = await self._changing.grade(plan, results, inputs, gaps, self._step_run(GOAL_CHECK, filling).context)
        if grade is not None:
            used = grade.usage
            self._append(e.GoalChecked(grade.passed, grade.reason, grade.by, time.time(), used.tokens_in, used.tokens_out, used.calls, used.cost))
        return grade

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
        if left := abandoned(time.monotonic() - seconds):
            names = ", ".join(dict.fromkeys(item.name for item in left))
            self._append(e.Warned(f"could not be stopped, and runs on until it ends by itself: {names} ({len(left)} in all; its value is dropped){KILLED}"))
        state = "cancelled" if self._cancelled else final_state(run, settings, plan_only=self.wiring.plan_only)
        if state == "failed" and run.error is None:
            run.error = blame(run)
        error = run.error
        name, message, hint = (type(error).__name__, str(getattr(error, "message", error)), getattr(error, "hint", "")) if error else ("", "", "")
        self._append(e.RunEnded(state, time.time(), seconds, name, message, hint))

"""When a run's plan changes while it runs: a step failed and there is another way, a step named a gap, or the result does not answer the goal.

Limits hold it: so many repairs in a run, no gap of a gap, so many looks at the goal. A planner is told typed facts (which step, what kind of error), and
as data what the judge and the steps said (reported): texts of tools, pages and exceptions do not reach it. A plan that a person gave is never changed.
What comes back is checked like any plan (repairing).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra.core.goal import Goal
from nb_orchestra.core.outcome import Failure, Result
from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.core.prompt import Block
from nb_orchestra.core.usage import Usage
from nb_orchestra.errors import ModelError, OrchestraError, PlanError
from nb_orchestra.protocols import Catalogue, Planner, StepContext
from nb_orchestra.running.checking import same
from nb_orchestra.running.flow import PRIVATE
from nb_orchestra.running.repairing import below, merged, refuse_new_effects, still_used, with_searches
from nb_orchestra.running.reported import reported
from nb_orchestra.steps.judge import Grade, grade_of

REPAIRS = 3
"""Most repairs of one run."""
MENDINGS = 2
"""Most times that a result which does not answer the goal is mended; each mended one is looked at again."""
GAPS = 5
"""Most gaps of one run that are looked up."""
OURS = frozenset({"UnknownNeedError", "OutputError", "RecipeError", "LimitError", "KeyError", "ZeroDivisionError"})
"""Errors whose words are ours or short facts about columns; of all others only the kind is told."""
FINAL = frozenset({"NotApprovedError", "FlowError", "BudgetExceededError", "ReplayMissError", "OtherModelError", "CancelledError"})
"""Ends that another way must not get around."""
CRITERION = """It answers this goal, all of it that the data allow:

{goal}

Fail it for what it leaves out or calls missing itself, unless the data cannot give that; a note not_done names parts that nobody could do, a note gaps \
what its texts named as missing."""
GOAL_CHECK = Step("goal", "judge", {}, role="judge", name="goal_check")
"""What a model is chosen by for the look at the end."""


@dataclass(frozen=True, slots=True)
class Change:
    """A new plan: `gone` ids left it, `added` steps came in."""

    plan: Plan
    gone: tuple[str, ...]
    added: tuple[Step, ...]
    reason: str
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that did not pass: of which plan, why, and its values."""

    plan: Plan
    reason: str
    values: tuple[Any, ...]


@dataclass(slots=True)
class Changing:
    """Decides about changes of one run. `changeable` False: the plan was given, or nothing may be asked (replay)."""

    goal: Goal
    planner: Planner
    catalogue: Catalogue
    read: Callable[[Mapping[str, Any], Catalogue], Plan]
    changeable: bool = True
    used: set[str] = field(default_factory=set)
    repairs: int = 0
    gaps: int = 0
    looks: int = 0
    refused: Refused | None = None
    _first: Plan | None = None
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def begin(self, plan: Plan) -> None:
        """The plan that the run starts with."""
        self._first = plan
        self.used |= {step.id for step in plan.steps}

    def may_repair(self, step: Step, failure: Failure) -> bool:
        """True where another way is worth asking for: not for final ends, not too often, and not when a replacement fails just as before."""
        stalled = (failure.error, failure.message) in self._seen
        self._seen.add((failure.error, failure.message))
        tool = self.catalogue.tools.get(str(step.params.get("tool"))) if step.kind == "call" else None
        effects = tool is not None and tool.effects  # it may have done half of it: a person decides what now
        return self.changeable and not stalled and not effects and self.repairs < REPAIRS and failure.error not in FINAL

    async def another_way(self, plan: Plan, step: Step, failure: Failure, results: Mapping[str, Result]) -> Change | None:
        """A plan without the failed step and what stands on it; None where the planner knows none."""
        self.repairs += 1
        ended = ", ".join(item.id for item in plan.steps if item.id in results) or "none"
        complaint = (
            f"while it ran, step {step.id!r} ({step.name}, {step.kind}) failed: {told(failure)}. Done, and kept as they are: {ended}. "
            f"Reach the goal another way: change only {step.id!r} and what stands on it. If there is no other way, say so in not_done and leave it out."
        )
        return await self._asked(plan, below(plan, [step.id]), complaint, f"another way, since {step.name} failed", reported(plan, results))

    def look_up(self, plan: Plan, step: Step, result: Result) -> Change | None:
        """A plan with a search for each gap of an `ask` step, and that step again; None where nothing can be searched, or for a gap of a gap."""
        searchable = [name for name, source in self.catalogue.sources.items() if not (source.outside and PRIVATE in result.labels)]
        gaps = result.gaps[: GAPS - self.gaps]
        if not gaps or not searchable or step.kind != "ask" or step.for_each is not None or "_gap_" in "".join(step.needs):
            return None
        self.gaps += len(gaps)
        return self._checked(plan, below(plan, [step.id]), with_searches(plan, step, gaps, searchable), f"{step.name} asked: {'; '.join(gaps)}", Usage())

    def may_look(self, plan: Plan, results: Mapping[str, Result]) -> bool:
        """True where a judge may look whether the results answer the goal: they are all there, and are not what was refused before."""
        if self.looks > MENDINGS or any(id not in results for id in plan.result):
            return False
        if self.refused is None:
            return len(plan.steps) > 1
        return not same([results[id].value for id in plan.result], list(self.refused.values))

    async def grade(self, plan: Plan, results: Sequence[Block], inputs: Sequence[Block], gaps: Sequence[str], context: StepContext) -> Grade | None:
        """Whether the plan's results answer the goal, in view of what their texts were made from; None where no model can say."""
        self.looks += 1
        said = {"not_done": plan.not_done, "gaps": gaps}
        notes = [Block(name, "\n".join(lines)) for name, lines in said.items() if lines]
        whole = {block.name: block.value for block in results} if len(results) > 1 else results[0].value
        try:
            return await grade_of(whole, CRITERION.replace("{goal}", self.goal.text), context, against=notes, inputs=inputs, shown=results)
        except OrchestraError:
            return None

    async def after_look(self, plan: Plan, grade: Grade, results: Mapping[str, Result]) -> Change | None:
        """A plan with another last step, where the result does not answer the goal; None once it was mended often enough, or for the same fault again."""
        stalled = self.refused is not None and self.refused.reason.casefold() == grade.reason.casefold()
        self.refused = Refused(plan, grade.reason, tuple(results[id].value for id in plan.result))
        if stalled or self.looks > MENDINGS:
            return None
        complaint = (
            f"all steps were done, but the result ({', '.join(plan.result)}) does not answer the goal; the judge's reason stands in the input `about the run`. "
            "Give what is missing, and a new last step. A step that is right is kept where its id and params are as they were; one that must do other work "
            "is made anew."
        )
        said = "\n".join(filter(None, [f"the judge: {grade.reason}", reported(plan, results)]))
        return await self._asked(plan, set(plan.result), complaint, "the result did not answer the goal", said, anew=True)

    def back(self, plan: Plan, results: Mapping[str, Result]) -> Change | None:
        """The answer that was refused, where the one that should be better was not made: it says more than none."""
        before = self.refused.plan if self.refused is not None else None
        if before is None or before is plan or all(id in results for id in plan.result):
            return None
        there = {step.id for step in before.steps}
        return Change(before, tuple(step.id for step in plan.steps if step.id not in there), (), "no better answer could be made, so the one before stays")

    def edited(self, plan: Plan, change: Change, wanted: Plan, begun: Collection[str]) -> Change:
        """The change as a person edited it; `begun`: steps that run or have ended. PlanError where one of those would be another."""
        there = {step.id: step for step in plan.steps if step.id not in change.gone}
        touched = [id for id, step in there.items() if not any(step.as_data() == other.as_data() for other in wanted.steps)]
        if begun_ones := [there[id].name for id in touched if id in begun]:
            raise PlanError(f"{begun_ones[0]} has begun: it stays as it is", hint="change what comes after it")
        gone = below(plan, {*change.gone, *touched}) - set(begun) | set(change.gone)
        never = self.used - {step.id for step in change.added}
        return self._read(plan, gone, merged(plan, gone, wanted.as_data(), never), f"{change.reason}; edited by you", change.usage)

    async def _asked(self, plan: Plan, gone: set[str], complaint: str, reason: str, said: str, anew: bool = False) -> Change | None:
        before = self.planner.usage
        try:
            proposed = await self.planner.repair(self.goal, self.catalogue, plan.as_data(), complaint, said)
        except (PlanError, ModelError):
            return None
        gone = gone - still_used(plan, gone, proposed) if anew else gone
        return self._checked(plan, gone, proposed, reason, _minus(self.planner.usage, before), anew)

    def _checked(self, plan: Plan, gone: set[str], proposed: Mapping[str, Any], reason: str, usage: Usage, anew: bool = False) -> Change | None:
        try:
            return self._read(plan, gone, merged(plan, gone, proposed, self.used, anew), reason, usage)
        except OrchestraError:
            return None

    def _read(self, plan: Plan, gone: set[str], data: Mapping[str, Any], reason: str, usage: Usage) -> Change:
        """OrchestraError where this is no plan, or brings in what it may not."""
        changed = self.read(data, self.catalogue)
        refuse_new_effects(changed, self._first or plan, lambda name: self.catalogue.tools[name].effects)
        if len(changed.steps) > self.catalogue.steps:
            raise PlanError("too many steps")
        there = {step.id for step in plan.steps}
        added = tuple(step for step in changed.steps if step.id not in there)
        self.used |= {step.id for step in added}
        return Change(changed, tuple(id for id in there if id in gone), added, reason, usage)


def told(failure: Failure) -> str:
    """A failure as a planner may see it: its kind, and its words where they are ours."""
    return f"{failure.error} ({failure.message[:300]})" if failure.error in OURS else failure.error


def questions(plan: Plan | None, results: Mapping[str, Result], names: Mapping[str, str], failed: Mapping[str, Failure]) -> Iterator[dict[str, str]]:
    """The fact sheet of a run, a row at a time: question, kind (given, to_look_up, to_derive, to_guess, gap, not_done), state, step.

    A fact is answered by the step that the plan names for it, once that step is done and leaves no gap; where none is named, with the whole plan.
    """
    if plan is None:
        return
    ended = {id for step in plan.steps if (id := step.id) in results}
    whole = len(ended) == len(plan.steps)
    ids = {step.id for step in plan.steps}
    for kind, fact, step in _facts(plan):
        answered = whole if step not in ids else step in ended and not results[step].gaps
        state = {"given": "known", "to_guess": "a guess"}.get(kind, "answered" if answered else "open")
        yield {"question": fact, "kind": kind, "state": state, "step": names.get(step, plan[step].name) if step in ids else ""}
    for item in plan.not_done:
        yield {"question": item, "kind": "not_done", "state": "open", "step": ""}
    asked = {gap for id, result in results.items() if id not in ended for gap in result.gaps}
    still = {gap: id for id in ended for gap in results[id].gaps}
    for gap in sorted(asked - set(still)):
        yield {"question": gap, "kind": "gap", "state": "looked up", "step": ""}
    for gap, id in still.items():
        yield {"question": gap, "kind": "gap", "state": "open", "step": names.get(id, id)}
    for id, failure in failed.items():
        if id in {step.id for step in plan.steps}:
            yield {"question": f"{names.get(id, id)}: {failure.message}", "kind": "failed", "state": "open", "step": names.get(id, id)}


def _facts(plan: Plan) -> list[tuple[str, str, str]]:
    """(kind, fact, step) as the plan's fact sheet says; without one, the words of the goal that each step answers are what was to be found out."""
    sheet = [(kind, *pair) for kind in ("given", "to_look_up", "to_derive", "to_guess") for pair in plan.facts_of(kind)]
    return sheet or [("to_look_up" if step.kind == "search" else "to_derive", step.clause, step.id) for step in plan.steps if step.clause]


def _minus(after: Usage, before: Usage) -> Usage:
    cost = None if after.cost is None or before.cost is None else after.cost - before.cost
    return Usage(after.tokens_in - before.tokens_in, after.tokens_out - before.tokens_out, after.calls - before.calls, cost)

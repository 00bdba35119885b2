"""Real small parts around a real runner: a scripted planner, two recipes, a model that answers from a function."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nb_orchestra import planning
from nb_orchestra.cache import Memo, MemoryStore
from nb_orchestra.core.events import Event
from nb_orchestra.core.goal import Goal
from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.core.prompt import Answer, Prompt
from nb_orchestra.core.settings import Settings
from nb_orchestra.core.usage import Usage
from nb_orchestra.errors import RecipeError, UnknownRecipeError
from nb_orchestra.executors import LocalExecutor
from nb_orchestra.protocols import Approver, Catalogue, Computed, ModelFacts
from nb_orchestra.running import Naming, NobodyThere, Run, Runner, Wiring
from nb_orchestra.running.context import Chosen
from nb_orchestra.steps import STEP_KINDS
from nb_orchestra.tools import offered


class SmallRecipes:
    """`double` and `halve`, over numbers; `halve` refuses odd ones."""

    _functions: Mapping[str, Callable[[Any], Any]] = {"double": lambda number: number * 2, "halve": lambda number: _half(number)}

    def check(self, recipe: str, arguments: Mapping[str, Any]) -> None:
        if recipe not in self._functions or not set(arguments) <= {"number"}:
            raise UnknownRecipeError(f"there is no recipe {recipe!r} with {sorted(arguments)}")

    def promise(self, recipe: str) -> Mapping[str, Any]:
        return {"type": "number"}

    def version(self, recipe: str) -> str:
        return "1"

    def elsewhere(self, recipe: str, arguments: Mapping[str, Any]) -> None:
        return None

    def run(self, recipe: str, arguments: Mapping[str, Any]) -> Computed:
        return Computed(self._functions[recipe](**arguments))


def _half(number: int) -> int:
    if number % 2:
        raise RecipeError(f"{number} is odd", hint="give an even number")
    return number // 2


@dataclass
class ScriptedPlanner:
    """Gives its answers in turn: plan data, or an exception to raise. `complaints`: what it was asked to repair."""

    answers: list[Any]
    identity: str = "scripted/1"
    name: str = "scripted"
    asked: int = 0
    usage: Usage = field(default_factory=Usage)
    complaints: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    async def plan(self, goal: Goal, catalogue: Catalogue) -> Mapping[str, Any]:
        self.asked += 1
        return self._next()

    async def repair(self, goal: Goal, catalogue: Catalogue, data: Mapping[str, Any], complaint: str, said: str = "") -> Mapping[str, Any]:
        self.complaints.append(complaint)
        self.said.append(said)
        return self._next()

    def _next(self) -> Mapping[str, Any]:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        found: Mapping[str, Any] = answer
        return found


@dataclass
class FunctionModel:
    """Answers with what `function` gives for the prompt."""

    function: Callable[[Prompt], Any]
    facts: ModelFacts = field(default_factory=lambda: ModelFacts("function-model"))
    prompts: list[Prompt] = field(default_factory=list)

    async def answer(self, prompt: Prompt, on_text: Callable[[str], None] | None = None) -> Answer:
        self.prompts.append(prompt)
        return Answer(self.function(prompt), self.facts.name, 10, 5, 0.25)


@dataclass
class Stage:
    """All that a run needs; `run()` carries one out on a loop of its own and gives the ended Run."""

    planner: Any = field(default_factory=lambda: ScriptedPlanner([{}]))
    tools: tuple[Any, ...] = ()
    model: Any = field(default_factory=lambda: FunctionModel(lambda prompt: f"answer to {prompt.task}"))
    memo: Memo | None = field(default_factory=lambda: Memo(MemoryStore()))
    approver: Approver = field(default_factory=NobodyThere)
    on_event: Callable[[Event], None] = lambda event: None

    def wiring(self, run: Run, **options: Any) -> Wiring:
        def append(event: Event) -> None:
            run.events.append(event)
            self.on_event(event)

        offers = offered(self.tools, {})
        chosen = Chosen(self.model, "the only one")

        def choose(step: Step) -> Chosen:
            return chosen

        plan_only = options.pop("plan_only", False)
        settings = replace(Settings(), **options)
        kinds, recipes, executor, read = STEP_KINDS, SmallRecipes(), LocalExecutor(), planning.read_plan
        wiring = Wiring(settings, kinds, self.planner, recipes, offers.tools, self.memo, executor, self.approver, choose, read, append, append)
        return replace(wiring, plan_only=plan_only, sources=offers.sources)

    def runner(
        self,
        *,
        goal: str = "the goal",
        plan: Any = None,
        data: Mapping[str, Any] | None = None,
        naming: Naming | None = None,
        skip: frozenset[str] = frozenset(),
        **options: Any,
    ) -> Runner:
        run = Run("run-1", Goal(goal, data or {}))
        wiring = self.wiring(run, **options)
        given: Plan | None = None
        if plan is not None:
            given = planning.read_plan(plan, Catalogue(wiring.tools, wiring.recipes, tuple(wiring.kinds), sources=wiring.sources))
        return Runner(run, wiring, naming or Naming(), given, skip_steps=skip)

    def run(self, **arguments: Any) -> Run:
        runner = self.runner(**arguments)
        asyncio.run(runner.go())
        return runner.run


def call(id: str, tool: str, **arguments: Any) -> dict[str, Any]:
    return {"id": id, "kind": "call", "params": {"tool": tool, "arguments": arguments}}


def double(id: str, number: Any) -> dict[str, Any]:
    return {"id": id, "kind": "code", "params": {"recipe": "double", "arguments": {"number": number}}}


def states(run: Run) -> dict[str, str]:
    """id → how it ended."""
    return {id: row.state for id, row in run.progress.rows.items()}

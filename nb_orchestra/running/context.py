"""What a step may reach, and nothing else: models, tools, recipes and the sandbox, chosen and counted by the runner's wiring."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from nb_orchestra.core.job import Job
from nb_orchestra.core.outcome import Outcome
from nb_orchestra.core.plan import Step
from nb_orchestra.core.prompt import Answer, Prompt
from nb_orchestra.errors import OrchestraError, RecipeError, ToolError, UnknownToolError
from nb_orchestra.protocols import Computed, Executor, Model, ModelFacts, Recipes, Source, Tool

RunCode = Callable[[Step, str, Mapping[str, Any]], Awaitable[Outcome]]
"""Runs code for a step (running/fenced)."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model for a step, and why it was chosen. `free`: nobody named it, so an equal answer of another model may stand in."""

    model: Model
    reason: str
    free: bool = False


stood_in: ContextVar[list[str]] = ContextVar("models that answered in place of the one that was asked")
"""Of the job that runs in this task: its value is then not that of its identity, which names the model asked."""


def _is_cancelled() -> bool:
    """Did somebody cancel this step? Else a tool let its own CancelledError out."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class Context:
    """Fills protocols.StepContext for one step of one run."""

    def __init__(
        self,
        step: Step,
        *,
        choose: Callable[[Step], Chosen],
        tools: Mapping[str, Tool],
        recipes: Recipes,
        executor: Executor,
        on_text: Callable[[str], None] | None,
        run_code: RunCode,
        on_retry: Callable[[int, str], None],
        sources: Mapping[str, Source],
    ) -> None:
        self._step, self._choose, self._tools, self._recipes, self._executor, self._on_text = step, choose, tools, recipes, executor, on_text
        self._run_code, self.retried, self.sources = run_code, on_retry, sources
        self._own: Chosen | None = None

    async def ask(self, prompt: Prompt) -> Answer:
        asked = self._asked(prompt)
        model = (self.chosen() if asked is self._step else self._choose(asked)).model
        answer = await model.answer(prompt, self._on_text)
        if answer.by and answer.by != model.facts.name:
            stood_in.get([]).append(answer.by)
        return answer

    def _asked(self, prompt: Prompt) -> Step:
        """The step as the model for this prompt is chosen by: a judge, or a harder effort, may be another model."""
        step = self._step
        if (prompt.role, prompt.effort) == (step.role, step.effort):
            return step
        model = step.model if prompt.role == step.role else ""
        return replace(step, role=prompt.role, effort=prompt.effort, model=model)

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> Any:
        """The tool's value. Anything it raises becomes a ToolError that names it, with the cause kept."""
        named: Any = self.tool(tool)
        make = getattr(named, "elsewhere", None)
        try:
            elsewhere = make(arguments) if make is not None else None
            if elsewhere is not None:
                return await self._executor.run(functools.partial(named, **arguments), elsewhere=elsewhere)
            return await named.call(arguments)
        except (OrchestraError, ConnectionError, TimeoutError):
            raise
        except BaseException as error:  # a coroutine's `sys.exit` would end the loop with all its runs, its GeneratorExit this task without a word
            if isinstance(error, asyncio.CancelledError) and _is_cancelled():
                raise
            raise ToolError(f"tool {tool!r} raised {type(error).__name__}: {error}", hint="see `run[...]` for what the other steps gave") from error

    async def compute(self, recipe: str, arguments: Mapping[str, Any]) -> Computed:
        """The recipe's value; pure work, off the loop. A fault inside a recipe is told as one, with the recipe's name."""
        try:
            elsewhere = self._recipes.elsewhere(recipe, arguments)
            computed: Computed = await self._executor.run(self._recipes.run, recipe, arguments, elsewhere=elsewhere)
        except OrchestraError:
            raise
        except Exception as error:
            raise RecipeError(f"{recipe} could not be computed: {type(error).__name__}: {error}", hint="check the columns that it was given") from error
        return computed

    async def run_code(self, code: str, inputs: Mapping[str, Any]) -> Outcome:
        return await self._run_code(self._step, code, inputs)

    def tool(self, name: str) -> Tool:
        if name not in self._tools:
            raise UnknownToolError(f"there is no tool {name!r}", hint=f"tools: {', '.join(self._tools) or 'none were given (tools=[…])'}")
        return self._tools[name]

    def recipe_version(self, recipe: str) -> str:
        return self._recipes.version(recipe)

    def model_for(self, job: Job) -> ModelFacts:
        return (self.chosen() if job.step is self._step else self._choose(job.step)).model.facts

    @property
    def looks_outside(self) -> bool:
        """Does this step fetch from outside this machine? Then its result is of its day."""
        params = self._step.params
        if self._step.kind == "call":
            return bool(getattr(self._tools.get(str(params.get("tool"))), "outside", False))
        named = params.get("sources") or self.sources
        return self._step.kind == "search" and any(self.sources[name].outside for name in named if name in self.sources)

    def model_as(self, role: str) -> ModelFacts:
        """The model of another role, as this step would ask it."""
        return self._choose(replace(self._step, role=role, model="")).model.facts

    def chosen(self) -> Chosen:
        """This step's model, and why: chosen once."""
        if self._own is None:
            self._own = self._choose(self._step)
        return self._own

"""Which model answers for which step of one run, and why; what it may spend; what is told before anything leaves.

The order, first wins: the model that the step itself names · `-s STEP=MODEL` · the role table (`%config Orchestra.roles`) ·
`-m MODEL` or `models` · the first key or local server that is there · the built-in engine.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra import models, offline, planning
from nb_orchestra.core.goal import Goal
from nb_orchestra.core.plan import Step
from nb_orchestra.core.prompt import Answer, Prompt
from nb_orchestra.core.redact import Redactor
from nb_orchestra.core.settings import Settings
from nb_orchestra.core.usage import Usage
from nb_orchestra.models.budget import Budget
from nb_orchestra.protocols import Catalogue, Model, ModelFacts, Planner
from nb_orchestra.running.context import Chosen

BUILT_IN = ("built-in", "builtin", "none")
NO_MODEL = "no model is set, so the built-in engine answers; nothing leaves the kernel"
OnSent = Callable[[str, str, str], None]
"""Called before a prompt leaves: (step id, model, text)."""


@functools.cache
def builtin_model() -> Model:
    """The one built-in model of this process."""
    model: Model = offline.BuiltinModel()
    return model


class Announced:
    """A model whose prompts are told before they leave the kernel."""

    def __init__(self, model: Model, step: str, share: str, on_sent: OnSent) -> None:
        self.facts: ModelFacts = model.facts
        self._model, self._step, self._share, self._on_sent = model, step, share, on_sent

    async def answer(self, prompt: Prompt, on_text: Callable[[str], None] | None = None) -> Answer:
        said = models.render(prompt, self._share)
        self._on_sent(self._step, self.facts.name, f"{said.system}\n\n{said.user}")
        return await self._model.answer(prompt, on_text)


@dataclass(slots=True)
class Casting:
    """Chooses once per role, effort and name, so that a run's steps share models and their limits. Opens no connection by itself."""

    settings: Settings
    redact: Redactor
    on_sent: OnSent
    budget: Budget
    given: Model | None = None
    sources: models.Sources = field(default_factory=models.Sources)
    _chosen: dict[tuple[str, str, str], tuple[Model, str]] = field(default_factory=dict)

    async def look_around(self) -> None:
        """Finds the keys and, where there is none, a local server (at most 0.2 s, off the loop). Nothing is asked of anybody's key."""
        if self.given is not None or self.settings.models in BUILT_IN:
            return
        self.sources = models.find_keys()
        if not self.sources.found:
            self.sources = models.Sources(await asyncio.to_thread(models.probe_local), self.sources.notes)

    @property
    def local_only(self) -> bool:
        """True where nothing may leave, or nobody is there to answer."""
        return self.given is None and (
            self.settings.models in BUILT_IN or (self.settings.models == "auto" and not self.sources.found and not self.settings.roles)
        )

    def choose(self, step: Step) -> Chosen:
        """The model for a step, and the reason in words."""
        wanted = step.model or self.settings.step_models.get(step.name) or self.settings.step_models.get(step.id) or self.settings.roles.get(step.role, "")
        if wanted in BUILT_IN or (not wanted and self.local_only):
            return Chosen(builtin_model(), NO_MODEL if self.settings.models == "auto" else "the built-in engine was asked for; nothing leaves the kernel")
        if self.given is not None:
            return Chosen(Announced(self.given, step.id, self.settings.share, self.on_sent), "this model was given")
        key = (step.role, step.effort, wanted)
        if key not in self._chosen:
            self._chosen[key] = self._pick(step, wanted)
        model, reason = self._chosen[key]
        return Chosen(Announced(model, step.id, self.settings.share, self.on_sent), reason)

    def _pick(self, step: Step, wanted: str) -> tuple[Model, str]:
        name = wanted or ("" if self.settings.models == "auto" else self.settings.models)
        if name:
            pick = models.named(name, self.sources)
            return self._chain((pick,)), f"{pick.name}, as you said"
        choice = models.choose(step.role, step.effort, self.sources, models.Needs(money=self.budget.money_left))
        if not choice.picks:
            return builtin_model(), f"{choice.reason}; the built-in engine answers"
        return self._chain(choice.picks), choice.reason

    def _chain(self, picks: tuple[models.Pick, ...]) -> Model:
        chain: Model = models.chain_of(picks, share=self.settings.share, redact=self.redact, budget=self.budget)
        return chain

    async def plan(self, prompt: Prompt) -> Answer:
        """Asks the planner's model; what it used is in the answer."""
        return await self.choose(PLANNER).model.answer(prompt)

    def planner_name(self) -> str:
        """'built-in', or the planner's model."""
        return self.choose(PLANNER).model.facts.name

    @property
    def spent(self) -> Usage:
        return self.budget.spent


class CastPlanner:
    """Fills protocols.Planner for one run: the grammar alone where only it may answer, else the grammar first and then the model."""

    def __init__(self, casting: Casting, grammar: Planner) -> None:
        self._casting, self._grammar = casting, grammar

    @functools.cached_property
    def _planner(self) -> Planner:
        if self._casting.local_only:
            return self._grammar
        return planning.GrammarFirst(self._grammar, planning.ModelPlanner(self._casting.plan, self._casting.planner_name()))

    @property
    def name(self) -> str:
        return self._planner.name

    @property
    def identity(self) -> str:
        return self._planner.identity

    @property
    def usage(self) -> Usage:
        return self._planner.usage

    async def plan(self, goal: Goal, catalogue: Catalogue) -> Mapping[str, Any]:
        return await self._planner.plan(goal, catalogue)

    async def repair(self, goal: Goal, catalogue: Catalogue, data: Mapping[str, Any], complaint: str) -> Mapping[str, Any]:
        return await self._planner.repair(goal, catalogue, data, complaint)


PLANNER = Step("plan", "ask", {"question": "plan"}, role="planner")

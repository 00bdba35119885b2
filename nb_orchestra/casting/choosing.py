"""Which model answers for which step of one run, and why; what is told before anything leaves.

The order, first wins: the model that the step itself names · `-s STEP=MODEL` · the role table (`%config Orchestra.roles`) ·
`-m MODEL` or `models` · the first key or local server that is there · the built-in engine.

Two answers to "which model": the one that a step would get in a fresh run (`choose`: it names the step in the cache, so it
depends on nothing that changes), and the one that is asked now (`_present`: also by what failed and what is left).
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
from collections.abc import Callable
from dataclasses import dataclass, field

from nb_orchestra import models, offline
from nb_orchestra.casting.hiding import Hiding
from nb_orchestra.casting.sending import Sending
from nb_orchestra.casting.sharing import Sharing
from nb_orchestra.core.plan import Step
from nb_orchestra.core.prompt import Answer, Prompt
from nb_orchestra.core.settings import Settings
from nb_orchestra.core.usage import Usage
from nb_orchestra.errors import BadAnswerError, BudgetExceededError, ModelRefusedError, PromptTooLongError
from nb_orchestra.models.budget import Budget
from nb_orchestra.protocols import Model, ModelFacts
from nb_orchestra.running.context import Chosen

BUILT_IN = ("built-in", "builtin", "none")
PASTE = "paste"
NO_MODEL = "no model is set, so the built-in engine answers; nothing leaves the kernel"
AS_SET = "the built-in engine was asked for; nothing leaves the kernel"
COMFORTABLE = 20
"""While the budget holds this many ordinary calls, it does not change the choice."""
ORDINARY = models.Needs()
PLANNER = Step("plan", "ask", {"question": "plan"}, role="planner")


@functools.cache
def builtin_model() -> Model:
    """The one built-in model of this process."""
    model: Model = offline.BuiltinModel()
    return model


@dataclass(slots=True)
class Casting:
    """One run's choices. Opens no connection by itself. `given`: a model that `orchestrate(model=…)` was given; `paste`: the chat window as one."""

    settings: Settings
    hide: Hiding
    share: Sharing
    budget: Budget
    sending: Sending
    given: Model | None = None
    paste: Callable[[], Model] | None = None
    sources: models.Sources = field(default_factory=models.Sources)
    closed: dict[str, str] = field(default_factory=dict)
    _choices: dict[tuple[object, ...], models.Choice] = field(default_factory=dict)
    _steps: dict[tuple[object, ...], Chosen] = field(default_factory=dict)
    _told: dict[str, ModelFacts] = field(default_factory=dict)
    _chains: dict[tuple[str, ...], models.ChainModel] = field(default_factory=dict)

    async def look_around(self) -> None:
        """Finds the keys and, where there is none, a local server (at most 0.2 s, off the loop). Nothing is asked of anybody's key."""
        if self.given is not None or self.settings.models in BUILT_IN:
            return
        self.sources = await asyncio.to_thread(models.look_around)
        self.hide.learn(self.sources)
        self._steps.clear()
        self._told.clear()

    @property
    def local_only(self) -> bool:
        """True where nothing may leave, or nobody is there to answer."""
        return self.given is None and (
            self.settings.models in BUILT_IN or (self.settings.models == "auto" and not self.sources.found and not self.settings.roles)
        )

    def wanted(self, step: Step) -> str:
        """The model that a person named for this step; "" where they named none."""
        set_ = self.settings
        for_step = step.model or set_.step_models.get(step.name) or set_.step_models.get(step.id) or set_.roles.get(step.role, "")
        return for_step or ("" if set_.models == "auto" else set_.models)

    def choose(self, step: Step) -> Chosen:
        """The model for a step, and the reason in words. `free`: nobody named it, so that an equal answer of another one may stand in."""
        key = (step.id, step.name, step.role, step.effort, step.model)
        if key not in self._steps:
            self._steps[key] = self._chosen(step)
        return self._steps[key]

    def _chosen(self, step: Step) -> Chosen:
        wanted = self.wanted(step)
        if self.settings.models in BUILT_IN or wanted in BUILT_IN:
            return Chosen(builtin_model(), AS_SET)
        if self.given is not None:
            return Chosen(GivenModel(self.given, step, self), "this model was given")
        if wanted == PASTE and self.paste is not None:
            return Chosen(GivenModel(self.paste(), step, self), "a chat window, by copy and paste, as you said")
        if not wanted and not self.sources.found:
            return Chosen(builtin_model(), NO_MODEL, free=True)
        choice = self._choice(step)
        if not choice.picks:
            return Chosen(builtin_model(), f"{choice.reason}; the built-in engine answers", free=True)
        return Chosen(StepModel(self._facts(choice.picks[0]), step, self), choice.reason, free=not wanted)

    def _facts(self, pick: models.Pick) -> ModelFacts:
        """A model as this run's steps know it; one value for all of them."""
        if pick.name not in self._told:
            self._told[pick.name] = dataclasses.replace(pick.facts, telling=self.telling())
        return self._told[pick.name]

    def _choice(self, step: Step, needs: models.Needs | None = None) -> models.Choice:
        """The chain for a step; without `needs` the one of a fresh run. BadOptionError where a person named what is not there."""
        wanted = self.wanted(step)
        key = (step.role, step.effort, wanted, *sorted(self.closed))
        if needs is None and key in self._choices:
            return self._choices[key]
        if wanted:
            pick = models.named(wanted, self.sources)
            choice = models.Choice((pick,), f"{pick.name}, as you said")
        else:
            choice = models.choose(step.role, step.effort, self.sources, needs)
        if needs is None:
            self._choices[key] = choice
        return choice

    def _present(self, step: Step, needs: models.Needs | None = None) -> tuple[models.ChainModel, str]:
        """The chain that is asked now, and why. BudgetExceededError where only the money is in the way."""
        choice = self._choice(step, needs or self._needs(step))
        if not choice.picks:
            raise BudgetExceededError(choice.reason, hint="what is finished is kept; raise it with --budget USD and run the cell again")
        name = tuple(pick.name for pick in choice.picks)
        if name not in self._chains:
            self._chains[name] = models.chain_of(choice.picks, share=self.share, redact=self.hide, budget=self.budget)
            self.sending.places |= {pick.name: str(pick.found) for pick in choice.picks}
        return self._chains[name], choice.reason

    def _needs(self, step: Step) -> models.Needs | None:
        """What is in the way by now, None while nothing is. Where every model's door is shut, they are all asked again, so that the error says so."""
        plain = self._choice(step)
        price = plain.picks[0].capability.price_out if plain.picks else None
        tight = price is not None and self.budget.money_left < COMFORTABLE * price * ORDINARY.tokens_out / 1e6
        if not tight and not self.closed:
            return None
        money = self.budget.money_left if tight else None
        needs = models.Needs(money=money, failed=dict(self.closed))
        return needs if self._choice(step, needs).picks else models.Needs(money=money)

    async def answer(self, step: Step, prompt: Prompt, on_text: Callable[[str], None] | None) -> Answer:
        """Asks the model that suits the step now. An answer that cannot be used goes to the next of the chain, which is a stronger one."""
        chain, reason = self._present(step)
        try:
            answer = await self._asked(chain, step, prompt, on_text)
        except (BudgetExceededError, PromptTooLongError) as error:
            chain, reason = self._other(step, prompt, chain, error)
            answer = await self._asked(chain, step, prompt, on_text)
        passed = [text for text in answer.warnings if text.endswith(models.WENT_ON)]
        return dataclasses.replace(answer, reason="; ".join([reason, *passed]), warnings=(*self.stayed(prompt), *answer.warnings))

    async def _asked(self, chain: models.ChainModel, step: Step, prompt: Prompt, on_text: Callable[[str], None] | None) -> Answer:
        try:
            with self.sending.heard(step.id):
                return await chain.answer(prompt, on_text)
        finally:
            self.closed |= chain.closed

    def _other(self, step: Step, prompt: Prompt, chain: models.ChainModel, error: Exception) -> tuple[models.ChainModel, str]:
        """A model that this very prompt fits and the money reaches; the error itself where there is none."""
        most = chain.models[0].most(prompt)
        money = self.budget.money_left if isinstance(error, BudgetExceededError) else None
        needs = models.Needs(most.tokens_in, most.tokens_out, money, {**self.closed, chain.facts.name: str(error.args[0])})
        try:
            other, reason = self._present(step, needs)
        except BudgetExceededError:
            raise error from None
        if self.wanted(step):
            raise error
        return other, reason

    def stayed(self, prompt: Prompt) -> tuple[str, ...]:
        """Says which inputs' rows and columns a model did not see."""
        share = self.share
        names, parts = ", ".join(share.withheld(prompt)), ", ".join(share.left_out(prompt))
        rows = [f"{names}: no rows were sent, only what --share {share.level} allows (sample or full would)"] if names else []
        return (*rows, f"columns that were not sent: {parts}") if parts else tuple(rows)

    async def plan(self, prompt: Prompt) -> Answer:
        """Asks the planner's model; what it used is in the answer. An answer of the wrong form is asked for once more, of a stronger one."""
        model = self.choose(PLANNER).model
        try:
            return await model.answer(prompt)
        except BadAnswerError:
            return await model.answer(prompt)

    def planner_name(self) -> str:
        """'built-in', or the planner's model."""
        return self.choose(PLANNER).model.facts.name

    def telling(self) -> str:
        """How prompts are put to outside models."""
        return f"wording {models.wording_version()}, share {self.share.identity}"


class StepModel:
    """Fills the Model socket for one step: whichever model suits it when it is asked."""

    def __init__(self, facts: ModelFacts, step: Step, casting: Casting) -> None:
        self.facts, self._step, self._casting = facts, step, casting

    async def answer(self, prompt: Prompt, on_text: Callable[[str], None] | None = None) -> Answer:
        return await self._casting.answer(self._step, prompt, on_text)


class GivenModel:
    """A model that a person gave, with the same manners: told before it is asked, and paid from the budget (by what it says that it used)."""

    def __init__(self, model: Model, step: Step, casting: Casting) -> None:
        self.facts = model.facts if model.facts.local else dataclasses.replace(model.facts, telling=casting.telling())
        self._model, self._step, self._casting = model, step, casting

    async def answer(self, prompt: Prompt, on_text: Callable[[str], None] | None = None) -> Answer:
        casting, call = self._casting, Usage(calls=1)
        casting.budget.reserve(call)
        used = call
        try:
            with casting.sending.heard(self._step.id):
                if not hasattr(self._model, "tells"):
                    said = models.render(prompt, casting.share)
                    casting.sending.told(self._step.id, self.facts, casting.hide(f"{said.system}\n\n{said.user}"))
                answer = await self._model.answer(prompt, on_text)
            used = Usage(answer.tokens_in, answer.tokens_out, 1, answer.cost)
        finally:
            casting.budget.settle(call, used)
        stayed = () if self.facts.local else casting.stayed(prompt)
        return dataclasses.replace(answer, warnings=(*stayed, *answer.warnings))


def no_paste() -> Model:
    """Where nothing can be pasted."""
    raise ModelRefusedError("there is no chat window here")

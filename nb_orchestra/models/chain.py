"""From picks to models, and several models as one: where one fails, the next in the chain answers, and the answer says so."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from nb_orchestra.core.prompt import Answer, Prompt
from nb_orchestra.errors import ModelClosedError, ModelError, PromptTooLongError
from nb_orchestra.models.budget import Budget, PaidWire
from nb_orchestra.models.chat import ChatModel, Policy
from nb_orchestra.models.dialect import Dialect
from nb_orchestra.models.litellm import LiteLLMWire
from nb_orchestra.models.openai import OpenAIWire
from nb_orchestra.models.rendering import Share
from nb_orchestra.models.roles import Pick
from nb_orchestra.models.telling import ToldWire
from nb_orchestra.models.wire import Wire

MOST_OUT = 32_000
LOCAL_DEADLINE = 600.0
WENT_ON = "went on with the next model"
"""How a chain's warning about a model that failed ends."""


def wire_of(pick: Pick) -> Wire:
    """The thin client where the provider speaks the OpenAI wire, LiteLLM for everyone else."""
    found, known = pick.found, pick.capability
    dialect = Dialect(
        "max_tokens" if found.own_place else found.provider.limit,
        schema=known.structured,
        effort=known.thinks and not found.local,
        temperature=0.0 if found.local else None,
    )
    base_url = found.base_url or found.provider.base_url
    if base_url and (found.local or found.provider.base_url):
        return OpenAIWire(pick.model, base_url, found.key, name=found.provider.title, dialect=dialect)
    return LiteLLMWire(pick.name, found.key, found.base_url, name=found.provider.title, dialect=dialect)


def model_of(pick: Pick, *, share: Share, redact: Callable[[str], str], hurried: bool = False, budget: Budget | None = None) -> ChatModel:
    """The model that was picked, its calls paid from `budget`. A local one may take longer: it has only this machine."""
    policy = Policy(hurried=hurried, most_out=min(MOST_OUT, pick.capability.most_out))
    if pick.found.local:
        policy = dataclasses.replace(policy, deadline=LOCAL_DEADLINE)
    facts = pick.facts
    wire: Wire = ToldWire(wire_of(pick), facts)
    return ChatModel(facts, PaidWire(wire, facts, budget) if budget is not None else wire, share=share, policy=policy, redact=redact)


def chain_of(picks: Sequence[Pick], *, share: Share, redact: Callable[[str], str], budget: Budget | None = None) -> ChainModel:
    """All picks as one model; all but the last are hurried, because there is someone to go to."""
    last = len(picks) - 1
    return ChainModel([model_of(pick, share=share, redact=redact, hurried=at < last, budget=budget) for at, pick in enumerate(picks)])


class ChainModel:
    """Fills the Model socket: the first model that answers. `failures` says which ones did not, and why; `closed` are those whose
    door stays shut (key, credit, name): asking them again in this run makes no sense, nor the others of a place that does not take the key."""

    def __init__(self, models: Sequence[ChatModel]) -> None:
        self.models = tuple(models)
        self.facts = self.models[0].facts
        self.failures: dict[str, str] = {}
        self.closed: dict[str, str] = {}

    async def answer(self, prompt: Prompt, on_text: Callable[[str], None] | None = None) -> Answer:
        """The answer, with one warning for each model that failed. The last model's ModelError where none answers."""
        passed: list[str] = []
        shut: dict[tuple[str, str], str] = {}
        last: ModelError | None = None
        for model in self.models:
            if model.place in shut:
                self.closed[model.facts.name] = shut[model.place]
                continue
            if isinstance(last, PromptTooLongError) and model.facts.context_tokens <= self.facts.context_tokens:
                continue
            try:
                answer = await model.answer(prompt, on_text)
            except ModelError as error:
                last = error
                self.failures[model.facts.name] = error.message
                if isinstance(error, ModelClosedError):
                    self.closed[model.facts.name] = error.message
                    shut |= {model.place: error.message} if error.everywhere else {}
                passed.append(f"{error.message}; {WENT_ON}")
            else:
                return dataclasses.replace(answer, warnings=(*passed, *answer.warnings)) if passed else answer
        assert last is not None, "a chain has at least one model"
        raise _alone(last)


def _alone(error: ModelError) -> ModelError:
    """The error without the way that it came."""
    return type(error)(error.message, hint=error.hint)

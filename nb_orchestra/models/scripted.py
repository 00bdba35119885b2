"""The shipped fake: a model that answers by script. For users' tests and the documentation; no network, no cost.

    model = ScriptedModel({"body mass": "Gentoos are the heaviest.", "": {"answer": 3}})

An answer is a text, data (given as if the model had written it), an exception to raise, or a function from the prompt to
one of these. Text and data go through the same reading and forms as a real model's, so a wrong script fails as a wrong answer does.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nb_orchestra.core.prompt import Answer, Prompt
from nb_orchestra.errors import ModelRefusedError
from nb_orchestra.models.forms import value_of
from nb_orchestra.models.rendering import render
from nb_orchestra.protocols import ModelFacts

Scripted = str | Mapping[str, Any] | Sequence[Any] | int | float | bool | BaseException | Callable[[Prompt], Any]


class ScriptedModel:
    """Answers by the first matcher that fits: words that stand in the task ("" fits everything), or a purpose as `purpose:plan`.

    A list of answers under one matcher is taken in order, its last one stays. `prompts` lists what was asked.
    ModelRefusedError where nothing fits.
    """

    def __init__(
        self,
        script: Mapping[str, Scripted],
        *,
        name: str = "scripted",
        local: bool = False,
        seconds: float = 0.0,
        share: str = "full",
        price: float | None = 0.0,
    ) -> None:
        self.facts = ModelFacts(name, local=local, context_tokens=1_000_000, structured=True, price_in=price, price_out=price)
        self.prompts: list[Prompt] = []
        self._script = dict(script)
        self._seconds = seconds
        self._share = share
        self._taken: dict[str, int] = {}

    async def answer(self, prompt: Prompt, on_text: Callable[[str], None] | None = None) -> Answer:
        """The scripted answer as a value of the prompt's form; `on_text` gets it word by word."""
        self.prompts.append(prompt)
        said = render(prompt, self._share).user
        await asyncio.sleep(self._seconds)
        text = self._text(prompt)
        if on_text is not None:
            for end in [at for at, letter in enumerate(text) if letter == " "] + [len(text)]:
                on_text(text[:end])
        value, warnings = value_of(text, prompt.output)
        tokens_in, tokens_out = len(said) // 4, len(text) // 4 + 1
        price = self.facts.price_in
        return Answer(value, self.facts.name, tokens_in, tokens_out, None if price is None else (tokens_in + tokens_out) * price / 1e6, warnings=warnings)

    def _text(self, prompt: Prompt) -> str:
        matcher = next((matcher for matcher in self._script if _fits(matcher, prompt)), None)
        if matcher is None:
            raise ModelRefusedError(f"the script of {self.facts.name} has no answer to {prompt.task[:80]!r}", hint='add a matcher, or "" for everything else')
        told = self._script[matcher]
        if isinstance(told, list):
            at = self._taken.get(matcher, 0)
            self._taken[matcher] = at + 1
            told = told[min(at, len(told) - 1)]
        if callable(told):
            told = told(prompt)
        if isinstance(told, BaseException):
            raise told
        return told if isinstance(told, str) else json.dumps(told, ensure_ascii=False, default=str)


def _fits(matcher: str, prompt: Prompt) -> bool:
    if matcher.startswith("purpose:"):
        return prompt.purpose == matcher.removeprefix("purpose:")
    return matcher.lower() in prompt.task.lower()

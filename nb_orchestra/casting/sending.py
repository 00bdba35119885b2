"""Everything that leaves is told first: the first words to a model in a kernel with all that a person should know, each prompt
with its exact text; and what a step waits for, once for all of its rows.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from nb_orchestra.core.events import Event, JobWaiting, Sent, Warned
from nb_orchestra.models.telling import heard
from nb_orchestra.models.wire import Inquiry
from nb_orchestra.protocols import ModelFacts

WHOLE = 3
"""Prompts of one step that are told whole; of later ones (rows of a `for_each`) what differs from the first."""
introduced: set[str] = set()
"""Models to which this kernel has sent something."""


@dataclass(slots=True)
class _Told:
    """What of one step was told to one model: the first text, and of all others only their hashes (there may be 100,000)."""

    first: str
    seen: set[int] = field(default_factory=set)
    _same: int = 0

    def new(self, text: str) -> bool:
        before = len(self.seen)
        self.seen.add(hash(text))
        return len(self.seen) > before

    def same(self, text: str) -> int:
        """Characters at the beginning that are as in the first, to a line's end; rows mostly share the same ones."""
        if not self._same or not text.startswith(self.first[: self._same]):
            self._same = _same(self.first, text)
        return self._same


@dataclass(slots=True)
class Sending:
    """One run's ear for what leaves. `places`: where each model is and whose key opens it; `shared`: what of the data leaves, in words."""

    append: Callable[[Event], None]
    later: Callable[[Event], None]
    shared: str
    budget: float
    places: dict[str, str] = field(default_factory=dict)
    _sent: dict[tuple[str, str], _Told] = field(default_factory=dict)
    _waiting: dict[str, dict[object, str]] = field(default_factory=dict)

    def heard(self, step: str) -> AbstractContextManager[None]:
        """Within it, calls of this context are told as this step's."""
        return heard(functools.partial(self._leaves, step), functools.partial(self._waits, step, object()))

    def _leaves(self, step: str, facts: ModelFacts, inquiry: Inquiry) -> None:
        text = "\n\n".join(text if role != "assistant" else f"(its answer)\n{text}" for role, text in inquiry.said)
        self.told(step, facts, text, len(text) // 3, inquiry.max_tokens)

    def told(self, step: str, facts: ModelFacts, text: str, tokens_in: int = 0, tokens_out: int = 0) -> None:
        """Before `text`, without secrets, leaves. The same text of the same step again (a second try) is not told twice."""
        met = f"{facts.name}, {self.shared}"
        if met not in introduced and not facts.local:
            introduced.add(met)
            self.append(Warned(self._introduction(facts, tokens_in, tokens_out)))
        told = self._sent.get((step, facts.name)) or self._sent.setdefault((step, facts.name), _Told(text))
        if told.new(text):
            same = told.same(text) if len(told.seen) > WHOLE else 0
            said = f"(its first {same:,} characters as in this step's first prompt)\n{text[same:]}" if same else text
            self.later(Sent(step, facts.name, len(text), time.time(), said))

    def _introduction(self, facts: ModelFacts, tokens_in: int, tokens_out: int) -> str:
        place = self.places.get(facts.name, "")
        met = f"{place}, {self.shared}"
        if place and met in introduced:
            return f"{_called(facts)} is asked there, too: {self._price(facts, tokens_in, tokens_out)}"
        introduced.add(met)
        return (
            f"{_called(facts)} is asked from now on{f' ({place})' if place else ''}: {self._price(facts, tokens_in, tokens_out)}; "
            f"of your data it gets {self.shared} (%orchestrate sent shows every word)"
        )

    def _price(self, facts: ModelFacts, tokens_in: int, tokens_out: int) -> str:
        if facts.price_in is None or facts.price_out is None:
            return "its price is not known, so tokens are counted"
        most = (tokens_in * facts.price_in + tokens_out * facts.price_out) / 1e6
        return f"this call costs at most {most:.2g} USD, this run at most {self.budget:.2f}" if most else "it costs nothing"

    def _waits(self, step: str, call: object, words: str) -> None:
        """A step waits while any of its calls does; told when that begins, changes for its only call, or ends."""
        waiting = self._waiting.setdefault(step, {})
        if not words and not waiting:
            return
        before = dict(waiting)
        if words:
            waiting[call] = words
        else:
            waiting.pop(call, None)
        if bool(before) != bool(waiting) or (words and list(before) == [call] and before[call] != words):
            self.append(JobWaiting(step, words))


def _called(facts: ModelFacts) -> str:
    return "your chat window" if facts.name == "paste" else facts.name


def _same(first: str, text: str) -> int:
    """Characters at the beginning that are the same, to the last line end among them."""
    low, high = 0, min(len(first), len(text))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if first[:middle] == text[:middle] else (low, middle - 1)
    return text.rfind("\n", 0, low) + 1

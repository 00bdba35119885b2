"""What a call says of itself while it is under way: that it is about to leave, and what it waits for.

Models are shared by the steps of a run, so who listens cannot stand in the model: it stands in the step's context.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable

from nb_orchestra.models.lanes import WAITING
from nb_orchestra.models.wire import Inquiry, Reply, ToldText, Wire
from nb_orchestra.protocols import ModelFacts

Leaving = Callable[[ModelFacts, Inquiry], None]
LEAVING: contextvars.ContextVar[Leaving | None] = contextvars.ContextVar("nb_orchestra_leaving", default=None)
"""Who is told what leaves, word for word, before it does."""


class heard:  # noqa: N801  # a context manager, which reads as a verb
    """Within it, calls of this context are told to these two."""

    __slots__ = ("_both", "_tokens")

    def __init__(self, leaving: Leaving, waiting: Callable[[str], None]) -> None:
        self._both = leaving, waiting

    def __enter__(self) -> None:
        self._tokens = LEAVING.set(self._both[0]), WAITING.set(self._both[1])

    def __exit__(self, *error: object) -> None:
        LEAVING.reset(self._tokens[0])
        WAITING.reset(self._tokens[1])
        self._both[1]("")


class ToldWire:
    """A wire whose every call is told first, as it will be sent: also a second try and a turn to mend an answer."""

    def __init__(self, wire: Wire, facts: ModelFacts) -> None:
        self._wire, self._facts = wire, facts
        self.name, self.identity = wire.name, wire.identity

    async def open(self) -> None:
        await self._wire.open()

    async def send(self, inquiry: Inquiry, on_text: ToldText | None = None) -> Reply:
        told = LEAVING.get()
        if told is not None:
            told(self._facts, inquiry)
        return await self._wire.send(inquiry, on_text)

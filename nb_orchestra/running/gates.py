"""Questions that only a person may answer: put one at a time, journaled, and never twice for the same content.

Where no notebook is there to ask, `NobodyThere` fails at once. The notebook room has the ones that ask.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

from nb_orchestra.cache import Memo
from nb_orchestra.core import events as e
from nb_orchestra.errors import NotApprovedError
from nb_orchestra.protocols import Approver, Question

Value = TypeVar("Value")
_limit: ContextVar[asyncio.Timeout | None] = ContextVar("the step's time limit", default=None)


class NobodyThere:
    """Fails at once: a script or a scheduled run has nobody to ask."""

    async def decide(self, question: Question) -> bool:
        raise _nobody(question)

    async def bring(self, question: Question) -> str:
        raise _nobody(question)


def _nobody(question: Question) -> NotApprovedError:
    way_out = question.way_out or (f"leave {question.flag} out" if question.flag else "")
    hint = f"run it in a notebook, or {way_out}" if way_out else "run it in a notebook"
    return NotApprovedError(f"nobody is there to answer: {question.text}", hint=hint)


class SaysYes:
    """Allows everything: for tests, and for a caller who has already looked. It has no text to bring."""

    async def decide(self, question: Question) -> bool:
        return True

    async def bring(self, question: Question) -> str:
        raise _nobody(question)


@dataclass(slots=True)
class Gate:
    """One run's questions. A yes is remembered by the question's content, also for later runs; a no only for this one."""

    approver: Approver
    append: Callable[[e.Event], None]
    memo: Memo | None = None
    _decided: dict[str, bool] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def allowed(self, question: Question, step: str) -> bool:
        """True where a person said yes, now or before. NotApprovedError where there is nobody to ask. The step's clock stands still meanwhile."""
        with clock_stopped():
            async with self._turn:
                if question.key not in self._decided:
                    self._decided[question.key] = await self._remembered(question) or await self._asked(question, step)
        return self._decided[question.key]

    async def _remembered(self, question: Question) -> bool:
        return self.memo is not None and await self.memo.find_record(f"yes-{question.key}") is True

    async def _asked(self, question: Question, step: str) -> bool:
        self.append(e.JobWaiting(step, "your decision"))
        self.append(e.Asked(question.key, question.text, time.time()))
        yes = bool(await self.approver.decide(question))
        self.append(e.Decided(question.key, yes))
        self.append(e.JobWaiting(step))
        if yes and self.memo is not None:
            await self.memo.keep_record(f"yes-{question.key}", True)
        return yes


async def limited(seconds: float, work: Awaitable[Value]) -> Value:
    """What the work gives, in at most so many seconds, those in which a person thinks not counted. TimeoutError after that."""
    async with asyncio.timeout(seconds) as limit:
        token = _limit.set(limit)
        try:
            return await work
        finally:
            _limit.reset(token)


@contextmanager
def clock_stopped() -> Iterator[None]:
    """Within it, the time limit of the step that runs here stands still."""
    limit = _limit.get()
    ends = limit.when() if limit is not None else None
    if limit is None or ends is None:
        yield
        return
    loop = asyncio.get_running_loop()
    left = ends - loop.time()
    limit.reschedule(None)
    try:
        yield
    finally:
        limit.reschedule(loop.time() + left)

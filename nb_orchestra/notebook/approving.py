"""Asks a person: by the tree's buttons where the page answers, else by `input()`, else not at all.

A gate waits on the portal; the question is put on the main thread, which is the only one that may ask.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from nb_orchestra.errors import NotApprovedError
from nb_orchestra.protocols import Question
from nb_orchestra.running import NobodyThere, portal

SECONDS_FOR_PAGE = 2.5
"""How long the page may take to say that it is there, before the question is asked in the cell."""


class AsksInNotebook:
    """Fills protocols.Approver. `turn` is called by the main thread between waits; `answer` from any thread."""

    def __init__(self, may_type: bool, in_page: bool, page_is_live: Callable[[], bool], show_plan: Callable[[], str]) -> None:
        self._may_type, self._page_is_live, self._show_plan = may_type, page_is_live, show_plan
        self._patience = SECONDS_FOR_PAGE if in_page else 0.0
        self._question: Question | None = None
        self._asked_at = 0.0
        self._future: asyncio.Future[bool] | None = None

    async def decide(self, question: Question) -> bool:
        """Waits for a person. NotApprovedError at once where nobody can be there."""
        if not self._may_type and not self._page_is_live():
            return await NobodyThere().decide(question)
        self._future = asyncio.get_running_loop().create_future()
        self._asked_at, self._question = time.monotonic(), question
        return await self._future

    def answer(self, yes: bool) -> None:
        """A person decided."""
        self._question = None
        if self._future is not None:
            portal().call(_settle, self._future, yes)

    def turn(self) -> None:
        """On the main thread: puts a waiting question in the cell when the page has not answered for it."""
        if self._question is None or self._page_is_live() or time.monotonic() - self._asked_at < self._patience:
            return
        question, self._question = self._question, None
        try:
            typed = input(f"{self._show_plan()}\n{question.text} [y/n] ")
        except Exception as error:
            self._fail(error, question)
            return
        self.answer(typed.strip().lower() in ("y", "yes"))

    def _fail(self, error: Exception, question: Question) -> None:
        if self._future is not None:
            portal().call(_break, self._future, NotApprovedError(f"{question.text}: nobody could be asked ({error})", hint=f"leave {question.flag} out"))


def _settle(future: asyncio.Future[bool], yes: bool) -> None:
    if not future.done():
        future.set_result(yes)


def _break(future: asyncio.Future[bool], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)

"""Asks a person: by the tree's buttons where the page answers, else by `input()`, else not at all.

A gate waits on the portal; the question is put on the main thread, which is the only one that may ask.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nb_orchestra.core.plan import Plan
from nb_orchestra.errors import NotApprovedError
from nb_orchestra.protocols import Question
from nb_orchestra.running import NobodyThere, portal

SECONDS_FOR_PAGE = 8.0
"""How long the page may take to say that it is there, before the question is asked in the cell (a kernel that cannot hear it asks at once)."""


@dataclass(slots=True, eq=False)
class _Waiting:
    """A question that is open. `typed`: it was put in the cell."""

    question: Question
    answer: asyncio.Future[Any]
    since: float
    typed: bool = False


class AsksInNotebook:
    """Fills protocols.Approver. `turn` is called by the main thread between waits; `answer` from any thread."""

    def __init__(
        self, may_type: bool, in_page: bool, page_is_live: Callable[[], bool], show_plan: Callable[[], str], typed: Callable[[str], None] = lambda key: None
    ) -> None:
        self._may_type, self._page_is_live, self._show_plan, self._typed = may_type, page_is_live, show_plan, typed
        self._patience = SECONDS_FOR_PAGE if in_page and _hears_while_busy() else 0.0
        self._open: dict[str, _Waiting] = {}

    async def decide(self, question: Question) -> bool | Mapping[str, Any]:
        """Waits for a person. NotApprovedError at once where nobody can be there."""
        if self._nobody:
            return await NobodyThere().decide(question)
        answer: bool | Mapping[str, Any] = await self._answered(question)
        return answer

    async def bring(self, question: Question) -> str:
        """Waits for a text. NotApprovedError at once where nobody can be there."""
        if self._nobody:
            return await NobodyThere().bring(question)
        return str(await self._answered(question))

    @property
    def _nobody(self) -> bool:
        return not self._may_type and not self._page_is_live()

    @property
    def plan(self) -> Plan | None:
        """The plan that a person is asked about now; None where no question is about one."""
        return next((one.question.plan for one in list(self._open.values()) if one.question.plan is not None), None)

    async def _answered(self, question: Question) -> Any:
        waiting = _Waiting(question, asyncio.get_running_loop().create_future(), time.monotonic())
        self._open[question.key] = waiting
        try:
            return await waiting.answer
        finally:
            self._open.pop(question.key, None)

    def answer(self, given: bool | str | Mapping[str, Any], key: str = "") -> None:
        """A person answered a question: the one of this key, or the oldest."""
        waiting = self._open.get(key) or next(iter(self._open.values()), None)
        if waiting is not None:
            portal().call(_settle, waiting.answer, given)

    def turn(self) -> None:
        """On the main thread: puts a waiting question in the cell when the page has not answered for it."""
        waiting = next((one for one in list(self._open.values()) if not one.typed), None)
        if waiting is None or self._page_is_live() or time.monotonic() - waiting.since < self._patience:
            return
        waiting.typed = True
        question = waiting.question
        self._typed(question.key)
        try:
            given = self._brought(question) if question.brings else self._decided(question)
        except Exception as error:
            portal().call(_break, waiting.answer, NotApprovedError(f"{question.text}: nobody could be asked ({error})", hint=f"leave {question.flag} out"))
            return
        portal().call(_settle, waiting.answer, given)

    def _decided(self, question: Question) -> bool:
        typed = input(f"{self._show_plan()}\n{question.text} [y/n] ")
        return typed.strip().lower() in ("y", "yes")

    def _brought(self, question: Question) -> str:
        """One line fits here; a longer reply goes into the file, and Enter says that it is there."""
        return input(f"{question.brings}\n{question.text}\nthe reply in one line, or Enter once it is in the file beside (….answer.md): ")


def _hears_while_busy() -> bool:
    """Before version 7 no kernel heard a click while a cell ran: then the question is put in the cell at once."""
    ipykernel = sys.modules.get("ipykernel")
    return getattr(ipykernel, "version_info", (0,))[0] >= 7


def _settle(future: asyncio.Future[Any], given: Any) -> None:
    if not future.done():
        future.set_result(given)


def _break(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)

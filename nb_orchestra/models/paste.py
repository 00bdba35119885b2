"""A chat window as the model: prompts go out by a person's copy, answers come back by their paste.

Prompts that wait together go out in one paste with one answer. Each paste is also a file, and an answer that lies beside it
(`….answer.md`) is taken as if it had been pasted: so a run without anybody there can be answered later, and the next day
nothing is asked again. Answers are read and checked like any other's; one that cannot be used goes out once more with the complaint.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from nb_orchestra.core.prompt import Answer, Prompt
from nb_orchestra.errors import BadAnswerError, ModelRefusedError, NotApprovedError
from nb_orchestra.models.forms import value_of
from nb_orchestra.models.rendering import PLANNING, Rendered, Share, again, filled, render, wording
from nb_orchestra.models.telling import LEAVING
from nb_orchestra.models.wire import Inquiry
from nb_orchestra.protocols import ModelFacts

SETTLES = 0.3
"""Seconds without a new prompt before those that wait go out together."""
TRIES = 3
USUAL_PASTES = 2
"""The plan, then the answers of its steps; one where the plan is there."""
_ANSWER = re.compile(r"^[\s#=*]*ANSWER\s+(\d+)[\s=*:]*$", re.MULTILINE | re.IGNORECASE)

Bring = Callable[[str, str, str], Awaitable[str]]
"""Asks a person for the reply to a paste: (key, words for the person, text to copy). NotApprovedError where nobody is there."""


@dataclass(slots=True, eq=False)
class _Open:
    """A prompt that waits for its answer. `text`: the user's part, grown by complaints; `wrong`: what was wrong with the last reply;
    `further`: what to say in the same chat after it, where it was the only question there."""

    key: str
    prompt: Prompt
    said: Rendered
    answer: asyncio.Future[Answer]
    text: str
    tries: int = 0
    wrong: str = ""
    further: str = ""


@dataclass(slots=True, eq=False)
class PasteModel:
    """Fills the Model socket. `folder`: where prompts and answers lie; `most`: characters of one paste; `paused`: stops the clock of the step that waits."""

    folder: Path
    share: Share
    bring: Bring
    most: int = 8_000
    hide: Callable[[str], str] = str
    paused: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext
    facts: ModelFacts = field(default_factory=lambda: ModelFacts("paste", context_tokens=200_000, price_in=0.0, price_out=0.0))
    tells = True
    _open: list[_Open] = field(default_factory=list)
    _count: int = 0
    _usual: int = 0
    _pump: asyncio.Task[None] | None = None

    async def answer(self, prompt: Prompt, on_text: Callable[[str], None] | None = None) -> Answer:
        """The pasted answer. ModelRefusedError that names the files where nobody is there; BadAnswerError after three that cannot be used."""
        said = render(prompt, self.share)
        text = self.hide(said.user)
        key = _digest(said.system, text)
        kept = self._kept(key, prompt)
        if kept is not None:
            return kept
        told = LEAVING.get()
        if told is not None:
            told(self.facts, Inquiry((("system", said.system), ("user", text)), 0))
        waiting = _Open(key, prompt, said, asyncio.get_running_loop().create_future(), text)
        self._open.append(waiting)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.get_running_loop().create_task(self._all())
        try:
            with self.paused():
                return await waiting.answer
        finally:
            if waiting in self._open:
                self._open.remove(waiting)

    async def _all(self) -> None:
        """Pastes as long as something waits."""
        while self._open:
            await self._settled()
            batch = self._batch()
            if not batch:
                return
            try:
                self._take(batch, await self._brought(batch))
            except Exception as error:
                for waiting in batch:
                    self._end(waiting, error)

    async def _settled(self) -> None:
        before = -1
        while before != len(self._open):
            before = len(self._open)
            await asyncio.sleep(SETTLES)

    def _batch(self) -> list[_Open]:
        """The first that wait, as many as one paste holds; at least one, however long."""
        batch: list[_Open] = []
        for waiting in self._open:
            if batch and len(self._composed([*batch, waiting])) > self.most:
                break
            batch.append(waiting)
        return batch

    def _composed(self, batch: Sequence[_Open]) -> str:
        system = batch[0].said.system
        if len(batch) == 1:
            return f"{system}\n\n{batch[0].text}\n"
        parts = [f"=== QUESTION {at} ===\n\n{waiting.text}" for at, waiting in enumerate(batch, 1)]
        return "\n\n".join([system, filled(wording("several"), {"count": str(len(batch))}), *parts]) + "\n"

    async def _brought(self, batch: Sequence[_Open]) -> str:
        """The reply: from the file beside the prompt, else from a person."""
        whole = self._composed(batch)
        key = _digest(whole)
        asked, replied = self.folder / f"{key}.prompt.md", self.folder / f"{key}.answer.md"
        self._write(asked, whole)
        if reply := _lying(replied):
            return reply
        text = batch[0].further if len(batch) == 1 and batch[0].further else whole
        try:
            return await self.bring(key, self._words(batch, text, asked), text) or _lying(replied)
        except NotApprovedError:
            pass
        raise ModelRefusedError(
            f"the reply to {asked} is missing, and nobody is there to paste it",
            hint=f"put that file's text into a chat, save its reply as {replied.name} beside it, and run the cell again",
        )

    def _words(self, batch: Sequence[_Open], text: str, file: Path) -> str:
        """Which paste this is, of about how many, and what to do; of a reply that could not be used, why."""
        again = [waiting.wrong for waiting in batch if waiting.wrong]
        if text == batch[0].further:
            then = f"say this in the same chat and bring its whole reply back (for a new chat the whole prompt is in {file})"
            return f"The reply could not be used ({again[0]}): {then}"
        if not again:
            self._usual = self._usual or (1 if all(waiting.prompt.purpose not in PLANNING for waiting in batch) else USUAL_PASTES)
            self._count += 1
        first = f"The reply could not be used ({again[0]})" if again else f"Paste {self._count} of about {max(self._count, self._usual)}"
        words = f"{first}: copy this into your chat and bring its whole reply back (also in {file})"
        if len(text) > self.most:  # one prompt alone, which cannot be cut
            words += f". It has {len(text):,} characters: where your chat does not take that many, attach the file"
        return words

    def _take(self, batch: Sequence[_Open], reply: str) -> None:
        """Gives each prompt its part of the reply; what cannot be used is asked for again with the complaint."""
        for waiting, part in zip(batch, _parts(reply, len(batch)), strict=True):
            try:
                answer = self._read(part, waiting.prompt)
            except BadAnswerError as error:
                waiting.tries += 1
                complaint = again(error, waiting.prompt.output)
                waiting.text += f"\n\n{complaint}"
                waiting.wrong, waiting.further = error.message, complaint if len(batch) == 1 else ""
                if waiting.tries >= TRIES:
                    self._end(waiting, BadAnswerError(f"pasted answer: {error.message}", hint=error.hint))
                continue
            self._write(self.folder / f"{waiting.key}.kept.md", part)
            self._end(waiting, answer)

    def _read(self, text: str, prompt: Prompt) -> Answer:
        if not text.strip():
            raise BadAnswerError("the reply holds no answer to this question")
        value, warnings = value_of(text, prompt.output)
        return Answer(value, self.facts.name, warnings=warnings)

    def _kept(self, key: str, prompt: Prompt) -> Answer | None:
        file = self.folder / f"{key}.kept.md"
        try:
            return self._read(file.read_text("utf-8", "replace"), prompt) if file.is_file() else None
        except (BadAnswerError, OSError):
            return None

    def _end(self, waiting: _Open, outcome: Answer | Exception) -> None:
        if waiting in self._open:
            self._open.remove(waiting)
        if waiting.answer.done():
            return
        if isinstance(outcome, Answer):
            waiting.answer.set_result(outcome)
        else:
            waiting.answer.set_exception(outcome)

    def _write(self, file: Path, text: str) -> None:
        """A file for this person's eyes only; a disk that cannot be written is told by the error that names the file."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", errors="replace") as opened:
                opened.write(text)


def _lying(file: Path) -> str:
    """The reply that lies beside the prompt, once: one that could not be used must not come again."""
    reply = file.read_text("utf-8", "replace") if file.is_file() else ""
    if reply.strip():
        file.rename(file.with_suffix(".taken"))
    return reply


def _parts(reply: str, count: int) -> list[str]:
    """The answers in a reply, by their marks; one question takes the whole of it."""
    marks = list(_ANSWER.finditer(reply))
    if count == 1:
        return [reply[marks[0].end() :] if len(marks) == 1 and not reply[: marks[0].start()].strip() else reply]
    ends = [*(mark.start() for mark in marks[1:]), len(reply)]
    found = {int(mark[1]): reply[mark.end() : end] for mark, end in zip(marks, ends, strict=True)}
    return [found.get(at, "").strip() for at in range(1, count + 1)]


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()[:12]

# size: one step's whole life reads in one place
"""One step of one run: fill it in, look whether its value is kept, else do it and keep it, and say what happened."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from nb_orchestra import values
from nb_orchestra.cache import FIRST_TIME, Identity, Memo, explain, identify, unnameable
from nb_orchestra.core import events as e
from nb_orchestra.core.job import Job
from nb_orchestra.core.outcome import Cancelled, Failure, Outcome, Result
from nb_orchestra.core.plan import Step
from nb_orchestra.core.settings import Settings
from nb_orchestra.errors import OrchestraError
from nb_orchestra.protocols import StepKind
from nb_orchestra.running.answered import ASKING, about_to_ask, name_of, of_another_model
from nb_orchestra.running.checking import checked
from nb_orchestra.running.context import Context, stood_in
from nb_orchestra.running.filling import AnyRow, Filling, row_step
from nb_orchestra.running.freshness import dated, now_text, too_old
from nb_orchestra.running.identity import OTHER, parts_of, row_parts
from nb_orchestra.running.perform import hidden, perform
from nb_orchestra.running.row_memo import RowMemo
from nb_orchestra.running.rows import RowRun, gathered, read_rows
from nb_orchestra.running.wiring import never_before

BIG_CELLS = 200_000
ELSEWHERE = "another kernel, which is doing this very step"
PARTIAL = ".partial"
"""Ends the key of a result some of whose rows failed."""


async def anything(step: Step, content: Callable[[], str]) -> None:
    """Permits every step."""


@dataclass(slots=True)
class StepRun:
    """Does one step. `before`: the parts of its identity at the last run, for the words of 'why'.

    `note` gets the outcome before the journal says so: whoever reads "done" there, on any thread, finds the value.
    `permit` raises where the step's inputs must not go where it would send them; `labels` gives its value's labels (running/flow).
    """

    step: Step
    filling: Filling
    kind: StepKind
    context: Context
    settings: Settings
    memo: Memo | None
    append: Callable[[e.Event], None]
    note: Callable[[Outcome], None] = lambda outcome: None
    before: Mapping[str, str] | None = None
    permit: Callable[[Step, Callable[[], str]], Awaitable[None]] = anything
    labels: Callable[[Step], frozenset[str]] = lambda step: frozenset()
    earlier: Callable[[str], Awaitable[Mapping[str, str] | None]] = never_before
    recorded: Callable[[Mapping[str, str], bool], tuple[str, str] | None] = lambda parts, any_model: None
    hide: Callable[[str], str] = str
    given: Callable[[Result], None] = lambda result: None
    """Gets the value before it is kept, where another answer would do no harm: of a question to a model that is whole."""
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Recipes share what they stand on: read by one step at a time, it is read once, and into the memory of one thread."""
    identity: Identity | None = None
    why: str = ""
    remarks: tuple[str, ...] = ()
    """Told of this run's step, and no part of its value: the steps below must not read it."""
    started: float = 0.0
    _labelled: Result | None = None

    async def outcome(self) -> Outcome:
        """How the step ended; already noted and in the journal."""
        self.started = time.monotonic()
        try:
            self.append(e.JobStarted(self.step.id, time.time(), 1, *about_to_ask(self.step, self.context.chosen)))
            outcome: Outcome = await self._found_or_done()
        except asyncio.CancelledError:
            key, parts = (self.identity.key, self.identity.parts) if self.identity else ("", {})
            self.append(e.JobEnded(self.step.id, "cancelled", time.time(), time.monotonic() - self.started, key=key, parts=parts))
            raise
        except OrchestraError as error:
            outcome = Failure(type(error).__name__, error.message, error.hint, exception=error)
        except Exception as error:  # a fault of ours must end this step, not the run
            outcome = Failure(type(error).__name__, str(error), exception=error)
        if isinstance(outcome, Result):
            outcome = self._labelled or replace(outcome, labels=self.labels(self.step))
        elif isinstance(outcome, Failure):
            outcome = hidden(outcome, self.hide)
        self.note(outcome)
        self.append(self._ended(outcome))
        return outcome

    async def kept(self) -> Result | None:
        """The value that an equal step left in the cache, also by another model that may stand in, where there is one. Does nothing else."""
        job = self.filling.job(self.step) if self.step.for_each is None else self.filling.job(self.step, row=AnyRow())
        await self._identify(job)
        if self.memo is None or self.identity is None or self.settings.fresh:
            return None
        kept = await self.memo.find(self.identity)
        if kept is None:
            other = await of_another_model(self.step, self.identity, self.memo, self.context.chosen)
            return other[0] if other is not None and isinstance(other[0], Result) else None
        return None if self._too_old(kept) else kept

    def _too_old(self, kept: Result) -> bool:
        return self.context.looks_outside and too_old(kept, self.settings)

    async def _found_or_done(self) -> Result | Failure:
        job = self.filling.job(self.step) if self.step.for_each is None else self.filling.job(self.step, row=AnyRow())
        await self._identify(job)
        async with AsyncExitStack() as stack:
            found = await self._found(job, stack)
            if found is not None:
                return await self._retold(found, job)
            if self.settings.replay:
                return await self._partial() or self._missed(job)
            if self.identity is not None:
                self.append(e.JobMissed(self.step.id, self.identity.parts))
            await self.permit(self.step, lambda: self._content(job))
            found = await self._done_elsewhere(job, stack)
            if found is not None:
                return found
            outcome = await self._rows(job) if self.step.for_each is not None else await self._perform(job)
            if isinstance(outcome, Result):
                if not outcome.taken_at:
                    outcome = replace(outcome, taken_at=now_text())
                await self._given_and_kept(outcome)
            if self.before is None and self.identity is not None and self.why == FIRST_TIME:
                self.why = explain(self.identity.parts, await self.earlier(self.step.name), job.sources)
            return outcome

    async def _retold(self, found: Result | Failure, job: Job) -> Result | Failure:
        """A kept value as this run tells it, where its kind of step tells anything of the run in it."""
        retold = getattr(self.kind, "retold", None)
        if retold is None or isinstance(found, Failure) or not getattr(found.value, "links", ()):
            return found
        told: Result = await asyncio.to_thread(retold, found, job)
        return told

    async def _found(self, job: Job, stack: AsyncExitStack) -> Result | Failure | None:
        """What an equal step gave. Where there is nothing, no other run of this process begins the same until `stack` is closed."""
        if self.memo is None or self.identity is None or self.settings.fresh:
            return None
        await stack.enter_async_context(self.memo.lock(self.identity.key))
        kept = await self._fitting(job)
        if kept is not None:
            return kept
        other = await of_another_model(self.step, self.identity, self.memo, self.context.chosen)
        if other is not None:
            self.why = other[1]
            return other[0]
        return await self._of_other_versions()

    async def _done_elsewhere(self, job: Job, stack: AsyncExitStack) -> Result | None:
        """What another process, which was at this very step, gave; from then on no other process begins it. After a person's yes: nobody waits for that."""
        if self.memo is None or self.identity is None or self.settings.fresh:
            return None
        waited = await stack.enter_async_context(self.memo.alone(self.identity.key, lambda: self.append(e.JobWaiting(self.step.id, ELSEWHERE))))
        if not waited:
            return None
        self.append(e.JobWaiting(self.step.id))
        return await self._fitting(job)

    async def _fitting(self, job: Job) -> Result | None:
        """The kept value, where it is not too old; says why it is taken, or why not."""
        assert self.memo is not None
        assert self.identity is not None
        kept = await self.memo.find(self.identity)
        if kept is None:
            return None
        if self._too_old(kept):
            self.why = f"taken {kept.taken_at}, more than {self.settings.freshness:g} h ago"
            return None
        self.why = explain(self.identity.parts, self.identity.parts, job.sources) + dated(kept, self.context.looks_outside)
        return kept

    def _content(self, job: Job) -> str:
        """What the step would send, by content: a person's yes is for this and nothing else. Never the same where it cannot be named."""
        rows = {} if self.step.for_each is None else {"rows": self.filling.source_rows(self.step)}
        identity = identify({**{f"param {name}": value for name, value in job.params.items()}, **rows})
        return identity.key if identity is not None else secrets.token_hex(16)

    async def _of_other_versions(self) -> Result | None:
        """What a bundle in use holds for this very job, made with other versions of what computes: a bundle gives back what it was made of."""
        assert self.memo is not None
        assert self.identity is not None
        found = self.recorded(self.identity.parts, self.step.kind in ASKING and self.context.chosen().free)
        kept = await self.memo.find(Identity(found[0], self.identity.parts)) if found is not None else None
        if found is None or kept is None:
            return None
        self.why, self.remarks = found[1], (found[1],)
        return kept

    async def _partial(self) -> Result | None:
        """What a `for_each` with failed rows gave: good enough to replay."""
        if self.memo is None or self.identity is None:
            return None
        return await self.memo.find(Identity(f"{self.identity.key}{PARTIAL}", self.identity.parts))

    def _missed(self, job: Job) -> Failure:
        model = f" with {self.context.model_for(job).name}" if self.step.kind == "ask" else ""
        return Failure("ReplayMissError", f"step {self.step.name}{model} is not kept: {self.why or 'it was never run'}", "run the cell once without --replay")

    async def _identify(self, job: Job) -> None:
        """Sets the identity and the words for 'why'. Large values are read off the loop."""
        if self.step.kind == "code":
            async with self.reading:
                parts = await asyncio.to_thread(self._parts, job)
        else:
            parts = await asyncio.to_thread(self._parts, job) if self.step.kind == "search" else self._parts(job)
        if parts is None:
            self.why = "has effects, so it is never taken from the cache"
            return
        if self.step.for_each is not None:
            parts |= row_parts(self.step, self.filling.source_rows(self.step))
        self.identity = await asyncio.to_thread(identify, parts) if _any_big(parts.values()) else identify(parts)
        self.why = (
            explain(self.identity.parts, self.before, job.sources) if self.identity else f"cannot be kept: {unnameable(parts)} cannot be named by content"
        )

    def _parts(self, job: Job) -> dict[str, Any] | None:
        return parts_of(self.step, job, self.kind, self.context)

    async def _perform(self, job: Job) -> Result | Failure:
        async def do(job: Job) -> Result | Failure:
            return await perform(self.kind, job, self.context, self.settings, self._retried, self.hide)

        others: list[str] = []
        stood_in.set(others)
        outcome = await (do(job) if job.check is None else checked(job, job.check, self.context, do))
        return replace(outcome, stood_in=others[-1]) if others and isinstance(outcome, Result) else outcome

    def _retried(self, attempt: int, message: str) -> None:
        self.append(e.JobRetried(self.step.id, time.time(), attempt, message))

    async def _rows(self, job: Job) -> Result | Failure:
        source = self.filling.source_rows(self.step)
        rows = read_rows(source, self.settings.rows)
        parts = self._parts(job)
        base = identify(parts) if parts is not None else None
        memo = RowMemo(self.memo, self.settings.fresh, self._too_old)
        run = RowRun(self.step, rows, base.key if base else "", self._row_doer(), self._row_report, self.settings.parallel, memo)
        await run.go()
        return gathered(run, source)

    def _row_doer(self) -> Callable[[Any], Awaitable[Result | Failure]]:
        """Does one row that is not kept."""
        step, jobs = row_step(self.step), self.filling.jobs(self.step)

        async def one(items: Any) -> Result | Failure:
            if self.settings.replay:
                return Failure("ReplayMissError", "this row is not kept")
            try:
                job = jobs(items)
            except OrchestraError as error:
                return Failure(type(error).__name__, error.message, error.hint, exception=error)
            return await self._perform(job if step is self.step else replace(job, step=step))

        return one

    def _row_report(self, done: int, failed: int, total: int, left: float) -> None:
        self.append(e.RowsAdvanced(self.step.id, done, failed, total, left))

    async def _given_and_kept(self, result: Result) -> None:
        """Keeps the value. Steps that begin with it before it is kept stand on it, so it stays whatever keeping it meets."""
        if self.step.kind not in ASKING or result.gaps or result.failures:
            return await self._keep(self.identity, result)
        self._labelled = replace(result, labels=self.labels(self.step))
        self.given(self._labelled)
        try:
            await self._keep(self.identity, result)
        except Exception as error:
            self.why = f"cannot be kept: {type(error).__name__}: {error}"
        return None

    async def _keep(self, identity: Identity | None, result: Result) -> None:
        if self.memo is None or identity is None:
            return
        if self.step.kind == "call" and _holds_secret(result.value, self.hide):
            self.why = "cannot be kept: it holds a secret of this machine"
            return
        if result.failures:  # found by a replay only: a run tries the failed rows again
            identity = Identity(f"{identity.key}{PARTIAL}", identity.parts)
        elif result.stood_in:  # found through its question: under this identity stands only what the model asked gave
            identity = Identity(f"{identity.key}{OTHER}", identity.parts)
        kept = await self.memo.keep(identity, result, name_of(self.step, self.identity, result, self.context.chosen), patient=self.step.kind in ASKING)
        if kept is not None:
            self.why = f"cannot be kept: {kept}"

    def _ended(self, outcome: Outcome) -> e.JobEnded:
        step, now, seconds = self.step.id, time.time(), time.monotonic() - self.started
        key, parts = (self.identity.key, self.identity.parts) if self.identity else ("", {})
        if isinstance(outcome, Result):
            usage = outcome.usage
            return e.JobEnded(
                step,
                "done",
                now,
                seconds,
                outcome.cached,
                key,
                parts,
                self.hide(values.short(outcome.value)),
                outcome.model,
                outcome.reason,
                0 if outcome.cached else usage.tokens_in,
                0 if outcome.cached else usage.tokens_out,
                0 if outcome.cached else usage.calls,
                0.0 if outcome.cached else usage.cost,
                (usage.cost or 0.0) if outcome.cached else 0.0,
                message=f"{len(outcome.failures):,} of {outcome.rows:,} rows failed" if outcome.failures else "",
                warnings=(*outcome.warnings, *self.remarks),
                why=self.why,
            )
        if isinstance(outcome, Failure):
            return e.JobEnded(
                step,
                "failed",
                now,
                seconds,
                key=key,
                parts=parts,
                error=outcome.error,
                message=outcome.message,
                hint=outcome.hint,
                attempts=outcome.attempts,
                why=self.why,
            )
        return e.JobEnded(step, "cancelled" if isinstance(outcome, Cancelled) else "skipped", now, seconds)


def _holds_secret(value: Any, hide: Callable[[str], str]) -> bool:
    """Whether a tool gave a key as its value. It is the person's own and bound as it is, but no file of ours holds it."""
    told = values.describe(value, "full")
    return hide(told) != told


def _any_big(parts: Iterable[Any]) -> bool:
    """Whether one of them takes long to name, by a rough size: cells of a table or array, items of a list."""
    for part in parts:
        if type(part) is str:
            continue
        size = getattr(part, "size", None)
        if (size if isinstance(size, int) else len(part) if isinstance(part, (list, tuple, dict)) else 0) > BIG_CELLS:
            return True
    return False

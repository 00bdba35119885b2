"""The one place where a step's error is caught: a job becomes a Result or a Failure, never an exception.

Only what may pass by itself (a busy provider, a dropped connection) is tried again, and never a tool with effects.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

from nb_orchestra import values
from nb_orchestra.core.job import Job
from nb_orchestra.core.outcome import Failure, Result
from nb_orchestra.core.settings import Settings
from nb_orchestra.errors import BadAnswerError, ModelUnavailableError, OrchestraError, OutputError
from nb_orchestra.protocols import StepContext, StepKind
from nb_orchestra.running.freshness import now_text
from nb_orchestra.running.gates import limited

TRANSIENT = (ModelUnavailableError, BadAnswerError, ConnectionError, TimeoutError)
FIRST_PAUSE = 0.2


async def perform(
    kind: StepKind, job: Job, context: StepContext, settings: Settings, on_retry: Callable[[int, str], None], hide: Callable[[str], str] = str
) -> Result | Failure:
    """Does a job, at most `settings.attempts` times and `settings.step_seconds` long. `hide` takes the secrets out of what an error says."""
    started = time.monotonic()
    attempt = 1
    while True:
        try:
            outcome = await limited(settings.step_seconds, _checked(kind, job, context))
        except Exception as error:  # whatever a step raises ends here, by design
            if attempt < settings.attempts and isinstance(error, TRANSIENT) and not _timed_out(started, settings) and _may_repeat(job, context):
                attempt += 1
                on_retry(attempt, hide(_failure(error, attempt, started, settings).message))
                await asyncio.sleep(FIRST_PAUSE * 2 ** (attempt - 2))
                continue
            return hidden(_failure(error, attempt, started, settings), hide)
        if isinstance(outcome, Failure):
            return replace(hidden(outcome, hide), seconds=time.monotonic() - started)
        return replace(outcome, seconds=time.monotonic() - started, taken_at=now_text())


def hidden(failure: Failure, hide: Callable[[str], str]) -> Failure:
    """The failure without secrets; where there were any, also without the exception, whose frames hold them too. What could rule a terminal goes as well."""
    said = (failure.error, failure.message, failure.hint, failure.trace, failure.printed)
    shown = tuple(map(hide, said))
    error, message, hint, trace, printed = map(values.clean_text, shown)
    kept = failure.exception if shown == said else None
    return replace(failure, error=error, message=message, hint=hint, trace=trace, printed=printed, exception=kept)


async def _checked(kind: StepKind, job: Job, context: StepContext) -> Result | Failure:
    result = await kind.perform(job, context)
    if isinstance(result, Failure):
        return result
    complaints = values.check(result.value, job.step.output)
    if complaints:
        raise OutputError(f"not what was promised: {'; '.join(complaints[:3])}", hint="the step's value is dropped, so that nothing is built on it")
    return result


def _timed_out(started: float, settings: Settings) -> bool:
    return time.monotonic() - started >= settings.step_seconds


def _may_repeat(job: Job, context: StepContext) -> bool:
    return job.step.kind != "call" or not context.tool(job.params["tool"]).effects


def _failure(error: Exception, attempts: int, started: float, settings: Settings) -> Failure:
    seconds = time.monotonic() - started
    if isinstance(error, TimeoutError) and _timed_out(started, settings):
        return Failure("LimitError", f"took longer than {settings.step_seconds:g} s", "raise it with %orchestrate set step_seconds", attempts, seconds=seconds)
    if isinstance(error, OrchestraError):
        return Failure(type(error).__name__, error.message, error.hint, attempts, seconds=seconds, exception=error)
    return Failure(type(error).__name__, str(error) or type(error).__name__, "", attempts, seconds=seconds, exception=error)

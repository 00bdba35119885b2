"""`check` on a step: its value is graded, and a rejection goes back to the same step with the reasons, a few times at most.

Each further try is a harder effort, so that a stronger model may answer. It ends early where nothing changes, or where the step cannot do
better (a recipe or a tool gives the same again). What was not accepted is kept, with a warning and a gap that says why: partial, never passed off as whole.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from nb_orchestra import values
from nb_orchestra.core.job import Job
from nb_orchestra.core.outcome import Failure, Result
from nb_orchestra.core.prompt import Block
from nb_orchestra.errors import ModelError
from nb_orchestra.protocols import StepContext
from nb_orchestra.steps.judge import Grade, grade_of, named

ROUNDS = 2
MOST_ROUNDS = 5

Do = Callable[[Job], Awaitable[Result | Failure]]
"""Does a job once (running/perform)."""


async def checked(job: Job, check: Mapping[str, Any], context: StepContext, do: Do) -> Result | Failure:
    """The outcome of the job, once its value was accepted or no round is left. `check`: criterion, against (filled), rounds."""
    outcome = await do(job)
    rounds = min(int(check.get("rounds", ROUNDS)), MOST_ROUNDS)
    for turn in range(rounds + 1):
        if isinstance(outcome, Failure):
            return outcome
        grade = await _grade(outcome, job, check, context)
        outcome = replace(outcome, usage=outcome.usage + grade.usage)
        if grade.passed:
            return replace(outcome, reason=f"{outcome.reason}; accepted by {grade.by}") if grade.by else _unchecked(outcome, grade)
        if turn == rounds or not can_do_better(job):
            return _rejected(outcome, check, grade, turn)
        context.retried(turn + 2, f"rejected: {grade.reason}"[:500])
        again = await do(_told(job, outcome, grade))
        if isinstance(again, Failure):
            return _rejected(outcome, check, grade, turn + 1)
        again = replace(again, usage=outcome.usage + again.usage)
        if same(again.value, outcome.value):
            return _rejected(again, check, grade, turn + 1)
        outcome = again
    return outcome


def can_do_better(job: Job) -> bool:
    """True where another try may give another value: a model does it."""
    return job.step.kind == "ask" or (job.step.kind == "code" and "instructions" in job.params)


async def _grade(outcome: Result, job: Job, check: Mapping[str, Any], context: StepContext) -> Grade:
    inputs = [Block(name, item, job.made_by.get(name)) for part in ("inputs", "arguments") for name, item in job.params.get(part, {}).items()]
    against = [Block(name, item, job.held_made_by.get(name)) for name, item in named(check.get("against")).items()]
    shown = [Block("value", outcome.value, {"name": job.step.name, "kind": "ask"})] if job.step.kind == "ask" else []  # its own words, not the person's data
    try:
        return await grade_of(outcome.value, str(check["criterion"]), context, against=against, inputs=inputs, shown=shown)
    except ModelError as error:
        return Grade(True, error.message, "")


def _told(job: Job, outcome: Result, grade: Grade) -> Job:
    """The job with what was wrong with its last value."""
    last = str(outcome.value) if isinstance(outcome.value, str) else outcome.code or _in_words(outcome.value)
    notes = {**job.notes, "rejected": grade.reason, "your last answer": last[:20_000]}
    return replace(job, step=replace(job.step, effort="hard"), attempt=job.attempt + 1, notes=notes)


def _in_words(value: Any) -> str:
    """A model's own record or list, as it gave it."""
    return json.dumps(value, ensure_ascii=False, default=str) if values.kind_of(value) in ("record", "list") else values.short(value)


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal by content; never for what cannot be named."""
    mine, theirs = values.content(one), values.content(other)
    return mine is not None and mine == theirs


def _rejected(outcome: Result, check: Mapping[str, Any], grade: Grade, turns: int) -> Result:
    tries = f"after {turns + 1} tries" if turns else "and there is no other way to make it"
    said = f"not accepted ({check['criterion']}) {tries}: {grade.reason}"
    return replace(outcome, warnings=(*outcome.warnings, said), gaps=(*outcome.gaps, said))


def _unchecked(outcome: Result, grade: Grade) -> Result:
    return replace(outcome, warnings=(*outcome.warnings, f"the criterion was not checked: {grade.reason}"))

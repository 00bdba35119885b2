"""A run of an earlier kernel as a Run: rebuilt from its journal (what happened) and the cache (what each step gave).

Values are found by the identity that the journal names for each finished step. So a value that was trimmed away is missing here, and
one that was renewed since is the new one: `renewed` says which.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from nb_orchestra import errors
from nb_orchestra.core.events import Event, JobEnded, PlanChanged, PlanMade, RunEnded, StepRenamed
from nb_orchestra.core.goal import Goal
from nb_orchestra.core.outcome import Failure, Result
from nb_orchestra.core.plan import Output, Plan, Step
from nb_orchestra.core.progress import Progress
from nb_orchestra.running.identity import OTHER
from nb_orchestra.running.one_step import PARTIAL
from nb_orchestra.running.run import Run

ENDINGS = (OTHER, PARTIAL, "")
"""Where a step's value may be kept, the surest last."""
INTERRUPTED = "its kernel ended while it ran; %orchestrate resume goes on from what was finished"


def plan_from(data: Mapping[str, Any]) -> Plan:
    """The Plan that gave `Plan.as_data()`, without a catalogue: its tools need not be there now. PlanError, TypeError or KeyError for other data."""
    steps = [Step(**{**step, "output": Output(**step.get("output", {})), "needs": tuple(step.get("needs", ()))}) for step in data["steps"]]
    return Plan(**{**data, "steps": tuple(steps)})


def rebuilt(events: Iterable[Event], find: Callable[[Sequence[str]], Mapping[str, Result]], *, alive: bool = False) -> Run | None:
    """The Run of a journal. `find`: keys → the results that are kept. `alive`: another kernel is still at it. None where the journal holds no run."""
    happened = list(events)
    progress = Progress().after(*happened)
    if not progress.run:
        return None
    run = Run(progress.run, Goal(progress.goal), progress.name)
    run.events = [*happened, *([] if alive or progress.ended else _cut_short(progress))]
    run.plan = next((_plan(event) for event in reversed(happened) if isinstance(event, PlanMade | PlanChanged)), None)
    run.error = _error(run.events[-1])
    if run.plan is not None:
        given = {event.step: event.name for event in happened if isinstance(event, StepRenamed)}
        run.names = {step.id: given.get(step.id, step.name) for step in run.plan.steps}
        _fill(run, find)
    return run


def _plan(event: PlanMade | PlanChanged) -> Plan | None:
    try:
        return plan_from(event.plan)
    except (errors.OrchestraError, TypeError, KeyError, ValueError):  # a plan of another version of ours
        return None


def _cut_short(progress: Progress) -> list[Event]:
    """What a killed kernel could not say any more."""
    at = progress.started
    ended: list[Event] = [JobEnded(row.id, "cancelled", at, parts=row.parts, message="was running") for row in progress.rows.values() if row.state == "running"]
    ended += [JobEnded(row.id, "cancelled", at, message="was not begun") for row in progress.rows.values() if row.state == "waiting"]
    return [*ended, RunEnded("cancelled", at, error="RunFailedError", message=INTERRUPTED)]


def _fill(run: Run, find: Callable[[Sequence[str]], Mapping[str, Result]]) -> None:
    ended = run.ended()
    keys = {id: event.key for id, event in ended.items() if event.state == "done" and event.key}
    found = find([f"{key}{ending}" for key in dict.fromkeys(keys.values()) for ending in ENDINGS])
    run.results.update({id: found[f"{key}{ending}"] for id, key in keys.items() for ending in ENDINGS if f"{key}{ending}" in found})
    run.failures.update({id: Failure(event.error, event.message, event.hint, event.attempts) for id, event in ended.items() if event.state == "failed"})


def _error(last: Event) -> BaseException | None:
    """The error that the run ended with, by its name; no name that is not one of ours becomes code."""
    if not isinstance(last, RunEnded) or not last.error:
        return None
    kind = getattr(errors, last.error, None)
    known = isinstance(kind, type) and issubclass(kind, errors.OrchestraError)
    return kind(last.message, hint=last.hint) if known and kind is not None else errors.RunFailedError(f"{last.error}: {last.message}", hint=last.hint)


def interrupted(run: Run) -> list[str]:
    """The names of the steps that were under way when the run was cut short: these calls may be made a second time."""
    rows = run.progress.rows.values()
    started = {getattr(event, "step", "") for event in run.events if type(event).__name__ == "JobStarted"}
    return [row.name for row in rows if row.state == "cancelled" and row.id in started]


def renewed(run: Run) -> list[str]:
    """The names of the steps whose kept value was made after this run ended: what the run itself gave is no longer there."""
    at = {id: event.at for id, event in run.ended().items()}
    return [run.names[id] for id, result in run.results.items() if id in at and _seconds(result.taken_at) > at[id] + 1]


def lost(run: Run) -> list[str]:
    """The names of the steps that were done and whose value is not kept (any more)."""
    return [row.name for row in run.progress.rows.values() if row.state == "done" and row.id not in run.results]


def _seconds(moment: str) -> float:
    try:
        return datetime.datetime.fromisoformat(moment).timestamp()
    except ValueError:
        return 0.0

"""Progress: the state of a run, as the fold of its events. Views draw it; nobody else stores run state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nb_orchestra.core import events as e
from nb_orchestra.core.usage import Usage

ENDED = ("done", "failed", "skipped", "cancelled")


@dataclass(frozen=True, slots=True)
class Row:
    """One step as a person sees it. state: waiting, running, done, failed, skipped, cancelled. `why`: why cached or why run."""

    id: str
    name: str
    kind: str
    purpose: str = ""
    clause: str = ""
    state: str = "waiting"
    needs: tuple[str, ...] = ()
    model: str = ""
    reason: str = ""
    started: float = 0.0
    seconds: float = 0.0
    cached: bool = False
    why: str = ""
    key: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    usage: Usage = field(default_factory=Usage)
    saved: float = 0.0
    error: str = ""
    message: str = ""
    hint: str = ""
    blamed: str = ""
    attempt: int = 1
    waiting_for: str = ""
    rows_done: int = 0
    rows_failed: int = 0
    rows_total: int = 0
    rows_left: float = 0.0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """state: planning, running, done, partial, failed, cancelled. `rows` by step id, in plan order. `asked`: open questions;
    `brings`: of those, the ones that want a text back, with the text to carry."""

    run: str = ""
    goal: str = ""
    name: str = ""
    notebook: str = ""
    state: str = "planning"
    started: float = 0.0
    seconds: float = 0.0
    plan: Mapping[str, Any] | None = None
    plan_kept: bool = False
    planner: str = ""
    planner_reason: str = ""
    planner_usage: Usage = field(default_factory=Usage)
    rows: Mapping[str, Row] = field(default_factory=dict)
    bound: tuple[str, ...] = ()
    unbound: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    asked: Mapping[str, str] = field(default_factory=dict)
    brings: Mapping[str, str] = field(default_factory=dict)
    sent: int = 0
    cancelling: bool = False
    error: str = ""
    message: str = ""
    hint: str = ""

    def after(self, *happened: e.Event) -> Progress:
        """The state after these events, in order. Many at a time cost one copy of the rows."""
        draft = _Draft(self, dict(self.rows))
        for event in happened:
            draft = _FOLDS[type(event)](draft, event)
        return replace(draft.progress, rows=draft.rows)

    @property
    def usage(self) -> Usage:
        return sum((row.usage for row in self.rows.values()), self.planner_usage)

    @property
    def ended(self) -> bool:
        return self.state in ("done", "partial", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class _Draft:
    """A progress with rows of its own; lives only inside one call of `after`."""

    progress: Progress
    rows: dict[str, Row]

    def set(self, **changes: Any) -> _Draft:
        return replace(self, progress=replace(self.progress, **changes))

    def row(self, step: str, **changes: Any) -> _Draft:
        if step in self.rows:
            self.rows[step] = replace(self.rows[step], **changes)
        return self


def _run_started(draft: _Draft, event: e.RunStarted) -> _Draft:
    return draft.set(run=event.run, goal=event.goal, name=event.name, notebook=event.notebook, started=event.at)


def _plan_made(draft: _Draft, event: e.PlanMade) -> _Draft:
    draft.rows.clear()  # of a plan that a person edited before anything was run
    for step in event.plan["steps"]:
        row = Row(step["id"], step.get("name", step["id"]), step["kind"], step.get("purpose", ""), step.get("clause", ""), needs=tuple(step.get("needs", ())))
        draft.rows.setdefault(row.id, row)
    usage = draft.progress.planner_usage + Usage(event.tokens_in, event.tokens_out, event.calls, event.cost)
    return draft.set(state="running", planner_usage=usage, plan=event.plan, plan_kept=event.kept, planner=event.model, planner_reason=event.reason)


def _plan_changed(draft: _Draft, event: e.PlanChanged) -> _Draft:
    """Steps that left stay as rows that say how they ended; new ones come below."""
    for step in event.plan.get("steps", ()):
        row = Row(step["id"], step.get("name", step["id"]), step["kind"], step.get("purpose", ""), step.get("clause", ""), needs=tuple(step.get("needs", ())))
        draft.rows.setdefault(row.id, row)
    usage = draft.progress.planner_usage + Usage(event.tokens_in, event.tokens_out, event.calls, event.cost)
    return draft.set(plan=event.plan, planner_usage=usage, planner_reason="; ".join(filter(None, (draft.progress.planner_reason, event.reason))))


def _goal_checked(draft: _Draft, event: e.GoalChecked) -> _Draft:
    return draft.set(planner_usage=draft.progress.planner_usage + Usage(event.tokens_in, event.tokens_out, event.calls, event.cost))


def _step_renamed(draft: _Draft, event: e.StepRenamed) -> _Draft:
    return draft.row(event.step, name=event.name)


def _job_started(draft: _Draft, event: e.JobStarted) -> _Draft:
    return draft.row(event.step, state="running", started=event.at, attempt=event.attempt, model=event.model, reason=event.reason, waiting_for="")


def _job_missed(draft: _Draft, event: e.JobMissed) -> _Draft:
    return draft.row(event.step, parts=event.parts)


def _job_waiting(draft: _Draft, event: e.JobWaiting) -> _Draft:
    return draft.row(event.step, waiting_for=event.waiting_for)


def _job_retried(draft: _Draft, event: e.JobRetried) -> _Draft:
    return draft.row(event.step, attempt=event.attempt, message=event.message)


def _rows_advanced(draft: _Draft, event: e.RowsAdvanced) -> _Draft:
    return draft.row(event.step, rows_done=event.done, rows_failed=event.failed, rows_total=event.total, rows_left=event.left)


def _job_ended(draft: _Draft, event: e.JobEnded) -> _Draft:
    usage = Usage(event.tokens_in, event.tokens_out, event.calls, event.cost)
    return draft.row(
        event.step,
        state=event.state,
        seconds=event.seconds,
        cached=event.cached,
        why=event.why,
        key=event.key,
        parts=event.parts,
        summary=event.summary,
        model=event.model,
        reason=event.reason,
        usage=usage,
        saved=event.saved,
        error=event.error,
        message=event.message,
        hint=event.hint,
        blamed=event.blamed,
        attempt=event.attempts,
        warnings=event.warnings,
        waiting_for="",
    )


def _name_bound(draft: _Draft, event: e.NameBound) -> _Draft:
    return draft.set(bound=(*draft.progress.bound, event.name))


def _name_unbound(draft: _Draft, event: e.NameUnbound) -> _Draft:
    return draft.set(unbound=(*draft.progress.unbound, event.name))


def _asked(draft: _Draft, event: e.Asked) -> _Draft:
    brings = {event.question: event.brings} if event.brings else {}
    return draft.set(asked={**draft.progress.asked, event.question: event.text}, brings={**draft.progress.brings, **brings})


def _decided(draft: _Draft, event: e.Decided) -> _Draft:
    now = draft.progress
    asked, brings = ({key: text for key, text in part.items() if key != event.question} for part in (now.asked, now.brings))
    return draft.set(asked=asked, brings=brings)


def _sent(draft: _Draft, event: e.Sent) -> _Draft:
    return draft.set(sent=draft.progress.sent + 1)


def _warned(draft: _Draft, event: e.Warned) -> _Draft:
    return draft.set(warnings=(*draft.progress.warnings, event.text))


def _cancel_requested(draft: _Draft, event: e.CancelRequested) -> _Draft:
    return draft.set(cancelling=True)


def _run_ended(draft: _Draft, event: e.RunEnded) -> _Draft:
    return draft.set(state=event.state, seconds=event.seconds, error=event.error, message=event.message, hint=event.hint)


_FOLDS: dict[type, Callable[[_Draft, Any], _Draft]] = {
    e.RunStarted: _run_started,
    e.PlanMade: _plan_made,
    e.PlanChanged: _plan_changed,
    e.GoalChecked: _goal_checked,
    e.StepRenamed: _step_renamed,
    e.JobStarted: _job_started,
    e.JobMissed: _job_missed,
    e.JobWaiting: _job_waiting,
    e.JobRetried: _job_retried,
    e.RowsAdvanced: _rows_advanced,
    e.JobEnded: _job_ended,
    e.NameBound: _name_bound,
    e.NameUnbound: _name_unbound,
    e.Asked: _asked,
    e.Decided: _decided,
    e.Sent: _sent,
    e.Warned: _warned,
    e.CancelRequested: _cancel_requested,
    e.RunEnded: _run_ended,
}

"""Progress: the state of a run, as the fold of its events. Views draw it; nobody else stores run state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
        """The state after these events, in order. Many at a time cost one copy."""
        draft = _Draft(self)
        for event in happened:
            _FOLDS[type(event)](draft, event)
        return draft.done()

    @property
    def usage(self) -> Usage:
        return sum((row.usage for row in self.rows.values()), self.planner_usage)

    @property
    def ended(self) -> bool:
        return self.state in ("done", "partial", "failed", "cancelled")


class _Draft:
    """What changes of a progress; lives only inside one call of `after`. A row is copied once, however many events speak of it, and so is the whole."""

    def __init__(self, before: Progress) -> None:
        self.rows = dict(before.rows)
        self._before = before
        self._changed: dict[str, Any] = {}
        self._changed_rows: dict[str, dict[str, Any]] = {}

    def now(self, name: str) -> Any:
        return self._changed[name] if name in self._changed else getattr(self._before, name)

    def set(self, **changes: Any) -> None:
        self._changed |= changes

    def row(self, step: str, **changes: Any) -> None:
        if step in self.rows:
            self._changed_rows.setdefault(step, {}).update(changes)

    def add(self, steps: Iterable[Mapping[str, Any]]) -> None:
        for step in steps:
            name, purpose, clause = step.get("name", step["id"]), step.get("purpose", ""), step.get("clause", "")
            self.rows.setdefault(step["id"], Row(step["id"], name, step["kind"], purpose, clause, needs=tuple(step.get("needs", ()))))

    def clear(self) -> None:
        self.rows, self._changed_rows = {}, {}

    def done(self) -> Progress:
        self.rows |= {step: replace(self.rows[step], **changes) for step, changes in self._changed_rows.items()}
        return replace(self._before, rows=self.rows, **self._changed)


def _run_started(draft: _Draft, event: e.RunStarted) -> None:
    draft.set(run=event.run, goal=event.goal, name=event.name, notebook=event.notebook, started=event.at)


def _plan_made(draft: _Draft, event: e.PlanMade) -> None:
    draft.clear()  # of a plan that a person edited before anything was run
    draft.add(event.plan["steps"])
    usage = draft.now("planner_usage") + Usage(event.tokens_in, event.tokens_out, event.calls, event.cost)
    draft.set(state="running", planner_usage=usage, plan=event.plan, plan_kept=event.kept, planner=event.model, planner_reason=event.reason)


def _plan_changed(draft: _Draft, event: e.PlanChanged) -> None:
    """Steps that left stay as rows that say how they ended; new ones come below."""
    draft.add(event.plan.get("steps", ()))
    usage = draft.now("planner_usage") + Usage(event.tokens_in, event.tokens_out, event.calls, event.cost)
    draft.set(plan=event.plan, planner_usage=usage, planner_reason="; ".join(filter(None, (draft.now("planner_reason"), event.reason))))


def _goal_checked(draft: _Draft, event: e.GoalChecked) -> None:
    draft.set(planner_usage=draft.now("planner_usage") + Usage(event.tokens_in, event.tokens_out, event.calls, event.cost))


def _step_renamed(draft: _Draft, event: e.StepRenamed) -> None:
    draft.row(event.step, name=event.name)


def _job_started(draft: _Draft, event: e.JobStarted) -> None:
    draft.row(event.step, state="running", started=event.at, attempt=event.attempt, model=event.model, reason=event.reason, waiting_for="")


def _job_missed(draft: _Draft, event: e.JobMissed) -> None:
    draft.row(event.step, parts=event.parts)


def _job_waiting(draft: _Draft, event: e.JobWaiting) -> None:
    draft.row(event.step, waiting_for=event.waiting_for)


def _job_retried(draft: _Draft, event: e.JobRetried) -> None:
    draft.row(event.step, attempt=event.attempt, message=event.message)


def _rows_advanced(draft: _Draft, event: e.RowsAdvanced) -> None:
    draft.row(event.step, rows_done=event.done, rows_failed=event.failed, rows_total=event.total, rows_left=event.left)


def _job_ended(draft: _Draft, event: e.JobEnded) -> None:
    draft.row(
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
        usage=Usage(event.tokens_in, event.tokens_out, event.calls, event.cost),
        saved=event.saved,
        error=event.error,
        message=event.message,
        hint=event.hint,
        blamed=event.blamed,
        attempt=event.attempts,
        warnings=event.warnings,
        waiting_for="",
    )


def _name_bound(draft: _Draft, event: e.NameBound) -> None:
    draft.set(bound=(*draft.now("bound"), event.name))


def _name_unbound(draft: _Draft, event: e.NameUnbound) -> None:
    draft.set(unbound=(*draft.now("unbound"), event.name))


def _asked(draft: _Draft, event: e.Asked) -> None:
    draft.set(asked=draft.now("asked") | {event.question: event.text}, brings=draft.now("brings") | ({event.question: event.brings} if event.brings else {}))


def _decided(draft: _Draft, event: e.Decided) -> None:
    asked, brings = ({key: text for key, text in draft.now(name).items() if key != event.question} for name in ("asked", "brings"))
    draft.set(asked=asked, brings=brings)


def _sent(draft: _Draft, event: e.Sent) -> None:
    draft.set(sent=draft.now("sent") + 1)


def _warned(draft: _Draft, event: e.Warned) -> None:
    draft.set(warnings=(*draft.now("warnings"), event.text))


def _cancel_requested(draft: _Draft, event: e.CancelRequested) -> None:
    draft.set(cancelling=True)


def _run_ended(draft: _Draft, event: e.RunEnded) -> None:
    draft.set(state=event.state, seconds=event.seconds, error=event.error, message=event.message, hint=event.hint)


_FOLDS: dict[type, Callable[[_Draft, Any], None]] = {
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

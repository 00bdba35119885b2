"""How a run ended, and who is to blame: read from what its steps gave. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from nb_orchestra.core.settings import Settings
from nb_orchestra.errors import BudgetExceededError, OrchestraError, OtherModelError, ReplayMissError, RunFailedError
from nb_orchestra.running.run import Run

_KEPT_NAMES: Mapping[str, type[OrchestraError]] = {kind.__name__: kind for kind in (ReplayMissError, OtherModelError, BudgetExceededError)}
"""Ends of a step that are the run's end by their own name: who must act is the person, and what to do is the same whichever step it was."""


LEFT_OUT = "was left out"
"""What is said of a step that a person skipped."""


def final_state(run: Run, settings: Settings, *, plan_only: bool) -> str:
    """done, partial or failed. Partial: the answer is there, but a clause, a step, a row or a fact is missing."""
    plan = run.plan
    if run.error is not None or plan is None:
        return "failed"
    if plan_only:
        return "done"
    if not settled(run):
        return "failed"
    results = [run.results.get(step.id) for step in plan.steps]  # a changed plan has lost steps, whose results are kept
    whole = all(result is not None and not result.failures and not result.gaps for result in results)
    if whole and not run.unmet:
        return "done"
    return "failed" if settings.strict else "partial"


def settled(run: Run) -> bool:
    """True where every part of the answer is there."""
    return run.plan is not None and all(id in run.results for id in run.plan.result)


def blame(run: Run) -> OrchestraError:
    """The first culprit, in one error that holds the run."""
    assert run.plan is not None
    kept = f"{len(run.results)} of {len(run.plan.steps)} steps are done and kept"
    if run.failures:
        id, failure = next(iter(run.failures.items()))
        hint = f"{failure.hint}; {kept}" if failure.hint else kept
        if failure.error in _KEPT_NAMES:
            return _KEPT_NAMES[failure.error](failure.message, hint=hint)
        return RunFailedError(f"step {run.names.get(id, id)}: {failure.message}", hint=hint, run=run)
    left = [row.name for row in run.progress.rows.values() if row.state == "skipped" and row.message == LEFT_OUT]
    if left and not settled(run):
        return RunFailedError(f"the answer needs {', '.join(left)}, which {LEFT_OUT}", hint=f"{kept}; %orchestrate rerun does them all", run=run)
    return RunFailedError(f"--strict: not everything could be done: {'; '.join(run.plan.not_done) or 'some rows failed'}", hint=kept, run=run)

"""What a step was the last time: for the words of 'why', where the cell itself does not know it (a new kernel, a run from Python)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from nb_orchestra.core.progress import Progress
from nb_orchestra.running.run import Run


def parts_before(run: Run, notebook: str, step: str, runs: Iterable[Run], kept: Callable[[], Iterable[Progress]]) -> Mapping[str, str] | None:
    """The parts of the step's identity in the newest other run of the same work: of this kernel, then of those `kept` on disk. None where there is none."""
    now = run.progress
    for other in runs:
        if other is not run and (found := _parts(now, other.progress, notebook, step)):
            return found
    return next((found for progress in kept() if progress.run != run.id and (found := _parts(now, progress, notebook, step))), None)


def _parts(now: Progress, then: Progress, notebook: str, step: str) -> Mapping[str, str] | None:
    """Runs of one work: of one notebook, and of one name, else of one goal, else of plans whose steps are called the same."""
    if then.notebook != notebook or then.name != now.name:
        return None
    steps = {row.name: row for row in then.rows.values()}
    if not now.name and (then.goal != now.goal or (not now.goal and set(steps) != {row.name for row in now.rows.values()})):
        return None
    return steps[step].parts or None if step in steps else None

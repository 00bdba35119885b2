"""What a step was the last time: for the words of 'why', where the cell itself does not know it (a new kernel, a run from Python)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from nb_orchestra.core.events import JobEnded, JobMissed, RunStarted
from nb_orchestra.core.progress import Progress
from nb_orchestra.running.run import Run

Parts = Mapping[str, str]


class Earlier:
    """The newest other run of the same work, step by step: of this kernel, then of those `kept` on disk, which are read only when that is needed.

    Looked up once for all steps of a run, in a thread.
    """

    def __init__(self, run: Run, notebook: str, runs: Callable[[], Iterable[Run]], kept: Callable[[], Iterable[Progress]]) -> None:
        self._run, self._notebook, self._runs, self._kept = run, notebook, runs, kept
        self._here: dict[str, Parts] | None = None
        self._on_disk: dict[str, Parts] | None = None
        self._turn = asyncio.Lock()

    async def parts(self, step: str) -> Parts | None:
        """The parts of the step's identity then; None where it never ran."""
        if self._on_disk is None and (self._here is None or step not in self._here):
            await self._look(step)
        return (self._here or {}).get(step) or (self._on_disk or {}).get(step)

    async def _look(self, step: str) -> None:
        async with self._turn:
            if self._here is None:
                self._here = await asyncio.to_thread(self._found, self._others)
            if step not in self._here and self._on_disk is None:
                self._on_disk = await asyncio.to_thread(self._found, self._before)

    def _others(self) -> Iterable[_Then]:
        return (_of_run(other) for other in self._runs() if other is not self._run)

    def _before(self) -> Iterable[_Then]:
        return (_of_progress(progress) for progress in self._kept() if progress.run != self._run.id)

    def _found(self, runs: Callable[[], Iterable[_Then]]) -> dict[str, Parts]:
        """Each step's parts in the newest of these runs that has some."""
        run, found = self._run, dict[str, Parts]()
        names = frozenset(run.names.values())
        now = _Then(self._notebook, run.name, run.goal.text, names, dict)
        for then in runs():
            if _same_work(now, then):
                found = then.parts() | found
                if names <= found.keys():
                    break
        return found


@dataclass(frozen=True, slots=True)
class _Then:
    """What of a run tells whether it was the same work. `names`: what its steps are called; `parts`: those of each step that has some, by its name."""

    notebook: str
    name: str
    goal: str
    names: frozenset[str]
    parts: Callable[[], dict[str, Parts]]


def _of_progress(then: Progress) -> _Then:
    rows = then.rows.values()
    return _Then(then.notebook, then.name, then.goal, frozenset(row.name for row in rows), lambda: {row.name: row.parts for row in rows if row.parts})


def _of_run(run: Run) -> _Then:
    """Of a run of this kernel, without folding all that happened in it: nobody may ever look at that."""
    events = tuple(run.events)
    notebook = next((event.notebook for event in events if isinstance(event, RunStarted)), "")

    def parts() -> dict[str, Parts]:
        last = {event.step: event.parts for event in events if isinstance(event, JobMissed | JobEnded)}
        return {run.names.get(step, step): told for step, told in last.items() if told}

    return _Then(notebook, run.name, run.goal.text, frozenset(run.names.values()), parts)


def _same_work(now: _Then, then: _Then) -> bool:
    """Of one notebook, and of one name, else of one goal, else of plans whose steps are called the same."""
    if then.notebook != now.notebook or then.name != now.name:
        return False
    if now.name:
        return True
    return then.goal == now.goal if now.goal else then.names == now.names

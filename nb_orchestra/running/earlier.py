"""What a step was the last time: for the words of 'why', where the cell itself does not know it (a new kernel, a run from Python)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping

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
                self._on_disk = await asyncio.to_thread(self._found, self._kept)

    def _others(self) -> Iterable[Progress]:
        return (other.progress for other in self._runs() if other is not self._run)

    def _found(self, runs: Callable[[], Iterable[Progress]]) -> dict[str, Parts]:
        """Each step's parts in the newest of these runs that has some."""
        now, found = self._run.progress, dict[str, Parts]()
        for then in runs():
            if then.run != now.run and _same_work(now, then, self._notebook):
                found = {row.name: row.parts for row in then.rows.values() if row.parts} | found
        return found


def _same_work(now: Progress, then: Progress, notebook: str) -> bool:
    """Of one notebook, and of one name, else of one goal, else of plans whose steps are called the same."""
    if then.notebook != notebook or then.name != now.name:
        return False
    if now.name:
        return True
    return then.goal == now.goal if now.goal else {row.name for row in then.rows.values()} == {row.name for row in now.rows.values()}

"""Which steps may start now, given what ended: counters of unmet needs, no clock, no I/O.

A step is ready the moment its own needs are met, never at a barrier. A failure skips what needs it, and everything below
that, blaming the first culprit; siblings go on. A step that allows failed needs runs while at least one need is done.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from nb_orchestra.core.plan import Step


class Scheduler:
    """Give it steps (`add`), take what is ready (`ready`), tell it how each ended (`receive`). Knows ids only, never values."""

    def __init__(self) -> None:
        self._unmet: dict[str, int] = {}
        self._dependants: dict[str, list[str]] = {}
        self._forgiving: dict[str, int] = {}
        self._ended: dict[str, bool] = {}
        self._ready: deque[str] = deque()

    def add(self, steps: Iterable[Step]) -> None:
        """New steps; what they need may be among them, still running, or long done."""
        new = list(steps)
        for step in new:
            self._unmet[step.id] = 0
        for step in new:
            if step.allow_failed and step.needs:
                self._forgiving[step.id] = len(step.needs)
            for need in step.needs:
                if need not in self._ended:
                    self._unmet[step.id] += 1
                    self._dependants.setdefault(need, []).append(step.id)
            if self._unmet[step.id] == 0:
                self._ready.append(step.id)

    def ready(self) -> list[str]:
        """The steps that may start now, each given out once, in the order they became ready."""
        now = list(self._ready)
        self._ready.clear()
        return now

    def receive(self, step: str, done: bool) -> list[tuple[str, str]]:
        """A step ended. Returns the steps that are skipped because of it, as (step, blamed)."""
        self._ended[step] = done
        skipped: list[tuple[str, str]] = []
        queue = deque([(step, done, step)])
        while queue:
            ended, fine, blamed = queue.popleft()
            for dependant in self._dependants.pop(ended, ()):
                if dependant in self._ended:
                    continue
                if fine or self._forgives(dependant):
                    self._meet(dependant)
                    continue
                self._ended[dependant] = False
                skipped.append((dependant, blamed))
                queue.append((dependant, False, blamed))
        return skipped

    def withdraw(self, steps: Iterable[str]) -> list[str]:
        """These steps left the plan. Gives those that had not ended: they never start."""
        waiting = [step for step in steps if step in self._unmet and step not in self._ended]
        for step in waiting:
            self._ended[step] = False
        self._ready = deque(step for step in self._ready if step not in waiting)
        return waiting

    def _forgives(self, step: str) -> bool:
        """True where `step` can live without one more of its needs."""
        if step not in self._forgiving:
            return False
        self._forgiving[step] -= 1
        return self._forgiving[step] > 0

    def _meet(self, step: str) -> None:
        self._unmet[step] -= 1
        if self._unmet[step] == 0:
            self._ready.append(step)

    @property
    def unfinished(self) -> list[str]:
        """Steps that have not ended, in the order they were added."""
        return [step for step in self._unmet if step not in self._ended]

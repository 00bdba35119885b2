"""Values become variables. The ledger knows what runs bound, so that a cell replaces its own names and nobody else's,
takes back names that no longer hold, and can undo. Main thread only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra import values
from nb_orchestra.running import Naming

ABSENT = object()
MOST_UNDO = 20
RESTORED = "restored"
"""The cell of names that were brought back from earlier kernels: the cell that made them may take them over."""


@dataclass(slots=True)
class Binding:
    """What one run bound. `before`: what each name held, for undo; `old`: names of the cell's earlier run, still ours."""

    cell: str
    before: dict[str, Any] = field(default_factory=dict)
    bound: dict[str, Any] = field(default_factory=dict)
    old: frozenset[str] = frozenset()


class Ledger:
    """What runs bound in one namespace. Holds no run and shows nothing."""

    def __init__(self, namespace: dict[str, Any], hidden: Mapping[str, Any]) -> None:
        self._namespace, self._hidden = namespace, hidden
        self._ours: dict[str, Any] = {}
        self._cells: dict[str, frozenset[str]] = {}
        self._undo: list[Binding] = []

    def made(self, name: str) -> bool:
        """True where `name` holds what a run bound, and nobody bound it again since."""
        return name in self._ours and self._namespace.get(name, ABSENT) is self._ours[name]

    def naming(self, cell: str, name: str, overwrite: bool, binds: bool) -> Naming:
        """Which names are in use, for a run of `cell`."""
        ours = frozenset(held for held in self._ours if self.made(held))
        taken = frozenset(held for held in self._namespace if held not in ours)
        replaceable = frozenset(held for held in {*self._cells.get(cell, ()), *self._cells.get(RESTORED, ())} if self.made(held))
        return Naming(taken, ours, replaceable, name, overwrite, binds)

    def begin(self, cell: str, name: str = "", *, replaces: bool = True) -> Binding:
        """A run of `cell` starts: NAME must not show an old value while it runs, nor after it failed. `replaces`: False for a plan that is only shown."""
        binding = Binding(cell, old=frozenset(held for held in self._cells.get(cell, ()) if self.made(held) and cell != RESTORED))
        if name and replaces:
            self.unbind(binding, name)
        return binding

    def bind(self, binding: Binding, name: str, value: Any) -> None:
        """The variable `name` now holds the value (tables as a cheap copy, so that later edits stay with the person)."""
        binding.before.setdefault(name, self._namespace.get(name, ABSENT))
        held = values.snapshot(value)
        self._namespace[name] = held
        self._ours[name] = binding.bound[name] = held

    def unbind(self, binding: Binding, name: str) -> None:
        if name in self._namespace:
            binding.before.setdefault(name, self._namespace[name])
            del self._namespace[name]

    def finish(self, binding: Binding, *, replaces: bool = True) -> list[str]:
        """The run ended: names that the cell's earlier run bound and this one did not are taken back; gives all that went. `replaces`: as in `begin`."""
        went = {name for name, value in binding.before.items() if value is not ABSENT and name not in self._namespace}
        gone = sorted(name for name in binding.old if name not in binding.bound and self.made(name)) if replaces else []
        for name in gone:
            self.unbind(binding, name)
        kept = self._cells.get(binding.cell, frozenset()) if binding.cell == RESTORED or not replaces else frozenset()
        self._cells[binding.cell] = frozenset(binding.bound) | kept
        self._undo = [*self._undo[-MOST_UNDO + 1 :], binding]
        return sorted({*went, *gone})

    def undoable(self) -> list[str]:
        """The names that the last run bound or took away, and that `undo` would put back."""
        return sorted({*self._undo[-1].bound, *self._undo[-1].before}) if self._undo else []

    def undo(self) -> dict[str, str]:
        """Gives back every variable as it was before the last run: {name: what happened to it}. Empty where there is none."""
        if not self._undo:
            return {}
        binding, told = self._undo.pop(), {}
        for name, value in binding.before.items():
            if name in binding.bound and self._namespace.get(name, ABSENT) is not binding.bound[name]:
                told[name] = "left alone: you changed it since"
            elif value is ABSENT:
                self._namespace.pop(name, None)
                told[name] = "gone, as before"
            else:
                self._namespace[name] = value
                told[name] = "as before"
                if any(earlier.bound.get(name) is value for earlier in self._undo):
                    self._ours[name] = value  # an earlier run made it, so it is a run's again
        self._cells.pop(binding.cell, None)
        return told

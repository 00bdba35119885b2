"""How a value was made, as whoever reads it is told: the step without ids, the parts that were taken, and what its table was made from in turn.

From this a reader knows what it looks at, and `casting/outside` which of a table's columns a model has already seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nb_orchestra import values
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.outcome import Result
from nb_orchestra.core.plan import Step
from nb_orchestra.core.prompt import THE_ROW
from nb_orchestra.core.references import FromRow, FromStep, read_reference
from nb_orchestra.running.parts import told_part
from nb_orchestra.values.columns import column_text

_HANDED_ON = ("kind", "params", "of", "with", "for_each", "answers")


class Making:
    """Tells of the steps of one plan. `rows`: the table or list that a `for_each` goes over."""

    def __init__(self, steps: Mapping[str, Step], results: Mapping[str, Result], rows: Callable[[Step], Any]) -> None:
        self._steps, self._results, self._rows = steps, results, rows

    def made_by(self, named: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
        """For each input that a step gave: how it was made; for a whole row of a `for_each`, that it is one."""
        read = {name: read_reference(value) for name, value in named.items()}
        rows = {name: THE_ROW for name, reference in read.items() if isinstance(reference, FromRow) and reference.column is True}
        return rows | {name: self._whole(reference) for name, reference in read.items() if isinstance(reference, FromStep)}

    def _whole(self, reference: FromStep) -> dict[str, Any]:
        column = {} if reference.column is None else {"column": reference.column}
        return self.told(self._steps[reference.step]) | column | told_part(self._results[reference.step].value, reference)

    def told(self, step: Step) -> dict[str, Any]:
        """A step as its readers know it: no ids, inputs by name; of a `for_each` also which columns it gave (and not the rows that it went over)."""
        told: dict[str, Any] = {"name": step.name, "kind": step.kind, "purpose": step.purpose, "clause": step.clause}
        if step.for_each is not None and step.id in self._results:
            told["answers"] = self._given(step)
        told |= {"for_each": self.with_names(thaw(step.for_each))} if step.for_each is not None else {}
        arguments = step.params.get("arguments") or {} if "recipe" in step.params else {}
        told |= self._below("of", step.for_each if step.for_each is not None else arguments.get("frame"))
        return told | self._below("with", arguments.get("other")) | {"params": self.with_names(thaw(step.params))}

    def _given(self, step: Step) -> list[str]:
        rows, value = self._rows(step), self._results[step.id].value
        there = {column_text(name) for name in rows.columns} if values.kind_of(rows) == "table" else {"item"}
        given = [column_text(name) for name in value.columns] if values.kind_of(value) == "table" else [step.name]
        return [name for name in given if name not in there]

    def _below(self, name: str, value: Any) -> dict[str, Any]:
        """What made the table that a recipe or a `for_each` works on, where a step did."""
        reference = read_reference(value)
        if not isinstance(reference, FromStep):
            return {}
        told = self.told(self._steps[reference.step])
        return {name: {key: told[key] for key in _HANDED_ON if key in told} | told_part(self._results[reference.step].value, reference)}

    def with_names(self, value: Any) -> Any:
        """Plan data with the names of steps in place of their ids."""
        if isinstance(value, dict):
            named = {key: self.with_names(item) for key, item in value.items()}
            source = self._steps.get(value["from"]) if isinstance(value.get("from"), str) else None
            return named if source is None else named | {"from": source.name}
        return [self.with_names(item) for item in value] if isinstance(value, list) else value

"""A step's references become values: Step → Job. Each step sees only what its references name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nb_orchestra import values
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.goal import Goal
from nb_orchestra.core.job import Job
from nb_orchestra.core.outcome import Result
from nb_orchestra.core.plan import Output, Plan, Step
from nb_orchestra.core.prompt import Block
from nb_orchestra.core.references import FromData, FromRow, FromStep, Reference, filler, find_references, params_filler, read_reference
from nb_orchestra.errors import StepError, UnknownNeedError
from nb_orchestra.running.editing import reworded
from nb_orchestra.running.making import Making
from nb_orchestra.running.parts import part_of
from nb_orchestra.values.columns import column_text, level_texts


class AnyRow:
    """Stands for 'the present row' where a step's identity is made, before any row is read."""


class Filling:
    """Fills the steps of one plan. Reads `results` (step id → Result), which the runner writes. Copies no data."""

    def __init__(self, plan: Plan, goal: Goal, results: Mapping[str, Result], failed: Mapping[str, str]) -> None:
        self.plan, self._goal, self._results, self._failed = plan, goal, results, failed
        self._steps = {step.id: step for step in plan.steps}
        self._making = Making(self._steps, results, self.source_rows)

    def job(self, step: Step, row: Any = None, attempt: int = 1) -> Job:
        """The step with its inputs filled in; `row` is the present row of `for_each`."""
        return self.jobs(step, attempt)(row)

    def jobs(self, step: Step, attempt: int = 1) -> Callable[[Any], Job]:
        """Row → its job. What is the same for every row is looked up once."""
        params, missing = self._without_missing(step)
        notes = self._notes(step) if step.kind == "ask" and step.id in self.plan.result else {}
        sources, made_by = self._sources(params), self._making.made_by(_named_inputs(params))
        held_made_by = self._making.made_by(_named_references((step.check or {}).get("against")))

        filled_params, filled_check = params_filler(params), filler(step.check)

        def job(row: Any) -> Job:
            def resolve(reference: Reference) -> Any:
                return self.resolve(reference, row)

            filled, check = filled_params(resolve), filled_check(resolve)
            return Job(step, filled, attempt, sources, made_by, missing, notes, check, held_made_by)

        return job

    def inputs_of(self, step: Step) -> list[Block]:
        """The named inputs of a step that is no `for_each`, as a prompt has them."""
        if step.for_each is not None:
            return []
        job = self.job(step)
        return [Block(name, value, job.made_by.get(name)) for name, value in job.params.get("inputs", {}).items()]

    def source_rows(self, step: Step) -> Any:
        """The table or list that a `for_each` goes over."""
        reference = read_reference(step.for_each)
        value: Any = self.resolve(reference, None) if reference is not None else None
        if values.kind_of(value) not in ("table", "list", "series", "array"):
            raise StepError(f"step {step.name!r}: for_each needs a table or a list, not {values.kind_of(value)}")
        return value if values.kind_of(value) == "table" else list(value)

    def resolve(self, reference: Reference, row: Any) -> Any:
        """The value that a reference names."""
        if isinstance(reference, FromStep):
            name = self._steps[reference.step].name
            if isinstance(row, AnyRow) and any(isinstance(item, str) and item.startswith("\0row") for one in reference.where for item in one.values()):
                return [self._results[reference.step].value, thaw(reference.where), reference.columns, reference.rows]  # which rows it is depends on the row
            return _pick(part_of(self._results[reference.step].value, reference, name), reference, name)
        if isinstance(reference, FromData):
            return self._data(reference)
        if isinstance(reference, FromRow):
            if isinstance(row, AnyRow):
                return f"\0row {reference.column}\0"
            return _of_row(row, reference)
        raise UnknownNeedError(f"{reference!r} names nothing here")

    def _data(self, reference: FromData) -> Any:
        if reference.name not in self._goal.data:
            raise UnknownNeedError(f"the plan reads {reference.name!r}, which was not given", hint=f"given: {', '.join(self._goal.data) or 'nothing'}")
        value = self._goal.data[reference.name]
        if (reference.levels or reference.columns) and values.kind_of(value) != "table":
            raise StepError(f"{reference.name!r} is no table, so it has no columns", hint=f"it is a {values.kind_of(value)}")
        if reference.in_part:
            value = part_of(value, reference, reference.name)
        if reference.levels is not None:
            return list(dict.fromkeys(_column(value, reference.levels).dropna().tolist()))
        if reference.columns is not None:
            return _narrowed(value, reference.columns)
        return value

    def _without_missing(self, step: Step) -> tuple[Mapping[str, Any], dict[str, str]]:
        inputs = step.params.get("inputs")
        if not step.allow_failed or not isinstance(inputs, Mapping):
            return step.params, {}
        lost = {name: self._reason(value) for name, value in inputs.items() if self._reason(value)}
        left = {name: value for name, value in inputs.items() if name not in lost}
        return {**step.params, "inputs": left}, lost

    def _reason(self, value: Any) -> str:
        failed = [ref.step for ref in find_references(value) if isinstance(ref, FromStep) and ref.step not in self._results]
        return self._failed.get(failed[0], "not done") if failed else ""

    def _notes(self, step: Step) -> dict[str, Any]:
        plan, told = self.plan, self._warnings(step)
        notes = {"goal": self._goal.text, "not_done": list(plan.not_done), "assumptions": list(plan.assumptions)}
        more = {"warnings": told, "reworded": reworded(plan, step), "to_guess": [fact for fact, _ in plan.facts_of("to_guess")]}
        return notes | {name: said for name, said in more.items() if said}

    def _warnings(self, step: Step) -> list[str]:
        """What was said beside the results that a step stands on: which rows recipes left out or count twice, for which rows a search found nothing."""
        below, waiting = {step.id}, [step.id]
        while waiting:
            needs = [need for need in self._steps[waiting.pop()].needs if need not in below]
            below.update(needs)
            waiting += needs
        telling = [one for one in self.plan.steps if one.id in below and one.id in self._results]
        telling = [one for one in telling if "recipe" in one.params or (one.kind == "search" and one.for_each is not None)]
        return list(dict.fromkeys(text for one in telling for text in self._results[one.id].warnings))

    def _sources(self, params: Mapping[str, Any]) -> dict[str, str]:
        arguments = params.get("arguments") or params.get("inputs") or {}
        return {name: source for name, value in arguments.items() if (source := self._source(value))}

    def _source(self, value: Any) -> str:
        reference = read_reference(value)
        if isinstance(reference, FromStep):
            return self._steps[reference.step].name
        return self._read_of(reference) if isinstance(reference, FromData) else ""

    def _read_of(self, reference: FromData) -> str:
        """A variable, and what of it counts: a step that names no columns depends on all of a table."""
        if reference.columns is not None or reference.levels is not None:
            return f"{reference.name} ({', '.join(reference.columns or [str(reference.levels)])})"
        is_table = values.kind_of(self._goal.data.get(reference.name)) == "table"
        return f"{reference.name} (every column)" if is_table else reference.name

    def told(self, step: Step) -> dict[str, Any]:
        """A step as its readers know it."""
        return self._making.told(step)


def _named_inputs(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a step reads by name: its inputs; of a judge the value, and what it is judged against."""
    if "value" in params and "criterion" in params:
        return {**_named_references(params.get("against")), "value": params["value"]}
    return params.get("inputs") or {}


def _named_references(against: Any) -> Mapping[str, Any]:
    """The references in what a value is held against, by the names that they will have there."""
    if against is None:
        return {}
    return dict(against) if isinstance(against, Mapping) and read_reference(against) is None else {"against": against}


def _narrowed(frame: Any, names: Sequence[str]) -> Any:
    """Only these columns, in the frame's order; its index, whose levels plans may read by name too, stays. StepError for a name it lacks."""
    texts = [column_text(name) for name in frame.columns]
    lost = [name for name in names if name not in texts and name not in level_texts(frame.index)]
    if lost:
        raise StepError(f"there is no column {lost[0]!r}", hint=f"columns: {', '.join(texts[:30])}")
    return frame.iloc[:, [position for position, text in enumerate(texts) if text in names]]


def _column(frame: Any, name: str) -> Any:
    """One column of a frame, or one level of its index. StepError where there is none, or more than one of that name."""
    found = [position for position, column in enumerate(frame.columns) if column_text(column) == name]
    if len(found) > 1:
        raise StepError(f"column {name!r} is there {len(found)} times", hint="rename the columns, so that each has a name of its own")
    if found:
        return frame.iloc[:, found[0]]
    levels = level_texts(frame.index)
    if name not in levels:
        raise StepError(f"there is no column {name!r}", hint=f"columns: {', '.join([column_text(column) for column in frame.columns][:30])}")
    return frame.index.get_level_values(levels.index(name))


def _of_row(row: Any, reference: FromRow) -> Any:
    """The present row of `for_each`, or one column of it."""
    if reference.column is True:
        return row
    if isinstance(row, Mapping) and reference.column in row:
        return row[reference.column]
    there = f"columns: {', '.join(map(str, row))}" if isinstance(row, Mapping) else "the rows are plain items: read them with {'row': true}"
    raise StepError(f"the rows have no column {reference.column!r}", hint=there)


def _pick(value: Any, reference: FromStep, name: str) -> Any:
    """The whole value, a column of it (as a list), a row (as a record) or one cell."""
    if reference.column is None and reference.row is None:
        return value
    if values.kind_of(value) == "table":
        if reference.row is not None and not -len(value) <= reference.row < len(value):
            raise StepError(f"{name} has {len(value)} rows, so there is no row {reference.row}")
        if reference.column is None:
            return value.iloc[reference.row].to_dict()
        column = _column(value, reference.column)
        return column.tolist() if reference.row is None else column.tolist()[reference.row]
    try:
        picked = value if reference.row is None else value[reference.row]
        return picked if reference.column is None else picked[reference.column]
    except (KeyError, IndexError, TypeError):
        raise StepError(f"{name} has no such part: column {reference.column!r}, row {reference.row!r}") from None


def row_step(step: Step) -> Step:
    """The step as one row does it: what is promised of the whole table is checked when the rows are stacked. A model is told its columns all the same."""
    told = step.kind == "ask" and step.output.columns
    return replace(step, output=Output()) if step.output.type == "table" and not told else step

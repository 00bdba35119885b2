"""The plain Python behind a step's value: recipes as their own code, written code as it ran, a comment for what is no code.

It reads a run and runs nothing. What a model wrote is shown with how it was fenced in, how long it took and what it printed.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from nb_orchestra import offline
from nb_orchestra.core.outcome import Failure, Result
from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.core.references import FromData, FromStep, read_reference
from nb_orchestra.running import Run

MOST_PRINTED = 2_000


def code_of(run: Run, id: str) -> str:
    """The plain Python of a step's value and of all that it reads, in order."""
    if run.plan is None:
        return ""
    names = dict(run.names)
    note = f"# {' '.join(run.plan[id].purpose.split())}\n" if run.plan[id].purpose else ""
    groups = itertools.groupby(with_needs(run.plan, id), key=lambda step: _is_recipe(step))
    return note + "\n".join(_recipes(run, list(steps), names) if recipes else "\n".join(_told(run, step, names) for step in steps) for recipes, steps in groups)


def code_of_step(run: Run, id: str) -> str:
    """The plain Python of one step alone, on the variables of those that it reads; "" where it is no code."""
    if run.plan is None:
        return ""
    step, names = run.plan[id], dict(run.names)
    if _is_recipe(step):
        return _recipes(run, [step], names)
    outcome = run.results.get(id)
    return _written(step, names.get(id, step.name), names, outcome) if outcome is not None and outcome.code else ""


def expression_of(value: Any, names: Mapping[str, str]) -> str:
    """A param as Python: a reference as the variable that it names, anything else as itself."""
    return _expression(value, names)


def _is_recipe(step: Step) -> bool:
    return step.kind == "code" and "recipe" in step.params and step.for_each is None


def _recipes(run: Run, steps: list[Step], names: Mapping[str, str]) -> str:
    told = [{"recipe": step.params["recipe"], "arguments": step.params.get("arguments", {}), "name": names.get(step.id, step.name)} for step in steps]
    return offline.code_of_steps(told, names, {**run.goal.data, **{id: result.value for id, result in run.results.items()}})


def _told(run: Run, step: Step, names: Mapping[str, str]) -> str:
    outcome = run.results.get(step.id) or run.failures.get(step.id)
    name = names.get(step.id, step.name)
    if outcome is None or not outcome.code:
        return f"# {name}: {_no_code(step, names)}"
    return _written(step, name, names, outcome)


def _written(step: Step, name: str, names: Mapping[str, str], outcome: Result | Failure) -> str:
    """Code that ran in the sandbox: its inputs, itself, its value; the last code, where it failed."""
    how = f"# {name}: ran in the sandbox ({outcome.tier}), {outcome.seconds:.1f} s"
    given = [f"{variable} = {_expression(value, names)}" for variable, value in step.params.get("inputs", {}).items()]
    given = [line for line in given if len(set(line.split(" = ", 1))) == 2]
    ended = [f"{name} = result"] if isinstance(outcome, Result) else [f"# failed: {outcome.error}: {' '.join(outcome.message.split())}"]
    printed = [f"# printed: {line}" for line in outcome.printed[:MOST_PRINTED].splitlines()]
    return "\n".join([how, *given, outcome.code, *ended, *printed, ""])


def _expression(value: Any, names: Mapping[str, str]) -> str:
    """A reference as Python: a variable, a column of it, a row."""
    reference = read_reference(value)
    if isinstance(reference, FromData):
        return f"{reference.name}[{list(reference.columns)!r}]" if reference.columns else reference.name
    if isinstance(reference, FromStep):
        row = f".iloc[{reference.row}]" if reference.row is not None else ""
        column = f"[{reference.column!r}]" if reference.column is not None else ""
        return f"{names.get(reference.step, reference.step)}{row}{column}"
    return repr(value) if reference is None else "…"


def _no_code(step: Step, names: Mapping[str, str]) -> str:
    inputs = ", ".join(names.get(need, need) for need in step.needs) or "nothing"
    told = {
        "ask": f"text written from {inputs}",
        "gather": f"collects {inputs}",
        "call": f"the tool {step.params.get('tool')!r}",
        "search": f"found by searching for {step.params.get('query')!r}",
        "judge": f"graded: {step.params.get('criterion')}",
    }
    return told.get(step.kind, f"made from {inputs}")


def with_needs(plan: Plan, id: str) -> list[Step]:
    """A step and all that it stands on, needs first."""
    order: dict[str, Step] = {}

    def visit(step: Step) -> None:
        if step.id not in order:
            for need in step.needs:
                visit(plan[need])
            order[step.id] = step

    visit(plan[id])
    return list(order.values())

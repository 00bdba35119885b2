"""The plain Python behind a step's value: recipes as their own code, written code as it ran, a comment for what is no code.

It reads a run and runs nothing. What a model wrote is shown with how it was fenced in, how long it took and what it printed.
"""

from __future__ import annotations

import itertools
import keyword
import re
from collections.abc import Mapping
from typing import Any

from nb_orchestra import offline
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.outcome import Failure, Result
from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.core.references import FromData, FromRow, FromStep, Literal, Reference, Template, find_references, params_references, read_reference
from nb_orchestra.running import Run
from nb_orchestra.running.parts import steps_of
from nb_orchestra.values.columns import column_text

MOST_PRINTED = 2_000


def code_of(run: Run, id: str) -> str:
    """The plain Python of a step's value and of all that it reads: imports and functions once, then the steps in order."""
    head, steps = code_parts(run, id)
    return "\n\n\n".join([*head, steps]) if steps else ""


def code_parts(run: Run, id: str, *, whole: bool = True) -> tuple[list[str], str]:
    """The imports and functions, and the steps, each under what it is for. Without `whole` the imports are those that the steps' own lines need."""
    if run.plan is None:
        return [], ""
    names, needed = variables(run), with_needs(run.plan, id)
    calls = {step.id: _calls(run, step, names) for step in needed if _is_recipe(step)}
    script = offline.script_of_steps([call for group in calls.values() for call in group], names, _tables(run))
    lines = iter(script.calls)
    told = [_under_purpose(step, *itertools.islice(lines, len(calls[step.id]))) if step.id in calls else _told(run, step, names) for step in needed]
    imports = "\n".join(script.imports if whole else script.own)
    return [part for part in (imports, *script.definitions) if part], "\n".join(told).rstrip() + "\n"


def _under_purpose(step: Step, *lines: str) -> str:
    purpose = " ".join(step.purpose.split())
    return "\n".join([*([f"# {purpose}"] if purpose else []), *lines])


def code_of_step(run: Run, id: str) -> str:
    """The plain Python of one step alone, on the variables of those that it reads; "" where it is no code."""
    step, names = next((step for step in run.plan.steps if step.id == id), None) if run.plan is not None else None, variables(run)
    if step is None:
        return ""
    if _is_recipe(step):
        return offline.code_of_steps(_calls(run, step, names), names, _tables(run))
    outcome = run.results.get(id)
    return _written(run, step, names.get(id, step.name), names, outcome) if outcome is not None and outcome.code else ""


def variables(run: Run) -> dict[str, str]:
    """Step ids and names of data → variables. Whatever a name holds (a bundle may come from anybody), it becomes a name and no code."""
    steps = run.plan.steps if run.plan is not None else ()
    used = (reference for step in steps for reference in (*params_references(step.params), *find_references(step.for_each)))
    read = {reference.name for reference in used if isinstance(reference, FromData)}
    return {name: variable(name) for name in sorted(read)} | {id: variable(name) for id, name in run.names.items()}


def variable(name: str) -> str:
    """The name itself where it may stand in code."""
    plain = name if name.isidentifier() else "_" + re.sub(r"\W", "_", name)
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def _is_recipe(step: Step) -> bool:
    return step.kind == "code" and "recipe" in step.params and step.for_each is None


def _calls(run: Run, step: Step, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """A step's recipe, after those that give the parts of tables that it reads."""
    name = names.get(step.id, step.name)
    cuts, arguments = _cut(run, name, step.params.get("arguments", {}))
    return [*cuts, {"recipe": step.params["recipe"], "arguments": arguments, "name": name}]


def _tables(run: Run) -> dict[str, Any]:
    return {**run.goal.data, **{id: result.value for id, result in run.results.items()}}


def _cut(run: Run, name: str, given: Mapping[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The recipes that give the parts of tables among a step's inputs, and the inputs with these parts as variables."""
    steps: list[dict[str, Any]] = []
    inputs = dict(given)
    for key, value in given.items():
        reference = read_reference(value)
        if not isinstance(reference, FromData | FromStep) or not reference.in_part:
            continue
        whole: dict[str, Any] = {"from": reference.step} if isinstance(reference, FromStep) else {"data": reference.name}
        picked = {} if isinstance(reference, FromData) else {"column": reference.column, "row": reference.row}
        variable_of = variable(f"{name}_{key}")
        for recipe, arguments in [*steps_of(reference), *_narrowing(run, reference)]:
            steps.append({"recipe": recipe, "arguments": {"frame": whole, **arguments}, "name": variable_of})
            whole = {"from": variable_of}
        inputs[key] = whole | {part: item for part, item in picked.items() if item is not None}
    return steps, inputs


def _narrowing(run: Run, reference: FromData | FromStep) -> list[tuple[str, Mapping[str, Any]]]:
    """Of the goal's data only these columns, in the table's order."""
    if isinstance(reference, FromStep) or reference.columns is None:
        return []
    there = [column_text(name) for name in getattr(run.goal.data.get(reference.name), "columns", reference.columns)]
    return [("select_columns", {"columns": [name for name in there if name in reference.columns]})]


def _told(run: Run, step: Step, names: Mapping[str, str]) -> str:
    outcome = run.results.get(step.id) or run.failures.get(step.id)
    name = names.get(step.id, step.name)
    if outcome is None or not outcome.code:
        return f"# {name}: {_no_code(step, names)}"
    return _written(run, step, name, names, outcome)


def _written(run: Run, step: Step, name: str, names: Mapping[str, str], outcome: Result | Failure) -> str:
    """Code that ran in the sandbox: its inputs, itself, its value; the last code, where it failed."""
    how = f"# {name}: ran in the sandbox ({outcome.tier}), {outcome.seconds:.1f} s"
    cuts, inputs = _cut(run, name, step.params.get("inputs", {}))
    given = [f"{variable(key)} = {expression_of(value, names)}" for key, value in inputs.items()]
    given = [*([offline.code_of_steps(cuts, names)] if cuts else []), *(line for line in given if len(set(line.split(" = ", 1))) == 2)]
    ended = [f"{name} = result"] if isinstance(outcome, Result) else [f"# failed: {outcome.error}: {' '.join(outcome.message.split())}"]
    printed = [f"# printed: {line}" for line in outcome.printed[:MOST_PRINTED].splitlines()]
    return "\n".join([how, *given, outcome.code, *ended, *printed, ""])


def expression_of(value: Any, names: Mapping[str, str]) -> str:
    """A param as Python: a reference as a variable, a column of it, a row; anything else as itself."""
    reference = read_reference(value)
    if reference is not None:
        return _of_reference(reference, names)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key!r}: {expression_of(item, names)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(expression_of(item, names) for item in value)}]"
    return repr(value)


def _of_reference(reference: Reference, names: Mapping[str, str]) -> str:
    if isinstance(reference, Literal):
        return repr(thaw(reference.value))
    if isinstance(reference, Template):
        filled = [f".replace({f'{{{name}}}'!r}, str({expression_of(item, names)}))" for name, item in reference.values.items()]
        return "".join([repr(reference.text), *filled])
    if isinstance(reference, FromRow):
        return "row" if reference.column is True else f"row[{reference.column!r}]"
    if isinstance(reference, FromData):
        part = f"[{list(reference.columns)!r}]" if reference.columns else f"[{reference.levels!r}].unique()" if reference.levels else ""
        return f"{names.get(reference.name, variable(reference.name))}{part}"
    row = f".iloc[{reference.row!r}]" if reference.row is not None else ""
    column = f"[{reference.column!r}]" if reference.column is not None else ""
    return f"{names.get(reference.step, variable(reference.step))}{row}{column}"


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

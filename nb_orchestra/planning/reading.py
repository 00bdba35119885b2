"""Plan data → checked Plan: the one way by which a plan from outside (a planner, Python, YAML) comes in.

Every rule is checked here or at the Plan's birth, and each complaint names the step, so that a planner can mend it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nb_orchestra.core.plan import Output, Plan, Step
from nb_orchestra.core.references import read_reference
from nb_orchestra.errors import OrchestraError, PlanError, UnknownKindError, UnknownToolError
from nb_orchestra.protocols import Catalogue

PLAN_FIELDS = {"steps", "result", "facts", "assumptions", "not_done", "given_names"}
STEP_FIELDS = {
    "id",
    "kind",
    "params",
    "name",
    "purpose",
    "clause",
    "output",
    "role",
    "effort",
    "needs",
    "for_each",
    "keep",
    "batch",
    "allow_failed",
    "done_when",
    "check",
}


def read_plan(data: Any, catalogue: Catalogue) -> Plan:
    """A Plan in house.md's shape. PlanError (or one of its kinds) where a rule is broken."""
    if isinstance(data, Plan):
        data = data.as_data()
    if not isinstance(data, Mapping):
        raise PlanError(f"a plan is a mapping with 'steps', not {type(data).__name__}")
    _known_fields(data, PLAN_FIELDS, "the plan")
    steps = data.get("steps")
    if not isinstance(steps, list | tuple) or not steps:
        raise PlanError("the plan has no steps")
    result = data.get("result", ())
    return Plan(
        steps=tuple(_read_step(step, catalogue) for step in steps),
        result=(result,) if isinstance(result, str) else tuple(result),
        facts=_mapping(data.get("facts", {}), "facts"),
        assumptions=_texts(data.get("assumptions", ()), "assumptions"),
        not_done=_texts(data.get("not_done", ()), "not_done"),
        given_names=_texts(data.get("given_names", ()), "given_names"),
    )


def _read_step(data: Any, catalogue: Catalogue) -> Step:
    if not isinstance(data, Mapping) or not isinstance(data.get("id"), str):
        raise PlanError(f"a step is a mapping with an 'id': {str(data)[:80]}")
    where = f"step {data['id']!r}"
    _known_fields(data, STEP_FIELDS, where)
    params = _mapping(data.get("params", {}), f"{where}: params")
    kind = data.get("kind", "")
    fields: dict[str, Any] = {
        name: data[name] for name in ("name", "purpose", "clause", "role", "effort", "batch", "allow_failed", "done_when", "check") if name in data
    }
    fields |= {"needs": _texts(data.get("needs", ()), f"{where}: needs")}
    if data.get("for_each") is not None:
        fields["for_each"] = _rows_reference(data["for_each"], where)
    if data.get("keep") is not None:
        fields["keep"] = _texts(data["keep"], f"{where}: keep")
    output = _read_output(data.get("output"), params, kind, bool(data.get("for_each")), catalogue, where)
    step = Step(id=data["id"], kind=kind, params=params, output=output, **fields)
    if catalogue.kinds and kind not in catalogue.kinds:
        raise UnknownKindError(f"{where}: steps of kind {kind!r} cannot be run here yet", hint=f"use one of {', '.join(catalogue.kinds)}")
    try:
        _PARAMS[kind](params, catalogue)
    except OrchestraError as error:
        raise type(error)(f"{where}: {error.message}", hint=error.hint) from None
    return step


def _read_output(data: Any, params: Mapping[str, Any], kind: str, mapped: bool, catalogue: Catalogue, where: str) -> Output:
    """What is promised: as said, else what the recipe promises, else anything. A `for_each` gives a table."""
    if data is None and mapped:
        return Output("table")
    if data is None and kind == "code" and isinstance(params.get("recipe"), str) and catalogue.recipes is not None:
        catalogue.recipes.check(params["recipe"], {})
        data = catalogue.recipes.promise(params["recipe"])
    if data is None:
        return Output()
    if isinstance(data, str):
        return Output(data)
    _known_fields(_mapping(data, f"{where}: output"), {"type", "columns"}, f"{where}: output")
    return Output(data.get("type", "any"), data.get("columns"))


def _rows_reference(data: Any, where: str) -> Any:
    try:
        reference = read_reference(data)
    except ValueError as error:
        raise PlanError(f"{where}: for_each: {error}") from None
    if reference is None:
        raise PlanError(f"{where}: for_each must be a reference, such as {{'from': 'id of a step'}}")
    return data


def _ask(params: Mapping[str, Any], catalogue: Catalogue) -> None:
    _known_fields(params, {"question", "inputs"}, "params of ask")
    if not params.get("question"):
        raise PlanError("params of ask need a 'question'")
    _mapping(params.get("inputs", {}), "inputs")


def _code(params: Mapping[str, Any], catalogue: Catalogue) -> None:
    _known_fields(params, {"recipe", "arguments"}, "params of code")
    if not isinstance(params.get("recipe"), str):
        raise PlanError("params of code need a 'recipe' (code written by a model needs the sandbox, which is not there yet)")
    if catalogue.recipes is not None:
        catalogue.recipes.check(params["recipe"], _mapping(params.get("arguments", {}), "arguments"))


def _call(params: Mapping[str, Any], catalogue: Catalogue) -> None:
    _known_fields(params, {"tool", "arguments"}, "params of call")
    name = str(params.get("tool"))
    if name not in catalogue.tools:
        raise UnknownToolError(f"there is no tool {name!r}", hint=f"tools: {', '.join(catalogue.tools) or 'none were given (tools=[…])'}")
    arguments = _mapping(params.get("arguments", {}), "arguments")
    schema = catalogue.tools[name].schema
    known = schema.get("properties", {})
    unknown = [argument for argument in arguments if known and argument not in known]
    lacking = [argument for argument in schema.get("required", ()) if argument not in arguments]
    if unknown or lacking:
        wrong = f"takes no {unknown[0]!r}" if unknown else f"needs {lacking[0]!r}"
        raise PlanError(f"tool {name!r} {wrong}", hint=f"it takes {', '.join(known)}")


def _gather(params: Mapping[str, Any], catalogue: Catalogue) -> None:
    _known_fields(params, {"inputs", "how"}, "params of gather")
    if params.get("how", "dict") not in ("list", "concat", "dict"):
        raise PlanError(f"cannot collect as {params['how']!r}", hint="use list, concat or dict")
    _mapping(params.get("inputs", {}), "inputs")


def _not_here(params: Mapping[str, Any], catalogue: Catalogue) -> None:
    raise UnknownKindError("steps of this kind cannot be run here yet")


_PARAMS: dict[str, Callable[[Mapping[str, Any], Catalogue], None]] = {
    "ask": _ask,
    "code": _code,
    "call": _call,
    "gather": _gather,
    "search": _not_here,
    "judge": _not_here,
}


def _known_fields(data: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(str(name) for name in set(data) - known)
    if unknown:
        raise PlanError(f"{where}: unknown field {unknown[0]!r}", hint=f"fields: {', '.join(sorted(known))}")


def _mapping(data: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise PlanError(f"{where} must be a mapping, not {type(data).__name__}")
    return data


def _texts(data: Any, where: str) -> tuple[str, ...]:
    if isinstance(data, str) or not isinstance(data, list | tuple) or not all(isinstance(item, str) for item in data):
        raise PlanError(f"{where} must be a list of texts")
    return tuple(data)

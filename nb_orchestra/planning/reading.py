"""Plan data → checked Plan: the one way by which a plan from outside (a planner, Python, YAML) comes in.

Every rule is checked here or at the Plan's birth, and each complaint names the step, so that a planner can mend it.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Mapping
from typing import Any

from nb_orchestra.core.plan import Output, Plan, Step
from nb_orchestra.core.references import read_reference
from nb_orchestra.errors import OrchestraError, PlanError, UnknownKindError, UnknownToolError
from nb_orchestra.planning.reading_data import check_data
from nb_orchestra.planning.reading_promises import check_promise
from nb_orchestra.protocols import Catalogue

PLAN_FIELDS = {"steps", "result", "facts", "assumptions", "not_done", "given_names"}
JUDGED = frozenset({"verdict", "reason", "by"})
PLAIN_FIELDS: dict[str, type] = {
    "kind": str,
    "name": str,
    "purpose": str,
    "clause": str,
    "role": str,
    "effort": str,
    "model": str,
    "batch": int,
    "allow_failed": bool,
    "done_when": str,
    "check": Mapping,
}
"""Fields of a step that are taken as they are, once their type is right."""
STEP_FIELDS = {"id", "params", "output", "needs", "for_each", "keep", *PLAIN_FIELDS}
_CALLED = {str: "a text", int: "a whole number", bool: "true or false", Mapping: "a mapping"}


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
    result = _texts([result] if isinstance(result, str) else result, "result")
    return Plan(
        steps=tuple(_read_step(step, catalogue) for step in steps),
        result=result,
        facts=_mapping(data.get("facts", {}), "facts"),
        assumptions=_texts(data.get("assumptions", ()), "assumptions"),
        not_done=_texts(data.get("not_done", ()), "not_done"),
        given_names=_texts(data.get("given_names", ()), "given_names"),
    )


def _read_step(data: Any, catalogue: Catalogue) -> Step:
    """One step; whatever is wrong with it names it."""
    if not isinstance(data, Mapping) or not isinstance(data.get("id"), str):
        raise PlanError(f"a step is a mapping with an 'id': {str(data)[:80]}")
    where = f"step {data['id']!r}"
    try:
        return _checked_step(data, catalogue)
    except OrchestraError as error:
        message = error.message if error.message.startswith(where) else f"{where}: {error.message}"
        raise type(error)(message, hint=error.hint) from None


def _checked_step(data: Mapping[str, Any], catalogue: Catalogue) -> Step:
    _known_fields(data, STEP_FIELDS)
    params = _mapping(data.get("params", {}), "params")
    fields = {"kind": "", **_plain_fields(data), "needs": _texts(data.get("needs", ()), "needs")}
    if data.get("for_each") is not None:
        fields["for_each"] = _rows_reference(data["for_each"])
    if data.get("keep") is not None:
        fields["keep"] = _texts(data["keep"], "keep")
    output = _read_output(data.get("output"), params, fields["kind"], bool(data.get("for_each")), catalogue)
    step = Step(id=data["id"], params=params, output=output, **fields)
    if catalogue.kinds and step.kind not in catalogue.kinds:
        raise UnknownKindError(f"steps of kind {step.kind!r} cannot be run here yet", hint=f"use one of {', '.join(catalogue.kinds)}")
    _PARAMS[step.kind](params, catalogue)
    if step.kind == "judge" and (output.type not in ("any", "record") or not set(output.columns or ()) <= JUDGED):
        raise PlanError(
            "a judge gives a verdict (pass or fail) and a reason", hint="for points, or grades of several things, let an `ask` answer with a record"
        )
    if step.check is not None:
        _check(step.check)
    check_data(step, catalogue)
    return step


def _plain_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in data.items() if name in PLAIN_FIELDS and value is not None}
    for name, value in fields.items():
        if not isinstance(value, PLAIN_FIELDS[name]) or (isinstance(value, bool) and PLAIN_FIELDS[name] is not bool):
            raise PlanError(f"{name} must be {_CALLED[PLAIN_FIELDS[name]]}, not {value!r}")
    return fields


def _read_output(data: Any, params: Mapping[str, Any], kind: str, mapped: bool, catalogue: Catalogue) -> Output:
    """What is promised: as said, else what the recipe promises, else anything. A `for_each` gives a table."""
    if data is None and mapped:
        return Output("table")
    if data is None and kind == "code" and isinstance(params.get("recipe"), str) and catalogue.recipes is not None:
        data = catalogue.recipes.promise(params["recipe"])
    if data is None:
        return Output()
    if isinstance(data, str):
        return Output(data)
    _known_fields(_mapping(data, "output"), {"type", "columns", "units"}, "output")
    for part in ("columns", "units"):
        if data.get(part) is not None:
            _mapping(data[part], f"{part} of the output")
    _texts(list((data.get("units") or {}).values()), "units of the output")
    for name, promise in (data.get("columns") or {}).items():
        check_promise(str(name), promise)
    return Output(data.get("type", "any"), data.get("columns"), data.get("units"))


def _rows_reference(data: Any) -> Any:
    try:
        reference = read_reference(data)
    except ValueError as error:
        raise PlanError(f"for_each: {error}") from None
    if reference is None:
        raise PlanError("for_each must be a reference, such as {'from': 'id of a step'}")
    return data


def _ask(params: Mapping[str, Any], catalogue: Catalogue) -> None:
    _known_fields(params, {"question", "inputs"}, "params of ask")
    if not params.get("question"):
        raise PlanError("params of ask need a 'question'")
    _mapping(params.get("inputs", {}), "inputs")


def _code(params: Mapping[str, Any], catalogue: Catalogue) -> None:
    forms = [form for form in ("recipe", "code", "instructions") if form in params]
    if len(forms) != 1 or not isinstance(params[forms[0]], str) or not params[forms[0]].strip():
        raise PlanError("params of code need one of 'recipe', 'instructions' and 'code', a text")
    _known_fields(params, {"recipe", "arguments"} if forms == ["recipe"] else {*forms, "inputs"}, "params of code")
    if forms != ["recipe"]:
        _variables(_mapping(params.get("inputs", {}), "inputs"))
    elif catalogue.recipes is not None:
        catalogue.recipes.check(params["recipe"], _mapping(params.get("arguments", {}), "arguments"))


def _variables(inputs: Mapping[str, Any]) -> None:
    """The inputs of code are its variables."""
    wrong = [name for name in inputs if not str(name).isidentifier() or keyword.iskeyword(name) or name in ("pd", "np", "result") or name.startswith("__")]
    if wrong:
        raise PlanError(f"an input of code cannot be called {wrong[0]!r}", hint="inputs become the code's variables: use letters, digits and _")


def _call(params: Mapping[str, Any], catalogue: Catalogue) -> None:
    _known_fields(params, {"tool", "arguments"}, "params of call")
    name = str(params.get("tool"))
    if name not in catalogue.tools:
        raise UnknownToolError(f"there is no tool {name!r}", hint=f"tools: {', '.join(catalogue.tools) or 'none were given (tools=[…])'}")
    if getattr(catalogue.tools[name], "permission", "") == "never":
        raise UnknownToolError(f"tool {name!r} may never be called", hint="its permission is 'never'")
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


def _search(params: Mapping[str, Any], catalogue: Catalogue) -> None:
    _known_fields(params, {"query", "sources", "limit", "since", "full_text"}, "params of search")
    if not params.get("query"):
        raise PlanError("params of search need a 'query'")
    if not catalogue.sources:
        raise PlanError("there is nothing to search", hint="give a source: tools=[documents('folder')]")
    unknown = [name for name in _texts(params.get("sources", ()), "sources") if name not in catalogue.sources]
    if unknown:
        raise PlanError(f"there is no source {unknown[0]!r}", hint=f"sources: {', '.join(catalogue.sources)}")
    limit = params.get("limit", 1)
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        raise PlanError("the limit of a search is a number from 1")
    if not re.fullmatch(r"|\d{4}(-\d{2}){0,2}", str(params.get("since", ""))):
        raise PlanError("`since` is a date such as 2024-01-31")


def _judge(params: Mapping[str, Any], catalogue: Catalogue) -> None:
    _known_fields(params, {"value", "criterion", "against"}, "params of judge")
    if "value" not in params or not isinstance(params.get("criterion"), str) or not params["criterion"].strip():
        raise PlanError("params of judge need a 'value' and a 'criterion', a text")


def _check(data: Mapping[str, Any]) -> None:
    """The `check` of a step."""
    _known_fields(data, {"criterion", "against", "rounds"}, "check")
    if not isinstance(data.get("criterion"), str) or not data["criterion"].strip():
        raise PlanError("check needs a 'criterion', a text")
    rounds = data.get("rounds", 1)
    if not isinstance(rounds, int) or isinstance(rounds, bool) or rounds < 0:
        raise PlanError("the rounds of a check are a number from 0")


_PARAMS: dict[str, Callable[[Mapping[str, Any], Catalogue], None]] = {
    "ask": _ask,
    "code": _code,
    "call": _call,
    "gather": _gather,
    "search": _search,
    "judge": _judge,
}


def _known_fields(data: Mapping[str, Any], known: set[str], where: str = "") -> None:
    if not known.issuperset(data):
        unknown = sorted(map(str, set(data) - known))
        raise PlanError(f"{where}: unknown field {unknown[0]!r}" if where else f"unknown field {unknown[0]!r}", hint=f"fields: {', '.join(sorted(known))}")


def _mapping(data: Any, where: str) -> Mapping[str, Any]:
    if type(data) is not dict and not isinstance(data, Mapping):  # to ask an abstract class costs as much as all the rest
        raise PlanError(f"{where} must be a mapping, not {type(data).__name__}")
    return data


def _texts(data: Any, where: str) -> tuple[str, ...]:
    if isinstance(data, str) or not isinstance(data, list | tuple) or [item for item in data if not isinstance(item, str)]:
        raise PlanError(f"{where} must be a list of texts")
    return tuple(data)

"""One step of a plan, changed: what a person may edit, as plan data for the next run. Everything else of the plan stays, ids too,
so that a run of the edited plan does again only that step and what truly changes below it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.errors import BadOptionError

REWORDED = "reworded"
"""The part of a plan's facts that names the steps whose question a person edited."""
FIELDS = ("model", "role", "effort", "done_when", "purpose", "output", "check", "allow_failed", "batch", "keep", "for_each")
"""What may be edited in every step. `None` (or "") gives a field its default back."""


def editable(plan: Plan, step: str) -> dict[str, Any]:
    """What of a step may be edited, with its present values: the params of its kind, each argument by name, and the fields of every step."""
    data = plan[step].as_data()
    params = data.get("params", {})
    own = {name: value for name, value in params.items() if name not in ("arguments", "recipe", "tool")}
    told = [name for name in FIELDS if name != "role"]
    return {**own, **params.get("arguments", {}), **{name: data.get(name) for name in told if name in data or name in ("model", "done_when")}}


def edited(plan: Plan, step: str, goal: str = "", **changes: Any) -> dict[str, Any]:
    """The plan as data with one step changed. `goal`: the goal's text, which the plan then remembers.

    A change names a field of the step (`model`, `done_when`, `effort`, …), one of its params (`question`, `inputs`, `how`) or one argument of
    its recipe or tool (`by`, `method`, …). KeyError for an unknown step; BadOptionError, with what there is, for a name that the step does not have.
    """
    data = remembering(plan, goal)
    known = {item["id"]: item for item in data["steps"]}
    target = known[plan[step].id]
    for name, value in changes.items():
        if name == "question" and not target.get("model"):
            known_edits = data.get("facts", {}).get(REWORDED, ())
            data["facts"] = {**data.get("facts", {}), REWORDED: list(dict.fromkeys([*known_edits, target["id"]]))}
        place = _place(name, target)
        place(target, name, thaw(value))
        if place is _set_argument:
            data["assumptions"] = _told(data.get("assumptions", ()), target, name, value)
    return data


def _told(assumptions: Sequence[str], step: Mapping[str, Any], argument: str, value: Any) -> list[str]:
    """How the goal was read, with the person's own choice: what the plan said of this recipe no longer holds."""
    line = f"{argument} of {step.get('name', step['id'])}"
    gone = (f"{step.get('params', {}).get('recipe', '')}:", f"{line}:")
    left = [old for old in assumptions if not old.startswith(gone)]
    return [*left, f"{line}: {'left to the recipe' if value is None else value}, as edited by hand"]


def reworded(plan: Plan, step: Step) -> bool:
    """Was the question that the built-in writer got from the goal edited? It writes from results and follows no wording: that must be told."""
    question = step.params.get("question")
    fixed = step.model == "built-in" and bool(step.clause) and isinstance(question, str) and question[: len(step.clause)] != step.clause
    return fixed or (not step.model and question != step.clause and step.id in plan.facts.get(REWORDED, ()))


def remembering(plan: Plan, goal: str) -> dict[str, Any]:
    """The plan as data that names the goal it was made for: the step that writes the answer is told it, so without it that step would be another one."""
    data = plan.as_data()
    if goal and not data.get("facts", {}).get("goals"):
        data["facts"] = {**data.get("facts", {}), "goals": [goal]}
    return data


def _place(name: str, step: Mapping[str, Any]) -> Callable[[dict[str, Any], str, Any], None]:
    """Where a change goes."""
    params = step.get("params", {})
    if "arguments" in params or step["kind"] in ("code", "call"):
        if name in params.get("arguments", {}) or (name not in FIELDS and name not in params):
            return _set_argument
    elif name not in FIELDS and name not in params and name not in _PARAMS.get(step["kind"], ()):
        raise BadOptionError(f"step {step.get('name', step['id'])} has no {name!r}", hint=f"it has {', '.join([*params, *FIELDS])}")
    return _set_field if name in FIELDS else _set_param


_PARAMS = {"ask": ("question", "inputs"), "gather": ("inputs", "how"), "judge": ("value", "criterion", "against")}
_PARAMS |= {"search": ("query", "sources", "limit", "since", "full_text")}


def _set_field(step: dict[str, Any], name: str, value: Any) -> None:
    if value is None or value == "":
        step.pop(name, None)
    else:
        step[name] = value


def _set_param(step: dict[str, Any], name: str, value: Any) -> None:
    step["params"] = {**step.get("params", {}), name: value}


def _set_argument(step: dict[str, Any], name: str, value: Any) -> None:
    """Another value of an argument; a frame that was read only in part is then read as far as the new value needs."""
    arguments = dict(step["params"].get("arguments", {}))
    before = arguments.get(name)
    if value is None and name in arguments:
        del arguments[name]
    else:
        arguments[name] = value
    step["params"] = {**step["params"], "arguments": {key: _widened(item, before, value, arguments) for key, item in arguments.items()}}


def _widened(item: Any, before: Any, now: Any, arguments: Mapping[str, Any]) -> Any:
    """A reference to some columns of a table, where a column's name is exchanged for another."""
    if not (isinstance(item, dict) and "data" in item and isinstance(item.get("columns"), list)):
        return item
    old, new = _texts(before), _texts(now)
    columns = list(item["columns"])
    if not (old & set(columns)) and before is not None:
        return item
    others = {text for argument in arguments.values() if argument is not item for text in _texts(argument)}
    stay = [column for column in columns if column not in old or column in others]
    return {**item, "columns": list(dict.fromkeys([*stay, *sorted(new)]))}


def _texts(value: Any) -> set[str]:
    """The texts that an argument is or lists (references left out)."""
    if isinstance(value, str):
        return {value}
    return {text for item in value for text in _texts(item)} if isinstance(value, list | tuple) else set()

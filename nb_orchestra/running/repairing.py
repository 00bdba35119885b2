"""A plan with some steps replaced: pure, over plan data. Whoever proposes the new steps (a planner, a rule), the same holds:

only the steps that are named as gone change, all others stay as they are; an id that was ever used is never used again; a step that is proposed a
second time, word for word, after it failed is refused; and no call with effects comes in that the first plan did not have.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.core.references import FROM_FIELDS
from nb_orchestra.errors import PlanError
from nb_orchestra.running.naming import free_name

Data = dict[str, Any]


def below(plan: Plan, ids: Iterable[str]) -> set[str]:
    """These steps and all that stand on them."""
    found = set(ids)
    grown = True
    while grown:
        more = {step.id for step in plan.steps if step.id not in found and found.intersection(step.needs)}
        found |= more
        grown = bool(more)
    return found


def merged(plan: Plan, gone: Collection[str], proposed: Mapping[str, Any], used: Collection[str], anew: bool = False) -> Data:
    """Plan data: the steps of `plan` that are not gone, as they are, and the proposed ones that are new, under ids that were never used.

    `anew`: one that has the id of a step that stays, but does other work, is a new step too, which what was proposed beside it reads; else it is left out.
    PlanError where nothing new is proposed, or only what failed before.
    """
    kept = [step for step in plan.steps if step.id not in gone]
    there = {step.id: step for step in kept}
    given = [thaw(step) for step in proposed.get("steps", ()) if isinstance(step, Mapping)]
    new = [step for step in given if step.get("id") not in there or (anew and not _does(step, there[step["id"]]))]
    _refuse_repeats(new, [step for step in plan.steps if step.id in gone])
    ids = _fresh_ids(new, {*used, *there})
    names = {step.name for step in kept}
    for step in new:
        step["name"] = free_name(str(step.get("name") or step["id"]), names)
        step["id"] = ids[str(step["id"])]
        names.add(step["name"])
    moved = [_pointed(step, ids) for step in new]
    result = proposed.get("result", ())
    wanted = [ids.get(id, id) for id in ([result] if isinstance(result, str) else result)]
    if not wanted and moved:
        wanted = [moved[-1]["id"]]
    data = plan.as_data() | {"steps": [step.as_data() for step in kept] + moved, "result": wanted}
    return data | {name: list(proposed[name]) for name in ("not_done", "assumptions") if isinstance(proposed.get(name), list | tuple)}


def still_used(plan: Plan, ids: Collection[str], proposed: Mapping[str, Any]) -> set[str]:
    """Of these steps, all done, those that a proposal goes on with: proposed again as they were, or left out and read by what is new or by the result."""
    given = {str(step.get("id")): thaw(step) for step in proposed.get("steps", ()) if isinstance(step, Mapping)}
    result = proposed.get("result", ())
    read = {*_read_in(thaw([proposed.get("steps", ())])), *([result] if isinstance(result, str) else map(str, result))}
    moved = below(plan, [step.id for step in plan.steps if step.id in given and not _does(given[step.id], step)])  # what stands on other work is other work
    return {id for id in ids if (id not in moved if id in given else id in read)}


def _read_in(value: Any) -> Iterator[str]:
    """The ids that plan data reads."""
    for item in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        yield from _read_in(item)
    if isinstance(value, dict) and isinstance(value.get("from"), str):
        yield value["from"]


def _does(proposed: Data, step: Step) -> bool:
    """Whether a proposed step does what the step does; a field that it leaves out is as it was."""
    known = step.as_data()
    asked = ("kind", "params") if step.kind == "call" else ("kind", "params", "for_each", "check", "model")  # a call is not made twice for another check
    return all(proposed[name] == known.get(name) for name in asked if proposed.get(name))


def _refuse_repeats(new: list[Data], failed: list[Step]) -> None:
    if not new:
        raise PlanError("nothing new was proposed")
    before = [(step.kind, thaw(step.params), step.model, step.effort) for step in failed]
    if all((step.get("kind"), step.get("params", {}), step.get("model", ""), step.get("effort", "normal")) in before for step in new):
        raise PlanError("the same steps were proposed again")


def _fresh_ids(new: list[Data], used: Collection[str]) -> dict[str, str]:
    taken, ids = set(used), {}
    for step in new:
        id = str(step.get("id") or "step")
        if id in ids:
            raise PlanError(f"two steps have the id {id!r}")
        ids[id] = free_name(id, taken)
        taken.add(ids[id])
    return ids


def _pointed(value: Any, ids: Mapping[str, str]) -> Any:
    """Plan data with every reference to a renamed step following it; `needs` too."""
    if isinstance(value, list):
        return [_pointed(item, ids) for item in value]
    if not isinstance(value, dict):
        return value
    moved = {name: _pointed(item, ids) for name, item in value.items()}
    if isinstance(moved.get("from"), str) and set(moved) <= FROM_FIELDS:
        moved["from"] = ids.get(moved["from"], moved["from"])
    if "kind" in moved and isinstance(moved.get("needs"), list):
        moved["needs"] = [ids.get(need, need) for need in moved["needs"]]
    return moved


def refuse_new_effects(plan: Plan, known: Plan, effects: Callable[[str], bool]) -> None:
    """PlanError where a changed plan has a call with effects that the first plan did not have, word for word."""
    before = [thaw(step.params) for step in known.steps if step.kind == "call"]
    for step in plan.steps:
        if step.kind == "call" and effects(str(step.params["tool"])) and thaw(step.params) not in before:
            raise PlanError(f"a changed plan may not bring in a call of {step.params['tool']!r}, which has effects")


def with_searches(plan: Plan, asking: Step, gaps: Collection[str], sources: Collection[str]) -> Data:
    """Proposed data: a search for each gap, the asking step again with what they found, and what stands on it."""
    searches = [
        {
            "id": f"{asking.id}_gap_{number}",
            "kind": "search",
            "name": f"{asking.name[:28]}_gap_{number}",
            "purpose": f"looks up: {gap}",
            "params": {"query": gap, "sources": list(sources), "limit": 5},
        }
        for number, gap in enumerate(gaps, 1)
    ]
    redone = [step.as_data() for step in plan.steps if step.id in below(plan, [asking.id])]
    for step in redone:
        if step["id"] == asking.id:
            found = {f"found_{number}": {"from": search["id"]} for number, search in enumerate(searches, 1)}
            step["params"] = {**step["params"], "inputs": {**step["params"].get("inputs", {}), **found}}
            step.pop("needs", None)
    return {"steps": [*searches, *redone], "result": list(plan.result)}

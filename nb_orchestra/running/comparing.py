"""Two runs side by side: what differs in their plans, in what was chosen, and in the values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nb_orchestra import values
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.plan import Step
from nb_orchestra.running.run import Run


@dataclass(frozen=True, slots=True)
class Difference:
    """`step`: its name ("" = the whole run). `of`: plan, choice or value. `what`: which part. `before`, `after`: in words."""

    step: str
    of: str
    what: str
    before: str
    after: str


def compared(one: Run, two: Run) -> list[Difference]:
    """What differs, run first, then step by step in the order of the second plan. Empty where nothing does.

    Steps are matched by name (names say what a step holds and depend on the plan only), else by id.
    """
    found = list(_of_runs(one, two))
    before = {step.name: step for step in one.plan.steps} if one.plan else {}
    after = {step.name: step for step in two.plan.steps} if two.plan else {}
    by_id = {step.id: step for step in before.values() if step.name not in after}
    for step in after.values():
        old = before.get(step.name) or by_id.pop(step.id, None)
        if old is not None:
            by_id.pop(old.id, None)
        found += [Difference(step.name, "plan", "step", "", f"new: {step.kind}")] if old is None else _of_steps(old, one, step, two)
    return found + [Difference(step.name, "plan", "step", step.kind, "gone") for step in by_id.values()]


def _of_runs(one: Run, two: Run) -> Iterator[Difference]:
    first, second = one.progress, two.progress
    for what, before, after in (("goal", first.goal, second.goal), ("state", first.state, second.state)):
        if before != after:
            yield Difference("", "run", what, _short(before), _short(after))


def _of_steps(old: Step, one: Run, new: Step, two: Run) -> list[Difference]:
    told = [Difference(new.name, "plan", what, before, after) for what, before, after in _plan_parts(old, new)]
    first, second = one.progress.rows.get(old.id), two.progress.rows.get(new.id)
    if first is not None and second is not None:
        parts = (("state", first.state, second.state), ("model", first.model, second.model), ("reason", first.reason, second.reason))
        told += [Difference(new.name, "choice", what, before, after) for what, before, after in parts if before != after]
    left, right = one.results.get(old.id), two.results.get(new.id)
    if left is not None and right is not None and not _same(left.value, right.value):
        told.append(Difference(new.name, "value", "value", values.short(left.value), values.short(right.value)))
    return told


def _plan_parts(old: Step, new: Step) -> Iterator[tuple[str, str, str]]:
    """Each param and each field of a step that is not the same; the params' arguments one by one."""
    before, after = _flat(old.as_data()), _flat(new.as_data())
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield name, _short(before.get(name, "")), _short(after.get(name, ""))


def _flat(data: Mapping[str, Any]) -> dict[str, Any]:
    params = dict(data.get("params", {}))
    arguments = params.pop("arguments", {})
    return {name: value for name, value in {**data, **params, **arguments}.items() if name not in ("id", "params", "needs", "clause")}


def _same(one: Any, two: Any) -> bool:
    digest = values.content(one)
    return digest is not None and digest == values.content(two)


def _short(value: Any) -> str:
    text = " ".join(str(thaw(value)).split())
    return text if len(text) <= 120 else f"{text[:119]}…"

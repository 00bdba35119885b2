"""Two runs side by side: what differs in their plans, in what was chosen, and in the values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from nb_orchestra import values
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.plan import Step
from nb_orchestra.running.run import Run

if TYPE_CHECKING:
    import pandas as pd


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
        told.append(Difference(new.name, "value", "value", *_values(left.value, right.value)))
    return told


def _values(before: Any, after: Any) -> tuple[str, str]:
    """Both values in words; where those are the same, the first place in which they differ, and for a table in how many cells."""
    shown = values.short(before), values.short(after)
    if shown[0] != shown[1]:
        return shown
    kind = values.kind_of(before)
    if kind == "chart":
        before, after, kind = before.table, after.table, "table"
    if kind == "table" and before.shape == after.shape and list(before.columns) == list(after.columns):
        return _cells(before, after, shown[0])
    lines = list(zip_longest(str(before).splitlines(), str(after).splitlines(), fillvalue="")) if kind == "text" else []
    return next(((_short(one), _short(other)) for one, other in lines if one != other), shown)


def _cells(before: pd.DataFrame, after: pd.DataFrame, shown: str) -> tuple[str, str]:
    """Two tables of one shape and one set of columns."""
    changed = [at for at in range(before.shape[1]) if not _same(before.iloc[:, at], after.iloc[:, at])]
    found = [
        (at, row)
        for at in changed
        for row, pair in enumerate(zip(before.iloc[:, at].tolist(), after.iloc[:, at].tolist(), strict=True))
        if repr(pair[0]) != repr(pair[1])
    ]
    if not found:
        return f"{shown}: its types or its index differ", shown
    at, row = min(found, key=lambda place: (place[1], place[0]))
    one, other = (f"{frame.columns[at]} of row {row}: {_short(frame.iloc[row, at])}" for frame in (before, after))
    return f"{one} ({len(found):,} of {before.size:,} cells differ)", other


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

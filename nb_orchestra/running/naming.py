"""Which variable each step's value gets: decided once, after planning, from the plan and the names in use.

Names that the person gave are refused before anything runs when they hold a value of theirs. Names that a planner made
are changed instead (`summary_2`), the same way every time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nb_orchestra.core.plan import LONGEST_NAME, Plan
from nb_orchestra.errors import NameTakenError


@dataclass(frozen=True, slots=True)
class Naming:
    """What is in use. `taken`: names that hold values of the person; `ours`: names bound by earlier runs of other cells;
    `replaceable`: names that this cell's earlier run bound; `name`: the goal's NAME."""

    taken: frozenset[str] = frozenset()
    ours: frozenset[str] = frozenset()
    replaceable: frozenset[str] = frozenset()
    name: str = ""
    overwrite: bool = False
    binds: bool = False

    def refuse_taken(self, name: str) -> None:
        """NameTakenError where a name that the person gave holds a value of theirs."""
        if name in self.taken and name not in self.replaceable and not self.overwrite:
            free = free_name(name, self.taken | self.ours)
            raise NameTakenError(f"`{name}` already holds a value of yours", hint=f"use another name, such as `{free}`, or add --overwrite")


def free_name(name: str, used: frozenset[str] | set[str]) -> str:
    """`name` itself where it is free, else name_2, name_3, …, at most 40 characters."""
    number, candidate = 1, name
    while candidate in used:
        number += 1
        ending = f"_{number}"
        candidate = name[: LONGEST_NAME - len(ending)] + ending
    return candidate


def name_steps(plan: Plan, naming: Naming) -> Mapping[str, str]:
    """step id → variable name. NameTakenError for a name that the person gave and that is theirs."""
    reserved = {naming.name, f"{naming.name}_run"} if naming.name else set()
    names: dict[str, str] = {}
    used = set(reserved)
    if not naming.binds:
        return {step.id: step.name for step in plan.steps}
    if naming.name and len(plan.result) == 1 and plan[plan.result[0]].name not in plan.given_names:
        names[plan.result[0]] = naming.name  # the answer is NAME; a second variable with the same value would only be in the way
    for step in plan.steps:
        if step.name in plan.given_names and step.name not in reserved:
            naming.refuse_taken(step.name)
            names[step.id] = step.name
            used.add(step.name)
    in_use = used | ((naming.taken | naming.ours) - naming.replaceable)
    for step in plan.steps:
        if step.id not in names:
            names[step.id] = free_name(step.name, in_use)
            in_use.add(names[step.id])
    return {step.id: names[step.id] for step in plan.steps}

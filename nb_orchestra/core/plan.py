"""A Plan: data that says which steps to take, checked when it is made.

The checks here need nothing but the plan itself (ids, needs, cycles, names, kinds). What needs the catalogue (tools,
recipes, params of each kind) is checked by planning/reading, which is the only maker of plans from outside data.
"""

from __future__ import annotations

import builtins
import dataclasses
import graphlib
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from nb_orchestra.core.frozen import freeze, thaw
from nb_orchestra.core.references import FromRow, FromStep, find_references, params_references
from nb_orchestra.errors import PlanCycleError, PlanError, UnknownKindError, UnknownNeedError

KINDS = ("ask", "code", "search", "call", "judge", "gather")
"""Closed list. What people see: ask = model, code = code, gather = collect."""

ROLES = ("planner", "thinker", "researcher", "coder", "writer", "judge")
EFFORTS = ("easy", "normal", "hard")
OUTPUT_TYPES = ("any", "text", "number", "boolean", "list", "record", "figure", "table")
COLUMN_TYPES = ("any", "text", "number", "integer", "date", "boolean")
ROLE_BY_KIND = {"ask": "thinker", "code": "coder", "search": "researcher", "call": "coder", "judge": "judge", "gather": "coder"}
LONGEST_NAME = 40
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


def legal_name(name: str) -> bool:
    """True for a name that a step may have: short lower-case ASCII, no keyword, no builtin."""
    return (
        bool(_NAME.match(name))
        and len(name) <= LONGEST_NAME
        and not keyword.iskeyword(name)
        and not keyword.issoftkeyword(name)
        and not hasattr(builtins, name)
    )


@dataclass(frozen=True, slots=True)
class Output:
    """What a step promises. `columns` maps a column's name to its type, to {"enum": [...]} or to {"type": "integer", "min": 1, "max": 5}.

    `units` maps the names of some to their units ("g", "%").
    """

    type: str = "any"
    columns: Mapping[str, Any] | None = None
    units: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if self.type not in OUTPUT_TYPES:
            raise PlanError(f"output type {self.type!r} does not exist", hint=f"use one of {', '.join(OUTPUT_TYPES)}")
        if self.columns is not None:
            object.__setattr__(self, "columns", freeze(self.columns))
        if self.units is not None:
            object.__setattr__(self, "units", freeze(self.units))

    def as_data(self) -> dict[str, Any]:
        """As plan data says it."""
        data: dict[str, Any] = thaw(self.told())
        return data

    def told(self) -> Mapping[str, Any]:
        """The same, read-only: for those who write it down."""
        parts = {"type": self.type, "columns": self.columns, "units": self.units}
        return MappingProxyType({name: part for name, part in parts.items() if part is not None})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a plan. `needs` always covers what its references name. `clause`: the goal's words it answers.
    `model`: the one that must answer ('' = the one that suits the role and effort).

    `allow_failed`: the step runs with what its inputs gave when some (not all) of them failed; it is told which.
    """

    id: str
    kind: str
    params: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    purpose: str = ""
    clause: str = ""
    output: Output = field(default_factory=Output)
    role: str = ""
    effort: str = "normal"
    model: str = ""
    needs: tuple[str, ...] = ()
    for_each: Mapping[str, Any] | None = None
    keep: tuple[str, ...] | None = None
    batch: int = 1
    allow_failed: bool = False
    done_when: str = ""
    check: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "params", freeze(self.params))
        put(self, "for_each", freeze(self.for_each))
        put(self, "check", freeze(self.check))
        put(self, "name", self.name or self.id)
        put(self, "role", self.role or ROLE_BY_KIND.get(self.kind, ""))
        self._check_words()
        try:
            used = [*params_references(self.params), *find_references(self.for_each), *find_references(self.check)]
        except (ValueError, TypeError) as error:
            raise PlanError(f"step {self.id!r}: {error}") from None
        if self.for_each is None and any(isinstance(ref, FromRow) for ref in used):
            raise PlanError(f"step {self.id!r} reads a row but has no for_each")
        steps = [ref.step for ref in used if isinstance(ref, FromStep)]
        put(self, "needs", tuple(dict.fromkeys([*self.needs, *steps])))

    def _check_words(self) -> None:
        if not isinstance(self.id, str) or not self.id:
            raise PlanError("a step has no id")
        if self.kind not in KINDS:
            raise UnknownKindError(f"step {self.id!r}: kind {self.kind!r} does not exist", hint=f"use one of {', '.join(KINDS)}")
        if self.role not in ROLES:
            raise PlanError(f"step {self.id!r}: role {self.role!r} does not exist", hint=f"use one of {', '.join(ROLES)}")
        if self.effort not in EFFORTS:
            raise PlanError(f"step {self.id!r}: effort {self.effort!r} does not exist", hint=f"use one of {', '.join(EFFORTS)}")
        if not isinstance(self.batch, int) or self.batch < 1:
            raise PlanError(f"step {self.id!r}: batch must be 1 or more")

    def as_data(self) -> dict[str, Any]:
        """The step as JSON data, defaults left out."""
        data: dict[str, Any] = thaw(self.told())
        return data

    def told(self) -> Mapping[str, Any]:
        """The same, read-only: for those who write it down."""
        data: dict[str, Any] = {}
        for name, default in _STEP_DEFAULTS:
            value = getattr(self, name)
            if value is not default and value != default and value != ():
                data[name] = value.told() if name == "output" else value
        return MappingProxyType(data)


_STEP_DEFAULTS = tuple((item.name, Output() if item.name == "output" else item.default) for item in dataclasses.fields(Step))


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps with what they need, and which of them are the answer. Every rule is checked at birth; each error names the step."""

    steps: tuple[Step, ...]
    result: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()
    given_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "steps", tuple(self.steps))
        if not self.steps:
            raise PlanError("the plan has no steps")
        put(self, "result", tuple(self.result) or (self.steps[-1].id,))
        put(self, "facts", freeze(self.facts))
        put(self, "assumptions", tuple(self.assumptions))
        put(self, "not_done", tuple(self.not_done))
        put(self, "given_names", tuple(self.given_names))
        self._check_names()
        self._check_needs()

    def _check_names(self) -> None:
        ids: set[str] = set()
        names: set[str] = set()
        for step in self.steps:
            if step.id in ids:
                raise PlanError(f"two steps have the id {step.id!r}")
            if step.name in names:
                raise PlanError(f"two steps have the name {step.name!r}")
            if step.name not in self.given_names and not legal_name(step.name):
                raise PlanError(
                    f"step {step.id!r}: {step.name!r} is not a legal name", hint="lower-case letters, digits and _, at most 40, no keyword or builtin"
                )
            ids.add(step.id)
            names.add(step.name)
        for wanted in self.result:
            if wanted not in ids:
                raise UnknownNeedError(f"result names {wanted!r}, which is no step's id")

    def _check_needs(self) -> None:
        ids, before, in_order = {step.id for step in self.steps}, set[str](), True
        for step in self.steps:
            for need in step.needs:
                if need not in ids:
                    raise UnknownNeedError(f"step {step.id!r} needs {need!r}, which is no step's id", hint=f"ids: {', '.join(sorted(ids)[:20])}")
            in_order = in_order and before.issuperset(step.needs)
            before.add(step.id)
        if in_order:  # as plans are nearly always: no step can wait for itself
            return
        try:
            graphlib.TopologicalSorter({step.id: step.needs for step in self.steps}).prepare()
        except graphlib.CycleError as error:
            raise PlanCycleError(f"steps wait for each other: {' → '.join(error.args[1])}") from None

    def facts_of(self, kind: str) -> list[tuple[str, str]]:
        """(fact, id of the step that answers it or "") of a kind: given, to_look_up, to_derive, to_guess. Plan data may say a fact as {"fact", "step"}."""
        facts = self.facts.get(kind)
        pairs = [(fact.get("fact", ""), fact.get("step", "")) if isinstance(fact, Mapping) else (fact, "") for fact in facts or () if isinstance(facts, tuple)]
        return [(str(fact), str(step)) for fact, step in pairs]

    def __getitem__(self, id_or_name: str) -> Step:
        for step in self.steps:
            if id_or_name in (step.id, step.name):
                return step
        raise KeyError(id_or_name)

    def as_data(self) -> dict[str, Any]:
        """The plan as JSON data, in the shape that `orchestrate(plan=…)` takes."""
        data: dict[str, Any] = thaw(self.told())
        return data

    def told(self) -> Mapping[str, Any]:
        """The same, read-only: for those who write it down."""
        data: dict[str, Any] = {"steps": tuple([step.told() for step in self.steps]), "result": self.result}
        for name in ("facts", "assumptions", "not_done", "given_names"):
            if getattr(self, name):
                data[name] = getattr(self, name)
        return MappingProxyType(data)

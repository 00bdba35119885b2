"""What may flow where: labels on every value, and the one table of what they allow. Enforced by the runner before a step starts.

A model is assumed to obey whatever its data tells it to do, so nothing here looks at what a text says. Labels only grow: a result has those of all
its inputs, and its own. *private*: values of the notebook and of local documents. *untrusted*: whatever other people wrote, the web, tools and models,
so also what a model made of it. The words of the plan and of the goal are neither.

What no reference can reach needs no rule: names, models, tools, sources, limits and paths stand in the plan as plain words (planning/reading).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nb_orchestra.core.goal import Goal
from nb_orchestra.core.outcome import Result
from nb_orchestra.core.plan import Step
from nb_orchestra.core.references import FromData, FromRow, FromStep, Reference, find_references, params_references
from nb_orchestra.errors import FlowError
from nb_orchestra.protocols import Question, Source, Tool

PRIVATE, UNTRUSTED = "private", "untrusted"
Labels = frozenset[str]
NONE: Labels = frozenset()


@dataclass(frozen=True, slots=True)
class Way:
    """One way for values out of the run: where they go, and their labels there."""

    to: str
    into: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class Rule:
    """`label` must not go `to`; `told` says so to a person, who may allow it."""

    label: str
    to: str
    told: str


TABLE = (
    Rule(PRIVATE, "query", "a search outside would carry words of your private data"),
    Rule(PRIVATE, "outside tool", "a tool that reaches outside would get your private data"),
    Rule(UNTRUSTED, "effect", "a tool that changes something would get what others (or a model) wrote"),
)
"""All that is forbidden without a person's yes. Code is held by the sandbox (running/fenced), what models see by `--share`."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Labels of one run. `results` is the run's, read only."""

    goal: Goal
    results: Mapping[str, Result]
    tools: Mapping[str, Tool]
    sources: Mapping[str, Source]
    begun: frozenset[str] = frozenset()

    def labels_of(self, references: Iterable[Reference]) -> Labels:
        """The labels of what these references bring, joined."""
        return frozenset().union(*(self._labels(reference) for reference in references))

    def _labels(self, reference: Reference) -> Labels:
        if isinstance(reference, FromStep):
            result = self.results.get(reference.step)
            return result.labels if result is not None else NONE
        return frozenset({PRIVATE, UNTRUSTED}) if isinstance(reference, FromData) else NONE

    def inputs(self, step: Step) -> Labels:
        """The labels of all that a step reads."""
        return self.labels_of([*params_references(step.params), *find_references(step.for_each), *find_references(step.check)])

    def result(self, step: Step) -> Labels:
        """The labels of a step's value."""
        return self.inputs(step) | OWN[step.kind](self, step)

    def stopped(self, step: Step) -> Iterator[tuple[Rule, Way]]:
        """The ways of a step that the table forbids."""
        for way in WAYS.get(step.kind, _no_ways)(self, step):
            for rule in TABLE:
                if rule.to == way.to and rule.label in way.labels:
                    yield rule, way

    def questions(self, step: Step, content: Callable[[], str]) -> list[Question]:
        """What a person must allow before the step may start. `content`: gives a digest of what it would send; most steps need none."""
        tool = self.tools.get(str(step.params.get("tool"))) if step.kind == "call" else None
        if tool is not None and tool.effects and step.id in self.begun:
            return [_once_more(step, tool)]
        asking = [_before_each_call(step, tool, content())] if tool is not None and getattr(tool, "permission", "") == "ask" else []
        return asking or [_question(step, rule, way, content()) for rule, way in self.stopped(step)]


def refused(step: Step, question: Question) -> FlowError:
    """The step's end where a person did not allow it."""
    return FlowError(f"stopped: {question.text}", hint="write the words into the plan or the goal yourself, or allow it when asked")


def _question(step: Step, rule: Rule, way: Way, content: str) -> Question:
    told = f"Step {step.name} wants to use {way.into}: {rule.told}. Allow it?"
    key = hashlib.sha256(f"{rule}\0{way.into}\0{content}".encode()).hexdigest()[:40]
    return Question(f"flow-{key}", told, way_out="write the words into the plan yourself, or mark the tool permission='always'")


def _before_each_call(step: Step, tool: Tool, content: str) -> Question:
    key = hashlib.sha256(f"{tool.name}\0{content}".encode()).hexdigest()[:40]
    return Question(f"call-{key}", f"Step {step.name} wants to call {tool.name}. Allow it?", way_out="mark the tool permission='always'")


def _once_more(step: Step, tool: Tool) -> Question:
    """Never remembered: the next kill may come at the same place."""
    told = f"Step {step.name} called {tool.name} before the run was stopped, and that may have had its effect. Call it again?"
    return Question(f"again-{secrets.token_hex(16)}", told, way_out="take the step out of the plan: %orchestrate edit")


def _no_ways(flow: Flow, step: Step) -> Iterator[Way]:
    return iter(())


def _search_ways(flow: Flow, step: Step) -> Iterator[Way]:
    """A query leaves where a source is outside; plain words of the plan carry no label. Rows carry those of what they go over."""
    labels = flow.labels_of([*find_references(step.params.get("query")), *_rows(step, step.params.get("query"))])
    for name in step.params.get("sources") or flow.sources:
        if name in flow.sources and flow.sources[name].outside:
            yield Way("query", f"the source {name}", labels)


def _call_ways(flow: Flow, step: Step) -> Iterator[Way]:
    tool = flow.tools.get(str(step.params.get("tool")))
    if tool is None or getattr(tool, "permission", "") == "always":
        return
    arguments = step.params.get("arguments", {})
    labels = flow.labels_of([*params_references({"arguments": arguments}), *_rows(step, arguments)])
    if getattr(tool, "outside", False):
        yield Way("outside tool", f"the tool {tool.name}", labels)
    if tool.effects:
        yield Way("effect", f"the tool {tool.name}", labels)


def _rows(step: Step, value: Any) -> list[Reference]:
    """What a `for_each` brings into a part of the params that names rows."""
    named = [*find_references(value), *params_references({"arguments": value} if isinstance(value, Mapping) else {})]
    return list(find_references(step.for_each)) if any(isinstance(item, FromRow) for item in named) else []


WAYS: dict[str, Callable[[Flow, Step], Iterator[Way]]] = {"search": _search_ways, "call": _call_ways}


def _found(flow: Flow, step: Step) -> Labels:
    named = step.params.get("sources") or list(flow.sources)
    local = any(name in flow.sources and not flow.sources[name].outside for name in named)
    return frozenset({PRIVATE, UNTRUSTED}) if local else frozenset({UNTRUSTED})


def _called(flow: Flow, step: Step) -> Labels:
    tool = flow.tools.get(str(step.params.get("tool")))
    return NONE if tool is not None and tool.pure else frozenset({UNTRUSTED})


OWN: dict[str, Callable[[Flow, Step], Labels]] = {
    "ask": lambda flow, step: frozenset({UNTRUSTED}),
    "judge": lambda flow, step: frozenset({UNTRUSTED}),
    "code": lambda flow, step: frozenset({UNTRUSTED}) if "instructions" in step.params else NONE,
    "gather": lambda flow, step: NONE,
    "search": _found,
    "call": _called,
}
"""What a kind adds of itself to the labels of its inputs."""

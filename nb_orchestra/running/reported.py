"""What the steps of a run said of themselves, for whoever changes its plan: gaps, rows and columns that a model was not shown, doubts about a text.

Only words of models, about what they saw at the run's sharing level, and ours about them. What a tool or a recipe said beside its value stays here, and
so does what a search missed where its words may hold private values. It reaches a planner as data, in a block of its own, never as instructions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nb_orchestra import values
from nb_orchestra.core.outcome import Result
from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.running.flow import PRIVATE

LONGEST, MOST = 300, 1_500
"""Characters of one remark, and of all."""
ANSWERED = ("ask", "judge")
"""Kinds whose warnings are about what a model saw and wrote."""
HERE = "built-in"
"""The engine in the kernel sees every value, so its words may hold what must not leave."""


def reported(plan: Plan, results: Mapping[str, Result]) -> str:
    """One line for each remark, "s3 (brief): gap: …", those of the latest steps last; "" where no step has one. What does not fit is counted."""
    lines = list(dict.fromkeys(f"{step.id} ({step.name}): {text[:LONGEST]}" for step in plan.steps if step.id in results for text in _remarks(step, results)))
    told: list[str] = []
    for line in reversed(lines):  # what stands nearest to the answer tells most
        if sum(map(len, told)) + len(line) > MOST:
            return "\n".join([f"({len(lines) - len(told)} earlier remarks are left out)", *reversed(told)])
        told.append(line)
    return "\n".join(reversed(told))


def _remarks(step: Step, results: Mapping[str, Result]) -> Iterator[str]:
    result = results[step.id]
    if result.model.startswith(HERE):
        return
    if step.kind in ANSWERED or PRIVATE not in result.labels:
        yield from (f"gap: {values.clean_text(gap)}" for gap in result.gaps)
    if step.kind in ANSWERED:
        gaps = set(result.gaps)
        yield from (values.clean_text(warning) for warning in result.warnings if warning not in gaps)

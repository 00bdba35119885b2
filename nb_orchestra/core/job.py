"""A Job: a step with its references filled in, ready to be done. Jobs, not steps, have an identity for the cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra.core.plan import Step


@dataclass(frozen=True, slots=True)
class Job:
    """`params` are the step's params with values in place of references; `sources` says which step or variable gave each
    input ({"masses": "mean_mass"}). `made_by`: for each named input that a step made, what that step was (name, recipe,
    arguments, purpose), without ids. `missing`: inputs that failed, with the reason, where the step allows that.
    `notes`: what the plan says of itself (assumptions, not_done, goal) and its recipes of their results (warnings), for the step that writes the answer.
    `check`: the step's check with its references filled in; `held_made_by`: as `made_by`, for what the check holds the value against."""

    step: Step
    params: Mapping[str, Any]
    attempt: int = 1
    sources: Mapping[str, str] = field(default_factory=dict)
    made_by: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)
    check: Mapping[str, Any] | None = None
    held_made_by: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

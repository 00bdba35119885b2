"""A Job: a step with its references filled in, ready to be done. Jobs, not steps, have an identity for the cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra.core.plan import Step


@dataclass(frozen=True, slots=True)
class Job:
    """`params` are the step's params with values in place of references; `sources` says which step or variable gave each
    top-level input ({"masses": "mean_mass"}), for prose and provenance, never for identity."""

    step: Step
    params: Mapping[str, Any]
    attempt: int = 1
    sources: Mapping[str, str] = field(default_factory=dict)

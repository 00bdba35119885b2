"""What a person asks of a running plan. A view sends a command; the runner applies it and journals a past-tense event."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop the run; what is finished stays."""


PLAN_ASKED = "plan-"
"""Begins the key of the question whether a plan may run, which may be answered by the plan as a person edited it."""


@dataclass(frozen=True, slots=True)
class Decide:
    """The answer to a question that a gate asked. `plan`: the plan that was asked about, as its text was edited."""

    question: str
    yes: bool
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Bring:
    """The text that a question asked for."""

    question: str
    text: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave a step out of the run; what cannot do without it is skipped too."""

    step: str


Command = Cancel | Decide | Bring | Skip

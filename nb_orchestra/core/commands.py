"""What a person asks of a running plan. A view sends a command; the runner applies it and journals a past-tense event."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop the run; what is finished stays."""


@dataclass(frozen=True, slots=True)
class Decide:
    """The answer to a question that a gate asked."""

    question: str
    yes: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bring:
    """The text that a question asked for."""

    question: str
    text: str


Command = Cancel | Decide | Bring

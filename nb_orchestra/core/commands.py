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


Command = Cancel | Decide

"""The words: frozen values that every room speaks. Standard library only, no I/O, no async, no mutable class.

goal · plan (Step, Plan: checked at birth) · references (how a step names what it reads) · job (a step with its inputs
filled in) · prompt (a structured request, not text) · outcome (Result | Failure | Skipped | Cancelled) · usage ·
settings · events (past tense) · commands (what a person asks for) · progress (state = fold of events) · redact
"""

from __future__ import annotations

from nb_orchestra.core.commands import Cancel, Command, Decide
from nb_orchestra.core.events import Event
from nb_orchestra.core.goal import Goal
from nb_orchestra.core.job import Job
from nb_orchestra.core.outcome import Cancelled, Failure, Outcome, Result, Skipped
from nb_orchestra.core.plan import KINDS, Output, Plan, Step
from nb_orchestra.core.progress import Progress, Row
from nb_orchestra.core.prompt import Block, Prompt
from nb_orchestra.core.settings import Settings
from nb_orchestra.core.usage import Usage

__all__ = [
    "KINDS",
    "Block",
    "Cancel",
    "Cancelled",
    "Command",
    "Decide",
    "Event",
    "Failure",
    "Goal",
    "Job",
    "Outcome",
    "Output",
    "Plan",
    "Progress",
    "Prompt",
    "Result",
    "Row",
    "Settings",
    "Skipped",
    "Step",
    "Usage",
]

"""A Prompt: a structured request to a model. It is data; each model's file turns it into that provider's wire.

Values ride along whole in `blocks`. The built-in engine, which stays in the kernel, reads them; for every other model
the border (models room) describes them as far as the sharing level allows, marked as data and never as instructions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra.core.plan import Output

ABOUT_THE_RUN: Mapping[str, Any] = {"kind": "run"}
"""What made a block that holds words about the run: told whole, as data."""
THE_ROW: Mapping[str, Any] = {"kind": "row"}
"""What made a block that is the whole present row of a `for_each`, because its question names it ({"row": true}): told whole, like cells that are named."""


@dataclass(frozen=True, slots=True)
class Block:
    """One named input. `made_by` is the step (as data) that made it, None for a notebook value, ABOUT_THE_RUN for what was said of the run,
    THE_ROW for a `for_each`'s whole row."""

    name: str
    value: Any
    made_by: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """`purpose` names what is wanted (plan, repair, ask, judge); `version` is the version of that purpose's wording and is part of identity."""

    purpose: str
    version: str
    task: str
    blocks: tuple[Block, ...] = ()
    output: Output = field(default_factory=Output)
    role: str = "thinker"
    effort: str = "normal"
    done_when: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model gave: a value of the asked form, not yet checked against the promise of the step. `reason`: why this model.

    `by`: the name (as in ModelFacts) of the one among several models that answered; '' where only one could.
    """

    value: Any
    model: str
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = 0.0
    gaps: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    reason: str = ""
    by: str = ""

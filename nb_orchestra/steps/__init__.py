"""One file per kind of step. STEP_KINDS names the built-in ones; a kind reaches other rooms only through its StepContext."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nb_orchestra.steps.ask import Ask
from nb_orchestra.steps.call import Call
from nb_orchestra.steps.code import Code
from nb_orchestra.steps.gather import Gather
from nb_orchestra.steps.judge import Judge
from nb_orchestra.steps.search import Search

if TYPE_CHECKING:
    from nb_orchestra.protocols import StepKind

STEP_KINDS: dict[str, StepKind] = {"ask": Ask(), "code": Code(), "call": Call(), "gather": Gather(), "search": Search(), "judge": Judge()}

__all__ = ["STEP_KINDS"]

"""Code that a model (or a plan) wrote, on its way into the sandbox: who must be asked first, and what it may use.

In the tier *isolated* nothing the code does can leave its folder, so nobody is asked. In *limited* and *here* a person sees the code
and allows it, unless they said before that they trust it. Recipes never come this way.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nb_orchestra import sandbox
from nb_orchestra.core.outcome import Failure, Outcome
from nb_orchestra.core.plan import Step
from nb_orchestra.core.settings import Settings
from nb_orchestra.protocols import Question
from nb_orchestra.running.gates import Gate

SECONDS = 60.0
_TELLS = {"limited": "this machine cannot hold code", "here": "it would run in this very kernel (--here)"}


@dataclass(frozen=True, slots=True)
class Fence:
    """The sandbox as one run uses it."""

    settings: Settings
    gate: Gate

    async def run(self, step: Step, code: str, inputs: Mapping[str, Any]) -> Outcome:
        """The outcome of the code. A Failure where it was not allowed; NotApprovedError where nobody can be asked."""
        tier = await self._tier()
        if tier != "isolated" and not await self._allowed(step, code, tier):
            return Failure("NotApprovedError", "the code was not allowed to run", "change the goal, or look at the code with %orchestrate code", tier=tier)
        limits = sandbox.Limits(seconds=min(SECONDS, self.settings.step_seconds))
        return await sandbox.arun_code(code, inputs, limits=limits, approved=True, here=tier == "here")

    async def _tier(self) -> str:
        return "here" if self.settings.here else await asyncio.to_thread(found_tier)

    async def _allowed(self, step: Step, code: str, tier: str) -> bool:
        if self.settings.trust_code and tier == "limited":
            return True
        key = hashlib.sha256(f"{tier}\0{code}".encode("utf-8", "replace")).hexdigest()[:40]
        question = Question(
            f"code-{key}",
            f"Step {step.name}: run this code? {_TELLS[tier]}.\n\n{code}\n",
            way_out="allow it with %orchestrate set trust_code on" if tier == "limited" else "leave --here out",
        )
        return await self.gate.allowed(question, step.id)


@functools.cache
def found_tier() -> str:
    """isolated or limited; the probing takes about a second, once."""
    return sandbox.tier()

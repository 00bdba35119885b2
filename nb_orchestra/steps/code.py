"""`code`: compute on the notebook's data. Here: the built-in recipes, named functions with plain arguments.

(Code that a model writes runs in the sandbox room; it is added with that room's socket.)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.core.job import Job
from nb_orchestra.core.outcome import Result
from nb_orchestra.protocols import StepContext


class Code:
    """Runs one recipe on its arguments."""

    version = "1"

    def identity(self, job: Job, context: StepContext) -> Mapping[str, Any] | None:
        """The recipe's name and code, and each argument by content."""
        recipe = job.params["recipe"]
        parts: dict[str, Any] = {"recipe": recipe, "code of the recipe": context.recipe_version(recipe)}
        for name, value in job.params.get("arguments", {}).items():
            parts[_in_words(name, job.sources)] = value
        return parts

    async def perform(self, job: Job, context: StepContext) -> Result:
        computed = await context.compute(job.params["recipe"], job.params.get("arguments", {}))
        return Result(computed.value, model="code", reason=f"recipe {job.params['recipe']}", warnings=computed.warnings)


def _in_words(argument: str, sources: Mapping[str, str]) -> str:
    source = sources.get(argument)
    return f"input {source}" if source else argument

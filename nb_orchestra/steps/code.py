"""`code`: compute on the notebook's data. Three forms: a built-in recipe, code that stands in the plan, or instructions for which a model writes it.

A recipe is ours and runs in the kernel; any other code runs in the sandbox, on copies of its inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nb_orchestra.core.job import Job
from nb_orchestra.core.outcome import Failure, Result
from nb_orchestra.protocols import StepContext
from nb_orchestra.steps.coding import WORDING, run_given, write_and_run


class Code:
    """Computes one value."""

    version = "1"

    def identity(self, job: Job, context: StepContext) -> Mapping[str, Any] | None:
        """What computes it (recipe, code, or instructions and model), and each input by content."""
        return _IDENTITIES[form_of(job.params)](job, context)

    async def perform(self, job: Job, context: StepContext) -> Result | Failure:
        if form_of(job.params) == "instructions":
            return await write_and_run(job, context)
        return await (run_given(job, context) if form_of(job.params) == "code" else _run_recipe(job, context))


def form_of(params: Mapping[str, Any]) -> str:
    """recipe, code or instructions."""
    return next(form for form in ("recipe", "code", "instructions") if form in params)


async def _run_recipe(job: Job, context: StepContext) -> Result:
    computed = await context.compute(job.params["recipe"], job.params.get("arguments", {}))
    return Result(computed.value, model="code", reason=f"recipe {job.params['recipe']}", warnings=computed.warnings)


def _recipe_identity(job: Job, context: StepContext) -> dict[str, Any]:
    recipe = job.params["recipe"]
    parts: dict[str, Any] = {"recipe": recipe, "code of the recipe": context.recipe_version(recipe)}
    return parts | dict(job.params.get("arguments", {}))


def _code_identity(job: Job, context: StepContext) -> dict[str, Any]:
    return {"code": job.params["code"], "what is promised": str(job.step.output)} | _inputs(job)


def _written_identity(job: Job, context: StepContext) -> dict[str, Any]:
    parts = {"instructions": job.params["instructions"], "model": context.model_for(job).name, "wording of the prompt": WORDING}
    return parts | {"what is promised": str(job.step.output), "done when": job.step.done_when} | _inputs(job)


_IDENTITIES: dict[str, Callable[[Job, StepContext], dict[str, Any]]] = {
    "recipe": _recipe_identity,
    "code": _code_identity,
    "instructions": _written_identity,
}


def _inputs(job: Job) -> dict[str, Any]:
    return {f"input {name}": value for name, value in job.params.get("inputs", {}).items()}

"""What makes a step's job equal to another: what its kind says, and what holds for every kind. Also which of these parts say who answers.

Whatever reaches a model or changes a value must be a part; whatever is only a place or a name of ours must not. tests/cache/test_mutations.py
holds one change of each part, for every kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.cache import identify
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.job import Job
from nb_orchestra.core.plan import Output, Step
from nb_orchestra.protocols import ModelFacts, StepKind
from nb_orchestra.running.context import Context

JUDGE = "model that checks"
VERSIONS = ("code of the recipe", "kind of step", "wording of the prompt", "the edition of the built-in engine")
"""Parts that change with the versions of this package and of those that compute, and that nobody edits."""
ADDRESS = "address of the model"
OTHER = ".other"
"""Ends the key of an answer that another model gave than the one asked."""
OF_THE_MODEL = ("model", ADDRESS, "how it is told", "effort", "the edition of the built-in engine", JUDGE)
"""Parts of an identity that say who answers, not what is asked."""


def parts_of(step: Step, job: Job, kind: StepKind, context: Context) -> dict[str, Any] | None:
    """The parts of a job's identity, by what people call them; None for what is never cached."""
    own = kind.identity(job, context)
    if own is None:
        return None
    parts = {"kind of step": f"{step.kind} {kind.version}", **own, "what is promised": promised(step.output)}
    if "model" in own:
        parts = {**_of_model(context.model_for(job), step), **parts}
    if job.check is not None:
        judge = context.model_as("judge")
        parts |= {"check": dict(job.check), JUDGE: [judge.name, judge.telling]}
    return parts


def promised(output: Output) -> Any:
    """A promise as plain data; a value that was kept under another promise was never held against this one."""
    units = {} if output.units is None else {"units": thaw(output.units)}
    return {"type": output.type, "columns": None if output.columns is None else list(thaw(output.columns).items())} | units


def _of_model(facts: ModelFacts, step: Step) -> dict[str, Any]:
    """What of a model counts beside its name: where it answers, how much of the data is told and in which words, and the effort."""
    if facts.local:
        return {}
    return {"how it is told": facts.telling, "effort": step.effort} | ({ADDRESS: facts.place} if facts.place else {})


def question_key(parts: Mapping[str, str]) -> str:
    """The key of a question, from the parts of its identity, whoever answers it; "" where no model is among them."""
    if "model" not in parts:
        return ""
    whole = identify({name: part for name, part in parts.items() if name not in OF_THE_MODEL})
    return f"answer-{whole.key}" if whole else ""


def alike(now: Mapping[str, str], then: Mapping[str, str], any_model: bool) -> list[str] | None:
    """The versions (or addresses) by which two identities differ, where they differ in nothing else; None where they do. `any_model`: nobody named one."""
    passed = (*VERSIONS, ADDRESS, *(OF_THE_MODEL if any_model else ()))
    differs = [name for name in {**now, **then} if now.get(name) != then.get(name)]
    return None if any(name not in passed for name in differs) else differs


def row_parts(step: Step, source: Any) -> dict[str, Any]:
    """What a `for_each` adds: the rows that it goes over, and how their results are put together."""
    return {"rows": source, "kept columns": list(step.keep) if step.keep is not None else "all", "batch": step.batch}

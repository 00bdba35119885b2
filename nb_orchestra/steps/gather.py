"""`gather`: puts results together: a list, a table of stacked tables, or a mapping by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nb_orchestra import values
from nb_orchestra.core.job import Job
from nb_orchestra.core.outcome import Result
from nb_orchestra.errors import OutputError
from nb_orchestra.protocols import StepContext


def _stack(inputs: Mapping[str, Any]) -> Any:
    """Tables one below the other, in order, with a first column that says which input each row came from."""
    import pandas as pd

    odd = [name for name, value in inputs.items() if values.kind_of(value) != "table"]
    if odd:
        raise OutputError(f"{', '.join(odd)}: not a table, so it cannot be stacked", hint="collect as a list or a dict instead")
    named = {name: frame for name, frame in inputs.items() if len(frame)}
    if not named:
        return next(iter(inputs.values())).copy() if inputs else pd.DataFrame()
    stacked = pd.concat(named.values(), keys=named.keys(), names=["source", None])
    stacked = stacked.reset_index(level=0, allow_duplicates=True)
    return stacked.reset_index(drop=True)


_HOW: dict[str, Callable[[Mapping[str, Any]], Any]] = {"list": lambda inputs: list(inputs.values()), "dict": dict, "concat": _stack}


class Gather:
    """Collects its inputs; computes nothing."""

    version = "1"

    def identity(self, job: Job, context: StepContext) -> Mapping[str, Any] | None:
        inputs = job.params.get("inputs", {})
        return {"how": job.params.get("how", "dict"), "order of the inputs": list(inputs)} | {f"input {name}": value for name, value in inputs.items()}

    async def perform(self, job: Job, context: StepContext) -> Result:
        how = job.params.get("how", "dict")
        if how not in _HOW:
            raise OutputError(f"cannot collect as {how!r}", hint=f"use one of {', '.join(_HOW)}")
        return Result(_HOW[how](dict(job.params.get("inputs", {}))), model="code", reason="collects what earlier steps found")

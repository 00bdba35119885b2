"""`call`: a tool, with plain arguments or values of earlier steps.

A tool is the person's code and may change what it is given, so it gets copies: other steps and variables never see that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra import values
from nb_orchestra.core.job import Job
from nb_orchestra.core.outcome import Result
from nb_orchestra.protocols import StepContext


class Call:
    """Calls one tool. A tool with effects has no identity: it is never cached."""

    version = "1"

    def identity(self, job: Job, context: StepContext) -> Mapping[str, Any] | None:
        """The tool's name, schema and code (itself, which has no content, where its code cannot be named), and each argument by content."""
        tool = context.tool(job.params["tool"])
        if tool.effects:
            return None
        parts: dict[str, Any] = {"tool": tool.name, "code of the tool": tool.identity or tool, "arguments the tool takes": dict(tool.schema)}
        for name, value in job.params.get("arguments", {}).items():
            parts[f"argument {name}"] = value
        return parts

    async def perform(self, job: Job, context: StepContext) -> Result:
        arguments = {name: values.snapshot(value) for name, value in job.params.get("arguments", {}).items()}
        value = await context.call(job.params["tool"], arguments)
        where = getattr(context.tool(job.params["tool"]), "where", "")
        return Result(value, model="tool", reason=", ".join(filter(None, (f"tool {job.params['tool']}", where))))

"""Inputs that are too long for a model: its largest one is halved, each part is asked about, and the answers are put together. Nothing is cut silently.

Rows (a promised table or list) are put below each other; texts and other values are made of the parts' notes by one more question. A part that is still
too long is halved again, a few times at most.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nb_orchestra import values
from nb_orchestra.core.plan import Output
from nb_orchestra.core.prompt import Answer, Block, Prompt
from nb_orchestra.errors import PromptTooLongError
from nb_orchestra.protocols import StepContext

DEEPEST = 6
"""Halvings: up to 64 parts."""
_PART = (
    "\n\n(The input {name!r} is part {part} of 2: it was too long to be given at once. "
    "Answer for this part only; write down every fact of it that the task needs.)"
)
_JOIN = "\n\n(The input {name!r} was too long to be given at once. It was read in parts; {name!r} now holds the notes of each part, in order.)"


async def ask_whole(prompt: Prompt, context: StepContext, depth: int = 0) -> Answer:
    """The answer; made from parts where the prompt is too long. PromptTooLongError where no input can be halved."""
    try:
        return await context.ask(prompt)
    except PromptTooLongError:
        largest = max(prompt.blocks, key=lambda block: _size(block.value), default=None)
        halves = None if largest is None or depth >= DEEPEST else _halves(largest.value)
        if largest is None or halves is None:
            raise
        rows = prompt.output.type in ("table", "list")
        parts = [await ask_whole(_about(prompt, largest, half, number, rows), context, depth + 1) for number, half in enumerate(halves, 1)]
    if rows:
        return _summed(parts, _stacked([part.value for part in parts]))
    notes = "\n\n".join(f"Part {number}:\n{part.value}" for number, part in enumerate(parts, 1))
    joined = replace(prompt, task=prompt.task + _JOIN.format(name=largest.name), blocks=_with(prompt, largest, notes))
    last = await ask_whole(joined, context, depth + 1)
    return _summed([*parts, last], last.value)


def _about(prompt: Prompt, block: Block, half: Any, number: int, rows: bool) -> Prompt:
    task = prompt.task + _PART.format(name=block.name, part=number)
    return replace(prompt, task=task, blocks=_with(prompt, block, half), output=prompt.output if rows else Output("text"))


def _with(prompt: Prompt, block: Block, value: Any) -> tuple[Block, ...]:
    return tuple(replace(item, value=value) if item is block else item for item in prompt.blocks)


def _size(value: Any) -> int:
    if values.kind_of(value) == "table":
        return int(value.shape[0] * value.shape[1] * 8)
    return len(str(value)) if isinstance(value, str | list | tuple) else 0


def _halves(value: Any) -> tuple[Any, Any] | None:
    """Two parts, at a row, an item, or the end of a paragraph or sentence near the middle; None for what has no parts."""
    if isinstance(value, str) and len(value) > 1:
        middle = len(value) // 2
        cut = next((at + len(mark) for mark in ("\n\n", "\n", ". ", " ") if (at := value.rfind(mark, middle // 2, middle)) > 0), middle)
        return value[:cut], value[cut:]
    if values.kind_of(value) == "table" and len(value) > 1:
        return value.iloc[: len(value) // 2], value.iloc[len(value) // 2 :]
    if isinstance(value, list | tuple) and len(value) > 1:
        return value[: len(value) // 2], value[len(value) // 2 :]
    return None


def _stacked(parts: list[Any]) -> Any:
    if all(values.kind_of(part) == "table" for part in parts):
        import pandas as pd

        return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return [item for part in parts for item in part]


def _summed(parts: list[Answer], value: Any) -> Answer:
    cost = None if any(part.cost is None for part in parts) else sum(part.cost or 0.0 for part in parts)
    said = [warning for part in parts for warning in part.warnings]
    warnings = tuple(dict.fromkeys([*said, f"the inputs were too long for {parts[-1].model}, so it read them in parts"]))
    tokens_in, tokens_out = sum(part.tokens_in for part in parts), sum(part.tokens_out for part in parts)
    return replace(parts[-1], value=value, tokens_in=tokens_in, tokens_out=tokens_out, cost=cost, warnings=warnings)

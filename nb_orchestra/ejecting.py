"""A run as a notebook or script that no longer needs us: each step a cell, code as code, what a model said as its recorded words with the prompt beside them.

Nothing is run to make it. What is neither code nor a short value (a long table that a search found) goes into a Parquet file beside it.
"""

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nb_orchestra import values
from nb_orchestra.bundle.packing import digest
from nb_orchestra.bundle.readable import readable
from nb_orchestra.core.outcome import Result
from nb_orchestra.core.plan import Step
from nb_orchestra.ejected import code_of_step, expression_of, with_needs
from nb_orchestra.running import Run

MOST_CELLS = 2_000
"""Cells of a table that is written out in the code; a larger one becomes a file."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `code`, or Markdown."""

    text: str
    code: bool = True


@dataclass(slots=True)
class Ejected:
    """The cells, and the files that they read, by name."""

    cells: list[Cell] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def notebook(self) -> str:
        """nbformat 4.5, equal for equal runs."""
        cells = [_notebook_cell(number, cell) for number, cell in enumerate(self.cells)]
        about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, "language_info": {"name": "python"}}
        return json.dumps({"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}, ensure_ascii=False, indent=1) + "\n"

    def script(self) -> str:
        """Python, with the Markdown as comments."""
        told = [cell.text if cell.code else "\n".join(f"# {line}".rstrip() for line in cell.text.splitlines()) for cell in self.cells]
        return "\n\n".join(told).rstrip() + "\n"


def eject(run: Run, folder: str) -> Ejected:
    """The cells of a run's plan, needs first. `folder`: the name under which its files will stand beside it. ValueError for a run without a plan."""
    if run.plan is None:
        raise ValueError("a run without a plan has no steps")
    made = Ejected([Cell(_heading(run), code=False)])
    for id in dict.fromkeys(step.id for result in run.plan.result for step in with_needs(run.plan, result)):
        _add(run, run.plan[id], folder, made)
    last = run.names.get(run.plan.result[-1], run.plan.result[-1])
    made.cells.append(Cell(f"print({last})" if values.kind_of(run.value) == "text" else last))
    return made


def _heading(run: Run) -> str:
    data = ", ".join(f"`{name}` ({values.short(value)})" for name, value in run.goal.data.items())
    goal = " ".join(run.goal.text.split()) or "A plan that was given"
    return f"{goal}\n\nMade from the run {run.id} of nb_orchestra, and without need of it. {f'It reads {data}: load that first.' if data else ''}".rstrip()


def _add(run: Run, step: Step, folder: str, made: Ejected) -> None:
    """One step: what it is for, then its code, its call or its recorded value."""
    name, result = run.names.get(step.id, step.name), run.results.get(step.id)
    made.cells.append(Cell(_told(step, name, result), code=False))
    code = code_of_step(run, step.id) if step.for_each is None else ""
    if not code and result is not None and step.for_each is None:
        code = _KINDS.get(step.kind, _nothing)(run, step, name)
    if not code:
        code = _recorded(name, result, folder, made) if result is not None else f"# {name} was not made: {run.progress.rows[step.id].message}"
    made.cells.append(Cell(code.rstrip()))


def _told(step: Step, name: str, result: Result | None) -> str:
    """Purpose; for what a model, a search or a judge gave: what it was asked, who answered, and when."""
    lines = [f"**{name}**" + (f": {' '.join(step.purpose.split())}" if step.purpose else "")]
    asked = next((str(step.params[part]) for part in ("question", "instructions", "query", "criterion") if part in step.params), "")
    if asked:
        lines.append("\n".join(f"> {line}" for line in asked.splitlines()))
    if result is not None and step.kind in ("ask", "judge", "search"):
        lines.append(f"Recorded answer of {result.model}, {result.taken_at}.")
    return "\n\n".join(lines)


def _nothing(run: Run, step: Step, name: str) -> str:
    return ""


def _gathered(run: Run, step: Step, name: str) -> str:
    inputs = {key: expression_of(value, run.names) for key, value in step.params.get("inputs", {}).items()}
    pairs = f"{{{', '.join(f'{key!r}: {text}' for key, text in inputs.items())}}}"
    how = step.params.get("how", "dict")
    if how == "concat":
        stack = f'pd.concat({pairs}, names=["source", None]).reset_index(level=0).reset_index(drop=True)'
        return f"import pandas as pd\n\n{name} = {stack}"
    return f"{name} = {pairs}" if how == "dict" else f"{name} = [{', '.join(inputs.values())}]"


def _called(run: Run, step: Step, name: str) -> str:
    """The tool's own source and its call; "" for a tool with effects, or one whose source cannot be read alone."""
    tool = next((tool for tool in run.tools if tool.name == step.params["tool"]), None)
    function = getattr(tool, "function", None)
    if tool is None or tool.effects or not inspect.isfunction(function) or function.__closure__:
        return ""
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        return ""
    start = next((number for number, line in enumerate(source.splitlines()) if line.startswith(("def ", "async def "))), None)
    if start is None or set(function.__code__.co_names) & set(function.__globals__) - {"pd", "np"}:
        return ""
    given = ", ".join(f"{key}={expression_of(value, run.names)}" for key, value in step.params.get("arguments", {}).items())
    call = f"{'await ' if inspect.iscoroutinefunction(function) else ''}{function.__name__}({given})"
    return "\n".join([*source.splitlines()[start:], "", "", f"{name} = {call}"])


_KINDS: dict[str, Callable[[Run, Step, str], str]] = {"gather": _gathered, "call": _called}


def _recorded(name: str, result: Result, folder: str, made: Ejected) -> str:
    """The value as a literal, or read from a file."""
    literal = _literal(result.value)
    if literal:
        return f"{'import pandas as pd' + chr(10) + chr(10) if literal.startswith('pd.') else ''}{name} = {literal}"
    for ending, data in readable(result.value).items():
        file = f"{digest(name.encode())[:8]}_{name}.{ending}" if not name.isascii() else f"{name}.{ending}"
        made.files[file] = data
        path = f"{folder}/{file}"
        return f'import pandas as pd\n\n{name} = pd.read_parquet("{path}")' if ending == "parquet" else f'{name} = open("{path}", encoding="utf-8").read()'
    return f"# {name} has no form outside this package: {values.short(result.value)}"


def _literal(value: Any) -> str:
    """The value as Python; "" where that would be long or not the same."""
    kind = values.kind_of(value)
    if kind == "text":
        plain = str(value)
        return '"""' + plain.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + ('\\n"""' if plain.endswith('"') else '"""')
    if kind == "table" and value.size <= MOST_CELLS and type(value.index).__name__ == "RangeIndex":
        columns: Mapping[Any, Any] = {str(label): value[label].tolist() for label in value.columns} if value.columns.is_unique else {}
        text = _plain(columns)
        return f"pd.DataFrame({text})" if text and all(isinstance(label, str) for label in value.columns) else ""
    return _plain(value) if kind in ("number", "boolean", "list", "record", "nothing") else ""


def _plain(value: Any) -> str:
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return ""
    return repr(json.loads(text)) if len(text) < 20 * MOST_CELLS else ""


def _notebook_cell(number: int, cell: Cell) -> dict[str, Any]:
    base: dict[str, Any] = {
        "cell_type": "code" if cell.code else "markdown",
        "id": f"cell-{number}",
        "metadata": {},
        "source": cell.text.splitlines(keepends=True),
    }
    return base | ({"execution_count": None, "outputs": []} if cell.code else {})


def write_files(path: Path, files: Mapping[str, bytes], folder: str) -> None:
    """The files beside a notebook or report. OSError where the disk says no."""
    if files:
        (path.parent / folder).mkdir(exist_ok=True)
        for name, data in files.items():
            (path.parent / folder / name).write_bytes(data)

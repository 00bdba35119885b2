"""A run as a notebook or script that no longer needs us: each step a cell, code as code, what a model said as its recorded words with the prompt beside them.

Nothing is run to make it. What is neither code nor a short value (a long table that a search found) goes into a Parquet file beside it.
"""

from __future__ import annotations

import inspect
import json
import re
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
from nb_orchestra.core.references import FromStep, Template, read_reference
from nb_orchestra.ejected import code_of_step, expression_of, variable, variables, with_needs
from nb_orchestra.running import Run
from nb_orchestra.values.markdown import inert

MOST_CELLS = 2_000
"""Cells of a table that is written out in the code; a larger one becomes a file."""


INLINE = "%matplotlib inline\n\n"
"""Else a figure that pyplot did not make shows as its repr."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_AWAITED = re.compile(r"^(\w+) = await (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `code`, or Markdown. `alone`: its code in a script, where a last line shows nothing; "" for the same."""

    text: str
    code: bool = True
    alone: str = ""


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
        told = [(cell.alone or cell.text) if cell.code else _comment(cell.text) for cell in self.cells]
        code = _AWAITED.sub(r"\1 = asyncio.run(\2)", "\n\n".join(told))
        return ("import asyncio\n\n" if "= asyncio.run(" in code else "") + code.rstrip() + "\n"


def eject(run: Run, folder: str) -> Ejected:
    """The cells of a run's plan, needs first. `folder`: the name under which its files will stand beside it. ValueError for a run without a plan."""
    if run.plan is None:
        raise ValueError("a run without a plan has no steps")
    made = Ejected([Cell(_heading(run), code=False)])
    for id in dict.fromkeys(step.id for result in run.plan.result for step in with_needs(run.plan, result)):
        _add(run, run.plan[id], folder, made)
    made.cells += [_shown(run, run.plan[id], folder, made) for id in run.plan.result if id in run.results]
    return made


def _comment(text: str) -> str:
    return "\n".join(f"# {line}".rstrip() for line in text.splitlines())


def _shown(run: Run, step: Step, folder: str, made: Ejected) -> Cell:
    """A result, as a reader wants it: a text with its charts, a chart, anything else."""
    names, value = variables(run), run.results[step.id].value
    name = names.get(step.id, step.name)
    kind = values.kind_of(value)
    if kind == "figure":
        return Cell(f"{INLINE}{name}", alone=f'{name}.savefig("{name}.png")')
    if kind != "text":
        return Cell(name, alone=f"print({name})")
    charts = {chart: _chart_variable(run, step, chart, names) for chart in getattr(value, "charts", {})}
    for chart in [chart for chart, drawn in charts.items() if not drawn]:
        charts[chart] = variable(f"picture_{chart}")
        made.cells.append(Cell(_picture(charts[chart], value.charts[chart].png, folder, made)))
    show = "Markdown(part)" if inert(str(value)) == str(value) else "part"
    if not charts:
        return Cell(f"from IPython.display import Markdown\n\nMarkdown({name})" if show != "part" else f"print({name})", alone=f"print({name})")
    pictures = f"pictures = {{{', '.join(f'{chart!r}: {drawn}' for chart, drawn in charts.items())}}}"
    loop = f'for number, part in enumerate(re.split(r"\\[\\[(.+?)\\]\\]", {name})):\n    display(pictures[part] if number % 2 and part in pictures else {show})'
    saved = f'for place in pictures:\n    pictures[place].savefig(f"{{place}}.png")\nprint(re.sub(r"\\[\\[(.+?)\\]\\]", r"(\\1.png)", {name}))'
    imported = "import re\n\nfrom IPython.display import Markdown, display" if show != "part" else "import re\n\nfrom IPython.display import display"
    return Cell(f"{INLINE}{imported}\n\n{pictures}\n{loop}", alone=f"import re\n\n{pictures}\n{saved}")


def _chart_variable(run: Run, step: Step, chart: str, names: Mapping[str, str]) -> str:
    """The variable of the chart that a text calls so; "" where no step of this run gave it."""
    reference = read_reference(step.params.get("inputs", {}).get(chart))
    id = reference.step if isinstance(reference, FromStep) else next((id for id, name in run.names.items() if name == chart), "")
    made = run.results.get(id)
    return names.get(id, "") if made is not None and values.kind_of(made.value) == "figure" else ""


def _picture(name: str, png: bytes, folder: str, made: Ejected) -> str:
    """A chart that was recorded, as a figure."""
    file = f"{name if name.isascii() else digest(name.encode())[:8]}.png"
    made.files[file] = png
    drawn = f'{name}, axes = plt.subplots(layout="constrained")\naxes.imshow(plt.imread("{folder}/{file}"))\naxes.axis("off")\nplt.close({name})'
    return f"import matplotlib.pyplot as plt\n\n{drawn}"


def _heading(run: Run) -> str:
    data = ", ".join(f"`{name}` ({values.short(value)})" for name, value in run.goal.data.items())
    goal = inert(" ".join(run.goal.text.split())) or "A plan that was given"
    return f"{goal}\n\nMade from the run {run.id} of nb_orchestra, and without need of it. {f'It reads {data}: load that first.' if data else ''}".rstrip()


def _add(run: Run, step: Step, folder: str, made: Ejected) -> None:
    """One step: what it is for, then its code, its call or its recorded value."""
    name, result = variables(run).get(step.id, variable(step.name)), run.results.get(step.id)
    made.cells.append(Cell(_told(step, name, result), code=False))
    code = code_of_step(run, step.id) if step.for_each is None else ""
    if not code and result is not None and step.for_each is None:
        code = _KINDS.get(step.kind, _nothing)(run, step, name)
    if not code:
        code = _recorded(name, result, folder, made) if result is not None else _comment(f"{name} was not made: {run.progress.rows[step.id].message}")
    made.cells.append(Cell(code.rstrip()))


def _told(step: Step, name: str, result: Result | None) -> str:
    """Purpose; for what a model, a search or a judge gave: what it was asked, who answered, and when."""
    lines = [f"**{name}**" + (f": {' '.join(step.purpose.split())}" if step.purpose else "")]
    asked = next((_words(step.params[part]) for part in ("question", "instructions", "query", "criterion") if part in step.params), "")
    if asked:
        lines.append("\n".join(f"> {line}" for line in asked.splitlines()))
    if result is not None and step.kind in ("ask", "judge", "search"):
        lines.append(f"Recorded answer of {result.model}, {result.taken_at}.")
    return "\n\n".join(lines)


def _words(asked: Any) -> str:
    """A question as it was written, its holes as they stand."""
    reference = read_reference(asked)
    return reference.text if isinstance(reference, Template) else str(asked)


def _nothing(run: Run, step: Step, name: str) -> str:
    return ""


def _gathered(run: Run, step: Step, name: str) -> str:
    inputs = {key: expression_of(value, variables(run)) for key, value in step.params.get("inputs", {}).items()}
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
    given = ", ".join(f"{variable(key)}={expression_of(value, variables(run))}" for key, value in step.params.get("arguments", {}).items())
    call = f"{'await ' if inspect.iscoroutinefunction(function) else ''}{function.__name__}({given})"
    return "\n".join([*source.splitlines()[start:], "", "", f"{name} = {call}"])


_KINDS: dict[str, Callable[[Run, Step, str], str]] = {"gather": _gathered, "call": _called}


def _recorded(name: str, result: Result, folder: str, made: Ejected) -> str:
    """The value as a literal, or read from a file."""
    literal = _literal(result.value)
    if literal:
        return f"{'import pandas as pd' + chr(10) + chr(10) if literal.startswith('pd.') else ''}{name} = {literal}"
    if values.kind_of(result.value) == "figure" and hasattr(result.value, "png"):
        return _picture(name, result.value.png, folder, made)
    for ending, data in readable(result.value).items():
        file = f"{digest(name.encode())[:8]}_{name}.{ending}" if not name.isascii() else f"{name}.{ending}"
        made.files[file] = data
        path = f"{folder}/{file}"
        return f'import pandas as pd\n\n{name} = pd.read_parquet("{path}")' if ending == "parquet" else f'{name} = open("{path}", encoding="utf-8").read()'
    return _comment(f"{name} has no form outside this package: {values.short(result.value)}")


def _literal(value: Any) -> str:
    """The value as Python; "" where that would be long or not the same."""
    kind = values.kind_of(value)
    if kind == "text":
        return _text(str(value))
    if kind == "table" and value.size <= MOST_CELLS and type(value.index).__name__ == "RangeIndex":
        columns: Mapping[Any, Any] = {str(label): value[label].tolist() for label in value.columns} if value.columns.is_unique else {}
        text = _plain(columns)
        return f"pd.DataFrame({text})" if text and all(isinstance(label, str) for label in value.columns) else ""
    return _plain(value) if kind in ("number", "boolean", "list", "record", "nothing") else ""


def _text(text: str) -> str:
    """In three quotes where it has lines that a person wants to read."""
    if _CONTROLS.search(text):
        return repr(text)
    body = text.replace("\\", "\\\\")
    return '"""' + (body.replace('"', '\\"') if '"""' in body or body.endswith('"') else body) + '"""'


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

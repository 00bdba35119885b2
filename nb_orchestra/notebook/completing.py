"""Tab completion for the magics: flags and their values, names of runs, verbs, options of `set`, and `{names}` in a goal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from IPython.core.completer import SimpleCompletion

from nb_orchestra import orchestra, values
from nb_orchestra.config import Orchestra
from nb_orchestra.notebook.inputs import variables
from nb_orchestra.notebook.options import FLAGS
from nb_orchestra.notebook.verbs import VERBS

if TYPE_CHECKING:
    from nb_orchestra.notebook.magics import Notebook


_IN_COLUMN = re.compile(r"\{\s*(?P<table>[^\W\d]\w*)\[['\"]?(?P<typed>[^\[\]{}\n]*)\Z")
"""Where a column is being written: `{penguins[bo`."""


def complete(context: Any, notebook: Notebook) -> dict[str, Any]:
    """What could stand at the cursor: IPython's SimpleMatcherResult. Empty outside our magics."""
    before, after = context.full_text[: _offset(context)], context.full_text[_offset(context) :]
    inside = _IN_COLUMN.search(before) if before.lstrip().startswith("%%orchestrate") else None
    if inside is not None:
        columns = [name for name in _columns(inside["table"], notebook) if name.startswith(inside["typed"])]
        closing = "" if after.startswith("]") else "]"
        found = [SimpleCompletion(text=f"{name}{closing}", type="orchestrate") for name in columns]
        return {"completions": found, "matched_fragment": inside["typed"], "suppress": bool(found)}
    words = _candidates(before, notebook)
    token = re.search(r"[^\s{=]*\Z", before)
    typed = token.group() if token else ""
    found = [SimpleCompletion(text=word, type="orchestrate") for word in words if word.startswith(typed)]
    return {"completions": found, "matched_fragment": typed, "suppress": bool(found)}


def _columns(name: str, notebook: Notebook) -> list[str]:
    """The columns of a table of the person's; none where the name holds no table."""
    value: Any = notebook.variables().get(name)
    return [str(column) for column in value.columns] if values.kind_of(value) == "table" else []


def _offset(context: Any) -> int:
    lines = context.full_text.split("\n")
    return sum(len(line) + 1 for line in lines[: context.cursor_line]) + int(context.cursor_position)


def _candidates(before: str, notebook: Notebook) -> list[str]:
    if before.lstrip().startswith("%%orchestrate"):
        return _in_goal_cell(before, notebook)
    line = before.rsplit("\n", 1)[-1].lstrip()
    if not line.startswith("%orchestrate"):
        return []
    words = line.split()
    if len(words) <= 1 or (len(words) == 2 and not line.endswith(" ")):
        return list(VERBS)
    if words[1] == "set":
        return list(Orchestra.option_names())
    return [*notebook.run_names(), *_step_names()]


def _in_goal_cell(before: str, notebook: Notebook) -> list[str]:
    first, newline, goal = before.lstrip().partition("\n")
    if newline:
        inside = re.search(r"\{[^{}\n]*\Z", goal)
        return list(variables(notebook.shell.user_ns, notebook.shell.user_ns_hidden)) if inside else []
    words = first.split()
    last = words[-1] if first.endswith(" ") else (words[-2] if len(words) > 1 else "")
    if last == "--continue":
        return notebook.run_names()
    choices = next((flag.choices for flag in FLAGS if last in flag.names), ())
    return list(choices) or [name for flag in FLAGS for name in flag.names]


def _step_names() -> list[str]:
    return list(orchestra.runs[-1].names.values()) if orchestra.runs else []

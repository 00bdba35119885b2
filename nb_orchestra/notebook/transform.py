"""A goal cell becomes one Python expression, so that the kernel stays free while it runs and buttons arrive.

Only where no cell is running and top-level await is on; inside `%%time`, `ip.run_cell` and the like the real cell magic
does the same work and blocks. On ipykernel 6 clicks arrive only after the cell either way, so the cell blocks there too.
"""

from __future__ import annotations

import sys
from typing import Any

MAGIC = "%%orchestrate"
VERB = "%orchestrate"


class CellTransform:
    """An input transformer for IPython. Counts running cells; touches no other cell."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._depth = 0
        self._awaits = _kernel_version() >= (7, 0)

    def install(self) -> None:
        self._shell.input_transformers_cleanup.insert(0, self.transform)
        self._shell.events.register("pre_execute", self._enter)
        self._shell.events.register("post_execute", self._leave)

    def remove(self) -> None:
        if self.transform in self._shell.input_transformers_cleanup:
            self._shell.input_transformers_cleanup.remove(self.transform)
            self._shell.events.unregister("pre_execute", self._enter)
            self._shell.events.unregister("post_execute", self._leave)

    def _enter(self) -> None:
        self._depth += 1

    def _leave(self) -> None:
        self._depth = max(0, self._depth - 1)

    def transform(self, lines: list[str]) -> list[str]:
        """The lines of a cell; those of a goal cell as one expression that no name of the person can break."""
        start = _first_code(lines, 0)
        if start is not None and lines[start].startswith("%%") and not _is_goal_cell(lines[start]):
            return _bare(lines, start)
        if start is None or not _is_goal_cell(lines[start]):
            return lines if any(mark in line for line in lines for mark in ('"""', "'''")) else [_asked(line) for line in lines]
        if self._depth:
            return lines
        line, body = lines[start][len(MAGIC) :].strip(), "".join(lines[start + 1 :])
        room = '__import__("nb_orchestra.notebook", fromlist=["x"])'
        if self._awaits and getattr(self._shell, "autoawait", False) and hasattr(self._shell, "kernel"):
            return [f"await {room}.arun_cell({line!r}, {body!r})\n"]
        return [f"{room}.run_cell({line!r}, {body!r})\n"]

    transform.has_side_effects = True  # type: ignore[attr-defined]
    """IPython's word for: leave me out where it is only asked whether a cell is complete. A terminal's goal cell goes on to a blank line."""


def _asked(line: str) -> str:
    """A question behind `%orchestrate` is a sentence of ours; IPython would take its last word for a name to explain. Never inside a block or a text."""
    words = line.split() if line.startswith(VERB) else []
    if len(words) < 3 or words[0] != VERB or not words[-1].endswith("?"):
        return line
    return f"get_ipython().run_line_magic('orchestrate', {' '.join(words[1:])!r})\n"


def _first_code(lines: list[str], begin: int) -> int | None:
    """Where the first line from `begin` on stands that is neither blank nor a comment."""
    return next((place for place in range(begin, len(lines)) if lines[place].strip() and not lines[place].lstrip().startswith("#")), None)


def _bare(lines: list[str], outer: int) -> list[str]:
    """A cell under another cell magic (`%%time`): what stands between it and a goal's first line goes, since Python would read the goal."""
    inner = _first_code(lines, outer + 1)
    while inner is not None and lines[inner].startswith("%%") and not _is_goal_cell(lines[inner]):
        inner = _first_code(lines, inner + 1)
    if inner is None or not _is_goal_cell(lines[inner]):
        return lines
    return [line for line in lines[:inner] if line.startswith("%%")] + lines[inner:]


def _is_goal_cell(line: str) -> bool:
    return line.startswith(MAGIC) and (len(line) == len(MAGIC) or line[len(MAGIC)].isspace())


def _kernel_version() -> tuple[int, ...]:
    ipykernel = sys.modules.get("ipykernel")  # a shell that has it not loaded is no kernel, and importing it costs 40 ms
    return (0,) if ipykernel is None else tuple(int(part) for part in ipykernel.__version__.split(".")[:2] if part.isdigit())

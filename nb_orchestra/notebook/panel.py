"""The kernel's end of the JupyterLab panel: a comm that the kernel opens, pushes runs over, and answers the page's questions on.

The kernel opens it, because a page that opens one waits for a busy kernel. Pushes go out while a cell runs; each is small,
throttled, and says whole rows, so that a page which comes late (a reload) needs nothing that was said before. The page's
questions may arrive in any thread: they read, ask a run to stop, or set options, and never touch the person's variables.
"""

from __future__ import annotations

import functools
import logging
import sys
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nb_orchestra import __version__
from nb_orchestra.errors import OrchestraError
from nb_orchestra.notebook.panel_settings import LabSettings

if TYPE_CHECKING:
    from nb_orchestra.running import Run

TARGET = "nb_orchestra.panel"
SECONDS_PER_PUSH = 0.25
MOST_RUNS = 50

log = logging.getLogger(__name__)


class Panel:
    """What the page's panel hears and asks. Draws nothing and keeps no run: rows are made from `orchestra.runs` when they are told."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.settings = LabSettings()
        self.cells: dict[str, str] = {}
        self._comm: Any = None
        self._pushed: dict[str, tuple[float, str]] = {}

    def open(self, *, asked: bool = False) -> None:
        """Announces this kernel to the pages that listen; does nothing where there is no kernel or it is announced already.

        A front end that cannot answer a question (nbclient, papermill) has no page: there nothing is opened unless it is `asked`.
        """
        kernel = getattr(self.shell, "kernel", None)
        if self._comm is not None or kernel is None or not (asked or getattr(kernel, "_allow_stdin", False)):
            return
        from comm import create_comm

        self._comm = create_comm(target_name=TARGET, data=self.state())
        _hear_while_busy(self._comm)
        self._comm.on_msg(self._on_message)
        self._comm.on_close(self._on_close)

    def close(self) -> None:
        if self._comm is not None:
            self._comm.close()
            self._comm = None

    def note(self, cell: str, run: Run) -> None:
        """Tells the page how a run stands: at once when its state changes, else a few times a second. For the kernel's main thread."""
        if self._comm is None:
            return
        progress, now = run.progress, time.monotonic()
        pushed_at, state = self._pushed.get(run.id, (0.0, ""))
        if state == progress.state and (progress.ended or now - pushed_at < SECONDS_PER_PUSH):
            return
        if run.id not in self.cells:
            self._forget()
            self.cells[run.id] = cell
        self._pushed[run.id] = (now, progress.state)
        self._send({"kind": "run", "run": _row(run, cell)})

    def state(self) -> dict[str, Any]:
        """All that a page needs to begin: this kernel's runs, newest first, and the options that matter to it."""
        newest = [run for _, run in zip(range(MOST_RUNS), reversed(list(_runs())), strict=False)]
        rows = [_row(run, self.cells.get(run.id, "")) for run in newest]
        return {"kind": "state", "version": __version__, "runs": rows, "options": self.settings.told()}

    def _forget(self) -> None:
        """Only runs that this process still knows are remembered."""
        known = {run.id for run in _runs()}
        self.cells = {id: cell for id, cell in self.cells.items() if id in known}
        self._pushed = {id: pushed for id, pushed in self._pushed.items() if id in known}

    def _on_message(self, message: Mapping[str, Any]) -> None:
        """A question from the page. Anything odd is ignored: the page is not trusted."""
        from nb_orchestra.notebook.panel_answers import ANSWERS  # a page that only listens costs `%load_ext` nothing

        asked = message.get("content", {}).get("data")
        answer = ANSWERS.get(str(asked.get("kind", ""))) if isinstance(asked, Mapping) else None
        if answer is not None:
            self._send({"kind": "reply", "to": str(asked.get("id", ""))} | _answered(functools.partial(answer, self, asked)))

    def _on_close(self, message: Any = None) -> None:
        """A page without this extension refuses the comm: then there is nobody to tell."""
        self._comm = None

    def _send(self, data: Mapping[str, Any]) -> None:
        """A push that fails costs a drawing, never the run."""
        comm = self._comm
        if comm is None:
            return
        try:
            comm.send(data)
        except Exception:
            log.warning("the panel could not be told", exc_info=True)


def _runs() -> Sequence[Run]:
    """The runs of this process: none before the room that makes them was imported."""
    room = sys.modules.get("nb_orchestra.orchestra")
    return room.runs if room is not None else ()


def _row(run: Run, cell: str) -> dict[str, Any]:
    from nb_orchestra.notebook.panel_rows import run_row

    return run_row(run.id, run.progress, cell)


def _answered(answer: functools.partial[dict[str, Any]]) -> dict[str, Any]:
    """The answer, or the error as the page shows it."""
    try:
        return {"data": answer()}
    except OrchestraError as error:
        return {"error": str(error.message), "hint": error.hint}
    except Exception as error:  # a question must always be answered, else the page waits
        log.warning("the panel's question failed", exc_info=True)
        return {"error": f"{type(error).__name__}: {error}", "hint": ""}


def _hear_while_busy(comm: Any) -> None:
    """ipykernel 7.4 sends a comm's messages to the shell that last used it, which is the busy one; this takes the pin out."""
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda data, default: default

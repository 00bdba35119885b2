"""The live step tree: an anywidget that draws a run while its cell runs, and leaves static HTML behind.

Only this module imports anywidget. Python keeps the state and sends what changed; static/tree.js draws it. At the end the
output is replaced by plain HTML and the widget is closed: a saved notebook then needs neither kernel nor widget state
(with saved widget state, offline nbconvert would show nothing), and no copy of the script stays in the file.
"""

from __future__ import annotations

import logging
import pathlib
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets

from nb_orchestra.core.commands import Bring, Cancel, Command, Decide, Skip
from nb_orchestra.core.progress import Progress
from nb_orchestra.errors import OrchestraError
from nb_orchestra.values import Preview
from nb_orchestra.views import words
from nb_orchestra.views.detail import detail_data
from nb_orchestra.views.html import render_html
from nb_orchestra.views.shape import tree_changes, tree_data
from nb_orchestra.views.text import render_text

Publish = Callable[[Mapping[str, Any], str, bool], None]
"""Shows a MIME bundle: (bundle, display_id, update). In a kernel: `lambda b, i, u: display(b, raw=True, display_id=i, update=u)`."""

STATIC = pathlib.Path(__file__).parent / "static"
SECONDS_PER_STATE = 0.25
"""The whole state is sent this often at most, and less often for big trees; changes go at drawing rate."""
ROWS_PER_STATE = 250
MOST_PREVIEWS = 60
MOST_BROUGHT = 1_000_000

log = logging.getLogger(__name__)


class StepTree(anywidget.AnyWidget):  # type: ignore[misc]  # anywidget has no types that mypy may follow
    """The widget's front: the whole state for pages that come late, everything else by messages."""

    _esm = STATIC / "tree.js"
    _css = STATIC / "tree.css"
    state = traitlets.Dict().tag(sync=True)
    interruptible = traitlets.Bool(True).tag(sync=True)


class TreeView:
    """Fills protocols.View. `show`, `stream` and `close` belong to the kernel's main thread; the page's wishes go to `send` from any thread.

    `preview(step)` and `code(step)` are asked when a person opens a step, and for the static HTML at the end; `plan_text()` when they want to edit
    the plan that they are asked about.
    `interruptible`: the page may interrupt the kernel where a cancel finds no ear (False for a run in the background, whose
    interrupt would hit another cell).
    """

    def __init__(
        self,
        send: Callable[[Command], None],
        preview: Callable[[str], Preview | None],
        *,
        code: Callable[[str], str] | None = None,
        plan_text: Callable[[], str] = str,
        interruptible: bool = True,
    ) -> None:
        self._send_command, self._preview, self._code, self._plan_text = send, preview, code or (lambda step: ""), plan_text
        self._progress = Progress()
        self._stated_at = 0.0
        self._stale = False
        self._publish: Publish | None = None
        self._display_id = uuid.uuid4().hex
        self._live = threading.Event()
        self._closed = False
        self._opened: set[str] = set()
        self._widget = StepTree(state=tree_data(self._progress, time.time()), interruptible=interruptible)
        self._widget.on_msg(self._on_message)
        _hear_while_busy(self._widget.comm)

    @property
    def live(self) -> bool:
        """True once the page has said hello: clicks arrive while the cell runs."""
        return self._live.is_set()

    def display(self, publish: Publish) -> None:
        """Puts the tree on the page, and remembers how, so that `close` can leave the static tree in the same place."""
        self._publish = publish
        publish(self._repr_mimebundle_(), self._display_id, False)

    def show(self, progress: Progress) -> None:
        if self._closed:
            return
        now = time.time()
        changes = tree_changes(self._progress, progress, now)
        self._progress = progress
        if changes:
            self._widget.send(changes)
            self._stale = True
        pause = SECONDS_PER_STATE * max(1.0, len(progress.rows) / ROWS_PER_STATE)
        if self._stale and (progress.ended or now - self._stated_at >= pause):
            self._state(now)

    def stream(self, step: str, text: str) -> None:
        """Text as a model writes it. Shown, never kept."""
        if not self._closed:
            self._widget.send({"stream": step, "text": words.clean(text)})

    def typed(self, question: str) -> None:
        """This question is answered in the cell: its buttons would not be heard, and go."""
        if not self._closed:
            self._widget.send({"typed": question})

    def close(self, progress: Progress) -> None:
        """The last drawing: the output becomes static HTML and plain text, folded unless the person has opened a step, and the widget goes."""
        if self._closed:
            return
        self.show(progress)
        self._closed = True
        if self._publish is not None:
            self._publish(self._static_bundle(), self._display_id, True)
        self._widget.close()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        if self._closed:
            return self._static_bundle()
        view = {"version_major": 2, "version_minor": 0, "model_id": self._widget.model_id}
        return {"application/vnd.jupyter.widget-view+json": view} | self._static_bundle()

    def _static_bundle(self) -> dict[str, Any]:
        done = [row.id for row in self._progress.rows.values() if row.state == "done"] if self._progress.ended else []
        previews = {step: preview for step in done[-MOST_PREVIEWS:] if (preview := self._preview_of(step)) is not None}
        folded = not self._opened and not words.only_planned(self._progress)
        codes = {step: self._code_of(step) for step in done[:MOST_PREVIEWS]}
        return {"text/html": render_html(self._progress, previews, folded, self._opened, codes), "text/plain": render_text(self._progress)}

    def _preview_of(self, step: str) -> Preview | None:
        """A preview that fails costs its place in the tree, never the run."""
        try:
            return self._preview(step)
        except Exception:
            log.warning("no preview of step %s", step, exc_info=True)
            return None

    def _code_of(self, step: str) -> str:
        try:
            return self._code(step)
        except Exception:
            log.warning("no code of step %s", step, exc_info=True)
            return ""

    def _state(self, now: float) -> None:
        self._widget.state = tree_data(self._progress, now)
        self._stated_at, self._stale = now, False

    def _on_message(self, _: Any, content: Mapping[str, Any], __: Any = None) -> None:
        """A message from the page, in whichever thread the kernel reads it. Anything odd is ignored: the page is not trusted."""
        answer = _ANSWERS.get(str(content.get("kind", ""))) if isinstance(content, Mapping) else None
        if answer is not None and not self._closed:
            self._widget.send(answer(self, content))

    def _hello(self, _: Mapping[str, Any]) -> dict[str, Any]:
        self._live.set()
        now = time.time()
        return {"ack": "hello", "now": now, "all": tree_data(self._progress, now)}

    def _cancel(self, _: Mapping[str, Any]) -> dict[str, Any]:
        self._send_command(Cancel())
        return {"ack": "cancel"}

    def _decide(self, content: Mapping[str, Any]) -> dict[str, Any]:
        question, plan = str(content.get("question", "")), str(content.get("plan", ""))[:MOST_BROUGHT]
        if question in self._progress.asked:
            try:
                self._send_command(Decide(question, content.get("yes") is True, plan))
            except OrchestraError as error:
                return {"refused": question, "why": words.clean(" → ".join(filter(None, (str(error.message), error.hint))))}
        return {"ack": "decide"}

    def _plan(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """The plan that is asked about, as text to edit."""
        question = str(content.get("question", ""))
        return {"plan": question, "text": self._plan_text()} if question in self._progress.asked else {"ack": "plan"}

    def _skip(self, content: Mapping[str, Any]) -> dict[str, Any]:
        step = str(content.get("step", ""))
        if step in self._progress.rows:
            self._send_command(Skip(step))
        return {"ack": "skip"}

    def _bring(self, content: Mapping[str, Any]) -> dict[str, Any]:
        question = str(content.get("question", ""))
        if question in self._progress.brings:
            self._send_command(Bring(question, str(content.get("text", ""))[:MOST_BROUGHT]))
        return {"ack": "bring"}

    def _open(self, content: Mapping[str, Any]) -> dict[str, Any]:
        step = str(content.get("step", ""))
        if step not in self._progress.rows:
            return {"ack": "open"}
        self._opened.add(step)
        return {"detail": step, "data": detail_data(self._preview_of(step), self._code_of(step))}

    def _shut(self, content: Mapping[str, Any]) -> dict[str, Any]:
        self._opened.discard(str(content.get("step", "")))
        return {"ack": "shut"}


_ANSWERS: dict[str, Callable[[TreeView, Mapping[str, Any]], dict[str, Any]]] = {
    "hello": TreeView._hello,
    "cancel": TreeView._cancel,
    "decide": TreeView._decide,
    "plan": TreeView._plan,
    "bring": TreeView._bring,
    "skip": TreeView._skip,
    "open": TreeView._open,
    "shut": TreeView._shut,
}


def _hear_while_busy(comm: Any) -> None:
    """ipykernel 7.4 sends a comm's messages to the shell that last used it, which is the busy one; this takes the pin out."""
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda data, default: default

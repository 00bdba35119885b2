"""One run in a cell: started, shown, pumped on the main thread, bound, ended. The run itself lives on the portal.

Only this thread touches the widget and the person's variables. However a run is stopped, it ends the same way: what is finished stays bound,
NAME_run holds the run, NAME is only bound when there is an answer.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra import orchestra, planning, values
from nb_orchestra.conducting import finished
from nb_orchestra.config import Orchestra
from nb_orchestra.core.commands import Bring, Cancel, Command, Skip
from nb_orchestra.core.events import Event, JobEnded, NameBound, NameUnbound, Warned
from nb_orchestra.core.progress import Progress
from nb_orchestra.notebook.answer import AnswerPlace
from nb_orchestra.notebook.approving import AsksInNotebook
from nb_orchestra.notebook.outputs import Binding, Ledger
from nb_orchestra.notebook.showing import PlainView, QuietView, publish, tree_view
from nb_orchestra.orchestra import Request, Started, Surroundings
from nb_orchestra.running import Run
from nb_orchestra.running.portal import await_turns, wait
from nb_orchestra.views.words import answer_notes

SECONDS_TO_STOP = 3.0
_STOPPED = {
    True: "what was finished is bound; run the cell again to go on",
    False: "the call gave nothing back, so its variable is not set; %orchestrate resume goes on with what was finished, %orchestrate last shows it",
}
"""By whether the run binds variables: `r = orchestrate(…)` without a name does not."""


class RunCancelled(KeyboardInterrupt):
    """The cell was stopped. Shows as one line; Run All stops here."""

    def _render_traceback_(self) -> list[str]:
        return [f"Cancelled: {self.args[0] if self.args else 'the run was stopped'}"]


@dataclass(slots=True)
class Place:
    """Where a run happens: its cell, its shell, and what it may do there. `given`: its data was handed over, and is none of the notebook's variables."""

    ledger: Ledger
    cell: str
    notebook: str = "unknown"
    in_page: bool = True
    may_type: bool = False
    binds: bool = True
    given: bool = False
    quiet: bool = False
    set_out: Callable[[Any], None] = lambda value: None
    before: Mapping[str, Mapping[str, str]] | None = None
    tell: Callable[[Run], None] = lambda run: None
    notice: str = ""


@dataclass(slots=True)
class Session:
    """Conducts one request in one place."""

    request: Request
    place: Place
    new: deque[Event] = field(default_factory=deque)
    texts: deque[tuple[str, str]] = field(default_factory=deque)
    started: Started | None = None
    binding: Binding | None = None
    view: Any = None
    answer: AnswerPlace | None = None
    asks: AsksInNotebook | None = None

    def conduct(self) -> Run:
        """Blocks until the run has ended. Raises what the run raises; KeyboardInterrupt where it was stopped."""
        with self._around():
            wait(self._begin().future, self._turn)
        return self._finish()

    async def aconduct(self) -> Run:
        """The same, leaving the kernel's loop free."""
        with self._around():
            await await_turns(self._begin().future, self._turn)
        return self._finish()

    def _begin(self) -> Started:
        request, place = self.request, self.place
        if request.name and place.binds:
            overwrite = bool(request.options.get("overwrite"))
            naming = place.ledger.naming(place.cell, request.name, overwrite, True)
            naming.refuse_taken(request.name)
            naming.refuse_taken(f"{request.name}_run")
        self.answer = AnswerPlace(place.in_page)
        self.view = self._make_view()
        typed = getattr(self.view, "typed", lambda question: None)
        self.asks = AsksInNotebook(place.may_type, place.in_page, lambda: bool(getattr(self.view, "live", False)), lambda: str(self._run), typed)
        naming = place.ledger.naming(place.cell, request.name, bool(request.options.get("overwrite")), place.binds)
        around = Surroundings(naming, self.asks, self.new.append, lambda step, text: self.texts.append((step, text)), place.notebook, place.before)
        self.started = orchestra.start(request, around)
        if place.notice:
            self.started.note(Warned(place.notice))
        self.binding = place.ledger.begin(place.cell, request.name if place.binds else "", replaces=not request.plan_only)
        return self.started

    def _make_view(self) -> Any:
        if self.place.quiet or Orchestra.instance().quiet:
            return QuietView()
        if not self.place.in_page:
            return PlainView()
        view = tree_view(self._command, self._preview, self._code, self._plan_text)
        view.show(Progress(goal=self.request.goal or "", name=self.request.name))
        view.display(publish)
        return view

    @property
    def _run(self) -> Run | None:
        return self.started.run if self.started else None

    @contextlib.contextmanager
    def _around(self) -> Iterator[None]:
        """Whatever stops the waiting, stops the run and lands what is finished."""
        try:
            yield
        except BaseException as stop:
            if self.started is None:
                if self.view is not None:
                    self.view.close(
                        Progress(
                            goal=self.request.goal or "",
                            state="failed",
                            error=type(stop).__name__,
                            message=str(getattr(stop, "message", stop)),
                            hint=getattr(stop, "hint", ""),
                        )
                    )
                raise
            self.started.run.cancel()
            concurrent.futures.wait([self.started.future], SECONDS_TO_STOP)
            self._turn()
            self._land()
            if isinstance(stop, concurrent.futures.CancelledError | KeyboardInterrupt) or type(stop).__name__ == "CancelledError":
                raise RunCancelled(_STOPPED[self.place.binds]) from None
            raise

    def _turn(self) -> None:
        """Between waits: binds what ended, draws what changed, asks what waits."""
        assert self.started is not None
        assert self.asks is not None
        run = self.started.run
        while self.new:
            self._note(self.new.popleft(), run)
        self.view.show(run.progress)
        self.place.tell(run)
        while self.texts:
            self.view.stream(*self.texts.popleft())
        self.asks.turn()

    def _note(self, event: Event, run: Run) -> None:
        if isinstance(event, JobEnded) and event.state == "done" and self.place.binds and run.names:
            name = run.names[event.step]
            if name != self.request.name:
                self._bind(name, run.results[event.step].value, event.step)
            failures = run.results[event.step].failures
            if failures:
                import pandas as pd

                self._bind(f"{name}_failures", pd.DataFrame(list(failures)), event.step)

    def _bind(self, name: str, value: Any, step: str = "") -> None:
        assert self.binding is not None
        assert self.started is not None
        self.place.ledger.bind(self.binding, name, value)
        self.started.note(NameBound(name, step))

    def _land(self) -> None:
        """The end, whichever it was: NAME, NAME_run, names taken back, the last drawing."""
        assert self.started is not None and self.binding is not None  # noqa: PT018
        run, place, name = self.started.run, self.place, self.request.name
        while self.new:
            self._note(self.new.popleft(), run)
        if place.binds:
            self._bind_answer(run, name)
            for gone in place.ledger.finish(self.binding, replaces=not self.request.plan_only):
                self.started.note(NameUnbound(gone, "this run does not make it"))
        self.started.close()
        if run.value is not None and run.state in ("done", "partial") and self.answer is not None:
            self.answer.fill(run.value, answer_notes(run.progress))
        self.view.close(run.progress)
        place.tell(run)

    def _bind_answer(self, run: Run, name: str) -> None:
        if name:
            self._bind(f"{name}_run", run)
            if run.value is not None and run.state in ("done", "partial"):
                self._bind(name, run.value)

    def _finish(self) -> Run:
        assert self.started is not None
        run = self.started.run
        self._turn()
        self._land()
        if run.state == "cancelled":
            raise RunCancelled(_STOPPED[self.place.binds])
        finished(run)
        if run.value is not None:
            self.place.set_out(run.value)
        return run

    def _command(self, command: Command) -> None:
        """A wish from the page, in any thread. PlanError where it brings a plan that is none."""
        started, asks = self.started, self.asks
        if started is None or asks is None:
            return
        if isinstance(command, Cancel):
            started.run.cancel()
        elif isinstance(command, Skip):
            started.run.skip(command.step)
        elif isinstance(command, Bring):
            asks.answer(command.text, command.question)
        elif command.yes and command.plan:
            started.read(data := planning.plan_data(command.plan))
            asks.answer(data, command.question)
        else:
            asks.answer(command.yes, command.question)

    def _plan_text(self) -> str:
        plan = self.asks.plan if self.asks else None
        return planning.plan_text(plan) if plan else ""

    def _preview(self, step: str) -> Any:
        run = self._run
        return values.preview(run.results[step].value) if run is not None and step in run.results else None

    def _code(self, step: str) -> str:
        run = self._run
        return orchestra.code_of_step(run, step) if run is not None and run.plan is not None else ""

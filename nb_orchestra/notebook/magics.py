"""`%%orchestrate` is a goal, `%orchestrate` is everything else: what the registered magics (loading.py) delegate to."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nb_orchestra import orchestra, planning, recalling
from nb_orchestra.errors import BadOptionError, GoalError
from nb_orchestra.notebook.inputs import meant_frame, named_in_plan, variables
from nb_orchestra.notebook.memory import recalled
from nb_orchestra.notebook.options import LAST, CellOptions, asks_help, cell_help, read_line
from nb_orchestra.notebook.outputs import Ledger
from nb_orchestra.notebook.panel import Panel
from nb_orchestra.notebook.picking import moment, past_run
from nb_orchestra.notebook.session import Place, Session
from nb_orchestra.notebook.verbs import say_verb
from nb_orchestra.notebook.verbs_history import notice
from nb_orchestra.orchestra import Request
from nb_orchestra.running import Run


class Notebook:
    """What the magics and `orchestrate()` delegate to, in one shell: a session for each goal, and what cells and runs are known by."""

    def __init__(self, shell: Any, panel: Panel) -> None:
        self.shell = shell
        self.ledger = Ledger(shell.user_ns, shell.user_ns_hidden)
        self.panel = panel
        self._last_parts: dict[str, Mapping[str, Mapping[str, str]]] = {}
        self._cells: dict[str, tuple[str, bool, bool]] = {}
        self.edits: dict[str, dict[str, Any]] = {}
        self._noticed: set[str] = set()
        self._remembered = ""

    def say(self, line: str) -> Any:
        """`%orchestrate VERB …`; alone, what there is."""
        return say_verb(self, line)

    def run_cell(self, line: str, body: str) -> None:
        """A goal cell that blocks."""
        if asks_help(line):
            print(cell_help())
        else:
            self._conduct(self._session(self._cell_request(self._options(line, body), body)))

    async def arun_cell(self, line: str, body: str) -> None:
        """A goal cell that leaves the kernel's loop free."""
        if asks_help(line):
            print(cell_help())
        else:
            await self._aconduct(self._session(self._cell_request(self._options(line, body), body)))

    def conduct(self, request: Request) -> Run:
        """`orchestrate()` called in a cell; binds variables where it was given a name."""
        return self._conduct(self._called(request))

    async def aconduct(self, request: Request) -> Run:
        """`await aorchestrate()` in a cell."""
        return await self._aconduct(self._called(request))

    def _called(self, request: Request) -> Session:
        return self._session(self._with_variables(request), binds=bool(request.name), given=request.data is not None)

    def _conduct(self, session: Session) -> Run:
        try:
            return session.conduct()
        finally:
            self._remember(session)

    async def _aconduct(self, session: Session) -> Run:
        try:
            return await session.aconduct()
        finally:
            self._remember(session)

    def _options(self, line: str, body: str) -> CellOptions:
        return read_line(line, [*self.run_names(), LAST], body)

    def run_names(self) -> list[str]:
        """Names under which runs can be continued or shown."""
        return list(dict.fromkeys([run.name for run in orchestra.runs if run.name] + [run.id for run in orchestra.runs]))

    def find_run(self, name: str = LAST) -> Run:
        """The last run, or the newest one of a name or an id. BadOptionError where there is none."""
        for run in reversed(orchestra.runs):
            if name in (LAST, "", run.name, run.id, f"{run.name}_run"):
                return run
        past = past_run(self, name)
        if past is not None:
            if name in (LAST, ""):
                print(f"nothing was run yet in this kernel; the last run of this notebook is of {moment(past.progress.started)}:")
            return past
        raise BadOptionError(
            f"there is no run {name!r}" if orchestra.runs or name != LAST else "nothing was run yet in this kernel", hint="see %orchestrate runs"
        )

    def _continuable(self, name: str) -> Run:
        """The newest run of that name that has a plan: one that failed before it had any leaves the earlier answer standing."""
        planned = [run for run in orchestra.runs if run.plan is not None and name in (LAST, run.name, run.id, f"{run.name}_run")]
        found = planned[-1] if planned else self.find_run(name)
        if found.plan is None:
            raise BadOptionError(f"the run {name!r} has no plan to build on", hint="write the whole goal, or continue another run: see %orchestrate runs")
        return found

    @property
    def identity(self) -> str:
        """This notebook's name, as its runs record it."""
        return notebook_identity(self.shell)

    def variables(self) -> dict[str, Any]:
        """The person's names and values."""
        return variables(self.shell.user_ns, self.shell.user_ns_hidden)

    def again(self, run: Run, *, own: bool = False, **changes: Any) -> Run:
        """A run's plan once more, in the place of the run: its names are replaced, not doubled. `own`: on the data that it had.

        Data that was handed over by `orchestrate(data=…)` is always the run's own: a variable of the same name is another thing.
        """
        cell, binds, given = self._cells.get(run.id, ("", bool(run.name or run.goal.text), False))
        request = recalling.again(run, self.variables(), own=own or given, **changes)
        made = self._conduct(self._session(request, binds=binds, given=given, cell=cell or self._cell_id(request)))
        if not binds:
            print("the run was given no name, so nothing is bound; its answer is _, and `%orchestrate last` is the run")
        return made

    def _cell_request(self, options: CellOptions, body: str) -> Request:
        text = body.strip("\n")
        if not text.strip():
            raise GoalError("the goal is empty", hint="write what you want below the first line, for example:\n\n%%orchestrate answer\nCheck my data {df}\n")
        if options.from_plan:
            request = Request(plan=planning.plan_data(body), name=options.name, plan_only=options.plan_only, options=options.options)
            return self._with_variables(replace(request, tools=recalling.tools_named(request.plan, self.variables())))
        earlier = self._continuable(options.continue_) if options.continue_ else None
        return self._with_variables(Request(text, name=options.name, earlier=earlier, plan_only=options.plan_only, options=options.options))

    def _with_variables(self, request: Request) -> Request:
        found = variables(self.shell.user_ns, self.shell.user_ns_hidden)
        remembered, self._remembered = recalled(self, request.goal, found) if request.goal is not None and request.data is None else ({}, "")
        found |= remembered
        if request.goal is not None and request.data is None and request.earlier is None:
            mentioned = planning.read_mentions(request.goal, found)
            if not mentioned.data:
                return replace(request, data=meant_frame(request.goal, found, self.ledger), variables=found)
        if request.goal is None and request.data is None:
            return replace(request, data=named_in_plan(request.plan, found), variables={})
        return replace(request, variables=found)

    def _session(self, request: Request, *, binds: bool = True, given: bool = False, cell: str = "") -> Session:
        kernel = getattr(self.shell, "kernel", None)
        cell = cell or self._cell_id(request)
        place = Place(
            self.ledger,
            cell,
            notebook_identity(self.shell),
            in_page=kernel is not None,
            may_type=kernel is None or bool(getattr(kernel, "_allow_stdin", False)),
            binds=binds,
            given=given,
            quiet=bool(request.options.get("quiet")),
            set_out=self.shell.displayhook.update_user_ns,
            before=self._last_parts.get(cell),
            tell=functools.partial(self.panel.note, cell),
            notice=self._notice(request),
        )
        return Session(request, place)

    def _notice(self, request: Request) -> str:
        """At the first run of a goal in this kernel: whether an earlier one was cut short, and what of it is there."""
        goal = request.goal or str(request.plan)
        known = goal in self._noticed
        self._noticed.add(goal)
        cut_short = "" if known else notice(self, request.goal or "", request.plan)
        told, self._remembered = "; ".join(filter(None, (cut_short, self._remembered))), ""
        return told

    def _cell_id(self, request: Request) -> str:
        """The cell's own id where the front end sends it, else its NAME, else its goal."""
        parent = self.shell.get_parent() if hasattr(self.shell, "get_parent") else {}
        cell = (parent.get("metadata") or {}).get("cellId", "") if isinstance(parent, Mapping) else ""
        return str(cell) or (f"name {request.name}" if request.name else f"goal {request.goal}")

    def _remember(self, session: Session) -> None:
        """The identities of this run's steps, so that the next run of the cell can say what changed."""
        run = session.started.run if session.started is not None else None
        if run is not None:
            self._cells[run.id] = (session.place.cell, session.place.binds, session.place.given)
        if run is not None and run.plan is not None:
            known = dict(self._last_parts.get(session.place.cell, {}))
            rows = run.progress.rows  # of steps that left a plan which changed, too: those are no longer in the plan
            self._last_parts[session.place.cell] = known | {step.name: rows[step.id].parts for step in run.plan.steps if rows[step.id].parts}


def notebook_identity(shell: Any) -> str:
    """The notebook's path as the server or VS Code tells it, else 'unknown'."""
    return os.environ.get("JPY_SESSION_NAME") or str(shell.user_ns.get("__vsc_ipynb_file__", "")) or "unknown"

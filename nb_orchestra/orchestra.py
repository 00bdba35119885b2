"""Wires the rooms: the only file that knows them all. `start` begins a run, `orchestrate` waits for it, `aorchestrate` awaits it.

A host (the notebook room, once its extension is loaded) may take over what happens around a run: showing it, asking, binding.
"""

from __future__ import annotations

import concurrent.futures
import functools
import os
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from nb_orchestra import offline, planning, running, steps, values
from nb_orchestra.cache import DiskStore, MemoryStore, Memo
from nb_orchestra.config import Orchestra
from nb_orchestra.core.events import Event, RunStarted, Warned
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.goal import Goal
from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.core.redact import Redactor, secret_values
from nb_orchestra.core.settings import Settings
from nb_orchestra.errors import GoalError, OrchestraError
from nb_orchestra.executors import LocalExecutor
from nb_orchestra.protocols import Approver, Catalogue, Planner, Recipes
from nb_orchestra.running import Naming, NobodyThere, Run, Runner, Wiring, portal
from nb_orchestra.running.context import Chosen
from nb_orchestra.running.portal import await_turns, wait
from nb_orchestra.tools import as_tool

KEPT_RUNS = 100
runs: deque[Run] = deque(maxlen=KEPT_RUNS)
"""The runs of this process, newest last."""


@dataclass(frozen=True, slots=True)
class Request:
    """All that starts a run: a goal or a plan, tools, a name, options. `earlier`: the run that `--continue` builds on."""

    goal: str | None = None
    data: Mapping[str, Any] | None = None
    plan: Any = None
    tools: tuple[Any, ...] = ()
    name: str = ""
    earlier: Run | None = None
    plan_only: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] | None = None


class Host(Protocol):
    """What surrounds a run: a notebook shows it, asks, binds. Both return the ended run or raise its error."""

    def conduct(self, request: Request) -> Run: ...
    async def aconduct(self, request: Request) -> Run: ...


@dataclass(slots=True)
class Started:
    """A run under way: `future` is done when it has ended; `run.cancel()` stops it."""

    run: Run
    future: concurrent.futures.Future[None]


@dataclass(slots=True)
class Surroundings:
    """How a run meets its host; every part has a default that needs no host."""

    naming: Naming = field(default_factory=Naming)
    approver: Approver = field(default_factory=NobodyThere)
    on_event: Callable[[Event], None] = lambda event: None
    on_text: Callable[[str, str], None] = lambda step, text: None
    notebook: str = "unknown"
    before: Mapping[str, Mapping[str, str]] | None = None


_host: Host | None = None


def set_host(host: Host | None) -> None:
    """The notebook room announces itself here."""
    global _host
    _host = host


def orchestrate(
    goal: str | None = None,
    *,
    data: Any = None,
    plan: Any = None,
    tools: Sequence[Any] = (),
    name: str | None = None,
    share: str | None = None,
    approve: bool | None = None,
    fresh: bool | None = None,
    replay: bool | None = None,
    overwrite: bool | None = None,
    strict: bool | None = None,
    continue_: Run | None = None,
    plan_only: bool = False,
    **options: Any,
) -> Run:
    """Runs a goal (or a given plan) and waits for the end.

    goal: what you want, with `{names}` of values. data: a DataFrame (then called `data`), or a mapping of names to values.
    plan: plan data in the shape of `run.plan.as_data()`, or a Plan; no goal is needed then. tools: functions, or `@tool`s.
    name: in a notebook, binds `name`, `name_run` and every step's variable, as a goal cell does.
    share, approve, fresh, replay, overwrite, strict and further options: as on the cell; see `%orchestrate set`.

    Returns the Run, whose `value` is the answer. Raises the run's error where the answer was not produced; every OrchestraError of
    a failed run is also at `runs[-1].error`. Works inside a running event loop too (it blocks that loop's thread; `aorchestrate` does not).
    """
    request = _request(
        goal,
        data,
        plan,
        tools,
        name,
        continue_,
        plan_only,
        share=share,
        approve=approve,
        fresh=fresh,
        replay=replay,
        overwrite=overwrite,
        strict=strict,
        **options,
    )
    if _host is not None:
        return _host.conduct(request)
    started = start(request)
    try:
        wait(started.future)
    except BaseException:
        started.run.cancel()
        concurrent.futures.wait([started.future], timeout=3)
        raise
    return finished(started.run)


async def aorchestrate(goal: str | None = None, **arguments: Any) -> Run:
    """The same as `orchestrate`, awaited: the running loop goes on meanwhile."""
    named = {key: arguments.pop(key, default) for key, default in _NAMED.items()}
    request = _request(goal, named["data"], named["plan"], named["tools"], named["name"], named["continue_"], named["plan_only"], **arguments)
    if _host is not None:
        return await _host.aconduct(request)
    started = start(request)
    try:
        await await_turns(started.future)
    except BaseException:
        started.run.cancel()
        raise
    return finished(started.run)


_NAMED: dict[str, Any] = {"data": None, "plan": None, "tools": (), "name": None, "continue_": None, "plan_only": False}


def _request(goal: str | None, data: Any, plan: Any, tools: Sequence[Any], name: str | None, earlier: Run | None, plan_only: bool, **options: Any) -> Request:
    if goal is None and plan is None:
        raise GoalError("there is neither a goal nor a plan", hint='orchestrate("Check my data {df}", data={"df": df})')
    if data is not None and not isinstance(data, Mapping):
        data = {"data": data}
    given = {key: value for key, value in options.items() if value is not None}
    return Request(goal, data, plan, tuple(tools), name or "", earlier, plan_only, given)


def start(request: Request, around: Surroundings | None = None) -> Started:
    """Begins a run on the portal and returns at once. GoalError for what can be seen to be wrong before anything runs."""
    if portal().here:
        raise OrchestraError("orchestrate() would wait for itself here", hint="inside a tool or a step, use `await aorchestrate(…)`")
    around = around or Surroundings()
    settings = Orchestra.instance().settings(**request.options)
    goal = _goal(request)
    tools = {tool.name: tool for tool in map(as_tool, request.tools)}
    recipes = builtin_recipes()
    plan = _given_plan(request, tools, recipes)
    run = Run(f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}", goal, request.name)
    append = functools.partial(_append, run, around.on_event)
    wiring = Wiring(
        settings,
        steps.STEP_KINDS,
        builtin_planner(),
        recipes,
        tools,
        memo_for(settings, lambda text: append(Warned(text))),
        _executor(),
        around.approver,
        choose_model,
        planning.read_plan,
        append,
        around.on_text,
        around.before,
        request.plan_only,
    )
    runner = Runner(run, wiring, around.naming, plan)
    run._cancel = lambda: portal().call(runner.cancel)
    run._render = _render
    shapes = {name: values.short(value) for name, value in goal.data.items()}
    append(RunStarted(run.id, goal.text, time.time(), around.notebook, request.name, dict(request.options), shapes))
    runs.append(run)
    return Started(run, portal().start(runner.go()))


def _append(run: Run, on_event: Callable[[Event], None], event: Event) -> None:
    run.events.append(event)
    on_event(event)


def finished(run: Run) -> Run:
    """The run itself, or its error: a run that did not produce what was asked for raises, so that Run All stops."""
    if run.state == "cancelled":
        raise KeyboardInterrupt("the run was cancelled; what was finished is kept")
    if run.state == "failed" and run.error is not None:
        raise run.error
    return run


def _goal(request: Request) -> Goal:
    earlier = thaw(request.earlier.plan.as_data()) if request.earlier is not None and request.earlier.plan is not None else None
    inherited = dict(request.earlier.goal.data) if request.earlier is not None else {}
    if request.goal is None:
        return Goal("", _snapshots(inherited | dict(request.data or request.variables or {})))
    mentions = planning.read_mentions(request.goal, {**(request.variables or {}), **(request.data or {})})
    data = (
        inherited
        | dict(mentions.data)
        | {
            name: value
            for name, value in (request.data or {}).items()
            if values.kind_of(value) in ("table", "series", "array", "text", "list", "record", "path", "figure")
        }
    )
    return Goal(mentions.text, _snapshots(data), mentions.columns, earlier)


def _snapshots(data: Mapping[str, Any]) -> dict[str, Any]:
    """Cheap copies, so that nothing that happens later to the person's objects reaches the run, nor the other way round."""
    return {name: values.snapshot(value) for name, value in data.items()}


def _given_plan(request: Request, tools: Mapping[str, Any], recipes: Recipes) -> Plan | None:
    if request.plan is None:
        return None
    return planning.read_plan(request.plan, Catalogue(tools, recipes, tuple(steps.STEP_KINDS)))


@functools.cache
def builtin_planner() -> Planner:
    planner: Planner = offline.BuiltinPlanner()
    return planner


@functools.cache
def builtin_recipes() -> Recipes:
    recipes: Recipes = offline.RecipeTable()
    return recipes


@functools.cache
def _builtin_choice() -> Chosen:
    return Chosen(offline.BuiltinModel(), "no model is set, so the built-in engine answers; nothing leaves the kernel")


def choose_model(step: Step) -> Chosen:
    """The model for a step, and why."""
    return _builtin_choice()


@functools.cache
def _executor() -> LocalExecutor:
    return LocalExecutor()


_memos: dict[str, Memo] = {}
_memo_lock = threading.Lock()


def memo_for(settings: Settings, warn: Callable[[str], None]) -> Memo:
    """The one memo of a cache folder in this process (in memory only, where the cache is off)."""
    place = settings.cache_dir if settings.cache else ""
    with _memo_lock:
        if place not in _memos:
            _memos[place] = Memo(DiskStore(place, warn) if place else MemoryStore(), warn)
        return _memos[place]


def redactor() -> Redactor:
    """Hides the secrets of this process's environment."""
    return Redactor(secret_values(os.environ))


def _render(run: Run) -> Mapping[str, str]:
    """A run as HTML and text: what its `_repr_` shows."""
    from nb_orchestra import views

    previews = {id: values.preview(result.value) for id, result in run.results.items()}
    return {"text/html": views.render_html(run.progress, previews), "text/plain": views.render_text(run.progress)}

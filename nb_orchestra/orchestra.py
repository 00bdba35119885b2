# size: the one file that knows all rooms
"""Wires the rooms: the only file that knows them all. `start` begins a run and returns at once; conducting.py waits for it."""

from __future__ import annotations

import concurrent.futures
import functools
import os
import pathlib
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nb_orchestra import offline, planning, sandbox, steps, values
from nb_orchestra.bundle import BundleStore, in_use
from nb_orchestra.cache import DiskStore, LayeredStore, Memo, MemoryStore
from nb_orchestra.casting import Casting, CastPlanner, Hiding, casting_for, patient, remark
from nb_orchestra.config import Orchestra
from nb_orchestra.core.events import Event, RunStarted, Warned
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.goal import Goal
from nb_orchestra.core.plan import Plan
from nb_orchestra.core.progress import Progress
from nb_orchestra.core.redact import Redactor, secret_values
from nb_orchestra.core.settings import Settings
from nb_orchestra.ejected import code_of as code_of
from nb_orchestra.ejected import code_of_step as code_of_step
from nb_orchestra.errors import GoalError
from nb_orchestra.executors import LocalExecutor
from nb_orchestra.journal import FileJournal, LiveJournal, newest
from nb_orchestra.protocols import Approver, Catalogue, Model, Planner, Recipes, Store
from nb_orchestra.running import Naming, NobodyThere, Run, Runner, Wiring, portal
from nb_orchestra.running.earlier import Earlier
from nb_orchestra.running.reported import reported
from nb_orchestra.tools import Offered, Servers, is_offer, offered, opened

KEPT_RUNS = 100
MOST_LOOKED_AT = 30
runs: deque[Run] = deque(maxlen=KEPT_RUNS)
"""The runs of this process, newest last."""


@dataclass(frozen=True, slots=True)
class Request:
    """All that starts a run: a goal or a plan, tools, a name, options. `earlier`: the run that `--continue` builds on.

    `origin`: where a given plan is from, in words.
    `begun`: ids of the steps that a run had begun which this one goes on with: what has effects is not done again without a yes.
    """

    goal: str | None = None
    data: Mapping[str, Any] | None = None
    plan: Any = None
    tools: tuple[Any, ...] = ()
    name: str = ""
    earlier: Run | None = None
    plan_only: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    model: Model | None = None
    variables: Mapping[str, Any] | None = None
    fresh_steps: frozenset[str] = frozenset()
    begun: frozenset[str] = frozenset()
    skip_steps: frozenset[str] = frozenset()
    origin: str = "plan given"


@dataclass(slots=True)
class Started:
    """A run under way: `future` is done when it has ended; `run.cancel()` stops it; `read` checks plan data by this run's tools (PlanError)."""

    run: Run
    future: concurrent.futures.Future[None]
    note: Callable[[Event], None] = lambda event: None
    close: Callable[[], None] = lambda: None
    read: Callable[[Any], Plan] = Plan


@dataclass(slots=True)
class Surroundings:
    """How a run meets its host; every part has a default that needs no host."""

    naming: Naming = field(default_factory=Naming)
    approver: Approver = field(default_factory=NobodyThere)
    on_event: Callable[[Event], None] = lambda event: None
    on_text: Callable[[str, str], None] = lambda step, text: None
    notebook: str = "unknown"
    before: Mapping[str, Mapping[str, str]] | None = None


def start(request: Request, around: Surroundings | None = None) -> Started:
    """Begins a run on the portal and returns at once. GoalError for what can be seen to be wrong before anything runs."""
    around = around or Surroundings()
    settings = patient(Orchestra.instance().settings(**request.options), request.options)
    settings = in_use.bound(settings)
    goal = _goal(request)
    offers = _offers(request, goal)
    goal = replace(goal, data={name: value for name, value in goal.data.items() if not is_offer(value)})
    catalogue = Catalogue(offers.tools, builtin_recipes(), tuple(steps.STEP_KINDS), sources=offers.sources, data=goal.data)
    read = functools.partial(planning.read_plan, catalogue=catalogue)
    plan = None if request.plan is None else read(request.plan)
    run = Run(_new_id(time.time()), goal, request.name)
    hide = Hiding()
    written = _written(run, settings, hide)
    live = LiveJournal(*([written] if written else []), around.on_event)
    run.tools = offers.all
    run.events, run._note, run._settle, append = live.events, live.append, live.settle, live.append
    casting = casting_for(settings, goal.data, append, hide, request.model, around.approver, live.later)
    wired = replace(_wired(settings, casting, offers, around, live, request), earlier=_earlier(run, around.notebook, settings).parts)
    runner = Runner(run, wired, around.naming, plan, request.fresh_steps, request.skip_steps)
    run._cancel = lambda: portal().call(runner.cancel)
    run._skip = functools.partial(portal().call, runner.skip)
    run._render = _render
    shapes = {name: values.short(value) for name, value in goal.data.items()}
    append(RunStarted(run.id, goal.text, time.time(), around.notebook, request.name, dict(request.options), shapes))
    runs.append(run)
    return Started(run, portal().start(_go(runner, settings)), append, written.close if written else lambda: None, read)


def _new_id(now: float) -> str:
    """A run's id: when it began, to the millisecond, so that ids sort as the runs began; then what tells two processes apart."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.localtime(now))}-{int(now % 1 * 1000):03x}{secrets.token_hex(3)}"


def _earlier(run: Run, notebook: str, settings: Settings) -> Earlier:
    """What the steps were in the last run of the same work, of this kernel or of one before."""

    def kept() -> Iterable[Progress]:
        return newest(runs_folder(settings), MOST_LOOKED_AT) if settings.cache else ()

    return Earlier(run, notebook, lambda: reversed(list(runs)), kept)


def _wired(settings: Settings, casting: Casting, offers: Offered, around: Surroundings, live: LiveJournal, request: Request) -> Wiring:
    """The rooms plugged together for one run."""
    return Wiring(
        settings,
        steps.STEP_KINDS,
        CastPlanner(casting, lambda: builtin_planner()),
        builtin_recipes(),
        offers.tools,
        memo_for(settings),
        _executor(),
        around.approver,
        casting.choose,
        planning.read_plan,
        live.append,
        live.later,
        around.on_text,
        around.before,
        request.plan_only,
        casting.look_around,
        functools.partial(remark, casting, offers.tools, offers.sources),
        sources=offers.sources,
        hide=casting.hide,
        recorded=in_use.recorded,
        begun=request.begun,
        origin=request.origin,
    )


async def _go(runner: Runner, settings: Settings) -> None:
    """The run, and then the cache's cap."""
    await runner.go()
    if runner.wiring.memo is not None and settings.cache:
        trimmed = await runner.wiring.memo.trim(int(settings.cache_gb * 1e9))
        if trimmed:
            runner.wiring.append(Warned(trimmed))


def _written(run: Run, settings: Settings, hide: Hiding) -> FileJournal | None:
    """The run's journal on disk; none where nothing is kept."""
    if not settings.cache:
        return None
    return FileJournal(runs_folder(settings) / f"{run.id}.jsonl", redact=hide, warn=_warn)


def runs_folder(settings: Settings) -> pathlib.Path:
    """Where the journals of past runs are."""
    return pathlib.Path(settings.cache_dir) / "runs"


def _warn(text: str) -> None:
    """A fault of the disk is told once, in the run that goes on now."""
    for run in reversed(runs):
        if not run.progress.ended:
            run._note(Warned(text))
            return


def _goal(request: Request) -> Goal:
    before = request.earlier.plan if request.earlier is not None else None
    earlier, said = (thaw(before.as_data()), reported(before, request.earlier.results)) if before is not None and request.earlier is not None else (None, "")
    inherited = dict(request.earlier.goal.data) if request.earlier is not None else {}
    if request.goal is None:
        return Goal(_goal_of(request.plan), _snapshots(inherited | dict(request.data or request.variables or {})))
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
    return Goal(mentions.text, _snapshots(data), mentions.columns, earlier, said)


def _goal_of(plan: Any) -> str:
    """The goal that a given plan was made for, as it says itself; "" where it does not."""
    facts = plan.facts if isinstance(plan, Plan) else plan.get("facts") if isinstance(plan, Mapping) else None
    goals = facts.get("goals") if isinstance(facts, Mapping) else None
    return str(goals[-1]) if isinstance(goals, list | tuple) and goals else ""


def _snapshots(data: Mapping[str, Any]) -> dict[str, Any]:
    """Cheap copies, so that nothing that happens later to the person's objects reaches the run, nor the other way round."""
    return {name: values.snapshot(value) for name, value in data.items()}


def _offers(request: Request, goal: Goal) -> Offered:
    """What the request and the goal's `{names}` bring to use. Waits for MCP servers to open, on the background loop."""
    named = {name: value for name, value in goal.data.items() if is_offer(value)}
    given = [*request.tools, *(value for value in named.values() if isinstance(value, Servers))]
    if any(isinstance(item, Servers) for item in given):
        if portal().here:
            raise GoalError("MCP servers cannot be opened from here", hint="await servers.open() in the tool, and give its tools")
        given = portal().start(opened(given)).result()
    return offered(given, {name: value for name, value in named.items() if not isinstance(value, Servers)})


@functools.cache
def builtin_planner() -> Planner:
    planner: Planner = offline.BuiltinPlanner()
    return planner


@functools.cache
def builtin_recipes() -> Recipes:
    recipes: Recipes = offline.RecipeTable()
    return recipes


@functools.cache
def _executor() -> LocalExecutor:
    return LocalExecutor(apart=sandbox.arun_own)


_memos: dict[Any, Memo] = {}
_stores: dict[str, Store] = {}
_memo_lock = threading.Lock()


def memo_for(settings: Settings) -> Memo:
    """The one memo of a cache folder in this process, behind the bundles in use; where the cache is off, one that forgets with the process."""
    place = os.path.join(settings.cache_dir, "results") if settings.cache else ""
    shared = os.path.join(settings.shared_cache, "results") if settings.cache and settings.shared_cache else ""
    key = (place, shared, *in_use.key)
    with _memo_lock:
        if key not in _memos:
            _memos[key] = Memo(_store_at(place, shared), _warn)
        _memos[key].tell(_warn)
        return _memos[key]


def _store_at(place: str, shared: str) -> Store:
    """The store of a cache folder, one per folder and process. Before it come the bundles in use (which may be all there is) and a shared folder."""
    if place not in _stores:
        _stores[place] = DiskStore(place, _warn) if place else MemoryStore()
    first: list[Store] = [BundleStore(bundle) for bundle in in_use.bundles]
    if shared and not in_use.only:
        first.append(DiskStore(shared, _warn, read_only=True))
    own = MemoryStore() if in_use.only else _stores[place]
    return LayeredStore(first, own) if first else own


def redactor() -> Redactor:
    """Hides the secrets of this process's environment."""
    return Redactor(secret_values(os.environ))


def _render(run: Run) -> Mapping[str, str]:
    """A run as HTML and text: what its `_repr_` shows."""
    from nb_orchestra import views

    previews = {id: values.preview(result.value) for id, result in run.results.items()}
    codes = {id: code_of_step(run, id) for id in run.results} if run.plan is not None else {}
    return {"text/html": views.render_html(run.progress, previews, codes=codes), "text/plain": views.render_text(run.progress)}

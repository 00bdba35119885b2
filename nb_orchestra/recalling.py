"""Runs of earlier kernels, found by name, id or step; and any run, of whatever kernel, run again: as it was, edited, or from where it stopped."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nb_orchestra import journal, orchestra, planning, steps, values
from nb_orchestra.bundle import Written, in_use, write_bundle
from nb_orchestra.config import Orchestra
from nb_orchestra.core.events import RunStarted
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.core.progress import Progress
from nb_orchestra.core.references import FromData, Reference, find_references, params_references, read_reference
from nb_orchestra.core.settings import Settings
from nb_orchestra.errors import BadOptionError, OrchestraError
from nb_orchestra.journal.holding import is_held
from nb_orchestra.orchestra import Request
from nb_orchestra.protocols import Catalogue
from nb_orchestra.running import Run
from nb_orchestra.running.editing import remembering
from nb_orchestra.running.filling import Filling
from nb_orchestra.running.past import rebuilt
from nb_orchestra.tools import as_tool

ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6,9}\Z")
MOST_SEARCHED = 200
UNFINISHED = ("interrupted", "cancelled", "failed")
_recalled: dict[str, Run] = {}
"""Past runs that were asked for in this kernel, by id, so that the same one is the same object."""


def find(name: str = "", *, step: str = "", notebook: str = "", accept: Callable[[Progress], bool] = lambda progress: True) -> Run | None:
    """The newest run on disk of this name or id, or with a step of this name; of this notebook where it has one, else of any. None where there is none."""
    settings = Orchestra.instance().settings()
    bundled = _in_bundles(name, step, settings)
    if bundled is not None or not settings.cache:
        return bundled
    folder = orchestra.runs_folder(settings)
    if ID.match(name):
        return _recall(folder / f"{name}{journal.ENDING}", settings)
    fitting = [(path, progress) for path, progress in _newest(folder) if _fits(progress, name, step) and accept(progress)]
    here = [path for path, progress in fitting if notebook not in ("", "unknown") and progress.notebook == notebook]
    path = next(iter([*here, *(path for path, _ in fitting)]), None)
    return _recall(path, settings) if path is not None else None


def _in_bundles(name: str, step: str, settings: Settings) -> Run | None:
    """The newest run of a bundle in use that has this name, id or step."""
    for bundle in in_use.bundles if name or step else ():
        for told in sorted(bundle.runs, key=lambda run: str(run["id"]), reverse=True):
            events = bundle.events(told["id"])
            if name == told["id"] or _fits(Progress().after(*events), name, step):
                run = _recalled.get(told["id"]) or rebuilt(events, orchestra.memo_for(settings).found)
                return _remembered(run) if run is not None else None
    return None


def _remembered(run: Run) -> Run:
    run._render = orchestra._render
    return _recalled.setdefault(run.id, run)


def export(runs: Sequence[Run], path: Path) -> Written:
    """Writes runs to one file, with all that a replay of them needs from the cache. BadOptionError where a secret would leave."""
    memo = orchestra.memo_for(Orchestra.instance().settings())
    return write_bundle(path, runs, memo.store.read, orchestra.redactor())


def cut_short(goal: str, notebook: str, plan: Any = None) -> Run | None:
    """The newest run of this goal (of this `plan`, where no goal was given) in this notebook whose kernel was killed while it ran; None where there is
    none. Costs milliseconds."""
    settings = Orchestra.instance().settings()
    for path in journal.cut_short(orchestra.runs_folder(settings)) if settings.cache else ():
        progress = journal.progress_of(path)
        if progress.goal == goal and progress.notebook == notebook and (goal or _does(progress.plan) == _does(plan)):
            return _recall(path, settings)
    return None


def _does(plan: Any) -> list[Any]:
    """What the steps of plan data do, to tell plans apart."""
    given = plan.get("steps") or () if isinstance(plan, Mapping) else ()
    return [[step.get("id"), step.get("kind"), thaw(step.get("params"))] for step in given if isinstance(step, Mapping)]


def progresses(notebook: str) -> list[Progress]:
    """Where each past run of a notebook stood at its end, newest first."""
    settings = Orchestra.instance().settings()
    return [progress for _, progress in _newest(orchestra.runs_folder(settings)) if progress.notebook == notebook] if settings.cache else []


def _newest(folder: Path) -> Iterator[tuple[Path, Progress]]:
    """The journals of a folder, newest first; those of this kernel's own runs are known better here."""
    own = {run.id for run in orchestra.runs}
    for past in journal.runs(folder, MOST_SEARCHED):
        if past.id not in own:
            yield past.path, journal.progress_of(past.path)


def _fits(progress: Progress, name: str, step: str) -> bool:
    planned = (progress.plan or {}).get("steps", ())  # a step that is the answer is called by the run's NAME, and by its own name too
    names = {name for row in progress.rows.values() for name in (row.name, row.id)} | {str(item.get("name", "")) for item in planned}
    if step:
        return step in names or step in (progress.name, f"{progress.name}_run")
    return not name or name in (progress.name, f"{progress.name}_run")


def _recall(path: Path, settings: Settings) -> Run | None:
    known = _recalled.get(path.stem)
    if known is not None:
        return known
    alive = is_held(path)
    try:
        run = rebuilt(journal.read_events(path), orchestra.memo_for(settings).found, alive=alive)
    except (KeyError, TypeError, AttributeError, ValueError):  # written by another version of ours
        return None
    if run is None or alive:
        return run
    return _remembered(run)


def read_names(plan: Plan) -> list[str]:
    """The names of the values that a plan reads from its surroundings."""
    used = [reference for step in plan.steps for reference in _references(step)]
    return list(dict.fromkeys(reference.name for reference in used if isinstance(reference, FromData)))


def _references(step: Step) -> Iterable[Reference]:
    return (*params_references(step.params), *find_references(step.for_each), *find_references(step.check))


def again(run: Run, variables: Mapping[str, Any], *, plan: Mapping[str, Any] | None = None, own: bool = False, **changes: Any) -> Request:
    """A request that runs a run's plan again (`plan`: an edited one), on the variables of today where there are any of these names, else on its own data.
    `own`: on its own data, whatever the variables of these names hold now.

    Tools are the run's own, or functions among the variables that have their names. BadOptionError where the run was never planned or data or a tool is gone.
    """
    if run.plan is None:
        raise BadOptionError("that run has no plan: it ended before it was planned", hint="run its cell again")
    given = {**variables, **run.goal.data} if own else {**run.goal.data, **variables}
    data = {name: given.get(name) for name in read_names(run.plan)}
    gone = [name for name, value in data.items() if value is None]
    if gone:
        raise BadOptionError(f"the run reads {', '.join(gone)}, which is not here now", hint="run the cells that make it first")
    options = {name: value for name, value in _options(run).items() if name not in ("fresh", "replay", "approve")}
    again = plan if plan is not None else remembering(run.plan, run.goal.text)
    tools = tools_named(again, variables, {tool.name: tool for tool in run.tools})
    origin = f"plan of the run of {time.strftime('%Y-%m-%d %H:%M', time.localtime(run.progress.started))}{', edited' if plan is not None else ''}"
    return Request(plan=thaw(again), data=data, tools=tools, name=run.name, options=options, origin=origin, **changes)


def _options(run: Run) -> Mapping[str, Any]:
    """The options that the run was started with, as plain data."""
    options = next((event.options for event in run.events if hasattr(event, "options")), {})
    plain: Mapping[str, Any] = thaw(options)
    return plain


def tools_named(plan: Any, variables: Mapping[str, Any], own: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
    """The tools that plan data calls: a run's `own`, else functions among the variables. BadOptionError for one that is not here."""
    given = plan.get("steps") or () if isinstance(plan, Mapping) else ()
    wanted = [(step.get("params") or {}).get("tool") for step in given if isinstance(step, Mapping) and step.get("kind") == "call"]
    found = {name: (own or {}).get(name) or variables.get(name) for name in dict.fromkeys(map(str, wanted))}
    gone = [name for name, tool in found.items() if tool is None]
    if gone:
        raise BadOptionError(f"the plan calls {', '.join(gone)}, which is not here now", hint="define the function of that name first")
    return tuple(found.values())


def checked_plan(run: Run, data: Mapping[str, Any], variables: Mapping[str, Any]) -> Plan:
    """Plan data as a Plan, by every rule. PlanError, or one of its kinds, that names the step."""
    tools = tools_named(data, variables, {tool.name: tool for tool in run.tools})
    return planning.read_plan(data, Catalogue({tool.name: tool for tool in map(as_tool, tools)}, orchestra.builtin_recipes(), tuple(steps.STEP_KINDS)))


def inputs_differ(run: Run, variables: Mapping[str, Any]) -> dict[str, str]:
    """Each value that a run read and that is not here as it was: 'changed' or 'not here now'. By content if a step that reads it was begun, else by shape."""
    if run.plan is None:
        return {}
    told = inputs_now(run, variables)
    shapes = next((event.data for event in run.events if isinstance(event, RunStarted)), {})
    for name in read_names(run.plan):
        if name not in variables:
            told[name] = "not here now"
        elif name not in told and name in shapes and values.short(variables[name]) != shapes[name]:
            told[name] = "changed"
    return {name: state for name, state in told.items() if state != "as it was"}


def inputs_now(run: Run, variables: Mapping[str, Any]) -> dict[str, str]:
    """What became of each value that a run read: 'as it was', 'changed', or 'not here now'. Read as far as the plan reads it, by content."""
    told: dict[str, str] = {}
    if run.plan is None:
        return told
    data = {name: variables[name] for name in read_names(run.plan) if name in variables}
    filling = Filling(run.plan, type(run.goal)(run.goal.text, data), run.results, {})
    for step in run.plan.steps:
        known = set(run.progress.rows[step.id].parts.values()) if step.id in run.progress.rows else set()
        for reference in _whole_inputs(step):
            state = _now(reference, filling, known) if reference.name in data else "not here now"
            if known and told.get(reference.name) in (None, "as it was"):
                told[reference.name] = state
    return told


def _whole_inputs(step: Step) -> Iterator[FromData]:
    """References that are a whole input of a step: these stand in its identity on their own."""
    given = [*(step.params.get("arguments") or {}).values(), *(step.params.get("inputs") or {}).values(), step.for_each]
    for item in given:
        reference = read_reference(item)
        if isinstance(reference, FromData):
            yield reference


def _now(reference: FromData, filling: Filling, known: set[str]) -> str:
    try:
        return "as it was" if values.content(filling.resolve(reference, None)) in known else "changed"
    except OrchestraError:  # a column that is gone
        return "changed"

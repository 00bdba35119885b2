"""Which run, and which step of it, a verb is about: by name, by id, by a variable; those of earlier kernels too."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING

from nb_orchestra import orchestra, recalling
from nb_orchestra.core.progress import Progress
from nb_orchestra.errors import BadOptionError
from nb_orchestra.notebook.inputs import variables
from nb_orchestra.notebook.options import LAST
from nb_orchestra.running import Run

if TYPE_CHECKING:
    from nb_orchestra.notebook.magics import Notebook


def past_run(notebook: Notebook, name: str = LAST, step: str = "") -> Run | None:
    """A run of an earlier kernel, with the variables of today that its plan reads. 'last': of this very notebook."""
    here = notebook.identity
    last = name in (LAST, "") and not step
    if last and here == "unknown":
        return None  # a terminal: every other terminal's runs have that name too

    def fits(progress: Progress) -> bool:
        return not last or progress.notebook == here

    run = recalling.find("" if last else name, step=step, notebook=here, accept=fits)
    if run is not None and run.plan is not None:
        found = variables(notebook.shell.user_ns, notebook.shell.user_ns_hidden)
        run.goal = replace(run.goal, data={name: found[name] for name in recalling.read_names(run.plan) if name in found})
    return run


def moment(seconds: float) -> str:
    """A time as people read it: 2026-11-30 07:56."""
    return datetime.datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")


def run_with(notebook: Notebook, step: str) -> Run:
    """The newest run that has a step, a variable or a NAME of this name. BadOptionError where none does."""
    for run in reversed(orchestra.runs):
        known = {name for item in (run.plan.steps if run.plan else ()) for name in (item.id, item.name)}
        if step in known or step in run.names.values() or (run.name and step == run.name):
            return run
    past = past_run(notebook, step=step)
    if past is None:
        names = list(orchestra.runs[-1].names.values()) if orchestra.runs else []
        there = f"the last run made {', '.join(names)}; " if names else ""
        raise BadOptionError(f"no run made {step!r}", hint=f"{there}%orchestrate runs lists the runs")
    return past


def step_id(run: Run, name: str) -> str:
    """The id of a step by its id, name or variable; of a run's NAME: the step that gave the answer."""
    assert run.plan is not None
    by_name = {variable: id for id, variable in run.names.items()}
    if name == run.name and name not in by_name:
        return run.plan.result[-1]
    return by_name.get(name) or run.plan[name].id


def pick(notebook: Notebook, words: list[str]) -> tuple[Run, str]:
    """The run and step that a verb is about: of a name, else the last run's answer."""
    run = run_with(notebook, words[0]) if words else notebook.find_run(LAST)
    if run.plan is None:
        raise BadOptionError("that run has no plan", hint=run.progress.message)
    return run, step_id(run, words[0]) if words else run.plan.result[-1]

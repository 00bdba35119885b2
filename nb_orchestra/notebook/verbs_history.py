"""The verbs about what was done before: run again, go on, renew a step, compare, bring back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nb_orchestra import orchestra, recalling, values
from nb_orchestra.core.progress import Progress
from nb_orchestra.errors import BadOptionError
from nb_orchestra.notebook.inputs import variables
from nb_orchestra.notebook.options import LAST
from nb_orchestra.notebook.outputs import RESTORED
from nb_orchestra.notebook.picking import moment, past_run, run_with, step_id
from nb_orchestra.running import Run
from nb_orchestra.running.comparing import compared
from nb_orchestra.running.past import interrupted, lost, renewed

if TYPE_CHECKING:
    import pandas as pd

    from nb_orchestra.notebook.magics import Notebook


def rerun(notebook: Notebook, words: list[str]) -> None:
    """A run's plan once more, with what was edited; steps whose inputs are as they were come from the cache."""
    run = notebook.find_run(words[0] if words else LAST)
    notebook.again(run, plan=notebook.edits.pop(run.id, None))


def resume(notebook: Notebook, words: list[str]) -> None:
    """Goes on with a run that was interrupted, cancelled or failed, on the data that it had: what was finished is not done again."""
    run = notebook.find_run(words[0]) if words else _unfinished(notebook)
    if run is None:
        raise BadOptionError("no run of this notebook was interrupted", hint="%orchestrate runs lists them; %orchestrate resume RUN goes on with any")
    if run.plan is None:
        raise BadOptionError(f"there is nothing to go on with: that run {_ENDED_EARLY.get(run.state, 'has no plan')}", hint="run its cell again")
    here = run in orchestra.runs
    differ = recalling.inputs_differ(run, notebook.variables())
    if differ and not here:
        told = ", ".join(f"{name} {'has changed since' if state == 'changed' else f'is {state}'}" for name, state in differ.items())
        raise BadOptionError(
            f"the run of {_when(run)} cannot go on with the data that it had: {told}", hint="give it back under its name, or run the cell for what there is now"
        )
    twice = interrupted(run)
    print(_kept(run, edits := notebook.edits.pop(run.id, None)))
    if differ:
        print(f"on the data that it had, not on the variable of that name: {', '.join(differ)}")
    if twice:
        print(f"was under way and is begun again: {', '.join(twice)}")
    begun = frozenset(row.id for row in run.progress.rows.values() if row.state not in ("waiting", "skipped"))
    notebook.again(run, own=here, plan=edits, begun=begun)


def _kept(run: Run, edits: Any) -> str:
    """What is there of a run that is gone on with."""
    assert run.plan is not None
    finished, steps = len(run.results), len(run.plan.steps)
    if finished == steps and not edits:
        return f"{run.name or run.id} of {_when(run)} is finished, nothing is left to do: %orchestrate rerun runs its plan on the data of now"
    changed = "; those that your edit changes are done anew" if edits else ""
    return f"going on with {run.name or run.id} of {_when(run)}: {finished} of {steps} steps {'is' if finished == 1 else 'are'} finished and kept{changed}"


_ENDED_EARLY = {"failed": "failed before it was planned", "cancelled": "was stopped before it was planned"}


def _unfinished(notebook: Notebook) -> Run | None:
    """The newest run that did not come to its end, and that no later one brought to it since; of this kernel first."""
    ended = {(run.name, run.goal.text) for run in orchestra.runs if run.state in ("done", "partial") and run.results}
    finished: list[Run] = []
    for run in reversed(orchestra.runs):
        if run.plan is None:
            continue
        if run.state in ("cancelled", "failed") and not any(run.name == later.name and later.plan and run.plan.steps == later.plan.steps for later in finished):
            return run
        finished.append(run)

    def stopped(progress: Progress) -> bool:
        open_still = progress.state not in ("done", "partial") and progress.plan is not None and (progress.name, progress.goal) not in ended
        return open_still and progress.notebook == notebook.identity

    return recalling.find(notebook=notebook.identity, accept=stopped)


def fresh(notebook: Notebook, words: list[str]) -> None:
    """One step is done anew (and kept), and of the steps below only those for which that changes something."""
    if not words:
        raise BadOptionError("which step is to be renewed?", hint="%orchestrate fresh STEP")
    run = run_with(notebook, words[0])
    notebook.again(run, fresh_steps=frozenset([step_id(run, words[0])]))


def skip(notebook: Notebook, words: list[str]) -> None:
    """A run once more without one step: what cannot do without it is skipped too, the rest comes from the cache."""
    if not words:
        raise BadOptionError("which step is to be left out?", hint="%orchestrate skip STEP")
    run = run_with(notebook, words[0])
    notebook.again(run, skip_steps=frozenset([step_id(run, words[0])]))


def diff(notebook: Notebook, words: list[str]) -> pd.DataFrame:
    """What differs between two runs (none named: the last one and the one before it that was called the same): a DataFrame with the columns
    step, of (plan, choice, value), what, before, after."""
    from nb_orchestra.notebook.runs_table import Differences

    if len(words) not in (0, 2):
        raise BadOptionError("diff compares two runs", hint="%orchestrate diff RUN RUN, by name or by id (%orchestrate runs lists them)")
    one, two = (notebook.find_run(word) for word in words or _last_two(notebook))
    rows = [[item.step, item.of, item.what, item.before, item.after] for item in compared(one, two)]
    return Differences(rows, columns=["step", "of", "what", "before", "after"])


def _last_two(notebook: Notebook) -> list[str]:
    last = notebook.find_run(LAST)
    for run in reversed(orchestra.runs):
        if run.id != last.id and run.name == last.name:
            return [run.id, last.id]
    before = recalling.find(notebook=notebook.identity, accept=lambda past: past.name == last.name and past.run < last.id)
    if before is not None:
        return [before.id, last.id]
    raise BadOptionError(
        f"the last run, {last.name or last.id}, has no earlier one of its name",
        hint="%orchestrate diff RUN RUN, by name or by id (%orchestrate runs lists those of other days too)",
    )


def restore(notebook: Notebook, words: list[str]) -> None:
    """Binds a past run's variables again, without running anything, and says how old they are and whether their inputs are as they were."""
    names = [word for word in words if not word.startswith("--")]
    if len(names) != 1:
        raise BadOptionError("restore which run?", hint="%orchestrate restore NAME; %orchestrate runs lists them")
    run = notebook.find_run(names[0])
    if run.plan is None or not run.results:
        raise BadOptionError(f"nothing of {names[0]} is kept", hint="run its cell again")
    for line in _bind_all(notebook, run, overwrite="--overwrite" in words):
        print(line)
    for line in _told(notebook, run):
        print(line)


def _bind_all(notebook: Notebook, run: Run, overwrite: bool) -> list[str]:
    """Every value under its variable's name; a name that holds a value of the person stays theirs."""
    assert run.plan is not None
    wanted: dict[str, Any] = {run.names[step.id]: run.results[step.id].value for step in run.plan.steps if step.id in run.results}
    if run.name:
        wanted |= {f"{run.name}_run": run} | ({run.name: run.value} if run.value is not None else {})
    ledger = notebook.ledger
    taken = ledger.naming(RESTORED, run.name, overwrite, True)
    binding = ledger.begin(RESTORED)
    lines = []
    for name, value in wanted.items():
        if name in taken.taken and not overwrite:
            lines.append(f"{name}: left alone, it holds a value of yours (--overwrite replaces it)")
            continue
        ledger.bind(binding, name, value)
        lines.append(f"{name}: {'the run' if value is run else values.short(value)}")
    ledger.finish(binding)
    return lines


def _told(notebook: Notebook, run: Run) -> list[str]:
    now = recalling.inputs_now(run, variables(notebook.shell.user_ns, notebook.shell.user_ns_hidden))
    told = [f"from the run of {_when(run)}; its inputs: {', '.join(f'{name} {state}' for name, state in now.items()) or 'none'}"]
    told += [f"not kept any more: {', '.join(gone)}" for gone in [lost(run)] if gone]
    return told + [f"made anew since that run: {', '.join(newer)}" for newer in [renewed(run)] if newer]


def _when(run: Run) -> str:
    return moment(run.progress.started)


def notice(notebook: Notebook, goal: str, plan: Any = None) -> str:
    """For a goal (or a given plan) that is run again after a kernel was killed at it: what is there already and what is begun again; "" where nothing is."""
    run = recalling.cut_short(goal, notebook.identity, plan)
    if run is None or run.plan is None:
        return ""
    twice = interrupted(run)
    begun = f"; under way at that moment, so begun again: {', '.join(twice)}" if twice else ""
    return f"the run of {_when(run)} was interrupted: {len(run.results)} of {len(run.plan.steps)} steps are finished and not done again{begun}"


__all__ = ["diff", "fresh", "notice", "past_run", "rerun", "restore", "resume", "skip"]

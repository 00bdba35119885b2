"""The verb `edit`: a step of a run is changed for its next `rerun`, shown, written into a cell, or left as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nb_orchestra import planning, recalling
from nb_orchestra.core.plan import Plan
from nb_orchestra.errors import BadOptionError
from nb_orchestra.notebook.picking import run_with, step_id
from nb_orchestra.running import Run
from nb_orchestra.running.editing import editable, edited, reworded

if TYPE_CHECKING:
    from nb_orchestra.notebook.magics import Notebook

LONGEST_VALUE = 160


def edit(notebook: Notebook, words: list[str]) -> None:
    """`edit STEP` shows what may be changed, `edit STEP by=[sex] model=…` changes it for the next `rerun`, `--cell` writes the plan into a cell,
    `--drop` takes back what waits to be run."""
    names = [word for word in words if not word.startswith("--") and "=" not in word]
    if len(names) != 1:
        in_words = f"; in words it is a goal of its own:\n\n%%orchestrate {names[0]} --continue {names[0]}\n{' '.join(names[1:])}\n" if names[1:] else ""
        raise BadOptionError("which step is to be edited?", hint=f"%orchestrate edit STEP FIELD=VALUE … [--cell | --drop]{in_words}")
    run = run_with(notebook, names[0])
    if run.plan is None:
        raise BadOptionError("that run has no plan", hint=run.progress.message)
    if "--drop" in words:
        print(f"the edit of {names[0]} is taken back" if notebook.edits.pop(run.id, None) else f"no edit of {names[0]} waits to be run")
        return
    id, before = step_id(run, names[0]), run.plan
    if run.id in notebook.edits:
        before = recalling.checked_plan(run, notebook.edits[run.id], notebook.variables())
    changes = dict(_change(word) for word in words if "=" in word and not word.startswith("--"))
    after = recalling.checked_plan(run, edited(before, id, run.goal.text, **changes), notebook.variables())
    if changes:
        notebook.edits[run.id] = edited(before, id, run.goal.text, **changes)
        _tell_changes(before, after, id, list(changes), run.progress.rows[id].model)
    if "--cell" in words:
        _write_cell(notebook, run, notebook.edits.get(run.id) or edited(before, id, run.goal.text))
    elif not changes:
        _tell_editable(after, id)


def _change(word: str) -> tuple[str, Any]:
    """NAME=VALUE, the value as YAML says it: 5, [a, b], true; a text where that is none. An empty one takes the field away."""
    import yaml

    name, _, text = word.partition("=")
    if not text:
        return name, None
    if name in ("question", "purpose", "done_when", "model"):
        return name, text
    try:
        return name, yaml.safe_load(text)
    except yaml.YAMLError:
        return name, text


def _tell_changes(before: Plan, after: Plan, id: str, names: list[str], by: str) -> None:
    old, new = editable(before, id), editable(after, id)
    print(after[id].name)
    for name in names:
        print(f"  {name}: {_short(old.get(name))} → {_short(new.get(name))}")
    if "question" in names and reworded(after, after[id]) and (by or "built-in").startswith("built-in"):
        print("  the built-in engine writes from the results and follows no wording of a question; name a model too (model=NAME)")
    print("%orchestrate rerun runs it: this step, and those below for which it changes something")


def _tell_editable(plan: Plan, id: str) -> None:
    print(f"{plan[id].name} ({plan[id].kind}): {plan[id].purpose}")
    for name, value in editable(plan, id).items():
        print(f"  {name} = {_short(value)}")
    print(f"change it with %orchestrate edit {plan[id].name} NAME=VALUE, then %orchestrate rerun")


def _short(value: Any) -> str:
    text = " ".join(str(value).split()) if value not in (None, "") else "—"
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _write_cell(notebook: Notebook, run: Run, plan: dict[str, Any]) -> None:
    """The plan as a cell of its own below this one, so that a clone of the notebook has it."""
    first = " ".join(["%%orchestrate", *([run.name] if run.name else []), "--from-plan"])
    notebook.shell.set_next_input(f"{first}\n{planning.plan_text(plan)}", replace=False)
    print("the plan is in the cell below")

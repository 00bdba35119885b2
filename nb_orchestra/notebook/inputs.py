"""What a goal may speak of: the person's variables, and the frame that is meant where no name is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra import planning, values
from nb_orchestra.core.references import FromData, find_references, params_references
from nb_orchestra.errors import GoalError
from nb_orchestra.notebook.outputs import Ledger

MOST_LISTED = 8


def variables(namespace: Mapping[str, Any], hidden: Mapping[str, Any]) -> dict[str, Any]:
    """The person's names and values: what IPython itself put there is left out, In and Out are not."""
    return {name: value for name, value in namespace.items() if not name.startswith("_") and (name not in hidden or name in ("In", "Out"))}


def meant_frame(text: str, found: Mapping[str, Any], ledger: Ledger) -> dict[str, Any]:
    """The frame that a goal without `{names}` is about: one named in the prose, else the only one that no run made.

    GoalError that lists the candidates where there are several; {} where there is none.
    """
    frames = {name: value for name, value in found.items() if values.kind_of(value) == "table"}
    named = planning.frames_in_prose(text, frames)
    if named:
        return {name: frames[name] for name in named}
    own = {name: frame for name, frame in frames.items() if not ledger.made(name)}
    if len(own) <= 1:
        return own
    listed = ", ".join(f"{name} ({values.short(frame)})" for name, frame in list(own.items())[:MOST_LISTED])
    raise GoalError(f"which table is meant? {listed}", hint=f"name it in the goal, such as {{{next(iter(own))}}}")


def named_in_plan(plan: Any, found: Mapping[str, Any]) -> dict[str, Any]:
    """The variables that a given plan reads."""
    data = plan.as_data() if hasattr(plan, "as_data") else plan
    try:
        used = [ref for step in data.get("steps", []) for ref in (*params_references(step.get("params", {})), *find_references(step.get("for_each")))]
    except (ValueError, TypeError, AttributeError):
        return {}
    names = dict.fromkeys(reference.name for reference in used if isinstance(reference, FromData))
    return {name: found[name] for name in names if name in found}

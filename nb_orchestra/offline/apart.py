"""A recipe for a process of its own: how the call is named, what it answers there, and what is made of the answer here.

In the other process a recipe gives the same value, the same warnings and the same refusals; all of them travel as data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.core.elsewhere import Elsewhere
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.outcome import Failure
from nb_orchestra.errors import RecipeError
from nb_orchestra.offline.recipe import RECIPES_ROOM, Recipe
from nb_orchestra.protocols import Computed

HERE = f"{__name__}:answer"


def is_slow(row: Recipe, arguments: Mapping[str, Any]) -> bool:
    """By the recipe's row: on a table of this length, with these arguments."""
    shape = getattr(arguments.get(row.needs[0].name), "shape", None)
    rows = shape[0] if isinstance(shape, tuple) and shape else 0
    name, values = row.slow_by
    return bool(0 < row.slow <= rows and (not name or arguments.get(name) in values))


def call_of(row: Recipe, arguments: Mapping[str, Any]) -> Elsewhere | None:
    """None where a table is none; the recipe then says so here."""
    from nb_orchestra.offline.recipes.frames import Refusal
    from nb_orchestra.offline.recipes.tables import as_table

    frames = {argument.name for argument in row.needs if argument.type == "frame"}
    try:
        given = {name: as_table(value) if name in frames else thaw(value) for name, value in arguments.items()}
    except Refusal:
        return None
    notes = {name: dict(given[name].attrs) for name in frames & set(given)}
    load = (f"{RECIPES_ROOM}.{row.path.partition('.')[0]}", *row.uses)
    return Elsewhere(row.name, HERE, lambda: {"recipe": row.name, "arguments": given, "notes": notes}, load, lambda answer: _taken(row.name, answer))


def answer(recipe: str, arguments: Mapping[str, Any], notes: Mapping[str, Any]) -> dict[str, Any]:
    """What the other process calls: {"value", "warnings", "notes"} or {"refused": message, "hint"}. `notes`: the tables' attrs, by argument."""
    from nb_orchestra.offline.computing import RecipeTable

    for name, attrs in notes.items():
        arguments[name].attrs = attrs
    try:
        computed = RecipeTable().run(recipe, arguments)
    except RecipeError as error:
        return {"refused": error.message, "hint": error.hint}
    return {"value": computed.value, "warnings": list(computed.warnings), "notes": dict(computed.value.attrs)}


def _taken(recipe: str, answered: Any) -> Computed:
    if isinstance(answered, Failure):
        raise RecipeError(f"{recipe} could not be computed: {answered.message}", hint="use fewer rows or columns")
    if "refused" in answered:
        raise RecipeError(answered["refused"], hint=answered["hint"])
    answered["value"].attrs = answered["notes"]
    return Computed(answered["value"], warnings=tuple(answered["warnings"]))

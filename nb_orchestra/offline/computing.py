"""Runs recipes: the table behind the Recipes socket. Checks arguments, hands tables over, silences foreign warnings, translates what went wrong."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Collection, Mapping
from typing import Any

from nb_orchestra.core.elsewhere import Elsewhere
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.goal import Goal
from nb_orchestra.errors import RecipeError, UnknownRecipeError
from nb_orchestra.offline.listing import listing, listing_for_answers, signature
from nb_orchestra.offline.recipe import Argument, Recipe
from nb_orchestra.offline.spelling import check_form
from nb_orchestra.offline.table import RECIPES
from nb_orchestra.protocols import Computed

MOST_WARNINGS = 5


class RecipeTable:
    """Fills protocols.Recipes with the built-in ones. Keeps nothing; safe in any thread."""

    def __init__(self, recipes: Mapping[str, Recipe] = RECIPES) -> None:
        self.recipes = recipes

    def __getitem__(self, name: str) -> Recipe:
        if name not in self.recipes:
            near = difflib.get_close_matches(str(name), self.recipes, 3, 0.5)
            raise UnknownRecipeError(f"there is no recipe {name!r}", hint=f"near names: {', '.join(near)}" if near else f"known: {', '.join(self.recipes)}")
        return self.recipes[name]

    def check(self, recipe: str, arguments: Mapping[str, Any]) -> None:
        """UnknownRecipeError for a recipe, an argument, a choice or an operation that does not exist, and for a needed argument that is not there."""
        row = self._checked(recipe, arguments)
        for name, value in arguments.items():
            argument = row.argument(name)
            check_form(f"{recipe}: {name}", argument.type if argument is not None else "", value)

    def _checked(self, recipe: str, arguments: Mapping[str, Any]) -> Recipe:
        row = self[recipe]
        for name, value in arguments.items():
            argument = row.argument(name)
            if argument is None:
                raise UnknownRecipeError(f"{recipe} takes no argument {name!r}", hint=f"it is {signature(row)}")
            self._check_choice(row, argument, value)
        older = {argument.name for argument in row.needs if not argument.told}
        instead = row.needs[1].name if older and not older <= set(arguments) else ""
        for argument in row.needs:
            if (argument.required or argument.name == instead) and argument.name not in arguments:
                raise UnknownRecipeError(f"{recipe} needs the argument {argument.name!r}", hint=argument.help or f"a {argument.type}")
        return row

    @staticmethod
    def _check_choice(row: Recipe, argument: Argument, value: Any) -> None:
        if argument.type not in ("choice", "choices") or value is None or isinstance(value, Mapping):
            return
        for item in [value] if isinstance(value, str) else value:
            if isinstance(item, str) and item not in argument.choices:
                raise UnknownRecipeError(f"{row.name}: {argument.name} cannot be {item!r}", hint=f"one of {', '.join(argument.choices)}")

    def promise(self, recipe: str) -> Mapping[str, Any]:
        """The recipe's promised output as plan data."""
        return dict(self[recipe].gives)

    def listing(self, goal: Goal, room: int, also: Collection[str] = ()) -> str:
        """The recipes for a planner: what the goal may need in full, the others by name, in about `room` characters."""
        return listing(self.recipes, goal, room, also) if room or also else listing_for_answers(self.recipes)

    def version(self, recipe: str) -> str:
        """Identity of the recipe's code and of everything of ours that it calls, with the versions of the packages it uses."""
        return _version(self[recipe].path)

    def run(self, recipe: str, arguments: Mapping[str, Any]) -> Computed:
        """The recipe's value: a table, or a Chart. RecipeError where the data do not allow it."""
        from nb_orchestra.offline.recipes.frames import Refusal
        from nb_orchestra.values.quiet import quiet

        row = self._checked(recipe, arguments)
        with quiet() as warnings:
            try:
                value = _compute(row, arguments)
            except Refusal as refusal:
                raise RecipeError(str(refusal.args[0]) + _if_empty(row, arguments), hint=refusal.hint) from None
            except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, ImportError) as error:
                text = str(error).strip().splitlines()
                what = f"{type(error).__name__}: {text[0][:200]}" if text else type(error).__name__
                raise RecipeError(
                    f"{recipe} cannot do this with this table ({what})", hint="look at the table with `check_data`, or name other columns"
                ) from error
        return Computed(value, warnings=tuple(warnings[:MOST_WARNINGS]))

    def elsewhere(self, recipe: str, arguments: Mapping[str, Any]) -> Elsewhere | None:
        """The call by name where the recipe's row says that it is slow on a table of this length."""
        from nb_orchestra.offline import apart

        row = self[recipe]
        return apart.call_of(row, arguments) if apart.is_slow(row, arguments) else None


def _if_empty(row: Recipe, arguments: Mapping[str, Any]) -> str:
    """What a refusal's reader must know first: that there was no row to begin with."""
    frames: list[Any] = [arguments.get(argument.name) for argument in row.needs if argument.type == "frame"]
    empty = any(hasattr(frame, "columns") and not len(frame) for frame in frames)
    return ": the table has no rows" if empty else ""


def _compute(row: Recipe, arguments: Mapping[str, Any]) -> Any:
    """The value, with the table's frames shared and never changed."""
    import numpy as np

    first = row.needs[0].name
    given = {name: _given(row.argument(name), value) for name, value in arguments.items()}
    with np.errstate(all="ignore"):
        value = row.run(given.pop(first), **given)
    if row.gives.get("type") != "figure":
        return value
    from nb_orchestra.values.chart import Chart

    table, spec = value
    return Chart.drawn(table, spec)


def _given(argument: Argument | None, value: Any) -> Any:
    """An argument as its recipe takes it: tables plain, column names as text, data unfrozen."""
    from nb_orchestra.offline.recipes.tables import as_table

    if argument is not None and argument.type == "frame":
        return as_table(value)
    if argument is not None and argument.type == "column" and value is not None:
        return str(value)
    return thaw(value)


@functools.cache
def _version(path: str) -> str:
    import hashlib

    from nb_orchestra.offline.sources import identity_text

    return hashlib.sha256(identity_text(path).encode()).hexdigest()[:32]

"""The built-in engine: reads a goal by grammar, plans, computes by recipes, writes prose from results. No network, no key.

recipe · table (all recipes, one row each) · recipes/ (the pure functions) · prose/ (results put into sentences) ·
writer (the built-in model) · ejecting (plain code of a step) · reading/ and planner (goal → plan data) · continuing.
The door is lazy: opening it imports no pandas.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nb_orchestra.offline.computing import RecipeTable
    from nb_orchestra.offline.ejecting import code_of, code_of_steps, script_of_steps
    from nb_orchestra.offline.planner import BuiltinPlanner
    from nb_orchestra.offline.prose.methods import method_of
    from nb_orchestra.offline.recipe import Recipe
    from nb_orchestra.offline.sources import packages_of
    from nb_orchestra.offline.writer import BuiltinModel

__all__ = ["BuiltinModel", "BuiltinPlanner", "Recipe", "RecipeTable", "code_of", "code_of_steps", "method_of", "packages_of", "script_of_steps"]

_ROOMS = {
    "BuiltinModel": "writer",
    "BuiltinPlanner": "planner",
    "Recipe": "recipe",
    "RecipeTable": "computing",
    "code_of": "ejecting",
    "code_of_steps": "ejecting",
    "script_of_steps": "ejecting",
    "method_of": "prose.methods",
    "packages_of": "sources",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_ROOMS[name]}"), name)

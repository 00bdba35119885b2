"""What a recipe is: one small pure function over frames, and one row that says what it needs, gives and is called by.

Functions are named by path ("comparing.compare_groups"), not imported: the planner reads the whole table of recipes
without importing pandas or scipy, which are loaded when the first recipe runs.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

ARGUMENT_TYPES = (
    "frame",  # a table; the first argument of every recipe
    "column",  # a column's name, as text
    "columns",  # a list of columns' names (one name is taken as a list of one)
    "number",
    "integer",
    "text",
    "boolean",
    "choice",  # one of `choices`
    "choices",  # a list of some of `choices`
    "conditions",  # [{"column": …, "op": …, "value": …}], see recipes/conditions.py
    "expression",  # a tree, see recipes/expressions.py
    "expressions",  # {new column: tree}, in order
    "mapping",  # {old: new}
    "any",
)

RECIPES_ROOM = "nb_orchestra.offline.recipes"
PROSE_ROOM = "nb_orchestra.offline.prose"

Sentences = Callable[[Any, Mapping[str, Any]], list[str]]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a recipe, as plan data gives it."""

    name: str
    type: str
    required: bool = True
    default: Any = None
    choices: tuple[str, ...] = ()
    help: str = ""
    told: bool = True
    """False: an older form of the same, taken and not told to planners."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One row of the table. `path` names the function below recipes/, `said_by` the function below prose/ that puts its result into sentences.

    `gives` is the promised output as plan data; its columns are named only where every call gives the same ones.
    `words` are what people say to call it; `source` is the method's. `slow`: rows from which one call into a
    library may take a second and more, where no thread can be stopped, so that it runs in a process that can be killed; 0: never. `slow_by`: only with one of
    these values of an argument. `uses`: what it then imports, being large.
    """

    name: str
    path: str
    needs: tuple[Argument, ...]
    gives: Mapping[str, Any] = field(default_factory=lambda: {"type": "table"})
    words: tuple[str, ...] = ()
    source: str = ""
    said_by: str = ""
    slow: int = 0
    slow_by: tuple[str, tuple[str, ...]] = ("", ())
    uses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "gives", MappingProxyType(dict(self.gives)))

    @property
    def run(self) -> Callable[..., Any]:
        """The pure function itself: the frame first, the rest by keyword."""
        return load(RECIPES_ROOM, self.path)

    @property
    def say(self) -> Sentences | None:
        """Sentences from a result and the arguments that gave it; every number in them stands in the result."""
        return load(PROSE_ROOM, self.said_by) if self.said_by else None

    def argument(self, name: str) -> Argument | None:
        """The argument of that name, or None."""
        return next((argument for argument in self.needs if argument.name == name), None)


def made_columns(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a call of `derive` makes: name → expression, in order; {} for other calls."""
    older = {} if arguments.get("name") is None else {str(arguments["name"]): arguments.get("expression")}
    columns = arguments.get("columns")
    return older | dict(columns) if isinstance(columns, Mapping) else older


def load(room: str, path: str) -> Callable[..., Any]:
    """The function that `path` ("module.function") names inside `room`."""
    module, _, function = path.partition(".")
    found: Callable[..., Any] = getattr(importlib.import_module(f"{room}.{module}"), function)
    return found

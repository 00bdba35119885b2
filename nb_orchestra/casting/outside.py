"""Which columns of a table a model, a search or a tool has already seen or given: telling them again tells nothing new.

A model's answers, what a search found and what a tool gave were outside, and so were the cells that their question read of each row. Recipes that read
nothing else keep that: rows sorted, cut or computed by such columns, counts of them. One column more that decides which rows are there, or in which order,
and all of the table is the person's again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nb_orchestra.core.references import FromRow, params_references
from nb_orchestra.offline.recipe import made_columns

CARRYING = frozenset(["derive", "sort_rows", "head", "filter_rows", "rank", "select_columns"])
"""Recipes that make of a statistic another one, and of rows again rows. None that could give another column the name of a count."""
COUNTING = frozenset(["count_rows", "value_counts", "group_summary", "summarise", "crosstab"])
"""Recipes whose table depends on the columns that they name, and on no other."""
_NAMING = ("by", "within", "column", "value", "rows")
_ANSWERING = ("ask", "search")


@dataclass(frozen=True, slots=True)
class Outside:
    """The names of columns (or keys) that were outside; with `every` all of them."""

    names: frozenset[str] = frozenset()
    every: bool = False

    def __contains__(self, name: object) -> bool:
        return self.every or str(name) in self.names

    def __bool__(self) -> bool:
        return self.every or bool(self.names)


NOTHING, EVERYTHING = Outside(), Outside(every=True)


def outside(made: Mapping[str, Any]) -> Outside:
    """What was outside of a value that was made like this (running/making)."""
    known = _of_recipe(made) if "recipe" in (made.get("params") or {}) else _of_answers(made)
    chosen = (made.get("part") or {}).get("where") or ()
    return known if all(name in known for name in _columns_in(chosen)) else NOTHING


def _of_answers(made: Mapping[str, Any]) -> Outside:
    if "for_each" not in made:
        return EVERYTHING if made.get("kind") in _ANSWERING else NOTHING
    if made.get("kind") not in (*_ANSWERING, "call"):
        return NOTHING
    read = {reference.column for reference in params_references(made.get("params") or {}) if isinstance(reference, FromRow)}
    below = outside(made["of"]) if "of" in made else NOTHING
    if True in read or below.every:
        return EVERYTHING
    return Outside(frozenset([*made.get("answers", ()), *map(str, read)]) | below.names)


def _of_recipe(made: Mapping[str, Any]) -> Outside:
    params = made["params"]
    recipe, arguments = params["recipe"], params.get("arguments") or {}
    base = outside(made["of"]) if "of" in made else NOTHING
    if len(list(params_references(params))) != 1:
        return _together(base, outside(made["with"]) if "with" in made else NOTHING, params)
    if base.every:
        return EVERYTHING
    if not base or not all(name in base for name in _deciding(arguments)):
        return NOTHING
    if recipe in COUNTING:
        return EVERYTHING
    return _with_made(base, arguments) if recipe in CARRYING else NOTHING


def _together(base: Outside, other: Outside, params: Mapping[str, Any]) -> Outside:
    """Two tables in one, where nothing else was read: all of it where all of both was outside; else by the columns that join them."""
    arguments = params.get("arguments") or {}
    if not base or not other or len(list(params_references(params))) != 2:
        return NOTHING
    if base.every and other.every:
        return EVERYTHING
    on = _texts(arguments.get("on"))
    joined = params["recipe"] == "join" and on and all(name in base and name in other for name in on)
    return Outside(base.names | other.names) if joined and not base.every and not other.every else NOTHING


def _with_made(base: Outside, arguments: Mapping[str, Any]) -> Outside:
    """The columns of before, and those computed from nothing else."""
    names = set(base.names)
    for name, expression in made_columns(arguments).items():
        known = all(read in names for read in _columns_in(expression))
        names = names | {name} if known else names - {name}
    return Outside(frozenset(names))


def _deciding(arguments: Mapping[str, Any]) -> Iterator[str]:
    """The columns that decide which rows are there, their order and their groups."""
    for name in _NAMING:
        yield from _texts(arguments.get(name))
    yield from [arguments["columns"]] if isinstance(arguments.get("columns"), str) else ()
    yield from _columns_in(arguments.get("where") or ())


def _columns_in(value: Any) -> Iterator[str]:
    """The columns that conditions or an expression read."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from [str(item)] if name == "column" else _texts(item) if name == "by" else _columns_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _columns_in(item)


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [item for item in value if isinstance(item, str)] if isinstance(value, list | tuple) else []

"""The values and columns that a plan's steps read, held against those that are there: a slip is found before anything runs, with near names."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Any

from nb_orchestra import values
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.plan import Step
from nb_orchestra.core.references import FromData, FromStep, Reference, find_references, params_references
from nb_orchestra.errors import PlanError, UnknownNeedError
from nb_orchestra.protocols import Catalogue
from nb_orchestra.values.columns import column_text, level_texts

MOST_NAMED = 30


def check_data(step: Step, catalogue: Catalogue) -> None:
    """UnknownNeedError for a value that was not given, PlanError for a column that it does not have. Nothing where the values are not known."""
    used = tuple(_used(step))
    _check_conditions(used, catalogue)
    if catalogue.data is None:
        return
    for reference in used:
        if not isinstance(reference, FromData):
            continue
        if reference.name not in catalogue.data:
            raise UnknownNeedError(f"reads {reference.name!r}, which is not among the goal's data: {_near(reference.name, list(catalogue.data))}")
        _check_columns(reference, catalogue.data[reference.name])


def _check_conditions(used: Sequence[Reference], catalogue: Catalogue) -> None:
    """UnknownRecipeError for a condition of a reference that no recipe knows."""
    for reference in used:
        if isinstance(reference, FromStep | FromData) and reference.where and catalogue.recipes is not None:
            catalogue.recipes.check("filter_rows", {"frame": None, "where": thaw(reference.where)})


def _used(step: Step) -> Iterator[Reference]:
    for part in (params_references(step.params), find_references(step.for_each), find_references(step.check)):
        yield from part


def _check_columns(reference: FromData, value: Any) -> None:
    wanted = list(reference.columns or ()) + ([reference.levels] if reference.levels else []) + [str(one["column"]) for one in reference.where]
    if reference.in_part and values.kind_of(value) not in ("table", "list"):
        raise PlanError(f"{reference.name!r} is a {values.kind_of(value)}, so no rows of it can be named")
    if wanted and values.kind_of(value) != "table":
        raise PlanError(f"{reference.name!r} is a {values.kind_of(value)}, so it has no columns")
    there = [*map(column_text, value.columns), *level_texts(value.index)] if wanted else []
    for name in wanted:
        if name not in there:
            raise PlanError(f"{reference.name!r} has no column {name!r}: {_near(name, there[: len(value.columns)])}")


def _near(name: str, there: Sequence[str]) -> str:
    """Names like it, else all."""
    near = difflib.get_close_matches(name, there, 3, 0.6)
    return f"near names: {', '.join(near)}" if near else f"there are {', '.join(there[:MOST_NAMED]) or 'none'}"

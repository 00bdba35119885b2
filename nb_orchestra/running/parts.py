"""A part of a table, where a reference names one: the rows that meet conditions, then the first or last so many, then some columns in their order.

It is what the recipes `filter_rows`, `head` and `select_columns` give: the reference says what three steps would, and nothing else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from nb_orchestra import offline, values
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.references import FromData, FromStep, find_references
from nb_orchestra.errors import RecipeError, StepError
from nb_orchestra.values.columns import COUNTS


def part_of(value: Any, reference: FromStep | FromData, name: str) -> Any:
    """The part that the reference means. StepError where `value` has no rows, or not these columns; of a list only rows can be taken."""
    steps = steps_of(reference)
    if not steps:
        return value
    if values.kind_of(value) == "list" and reference.rows is not None and len(steps) == 1:
        return list(value[: reference.rows] if reference.rows > 0 else value[reference.rows :])
    if values.kind_of(value) != "table":
        raise StepError(f"{name} is a {values.kind_of(value)}, so no part of it can be named", hint="name rows and columns of a table")
    table = offline.RecipeTable()
    try:
        for recipe, arguments in steps:
            value = table.run(recipe, {"frame": value, **arguments}).value
    except RecipeError as error:
        raise StepError(f"of {name}: {error.message}", hint=error.hint) from None
    return value


def steps_of(reference: FromStep | FromData) -> list[tuple[str, Mapping[str, Any]]]:
    """The recipes, in order, that give the part, with their arguments but for the table. Columns of the goal's data are narrowed by themselves."""
    columns = reference.columns if isinstance(reference, FromStep) else None
    steps: list[tuple[str, Mapping[str, Any] | None]] = [
        ("filter_rows", {"where": thaw(reference.where)} if reference.where else None),
        ("head", {"n": reference.rows} if reference.rows is not None else None),
        ("select_columns", {"columns": list(columns)} if columns is not None else None),
    ]
    return [(recipe, arguments) for recipe, arguments in steps if arguments is not None]


def _of_its_rows(value: Any, reference: FromStep) -> Any:
    """The rows of the part with all columns; all rows, where what they are depends on the row of a `for_each` or cannot be told."""
    try:
        return value if list(find_references(reference.where)) else part_of(value, dataclasses.replace(reference, columns=None), "")
    except StepError:
        return value


def _whole(counts: Any) -> bool:
    return counts.dtype.kind in "iuf" and bool(counts.notna().all())


def told_part(value: Any, reference: FromStep) -> dict[str, Any]:
    """What is said of a part beside how the table was made: which part, of how many rows, and the least of the counts that stand beside its rows."""
    if not reference.in_part or values.kind_of(value) != "table":
        return {}
    counts = [column for at, name in enumerate(value.columns) if str(name) in COUNTS for column in [_of_its_rows(value, reference).iloc[:, at]]]
    least = {"least_n": int(min(count.min() for count in counts)) if all(map(_whole, counts)) else 0} if counts and len(counts[0]) else {}
    asked = {"where": thaw(reference.where), "rows": reference.rows, "columns": reference.columns and list(reference.columns)}
    return {"part": {name: item for name, item in asked.items() if item} | {"of_rows": len(value)} | least}

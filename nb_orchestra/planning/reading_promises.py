"""What a plan promises of a column: a type, a list of levels, or a type within limits. A slip here would otherwise be a promise that nobody checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.core.plan import COLUMN_TYPES
from nb_orchestra.core.references import read_reference
from nb_orchestra.errors import PlanError

_FIELDS = ({"enum"}, {"type", "enum"}, {"type", "min", "max"})
_FORM = f'one of {", ".join(COLUMN_TYPES)}, {{"enum": [values]}} or {{"type": "integer", "min": 1, "max": 5}}'


def check_promise(name: str, promise: Any) -> None:
    """PlanError, which names the column, for a type that does not exist, levels that are none, and limits that no value can keep."""
    where = f"output column {name!r}"
    if not isinstance(promise, Mapping):
        _check_type(where, promise)
        return
    if not promise or not any(set(promise) <= fields for fields in _FIELDS):
        raise PlanError(f"{where} cannot be {dict(promise)!r}"[:300], hint=f"write {_FORM}")
    if "type" in promise or "enum" not in promise:
        _check_type(where, promise.get("type"))
    if "enum" in promise:
        _check_levels(where, promise["enum"])
    _check_limits(where, promise)


def _check_type(where: str, promise: Any) -> None:
    if not isinstance(promise, str) or promise not in COLUMN_TYPES:
        raise PlanError(f"{where} has the type {promise!r}, which does not exist"[:300], hint=f"write {_FORM}")


def _check_levels(where: str, levels: Any) -> None:
    """A reference stands for levels that an earlier step finds."""
    if isinstance(levels, Mapping):
        try:
            known = read_reference(levels) is not None
        except ValueError as error:
            raise PlanError(f"the enum of {where}: {error}") from None
        if known:
            return
    if not isinstance(levels, list | tuple) or not levels or not all(isinstance(level, str | int | float | bool) for level in levels):
        raise PlanError(f"the enum of {where} must be a list of texts or numbers, not {levels!r}"[:300])


def _check_limits(where: str, promise: Mapping[str, Any]) -> None:
    limits = [promise[name] for name in ("min", "max") if promise.get(name) is not None]
    if limits and promise["type"] not in ("number", "integer"):
        raise PlanError(f"{where} is a {promise['type']}, so it has no min and max")
    if any(isinstance(limit, bool) or not isinstance(limit, int | float) for limit in limits):
        raise PlanError(f"min and max of {where} must be numbers")
    if len(limits) == 2 and not limits[0] <= limits[1]:
        raise PlanError(f"{where}: min {limits[0]} is more than max {limits[1]}")

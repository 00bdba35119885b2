"""Conditions that no row can meet at once: a goal that asks for them was read wrongly, and an empty result must not look like an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

_UP, _DOWN = (">", ">="), ("<", "<=")


def impossible(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line for "not done" for each pair of conditions of one step that exclude each other."""
    found = (line for step in steps for line in _in_step(step.get("params", {}).get("arguments", {})))
    return list(dict.fromkeys(found))


def _in_step(arguments: Mapping[str, Any]) -> Iterator[str]:
    where = arguments.get("where") or ()
    for left, right in combinations([where] if isinstance(where, Mapping) else where, 2):
        if left.get("column") == right.get("column") and _apart(left, right):
            yield f"{left['column']} {_said(left)} and {_said(right)}: no row can be both"


def _said(condition: Mapping[str, Any]) -> str:
    return f"{condition['op']} {condition.get('value', '')}".strip().removeprefix("== ")


def _apart(left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    """True for two different values, a value outside of a bound, and bounds that leave nothing between them."""
    if "missing" in (left["op"], right["op"]):
        return left["op"] != right["op"] and {left["op"], right["op"]} & {"present", "==", ">", "<", ">=", "<=", "between"} != set()
    first, second = left.get("value"), right.get("value")
    if left["op"] == right["op"] == "==":
        return str(first) != str(second)
    if not all(isinstance(value, int | float) for value in (first, second)):
        return False
    low, high = (left, right) if left["op"] in (*_UP, "==") and right["op"] in (*_DOWN, "==") else (right, left)
    if low["op"] not in (*_UP, "==") or high["op"] not in (*_DOWN, "=="):
        return False
    strict = low["op"] == ">" or high["op"] == "<"
    return bool(low["value"] > high["value"] or (strict and low["value"] == high["value"]))

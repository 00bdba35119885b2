"""Conditions and expressions as plan data, looked at before anything runs: their form, and the words for what they do. What they mean is the recipes' part.

A reference (a cell of an earlier step) may stand wherever a value may; what it holds is not known yet.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Any

from nb_orchestra.core.references import read_reference
from nb_orchestra.errors import UnknownRecipeError

DEEPEST = 60
NESTED = ("any", "all")
"""Conditions that hold conditions."""


def check_form(where: str, type: str, value: Any) -> None:
    """UnknownRecipeError, which begins with `where`, for an argument of a type that has a form of its own. Nothing where it is left out or a reference."""
    look = _FORMS.get(type)
    if look is not None and value is not None and not _referred(value):
        look(where, value, 0)


def _conditions(where: str, value: Any, depth: int) -> None:
    listed = [value] if isinstance(value, Mapping) else value
    if not isinstance(listed, list | tuple) or depth > DEEPEST:
        raise UnknownRecipeError(f"{where} must be a list of conditions, not {_short(value)}", hint=_CONDITION)
    for one in listed:
        _condition(where, one, depth)


def _condition(where: str, one: Any, depth: int) -> None:
    from nb_orchestra.offline.recipes.conditions import COMPARE, TESTS

    if _referred(one):
        return
    if not isinstance(one, Mapping) or "column" not in one:
        raise UnknownRecipeError(f"{where}: {_short(one)} is no condition", hint=_CONDITION)
    op = str(one.get("op", "=="))
    if op in NESTED:
        _conditions(where, one.get("value") or (), depth + 1)
    elif op == "among":
        if not isinstance(one.get("value"), Mapping) or not {"by", "n", "ascending"} <= one["value"].keys():
            raise UnknownRecipeError(f"{where}: {_short(one)} is no condition", hint='among needs {"by": c, "statistic": s or "", "n": 5, "ascending": false}')
    elif op == "occurs":
        if not isinstance(one.get("value"), Mapping) or one["value"].get("op") not in COMPARE or not isinstance(one["value"].get("n"), int):
            raise UnknownRecipeError(f"{where}: {_short(one)} is no condition", hint='occurs needs {"op": ">=", "n": 20}')
    elif op not in COMPARE and op not in TESTS and op.removeprefix("not ") not in TESTS:
        raise UnknownRecipeError(f"{where}: there is no condition {op!r}", hint=_near(op, [*COMPARE, *TESTS]))


def _expression(where: str, tree: Any, depth: int) -> None:
    from nb_orchestra.offline.recipes.expressions import GROUP_WISE, PLAIN

    if not isinstance(tree, Mapping) or "column" in tree or _referred(tree):
        return
    if depth > DEEPEST:
        raise UnknownRecipeError(f"{where}: an expression is nested more than {DEEPEST} deep")
    if not isinstance(tree.get("op"), str) or not isinstance(tree.get("args", ()), list | tuple):
        raise UnknownRecipeError(f"{where}: {_short(tree)} is no expression", hint=_EXPRESSION)
    if tree["op"] not in PLAIN and tree["op"] not in GROUP_WISE:
        raise UnknownRecipeError(f"{where}: there is no operation {tree['op']!r}", hint=_near(tree["op"], [*PLAIN, *GROUP_WISE]))
    for part in tree.get("args", ()):
        _expression(where, part, depth + 1)


def _expressions(where: str, value: Any, depth: int) -> None:
    if not isinstance(value, Mapping) or not value:
        raise UnknownRecipeError(f"{where} must be a mapping of new names to expressions, not {_short(value)}", hint='{"ratio": {"op": "/", "args": [a, b]}}')
    for name, tree in value.items():
        _expression(f"{where} {name!r}", tree, depth)


_FORMS = {"conditions": _conditions, "expression": _expression, "expressions": _expressions}
_CONDITION = 'a condition is {"column": c, "op": o, "value": v}'
_EXPRESSION = 'it is a value, {"column": c}, or {"op": o, "args": […]}'


def _referred(value: Any) -> bool:
    try:
        return read_reference(value) is not None
    except ValueError:
        return False


def _short(value: Any) -> str:
    return repr(value)[:80]


def _near(word: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(word, known, 3, 0.5)
    return f"near words: {', '.join(near)}" if near else f"known: {', '.join(known)}"

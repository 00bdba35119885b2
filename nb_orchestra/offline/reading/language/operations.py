"""The words of formulas, as tables: what stands between two operands, in front of them, behind one."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.reading.language.words import vocabulary

INFIX = {
    "plus": "+", "minus": "-", "times": "*", "multiplied by": "*", "divided by": "/", "over": "/", "per": "/", "less": "-", "+": "+", "-": "-", "−": "-",
    "–": "-", "*": "*", "×": "*", "/": "/", "÷": "/", "^": "**", "to the power of": "**", "raised to": "**",
}  # fmt: skip
OF_TWO = {"difference": "-", "ratio": "/", "quotient": "/", "absolute difference": "abs"}
OF_MANY = {"sum": "+", "total": "+", "product": "*", "average": "row_mean", "mean": "row_mean"}
OF_ONE = {
    "square root": "sqrt", "square": "square", "cube": "cube", "natural logarithm": "log", "natural log": "log", "logarithm": "log", "log": "log",
    "base 10 logarithm": "log10", "log10": "log10", "absolute value": "abs", "sqrt": "sqrt", "ln": "log", "abs": "abs", "exp": "exp", "log2": "log2",
}  # fmt: skip
PARTICIPLES = {
    "dividing": ("/", ("by",)), "multiplying": ("*", ("by", "and", "with")), "adding": ("+", ("to", "and")), "subtracting": ("-", ("from",)),
    "summing": ("+", ("and",)), "averaging": ("row_mean", ("and",)),
}  # fmt: skip
IDLE = vocabulary("the a an its  their his value values column columns variable variables feature of both respective each up")
BEGINS = vocabulary(
    "start starts started begin begins began beginning admission admitted opened open order ordered birth born hired hire departure first issued issue"
)
"""In the name of a date: the earlier one of two, in whatever order they are said."""
NOUNS = vocabulary("column columns value values variable feature")
JOINS = re.compile(
    r"(?:and|or|to|by|plus|minus|squared|cubed|over|per|times|divided|multiplied|for|in|from|with|dividing|multiplying|divide|multiply|then|as|raised|where|which)\Z"
)
UNITS = vocabulary("meters metres meter metre m")
CENTI = re.compile(r"\bcentimet(?:er|re)s?\b|\bcm\b", re.IGNORECASE)
PERCENT = re.compile(r"[,(]?\s*(?:and )?(?:then )?(?:(?:is |be )?expressed |written |given )?(?:as|in) (?:an? )?(?:percent|percentage|%)", re.IGNORECASE)
CHANGES = vocabulary("percentage_change percent_change percentage_increase percentage_difference relative_change")
SPANS = ("number of days", "days", "time", "duration", "difference in days", "time difference")
SINGLE_LEVELS = (("+", "-"), ("*", "/"), ("**",))

Tree = Any


def size(tree: Tree) -> int:
    return 1 + sum(size(item) for item in tree.get("args", ())) if isinstance(tree, dict) else 1


def of_one(op: str, tree: Tree) -> Tree:
    powers = {"square": 2, "cube": 3}
    return {"op": "**", "args": [tree, powers[op]]} if op in powers else {"op": op, "args": [tree]}


def folded(op: str, items: list[Tree]) -> Tree:
    if op == "row_mean":
        return {"op": op, "args": items}
    tree = items[0]
    for item in items[1:]:
        tree = {"op": op, "args": [tree, item]}
    return tree

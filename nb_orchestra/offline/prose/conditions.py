"""Conditions as words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.offline.prose.wording import listed, name_of, number, safe

WORDS = {
    "==": "",
    "!=": "not ",
    "<": "below ",
    "<=": "at most ",
    ">": "above ",
    ">=": "at least ",
    "in": "",
    "not in": "not ",
    "contains": "with ",
    "not contains": "without ",
}


def condition_text(where: Any) -> str:
    """body mass above 4,000 and sex female; '' where there are no conditions."""
    conditions = [where] if isinstance(where, Mapping) else list(where or ())
    return listed([one_condition(condition) for condition in conditions])


def one_condition(condition: Mapping[str, Any]) -> str:
    """One condition as words."""
    column, op, value = name_of(condition["column"]), str(condition.get("op", "==")), condition.get("value")
    if op in ("missing", "present", "true", "false"):
        return f"{column} {op}"
    if op == "among" and isinstance(value, Mapping):
        return f"{column} among the {'lowest' if value['ascending'] else 'highest'} {value['n']}" + (
            f" by {value['statistic']} {name_of(value['by'])}" if value["statistic"] else ""
        )
    if op == "between" and isinstance(value, list | tuple):
        return f"{column} from {value_text(value[0])} to {value_text(value[1])}"
    return f"{column} {WORDS.get(op, op + ' ')}{value_text(value)}"


def value_text(value: Any) -> str:
    """A condition's value as words: a number, a text, a list, or a statistic."""
    if isinstance(value, Mapping):
        return f"its {value['statistic']}" if "statistic" in value else name_of(value.get("column", ""))
    if isinstance(value, list | tuple):
        return listed([value_text(item) for item in value], "or")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return safe(str(value))
    return str(value) if 1000 <= value <= 3000 and value == int(value) else number(value)

"""The last step of a goal with an answer format: values out of results, written into `@name[value]`, all of them or none.

A verdict ("significant", "linear") is decided here, from the numbers, by the rules that the goal states.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from nb_orchestra.offline.recipes.frames import Refusal, column_of

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
    "between": lambda value, limits: limits[0] <= value <= limits[1],
}  # fmt: skip


def fill_answer(slots: Sequence[Mapping[str, Any]]) -> str:
    """One line `@name[value]` per slot, in order. Refusal names the first slot that cannot be filled.

    A slot: {"name", "decimals"} and either {"value"}, {"table", "column", "row" | "where" | "all"} (a cell, or a whole column; with "first", the group
    that a test's t or U is taken of, and "sided", the test),
    {"table", "count": true} (its rows), {"rules", "quantities"} (a verdict) or {"verdicts": [...]} (several, joined).
    {"op", "places"} sets two such places against each other (- / %, "absolute" where asked); "part" takes the year out of a date;
    {"parts": [place, …]} lists several; a list is "sorted" where asked; a value of "where" may be a place itself.
    A slot of "kind" whole or text takes no number with a fraction, one of kind fraction none outside 0 to 1; one slot at most the nan of an empty selection.
    """
    filled = {str(slot["name"]): _filled(slot) for slot in slots}
    empty = [name for name, value in filled.items() if value == "nan"]
    if len(empty) > 1:
        raise Refusal(f"the answers {', '.join(empty)} have no value: there was nothing to compute them from", "look at the rows that the conditions leave")
    return "\n".join(f"@{name}[{value}]" for name, value in filled.items())


def _filled(slot: Mapping[str, Any]) -> str:
    if "verdicts" in slot:
        return ",".join(_verdict(item, slot["name"]) for item in slot["verdicts"])
    if "rules" in slot:
        return _verdict(slot, slot["name"])
    value = _picked(slot)
    if slot.get("kind") == "whole" and isinstance(value, pd.Timestamp) and value.dayofyear == 1:
        value = value.year  # a year that stood as its first day
    _fits(value, slot)
    if isinstance(value, list):
        value = sorted(value, reverse=slot.get("sorted") == "descending") if slot.get("sorted") else value
        return str(slot.get("joined", ", ")).join(_short(item, slot.get("decimals")) for item in value)
    return written(value, slot.get("decimals"))


def _fits(value: Any, slot: Mapping[str, Any]) -> None:
    """Refuses what cannot be meant: 10.87 as a count, 9300.5 as a name."""
    name, kind = slot["name"], slot.get("kind", "")
    if kind == "whole" and isinstance(value, str) and not re.fullmatch(r"\s*-?\d+\s*", value):
        raise Refusal(f"the answer {name!r} is to be a whole number, and the step gives {value!r}", "say what is counted")
    if kind == "fraction" and isinstance(value, int | float) and not math.isnan(value) and not 0 <= value <= 1:
        raise Refusal(f"the answer {name!r} is to be between 0 and 1, and the step gives {value:.6g}", "say of what it is the share")
    fraction = isinstance(value, float) and not math.isnan(value) and not value.is_integer()
    if fraction and kind in ("whole", "text"):
        wanted = "a whole number" if kind == "whole" else "a word"
        raise Refusal(f"the answer {name!r} is to be {wanted}, and the step gives {value:.6g}", "say what is counted or named")


def _short(value: Any, decimals: int | None) -> str:
    """An item of a list: a number without needless zeros."""
    if isinstance(value, float) and not math.isnan(value):
        return str(round(value, 2 if decimals is None else decimals))
    return written(value, decimals)


def _picked(slot: Mapping[str, Any]) -> Any:
    """The value that a slot, or a quantity of a verdict, points at."""
    if "value" in slot:
        return slot["value"]
    if "places" in slot:
        return _against(slot)
    if "parts" in slot:
        return [_picked({"name": slot.get("name", ""), **place}) for place in slot["parts"]]
    table = slot["table"]
    if slot.get("count"):
        return len(table)
    column = table[column_of(table, slot["column"])]
    for name, wanted in (slot.get("where") or {}).items():
        wanted = _picked(wanted) if isinstance(wanted, Mapping) else wanted
        column = column[(table[column_of(table, name)].astype(str) == str(wanted)).reindex(column.index)]
    if slot.get("all"):
        return column.tolist()
    row = int(slot.get("row", 0))
    if not -len(column) <= row < len(column):
        raise Refusal(f"the answer {slot.get('name', '')!r} has no row to be read from", "the selection is empty")
    if slot.get("part") == "year":
        return int(pd.Timestamp(column.iloc[row]).year)
    return column.iloc[row] if "first" not in slot else _sided(column.iloc[row], table.iloc[row], slot)


def _sided(value: Any, row: Any, slot: Mapping[str, Any]) -> Any:
    """A t as the first named group minus the other, a U as that of the first: the table's is that of the group with the higher mean."""
    if str(row["highest"]) == str(slot["first"]):
        return value
    return row["highest_n"] * row["lowest_n"] - value if slot["sided"] == "mann_whitney" else -value


def _against(slot: Mapping[str, Any]) -> float:
    """Two numbers against each other: first - second, first / second, or the change from the first to the second in percent."""
    first, second = (float(_picked({"name": slot.get("name", ""), **place}) if isinstance(place, Mapping) else place) for place in slot["places"])
    if slot["op"] == "-":
        return abs(first - second) if slot.get("absolute") else first - second
    of = second if slot["op"] == "/" else first
    if not of:
        raise Refusal(f"the answer {slot.get('name', '')!r} divides by zero", "ask for the two numbers")
    return first / second if slot["op"] == "/" else 100 * (second - first) / first


def _verdict(slot: Mapping[str, Any], name: str) -> str:
    """The label of the first rule that holds; a rule without conditions holds when no other does."""
    values = {key: float(_picked(place)) for key, place in slot["quantities"].items()}
    otherwise = ""
    for rule in slot["rules"]:
        if not rule["when"]:
            otherwise = otherwise or str(rule["label"])
        elif (any if rule.get("any_of") else all)(_holds(condition, values) for condition in rule["when"]):
            return str(rule["label"])
    if not otherwise:
        raise Refusal(f"no rule of the goal gives a word for {name!r}", "state what holds otherwise")
    return otherwise


def _holds(condition: Mapping[str, Any], values: Mapping[str, float]) -> bool:
    value = values[condition["quantity"]]
    return COMPARISONS[condition["op"]](abs(value) if condition.get("absolute") else value, condition["value"])


def written(value: Any, decimals: int | None = None) -> str:
    """A number with so many decimals (two, where none are asked and it is not whole); text as it is; a date without midnight."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return "nan"
    if isinstance(value, str):
        return value
    if isinstance(value, pd.Timestamp):
        return str(value.date()) if value == value.normalize() else str(value)
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if decimals is None:
        return str(int(value)) if float(value).is_integer() else f"{value:.2f}"
    return f"{value:.{decimals}f}" if decimals else str(math.floor(value + 0.5) if value >= 0 else round(value))

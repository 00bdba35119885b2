"""Revenue and profit of a table that holds them in parts: so many units at a price, and what a unit costs."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.synonyms import same_notion
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.words import vocabulary

TAKINGS = vocabulary("revenue takings turnover")
_EARNED = vocabulary("profit margin")
_QUANTITIES = vocabulary("unit qty quantity piece sold copy ticket item")
_WHOLE = vocabulary("total amount revenue sale sum")
"""A column of such a word may be the product already, and is not made anew."""


def put_together(word: str, memory: Memory) -> bool:
    """Declares the measure where quantity and price stand in columns of their own, and no column holds what was taken."""
    table = memory.table
    quantity, price, cost = _only(table, _QUANTITIES), _only(table, frozenset({"price"})), _only(table, frozenset({"cost"}))
    if not quantity or not price or _has_whole(table):
        return False
    if word in TAKINGS:
        tree: Any = _times(quantity, {"column": price})
        line = f"{word} → {quantity} × {price}"
    elif word in _EARNED and cost:
        gain = {"op": "-", "args": [{"column": price}, {"column": cost}]}
        tree = _times(quantity, gain) if word == "profit" else {"op": "/", "args": [gain, {"column": price}]}
        line = f"{word} → {quantity} × ({price} − {cost}), taking {cost} as the cost of one" if word == "profit" else f"margin → ({price} − {cost}) ÷ {price}"
    else:
        return False
    memory.made[word] = tree
    memory.derivations.append(line)
    return True


def _times(quantity: str, value: Any) -> Any:
    return {"op": "*", "args": [{"column": quantity}, value]}


def _only(table: Table, words: frozenset[str]) -> str:
    """The one numeric column that is called so; of several none is sure."""
    found = [column.name for column in table.of_kind("number") if words & set(column.words) and not column.labelling]
    return found[0] if len(found) == 1 else ""


def _has_whole(table: Table) -> bool:
    return any(_WHOLE & set(column.words) or any(same_notion("revenue", word) for word in column.words) for column in table.of_kind("number"))

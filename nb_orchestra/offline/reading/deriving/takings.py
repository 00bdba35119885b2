"""Revenue and profit of a table that holds them in parts: so many units at a price, and what a unit costs."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.reading.language.synonyms import same_notion
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.restricting.filters import Filters, amount
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag

TAKINGS = vocabulary("revenue takings taking turnover")
_EARNED = vocabulary("profit margin")
_QUANTITIES = vocabulary("unit qty quantity piece sold copy ticket item")
_WHOLE = vocabulary("total amount revenue sale sum")
"""A column of such a word may be the product already, and is not made anew."""


def put_together(word: str, memory: Memory) -> bool:
    """Declares the measure where quantity and price stand in columns of their own, and no column holds what was taken."""
    table = memory.table
    quantity, price, cost = quantity_of(table), _only(table, frozenset({"price"})), _only(table, frozenset({"cost"}))
    if not quantity or not price or _has_whole(table):
        return False
    if word in TAKINGS:
        tree: Any = _times(quantity, {"column": price})
        line = f"{'takings' if word == 'taking' else word} → {quantity} × {price}"
    elif word in _EARNED and cost:
        gain = {"op": "-", "args": [{"column": price}, {"column": cost}]}
        tree = _times(quantity, gain) if word == "profit" else {"op": "/", "args": [gain, {"column": price}]}
        line = f"{word} → {quantity} × ({price} − {cost}), taking {cost} as the cost of one" if word == "profit" else f"margin → ({price} − {cost}) ÷ {price}"
    else:
        return False
    memory.made["takings" if word == "taking" else word] = tree
    memory.derivations.append(line)
    return True


def quantity_of(table: Table) -> str:
    """The column that says how many of a thing a row holds; "" where none or several may."""
    return _only(table, _QUANTITIES, without=_OF_ONE)


def add_quantities(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """ "Less than 10 bagels", "at least 45 flat whites": of so many of a thing the quantity is meant."""
    quantity = quantity_of(table)
    for n, (side, number, thing) in enumerate(zip(tags, tags[1:], tags[2:], strict=False)):
        if quantity and side.kinds.get("cmp") in _SIDES and number.kind == "number" and thing.kind == "level" and n + 1 not in found.used:
            found.add((n, n + 1), quantity, side.kinds["cmp"], amount(tags, n + 1))
            found.notes.append(f"{number.text} {thing.text}: {quantity} {side.kinds['cmp']} {number.text}")


_SIDES = vocabulary("> >= < <=")


def _times(quantity: str, value: Any) -> Any:
    return {"op": "*", "args": [{"column": quantity}, value]}


_OF_ONE = vocabulary("price cost rate value weight fee")
"""A unit's price is no number of units."""


def _only(table: Table, words: frozenset[str], without: frozenset[str] = frozenset()) -> str:
    """The one numeric column that is called so; of several none is sure."""
    found = [column.name for column in table.of_kind("number") if words & set(column.words) and not without & set(column.words) and not column.labelling]
    return found[0] if len(found) == 1 else ""


def _has_whole(table: Table) -> bool:
    return any(_WHOLE & set(column.words) or any(same_notion("revenue", word) for word in column.words) for column in table.of_kind("number"))

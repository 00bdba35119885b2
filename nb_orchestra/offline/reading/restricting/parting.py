"""A column of labels for the parts that a clause sets side by side: declared, and one condition in place of those that the parts' words made."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.restricting.filters import Filters
from nb_orchestra.offline.reading.restricting.moments import Piece


def release(pieces: list[Piece], found: Filters) -> set[int]:
    """Takes back the conditions that the pieces' words made, and every word of theirs; the pieces' own places."""
    taken = {n for piece in pieces for n in piece.places}
    kept = [n for n, places in enumerate(found.places) if taken.isdisjoint(places)]
    found.used -= {place for n, places in enumerate(found.places) if n not in kept for place in places} - taken
    found.conditions[:] = [found.conditions[n] for n in kept]
    found.places[:] = [found.places[n] for n in kept]
    return taken


def parted(pieces: list[Piece], found: Filters, memory: Memory, *, otherwise: str | None = None, name: str | None = None) -> str:
    """The label column, declared, and one condition in place of those that the pieces' words made."""
    taken = release(pieces, found)
    pieces = list({piece.label: piece for piece in pieces}.values())
    tree: Any = otherwise
    for piece in reversed(pieces):
        tree = {"op": "if", "args": [piece.test, piece.label, tree]}
    names = ("group", "compared_group", "further_group") if otherwise else ("period", "compared_period", "further_period")
    name = name or next((name for name in names if memory.made.get(name) == tree), None) or next(name for name in names if name not in memory.table)
    memory.made[name] = tree
    memory.table = memory.table.with_column(name, "text")
    if otherwise is None:
        found.add(sorted(taken), name, "in", [piece.label for piece in pieces])
    found.used.update(taken)
    return name

"""Something against nothing of an amount: "rainy days versus dry ones", "when it snows and when it does not"."""

from __future__ import annotations

from nb_orchestra.offline.reading.language.synonyms import POINTERS
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.restricting.moments import Piece
from nb_orchestra.offline.reading.tagging import Tag


def wet_and_dry(tags: tuple[Tag, ...], memory: Memory) -> list[Piece]:
    """Both sides, where a clause names both of one amount that can be nothing; [] else."""
    found = [(side, column, piece) for n in range(len(tags)) for side, column, piece in _side(tags, n, memory)]
    columns = {column for _, column, _ in found}
    return [piece for _, _, piece in found] if {side for side, _, _ in found} == {"some", "none"} and len(columns) == 1 else []


def _side(tags: tuple[Tag, ...], n: int, memory: Memory) -> list[tuple[str, str, Piece]]:
    tag, before = tags[n], tags[n - 1].text.casefold() if n else ""
    if tag.kind == "column":  # "when it rains"
        column = str(tag.value) if before == "it" else None
        some = True
    elif "point" in tag.kinds and "super" not in tag.kinds:
        notions, end = POINTERS[tag.kinds["point"]]
        column = memory.measure_for(notions) if not tag.text.casefold().endswith("er") else None
        some = (end == "max") != (before in ("not", "no"))
    else:
        return []
    if column is None or memory.table[column].kind != "number" or memory.table[column].low != 0:
        return []
    test = {"op": ">" if some else "==", "args": [{"column": column}, 0]}
    return [("some" if some else "none", column, Piece((n,), tag.text.casefold(), test))]

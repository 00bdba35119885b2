"""A column that a sentence makes, and the sentence: what the makers (recoding, remaking) give and take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag


@dataclass(frozen=True)
class Made:
    """`column` is what it is made of, `spans` the characters that say how, `values` what a column of classes may hold."""

    name: str
    tree: Any
    kind: str
    column: str
    spans: tuple[tuple[int, int], ...]
    values: tuple[Any, ...] = ()
    narrow: bool = False
    """True where the sentence makes another column too: only what says how this one is made is taken."""
    keeps: bool = False
    """True where the column stays as it was beside the new one: its name is left in the text."""
    part: str = ""
    """The part of a date that it holds: "which year" is this column."""


@dataclass(frozen=True)
class Sentence:
    """One sentence, or one clause of it, with where it stands."""

    start: int
    end: int
    text: str
    tags: Sequence[Tag]

    def named(self, table: Table, *kinds: str) -> list[str]:
        """Columns of these kinds in order, each once."""
        found = [str(item.value) for item in self.tags if item.kind == "column" and item.value in table and table[item.value].kind in kinds]
        return list(dict.fromkeys(found))

    def numeric(self, table: Table) -> list[str]:
        return self.named(table, "number")

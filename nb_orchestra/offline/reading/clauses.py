"""One wish or rule of a goal: its tags, its columns with their roles, its conditions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from nb_orchestra.offline.reading.intents import Condition
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag


@dataclass(frozen=True)
class Clause:
    """One wish or rule. `roles` pairs each column with its role: target, by, pair, within, from, which, control, weight."""

    text: str
    tags: tuple[Tag, ...]
    table: Table
    roles: tuple[tuple[str, str], ...] = ()
    conditions: tuple[Condition, ...] = ()
    level_groups: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    section: str = "ask"
    question: bool = False
    makes: bool = False
    """True where the clause already made a new column."""
    starts: tuple[int, ...] = ()
    """For each condition where in the text its first word stands."""
    together: str | None = None
    """The column whose named values are meant each, and may be meant all together as well: "in March and April"."""

    def columns(self, *roles: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(column for column, role in self.roles if not roles or role in roles))

    def of_kind(self, *kinds: str) -> tuple[str, ...]:
        return tuple(name for name in self.columns() if name in self.table and self.table[name].kind in kinds)

    def keys(self, kind: str) -> tuple[str, ...]:
        """The keys of a lexical kind in order, each once."""
        return tuple(dict.fromkeys(tag.kinds[kind] for tag in self.tags if kind in tag.kinds))

    @cached_property
    def verbs(self) -> frozenset[str]:
        return frozenset(self.keys("verb"))

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        ddof = [tag.text.casefold() == "ddof" for tag in self.tags]  # "ddof = 1" is no threshold
        return tuple(tag.value for n, tag in enumerate(self.tags) if tag.kind == "number" and not any(ddof[max(0, n - 2) : n]))

    def has(self, kind: str, *keys: str) -> bool:
        return any(tag.is_a(kind, *keys) for tag in self.tags)

    @cached_property
    def spare(self) -> tuple[str, ...]:
        """Columns that a word could also have meant, in order."""
        return tuple(
            dict.fromkeys(tag.spare.column for tag in self.tags if tag.spare is not None and tag.kind == "lexical" and not tag.is_a("word", "before", "after"))
        )


def whose_outliers(clause: Clause) -> list[str]:
    """ "Once price outliers are gone": of the column in front of the word, whatever else the clause measures."""
    return [str(one.value) for one, two in pairwise(clause.tags) if one.kind == "column" and two.is_a("verb", "outlier")]

"""What one row of a table of wishes is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory

Build = Callable[[Clause, Memory], list[Intent]]


@dataclass(frozen=True, slots=True)
class Wish:
    """`verbs`, `stats`, `methods`, `charts` call it (any of them); `takes` are verbs that later wishes no longer see.

    `when` asks more of the clause; `ends` stops looking for further wishes in it.
    """

    name: str
    build: Build
    verbs: frozenset[str] = frozenset()
    stats: bool = False
    methods: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    when: Callable[[Clause, Memory], bool] | None = None
    ends: bool = False

    def called(self, clause: Clause, live: frozenset[str], memory: Memory) -> bool:
        by_word = bool(self.verbs & live) or bool(self.methods.intersection(clause.keys("method"))) or (self.stats and "stat" not in live)
        if not (self.verbs or self.methods or self.stats):
            by_word = True
        return by_word and (self.when is None or self.when(clause, memory))


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())

"""What the clauses so far spoke of, so that "that", "the outliers" and a missing column can be filled in; and what was assumed."""

from __future__ import annotations

from dataclasses import dataclass, field

from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.synonyms import same_notion
from nb_orchestra.offline.reading.tables import Table


@dataclass
class Memory:
    """Grows clause by clause. `measures` and `groups` hold the columns last spoken of, newest last."""

    table: Table
    question: str = ""
    slot_words: frozenset[str] = frozenset()
    measures: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    not_done: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    wants: str = ""

    def assume(self, line: str) -> None:
        if line not in self.assumptions:
            self.assumptions.append(line)

    def learn(self, intent: Intent) -> None:
        """Keep an intent, and what it is about for the clauses that follow."""
        self.intents.append(intent)
        for column in intent.columns:
            if column in self.table and self.table[column].kind == "number":
                _last(self.measures, column)
        for column in intent.by:
            _last(self.groups, column)

    @property
    def measure(self) -> str | None:
        return self.measures[-1] if self.measures else None

    def find(self, *kinds: str) -> Intent | None:
        """The latest intent of one of these kinds."""
        return next((intent for intent in reversed(self.intents) if intent.kind in kinds), None)

    def measure_for(self, notions: tuple[str, ...]) -> str | None:
        """The numeric column that an adjective points at: wettest → precipitation."""
        for notion in notions:
            for column in self.table.of_kind("number", "date"):
                if any(same_notion(notion, word) for word in column.words):
                    return column.name
        return None


def _last(items: list[str], item: str) -> None:
    if item in items:
        items.remove(item)
    items.append(item)

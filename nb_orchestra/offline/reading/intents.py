"""What a goal wants, as data: intents in order, the answer slots to fill, and how the words were read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nb_orchestra.offline.reading.tables import Table

Condition = Mapping[str, Any]
"""{"column", "op", "value"}, as the recipes take it."""


@dataclass(frozen=True, slots=True)
class Intent:
    """One wanted thing. `kind` is a row of planner's table; `section` is ask or rule (a sentence that only says how)."""

    kind: str
    clause: str = ""
    columns: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    statistics: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""

    def option(self, name: str, default: Any = None) -> Any:
        return self.options.get(name, default)


@dataclass(frozen=True, slots=True)
class Slot:
    """One `@name[...]` of an answer format, with the words that describe it and how a number is to be written."""

    name: str
    inside: str
    words: tuple[str, ...]
    about: str = ""
    decimals: int | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A label and the conditions under which it holds: "linear if p < 0.05 and |r| ≥ 0.5". No conditions: otherwise."""

    label: str
    when: tuple[Mapping[str, Any], ...] = ()
    any_of: bool = False


@dataclass(frozen=True)
class Reading:
    """A read goal. `wants` holds brief, report, answer or nothing (the last result is the answer)."""

    table: Table
    intents: tuple[Intent, ...]
    slots: tuple[Slot, ...] = ()
    rules: tuple[Rule, ...] = ()
    assumptions: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    wants: str = ""
    question: str = ""
    level: float = 0.05
    order: str = ""
    """descending or ascending, where the goal asks for an order of what is computed."""
    unread: tuple[str, ...] = ()
    """Restrictions that could not be read: with one of them no asked number is sure."""
    known: frozenset[str] = frozenset()
    """Words that conditions have taken, in small letters, whatever else they may be."""
    loose: tuple[Condition, ...] = ()
    """Conditions of clauses that wish for nothing, in a goal with an answer format."""
    anew: Mapping[str, str] = field(default_factory=dict)
    """Columns whose numbers the goal transforms → the made column that holds these: "before" and "after" in an answer format."""
    order_by: str = ""
    """The column of the result that orders it, where that is not the measure: n, or a group."""

    def noted(self, lines: Iterable[str]) -> Reading:
        """The same with further lines of how it was read."""
        return replace(self, assumptions=tuple(dict.fromkeys((*self.assumptions, *lines))))


def broken(clause: str, error: Exception) -> str:
    """The line for "not done" of a part on which we broke."""
    return f"{clause}: {BROKEN} ({type(error).__name__}: {error}); please report this goal"


BROKEN = "the built-in planner broke on it"


def texts_in(value: Any) -> Iterator[str]:
    """Every text inside a piece of plan data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item)

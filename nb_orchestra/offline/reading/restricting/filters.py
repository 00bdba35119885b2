"""The conditions found in a clause, and which of its tags they took."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra.offline.reading.intents import Condition
from nb_orchestra.offline.reading.language.words import scale
from nb_orchestra.offline.reading.tagging import Tag


@dataclass
class Filters:
    """What a clause restricts. `used` are the tags that it took; `pairs` levels that are compared, not filtered."""

    conditions: list[Condition] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    places: list[tuple[int, ...]] = field(default_factory=list)
    """For each condition the tags that it took."""
    read: set[str] = field(default_factory=set)
    """Further words that a condition rests on, in small letters: the "people" who are over 40."""

    lost: list[str] = field(default_factory=list)
    """Lines for "not done": what of a condition could not be held to its column."""
    settled: set[int] = field(default_factory=set)
    """Where the words stand that deny by themselves ("no beer"): only a word in front of them can turn the condition over."""

    def add(self, positions: Iterable[int], column: str, op: str, value: Any = None) -> None:
        condition: dict[str, Any] = {"column": column, "op": op}
        if op not in ("missing", "present"):
            condition["value"] = value
        taken = tuple(positions)
        if condition not in self.conditions:
            self.conditions.append(condition)
            self.places.append(taken)
        self.used.update(taken)


def words_of(tags: tuple[Tag, ...], found: Filters) -> set[str]:
    """Every word that the conditions have taken, in small letters."""
    scales = {tags[n + 1].text.casefold() for n in found.used if n + 1 < len(tags) and tags[n].kind == "number"}
    return {tags[n].text.casefold() for n in found.used} | {word for word in scales if scale(word)} | found.read


def span(tags: tuple[Tag, ...], first: int, last: int) -> list[float | int]:
    """Both ends of a range; "between 50 and 100 million" says million of both."""
    low, high = amount(tags, first), amount(tags, last)
    factor = high / tags[last].value if tags[last].value else 1
    shared = factor > 1 and low == tags[first].value and low < tags[last].value
    return [int(low * factor) if shared and float(low * factor).is_integer() else low * factor if shared else low, high]


def amount(tags: tuple[Tag, ...], position: int) -> float | int:
    """The number of a tag, times the "million" behind it."""
    value: float = tags[position].value
    following = tags[position + 1] if position + 1 < len(tags) else None
    factor = scale(following.text.casefold()) if following is not None else None
    if factor and following is not None and (following.start == tags[position].end or len(following.text) > 2):
        value *= factor
    return int(value) if float(value).is_integer() else value

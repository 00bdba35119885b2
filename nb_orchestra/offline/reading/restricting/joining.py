"""Conditions joined by "or": "Adelie or male birds", "price above 20 or units below 5" hold where one of them does."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.restricting.filters import Filters
from nb_orchestra.offline.reading.tagging import Tag

_GLUE = vocabulary("the a an is are was were that where with has have had in on from of who which whose , either if when not isn't")
_NEGATED = ("!=", "not ", "present")


def join_conditions(tags: tuple[Tag, ...], found: Filters) -> None:
    """Puts neighbours with "or" between them into one condition; "and" between others binds first. What is excluded is excluded by each."""
    order = sorted(range(len(found.conditions)), key=lambda n: min(found.places[n]))
    joiners = [_joiner(tags, max(found.places[left]), min(found.places[right])) for left, right in pairwise(order)]
    if joiners and set(joiners) == {"and"} and _dropped_where(tags, min(found.places[order[0]])) and not any(c["op"] == "present" for c in found.conditions):
        found.conditions[:] = [{"column": str(found.conditions[order[0]]["column"]), "op": "any", "value": [found.conditions[n] for n in order]}]
        found.places[:] = [tuple(place for n in order for place in found.places[n])]
    if "or" not in joiners:
        return
    chains: list[list[list[int]]] = [[[order[0]]]]
    for joiner, position in zip(joiners, order[1:], strict=True):
        if joiner == "or":
            chains[-1].append([position])
        elif joiner == "and" and len(chains[-1]) + joiners.count("or") > 1:
            chains[-1][-1].append(position)
        else:
            chains.append([[position]])
    made = [_joined(chain, found) for chain in chains]
    found.conditions[:] = [condition for conditions, _ in made for condition in conditions]
    found.places[:] = [places for _, placed in made for places in placed]


_DROPPED_WHERE = re.compile(r"\b(?:drop|remove|exclude|excluding|discard)\b[^,;]*\b(?:where|with|whose|who|that|having)\b[^,;]*\Z", re.IGNORECASE)


def _dropped_where(tags: tuple[Tag, ...], start: int) -> bool:
    """ "drop rows where units > 5 and price > 20": only the rows that meet both go, so what stays fails one of them."""
    return _DROPPED_WHERE.search(" ".join(tag.text for tag in tags[:start])) is not None


def _joiner(tags: tuple[Tag, ...], left: int, right: int) -> str:
    """ "or" or "and" where nothing else of weight stands between two conditions, else ""."""
    words = [tag.text.casefold() for tag in tags[left + 1 : right] if tag.kind != "column" and "cmp" not in tag.kinds]
    weighty = [word for word in words if word not in _GLUE]
    return weighty[0] if len(weighty) == 1 and weighty[0] in ("or", "and") else ""


def _joined(chain: list[list[int]], found: Filters) -> tuple[list[Any], list[tuple[int, ...]]]:
    flat = [n for part in chain for n in part]
    denied = all(str(found.conditions[n]["op"]).startswith(_NEGATED) for n in flat)
    if len(chain) == 1 or denied:
        return [found.conditions[n] for n in flat], [found.places[n] for n in flat]
    column = str(found.conditions[flat[0]]["column"])
    pieces = [_all([found.conditions[n] for n in part]) for part in chain]
    return [{"column": column, "op": "any", "value": pieces}], [tuple(place for n in flat for place in found.places[n])]


def _all(conditions: list[Any]) -> Any:
    return conditions[0] if len(conditions) == 1 else {"column": conditions[0]["column"], "op": "all", "value": conditions}

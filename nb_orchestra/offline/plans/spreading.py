"""A result of two groupings laid out as a table with one of them across: "one column per symbol", "years as columns", "pivot …"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Product, Ref
from nb_orchestra.offline.reading.language.words import lemma

_VALUE = {"count_rows": "n", "weighted_summary": "value"}
"""Recipes whose result holds what is asked under a name of its own; the others name it by the statistic."""
_GROUPED = frozenset({"group_summary", "resample", *_VALUE})
_WIDE = re.compile(r"\bpivot\w*|\bcross[- ]?tab\w*|\bwide (?:table|format|form)\b|\bas a matrix\b|\btwo[- ]way table\b", re.IGNORECASE)
_ACROSS = re.compile(
    r"\b(?:one|an?|each|own) columns? (?:per|for each|for every|for|each for) (?:the )?(?P<of>\w+)|"
    r"\b(?P<as>\w+) (?:as|in the|across the|for the|along the) columns\b|\b(?P<over>\w+) across\b(?! the)|\bcolumns (?:are|=|:) ?(?:the )?(?P<are>\w+)",
    re.IGNORECASE,
)


def spread(draft: Draft) -> None:
    """Puts a wide table in the place of each such result, whose clause asks for one."""
    draft.products[:] = [_spread(draft, product) for product in draft.products]


def _spread(draft: Draft, product: Product) -> Product:
    clause, said = product.intent.clause, _ACROSS.search(product.intent.clause)
    arguments = next((step["params"]["arguments"] for step in draft.steps if step["id"] == product.id and product.recipe in _GROUPED), None)
    if arguments is None or not (said or _WIDE.search(clause)):
        return product
    groups = _groups(arguments)
    across = _named([word for word in said.groups() if word], groups) if said is not None else groups[-1] if groups else None
    values = _values(product.recipe, arguments)
    if across is None or len(groups) < 2 or len(values) != 1:
        return product
    wide: dict[str, Any] = {"rows": [name for name in groups if name != across], "columns": across}
    counted = product.recipe == "count_rows"  # made of the rows anew, so that nothing at all is 0
    frame: Ref = dict(arguments["frame"]) if counted else {"from": product.id}
    wide |= {} if counted else {"value": values[0], "statistic": "sum"}
    name = next(step["name"] for step in draft.steps if step["id"] == product.id)
    made = draft.step("pivot", wide, product.intent, name=f"{name}_wide", purpose=f"The same, {across} across", frame=frame)
    return Product(made, product.kind, product.intent, "pivot")


def _groups(arguments: Mapping[str, Any]) -> list[str]:
    by = arguments.get("by") or []
    every = [arguments["date"]] if arguments.get("every") else []
    return [*every, *([by] if isinstance(by, str) else by)]


def _values(recipe: str, arguments: Mapping[str, Any]) -> list[str]:
    if recipe in _VALUE:
        return [_VALUE[recipe]] if not arguments.get("where") else []
    many = arguments.get("value") or []
    statistics = arguments.get("statistics") or [arguments.get("statistic", "mean")]
    return [str(item) for item in statistics] if isinstance(many, str) or len(many) == 1 else []


def _named(words: Iterable[str], groups: list[str]) -> str | None:
    """The grouping that one of these words names."""
    plain = {lemma(word) for word in words}
    return next((name for name in groups if plain & {lemma(part) for part in re.findall(r"[^\W_]+", name)}), None)

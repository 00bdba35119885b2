"""Puts the tables that answer a goal in the order that it asks for, by what was computed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Product
from nb_orchestra.offline.reading.wishes.referring import UNWANTED

MEASURES_OF: dict[str, Callable[[Any], str]] = {
    "group_summary": lambda given: given["statistics"][-1] if len(given["value"]) == 1 else f"{given['value'][-1]}_{given['statistics'][-1]}",
    "resample": lambda given: given["statistic"],
    "time_pattern": lambda given: given["statistic"],
    "count_rows": lambda given: "n",
    "value_counts": lambda given: "n",
    "weighted_summary": lambda given: "value",
    "derive": lambda given: given["name"],
    "select_columns": lambda given: given["columns"][-1],
}
"""Recipe → the column of its result that is the measure, from the arguments it was given."""


_COUNTING = frozenset({"group_summary", "resample", "count_rows", "value_counts"})
"""Recipes whose results say how many rows each line rests on."""


def put_in_order(draft: Draft, products: list[Product]) -> list[Product]:
    """The same products, the tables among them sorted; an order that fits none is not done."""
    order = draft.reading.order
    if not order:
        return products
    if _VALUED.search(draft.reading.question) and any(_unwanted(product) for product in products):  # of what nobody wants the worst is the most
        order = "ascending" if order == "descending" else "descending"
    ordered = [_sorted(draft, product, order) if _can_be_ordered(product) else product for product in products]
    if ordered == products and not any(product.intent.kind == "rank_within" for product in products):
        draft.not_done.append(f"{order} order: nothing here to put in order")
    return ordered


def _can_be_ordered(product: Product) -> bool:
    listed = product.recipe == "select_columns" and not product.intent.option("each")
    return product.recipe in MEASURES_OF and product.kind != "changed" and not listed


_VALUED = re.compile(r"\b(?:worst|best) (?:first|to)\b", re.IGNORECASE)


def _unwanted(product: Product) -> bool:
    """A share of what nobody wants: of returned orders, of failures."""
    texts = [f"{item['column']} {item.get('value', '')}" for item in product.intent.where]
    return product.intent.kind == "share" and any(UNWANTED.search(text) for text in texts)


def _sorted(draft: Draft, product: Product, order: str) -> Product:
    step = next(step for step in draft.steps if step["id"] == product.id)
    given = step["params"]["arguments"]
    measure = "percent" if product.intent.kind == "share" and product.recipe == "count_rows" else MEASURES_OF[product.recipe](given)
    wanted = draft.reading.order_by
    measure = wanted if (wanted == "n" and product.recipe in _COUNTING) or wanted in (given.get("by") or ()) else measure
    arguments: dict[str, Any] = {"by": [measure], "ascending": order == "ascending"}
    identity = draft.step(
        "sort_rows", arguments, product.intent, name=f"{step['name']}_in_order", purpose=f"{step['purpose']}, in {order} order", frame={"from": product.id}
    )
    return replace(product, id=identity)

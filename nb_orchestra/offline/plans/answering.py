"""The end of a plan: a written answer where the goal asks for one or for several things, else the one result itself."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Product, Ref
from nb_orchestra.offline.plans.ordering import put_in_order
from nb_orchestra.offline.plans.slots import fill
from nb_orchestra.offline.plans.spreading import spread
from nb_orchestra.offline.reading.answer_formats.formats import divide


def finish(draft: Draft) -> dict[str, Any] | None:
    """Plan data with its result and how the goal was read; None where there is nothing to do."""
    if draft.reading.slots and fill(draft):
        return _data(draft, draft.steps[-1]["id"])
    if not draft.steps:
        return None
    spread(draft)
    _give_names(draft)
    products = sorted(draft.products, key=lambda product: product.kind == "changed") or [
        Product(draft.steps[-1]["id"], "changed", draft.reading.intents[-1], "")
    ]
    if all(product.kind == "changed" for product in products) and "from" in draft.present:  # only cleaned: the table as it then is
        products = [Product(str(draft.present["from"]), "changed", products[-1].intent, "")]
    products = put_in_order(draft, products)
    written = draft.reading.wants == "brief" or len(products) > 1 or _is_question(draft.reading.question)
    result = _ask(draft, products) if written else products[0].id
    return _data(draft, result)


def _data(draft: Draft, result: str) -> dict[str, Any]:
    data: dict[str, Any] = {"steps": draft.steps, "result": [result]}
    for name, lines in (("assumptions", draft.assumptions), ("not_done", draft.not_done), ("given_names", draft.given_names)):
        if lines:
            data[name] = list(lines)
    return data


_WHY = re.compile(r"\W*(?:why|how come)\b", re.IGNORECASE)


def _is_question(text: str) -> bool:
    return "?" in text or _WHY.match(text) is not None


def _ask(draft: Draft, products: list[Product]) -> str:
    names = {step["id"]: step["name"] for step in draft.steps}
    inputs: dict[str, Ref] = {names[product.id]: {"from": product.id} for product in products}
    identity = f"s{len(draft.steps) + 1}"
    brief = draft.reading.wants == "brief"
    asked = divide(draft.reading.question)[0].strip()
    step = {
        "id": identity, "kind": "ask", "name": draft.name("brief_text" if brief else "answer"), "role": "writer",
        "purpose": "Write a one-page brief" if brief else "Write the answer", "clause": asked[:500],
        "params": {"question": asked, "inputs": inputs}, "output": {"type": "text"},
        "allow_failed": len(inputs) > 1, "model": "built-in",
    }  # fmt: skip
    draft.steps.append(step)
    return identity


def _give_names(draft: Draft) -> None:
    """Names that the goal fixes: "save the outliers as `odd`" names the step whose name or purpose holds the words."""
    for what, name in draft.reading.names.items():
        words = [word.rstrip("s") for word in re.findall(r"\w+", what) if word not in ("the", "a", "of", "it", "them", "result", "this", "that")]
        ids = [product.id for product in draft.products] or [step["id"] for step in draft.steps]
        steps = [step for step in draft.steps if step["id"] in ids]
        fitting = [step for step in steps if all(word in f"{step['name']} {step['purpose']}".casefold() for word in words)]
        target = (fitting or steps)[-1] if steps else None
        if target is not None:
            target["name"] = name
            draft.given_names.append(name)

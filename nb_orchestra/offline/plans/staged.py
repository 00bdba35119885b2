"""Slots about a test or a correlation before and after the goal's change of rows: the same step on both tables."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Ref
from nb_orchestra.offline.plans.facts import Fact, facts
from nb_orchestra.offline.plans.statistics import rows_at
from nb_orchestra.offline.plans.wanted import Wanted, wanted
from nb_orchestra.offline.reading.language.words import vocabulary

_ROWS_CHANGED = frozenset({"remove_outliers", "clip_outliers", "fill_missing", "drop_missing", "drop_duplicates"})
_TESTED = frozenset({"correlate", "compare_groups", "normality", "regression"})
_ALL = vocabulary("all full whole entire complete overall")


def staged(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The place of a coefficient, statistic or p of the table as the slot says it: as it was, or as it is after the change."""
    stage = want.stage or ("before" if want.words & _ALL and _beside_after(draft, want) else "")
    change = next((step["params"]["arguments"] for step in draft.steps if step["params"].get("recipe") in _ROWS_CHANGED), None)
    fact = _only(draft, want, quantity)
    if not stage or change is None or fact is None or draft.reading.anew:
        return None
    product = next(product for product in draft.products if fact.place["table"] == {"from": product.id})
    step = next(step for step in draft.steps if step["id"] == product.id)
    arguments = {key: value for key, value in step["params"]["arguments"].items() if key != "frame"}
    before: Ref = {key: value for key, value in change["frame"].items() if key != "columns"}
    frame = rows_at(draft, product.intent, before if stage == "before" else draft.present)
    identity = draft.step(product.recipe, arguments, product.intent, name=f"{step['name']}_{stage}", purpose=f"{step['purpose']}, {stage}", frame=frame)
    return {**fact.place, "table": {"from": identity}}


def _only(draft: Draft, want: Wanted, quantity: str) -> Fact | None:
    """The one number of that kind, of the slot's columns where it names some."""
    found = [fact for fact in facts(draft) if fact.quantity == quantity and fact.recipe in _TESTED and "all" not in fact.place and "column" in fact.place]
    named = [fact for fact in found if set(want.columns) <= {*fact.columns, *fact.by}]
    asked = {(fact.columns, fact.by, str({**fact.place, "table": ""})) for fact in named}
    return named[-1] if len(asked) == 1 and not want.levels else None


def _beside_after(draft: Draft, want: Wanted) -> bool:
    """True where another slot asks the same after the change."""
    others = [wanted(slot, draft) for slot in draft.reading.slots if slot.name != want.slot.name]
    return any(other.stage == "after" and other.quantity == want.quantity for other in others)

"""What a plan will cost, and what its recipes save: in words, for the line under the plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from nb_orchestra.casting.choosing import BUILT_IN, Casting
from nb_orchestra.casting.leaving import asks, leaving
from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.protocols import ModelFacts

MOST_NAMED = 6
USUAL_IN, USUAL_OUT = 2_500, 800
"""Tokens of one step's question and answer, as ten plans by hand had them."""


def remark(casting: Casting, tools: Mapping[str, Any], sources: Mapping[str, Any], plan: Plan, kept: Collection[str] | None = None) -> str:
    """ "3 of 4 steps are recipes (about 0.02 USD saved); …". `kept`: ids of the steps whose value is kept, None where nobody looked: then it is also told
    what the plan costs and what it sends out. Where only the built-in engine answers, the reason."""
    parts = [_why_here(casting) if casting.local_only else _recipes(casting, plan)]
    parts.append(_in_vain(casting, plan))
    if kept is not None:
        parts.append(_price(casting, [step for step in plan.steps if step.id not in kept]))
        parts.append(f"{len(kept)} of {len(plan.steps)} steps are kept already" if kept else "nothing of it is kept yet")
        parts.append(leaving(casting, tools, sources, plan, kept))
    return "; ".join(part for part in parts if part)


def _why_here(casting: Casting) -> str:
    return "only the built-in engine, as set" if casting.settings.models in BUILT_IN else "no key and no local server was found"


def _in_vain(casting: Casting, plan: Plan) -> str:
    """Models that were set for steps which the plan does not have: a slip, as often as not."""
    names = [step.name or step.id for step in plan.steps]
    lost = [name for name in casting.settings.step_models if name not in (*names, *(step.id for step in plan.steps))]
    return f"no step is called {', '.join(lost)}, so a model set for it changes nothing (there are {', '.join(names[:MOST_NAMED])})" if lost else ""


def _recipes(casting: Casting, plan: Plan) -> str:
    """How much of the plan needs no model, and what a model would have cost for it."""
    recipes = [step for step in plan.steps if step.kind == "code" and "recipe" in step.params]
    if not recipes:
        return ""
    whole = len(recipes) == len(plan.steps)
    costs = [usual_price(casting.choose(step).model.facts) for step in recipes]
    saved = sum(cost for cost in costs if cost)
    words = "all steps are recipes" if whole else f"{len(recipes)} of {len(plan.steps)} steps are recipes"
    return f"{words} (about {saved:.2g} USD saved)" if saved else words


def _price(casting: Casting, steps: list[Step]) -> str:
    asking = [casting.choose(step).model.facts for step in steps if asks(step)]
    paid = [facts for facts in asking if not facts.local]
    if not paid:
        return "costs nothing"
    names = ", ".join(dict.fromkeys(facts.name for facts in paid))
    each = " for each row" if any(step.for_each is not None for step in steps if step.kind == "ask") else ""
    costs = [usual_price(facts) for facts in paid]
    if any(cost is None for cost in costs):
        return f"{len(paid)} to be asked of {names}{each}, whose price is not known"
    return f"about {sum(cost or 0.0 for cost in costs):.2g} USD{each} for {len(paid)} to be asked of {names}"


def usual_price(facts: ModelFacts) -> float | None:
    """USD of a usual question and answer; None where the price is unknown."""
    if facts.price_in is None or facts.price_out is None:
        return None
    return (USUAL_IN * facts.price_in + USUAL_OUT * facts.price_out) / 1e6

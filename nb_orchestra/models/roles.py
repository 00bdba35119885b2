"""Which models a step gets, in which order, and why. Pure: facts in, a choice with its reason out; nothing is asked.

A step's role and effort name a tier (small, middle, large); the first provider that was found gives the model of that tier.
Behind it stand, for when it fails: its provider's larger ones, then the other providers' of the same tier. A model is
left out where the prompt does not fit it, where the money left does not reach, or where it has already failed in this run.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from nb_orchestra.errors import BadOptionError
from nb_orchestra.models.keys import Found, Sources
from nb_orchestra.models.prices import Capability, capability, price_map, provider_prefixes
from nb_orchestra.models.providers import PROVIDERS, TIERS, Provider, provider_named
from nb_orchestra.protocols import ModelFacts

ROLE_TIERS: Mapping[str, tuple[str, str, str]] = {
    "planner": ("middle", "large", "large"),
    "thinker": ("small", "middle", "large"),
    "researcher": ("small", "small", "middle"),
    "coder": ("small", "middle", "large"),
    "writer": ("small", "middle", "large"),
    "judge": ("small", "middle", "large"),
}
"""Tier for easy, normal and hard."""

_EFFORTS = ("easy", "normal", "hard")
LONGEST_CHAIN = 4


@dataclass(frozen=True, slots=True)
class Pick:
    """One model at one place. `tier` is "" for one that a person named."""

    model: str
    found: Found
    capability: Capability
    tier: str = ""

    @property
    def name(self) -> str:
        """provider/model."""
        return f"{self.found.provider.prefix}/{self.model}"

    @property
    def facts(self) -> ModelFacts:
        """What it can do, and where it answers."""
        return dataclasses.replace(self.capability.facts(self.name), place=self.found.own_place)


@dataclass(frozen=True, slots=True)
class Needs:
    """What the step asks of a model. `tokens_in`, `tokens_out`: upper bounds; `money`: USD left, None = no limit; `failed`: names with the reason."""

    tokens_in: int = 0
    tokens_out: int = 4_000
    money: float | None = None
    failed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """Models in the order in which they are tried, and the reason in words. No picks: nothing suits; the reason says why."""

    picks: tuple[Pick, ...]
    reason: str


def choose(role: str, effort: str, sources: Sources, needs: Needs | None = None) -> Choice:
    """The chain for a step: the model of the tier that its role and effort want, then larger ones."""
    if not sources.found:
        return Choice((), "no key and no local server was found")
    tier = ROLE_TIERS[role][_EFFORTS.index(effort)]
    kept, left_out = _fitting(_candidates(tier, sources), needs or Needs())
    if not kept:
        return Choice((), f"no model suits: {'; '.join(left_out)}")
    first = kept[0]
    words = [f"{role}, {effort} effort: {first.tier} model of {first.found}" if first.tier else f"{role}: {only_or_first(first)} of {first.found}"]
    return Choice(tuple(kept[:LONGEST_CHAIN]), "; ".join([*words, *left_out]))


def only_or_first(pick: Pick) -> str:
    """A model of no known size, in words."""
    return "the one model" if len(pick.found.offered) < 2 else "the first model in the list"


def _candidates(tier: str, sources: Sources) -> list[Pick]:
    """First provider: this tier, then its larger ones; then the others' of this tier; last what is smaller."""
    first, *others = sources.found
    at = TIERS.index(tier)
    order = [(first, name) for name in TIERS[at:]] + [(found, tier) for found in others] + [(first, name) for name in reversed(TIERS[:at])]
    picks = [pick for found, name in order if (pick := _pick(found, name)) is not None]
    return list({pick.name: pick for pick in reversed(picks)}.values())[::-1]


def _pick(found: Found, tier: str) -> Pick | None:
    """A provider's model of a tier: the first that the price map knows, and that the server lists where it was asked."""
    if found.local or not found.provider.tiers:
        # One local model for every tier: a second one would push the first out of memory.
        return Pick(found.offered[0], found, local_capability(found.offered[0])) if found.offered else None
    names = found.provider.tiers[tier]
    listed = [name for name in names if name in found.offered] if found.offered else list(names)
    if not listed:
        return Pick(found.offered[0], found, capability(found.provider.prefix, found.offered[0]))
    model = next((name for name in listed if capability(found.provider.prefix, name).source != "unknown"), listed[0])
    return Pick(model, found, capability(found.provider.prefix, model), tier)


def local_capability(model: str) -> Capability:
    """What is assumed of a local model: a context of 16,000 where nothing is known, no price."""
    known = capability("ollama", model)
    return dataclasses.replace(
        known, context=known.context if known.source != "unknown" else 16_000, structured=True, price_in=0.0, price_out=0.0, source="local"
    )


def _fitting(candidates: list[Pick], needs: Needs) -> tuple[list[Pick], list[str]]:
    kept: list[Pick] = []
    left_out: list[str] = []
    for pick in candidates:
        why = _why_not(pick, needs)
        if why:
            left_out.append(f"{pick.name} left out: {why}")
        else:
            kept.append(pick)
    return kept, left_out


def _why_not(pick: Pick, needs: Needs) -> str:
    if pick.name in needs.failed:
        return f"it failed before ({needs.failed[pick.name]})"
    if needs.tokens_in > pick.capability.context:
        return f"the prompt has up to {needs.tokens_in:,} tokens, it takes {pick.capability.context:,}"
    cost = price(pick.capability, needs.tokens_in, needs.tokens_out)
    if needs.money is not None and cost is not None and cost > needs.money:
        return f"it may cost {cost:.4f} USD, {needs.money:.4f} are left"
    return ""


def price(what: Capability, tokens_in: int, tokens_out: int) -> float | None:
    """USD for so many tokens; None where the price is unknown."""
    if what.price_in is None or what.price_out is None:
        return None
    return (tokens_in * what.price_in + tokens_out * what.price_out) / 1e6


def named(text: str, sources: Sources) -> Pick:
    """The model that a person names: `provider/model`, `provider:model`, or a model's own name. BadOptionError where no provider can be told."""
    prefix, model = _split(text.strip(), sources)
    found = next((found for found in sources.found if found.provider.prefix == prefix), None)
    if found is None:
        _check_key(provider_named(prefix))
        found = Found(provider_named(prefix) or Provider(prefix, prefix, ()))
    known = local_capability(model) if found.local else capability(prefix, model)
    return Pick(model, found, known)


def _check_key(provider: Provider | None) -> None:
    """A provider of the table has keys and nothing else; others (clouds) have their own ways to sign in."""
    if provider is not None:
        raise BadOptionError(f"{provider.title} needs a key, and none was found", hint=f"set {provider.variables[0]} in the environment or in .env")


def _split(text: str, sources: Sources) -> tuple[str, str]:
    offering = next((found for found in sources.found if text in found.offered), None)
    if offering is not None:
        return offering.provider.prefix, text
    prefixes = {provider.prefix for provider in PROVIDERS} | {found.provider.prefix for found in sources.found} | provider_prefixes()
    own = next((found.provider.prefix for found in sources.found if found.own_place), None)
    if own is not None and text.partition("/")[0] not in prefixes and text.partition(":")[0] not in prefixes and "/" in text:
        return own, text  # meta-llama/Llama-3.1-8B of a gateway that was not asked what it has
    for sign in "/:":
        prefix, cut, model = text.partition(sign)
        if cut and model and (prefix in prefixes or sign == "/"):
            return prefix, model
    owner = next((provider.prefix for provider in PROVIDERS if any(text in names for names in provider.tiers.values())), None)
    owner = owner or _owner(text, prefixes)
    if owner is None and len(sources.found) == 1:
        owner = sources.found[0].provider.prefix
    if owner is None:
        raise BadOptionError(f"no provider is known to have a model {text!r}", hint="write it as provider/model, for example openai/gpt-5-mini")
    return owner, text


def _owner(text: str, prefixes: Collection[str]) -> str | None:
    """Whose model a bare name is: its own maker's, not one of the many that resell it; by the table's order where the map names no maker."""
    maker = str(price_map().get(text, {}).get("litellm_provider"))
    order = [maker, *(provider.prefix for provider in PROVIDERS), *sorted(prefixes)]
    return next((prefix for prefix in order if prefix in prefixes and capability(prefix, text).source != "unknown"), None)

"""What a plan would send out of the kernel, told before anything runs: questions to models, queries to sources, arguments of tools."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from nb_orchestra.casting.choosing import Casting
from nb_orchestra.core.plan import Plan, Step

MOST_NAMED = 4
NOTHING = "nothing leaves the kernel"


def leaving(casting: Casting, tools: Mapping[str, Any], sources: Mapping[str, Any], plan: Plan, kept: Collection[str]) -> str:
    """ "leaves the kernel: the questions of brief to gpt-5-mini (of your data what --share summary allows), …". Steps that are kept send nothing."""
    steps = [step for step in plan.steps if step.id not in kept]
    ways = [
        *_told("the questions of", _to_models(casting, steps), f" (of your data what --share {casting.share.level} allows)"),
        *_told("the queries of", _to_sources(sources, steps)),
        *_told("the arguments of", _to_tools(tools, steps)),
    ]
    return f"leaves the kernel: {', '.join(ways)}" if ways else NOTHING


def asks(step: Step) -> bool:
    """True where a step may ask a model: by its kind, for code that is to be written, or to have its result checked."""
    return step.kind in ("ask", "judge") or "instructions" in step.params or step.check is not None


def _to_models(casting: Casting, steps: Iterable[Step]) -> Iterator[tuple[str, str]]:
    for step in filter(asks, steps):
        facts = casting.choose(step).model.facts
        if not facts.local:
            yield facts.name, step.name


def _to_sources(sources: Mapping[str, Any], steps: Iterable[Step]) -> Iterator[tuple[str, str]]:
    for step in steps:
        for name in (step.params.get("sources") or sources) if step.kind == "search" else ():
            if name in sources and sources[name].outside:
                yield f"the source {name}", step.name


def _to_tools(tools: Mapping[str, Any], steps: Iterable[Step]) -> Iterator[tuple[str, str]]:
    for step in steps:
        name = str(step.params.get("tool"))
        if step.kind == "call" and getattr(tools.get(name), "outside", False):
            yield f"the tool {name}", step.name


def _told(what: str, ways: Iterable[tuple[str, str]], how: str = "") -> Iterator[str]:
    """One line for each place, with the steps that send to it."""
    places: dict[str, list[str]] = {}
    for place, step in ways:
        places.setdefault(place, []).append(step)
    for place, names in places.items():
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        yield f"{what} {', '.join(names[:MOST_NAMED])}{more} to {place}{how}"

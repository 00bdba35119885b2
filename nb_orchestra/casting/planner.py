"""The planner of one run: the grammar alone where only it may answer, else the grammar first and then a model."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from nb_orchestra import planning
from nb_orchestra.casting.choosing import PASTE, PLANNER, Casting
from nb_orchestra.casting.estimating import usual_price
from nb_orchestra.core.goal import Goal
from nb_orchestra.core.plan import Step
from nb_orchestra.core.usage import Usage
from nb_orchestra.protocols import Catalogue, Planner


class CastPlanner:
    """Fills protocols.Planner. `free`: nobody named the planner's model, so that another's kept plan may stand in. `grammar`: gives the planner
    that reads by grammar; asked for at the first goal, as a given plan needs none of its modules."""

    def __init__(self, casting: Casting, grammar: Callable[[], Planner]) -> None:
        self._casting, self._grammar = casting, grammar

    @functools.cached_property
    def _planner(self) -> Planner:
        if self._casting.local_only:
            return self._grammar()
        return planning.GrammarFirst(
            self._grammar(), planning.ModelPlanner(self._casting.plan, self._casting.planner_name(), functools.partial(telling, self._casting))
        )

    @property
    def name(self) -> str:
        return self._planner.name

    @property
    def identity(self) -> str:
        return self._planner.identity

    @property
    def free(self) -> bool:
        return self._casting.given is None and not self._casting.wanted(PLANNER)

    @property
    def usage(self) -> Usage:
        return self._planner.usage

    async def plan(self, goal: Goal, catalogue: Catalogue) -> Mapping[str, Any]:
        return await self._planner.plan(goal, catalogue)

    async def repair(self, goal: Goal, catalogue: Catalogue, data: Mapping[str, Any], complaint: str, said: str = "") -> Mapping[str, Any]:
        return await self._planner.repair(goal, catalogue, data, complaint, said)


def telling(casting: Casting) -> planning.Telling:
    """What the planner is told of this run's sharing and money."""
    price = usual_price(casting.choose(WRITER).model.facts)
    each = f"; one `ask` costs about {price:.1g} USD" if price else ""
    limits = f"- This run may still spend {casting.budget.money_left:.2f} USD and make {casting.budget.calls_left:,} calls{each}.\n"
    return planning.Telling(casting.settings.share, limits, casting.settings.paste_characters, wishes=casting.choose(PLANNER).model.facts.name != PASTE)


WRITER = Step("text", "ask", {"question": "text"}, role="writer")

"""The rooms that a runner uses, as orchestra.py plugged them together: one frozen value."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra.cache import Memo
from nb_orchestra.core import events as e
from nb_orchestra.core.plan import Plan, Step
from nb_orchestra.core.settings import Settings
from nb_orchestra.protocols import Approver, Catalogue, Executor, Planner, Recipes, Source, StepKind, Tool
from nb_orchestra.running.context import Chosen


async def never_before(step: str) -> None:
    """What a step was earlier, where nobody knows."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """The rooms that a runner uses, as orchestra.py plugged them together."""

    settings: Settings
    kinds: Mapping[str, StepKind]
    planner: Planner
    recipes: Recipes
    tools: Mapping[str, Tool]
    memo: Memo | None
    executor: Executor
    approver: Approver
    choose: Callable[[Step], Chosen]
    read_plan: Callable[[Mapping[str, Any], Catalogue], Plan]
    append: Callable[[e.Event], None]
    later: Callable[[e.Event], None]
    on_text: Callable[[str, str], None] = lambda step, text: None
    before: Mapping[str, Mapping[str, str]] | None = None
    plan_only: bool = False
    prepare: Callable[[], Awaitable[None]] | None = None
    remark: Callable[[Plan, Collection[str] | None], str] = lambda plan, kept: ""
    sources: Mapping[str, Source] = field(default_factory=dict)
    hide: Callable[[str], str] = str
    recorded: Callable[[Mapping[str, str], bool], tuple[str, str] | None] = lambda parts, any_model: None
    begun: frozenset[str] = frozenset()
    origin: str = "plan given"
    earlier: Callable[[str], Awaitable[Mapping[str, str] | None]] = never_before

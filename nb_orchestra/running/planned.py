"""Where a run's plan comes from: given, kept from an earlier run of the same goal, or made now (with two repairs at most).

A kept plan is looked up by goal, planner and catalogue; never by values, the date or what is left of a budget. It holds while
each input it reads has the shape (names, types, category levels) that it was made for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra import values
from nb_orchestra.cache import Memo, identify
from nb_orchestra.core.goal import Goal
from nb_orchestra.core.plan import Plan
from nb_orchestra.core.usage import Usage
from nb_orchestra.errors import OtherModelError, PlanError, ReplayMissError
from nb_orchestra.protocols import Catalogue, Planner

REPAIRS = 2


@dataclass(frozen=True, slots=True)
class Planned:
    """A checked plan; `kept`: found in the cache; `reason`: who made it; `keys`: its records in the cache."""

    plan: Plan
    kept: bool
    model: str
    reason: str
    usage: Usage = field(default_factory=Usage)
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planning:
    """Finds or makes the plan of a goal. `read` turns plan data into a checked Plan (the planning room's reading). `free`: nobody named the planner."""

    planner: Planner
    catalogue: Catalogue
    memo: Memo | None
    read: Callable[[Mapping[str, Any], Catalogue], Plan]
    free: bool = False

    async def plan(self, goal: Goal, *, fresh: bool, replay: bool) -> Planned:
        """ReplayMissError where `replay` and no plan is kept; PlanError where the planner failed three times."""
        key = self._key(goal)
        kept = None if fresh else await self._kept(key, goal)
        if kept is not None:
            return Planned(*kept, reason="the same goal was planned before, for data of the same shape", keys=(key, self._key(goal, anyone=True)))
        if not fresh and (other := await self._of_another_planner(goal)) is not None:
            return other
        if replay:
            raise ReplayMissError("no plan is kept for this goal and data of this shape", hint="run the cell once without --replay")
        data = await self._made(goal)
        plan = self.read(data, self.catalogue)
        if self.memo is not None and key:
            await self.memo.keep_record(key, {"plan": plan.as_data(), "shapes": _shapes(goal), "by": self.planner.name})
            await self.memo.keep_record(self._key(goal, anyone=True), {"key": key, "by": self.planner.name})
        return Planned(plan, False, self.planner.name, "", self.planner.usage, (key, self._key(goal, anyone=True)))

    async def keep(self, goal: Goal, plan: Plan) -> None:
        """Keeps a plan that was changed while it ran, so that the next run need not fail first."""
        key = self._key(goal)
        if self.memo is not None and key:
            await self.memo.keep_record(key, {"plan": plan.as_data(), "shapes": _shapes(goal), "by": self.planner.name})

    async def _made(self, goal: Goal) -> Mapping[str, Any]:
        """Plan data that `read` accepts."""
        data = await self.planner.plan(goal, self.catalogue)
        for _ in range(REPAIRS):
            try:
                self.read(data, self.catalogue)
                return data
            except PlanError as error:
                data = await self.planner.repair(goal, self.catalogue, data, f"{error.message} ({error.hint})" if error.hint else error.message)
        return data

    async def _of_another_planner(self, goal: Goal) -> Planned | None:
        """A whole plan that another planner made for an equal goal, named. OtherModelError where one did and it is not kept any more."""
        anyone = self._key(goal, anyone=True)
        if self.memo is None or not anyone or not self.free:
            return None
        record = await self.memo.find_record(anyone)
        by = str(record.get("by")) if isinstance(record, Mapping) else ""
        if not isinstance(record, Mapping) or by in ("", self.planner.name):
            return None
        if await self.memo.find_record(str(record.get("key"))) is None and not by.startswith("built-in"):
            raise OtherModelError(f"{by} planned this goal before, and that plan is not kept any more", hint=f"--fresh accepts {self.planner.name}")
        kept = await self._kept(str(record.get("key")), goal)
        if kept is None or kept[0].not_done:
            return None
        return Planned(*kept, reason=f"{by} planned the same goal before; --fresh asks {self.planner.name}", keys=(str(record["key"]), anyone))

    async def _kept(self, key: str, goal: Goal) -> tuple[Plan, bool, str] | None:
        """The kept plan, True, and who made it."""
        record = await self.memo.find_record(key) if self.memo is not None and key else None
        if not isinstance(record, Mapping) or record.get("shapes") != _shapes(goal):
            return None
        try:
            return self.read(record["plan"], self.catalogue), True, str(record.get("by", self.planner.name))
        except (PlanError, KeyError, TypeError):
            return None

    def _key(self, goal: Goal, *, anyone: bool = False) -> str:
        """What makes two goals equal for this planner, or (`anyone`) for whoever plans."""
        catalogue = {name: tool.identity for name, tool in self.catalogue.tools.items()}
        parts = {"goal": goal.text, "planner": self.planner.identity, "tools": catalogue, "forced columns": {k: list(v) for k, v in goal.columns.items()}}
        parts |= {"data": sorted(goal.data), "earlier plan": _plain(goal.earlier)}
        parts |= {"what the earlier steps said": goal.reported} if goal.reported else {}
        parts |= {"sources": sorted(self.catalogue.sources)} if self.catalogue.sources else {}
        identity = identify({name: part for name, part in parts.items() if part is not None and not (anyone and name == "planner")})
        return f"{'goal' if anyone else 'plan'}-{identity.key}" if identity else ""


def _plain(earlier: Mapping[str, Any] | None) -> Any:
    from nb_orchestra.core.frozen import thaw

    return thaw(earlier) if earlier is not None else None


def _shapes(goal: Goal) -> dict[str, Any]:
    return {name: values.shape_of(value) for name, value in goal.data.items()}

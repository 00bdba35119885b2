"""A planner that asks a model. Its words are files in planning/wording; what comes back is plan data, checked by reading.

The grammar goes first where it can (`GrammarFirst`): a goal that it reads whole needs no model, costs nothing and gives the same
plan each time. Lessons from readers who saw only the question stand in the wording: recipes first, few steps, nothing made up.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.goal import Goal
from nb_orchestra.core.plan import Output
from nb_orchestra.core.prompt import ABOUT_THE_RUN, Answer, Block, Prompt
from nb_orchestra.core.usage import Usage
from nb_orchestra.errors import PlanError, UnreadableGoalError
from nb_orchestra.planning.telling import Telling, filled, task_of, wording, wording_version
from nb_orchestra.protocols import Catalogue, Planner

Ask = Callable[[Prompt], Awaitable[Answer]]
WISHES = 2
SAID = "about the run"
"""The input that holds what was said of the run; no variable has such a name."""
ALSO = (
    f"\nWhat its judge and steps said (gaps, rows and columns that a model did not see) stands in the input `{SAID}`. Where rows were not sent, an `ask` sees "
    'cells by name ({"from": "s3", "row": 0, "column": "a"}), or what an `ask` with `for_each` over the table reads of each row.\n'
)


class ModelPlanner:
    """Fills protocols.Planner with a model. `ask` sends a prompt to the model for role "planner"; `telling` gives what it is told of
    the run, before each question anew: what may still be spent has changed since the last."""

    def __init__(self, ask: Ask, name: str, telling: Callable[[], Telling] = Telling) -> None:
        self._ask, self.name, self._telling = ask, name, telling
        self.usage = Usage()
        self._wished: set[str] = set()

    @property
    def identity(self) -> str:
        return f"{self.name}/{wording_version()}/{self._telling().share}"

    async def plan(self, goal: Goal, catalogue: Catalogue) -> Mapping[str, Any]:
        """Plan data as the model wrote it. Where it wishes to see recipes first, it is asked again with these told whole, twice at most."""
        answered: Mapping[str, Any] = {}
        for _ in range(WISHES + 1):
            task = task_of(goal, catalogue, self._telling(), also=self._wished, beside=len(goal.reported))
            answered = await self._answered("plan", task, goal, goal.reported)
            if "steps" in answered or "recipes" not in answered:
                return answered
            if self._wished >= set(_texts(answered["recipes"])):
                break
            self._wished |= set(_texts(answered["recipes"]))
        return {"steps": []}

    async def repair(self, goal: Goal, catalogue: Catalogue, data: Mapping[str, Any], complaint: str, said: str = "") -> Mapping[str, Any]:
        """The plan again, with the exact complaint, what was said of the run as data, and the recipes that it names told whole."""
        told = {"complaint": complaint, "said": ALSO if said else "", "plan": json.dumps(thaw(data), ensure_ascii=False)}
        beside = len(complaint) + len(told["plan"]) + len(wording("repair")) + len(told["said"]) + len(said)
        task = task_of(goal, catalogue, self._telling(), also={*self._wished, *_recipes_in(data)}, beside=beside)
        return await self._answered("repair", filled(wording("repair"), {**told, "task": task}), goal, said)

    async def _answered(self, purpose: str, task: str, goal: Goal, said: str = "") -> Mapping[str, Any]:
        about = [Block(SAID, said, ABOUT_THE_RUN)] if said else []
        blocks = (*(Block(name, value) for name, value in goal.data.items()), *about)
        answer = await self._ask(Prompt(purpose, wording_version(), task, blocks, Output("record"), "planner"))
        self.usage += Usage(answer.tokens_in, answer.tokens_out, 1, answer.cost)
        if not isinstance(answer.value, Mapping):
            raise PlanError("the planner's answer is no plan")
        return {**answer.value, "assumptions": [*_texts(answer.value.get("assumptions")), *answer.warnings]} if answer.warnings else answer.value


class GrammarFirst:
    """Fills protocols.Planner: the grammar where it reads the whole goal, else the model."""

    def __init__(self, grammar: Planner, model: Planner) -> None:
        self._grammar, self._model, self.name = grammar, model, model.name

    @property
    def identity(self) -> str:
        return f"{self._grammar.identity}, else {self._model.identity}"

    @property
    def usage(self) -> Usage:
        return self._model.usage

    async def plan(self, goal: Goal, catalogue: Catalogue) -> Mapping[str, Any]:
        """The grammar's plan where it left no word out; `name` then says that it was the grammar's."""
        try:
            data = await self._grammar.plan(goal, catalogue)
        except UnreadableGoalError:
            return await self._model.plan(goal, catalogue)
        if data.get("not_done") or data.get("facts", {}).get("unread"):
            return await self._model.plan(goal, catalogue)
        self.name = self._grammar.name
        return data

    async def repair(self, goal: Goal, catalogue: Catalogue, data: Mapping[str, Any], complaint: str, said: str = "") -> Mapping[str, Any]:
        """Only a model can mend."""
        return await self._model.repair(goal, catalogue, data, complaint, said)


def _recipes_in(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The recipes that a plan names."""
    params = [step.get("params") for step in data.get("steps") or () if isinstance(step, Mapping)]
    return tuple(str(part["recipe"]) for part in params if isinstance(part, Mapping) and "recipe" in part)


def _texts(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []

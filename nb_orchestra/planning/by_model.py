"""A planner that asks a model. Its words are files in planning/wording; what comes back is plan data, checked by reading.

The grammar goes first where it can (`GrammarFirst`): a goal that it reads whole needs no model, costs nothing and gives the same
plan each time. Lessons from readers who saw only the question stand in the wording: recipes first, few steps, nothing made up.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb_orchestra import values
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.goal import Goal
from nb_orchestra.core.plan import Output
from nb_orchestra.core.prompt import Answer, Block, Prompt
from nb_orchestra.core.usage import Usage
from nb_orchestra.errors import PlanError, UnreadableGoalError
from nb_orchestra.protocols import Catalogue, Planner

WORDING = Path(__file__).with_name("wording")
STEPS_IN_A_PLAN = 12
_HOLE = re.compile(r"\{(\w+)\}")
KINDS = {
    "code": '  "code": {"recipe": name, "arguments": {"frame": reference, …}} computes with one of the recipes below'
    '\n    where no recipe fits: {"instructions": "what to compute, in words", "inputs": {"name": reference, …}}: code is written when the step runs',
    "ask": '  "ask": {"question": "…", "inputs": {"name": reference, …}} a model answers from these inputs only (write, judge, label, extract, summarise)',
    "call": '  "call": {"tool": name, "arguments": {…}} calls one of the tools below',
    "gather": '  "gather": {"inputs": {"name": reference, …}, "how": "list" | "concat" | "dict"} puts results together',
    "search": '  "search": {"query": "…", "sources": [names], "limit": 10} finds passages by their words → table(key, title, source, date, passage, …); '
    "a text that is given it cites by key, unasked",
    "judge": '  "judge": {"value": reference, "criterion": "…", "against": {"name": reference, …}} grades a value, seeing what `against` names as an `ask` '
    "sees its inputs: only where the goal wants a grade",
}

Ask = Callable[[Prompt], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Telling:
    """What a planner must know of the run: how much of the data models see, and what it may cost (one line; never part of identity)."""

    share: str = "summary"
    limits: str = ""


_WHOLE = (
    "Of its inputs it sees whole, up to 200 rows or items: texts, numbers, cells that you name, what searches and tools found, what another `ask` gave (of a "
    '`for_each`: the columns that it gave, each by {"from": …, "column": …}), and tables of computed statistics (by group, by column, tests), unless a group '
    "in them is a single row or the statistic is one row's own value (first, last). Of other tables (rows of the data, also filtered, sorted, ranked or joined "
    "ones) and lists it sees columns, types, counts and ranges"
)
SEES = {
    "schema": "It sees no values, only column names and types; so let recipes, code and tools do all that needs values.",
    "summary": f"{_WHOLE}: no rows.",
    "sample": f"{_WHOLE}, and the first five rows.",
    "full": "It sees its inputs whole, up to 200,000 characters.",
}


class ModelPlanner:
    """Fills protocols.Planner with a model. `ask` sends a prompt to the model for role "planner"."""

    def __init__(self, ask: Ask, name: str, telling: Telling | None = None) -> None:
        self._ask, self.name = ask, name
        self._telling = telling or Telling()
        self.usage = Usage()

    @property
    def identity(self) -> str:
        return f"{self.name}/{wording_version()}/{self._telling.share}"

    async def plan(self, goal: Goal, catalogue: Catalogue) -> Mapping[str, Any]:
        """Plan data as the model wrote it."""
        return await self._data("plan", task_of(goal, catalogue, self._telling), goal)

    async def repair(self, goal: Goal, catalogue: Catalogue, data: Mapping[str, Any], complaint: str) -> Mapping[str, Any]:
        """The plan again, with the exact complaint."""
        told = {"complaint": complaint, "plan": json.dumps(thaw(data), ensure_ascii=False), "task": task_of(goal, catalogue, self._telling)}
        return await self._data("repair", filled(wording("repair"), told), goal)

    async def _data(self, purpose: str, task: str, goal: Goal) -> Mapping[str, Any]:
        blocks = tuple(Block(name, value) for name, value in goal.data.items())
        answer = await self._ask(Prompt(purpose, wording_version(), task, blocks, Output("record"), "planner"))
        self.usage += Usage(answer.tokens_in, answer.tokens_out, 1, answer.cost)
        if not isinstance(answer.value, Mapping):
            raise PlanError("the planner's answer is no plan")
        return {**answer.value, "assumptions": [*_texts(answer.value.get("assumptions")), *answer.warnings]}


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

    async def repair(self, goal: Goal, catalogue: Catalogue, data: Mapping[str, Any], complaint: str) -> Mapping[str, Any]:
        """Only a model can mend."""
        return await self._model.repair(goal, catalogue, data, complaint)


def task_of(goal: Goal, catalogue: Catalogue, telling: Telling) -> str:
    """The planner's task in words."""
    names = list(goal.data)
    told = {
        "goal": values.clean_text(goal.text),
        "today": datetime.date.today().isoformat(),
        "data": ", ".join(f"{name} ({values.short(value)})" for name, value in goal.data.items()) or "none",
        "sources": f"; to be searched: {', '.join(catalogue.sources)}" if catalogue.sources else "",
        "first_data": names[0] if names else "name",
        "earlier": _earlier(goal),
        "kinds": _kinds(catalogue),
        "steps": str(min(catalogue.steps, STEPS_IN_A_PLAN)),
        "sees": SEES[telling.share],
        "limits": telling.limits,
        "recipes": _recipes(goal, catalogue),
        "tools": "\n".join(f"{name}: {tool.description} {json.dumps(dict(tool.schema).get('properties', {}))}" for name, tool in catalogue.tools.items())
        or "none",
    }
    return filled(wording("plan"), told)


def _recipes(goal: Goal, catalogue: Catalogue) -> str:
    """Three quarters of the prompt: told only where there may be a table."""
    if catalogue.recipes is None:
        return "none"
    there = bool(goal.data or catalogue.sources or catalogue.tools)
    return catalogue.recipes.listing() if there else "none here: this goal has no data, sources or tools, so there is no table"


def _kinds(catalogue: Catalogue) -> str:
    """The kinds that can be used here: no search without a source."""
    lines = [KINDS[kind] for kind in catalogue.kinds if kind in KINDS and (kind != "search" or catalogue.sources)]
    return "\n".join([*lines, *(f"    source for search: {name} ({source.description})" for name, source in catalogue.sources.items())])


def _earlier(goal: Goal) -> str:
    if goal.earlier is None:
        return ""
    return f"The goal changes an earlier one. Its plan was:\n{json.dumps(thaw(goal.earlier), ensure_ascii=False)}\nGive the whole new plan.\n"


def _texts(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


@functools.cache
def wording(name: str) -> str:
    """One of the room's texts."""
    return (WORDING / f"{name}.md").read_text("utf-8").strip()


@functools.cache
def wording_version() -> str:
    """Identity of the planner's texts: changes with any letter of them."""
    return hashlib.sha256("\0".join(wording(path.stem) for path in sorted(WORDING.glob("*.md"))).encode()).hexdigest()[:12]


def filled(text: str, words: Mapping[str, str]) -> str:
    """Holes filled in one pass, known names only: what is filled in is not looked at again."""
    return _HOLE.sub(lambda found: words.get(found[1], found[0]), text)

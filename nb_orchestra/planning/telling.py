"""What a planner is told: the form of a plan, what its steps see, and what is really there. The words are files in planning/wording.

The whole prompt keeps within `Telling.most` characters where the goal's data allow it: every recipe is named, and as many as there is room for are told whole.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from nb_orchestra import values
from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.goal import Goal
from nb_orchestra.offline.listing import WISHING
from nb_orchestra.protocols import Catalogue

WORDING = Path(__file__).with_name("wording")
STEPS_IN_A_PLAN = 12
FRAME = 650
"""Characters that stand around every task: the system's text, headings, the form of the answer."""
FRAME_OF_INPUT = 60
_HOLE = re.compile(r"\{(\w+)\}")
KINDS = {
    "code": '  "code": {"recipe": name, "arguments": {"frame": reference, …}}; where no recipe fits {"instructions": "what to compute", "inputs": {…}}',
    "ask": '  "ask": {"question": "…", "inputs": {"name": reference}}: a model answers from these inputs only (write, judge, label, extract)',
    "call": '  "call": {"tool": name, "arguments": {…}}',
    "gather": '  "gather": {"inputs": {…}, "how": "list|concat|dict"}',
    "search": '  "search": {"query": "…", "sources": [names], "limit": 10}: finds by their words (give synonyms) → table(key, title, source, date, passage); '
    "a text that is given it cites by key, unasked",
    "judge": '  "judge": {"value": reference, "criterion": "…", "against": {…}}: verdict pass or fail, reason; for points use `ask`',
}


@dataclass(frozen=True, slots=True)
class Telling:
    """What a planner must know of the run: how much of the data models see, what it may cost (one line), how long the prompt may be, and
    whether it may ask to see more recipes first (where each question is a person's errand it may not).

    Only `share` is part of identity.
    """

    share: str = "summary"
    limits: str = ""
    most: int = 8_000
    wishes: bool = True


_WHOLE = (
    "It sees whole, up to 200 rows: texts, numbers, named cells; what searches, tools and other `ask`s gave (of a `for_each` the columns it gave or read); "
    "tables of statistics that recipes or code computed (unless a group is one row; no first, last); "
    "what recipes make of these alone (of statistics: if n stays). "
    "Of the data's rows (also filtered, ranked, joined) and lists: columns, types, counts, ranges"
)
SEES = {
    "schema": "It sees no values, only column names and types; so let recipes, code and tools do all that needs values.",
    "summary": f"{_WHOLE}: no rows.",
    "sample": f"{_WHOLE}, and the first five rows.",
    "full": "It sees its inputs whole, up to 200,000 characters.",
}


def task_of(goal: Goal, catalogue: Catalogue, telling: Telling, *, also: Collection[str] = (), beside: int = 0) -> str:
    """The planner's task in words. `also`: recipes to be told whole in any case; `beside`: characters that stand in the prompt beside the task."""
    names = list(goal.data)
    told = {
        "goal": values.clean_text(goal.text),
        "today": datetime.date.today().isoformat(),
        "data": ", ".join(names) or "none",
        "sources": f"; to be searched: {', '.join(catalogue.sources)}" if catalogue.sources else "",
        "first_data": names[0] if names else "name",
        "earlier": _earlier(goal),
        "kinds": _kinds(catalogue),
        "steps": str(min(catalogue.steps, STEPS_IN_A_PLAN)),
        "sees": SEES[telling.share],
        "limits": telling.limits,
        "tools": _tools(catalogue),
    }
    text = filled(wording("plan"), told)
    inputs = sum(len(name) + len(values.describe(value, telling.share, brief=True)) + FRAME_OF_INPUT for name, value in goal.data.items())
    return filled(text, {"recipes": _recipes(goal, catalogue, telling, telling.most - len(text) - inputs - FRAME - beside, also)})


def _recipes(goal: Goal, catalogue: Catalogue, telling: Telling, room: int, also: Collection[str]) -> str:
    """Those for tables that answers give, where the goal brings none."""
    if catalogue.recipes is None:
        return "none here"
    told = catalogue.recipes.listing(goal, max(1, room) if goal.data or catalogue.tools else 0, also)
    return told if telling.wishes else told.replace(WISHING, "")


def _tools(catalogue: Catalogue) -> str:
    lines = [f"{name}: {tool.description} {json.dumps(dict(tool.schema).get('properties', {}))}" for name, tool in catalogue.tools.items()]
    return "\n".join(["", "# Tools", "", *lines]) if lines else ""


def _kinds(catalogue: Catalogue) -> str:
    """The kinds that can be used here: no search without a source, no call without a tool."""
    idle = {"search": not catalogue.sources, "call": not catalogue.tools}
    lines = {kind: KINDS[kind] for kind in catalogue.kinds if kind in KINDS and not idle.get(kind)}
    if "search" in lines:
        lines["search"] += "".join(f"\n    source: {name} ({source.description})" for name, source in catalogue.sources.items())
    return "\n".join(lines.values())


def _earlier(goal: Goal) -> str:
    if goal.earlier is None:
        return ""
    also = "What its steps said (gaps, what a model did not see) stands in the input `about the run`.\n" if goal.reported else ""
    return f"The goal changes an earlier one. Its plan was:\n{json.dumps(thaw(goal.earlier), ensure_ascii=False)}\nGive the whole new plan.\n{also}"


@functools.cache
def wording(name: str) -> str:
    """One of the room's texts."""
    return (WORDING / f"{name}.md").read_text("utf-8").strip()


@functools.cache
def wording_version() -> str:
    """Identity of the planner's texts: changes with any letter of them."""
    texts = [*(wording(path.stem) for path in sorted(WORDING.glob("*.md"))), *KINDS.values(), *SEES.values()]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]


def filled(text: str, words: Mapping[str, str]) -> str:
    """Holes filled in one pass, known names only: what is filled in is not looked at again."""
    return _HOLE.sub(lambda found: words.get(found[1], found[0]), text)

"""A plan as YAML text that people read and change, and back. The shape is that of house.md; `goal` on top is the goal it was made for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nb_orchestra.core.frozen import thaw
from nb_orchestra.core.plan import Plan
from nb_orchestra.errors import PlanError

LONGEST = 2_000_000
"""Characters; a plan is a page or two."""


def plan_text(plan: Plan | Mapping[str, Any]) -> str:
    """The plan as YAML, in the order in which a person reads it."""
    import yaml

    class Plain(yaml.SafeDumper):
        """No anchors: what stands twice is written twice."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    data = thaw(plan.as_data() if isinstance(plan, Plan) else plan)
    facts = dict(data.pop("facts", {}))
    goals = facts.get("goals")
    top = {}
    if isinstance(goals, list) and len(goals) == 1:
        top = {"goal": goals[0]}
        del facts["goals"]
    facts = {name: value for name, value in facts.items() if value}
    whole = {**top, **data, **({"facts": facts} if facts else {})}
    return str(yaml.dump(whole, Dumper=Plain, sort_keys=False, allow_unicode=True, width=120))


def plan_data(text: str) -> dict[str, Any]:
    """Plan data from YAML (or JSON, which is YAML too). PlanError that says where it cannot be read; its rules are checked when it is run."""
    import yaml

    if len(text) > LONGEST:
        raise PlanError(f"the plan is {len(text):,} characters long", hint="a plan is a page or two of YAML")
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PlanError(
            f"this is no YAML: {' '.join(str(error).split())[:300]}", hint="a plan is a mapping with 'steps'; %orchestrate edit --cell writes one"
        ) from None
    if not isinstance(data, Mapping):
        raise PlanError("a plan is a mapping with 'steps'", hint="%orchestrate edit STEP --cell writes one to start from")
    whole = dict(data)
    goal = whole.pop("goal", None)
    if goal is not None:
        whole["facts"] = {**(whole.get("facts") or {}), "goals": [str(goal)]}
    return whole


def given_plan(plan: Any) -> Any:
    """What `orchestrate(plan=…)` takes: plan data or a Plan as it is; a path, or text with a line break, read as YAML."""
    if isinstance(plan, str) and "\n" in plan:
        return plan_data(plan)
    if isinstance(plan, str | os.PathLike):
        try:
            return plan_data(Path(plan).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise PlanError(f"the plan {os.fspath(plan)!r} cannot be read: {error}", hint="give the path of a YAML file, or plan data") from None
    return plan

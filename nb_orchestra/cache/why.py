"""Why a step was cached, or run: which parts of its identity are as they were, in words."""

from __future__ import annotations

from collections.abc import Mapping


def explain(now: Mapping[str, str], before: Mapping[str, str] | None) -> str:
    """ "same recipe, same input penguins", or what changed: "input penguins changed, new part: check". `before`: None where it never ran."""
    if before is None:
        return "first time"
    changed = [f"{name} changed" for name in now if name in before and now[name] != before[name]]
    added = [f"new: {name}" for name in now if name not in before]
    gone = [f"no longer: {name}" for name in before if name not in now]
    return ", ".join(changed + added + gone) or ", ".join(f"same {name}" for name in now)

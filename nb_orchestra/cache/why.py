"""Why a step was cached, or run: which parts of its identity are as they were, in words."""

from __future__ import annotations

from collections.abc import Mapping


def explain(now: Mapping[str, str], before: Mapping[str, str] | None, sources: Mapping[str, str] | None = None) -> str:
    """ "same recipe, same input penguins", or what changed: "input penguins changed, new part: check". `before`: None where it never ran.

    `sources`: which variable or step an argument came from. People know that name; the identity does not hold it, so that a renamed step is the same job.
    """
    if before is None:
        return "first time"

    def word(name: str) -> str:
        return f"input {sources[name]}" if sources and name in sources else name

    changed = [f"{word(name)} changed" for name in now if name in before and now[name] != before[name]]
    added = [f"new: {word(name)}" for name in now if name not in before]
    gone = [f"no longer: {name}" for name in before if name not in now]
    told = changed + added + gone or [f"same {word(name)}" for name in now]
    return ", ".join(dict.fromkeys(told))

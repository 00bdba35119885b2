"""Why a step was cached, or run: which parts of its identity are as they were, in words."""

from __future__ import annotations

from collections.abc import Mapping

INPUT = "input "
FIRST_TIME = "first time"
UNCHANGED = "nothing that it depends on changed"
_OURS = ("kind of step", "code of the recipe", "what is promised", "wording of the prompt", "notes of the plan", "how ", "the edition of the built-in engine")
"""Beginnings of the names of parts that nobody edits: told where one changed, and not where all is as it was."""


def explain(now: Mapping[str, str], before: Mapping[str, str] | None, sources: Mapping[str, str] | None = None) -> str:
    """ "nothing that it depends on changed: recipe, input penguins", or what changed: "input penguins changed, new: check". `before`: None where it never ran.

    `sources`: which variable (and what of it) or step an argument came from. People know that name; the identity does not hold it, so that a renamed
    step is the same job.
    """
    if before is None:
        return FIRST_TIME

    def word(name: str) -> str:
        source = (sources or {}).get(name.removeprefix(INPUT))
        return f"{INPUT}{source}" if source else name

    changed = [f"{word(name)} changed" for name in now if name in before and now[name] != before[name]]
    added = [f"new: {word(name)}" for name in now if name not in before]
    gone = [f"no longer: {name}" for name in before if name not in now]
    if changed or added or gone:
        return ", ".join(dict.fromkeys(changed + added + gone))
    theirs = [name for name in now if not name.startswith(_OURS)]
    return f"{UNCHANGED}: {', '.join(dict.fromkeys(map(word, theirs) if sources else theirs))}"

"""A question that takes something for granted ("why did it fall") is answered by whether it is so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from nb_orchestra.offline.prose.wording import name_of

_WHY = re.compile(r"\b(?:why|how come|what caused|what made|what drove|reason)\b", re.IGNORECASE)
_FALL = re.compile(
    r"\b(?:fall\w*|fell|drop\w*|declin\w*|decreas\w*|shr[aiu]nk\w*|went down|lower|los[est]\w*|cool\w*|cold\w*|worse\w*|light\w*|short\w*|cheap\w*|dri\w*"
    r"|few\w*|less)\b",
    re.IGNORECASE,
)
_RISE = re.compile(
    r"\b(?:r[io]s\w*|increas\w*|gr[eo]w\w*|went up|higher|gain\w*|warm\w*|hot\w*|improv\w*|heav\w*|long\w*|older|expensive\w*|wett?\w*|more)\b", re.IGNORECASE
)


def premise(task: str, parts: Iterable[tuple[str, Any, Mapping[str, Any]]]) -> list[str]:
    """Sentences on what a "why" takes for granted, from each (recipe, result, arguments) about time; [] where nothing is taken for granted."""
    if not _WHY.search(task) or bool(_FALL.search(task)) == bool(_RISE.search(task)):
        return []
    wanted = "falling" if _FALL.search(task) else "rising"
    found = [line for recipe, value, arguments in parts for line in _checked(recipe, value, arguments, wanted, task)]
    return [*found, "Why it is so cannot be read from these rows: they hold what happened, not its causes."] if found else []


def _checked(recipe: str, value: Any, arguments: Mapping[str, Any], wanted: str, task: str) -> Iterable[str]:
    if recipe == "trend":
        for row in value.to_dict("records"):
            if row["direction"] == wanted:
                yield f"It is so: over all years here {name_of(row['value'])} is {wanted}."
            else:
                yield f"What the question takes for granted is not so: {name_of(row['value'])} is not shown to be {wanted} ({row['direction']})."
    elif recipe == "derive" and arguments.get("name") == "percent_change" and len(value) > 1:
        year = re.search(r"\b(?:1[5-9]|20)\d\d\b", task)
        date = value.columns[0]
        years = re.findall(r"\b(?:1[5-9]|20)\d\d\b", task)
        rows = [row for row in value.to_dict("records") if year is None or str(row[date]).startswith(years[-1])]
        change = rows[-1]["percent_change"] if rows else float("nan")
        if change == change:
            when = f"in {years[-1]} " if year else "in the last period "
            so = (change < 0) == (wanted == "falling")
            side = "fell" if change < 0 else "rose"
            yield f"{'It is so' if so else 'What the question takes for granted is not so'}: {when}it {side} against the period before ({change:+.1f} %)."

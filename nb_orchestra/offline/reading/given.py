"""Names that a goal gives to a result: "save the outliers as `odd`"."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.memory import Memory

_GIVEN_NAME = re.compile(
    r"\b(?:save|store|keep|name|call|bind|put)\s+(?:the\s+|this\s+|it\s+|them\s+)?([\w\s{}]*?)\s*(?:as|in|into|to)\s+`([A-Za-z_]\w*)`", re.IGNORECASE
)


def take_names(text: str, memory: Memory) -> str:
    """ "save the outliers as `odd`" fixes a step's name and asks for nothing else."""
    for match in _GIVEN_NAME.finditer(text):
        memory.names[match.group(1).strip().casefold() or "it"] = match.group(2)
    return _GIVEN_NAME.sub(lambda match: " " if not match.group(1) else f"{'find' if '{' in match.group(1) else 'keep'} {match.group(1)}", text)

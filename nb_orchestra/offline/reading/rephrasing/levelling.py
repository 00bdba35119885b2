"""A goal's text without what only arranges it: list numbers, "(s)"; explanations become sentences of their own."""

from __future__ import annotations

import re

_NUMBERING = re.compile(r"^[ \t]*\d{1,2}[.)][ \t]+", re.MULTILINE)
_PLURALS = re.compile(r"\(e?s\)")
_EXAMPLES = re.compile(r"\((?:e\.\s?g\.|for example|for instance)[^()]*\)", re.IGNORECASE)
_EXPLAINS = re.compile(r"[ ,](?:where|in which)(?=\s[^.;]{0,160}\b(?:defined as|considered)\b)|\((?=[^()]{0,200}\b(?:considered|defined as)\b)", re.IGNORECASE)


def level_ground(body: str) -> str:
    """List numbers and "(s)" blanked, explanations cut off as sentences of their own; every character stays where it was."""
    for pattern in (_NUMBERING, _PLURALS, _EXAMPLES):
        body = pattern.sub(lambda match: " " * len(match.group()), body)
    return _EXPLAINS.sub(lambda match: ";" + " " * (len(match.group()) - 1), body)

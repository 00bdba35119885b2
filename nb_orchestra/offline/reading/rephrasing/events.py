"""What happened on a day, told in a sentence before the question: "I got new insulation on 1 June. Did consumption go down after?"."""

from __future__ import annotations

import re

_DAY = r"(?P<day>\d{4}-\d{2}-\d{2}|\d{4}-\d{2}-00)"
_TOLD = re.compile(
    rf"^(?P<told>[^.?!{{\n]*?)\b(?:on|in|since|from) {_DAY}[.;,!] (?P<ask>[^\n]*?)\b(?P<after>after(?:wards?| that| then| it)?|since(?: then)?)\b(?! \d)",
    re.IGNORECASE,
)


def after_the_event(text: str, told: list[str]) -> str:
    """The question alone, with the day of the event behind its "after"."""
    found = _TOLD.match(text)
    if found is None or re.search(r"\b(?:did|is|are|was|were|has|have|does|do)\b", found["ask"], re.IGNORECASE) is None:
        return text
    told.append(f"after: {found['told'].strip()}, {found['day']}")
    return f"{found['ask']}after {found['day']}{text[found.end() :]}"

"""In which order a result is wanted: "highest first", "sorted from lowest to highest", "in descending order".

An order by a named column ("sorted by year") is a wish of its own (wishes/shaping); here nothing is named, so the computed measure is meant.
"""

from __future__ import annotations

import re

_HIGH = "highest|largest|biggest|greatest|most|longest|heaviest|oldest|best"
_LOW = "lowest|smallest|least|fewest|shortest|lightest|youngest|worst"
_ORDER = re.compile(
    rf"""[,;(]?\s*\b(?:(?:and\s+)?(?:sort|order|rank|arrange|list)(?:ed|ing)?\s+(?:(?:it|them|the\s+\w+)\s+)?)?(?:
        (?:from\s+)?(?:the\s+)?(?:(?P<high>{_HIGH})|(?P<low>{_LOW}))\s+(?:first\b|to\s+(?:the\s+)?(?:{_HIGH}|{_LOW})\b)
      | (?:in\s+)?(?:(?P<down>descending|decreasing)|(?P<up>ascending|increasing))\s+order\b(?!\s+(?:of|by)))\)?""",
    re.IGNORECASE | re.VERBOSE,
)


def take_order(text: str) -> tuple[str, str]:
    """The text without the words that say an order, and the order: descending, ascending or none ("")."""
    found = _ORDER.search(text)
    if found is None:
        return text, ""
    return text[: found.start()] + " " * len(found.group()) + text[found.end() :], "descending" if found["high"] or found["down"] else "ascending"

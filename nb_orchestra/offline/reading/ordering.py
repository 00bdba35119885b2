"""In which order a result is wanted: "highest first", "sorted from lowest to highest", "in descending order".

An order by a named column ("sorted by year") is a wish of its own (wishes/shaping); here nothing is named, so the computed measure is meant.
"""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.words import Token

_HIGH = "highest|largest|biggest|greatest|most|longest|heaviest|oldest|best"
_LOW = "lowest|smallest|least|fewest|shortest|lightest|youngest|worst"
_HIGH_PLAIN, _LOW_PLAIN = "high|large|big", "low|small|little"
PLACE_OF = re.compile(r"\b(?:rank|place|position) (?:of|is|has|does)\b", re.IGNORECASE)
"""Words that ask for one place among many: "the rank of France"."""

_ORDER = re.compile(
    rf"""[,;(]?\s*\b(?:(?:and\s+)?(?:sort|order|rank|arrange|list)(?:ed|ing)?\s+(?:(?:it|them|the\s+\w+)\s+)?)?(?:
        (?:from\s+)?(?:the\s+)?(?:(?P<high>{_HIGH})|(?P<low>{_LOW}))\s+(?:first\b|to\s+(?:the\s+)?(?:{_HIGH}|{_LOW})\b)
      | (?:from\s+)?(?:(?P<falls>{_HIGH_PLAIN})\s+to\s+(?:{_LOW_PLAIN})|(?P<rises>{_LOW_PLAIN})\s+to\s+(?:{_HIGH_PLAIN}))\b
      | (?:in\s+)?(?:(?P<down>descending|decreasing)|(?P<up>ascending|increasing))\s+order\b(?!\s+(?:of|by)))\)?""",
    re.IGNORECASE | re.VERBOSE,
)


def take_order(text: str) -> tuple[str, str]:
    """The text without the words that say an order, and the order: descending, ascending or none ("")."""
    found = _ORDER.search(text)
    if found is None:
        return text, ""
    return text[: found.start()] + " " * len(found.group()) + text[found.end() :], "descending" if found["high"] or found["down"] or found[
        "falls"
    ] else "ascending"


_BEHIND_ORDER = frozenset({"by", "the", "them", "it", "all", "these", "those"})


def asks_for_order(stream: list[Token], position: int) -> bool:
    """ "Order them by price" and "in order" do; "orders", "an order of 3 units" and "the order total" are things."""
    before, after = (stream[n].word if 0 <= n < len(stream) else "" for n in (position - 1, position + 1))
    plural = stream[position].text.casefold() != "order"
    return not plural and (after in _BEHIND_ORDER or before in ("in", "ascend", "descending", "ascending", "") or not before.isalpha() or after == "")

"""In which order a result is wanted: "highest first", "sorted from lowest to highest", "in descending order".

An order by a named column ("sorted by year") is a wish of its own (wishes/shaping); here nothing is named, so the computed measure is meant.
"""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.language.words import Token

_POINTING_HIGH = "longest|heaviest|oldest|tallest|hottest|warmest|wettest|windiest|deepest|widest|richest|slowest|most expensive|priciest|dearest|latest|newest"
_POINTING_LOW = "shortest|lightest|youngest|coldest|coolest|driest|calmest|shallowest|narrowest|poorest|fastest|quickest|cheapest|earliest"
_HIGH = f"highest|largest|biggest|greatest|most|best|{_POINTING_HIGH}"
_LOW = f"lowest|smallest|least|fewest|worst|{_POINTING_LOW}"
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


def pointed_order(text: str) -> str:
    """The adjective of an order that points at a measure: slowest of "slowest first"; "" where the words name none."""
    found = _ORDER.search(text)
    said = re.search(rf"\b(?:{_POINTING_HIGH}|{_POINTING_LOW})\b", found.group(), re.IGNORECASE) if found is not None else None
    return "" if said is None else said.group().casefold().split()[-1]


_BEHIND_ORDER = frozenset({"by", "the", "them", "it", "all", "these", "those"})


def asks_for_order(stream: list[Token], position: int) -> bool:
    """ "Order them by price" and "in order" do; "orders", "an order of 3 units" and "the order total" are things."""
    before, after = (stream[n].word if 0 <= n < len(stream) else "" for n in (position - 1, position + 1))
    plural = stream[position].text.casefold() != "order"
    return not plural and (after in _BEHIND_ORDER or before in ("in", "ascend", "descending", "ascending", "") or not before.isalpha() or after == "")

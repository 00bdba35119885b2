"""Whether a goal that continues another is a goal of its own after all."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading import Table, read
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.tagging import tag

NO_EDIT = "read as a goal of its own: nothing of the earlier one is kept"

_STARTS = re.compile(
    r"\s*(?:and|but|now|then|so|or|also|plus|same|the same|only|just|with|without|as|in|by|per|for|on|of|what about|how about|instead|add|include|use|using|"
    r"exclude|excluding|leave|drop|ignore|skip|remove|sort(?:ed)?|order(?:ed)?|chart|plot|draw|graph|adjust\w*|control\w*|split|go|back|top|bottom|not|no|do|make|change|"
    r"switch|explain|after)\b",
    re.IGNORECASE,
)
_REFERS = re.compile(r"\b(?:it|its|that|this|they|them|their|those|these|same|instead|too|again|rather|there|previous|above|ones?)\b", re.IGNORECASE)
_WHOLE = vocabulary(
    "statistics compare correlate rank extreme group_extreme group_rank count counts value_counts share trend resample regress train outliers "
    "proportions peak pattern matrix partial paired normality chart check profile table_one missing duplicates distribution"
)
_OF_THE_TABLE = vocabulary("check profile table_one missing duplicates")


def stands_alone(text: str, table: Table) -> bool:
    """True for a goal of its own: it names what it computes, and of what, and leans on nothing."""
    if _STARTS.match(text) or _REFERS.search(text):
        return False
    tags = tag(text, table)
    reading = read(text, table)
    kinds = {intent.kind for intent in reading.intents} & _WHOLE
    calls = any(item.kinds.keys() & {"stat", "verb", "super", "point"} or item.is_a("word", "question") for item in tags)
    named = {str(item.value) for item in tags if item.kind == "column" and item.value in table and table[str(item.value)].kind == "number"}
    drawn = kinds == {"chart"} and len(named) < 2
    asked = bool(named) or any(intent.where or intent.columns for intent in reading.intents if intent.kind not in ("filter", "sort"))
    return bool(kinds) and calls and not drawn and not reading.not_done and (asked or bool(kinds & _OF_THE_TABLE))

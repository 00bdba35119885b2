"""Values that a clause lists as what it is about ("how many dogs and cats", "the share of urgent and high tickets") are groups, each counted by itself.

They are one restriction where the words pool them ("dogs and cats together", "dogs or cats"), where they only say which rows ("only dogs and cats",
"among dogs and cats"), and where they stand behind "in", "on" or "for" beside another grouping ("per month in Kiel and Bonn").
"""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.tagging import Tag

_JOINING = vocabulary("and & , /")
_POOLING = re.compile(r"\b(?:together|combined|altogether|jointly|pooled|in total|overall|in all|either|any of|at all|as one)\b", re.IGNORECASE)
_ONLY = vocabulary("only just among amongst where whose excluding ignoring restrict restricted keep filter")
_PLACED = vocabulary("in on at from for during within")
_ARTICLES = vocabulary("the a an our all both of by")


def listed_apart(tags: tuple[Tag, ...], places: tuple[int, ...]) -> bool:
    """True where a count, a share or a total of several values is that of each."""
    first, last = min(places), max(places)
    said = [word for tag in tags[first : last + 1] for word in tag.text.casefold().split()]
    counts = any(
        tag.is_a("verb", "count", "value_counts", "share_of", "percent_of") or tag.is_a("stat", "n", "share", "sum", "distinct") for tag in tags[:last]
    )
    if not counts or "or" in said or not _JOINING & set(said) or _POOLING.search(" ".join(tag.text for tag in tags)):
        return False
    before = _before(tags, first)
    if _ONLY & {word for tag in tags[:first] for word in tag.text.casefold().split()}:
        return False
    return not (before in _PLACED and any(tag.is_a("group", "by") or tag.is_a("verb", "resample") for tag in tags))


def _before(tags: tuple[Tag, ...], place: int) -> str:
    """The last word in front that is no article."""
    words = [word for tag in tags[:place] for word in tag.text.casefold().split() if word not in _ARTICLES]
    return words[-1] if words else ""

"""A slot that asks for two numbers against each other: their difference, ratio or change in percent, each of them got like a slot of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.plans.statistics import statistic_of_slot
from nb_orchestra.offline.plans.wanted import STATISTICS, Wanted, wanted
from nb_orchestra.offline.reading.answer_formats.formats import divide
from nb_orchestra.offline.reading.tagging import Tag, tag

Place = dict[str, Any]

_DIFFERENCE = re.compile(r"\b(?:difference|diff|gap|drop|decrease|reduction|decline)\b")
_CHANGE = re.compile(r"\b(?:change|increase|rise|growth|gain)\b")
_RATIO = re.compile(r"\bratio\b|\btimes\b|\bfactor\b")
_PERCENT = re.compile(
    r"\b(?:percent\w*|pct|relative)\b.*\b(?:change|difference|increase|decrease|drop|reduction|growth)\b|\bpercent(?:age)? (?:higher|lower)\b"
)
_SUBTRACT = re.compile(r"\bsubtract\w*\b[^.;]*?\bfrom\b", re.IGNORECASE)
_ABSOLUTE = re.compile(r"\babsolute (?:value of the )?(?:difference|gap)\b|\bdifference\b[^.;]*\babsolute value\b", re.IGNORECASE)


_OF_BOTH = re.compile(
    r"\b(?:difference|gap|ratio)\b[^.;?]{0,20}\b(?:between|of)\b[^.;?]*\b(?:medians?|means?|averages?|sums?|totals?|maxim\w+|minim\w+|standard dev\w+)\b",
    re.IGNORECASE,
)


def _asked(want: Wanted) -> str:
    """The operation that the slot's own words name; nothing where they are part of a column's name."""
    text = f"{want.slot.name} {want.slot.inside}".replace("_", " ").casefold()
    return next((op for pattern, op in ((_PERCENT, "%"), (_DIFFERENCE, "-"), (_CHANGE, "change"), (_RATIO, "/")) if pattern.search(text)), "")


def _made_by(draft: Draft, want: Wanted) -> bool:
    """True where the difference or ratio is a column: one that the goal makes, or one of the table."""
    made = [intent for intent in draft.reading.intents if intent.kind in ("derive", "growth", "change", "steps", "count_change", "count_growth")]
    words = {"difference", "diff", "gap", "ratio", "times", "factor", "change"}
    return bool(made) or any(words & set(draft.table[name].words) for name in want.columns if name in draft.table)


def against(draft: Draft, want: Wanted, quantity: str) -> Place | None:
    """The difference (ratio, change in percent) of two groups' statistics, of two statistics of a column, or of a statistic of two columns."""
    op = _asked(want)
    if not op or _made_by(draft, want):
        return None
    places = _of_levels(draft, want) or _of_statistics(draft, want) or _of_columns(draft, want) or _of_slots(draft, want)
    if places is None:
        return None
    turned = op == "change" or (_SUBTRACT.search(draft.reading.question) is not None and op == "-")
    first, second = places[::-1] if turned else places
    op = "-" if op == "change" else op
    return {"op": op, "places": [first, second], **({"absolute": True} if op == "-" and _ABSOLUTE.search(draft.reading.question) else {})}


def unmet_difference(draft: Draft, want: Wanted, place: Place) -> bool:
    """True for a single statistic in a slot that asks for a difference: another number than was asked."""
    plain = want.quantity in STATISTICS or want.quantity in ("value", "n")
    return bool(_asked(want) in ("-", "change") and plain and "op" not in place and "rules" not in place and not _made_by(draft, want) and not _tested(draft))


def _tested(draft: Draft) -> bool:
    return any(intent.kind in ("pattern", "extreme", "group_extreme", "rank") for intent in draft.reading.intents)


def _statistic(draft: Draft, want: Wanted) -> str:
    asked = [key for intent in draft.reading.intents for key in intent.statistics if key in STATISTICS]
    named = [key for key in want.statistics if key not in ("range",)]
    return (named or list(dict.fromkeys(asked)) or [""])[0] if len(set(named or asked)) == 1 else ""


def _sentences(draft: Draft) -> list[list[Tag]]:
    asked = divide(draft.reading.question)[0]
    spoken = [text for text in re.split(r"[.;?!]\s|\n", asked) if text.strip()]
    first = [
        text
        for text in spoken
        if re.search(r"\bsubtract|\bdifference|\bgap\b|\bchang|\bincrease|\brise|\bgrow|\bratio\b|\btimes\b|\bpercent", text, re.IGNORECASE)
    ]
    subtracting = [text for text in first if _SUBTRACT.search(text)]
    return [tag(text, draft.table) for text in (*subtracting, *first)]


def _pair(tags: list[Tag], kind: Callable[[Tag], Any]) -> list[Any]:
    return list(dict.fromkeys(found for item in tags if (found := kind(item)) is not None))


def _of_levels(draft: Draft, want: Wanted) -> tuple[Place, Place] | None:
    statistic = _statistic(draft, want)
    for tags in _sentences(draft):
        said = _pair(tags, lambda item: item.kinds.get("stat") if item.kinds.get("stat") in STATISTICS - {"range"} else None)
        statistic = statistic or (said[0] if len(said) == 1 else "")
        levels = _pair(tags, lambda item: item.value if item.kind == "level" else _year(item, draft))
        if statistic and len(levels) == 2 and levels[0][0] == levels[1][0]:
            return _both(draft, [replace(want, levels=(level,), quantity=statistic) for level in levels], statistic, statistic)
    return None


def _year(item: Tag, draft: Draft) -> tuple[str, Any] | None:
    """ "The 1974 average": a value of the column that says when."""
    column = draft.table.by_name.get(draft.table.date or "")
    if item.kind != "number" or column is None or not column.looks_like_year or not float(item.value).is_integer():
        return None
    return (column.name, int(item.value)) if (column.low or 0) <= item.value <= (column.high or 0) else None


def _of_statistics(draft: Draft, want: Wanted) -> tuple[Place, Place] | None:
    for tags in _sentences(draft):
        keys = _pair(tags, lambda item: item.kinds.get("stat") if item.kinds.get("stat") in STATISTICS - {"range"} else None)
        if len(keys) == 2:
            return _both(draft, [replace(want, quantity=key) for key in keys], *keys)
    return None


def _of_columns(draft: Draft, want: Wanted) -> tuple[Place, Place] | None:
    statistic = _statistic(draft, want)
    if statistic != "mean" and not _OF_BOTH.search(draft.reading.question):
        return None  # "the median difference": of the rows' differences
    for tags in _sentences(draft) if statistic else ():
        names = _pair(tags, lambda item: str(item.value) if item.kind == "column" and draft.table[str(item.value)].kind == "number" else None)
        if len(names) == 2:
            return _both(draft, [replace(want, columns=(name,), quantity=statistic) for name in names], statistic, statistic)
    return None


def _of_slots(draft: Draft, want: Wanted) -> tuple[Place, Place] | None:
    """The two other slots of one statistic, in their order."""
    others = [wanted(slot, draft) for slot in draft.reading.slots if slot.name != want.slot.name]
    alike = [other for other in others if other.quantity in STATISTICS and not _asked(other)]
    if len(alike) != 2 or alike[0].quantity != alike[1].quantity:
        return None
    return _both(draft, alike, alike[0].quantity, alike[1].quantity)


def _both(draft: Draft, wants: list[Wanted], *keys: str) -> tuple[Place, Place] | None:
    claimed, places = draft.claimed, []
    for one, key in zip(wants, keys, strict=True):
        draft.claimed = {}  # other slots may hold the same numbers
        places.append(statistic_of_slot(draft, one, key))
    draft.claimed = claimed
    if any(place is None or "all" in place for place in places) or places[0] == places[1]:
        return None
    return places[0] or {}, places[1] or {}

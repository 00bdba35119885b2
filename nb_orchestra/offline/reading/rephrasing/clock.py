"""Times that people say in words: the hours of a day ("between 7 and 9 in the morning", "after 6 pm"), lengths ("half an hour"), "the same month last year"."""

from __future__ import annotations

import calendar
import re

from nb_orchestra.offline.reading.language.words import SPELLED
from nb_orchestra.offline.reading.restricting.filters import Filters
from nb_orchestra.offline.reading.tagging import Tag

_NUMBER = "|".join(word for word, value in SPELLED.items() if 1 < value < 13)
_LENGTHS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), form)
    for pattern, form in (
        (r"\b(?:an|one|1) hour and a half\b|\bone and a half hours\b", "90 minutes"),
        (r"\bhalf an hour\b|\ba half hour\b", "30 minutes"),
        (r"\b(?:a )?quarter of an hour\b", "15 minutes"),
        (r"\bthree quarters of an hour\b", "45 minutes"),
        (r"\b(than|over|under|least|most) an? (hour|minute|mile|kilomet(?:er|re)|kilo|day|month|year)\b", r"\1 1 \2"),
    )
)
_AND_A_HALF = re.compile(rf"\b({_NUMBER}|\d+) and a half (hours|days|weeks|months|years|miles|kilomet(?:er|re)s|kilos)\b", re.IGNORECASE)


def spoken_lengths(text: str) -> str:
    """ "Half an hour" → 30 minutes, "two and a half days" → 2.5 days."""
    for pattern, form in _LENGTHS:
        text = pattern.sub(form, text)
    return _AND_A_HALF.sub(lambda found: f"{int(SPELLED.get(found[1].casefold(), 0)) or found[1]}.5 {found[2]}", text)


_MONTHS = "|".join(f"{name}|{name[:3]}" for name in calendar.month_name if name)
_PARTS = rf"(?P<part>{_MONTHS}|Q[1-4])\.? (?P<year>\d{{4}})"
_BEFORE = r"(?:last year|(?:of |in )?the (?:previous|prior) year|(?:of |in )?the year (?:before|earlier)|(?:a|one) year (?:earlier|before|ago))"
_SAME = re.compile(rf"\b{_PARTS}(?P<between>[^.;?]{{1,40}}?)(?:the )?same (?:month|quarter|period|time)(?: (?:of|in))? {_BEFORE}", re.IGNORECASE)
_YEAR_BEFORE = re.compile(
    r"\b(?P<year>(?:19|20)\d\d)\b(?P<between>[^.;?\d]{0,20}?\b(?:with|to|versus|vs\.?|against|than(?: in)?|and)\s+)(?:in )?"
    r"the (?:previous year|year before|prior year)\b",
    re.IGNORECASE,
)
_EACH_YEAR = re.compile(
    rf"\b(?:(?:in|during|of|for) )?(?:the )?(?P<part>first|second|third|fourth|1st|2nd|3rd|4th|Q[1-4]|{_MONTHS})(?P<quarter> quarters?)? "
    r"(?:of|in) (?:each|every) (?:single )?year\b",
    re.IGNORECASE,
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


def relative_years(text: str) -> str:
    """ "May 2024 … the same month last year" → May 2023; "the first quarter of each year" → in Q1 per year."""
    text = _SAME.sub(lambda found: f"{found['part']} {found['year']}{found['between']}{found['part']} {int(found['year']) - 1}", text)
    text = _YEAR_BEFORE.sub(lambda found: f"{found['year']}{found['between']}{int(found['year']) - 1}", text)
    return _EACH_YEAR.sub(_part_of_each, text)


def _part_of_each(found: re.Match[str]) -> str:
    part = found["part"]
    if part.casefold() in _ORDINALS:
        return f"in Q{_ORDINALS[part.casefold()]} per year" if found["quarter"] else found.group()
    return f"in {part} per year"


_DAY_PARTS = {"morning": (6, 12), "afternoon": (12, 18), "evening": (18, 22), "night": (22, 6), "daytime": (6, 18)}
_TIME = r"(?P<{0}>\d{{1,2}})(?P<{0}m>:\d\d)?(?P<{0}s>\s*(?:am|pm|a\.m\.|p\.m\.|o['’]?clock))?(?!\s*%)(?!\d)"
_IN = r"(?:\s+(?:in the|at) (?P<part>morning|afternoon|evening|night))?"
_RANGE = re.compile(rf"\b(?:between|from)\s+{_TIME.format('a')}\s*(?:and|to|until|till|-|–)\s*{_TIME.format('b')}(?: hours)?{_IN}", re.IGNORECASE)
_SIDE = re.compile(rf"\b(?P<side>after|before|since|until|from|at)\s+{_TIME.format('a')}{_IN}\b(?!\s*(?:%|\w+s\b))", re.IGNORECASE)
_NOON = re.compile(r"\b(?P<side>after|before) (?P<when>noon|midday)\b", re.IGNORECASE)
_PART = re.compile(r"\b(?:in the|at|during the|during|by) (?P<part>morning|afternoon|evening|night|daytime)s?\b", re.IGNORECASE)


def clock_times(text: str, told: list[str]) -> str:
    """Hours of the day as "clock 7 8" (the first and the last whole hour), which `hours_said` reads; what was taken is told."""

    def write(found: re.Match[str], first: int, end: int) -> str:
        last = (end - 1) % 24
        told.append(f"{found.group().strip()} → hours {first} to {last} of the day")
        return f" clock {first} {last} "

    def ranged(found: re.Match[str]) -> str:
        if not any(found[name] for name in ("am", "as", "bm", "bs", "part")) or any((found[name] or ":00") != ":00" for name in ("am", "bm")):
            return found.group()
        end = _hour(found["b"], found["bs"], found["part"])
        half = found["as"] or (found["bs"] if int(found["a"]) <= int(found["b"]) else "")
        return write(found, _hour(found["a"], half, found["part"]), end)

    def sided(found: re.Match[str]) -> str:
        if not (found["am"] or found["as"] or found["part"]) or (found["am"] or ":00") != ":00":
            return found.group()
        hour, side = _hour(found["a"], found["as"], found["part"]), found["side"].casefold()
        return write(found, *((hour, hour + 1) if side == "at" else (0, hour) if side in ("before", "until") else (hour, 24)))

    text = _SIDE.sub(sided, _RANGE.sub(ranged, text))
    text = _NOON.sub(lambda found: write(found, *((12, 24) if found["side"].casefold() == "after" else (0, 12))), text)
    return _PART.sub(lambda found: write(found, *_DAY_PARTS[found["part"].casefold()]), text)


def _hour(said: str, sign: str | None, part: str | None) -> int:
    """0 … 24 from "6 pm", "9 in the morning", "18"."""
    hour, sign = int(said), (sign or "").replace(".", "").strip().casefold()
    late = sign == "pm" or (part in ("afternoon", "evening") and not sign) or (part == "night" and 6 <= hour < 12)
    if hour == 12 and (sign == "am" or part == "night"):
        return 0
    return hour + 12 if late and hour < 12 else hour


def hours_said(tags: tuple[Tag, ...], found: Filters, when: str) -> None:
    """The conditions on the hour that `clock_times` wrote."""
    for n, tag in enumerate(tags[:-2]):
        if tag.text == "clock" and tags[n + 1].kind == tags[n + 2].kind == "number":
            first, last = int(tags[n + 1].value), int(tags[n + 2].value)
            hours = [*range(first, last + 1)] if first <= last else [*range(first, 24), *range(last + 1)]
            found.add((n, n + 1, n + 2), when, "hour", hours)

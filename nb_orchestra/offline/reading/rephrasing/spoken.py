"""Spans that people say in tens: "in their forties", "in her 50s", "the nineties", "the first half of 2024", "the second week of March 2024"."""

from __future__ import annotations

import calendar
import re

_TENS = {"twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80, "nineties": 90}
_NAMES = "|".join(_TENS)
_LIFE = re.compile(rf"\b(?:(?:who are|who were|aged) )?in (?:their|his|her) (?:(early|mid|late)[ -])?({_NAMES}|[2-9]0[’']?s)(?!\w)", re.IGNORECASE)
_DECADE = re.compile(rf"\bthe ({_NAMES})\b", re.IGNORECASE)
_PARTS = {"early": (0, 3), "mid": (4, 6), "late": (7, 9), "": (0, 9)}


def spoken_tens(text: str) -> str:
    """Ages and decades as ranges of numbers: "aged 40 to 49", "1990–1999"."""
    text = _LIFE.sub(_years_of_life, text)
    return _DECADE.sub(lambda found: f"{1900 + _TENS[found[1].casefold()]}–{1909 + _TENS[found[1].casefold()]}", text)


def _years_of_life(found: re.Match[str]) -> str:
    said = found[2].casefold()
    first = _TENS.get(said) or int(said[:2])
    low, high = _PARTS[(found[1] or "").casefold()]
    return f"aged {first + low} to {first + high}"


_HALF = re.compile(r"\b(?:the )?(first|second|1st|2nd) half(?: of| in)? (\d{4})\b|\bH([12]) (\d{4})\b", re.IGNORECASE)
_WEEK = re.compile(r"\b(?:the )?(first|second|third|fourth|last) week of (\d{4})-(\d{2})-00", re.IGNORECASE)
_WEEKS = {"first": 1, "second": 8, "third": 15, "fourth": 22}


def spoken_spans(text: str) -> str:
    """Halves of a year and weeks of a month as the dates between which they lie; months are written as 2024-03-00 by then."""
    return _WEEK.sub(_week, _HALF.sub(_half, text))


def _half(found: re.Match[str]) -> str:
    year = found[2] or found[4]
    first = found[3] == "1" or (found[1] or "").casefold() in ("first", "1st")
    return f"between {year}-01-00 and {year}-06-00" if first else f"between {year}-07-00 and {year}-12-00"


def _week(found: re.Match[str]) -> str:
    year, month = int(found[2]), int(found[3])
    last = calendar.monthrange(year, month)[1]
    first = _WEEKS.get(found[1].casefold(), last - 6)
    return f"between {found[2]}-{found[3]}-{first:02d} and {found[2]}-{found[3]}-{first + 6:02d}"

"""How long to wait: what a provider asks for in its headers, and back-off where it asks for nothing. Pure; the clock is an argument.

Back-off with full jitter: Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
"""

from __future__ import annotations

import email.utils
import random
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime

FIRST, LONGEST = 0.5, 20.0
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_REMAINING = (
    "x-ratelimit-remaining-requests",
    "x-ratelimit-remaining-tokens",
    "anthropic-ratelimit-requests-remaining",
    "anthropic-ratelimit-tokens-remaining",
)
LIMIT_HEADERS = ("retry-after", "retry-after-ms", *_REMAINING, *(name.replace("remaining", "reset") for name in _REMAINING))


def seconds_in(text: str, now: float | None = None) -> float | None:
    """Seconds that `text` means: a number, `6m0.5s`, `120ms`, an HTTP date or an ISO time. `now` is epoch seconds; None where it means nothing."""
    text = text.strip()
    try:
        return max(0.0, float(text)) if text.lower() not in ("nan", "inf", "-inf", "infinity") else None
    except ValueError:
        pass
    if _DURATION.sub("", text) == "" and text:
        return sum(float(number) * _UNITS[unit] for number, unit in _DURATION.findall(text))
    moment = _moment(text)
    return None if moment is None else max(0.0, moment - (time.time() if now is None else now))


def _moment(text: str) -> float | None:
    parsers: tuple[Callable[[str], datetime], ...] = (email.utils.parsedate_to_datetime, datetime.fromisoformat)
    for parse in parsers:
        try:
            return parse(text).timestamp()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds, whichever way it is written; None where it is not."""
    milliseconds = headers.get("retry-after-ms", "")
    if milliseconds.replace(".", "", 1).isdigit():
        return float(milliseconds) / 1000
    return seconds_in(headers.get("retry-after", ""))


def exhausted_for(headers: Mapping[str, str]) -> float:
    """Seconds until a limit that these headers show as used up is reset; 0.0 where none is."""
    waits = [seconds_in(headers.get(name.replace("remaining", "reset"), "")) for name in _REMAINING if headers.get(name, "").strip() == "0"]
    return max((wait for wait in waits if wait is not None), default=0.0)


def back_off(attempt: int, first: float = FIRST, chance: float | None = None) -> float:
    """Seconds before try `attempt` + 1 (from 1): full jitter, 0 to 0.5 s, 1 s, 2 s … 20 s."""
    return (random.random() if chance is None else chance) * min(LONGEST, first * 2.0 ** (attempt - 1))

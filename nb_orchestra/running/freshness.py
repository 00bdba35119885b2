"""Results of steps that look outside (a web search, a tool that reaches out) have a date, and may be too old to be taken from the cache.

How old is the person's choice (`%orchestrate set freshness HOURS`); a replay takes what there is, whatever its age.
"""

from __future__ import annotations

import datetime
import functools
import time

from nb_orchestra.core.outcome import Result
from nb_orchestra.core.settings import Settings


def now_text() -> str:
    """The moment as a result keeps it: ISO 8601, UTC, whole seconds."""
    return _text_of(int(time.time()))


@functools.lru_cache(1)
def _text_of(second: int) -> str:
    return datetime.datetime.fromtimestamp(second, datetime.UTC).isoformat(timespec="seconds")


def too_old(result: Result, settings: Settings) -> bool:
    """Was it taken more than `settings.freshness` hours ago? Never for 0 hours, in a replay, and where its date is not known."""
    if not settings.freshness or settings.replay:
        return False
    try:
        taken = datetime.datetime.fromisoformat(result.taken_at)
    except ValueError:
        return False
    return datetime.datetime.now(datetime.UTC) - taken > datetime.timedelta(hours=settings.freshness)


def dated(result: Result, outside: bool) -> str:
    """For 'why': when a look outside was taken; "" for what is computed."""
    return f"; taken {result.taken_at}" if outside and result.taken_at else ""

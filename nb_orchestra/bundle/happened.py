"""The events in a bundle, read as strictly as its values: a line of a known kind must hold what that kind holds, and all of them must tell a run."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable
from typing import Any

from nb_orchestra.core.events import Event, from_data
from nb_orchestra.core.progress import Progress

LATEST = 253_402_300_799.0
"""The last second of the year 9999: what is later is no date."""
_TYPES: dict[str, Any] = {"str": str, "int": int, "float": (int, float), "bool": bool}


def events_of(lines: Iterable[bytes]) -> list[Event]:
    """The events of these lines; those of a kind that this version does not know are left out. ValueError for one that is none, or makes no sense."""
    found = [event for event in map(_event, lines) if event is not None]
    try:
        Progress().after(*found)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"its events tell no run ({type(error).__name__})") from None
    return found


def _event(line: bytes) -> Event | None:
    try:
        data = json.loads(line)
        event = from_data(data)
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise ValueError("a line of its events is broken") from None
    if event is not None and not all(_fits(item.type, getattr(event, item.name)) for item in dataclasses.fields(event)):
        raise ValueError(f"an event {type(event).__name__} holds something else than it may")
    return event


def _fits(declared: Any, value: Any) -> bool:
    """Of the plain types; what is nested is looked at where it is used."""
    name, _, optional = str(declared).partition(" | ")
    known = _TYPES.get(name)
    if known is None or (optional == "None" and value is None):
        return True
    return isinstance(value, known) and (not isinstance(value, float | int) or (math.isfinite(value) and abs(value) <= LATEST))

"""Goal → Plan: mentions (the `{names}` in a goal) · reading (plan data → checked Plan).

Planners themselves are fillings of a socket and live elsewhere (offline, models).
"""

from __future__ import annotations

from nb_orchestra.planning.mentions import Mentions, frames_in_prose, read_mentions
from nb_orchestra.planning.reading import read_plan

__all__ = ["Mentions", "frames_in_prose", "read_mentions", "read_plan"]

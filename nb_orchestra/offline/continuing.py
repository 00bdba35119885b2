"""`--continue`: a goal that edits the earlier plan ("same but only Gentoo", "now by sex", "as a bar chart")."""

from __future__ import annotations

from typing import Any

from nb_orchestra.core.goal import Goal
from nb_orchestra.offline.reading import Reading


def continued(goal: Goal, reading: Reading) -> dict[str, Any] | None:
    """The earlier plan with the goal's edits, or None where the goal says no edit of it."""
    return None

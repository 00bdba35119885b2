"""Who answers for which step of one run, what they may see and spend, and what is said of it before it leaves.

choosing (the model for a step, and why) · sharing (how much of each input an outside model sees) · sending (what leaves is
told first) · hiding (secrets) · pasting (a chat window as the model) · planner (the grammar first, then a model) · estimating (what a plan will cost).
It stands between orchestra, which wires the rooms, and the rooms themselves: it knows models, the built-in engine and planning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nb_orchestra.casting.choosing import BUILT_IN, PASTE, Casting, builtin_model
from nb_orchestra.casting.estimating import remark
from nb_orchestra.casting.hiding import Hiding
from nb_orchestra.casting.pasting import pasting, patient
from nb_orchestra.casting.planner import CastPlanner
from nb_orchestra.casting.sending import Sending
from nb_orchestra.casting.sharing import Sharing
from nb_orchestra.core.events import Event
from nb_orchestra.core.settings import Settings
from nb_orchestra.models.budget import Budget
from nb_orchestra.protocols import Approver, Model

__all__ = ["BUILT_IN", "PASTE", "CastPlanner", "Casting", "Hiding", "Sending", "Sharing", "builtin_model", "casting_for", "patient", "remark"]


def casting_for(
    settings: Settings,
    data: Mapping[str, Any],
    append: Callable[[Event], None],
    hide: Hiding | None = None,
    given: Model | None = None,
    approver: Approver | None = None,
    later: Callable[[Event], None] | None = None,
) -> Casting:
    """The casting of one run over `data`; what it tells goes to `append` (or, where it may wait, `later`), what a person must paste through `approver`."""
    hide, share = hide or Hiding(), Sharing(settings.share, data)
    sending = Sending(append, later or append, share.in_words(), settings.budget)
    paste = pasting(settings, share, hide, append, approver) if approver is not None else None
    return Casting(settings, hide, share, Budget(settings.budget, settings.tokens, settings.calls), sending, given, paste)

"""`--continue`: a goal that edits an earlier one ("same but only Gentoo, split by sex", "now by island", "is that significant", "top 5").

A plan keeps the goals that led to it (`facts.goals`): the first is read again, and each later one changes what was read. So an edit
of an edit works like an edit, and the new plan is made by the same rules as any other. chain (goal after goal) · phrases (edits that a
fixed phrase says) · rules (those that a clause's tags say) · changes (what they do to intents) · asking (questions about what
was found) · alone (a goal of its own after all) · telling (what of an edit is lost).
"""

from nb_orchestra.offline.continuing.alone import NO_EDIT, stands_alone
from nb_orchestra.offline.continuing.chain import continued
from nb_orchestra.offline.continuing.telling import earlier_goals, unread_edits, unused_names

__all__ = ["NO_EDIT", "continued", "earlier_goals", "stands_alone", "unread_edits", "unused_names"]

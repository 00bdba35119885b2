"""Intents → plan data. draft (steps, names, the present table) · one file per family of intents · answering (the last step).

LOWERINGS maps each kind of intent to the function that adds its steps.
"""

from __future__ import annotations

from collections.abc import Callable

from nb_orchestra.errors import OrchestraError
from nb_orchestra.offline.plans.arrangements import ARRANGEMENTS
from nb_orchestra.offline.plans.calendars import CALENDARS
from nb_orchestra.offline.plans.certainty import CERTAINTY
from nb_orchestra.offline.plans.charts import CHARTS
from nb_orchestra.offline.plans.courses import COURSES
from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.plans.entities import ENTITIES
from nb_orchestra.offline.plans.exploring import EXPLORING
from nb_orchestra.offline.plans.gaps_between import GAPS
from nb_orchestra.offline.plans.growing import GROWTHS
from nb_orchestra.offline.plans.measures import MEASURES
from nb_orchestra.offline.plans.models import MODELS
from nb_orchestra.offline.plans.places import PLACES
from nb_orchestra.offline.plans.shapes import SHAPES
from nb_orchestra.offline.plans.stepping import STEPS
from nb_orchestra.offline.plans.tests import TESTS
from nb_orchestra.offline.plans.times import TIMES
from nb_orchestra.offline.reading import Intent
from nb_orchestra.offline.reading.intents import broken

_FAMILIES = (SHAPES, MEASURES, PLACES, TESTS, TIMES, GROWTHS, STEPS, CALENDARS, MODELS, CHARTS, ARRANGEMENTS, ENTITIES, GAPS, CERTAINTY, COURSES, EXPLORING)
LOWERINGS: dict[str, Callable[[Draft, Intent], None]] = {kind: lower for family in _FAMILIES for kind, lower in family.items()}


def lower(draft: Draft, intent: Intent) -> None:
    """Adds the steps of an intent. Where that breaks, none of them stays and the clause is not done; the rest of the goal is planned."""
    before = draft.copied()
    try:
        LOWERINGS[intent.kind](draft, intent)
    except OrchestraError:
        raise
    except Exception as error:  # a fault of ours in one part: the others are worth having
        draft.restore(before)
        draft.not_done.append(broken(intent.clause, error))


__all__ = ["LOWERINGS", "Draft", "lower"]

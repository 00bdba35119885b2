"""Clause → intents. Each file reads one family of wishes; WISHES is the order in which they may take a clause.

A wish fires on the words it lists and may take words away from later ones (`takes`), so that "correlation" is not also
read as a comparison. A builder that cannot find what it needs gives nothing, and the next wish is tried.
"""

from __future__ import annotations

from nb_orchestra.offline.reading.wishes.adjusting import ADJUSTING
from nb_orchestra.offline.reading.wishes.amount_shares import AMOUNT_SHARES
from nb_orchestra.offline.reading.wishes.arranging import ARRANGING, TEXTS
from nb_orchestra.offline.reading.wishes.asking import ASKING
from nb_orchestra.offline.reading.wishes.before_after import BEFORE_AFTER
from nb_orchestra.offline.reading.wishes.calendars import CALENDARS
from nb_orchestra.offline.reading.wishes.certainty import CERTAINTY
from nb_orchestra.offline.reading.wishes.changing import CHANGING
from nb_orchestra.offline.reading.wishes.comparing import COMPARING
from nb_orchestra.offline.reading.wishes.correlative import CORRELATIVE
from nb_orchestra.offline.reading.wishes.courses import COURSES
from nb_orchestra.offline.reading.wishes.distance import DISTANCE
from nb_orchestra.offline.reading.wishes.entities import ENTITIES
from nb_orchestra.offline.reading.wishes.exploring import EXPLORING
from nb_orchestra.offline.reading.wishes.firsts import FIRSTS
from nb_orchestra.offline.reading.wishes.gaps import GAPS
from nb_orchestra.offline.reading.wishes.growing import GROWING
from nb_orchestra.offline.reading.wishes.measuring import MEASURING
from nb_orchestra.offline.reading.wishes.missing import MISSING
from nb_orchestra.offline.reading.wishes.modelling import MODELLING
from nb_orchestra.offline.reading.wishes.plain import LAST
from nb_orchestra.offline.reading.wishes.recoding import RECODING
from nb_orchestra.offline.reading.wishes.referring import REFERRING
from nb_orchestra.offline.reading.wishes.relating import RELATING
from nb_orchestra.offline.reading.wishes.repeated import REPEATED
from nb_orchestra.offline.reading.wishes.shaping import SHAPING
from nb_orchestra.offline.reading.wishes.sharing import SHARING
from nb_orchestra.offline.reading.wishes.showing import CURVES, SHOWING
from nb_orchestra.offline.reading.wishes.stepping import STEPPING
from nb_orchestra.offline.reading.wishes.timing import TIMING
from nb_orchestra.offline.reading.wishes.trials import EITHER
from nb_orchestra.offline.reading.wishes.varying import VARYING
from nb_orchestra.offline.reading.wishes.wish import Wish
from nb_orchestra.offline.reading.wishes.within import WITHIN

_OF_UNITS = (*RECODING, *MISSING, *WITHIN, *REFERRING, *FIRSTS, *CERTAINTY, *REPEATED, *COURSES, *CURVES, *ENTITIES, *DISTANCE, *GAPS)
_OF_TABLES = (*ARRANGING, *CALENDARS, *STEPPING, *CHANGING, *GROWING, *CORRELATIVE, *SHAPING, *MODELLING, *RELATING)
_OF_NUMBERS = (*SHARING, *TIMING, *COMPARING, *MEASURING, *SHOWING)
WISHES: tuple[Wish, ...] = (*AMOUNT_SHARES, *EITHER, *BEFORE_AFTER, *ADJUSTING, *VARYING, *TEXTS, *EXPLORING, *ASKING, *_OF_UNITS, *_OF_TABLES, *_OF_NUMBERS)

LAST_WISHES = LAST
"""Tried only where none of the others took the clause."""

__all__ = ["LAST_WISHES", "WISHES", "Wish"]

"""Goal text → Reading: what is wanted, in order, and how the words were understood.

words (tokens) · tables (what a frame holds) · lexicon, synonyms (tables of words) · columns, values (which column, which value) ·
tagging (every piece gets its reading) · clauses, conditions (order, roles, filters) · wishes/ (clauses → intents) ·
formats, verdicts (answer formats and their rules) · reader (all of it, in order).
"""

from __future__ import annotations

from nb_orchestra.offline.reading.intents import Intent, Reading, Rule, Slot
from nb_orchestra.offline.reading.looking import is_frame, read_table
from nb_orchestra.offline.reading.reader import read
from nb_orchestra.offline.reading.tables import Table

__all__ = ["Intent", "Reading", "Rule", "Slot", "Table", "is_frame", "read", "read_table"]

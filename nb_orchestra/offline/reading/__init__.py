"""Goal text → Reading: what is wanted, in order, and how the words were understood.

readying (asides, codes, wide tables) → rephrasing/ (text into the grammar's forms) → tagging, sense (every piece gets its reading; language/ holds the words,
matching/ finds columns and values) → splitting, roles (clauses) → restricting/ (conditions) and deriving/ (columns that a goal makes) → wishes/ (clauses →
intents) → checking/ (what was not read or used). answer_formats/ is for goals that say how the answer is written. reader does all of it, in order; memory
carries what one clause says to the next.
"""

from __future__ import annotations

from nb_orchestra.offline.reading.intents import Intent, Reading, Rule, Slot
from nb_orchestra.offline.reading.looking import is_frame, read_table
from nb_orchestra.offline.reading.reader import read
from nb_orchestra.offline.reading.tables import Table

__all__ = ["Intent", "Reading", "Rule", "Slot", "Table", "is_frame", "read", "read_table"]

"""Wishes about the table as a whole: check it, profile it, Table 1, correlations of everything."""

from __future__ import annotations

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.picking import groups
from nb_orchestra.offline.reading.wishes.wish import Wish, words


def _about_the_data(clause: Clause, memory: Memory) -> bool:
    return not clause.columns() and not memory.slot_words


def _table_one(clause: Clause, memory: Memory) -> list[Intent]:
    by = groups(clause)[:1]
    columns = tuple(name for name in clause.columns("target", "pair") if name not in by)
    return [Intent("table_one", clause.text, columns, tuple(by))]


def _check(clause: Clause, memory: Memory) -> list[Intent]:
    return [Intent("check", clause.text)]


def _profile(clause: Clause, memory: Memory) -> list[Intent]:
    return [Intent("profile", clause.text)]


ASKING = (
    Wish("table_one", _table_one, words("table_one"), takes=words("table_one describe compare scale"), ends=True),
    Wish("check", _check, words("check"), takes=words("check profile describe"), when=_about_the_data, ends=True),
    Wish("profile", _profile, words("profile describe"), takes=words("profile describe"), when=_about_the_data),
)

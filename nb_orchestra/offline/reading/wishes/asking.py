"""Wishes about the table as a whole: check it, profile it, Table 1, correlations of everything."""

from __future__ import annotations

import re

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
    return [Intent("table_one", clause.text, columns, tuple(by), where=clause.conditions)]


def _check(clause: Clause, memory: Memory) -> list[Intent]:
    return [Intent("check", clause.text)]


def _profile(clause: Clause, memory: Memory) -> list[Intent]:
    return [Intent("profile", clause.text, where=clause.conditions)]


def _unusual(clause: Clause, memory: Memory) -> list[Intent]:
    """ "Anything unusual in this data": the data check, and what lies far from the rest in each measure."""
    values = [
        column.name for column in memory.table.of_kind("number") if not (column.looks_like_year or column.labelling or column.numbering or column.grouping)
    ]
    far = [Intent("outliers", clause.text, tuple(values), where=clause.conditions)] if values else []
    memory.known |= {"anything", "something", "there", "about"}
    return [*([] if clause.conditions else [Intent("check", clause.text)]), *far]


_ANYTHING = re.compile(r"\b(?:any|some)thing\b|\blooks?\b|\b(?:this|the|my) data\b", re.IGNORECASE)


def _asks_anything(clause: Clause, memory: Memory) -> bool:
    named = [name for name in clause.columns() if name in clause.table and clause.table[name].kind == "number"]
    return not named and not memory.slot_words and not memory.intents and _ANYTHING.search(clause.text) is not None


ASKING = (
    Wish("unusual", _unusual, words("outlier"), takes=words("outlier check profile describe filter keep"), when=_asks_anything, ends=True),
    Wish("table_one", _table_one, words("table_one"), takes=words("table_one describe compare scale"), ends=True),
    Wish("check", _check, words("check"), takes=words("check profile describe"), when=_about_the_data, ends=True),
    Wish("profile", _profile, words("profile describe"), takes=words("profile describe"), when=_about_the_data),
)

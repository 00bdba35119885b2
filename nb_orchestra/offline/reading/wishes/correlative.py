"""Questions in two comparatives: "do countries that drink more beer also drink more wine", "the older the patient, the longer the stay"."""

from __future__ import annotations

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.wish import Wish, words
from nb_orchestra.offline.reading.words import vocabulary

_MORE = vocabulary("more less higher lower larger smaller greater fewer bigger longer shorter heavier lighter older younger deeper wider")


def _correlative(clause: Clause, memory: Memory) -> list[Intent]:
    """The two columns behind the comparatives, as a correlation."""
    named = _behind(clause)
    return [Intent("correlate", clause.text, tuple(named), where=clause.conditions)] if len(named) == 2 else []


def _behind(clause: Clause) -> list[str]:
    names: list[str] = []
    for n, tag in enumerate(clause.tags):
        if tag.text.casefold() in _MORE:
            column = next((item for item in clause.tags[n + 1 : n + 4] if item.kind == "column"), None)
            if column is not None and column.value in clause.table and clause.table[column.value].kind == "number":
                names.append(str(column.value))
    return list(dict.fromkeys(names))


def _two_comparatives(clause: Clause, memory: Memory) -> bool:
    asks = clause.question or clause.text.casefold().startswith("the ")
    than = any("than" in tag.text.casefold().split() for tag in clause.tags)
    return asks and not than and not memory.slot_words and not clause.columns("by") and len(_behind(clause)) == 2


CORRELATIVE = (
    Wish(
        "correlative",
        _correlative,
        takes=words("correlate compare count stat super rank statistics distribution extreme yes_or_no levels against_rest matrix"),
        when=_two_comparatives,
    ),
)

"""The part of a clause that only says which tables are joined: "… in {visits} joined with {patients} on patient_id"."""

from __future__ import annotations

from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag

_BEFORE = vocabulary("and with the both two tables table when after if once , by please")
_BEHIND = vocabulary("with to on by using via and the their both tables table key column columns it them together , common shared")
_SIDES = {"left": "left", "right": "right", "outer": "outer", "full": "outer", "inner": "inner"}
_WISHES = ("verb", "stat", "measure", "super", "chart")


def join_intents(table: Table, text: str, named: tuple[str, ...]) -> list[Intent]:
    """A join for each further table, by the columns that are named, or one that is guessed."""
    how = next((side for word, side in _SIDES.items() if word in text.casefold().split()), "inner")
    return [Intent("join", text, tuple(name for name in named if name in shared), options={"other": other, "how": how}) for other, shared in table.others]


def joined_apart(tags: tuple[Tag, ...], text: str, table: Table) -> tuple[tuple[Tag, ...], list[Intent]]:
    """The clause without its join, and the joins; the clause as it is where it says nothing else."""
    at = next((n for n, tag in enumerate(tags) if tag.kinds.get("verb") == "join"), None)
    if at is None or not table.others:
        return tags, []
    shared = {name for _, names in table.others for name in names}
    first, last = at, at + 1
    while first and (tags[first - 1].kind == "frame" or tags[first - 1].text.casefold() in (*_BEFORE, *_SIDES)):
        first -= 1
    while last < len(tags) and (
        tags[last].kind == "frame" or tags[last].text.casefold() in _BEHIND or (tags[last].kind == "column" and tags[last].value in shared)
    ):
        last += 1
    rest = (*tags[:first], *tags[last:])
    while rest and rest[0].kind == "mark":
        rest = rest[1:]
    if not any(tag.kinds.keys() & set(_WISHES) for tag in rest) or not any(tag.kind in ("column", "level") for tag in rest):
        return tags, []
    named = tuple(str(tag.value) for tag in tags[first:last] if tag.kind == "column")
    return rest, join_intents(table, text[tags[first].start : tags[last - 1].end], named)

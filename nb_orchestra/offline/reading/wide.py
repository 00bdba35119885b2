"""A column per thing ("construction", "retail", one each), and a goal that asks for the things: "which sector lost most". The columns are stacked first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nb_orchestra.offline.reading.answer_formats.formats import divide
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.restricting.truths import PEOPLE
from nb_orchestra.offline.reading.tables import Column, Table
from nb_orchestra.offline.reading.tagging import Tag, tag

FEWEST = 3
_ASKING = vocabulary("which what each every per by across all these")
_NO_THING = vocabulary(
    "row column variable value number time period month year quarter week day hour table rate percent case way kind thing one reason driver factor"
)
_TOTALS = vocabulary("total all overall sum")


@dataclass(frozen=True, slots=True)
class Wide:
    """The table with its columns stacked, and the intent that stacks them."""

    table: Table
    intent: Intent


def unstacked(text: str, table: Table) -> Wide | None:
    """None where the table is no such table, or the goal names no thing that is a column each."""
    things = _things(table)
    if (
        divide(text)[1]
        or table.date is None
        or len(things) < FEWEST
        or not table.framed
        or any(column.kind not in ("number", "date") for column in table.columns)
    ):
        return None
    tags = tag(text, table)
    noun = next((lemma(item.text) for n, item in enumerate(tags) if _asked(tags, n, table)), "")
    if not noun or noun in table:
        return None
    value = next((lemma(item.text) for item in tags if _counts(item, noun, table)), "value")
    value = value if value not in table else f"{value}_value"
    names = tuple(column.name for column in things)
    low, high = min(column.low or 0.0 for column in things), max(column.high or 0.0 for column in things)
    rows = table.rows * len(names)
    stacked = (
        Column(noun, "text", (noun,), distinct=len(names), levels=names, rows=rows),
        Column(value, "number", (value,), distinct=rows, low=low, high=high, rows=rows),
    )
    kept = tuple(replace(column, rows=rows) for column in table.columns if column.name not in names)
    whole = [name for column in things for name in [column.name] if _TOTALS & set(column.words)]
    totals = f" (with {', '.join(whole[:3])}, which hold others)" if whole else ""
    intent = Intent("melt", text, names, options={"noun": noun, "value": value, "told": f"{noun} → each of the {len(names)} columns of numbers{totals}"})
    return Wide(replace(table, columns=(*kept, *stacked), rows=rows, measure=value), intent)


def _things(table: Table) -> list[Column]:
    found = [column for column in table.of_kind("number") if not (column.looks_like_year or column.labelling or column.numbering or column.truth)]
    changes = [column for column in found if column.words[-1:] and column.words[-1] in _CHANGES and any(_of(column, other) for other in found)]
    return [column for column in found if column not in changes]


_CHANGES = vocabulary("change diff difference growth delta pct percent share rate")


def _of(column: Column, other: Column) -> bool:
    """True for `nonfarm_change` beside `nonfarm`: a number of that thing, and no further thing."""
    return column is not other and column.words[:-1] == other.words


def _asked(tags: list[Tag], n: int, table: Table) -> bool:
    """An unknown noun that is asked for ("which sectors", "by industry", "average of each sector")."""
    item = tags[n]
    before = tags[n - 1].text.casefold().rpartition(" ")[2] if n else ""
    plain = lemma(item.text)
    return item.kind == "unknown" and item.text.isalpha() and before in _ASKING and plain not in _NO_THING | PEOPLE | table.row_nouns and len(plain) > 3


def _counts(item: Tag, noun: str, table: Table) -> bool:
    """The plural of what the numbers count: "the most jobs"."""
    plain = lemma(item.text)
    return item.kind == "unknown" and item.text.casefold().endswith("s") and plain not in (noun, item.text.casefold()) and plain not in _NO_THING | PEOPLE

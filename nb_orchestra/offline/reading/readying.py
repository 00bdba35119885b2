"""A goal and its table as the reader takes them: asides gone, codes under their labels, a column per thing stacked, words in the forms of the grammar."""

from __future__ import annotations

from dataclasses import dataclass

from nb_orchestra.offline.reading.answer_formats.formats import divide
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.legends import decoded, with_units
from nb_orchestra.offline.reading.price_levels import at_prices_of_a_year
from nb_orchestra.offline.reading.rephrasing.parts import in_parts
from nb_orchestra.offline.reading.rephrasing.plainly import defined_plainly
from nb_orchestra.offline.reading.rephrasing.talking import AS_WRITTEN, to_the_point
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.wide import unstacked


@dataclass(frozen=True, slots=True)
class Ready:
    """The text to read, the table as it then is, the intents that make it so, and one line for each amount that was converted."""

    text: str
    table: Table
    intents: tuple[Intent, ...] = ()
    told: tuple[str, ...] = ()


_APART = "as written: every spelling of a value is a value of its own"


def made_ready(text: str, table: Table) -> Ready:
    if divide(text)[1]:  # an answer format: every word of such a goal is meant as it stands
        plain, told, table = defined_plainly(text, table)
        return Ready(plain, table, (), tuple(told))
    text, table, priced = at_prices_of_a_year(text, table)
    known = decoded(*with_units(to_the_point(text), table))
    wide = unstacked(known.text, known.table)
    table = wide.table if wide is not None else known.table
    plain, told, table = defined_plainly(known.text, table)
    told = [*priced, *told, *([_APART] if AS_WRITTEN.search(text) else [])]
    return Ready(in_parts(plain, table), table, (*known.intents, *((wide.intent,) if wide is not None else ())), tuple(told))

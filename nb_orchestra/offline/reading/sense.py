"""A goal's text as tags in the sense that this table gives them: ends turned round, happenings as their column, percents of a rate,
units of a column."""

from __future__ import annotations

from nb_orchestra.offline.reading.happening import happened
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag, tag
from nb_orchestra.offline.reading.turning import turned
from nb_orchestra.offline.reading.units import in_percent, of_a_unit


def sensed(text: str, table: Table) -> list[Tag]:
    return of_a_unit(in_percent(happened(turned(tag(text, table), table), table), table), table)

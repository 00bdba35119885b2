"""Money at the prices of one year: "in 2013 dollars" means the columns that hold it so, where a table has both."""

from __future__ import annotations

import re
from dataclasses import replace

from nb_orchestra.offline.reading.tables import Table

_OF_A_YEAR = re.compile(
    r",?\s*\b(?:in|at|using)\s+(?:constant\s+|real\s+|the\s+)?(?P<year>(?:19|20)\d\d)(?:['’]s)?[ -]?(?:dollars?|euros?|pounds?|prices?|usd|money|\$|€|£)(?!\w)",
    re.IGNORECASE,
)
_ADJUSTED = re.compile(r",?\s*\b(?:in real terms|(?:when |if )?adjust(?:ed|ing) for inflation)\b|\binflation[- ]adjusted\s+|\breal (?=[a-z])", re.IGNORECASE)


def at_prices_of_a_year(text: str, table: Table) -> tuple[str, Table, tuple[str, ...]]:
    """The goal without these words, the table without the columns of other prices, and one line that says so."""
    found = _OF_A_YEAR.search(text) or _ADJUSTED.search(text)
    pairs = _pairs(table, found.groupdict().get("year") or r"(?:19|20)\d\d") if found is not None else {}
    if found is None or not pairs:
        return text, table, ()
    kept = replace(table, columns=tuple(column for column in table.columns if column.name not in pairs))
    said = found.group().strip(" ,")
    return f"{text[: found.start()]} {text[found.end() :]}".strip(), kept, (f"{said} → {', '.join(pairs.values())}",)


def _pairs(table: Table, year: str) -> dict[str, str]:
    """Column → the one that holds the same at the prices of the year: budget → budget_2013$."""
    names = [column.name for column in table.of_kind("number")]
    alike = {name: [other for other in names if re.fullmatch(rf"{re.escape(name)}[_ ]?{year}[$€£]?\w{{0,4}}", other)] for name in names}
    return {name: others[0] for name, others in alike.items() if len(others) == 1}

"""Which numbers of a text stand in no result. A brief may round and shorten, but never invent: found by reading, not by trusting.

A number of the text is proved where some number of the results, rounded as the text shows it, is the same (sign aside; with a % sign
behind it, a share of the results in per cent counts too). Dates, column names and the numbers of the goal and of the plan are not
results and need no proof.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

NUMBER = re.compile(r"(?<![\w.])[-−]?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?:e([-+]?\d+))?(?:\s?(million|billion|trillion)\b)?(?![\w])(?=\s?(%)?)", re.I)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?")
SKIPPED = re.compile(r"`[^`]*`|\[\[[^\]]*\]\]")
SCALE = {"million": 1e6, "billion": 1e9, "trillion": 1e12}
BY_CONVENTION = frozenset({0.05, 0.001, 95.0})  # the level of a test, the smallest p that is written out, the level of an interval
MOST_TEXTS = 5_000
LONGEST_TABLE = 200_000
HEAD = 1_000


def stray_numbers(text: str, values: Iterable[Any], allowed: Iterable[Any] = ()) -> list[str]:
    """The numbers of `text`, as written, that neither `values` (tables, charts, numbers, lists) nor `allowed` (texts, plan data) hold."""
    known = sorted(known_numbers([*values, *allowed]) | BY_CONVENTION)
    plain = DATE.sub(" ", SKIPPED.sub(" ", text.replace("\\", "")))
    return [found.group().strip() for found in NUMBER.finditer(plain) if not _stands(found, known)]


def _stands(found: re.Match[str], known: list[float]) -> bool:
    number, half = reading(found)
    return proved(number, half, known) or (bool(found.group(5)) and proved(number / 100, half / 100, known))


def reading(found: re.Match[str]) -> tuple[float, float]:
    """(the number without its sign, half of its last shown digit)."""
    whole, fraction, power, word = found.groups()[:4]
    scale = SCALE.get((word or "").lower(), 1.0) * 10.0 ** int(power or 0)
    return float(whole.replace(",", "") + (fraction or "")) * scale, 0.5 * 10.0 ** -(len(fraction or ".") - 1) * scale


def proved(x: float, half: float, known: list[float]) -> bool:
    """True where a known number rounds to x."""
    import bisect

    reach = half * (1 + 1e-9) + abs(x) * 1e-12
    at = bisect.bisect_left(known, x - reach)
    return at < len(known) and known[at] <= x + reach


def known_numbers(values: Iterable[Any]) -> set[float]:
    """Every number in the values, without its sign: cells, numbers inside texts, sizes of tables and lists."""
    found: set[float] = set()
    for value in values:
        found |= numbers_in(value)
    return {abs(number) for number in found if math.isfinite(number)}


def numbers_in(value: Any) -> set[float]:
    """The numbers of one value."""
    if value is None:
        return set()
    if isinstance(value, str):
        return {reading(match)[0] for match in NUMBER.finditer(value)}
    if isinstance(value, Mapping):
        return numbers_in(list(value.values())) | numbers_in([str(key) for key in value])
    if isinstance(value, list | tuple | set | frozenset):
        return set().union({float(len(value))}, *(numbers_in(item) for item in value))
    if hasattr(value, "table") and hasattr(value, "spec"):
        return numbers_in(value.table) | numbers_in(dict(value.spec))
    if hasattr(value, "columns") and hasattr(value, "iloc"):
        return numbers_of_table(value)
    if hasattr(value, "to_frame"):
        return numbers_of_table(value.to_frame())
    try:
        return {float(value)}
    except (TypeError, ValueError):
        return numbers_in(str(value))


def numbers_of_table(table: Any) -> set[float]:
    """Numeric cells, years of dates, numbers in texts, the table's size, numbers in its column names.

    Of tables above 200,000 rows the first 1,000 rows count, and texts only in tables up to 5,000: no sentence quotes more."""
    found = {float(len(table)), float(table.shape[1])} | numbers_in([str(name) for name in table.columns])
    table = table.head(HEAD) if len(table) > LONGEST_TABLE else table
    for at in range(table.shape[1]):
        column = table.iloc[:, at]
        kind = getattr(column.dtype, "kind", "O")
        if kind in "iufb":
            found |= {float(number) for number in column.dropna().unique()}
        elif kind == "M":
            found |= {float(year) for year in column.dropna().dt.year.unique()}
        elif len(table) <= MOST_TEXTS:
            for item in column.dropna():
                found |= numbers_in(item)
    return found

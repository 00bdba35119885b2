"""Numbers and names for people. Rounding happens here and nowhere else: tables keep every digit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from nb_orchestra.offline.recipes.labels import capital, name_and_unit

LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
MONEY = ("$", "€", "£")
MOST_LISTED = 8


def missing(value: Any) -> bool:
    """True for None, NaN and pandas' missing values."""
    return value is None or bool(value != value) or str(value) == "<NA>"


def number(value: Any, places: int | None = None) -> str:
    """A number with digits that a reader can use: 3,701 · 217.6 · 49.7 · 4.65 · 0.759 · 2.36 billion; a minus sign is a minus sign."""
    if missing(value):
        return "–"
    x = float(value)
    if not math.isfinite(x):
        return "∞" if x > 0 else "−∞"
    size = abs(x)
    for unit, word in LARGE:
        if size >= unit and places is None:
            return signed(f"{x / unit:,.{2 if size < 10 * unit else 1}f} {word}")
    if places is None:
        places = 0 if x == int(x) or size >= 1000 else 1 if size >= 10 else 2 if size >= 1 else decimals(size)
    return signed(f"{x:,.{places}f}")


def decimals(size: float) -> int:
    """Decimals of a number below 1: three, and at least two significant digits, at most 8."""
    return min(8, max(3, 1 - math.floor(math.log10(size)))) if size > 0 else 0


def signed(text: str) -> str:
    """With a minus that is one, and no sign before a zero."""
    return text.replace("-", "−") if text.strip("-0.,") else text.lstrip("-")


def count(value: Any) -> str:
    """How many: to the last one, whatever the size."""
    return "–" if missing(value) else f"{int(value):,}"


def freedom(value: Any) -> str:
    """Degrees of freedom: 116.6, 3, 2,999,996."""
    return f"{float(value):,.0f}" if float(value) >= 1000 else number(value)


def p_text(p: Any) -> str:
    """p < 0.001, p = 0.006, p = 0.97."""
    if missing(p):
        return "p not defined"
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def amount(value: Any, column: str) -> str:
    """A number with the unit that its column's name holds: 4,680 g · $2.36 billion · 41 %."""
    unit = name_and_unit(str(column))[1]
    text = cell(value, column) if is_year(str(column)) else number(value)
    if text == "–" or not unit:
        return text
    if unit in MONEY:
        return f"−{unit}{text[1:]}" if text.startswith("−") else f"{unit}{text}"
    return f"{text} {unit}"


def name_of(column: Any) -> str:
    """A column as a word in a sentence: "body mass", "island"."""
    return name_and_unit(str(column))[0]


def title_of(text: str) -> str:
    return capital(text)


def listed(items: Sequence[Any], word: str = "and") -> str:
    """a, b and c; long lists are cut (their length stands in no result)."""
    texts = [str(item) for item in items]
    if len(texts) > MOST_LISTED:
        return f"{', '.join(texts[:MOST_LISTED])} and others"
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {word} {texts[-1]}" if texts else ""


def plural(how_many: Any, word: str, words: str = "") -> str:
    """1 row, 2 rows, 1,794 rows."""
    return f"{count(how_many)} {word if how_many == 1 else words or word + 's'}"


def interval(low: Any, high: Any, column: str = "") -> str:
    """95 % interval 46.7 to 52.7, nothing where it is not known."""
    if missing(low) or missing(high):
        return ""
    return f"95 % interval {amount(low, column)} to {amount(high, column)}"


def left_out(row: Any) -> list[str]:
    """How many rows a test could not use, and why."""
    if missing(row.get("dropped")) or not row["dropped"]:
        return []
    why = "" if missing(row.get("dropped_why")) else f" ({row['dropped_why']})"
    return [f"{plural(row['dropped'], 'row was', 'rows were')} left out{why}."]


def cell(value: Any, column: str = "") -> str:
    """A value in a table for people: numbers short, dates without midnight, text safe in Markdown."""
    if missing(value):
        return ""
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return "yes" if value else "no"
    if isinstance(value, int | float) or type(value).__module__ == "numpy":
        return plain_year(value, column)
    if hasattr(value, "normalize"):
        return f"{value:%Y-%m-%d}" if value == value.normalize() else f"{value:%Y-%m-%d %H:%M}"
    return safe(str(value))


def is_year(column: str) -> bool:
    """True for a column whose name says that it holds years."""
    return not {"year", "decade"}.isdisjoint(column.lower().replace("_", " ").split())


def plain_year(value: Any, column: str) -> str:
    """Years without a thousands separator, p values as such, other numbers as numbers."""
    if is_year(column) and 1000 <= abs(float(value)) < 3000:
        return f"{float(value):.0f}"
    if column in ("p", "p_holm", "f_p"):
        return p_text(value).removeprefix("p ").removeprefix("= ")
    return number(value)


def safe(text: str) -> str:
    """Text that is only text in Markdown: no markup, no line breaks, at most 120 characters."""
    flat = " ".join(text.split())
    flat = flat if len(flat) <= 120 else flat[:119] + "…"
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>|#$~" else letter for letter in flat)

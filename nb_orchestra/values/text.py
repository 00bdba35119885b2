"""Numbers and texts as a person reads them."""

from __future__ import annotations

import decimal
import math
import re
import unicodedata
from typing import Any

_DROPPED = {"Cc", "Cf", "Co"}
_ACTIVE_TEX = re.compile(r"\\(?=(?:href|url|html|style|class|cssId|data|require|img|includegraphics|mmlToken)(?![a-z]))", re.IGNORECASE)


def clean_text(text: str) -> str:
    """Text fit to show: lone surrogates become U+FFFD; control, format (bidi, zero-width) and private characters go, newline and tab stay."""
    if text.isascii() and text.isprintable():
        return text
    odd = set(text) - _FINE
    cleaned: dict[str, str | int | None] = {character: _cleaned(character) for character in odd}
    _FINE.update(character for character, kept in cleaned.items() if kept == character)
    return text if _FINE.issuperset(odd) else text.translate(str.maketrans(cleaned))


def _cleaned(character: str) -> str:
    kind = unicodedata.category(character)
    return "\N{REPLACEMENT CHARACTER}" if kind == "Cs" else "" if kind in _DROPPED else character


_FINE = {"\n", "\t"}
"""Characters that were looked at and stay: texts are long, and made of few."""


def inert_tex(shown: str) -> str:
    """HTML or Markdown in which no formula can link, load or style: pages typeset TeX after they have cleaned their HTML, so `\\href` would escape that.

    A word joiner parts the backslash from such a command; the text looks as before.
    """
    return _ACTIVE_TEX.sub("\\\\\N{WORD JOINER}", shown) if "\\" in shown else shown


def number_text(number: Any) -> str:
    """A number for people: 4,201.8 and 0.0001235; thousands apart, four significant digits below 1,000. "missing" for NaN."""
    kind = getattr(getattr(number, "dtype", None), "kind", "")
    if isinstance(number, int) or kind in ("i", "u"):
        return _whole_text(int(number))
    if isinstance(number, complex) or kind == "c":
        return str(number)
    try:
        value = float(number)
    except (ValueError, OverflowError):  # a signalling NaN, a fraction beyond all floats
        return clean_text(str(number))
    if math.isnan(value):
        return "missing"
    if math.isinf(value):
        return _infinite_text(number, value)
    return _decimal_text(value)


def _whole_text(number: int) -> str:
    if abs(number) < 10**18:
        return f"{number:,}"
    return f"{float(number):.4g}" if abs(number) < 10**300 else f"a number of {math.floor(number.bit_length() * math.log10(2)) + 1:,} digits"


def _infinite_text(number: Any, value: float) -> str:
    """Decimals can be larger than any float without being infinite."""
    if isinstance(number, decimal.Decimal) and number.is_finite():
        return f"{number:.4g}"
    return "∞" if value > 0 else "−∞"


def _decimal_text(value: float) -> str:
    size = abs(value)
    if value == 0:
        return "0"
    if size >= 1e15 or size < 1e-4:
        return f"{value:.4g}"
    digits = max(0, 3 - math.floor(math.log10(size))) if size < 1000 else 1
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

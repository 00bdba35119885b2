"""Numbers and texts as a person reads them."""

from __future__ import annotations

import math
import unicodedata
from typing import Any

_DROPPED = {"Cc", "Cf", "Co", "Cn"}


def clean_text(text: str) -> str:
    """Text fit to show: lone surrogates become U+FFFD; control, format (bidi), private and unassigned characters go, newline and tab stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_clean(character) for character in text)


def _clean(character: str) -> str:
    if character in "\n\t\u200d":
        return character
    kind = unicodedata.category(character)
    if kind == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return "" if kind in _DROPPED else character


def number_text(number: Any) -> str:
    """A number for people: thousands apart, four significant digits below the point, never 1e+06. "missing" for NaN."""
    if isinstance(number, complex) and not isinstance(number, float):
        return str(number)
    if isinstance(number, int) or (hasattr(number, "dtype") and number.dtype.kind in "iu"):
        return f"{int(number):,}" if abs(int(number)) < 10**18 else f"{float(number):.4g}" if abs(int(number)) < 10**300 else "a very large number"
    value = float(number)
    if math.isnan(value):
        return "missing"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return _decimal_text(value)


def _decimal_text(value: float) -> str:
    size = abs(value)
    if value == 0:
        return "0"
    if size >= 1e15 or size < 1e-4:
        return f"{value:.4g}"
    digits = max(0, 3 - math.floor(math.log10(size))) if size < 1000 else 1
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

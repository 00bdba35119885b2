"""Every number in a text must stand in one of the results: found by reading, not by trusting.

A number of the text is supported when a number of the results, rounded to as many digits as the text shows, equals it (also as a
percentage of a share). Numbers of the goal, in names of columns and levels, in dates, and small counting words are set aside.
"""

from __future__ import annotations

import math
import re
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_NUMBER = re.compile(r"(?<![\w.])[-−–]?(?:\d{1,3}(?:[,\u202f\u00a0 ]\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d+)?(?=\D|\Z)")
_DATE = re.compile(r"\b\d{4}-\d{2}(?:-\d{2})?(?:[T ]\d{2}:\d{2}(?::\d{2})?)?\b")
_SCALES = (1.0, 100.0)
MOST_CELLS = 2_000_000


def numbers_in_text(text: str) -> list[str]:
    """The numbers of a text as written, dates left out; '1,234.5' is one number."""
    return [found for found in (match.group().strip() for match in _NUMBER.finditer(_DATE.sub(" ", text))) if re.search(r"\d", found)]


def read_number(written: str) -> tuple[float, int]:
    """The value of a written number and how many decimals it shows."""
    plain = re.sub(r"[,\u202f\u00a0 ]", "", written).replace("−", "-").replace("–", "-")
    mantissa, _, exponent = plain.lower().partition("e")
    decimals = len(mantissa.partition(".")[2]) - (int(exponent) if exponent else 0)
    return float(plain), decimals


def unsupported_numbers(text: str, results: Sequence[Any], words: Iterable[str] = ()) -> list[str]:
    """The numbers of `text`, as written, that stand neither in the results nor in the words that were given (goal, names)."""
    known = sorted({abs(number) for result in results for number in _numbers_of(result) if math.isfinite(number)})
    named = {written for word in [*words, *_words_of(results)] for written in numbers_in_text(word)}
    named_values = {abs(read_number(written)[0]) for written in named}
    loose = []
    for written in dict.fromkeys(numbers_in_text(text)):
        value, decimals = read_number(written)
        if abs(value) in named_values or _supported(abs(value), decimals, known):
            continue
        loose.append(written)
    return loose


def _supported(value: float, decimals: int, known: list[float]) -> bool:
    """True where a known number, as it is or in per cent, rounds to `value` at the digits shown."""
    half = 0.5 * 10.0**-decimals * (1 + 1e-9) + 1e-12
    for scale in _SCALES:
        start = bisect_left(known, (value - half) / scale)
        if start < len(known) and known[start] * scale <= value + half:
            return True
    return False


def _numbers_of(value: Any) -> Iterator[float]:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        yield float(value)
    elif isinstance(value, str):
        yield from (read_number(written)[0] for written in numbers_in_text(value))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _numbers_of(item)
    elif isinstance(value, list | tuple):
        yield float(len(value))
        for item in value:
            yield from _numbers_of(item)
    elif hasattr(value, "table") and hasattr(value, "spec"):
        yield from _numbers_of(value.table)
    else:
        yield from _numbers_of_frame(value)


def _numbers_of_frame(value: Any) -> Iterator[float]:
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(value, pandas.DataFrame | pandas.Series):
        if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
            yield from _numbers_of(value.item())
        return
    frame = value.to_frame() if isinstance(value, pandas.Series) else value
    yield from (float(size) for size in frame.shape)
    for position in range(frame.shape[1]):
        column = frame.iloc[: MOST_CELLS // max(frame.shape[1], 1), position]
        if pandas.api.types.is_bool_dtype(column):
            continue
        if pandas.api.types.is_numeric_dtype(column):
            yield from column.dropna().astype(float).tolist()
        elif not pandas.api.types.is_datetime64_any_dtype(column):
            for item in column.dropna().astype(str).unique():
                yield from _numbers_of(item)


def _words_of(results: Sequence[Any]) -> Iterator[str]:
    """Column names: a digit in a name is not a claim."""
    for result in results:
        columns = getattr(getattr(result, "table", result), "columns", None)
        if columns is not None:
            yield " ".join(str(column) for column in columns)

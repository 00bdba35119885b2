"""Numbers and dates as people write them: "1,200", "$5", "3,5 €", "5 March 2024", and the words that stand where none is known ("n/a", "-").

A comma is a decimal comma where that is its only reading ("3,5", "1.200,50"); "1,200" is read as most of its column is written, in doubt as 1200.
"""

from __future__ import annotations

import re
import warnings
from typing import Any

import pandas as pd
from pandas.tseries.api import guess_datetime_format

GAPS = frozenset({"", "-", "--", "–", "—", ".", "?", "n/a", "n.a.", "na", "nan", "none", "null", "nil", "missing", "#n/a", "not available"})
"""What people write for a value that is not there, in small letters."""

_MARKS = r"[\s$€£¥%'’]|^(?:usd|eur|gbp|chf|jpy)|(?:usd|eur|gbp|chf|jpy)$"
_THOUSANDS = r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?"
_DECIMALS = r"[-+]?(?:\d{1,3}(?:\.\d{3})+|\d*),\d+"
_POINTS = r"[-+]?\d{1,3}(?:\.\d{3})+"


def gap_texts(series: Any) -> Any:
    """True where a text only says that there is no value: an array, false for gaps and for what is no text."""
    codes, distinct = pd.factorize(series)
    said = [isinstance(value, str) and value.strip().casefold() in GAPS for value in distinct]
    return pd.Series([*said, False], dtype=bool).to_numpy()[codes]


def read_numerals(texts: Any) -> Any:
    """Texts as floats, each distinct one read once; what is no number is missing."""
    codes, distinct = pd.factorize(texts.map(str))
    bare = pd.Series(distinct, dtype="str").str.strip().str.lower().str.replace(_MARKS, "", regex=True).str.strip()
    thousands, decimals = bare.str.fullmatch(_THOUSANDS), bare.str.fullmatch(_DECIMALS)
    if (decimals & ~thousands).sum() > (thousands & ~decimals).sum():
        commas, points = decimals, decimals | bare.str.fullmatch(_POINTS)
    else:
        commas = points = decimals & ~thousands
    plain = bare.where(~points, bare.str.replace(".", "", regex=False))
    plain = plain.where(~commas, plain.str.replace(",", ".", regex=False)).str.replace(",", "", regex=False)
    return pd.Series(pd.to_numeric(plain, errors="coerce").to_numpy(dtype="float64")[codes], index=texts.index)


MOST_STYLES = 4  # ways of writing dates in one column
FEW = 0.2  # the share of a column that may be guessed one by one
TIME_ZONE = r"\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)$"


def text_dates(text: Any) -> Any:
    """Text as timestamps: in the format of its first value, the rest in that of the first left, and so on; the day first where that reads more."""
    text = text.mask(text.str.fullmatch(r"[12]\d{3}").fillna(False), text + "-01-01").mask(gap_texts(text))
    if not text.notna().any():
        return pd.to_datetime(text.astype(object), errors="coerce", format="ISO8601")
    utc = bool(text.head(100).str.contains(TIME_ZONE).any())
    dates = in_one_style(text, utc)
    for _ in range(MOST_STYLES):
        rest = dates.isna() & text.notna()
        more = in_one_style(text[rest], utc) if rest.any() else text[rest]
        if not more.notna().any():
            break
        dates = dates.where(~rest, more)
    rest = dates.isna() & text.notna()
    if rest.any() and rest.mean() < FEW:
        dates = dates.where(~rest, pd.to_datetime(text[rest], errors="coerce", utc=utc, format="mixed"))
    return dates.dt.tz_localize(None) if utc else dates


def in_one_style(text: Any, utc: bool) -> Any:
    """Text as timestamps in the one format, of those that its first value may have, that reads the most."""
    first = str(text.dropna().iloc[0])
    with warnings.catch_warnings():  # pandas warns of the very order that is tried next
        warnings.simplefilter("ignore", UserWarning)
        guesses = (guess_datetime_format(first), None if re.match(r"\d{4}", first) else guess_datetime_format(first, dayfirst=True))
    formats = ["ISO8601", *dict.fromkeys(filter(None, guesses))]
    readings = [pd.to_datetime(text, errors="coerce", utc=utc, format=one) for one in formats]
    return max(readings, key=lambda reading: int(reading.notna().sum()))

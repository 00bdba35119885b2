"""Looks at a table for the reader: its columns' kinds, units and levels; at content only as far as it must.

pandas is imported only when a table is really read. Large tables are sampled for kinds and never scanned for levels of
columns with many different values.
"""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.reading.language.words import day_first
from nb_orchestra.offline.reading.matching.naming import Naming, naming, told_apart
from nb_orchestra.offline.reading.matching.spelt import spelt
from nb_orchestra.offline.reading.tables import Column, Table

_LOOKED_AT = 3_000
MOST_LEVELS = 3_000
"""A text column with more different values is not searched for values named in a goal."""

_DATE = re.compile(
    r"\s*(\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{1,2}[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{2,4}|[A-Za-z]{3,9} \d{1,2},? \d{4})([T ]\d{1,2}:\d{2}.*)?\s*\Z"
)


def is_frame(value: Any) -> bool:
    """True for what can be read as a table: frames, Series, arrays of numbers, lists of records. Asked without importing pandas."""
    if hasattr(value, "iloc"):
        return hasattr(value, "dtype") or hasattr(value, "dtypes")
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, dict) for item in value)
    return getattr(value, "ndim", 0) in (1, 2) and getattr(getattr(value, "dtype", None), "kind", "O") in "iuf"


def read_table(name: str, frame: Any, forced: tuple[str, ...] = ()) -> Table:
    """Kinds and levels of a frame's columns; duplicate names count once."""
    from nb_orchestra.offline.recipes.tables import as_table

    framed = hasattr(frame, "columns")
    frame = as_table(frame)
    seen: dict[str, Column] = {}
    places = {text: position for position, text in reversed(list(enumerate(map(str, frame.columns))))}
    first = sorted(places, key=lambda text: places[text])
    kinds = {text: _kind(frame.iloc[:, places[text]]) for text in first}
    for text, called in zip(first, told_apart(naming(text, kinds[text][0]) for text in first), strict=True):
        seen[text] = _column(text, called, frame.iloc[:, places[text]], *kinds[text])
    return Table(name, tuple(seen.values()), len(frame), forced, framed=framed)


def _column(name: str, called: Naming, series: Any, kind: str, disguised: str) -> Column:
    low, high = _range(series) if kind == "number" and not disguised else (None, None)
    distinct, levels = _levels(series, kind)
    identifying = len(series) >= 20 and distinct > 0.9 * len(series)
    spellings = spelt(called.words, levels, identifying=identifying, counted=lambda texts: _counted(series, texts)) if kind == "text" else ()
    return Column(
        name,
        kind,
        called.words,
        called.unit,
        distinct,
        levels,
        low,
        high,
        int(series.isna().sum()),
        disguised,
        len(series),
        bool(getattr(series.dtype, "ordered", False)),
        *(_times(series) if kind == "date" else (0.0, 0.0, False)),
        day_first(series.dropna().iloc[:400]) if kind == "date" and disguised else None,
        kind == "date" and _crowded(series),
        low is not None and not called.unit and _tally(series, low, high or 0.0),
        called.bare,
        spellings,
        kind == "text" and distinct > len(series) / 2 and _wordy(series),
    )


def _wordy(series: Any) -> bool:
    """True for texts of five words or more on average, by the first rows."""
    some = series.dropna().astype("string").iloc[:200]
    return bool(len(some)) and bool(some.str.count(r"\s+").mean() >= 4)


def _counted(series: Any, texts: list[str]) -> dict[str, int]:
    counts = series.value_counts()
    return {text: int(counts[text]) for text in texts}


def _kind(series: Any) -> tuple[str, str]:
    import pandas as pd

    from nb_orchestra.offline.recipes.written import GAPS

    types = pd.api.types
    if types.is_bool_dtype(series.dtype):
        return "boolean", ""
    if types.is_numeric_dtype(series.dtype):
        return "number", ""
    if types.is_datetime64_any_dtype(series.dtype) or isinstance(series.dtype, pd.PeriodDtype):
        return "date", ""
    sample = [text for value in series.dropna().iloc[:400] if (text := str(value).strip()).casefold() not in GAPS]
    if not sample:
        return "text", ""
    if {text.casefold() for text in sample} <= {"true", "false"}:
        return "boolean", "plain"
    if _share(_DATE, sample) >= 0.9:
        return "date", "plain"
    if _share(_NUMBER, sample) >= 0.8 and not _numbered(sample):
        return "number", "plain"
    return ("number", "leading") if _share(_LEADING, sample) >= 0.9 and _share(_NUMBER, sample) > 0.05 else ("text", "")


_CODES = "usd|eur|gbp|chf"
_NUMBER = re.compile(
    rf"(?:[-+$€£¥]\s*){{0,2}}(?:(?:{_CODES})\s?)?(\d[\d,]*(\.\d+)?|\d{{1,3}}(\.\d{{3}})+(,\d+)?|\.\d+)(?:\s*[%$€£¥]|\s?(?:{_CODES}))?\Z", re.IGNORECASE
)
_LEADING = re.compile(r"[-+$€£]?\s*\d[\d,]*(\.\d+)?\s*([\[(%].*)?\Z")


def _share(pattern: re.Pattern[str], sample: list[str]) -> float:
    return sum(bool(pattern.match(text)) for text in sample) / len(sample)


def _numbered(sample: list[str]) -> bool:
    """Whole numbers, each once and close together: labels of rows, not measurements."""
    whole = [int(text) for text in sample if text.isdigit()]
    return len(set(sample)) == len(sample) > 20 and len(whole) > 0.8 * len(sample) and max(whole) - min(whole) < 10 * len(sample)


def _range(series: Any) -> tuple[float | None, float | None]:
    if series.dtype.kind == "c" or not series.notna().any():
        return None, None
    try:
        return float(series.min()), float(series.max())
    except (TypeError, ValueError):
        return None, None


def _tally(series: Any, low: float, high: float) -> bool:
    """True for whole numbers from about nothing on, by the first rows: visitors, cars, defects."""
    some = series.dropna().iloc[:_LOOKED_AT]
    return 0 <= low <= 0.1 * high and high > 20 and some.nunique() > 12 and bool((some % 1 == 0).all())


def _times(series: Any) -> tuple[float, float, bool]:
    """(years from the first to the last date, the first one in days from 1970, whether they have times of day); of text by some 400 of them."""
    import pandas as pd

    from nb_orchestra.offline.recipes.frames import as_dates

    there = series.dropna()
    dates = as_dates(there if there.dtype.kind == "M" else there.iloc[:: max(1, len(there) // 400)]).dropna()
    if not len(dates):
        return 0.0, 0.0, False
    first, last, some = dates.min(), dates.max(), dates.iloc[:: max(1, len(dates) // 400)]
    return (last - first).days / 365.25, (first - pd.Timestamp(0)).total_seconds() / 86_400, bool((some != some.dt.normalize()).any())


def _crowded(series: Any) -> bool:
    """True where days have several rows each, by the first rows."""
    from nb_orchestra.offline.recipes.frames import as_dates

    days = as_dates(series.dropna().iloc[:_LOOKED_AT]).dropna().dt.normalize()
    return len(days) >= 20 and days.nunique() <= 0.75 * len(days)


def _levels(series: Any, kind: str) -> tuple[int, tuple[Any, ...]]:
    """Distinct values where there are few enough to be named in a goal."""
    try:
        if kind == "number" and len(series) > 200_000 and series.iloc[:50_000].nunique() > 50:
            return MOST_LEVELS + 1, ()
        values = series.dropna().unique()
    except TypeError:
        return MOST_LEVELS + 1, ()
    many = 60 if kind == "number" else MOST_LEVELS
    if len(values) > many or kind == "date":
        return len(values), ()
    return len(values), tuple(sorted((value.item() if hasattr(value, "item") else value for value in values), key=str))

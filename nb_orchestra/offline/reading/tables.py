"""What the reader knows of a table: its columns' kinds, units and levels. Looks at content only as far as it must.

pandas is imported only when a frame is really read. Large tables are sampled for kinds and never scanned for levels of
columns with many different values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from nb_orchestra.offline.reading.words import day_first, fold, parts, vocabulary

MOST_LEVELS = 3_000
"""A text column with more different values is not searched for values named in a goal."""

_UNITS = {
    "mm": "mm", "cm": "cm", "m": "m", "km": "km", "m2": "m²", "g": "g", "kg": "kg", "mg": "mg", "lb": "lb", "lbs": "lb", "s": "s", "sec": "s",
    "ms": "ms", "min": "min", "h": "h", "hr": "h", "hrs": "h", "usd": "USD", "eur": "EUR", "gbp": "GBP", "pct": "%", "percent": "%", "c": "°C",
    "f": "°F", "kwh": "kWh", "mph": "mph", "kmh": "km/h", "l": "l", "ml": "ml", "hpa": "hPa", "mb": "mb", "ft": "ft", "in": "in",
}  # fmt: skip
_UNIT_WORDS = vocabulary("usd eur gbp bn mn mio mmhg mmol umol dl bpm iu kcal kj")
"""Words at the end of a name that only say its unit: gdp_usd_bn is called gdp."""
_DATE = re.compile(
    r"\s*(\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{1,2}[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{2,4}|[A-Za-z]{3,9} \d{1,2},? \d{4})([T ]\d{1,2}:\d{2}.*)?\s*\Z"
)
_TRUTH = frozenset({"true", "false", "yes", "no", "y", "n", "t", "f", "0", "1"})


@dataclass(frozen=True)
class Column:
    """One column: `name` is the text that plans use, `kind` number | text | date | boolean, `words` those inside its name without the unit."""

    name: str
    kind: str
    words: tuple[str, ...]
    unit: str = ""
    distinct: int = 0
    levels: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None
    missing: int = 0
    disguised: str = ""
    """Numbers or dates that are stored as text: "plain", or "leading" where more text follows the number."""
    rows: int = 0
    day_first: bool | None = None  # of dates as text: whether the day stands first; None where they do not tell

    @property
    def grouping(self) -> bool:
        """True where the column sorts rows into few groups."""
        return self.kind == "boolean" or (self.kind == "text" and 2 <= self.distinct <= 50) or (self.kind == "number" and self.whole and self.distinct <= 12)

    @property
    def truth(self) -> bool:
        """True for a column of yes and no, also as 1 and 0."""
        return self.yes is not None

    @property
    def yes(self) -> Any:
        """The value that means yes in such a column, else None."""
        if self.kind == "boolean":
            return True
        if self.kind == "number":
            return 1 if set(self.levels) == {0, 1} else None
        words = {str(level).casefold(): level for level in self.levels}
        return next((words[yes] for yes, no in (("yes", "no"), ("y", "n"), ("true", "false")) if set(words) == {yes, no}), None)

    @property
    def no(self) -> Any:
        """The other value of such a column."""
        return False if self.kind == "boolean" else next((level for level in self.levels if level != self.yes), None)

    @property
    def labelling(self) -> bool:
        """True for numbers that only name a row or a thing."""
        return bool({"id", "identifier", "index", "unnamed"} & set(self.words))

    @property
    def numbering(self) -> bool:
        """True for a column that only counts the rows: 1, 2, 3 …"""
        counts = self.kind == "number" and self.low in (0, 1) and self.high is not None and self.high - (self.low or 0) == self.rows - 1
        return counts and self.rows >= 20 and self.distinct == self.rows

    @property
    def identifying(self) -> bool:
        """True where nearly every row has its own value: nothing to group by."""
        return self.rows >= 20 and self.distinct > 0.9 * self.rows

    @property
    def whole(self) -> bool:
        return bool(self.levels) and all(float(level).is_integer() for level in self.levels if isinstance(level, int | float))

    @property
    def looks_like_year(self) -> bool:
        return self.kind == "number" and self.low is not None and self.high is not None and 1500 <= self.low <= self.high <= 2200 and "year" in self.words


@dataclass(frozen=True)
class Table:
    """A frame of the goal as the reader sees it."""

    name: str
    columns: tuple[Column, ...]
    rows: int
    forced: tuple[str, ...] = ()
    others: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Further tables of the goal that are joined, in order, each with the columns that it shares; all columns stand among these."""

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def __getitem__(self, name: str) -> Column:
        return self.by_name[name]

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    def of_kind(self, *kinds: str) -> list[Column]:
        return [column for column in self.columns if column.kind in kinds]

    @cached_property
    def row_nouns(self) -> frozenset[str]:
        """What one row is, by the columns that name it: order_id → order, student → student."""
        naming = [column for column in self.columns if column.labelling or column.numbering or (column.kind == "text" and column.identifying)]
        return frozenset(word for column in naming for word in column.words) - {"id", "identifier", "index", "name", "title", "code", "number", "no"}

    @cached_property
    def date(self) -> str | None:
        """The column that says when: a date, else a year."""
        dates = self.of_kind("date")
        years = [column for column in self.columns if column.looks_like_year]
        found = [*dates, *years]
        return found[0].name if found else None

    def with_column(self, name: str, kind: str = "number") -> Table:
        """The same table after a column was made by the plan."""
        made = Column(name, kind, parts(name))
        return replace(self, columns=(*[column for column in self.columns if column.name != name], made))

    def joined(self, other: Table) -> Table:
        """The columns of both tables, and which names they share."""
        new = [column for column in other.columns if column.name not in self]
        shared = tuple(column.name for column in other.columns if column.name in self)
        return replace(self, columns=(*self.columns, *new), others=(*self.others, (other.name, shared)))


def is_frame(value: Any) -> bool:
    """Asked without importing pandas."""
    return hasattr(value, "columns") and hasattr(value, "dtypes") and hasattr(value, "iloc")


def read_table(name: str, frame: Any, forced: tuple[str, ...] = ()) -> Table:
    """Kinds and levels of a frame's columns; duplicate names count once."""
    from nb_orchestra.offline.recipes.tables import as_table

    frame = as_table(frame)
    seen: dict[str, Column] = {}
    for position, label in enumerate(frame.columns):
        text = str(label)
        if text not in seen:
            seen[text] = _column(text, frame.iloc[:, position])
    return Table(name, tuple(seen.values()), len(frame), forced)


def _column(name: str, series: Any) -> Column:
    words = parts(name) or (fold(name),)
    unit = ""
    if len(words) > 1 and words[-1] in _UNITS and (words[-1] not in ("min", "in", "f", "c", "s", "m") or name.endswith("_" + words[-1])):
        unit, words = ("", words) if words[-1] in ("min",) else (_UNITS[words[-1]], words[:-1])
    while len(words) > 1 and words[-1] in _UNIT_WORDS:
        words = words[:-1]
    kind, disguised = _kind(series)
    low, high = _range(series) if kind == "number" and not disguised else (None, None)
    distinct, levels = _levels(series, kind)
    return Column(
        name,
        kind,
        words,
        unit,
        distinct,
        levels,
        low,
        high,
        int(series.isna().sum()),
        disguised,
        len(series),
        day_first(series.dropna().iloc[:400]) if kind == "date" and disguised else None,
    )


def _kind(series: Any) -> tuple[str, str]:
    import pandas as pd

    types = pd.api.types
    if types.is_bool_dtype(series.dtype):
        return "boolean", ""
    if types.is_numeric_dtype(series.dtype):
        return "number", ""
    if types.is_datetime64_any_dtype(series.dtype) or isinstance(series.dtype, pd.PeriodDtype):
        return "date", ""
    sample = [str(value).strip() for value in series.dropna().iloc[:400]]
    if not sample:
        return "text", ""
    if {text.casefold() for text in sample} <= {"true", "false"}:
        return "boolean", "plain"
    if _share(_DATE, sample) >= 0.9:
        return "date", "plain"
    if _share(_NUMBER, sample) >= 0.8 and not _numbered(sample):
        return "number", "plain"
    return ("number", "leading") if _share(_LEADING, sample) >= 0.9 and _share(_NUMBER, sample) > 0.05 else ("text", "")


_NUMBER = re.compile(r"[-+$€£]?\s*(\d[\d,]*(\.\d+)?|\.\d+)\s*%?\Z")
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

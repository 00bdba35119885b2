"""What the reader knows of a table: its columns' kinds, units and levels (reading/looking.py finds them)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from nb_orchestra.offline.reading.language.words import lemma, parts, vocabulary
from nb_orchestra.offline.reading.matching.spelt import Spelt


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
    ordered: bool = False  # levels that have an order: S < M < L
    years: float = 0.0  # of dates: from the first to the last one
    since: float = 0.0  # of dates: the first one, in days
    moments: bool = False  # of dates: whether they have times of day
    day_first: bool | None = None  # of dates as text: whether the day stands first; None where they do not tell
    crowded: bool = False  # a date that several rows share
    tally: bool = False  # of numbers: whole, from about 0 on and many different ones: how many there were of something
    bare: str = ""  # the name without a unit that it holds: "dose" of "dose (uM)"
    spelt: tuple[Spelt, ...] = ()  # values that stand in several spellings
    wordy: bool = False  # text in sentences: comments, answers to open questions

    @property
    def grouping(self) -> bool:
        """True where the column sorts rows into few groups."""
        return self.kind == "boolean" or (self.kind == "text" and 2 <= self.distinct <= 50) or (self.kind == "number" and self.whole and self.distinct <= 12)

    @property
    def listed(self) -> bool:
        """True where its values may be named in small letters: few of them, or places with several rows each ("china" of 62 countries)."""
        return self.distinct <= 60 or (self.distinct <= 300 and 2 * self.distinct <= self.rows and bool(_PLACES & set(self.words)))

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
        return next((words[yes] for yes, no in _TRUTHS if set(words) == {yes, no}), None)

    @property
    def no(self) -> Any:
        """The other value of such a column."""
        return False if self.kind == "boolean" else next((level for level in self.levels if level != self.yes), None)

    @property
    def labelling(self) -> bool:
        """True for numbers that only name a row or a thing."""
        numbered = self.identifying and self.kind == "number" and self.words[-1:] and self.words[-1] in ("no", "nr", "number", "num", "code")
        return bool({"id", "identifier", "index", "unnamed"} & set(self.words)) or bool(numbered)

    @property
    def entity(self) -> bool:
        """True for identifiers that stand in several rows each: the customers of a table of orders."""
        return self.labelling and self.rows >= 20 and 2 <= self.distinct <= 0.9 * self.rows

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
    def measured(self) -> bool:
        """True for what is measured again and again: the patients, plots or countries of several rows each."""
        named = bool(_MEASURED & set(self.words)) and (self.kind == "text" or self.labelling or (self.kind == "number" and self.low is not None))
        return named and self.distinct >= 6 and 1.5 * self.distinct <= self.rows

    @property
    def tells_when(self) -> bool:
        """True for the visits, weeks or phases of what is measured again."""
        return self.grouping and not self.truth and not self.looks_like_year and bool(_WHEN & set(self.words))

    @property
    def looks_like_year(self) -> bool:
        return self.kind == "number" and self.low is not None and self.high is not None and 1500 <= self.low <= self.high <= 2200 and "year" in self.words


_TRUTHS = (("yes", "no"), ("y", "n"), ("true", "false"), ("yes", "n"), ("yes", "false"), ("true", "no"), ("y", "no"), ("true", "n"), ("y", "false"))
"""Words for yes and no that may stand beside each other."""

_PLACES = frozenset({"country", "nation", "city", "town", "state", "region", "county", "province", "district"})
"""Columns whose many values are names of places: other names ("alpha" of a storm) may be any word."""


_WHERE = _PLACES | {
    "place",
    "site",
    "location",
    "station",
    "area",
    "island",
    "continent",
    "neighbourhood",
    "neighborhood",
    "borough",
    "ward",
    "branch",
    "store",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """Word stems that a goal defines as a value of a column (`denied`: the value that their denial means), or as the column itself (no value)."""

    words: tuple[str, ...]
    column: str
    value: Any = None
    denied: Any = None
    tail: tuple[str, ...] = ()
    """Stems that may follow and say no more: the "grade classes" of "multi-grade classes"."""


_MEASURED = vocabulary(
    "patient subject participant volunteer respondent person student pupil child animal mouse rat dog cat cow sheep fish bird tree plant plot field pond lake "
    "nest colony athlete player runner swimmer donor family household country nation"
)
"""Whose rows are repeated measures: those of one of them resemble each other."""

_WHEN = vocabulary(
    "visit week wave session round phase time timepoint month day occasion period term trimester semester stage cycle hour minute trial test measurement"
)


@dataclass(frozen=True)
class Table:
    """A frame of the goal as the reader sees it."""

    name: str
    columns: tuple[Column, ...]
    rows: int
    forced: tuple[str, ...] = ()
    others: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Further tables of the goal that are joined, in order, each with the columns that it shares; all columns stand among these."""

    stacked: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    """Of tables that were put one below the other: name → (column, value) of its rows."""

    measure: str = ""
    """Of a table whose columns were stacked: the one column of their numbers, which is meant where none is named."""

    meanings: tuple[Meaning, ...] = ()
    """What the goal defines in words (reading/answer_formats/glossary finds them)."""

    exact: bool = False
    """True for a goal with an answer format: a word that is only like a value is none."""

    framed: bool = True
    """False for a Series, an array or a list: it is read whole, and its name alone means its one column."""

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
        own = [column for column in self.columns if not column.entity]
        naming = [column for column in own if column.labelling or column.numbering or (column.kind == "text" and column.identifying)]
        return frozenset(word for column in naming for word in column.words) - {"id", "identifier", "index", "name", "title", "code", "number", "no"}

    @cached_property
    def unit(self) -> str | None:
        """The one column whose rows are repeated measures of the same thing."""
        found = [column.name for column in self.columns if column.measured]
        return found[0] if len(found) == 1 else None

    @cached_property
    def date(self) -> str | None:
        """The column that says when: a date, else a year."""
        dates = self.of_kind("date")
        years = [column for column in self.columns if column.looks_like_year]
        found = [*dates, *years]
        return found[0].name if found else None

    def dated_by(self, text: str) -> Table:
        """The table with the date first that the goal names, of several that it has: "returned per month" beside when it was borrowed."""
        dates = self.of_kind("date")
        said = {lemma(word) for word in re.findall(r"[^\W\d_]+", text)}
        named = [column for column in dates if set(column.words) <= said and column.words]
        if len(dates) < 2 or len(named) != 1 or named[0] is dates[0]:
            return self
        return replace(self, columns=(named[0], *(column for column in self.columns if column is not named[0])))

    @cached_property
    def of_one_place(self) -> bool:
        """True where nothing in it tells places apart: a place that a goal names is the one that the whole table is about."""
        texts = [column for column in self.columns if column.kind == "text"]
        return not any(_WHERE & set(column.words) or column.distinct > 12 for column in texts) and not self.others

    def with_column(self, name: str, kind: str = "number") -> Table:
        """The same table after a column was made by the plan."""
        return self.with_made(Column(name, kind, parts(name)))

    def with_made(self, made: Column) -> Table:
        """The same with a column of which more is known."""
        return replace(self, columns=(*[column for column in self.columns if column.name != made.name], made))

    def joined(self, other: Table) -> Table:
        """The columns of both tables, and which names they share."""
        new = [column for column in other.columns if column.name not in self]
        shared = tuple(column.name for column in other.columns if column.name in self)
        return replace(self, columns=(*self.columns, *new), others=(*self.others, (other.name, shared)))

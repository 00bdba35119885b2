"""What an outside model may see of each input: the person's level for their own values, computed tables whole.

A level alone would make writing impossible: a brief cannot be written from "mean: 29 to 30". So a table that a recipe of ours
computed over groups, columns or tests is not the person's rows any more and goes out whole, from the level `summary` up, as long as
- it is small (at most 200 rows) and has at most half as many rows as the data (grouping by a patient's number gives rows back),
- no group in it is a single row (its count, where it has one, is at least 2), and nothing in it quotes one (first, last).
A table that code of a model computed may go out under the same rules and one more, because nobody vouches for its code: none
of its texts and numbers may stand in the data, but for groups that are seen often. This keeps rows in by mistake, not by malice.
What was outside already (a model's answers, what a search found or a tool gave, the cells that their question read of each row) may be told
again, also sorted, counted or joined by recipes (casting/outside); columns that stand beside it and were never outside are left out of what is told.
A computed table that recipes sorted, cut or computed further is one still, as long as its counts stand in it.
A part that a reference names is judged by the whole table's length, and by the counts of its rows, also where their column is left out.
Everything else keeps the level: notebook values, filtered, sorted, ranked and cleaned rows, fitted values, tables that a tool gave.
In the words of the labels: private stays private until an aggregation of ours has made it a statistic. `%orchestrate sent`
shows every word that left, and a step whose input's rows stayed says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nb_orchestra import values
from nb_orchestra.casting.outside import CARRYING, outside
from nb_orchestra.core.prompt import THE_ROW, Block, Prompt
from nb_orchestra.core.references import params_references
from nb_orchestra.offline.recipe import made_columns
from nb_orchestra.values.columns import COUNTS
from nb_orchestra.values.describing import LEAST_SEEN

VERSION = "computed tables 7"
MOST_ROWS = 200
LEAST_COUNT = 2
QUOTING = ("first", "last")
PICKING = ("outliers",)
"""Of a statistic these pick rows, and put beside them what they were picked by: statistics of statistics."""
SILENT = ("correlate",)
"""Recipes that say nothing of a group of a single row but that it is there."""
# fmt: off
STATISTICAL = frozenset([
    "profile", "check_data", "describe", "count_rows", "value_counts", "summarise", "quantile", "join_report", "pivot", "text_report", "group_summary",
    "crosstab", "weighted_summary", "table_one", "compare_groups", "post_hoc", "compare_proportions", "confounding", "one_sample", "paired",
    "compare_columns", "normality", "correlate", "correlation_matrix", "partial_correlation", "regression", "odds_ratios", "adjusted_effect",
    "outlier_summary", "group_extreme", "resample",
    "time_pattern", "trend", "longest_run", "train_model", "word_counts", "changes_compared", "interval_of_mean",
    "interval_of_share", "sample_size", "fall_from_peak", "against_level", "first_and_last",
])
# fmt: on
"""Recipes whose tables hold statistics of many rows. One that is not listed keeps the person's level."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """The level of each block: callable with a Block, as models/rendering wants it. `data`: the goal's values."""

    level: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """What of it is part of a prompt's identity."""
        return f"{self.level}, {VERSION}"

    def __call__(self, block: Block) -> str:
        return "full" if self.level not in ("schema", "full") and not self._held(block) else self.level

    def seen(self, block: Block) -> Any:
        """The part of a value that is told: of a `for_each`'s answers without the columns (or keys) that were never outside."""
        if self.level in ("schema", "full") or "column" in (block.made_by or {}):
            return block.value
        names, told = _names(block.value), _outside(block)
        if not any(told) or all(told):
            return block.value
        if values.kind_of(block.value) == "table":
            return block.value.iloc[:, [at for at, out in enumerate(told) if out]]
        return {name: block.value[name] for name, out in zip(names, told, strict=True) if out}

    def withheld(self, prompt: Prompt) -> tuple[str, ...]:
        """Inputs made by earlier steps of which a model saw no rows, each with its size and why: "top (3 rows: rows of the data)"."""
        if self.level not in ("schema", "summary"):
            return ()
        kept = [block for block in prompt.blocks if block.made_by and values.kind_of(block.value) in ("table", "list", "record") and self(block) == self.level]
        return tuple(block.name + (f" ({_size(block.value)}: {why})" if self.level == "summary" and (why := self._held(block)) else "") for block in kept)

    def left_out(self, prompt: Prompt) -> tuple[str, ...]:
        """Inputs of which a model saw the rows, but not these columns: "replies (no, body)"."""
        told = []
        for block in prompt.blocks:
            seen = self.seen(block)
            if seen is not block.value:
                there = {str(name) for name in seen}
                told.append(f"{block.name} ({', '.join(str(name) for name in block.value if str(name) not in there)})")
        return tuple(told)

    def in_words(self) -> str:
        """What leaves, for people."""
        return _IN_WORDS[self.level]

    def _held(self, block: Block) -> str:
        """Why a value keeps the level; "" where it goes out whole."""
        made = block.made_by or {}
        if made == THE_ROW:
            return ""
        params = made.get("params") or {}
        kind = values.kind_of(block.value)
        if kind in _TOLD and len(block.value) <= MOST_ROWS and any(_outside(block)):
            return ""
        if made.get("kind") in _ANSWERS:
            return "" if _records(block.value, made) else _ANSWERS[made["kind"]]
        if kind != "table":
            return f"a {kind}"
        part = made.get("part") or {}
        if large := self._large(max(len(block.value), part.get("of_rows", 0))):
            return large
        if part.get("least_n", LEAST_COUNT) < LEAST_COUNT or not _counted(block.value, params.get("recipe") in SILENT):
            return "a group of one row"
        if "recipe" in params:
            return "" if _statistic(made, block.value) else "rows of the data, or no count n"
        return "" if made.get("kind") == "code" and not quotes_rows(block.value, self.data) else "rows of the data"

    def _large(self, count: int) -> str:
        rows = max((len(value) for value in self.data.values() if values.kind_of(value) == "table"), default=2 * MOST_ROWS)
        if count > MOST_ROWS:
            return f"more than {MOST_ROWS} rows"
        return "" if count == 1 or count * 2 <= rows else "more than half as many rows as the data"


_TOLD = ("table", "list", "record")
_ANSWERS = {
    "call": "not records of a tool, or too many",
    "search": "too many rows",
    "ask": "the question read none of its columns, or there are too many rows",
}
"""Why what was outside is not told all the same."""
_IN_WORDS = {
    "schema": "the names and types of its columns, nothing of its values",
    "summary": "names, types, counts and ranges, and the tables that recipes computed from it; no rows",
    "sample": "names, types, counts, ranges and the first rows, and the tables that recipes computed from it",
    "full": "everything",
}


def _counted(table: Any, silent: bool = False) -> bool:
    """No group of a single row; with `silent`, none of which a number is told."""
    counts = [str(column) in COUNTS for column in table.columns]
    return all(_counts_enough(table, at, counts, silent) for at, counted in enumerate(counts) if counted)


def _counts_enough(table: Any, at: int, counts: Sequence[bool], silent: bool) -> bool:
    try:
        small = (table.iloc[:, at] < LEAST_COUNT).fillna(False).astype(bool)
    except (TypeError, ValueError, AttributeError):
        return False
    said = table.loc[small, [not counted for counted in counts]].select_dtypes("number")
    return not bool(small.any()) or (silent and bool(said.isna().all(axis=None)))


def _statistic(made: Mapping[str, Any], table: Any) -> bool:
    """A statistic of a recipe, or one that was sorted, cut or computed further: that reads nothing else, and still says how many rows stand behind each."""
    params = made.get("params") or {}
    if params.get("recipe") in STATISTICAL:
        return not _quotes(params.get("arguments") or {})
    counted = "least_n" in (made.get("part") or {}) or any(str(column) in COUNTS for column in table.columns)
    arguments = params.get("arguments") or {}
    alone = _alone(params) and not set(COUNTS) & set(made_columns(arguments))
    return alone and counted and _statistic(made.get("of") or {}, table)


def _alone(params: Mapping[str, Any]) -> bool:
    """A recipe that makes of a table another one, and reads nothing beside it."""
    return params.get("recipe") in (*CARRYING, *PICKING) and len(list(params_references(params))) == 1


def _size(value: Any) -> str:
    unit = {"table": "row", "record": "entry"}.get(values.kind_of(value), "item")
    return f"{len(value):,} {unit}" if len(value) == 1 else f"{len(value):,} {unit.replace('entry', 'entrie')}s"


def _names(value: Any) -> list[Any]:
    """Columns of a table, keys of a record; a list has one, which nobody reads."""
    kind = values.kind_of(value)
    return list(value.columns) if kind == "table" else list(value) if kind == "record" else [""]


def _outside(block: Block) -> list[bool]:
    """Which of the value's columns (keys) have been outside; what `rank` puts first stands for the order of what it was computed from."""
    made = block.made_by or {}
    names, known = [made["column"]] if "column" in made else _names(block.value), outside(made)
    ranked = bool(known) and (made.get("params") or {}).get("recipe") == "rank" and "part" not in made
    return [name in known or (ranked and at == 0) for at, name in enumerate(names)]


def _records(value: Any, made: Mapping[str, Any]) -> bool:
    """Records that a tool gave; not a table, which may be anybody's data."""
    return made.get("kind") == "call" and "for_each" not in made and values.kind_of(value) in ("list", "record") and len(value) <= MOST_ROWS


def quotes_rows(table: Any, data: Mapping[str, Any]) -> bool:
    """True where a cell (a text, or a number that is not whole) stands in a column of the data, but for levels that are seen at least 5 times."""
    tables = [value for value in data.values() if values.kind_of(value) == "table"]
    cells = {cell for _, column in table.items() for cell in column.dropna().tolist() if _telling(cell)}
    return any(_rare(column, cells) for value in tables for _, column in value.items())


def _telling(cell: Any) -> bool:
    """Whole numbers are counts as often as numbers of rows; they are judged by the texts beside them."""
    return isinstance(cell, str) or (isinstance(cell, float) and not cell.is_integer())


def _rare(column: Any, cells: set[Any]) -> bool:
    try:
        found = column[column.isin(cells)].value_counts()
    except (TypeError, ValueError):
        return True
    return bool((found < LEAST_SEEN).any())


def _quotes(arguments: Mapping[str, Any]) -> bool:
    asked = arguments.get("statistics") or arguments.get("statistic") or ()
    return any(word in QUOTING for word in ([asked] if isinstance(asked, str) else asked))

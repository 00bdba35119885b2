"""What an outside model may see of each input: the person's level for their own values, computed tables whole.

A level alone would make writing impossible: a brief cannot be written from "mean: 29 to 30". So a table that a recipe of ours
computed over groups, columns or tests is not the person's rows any more and goes out whole, from the level `summary` up, as long as
- it is small (at most 200 rows) and has at most half as many rows as the data (grouping by a patient's number gives rows back),
- no group in it is a single row (its count, where it has one, is at least 2), and nothing in it quotes one (first, last).
A table that code of a model computed may go out under the same rules and one more, because nobody vouches for its code: none
of its texts and numbers may stand in the data, but for groups that are seen often. This keeps rows in by mistake, not by malice.
What a model gave as its answer (a label for each row, a record) may be read by the next one: it was outside already; and of the columns of the person's
that stand beside it in the table of a `for_each` those that the question read, too. The others are left out of what is told.
What was looked up (passages of a search, records that a tool gave for a question) goes out whole too: to be read is what it is for.
A computed table that recipes sorted, cut or computed further is one still, as long as its counts stand in it; a model's answers stay answers.
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
from nb_orchestra.core.prompt import Block, Prompt
from nb_orchestra.core.references import FromRow, params_references
from nb_orchestra.offline.recipe import made_columns
from nb_orchestra.values.columns import COUNTS
from nb_orchestra.values.describing import LEAST_SEEN

VERSION = "computed tables 5"
MOST_ROWS = 200
LEAST_COUNT = 2
QUOTING = ("first", "last")
SILENT = ("correlate",)
"""Recipes that say nothing of a group of a single row but that it is there."""
# fmt: off
STATISTICAL = frozenset([
    "profile", "check_data", "describe", "count_rows", "value_counts", "summarise", "quantile", "join_report", "pivot", "text_report", "group_summary",
    "crosstab", "weighted_summary", "table_one", "compare_groups", "post_hoc", "compare_proportions", "confounding", "one_sample", "paired",
    "compare_columns", "normality", "correlate", "correlation_matrix", "partial_correlation", "regression", "outlier_summary", "group_extreme", "resample",
    "time_pattern", "trend", "longest_run", "train_model", "word_counts",
])
# fmt: on
"""Recipes whose tables hold statistics of many rows. One that is not listed keeps the person's level."""
CARRYING = frozenset(["derive", "sort_rows", "head", "filter_rows", "rank", "select_columns"])
"""Recipes that make of a statistic another one, and of rows again rows. None that could give another column the name of a count."""


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
        made = block.made_by or {}
        if self.level in ("schema", "full") or made.get("kind") != "ask" or "for_each" not in made or "column" in made:
            return block.value
        outside = _outside(block.value, made)
        if values.kind_of(block.value) == "table":
            return block.value[[name for name in block.value.columns if str(name) in outside]] if outside else block.value
        return (
            {name: item for name, item in block.value.items() if str(name) in outside} if values.kind_of(block.value) == "record" and outside else block.value
        )

    def withheld(self, prompt: Prompt) -> tuple[str, ...]:
        """Inputs made by earlier steps of which a model saw no rows, each with why: "top (rows of the data)"."""
        if self.level not in ("schema", "summary"):
            return ()
        kept = [block for block in prompt.blocks if block.made_by and values.kind_of(block.value) in ("table", "list", "record") and self(block) == self.level]
        return tuple(block.name + (f" ({why})" if self.level == "summary" and (why := self._held(block)) else "") for block in kept)

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
        params = made.get("params") or {}
        if made.get("kind") in ("call", "search"):
            return "" if _looked_up(block.value, made) else "not records of a tool, or too many"
        if made.get("kind") == "ask":
            return "" if _answered(block.value, made) else "the question read none of its columns, or there are too many rows"
        if values.kind_of(block.value) != "table":
            return f"a {values.kind_of(block.value)}"
        if _of_answers(made) and len(block.value) <= MOST_ROWS:
            return ""
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


def _of_answers(made: Mapping[str, Any]) -> bool:
    """Answers of a model, or what a search found, that recipes sorted, cut or computed further, with nothing else: it was outside already."""
    if "recipe" not in (made.get("params") or {}):
        return made.get("kind") in ("ask", "search") and "for_each" not in made
    return _alone(made["params"]) and _of_answers(made.get("of") or {})


def _alone(params: Mapping[str, Any]) -> bool:
    """A recipe that makes of a table another one, and reads nothing beside it."""
    return params.get("recipe") in CARRYING and len(list(params_references(params))) == 1


def _looked_up(value: Any, made: Mapping[str, Any]) -> bool:
    """Passages, and records that a tool gave (stacked where it was asked for each row); not a table that a tool gave, which may be anybody's data."""
    kind = values.kind_of(value)
    if kind == "table":
        return len(value) <= MOST_ROWS and (made.get("kind") == "search" or bool(made.get("for_each")))
    return kind in ("list", "record") and len(value) <= MOST_ROWS


def _answered(value: Any, made: Mapping[str, Any]) -> bool:
    """A model's own answers, not more than can be read, with what the question had already shown of the rows (the rest is left out)."""
    kind = values.kind_of(value)
    if kind not in ("table", "list", "record") or len(value) > MOST_ROWS:
        return False
    return "for_each" not in made or bool(_outside(value, made))


def _outside(value: Any, made: Mapping[str, Any]) -> set[str]:
    """Which columns, or keys, of a `for_each`'s answers have been outside: the answers, and what the question read of the row."""
    kind = values.kind_of(value)
    names = [made["column"]] if "column" in made else [str(name) for name in (value.columns if kind == "table" else value if kind == "record" else ())]
    read = {reference.column for reference in params_references(made.get("params") or {}) if isinstance(reference, FromRow)}
    return {name for name in names if name in made.get("answers", ()) or name in read}


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

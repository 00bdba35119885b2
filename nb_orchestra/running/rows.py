"""`for_each`: one step over many rows, with a bounded window, a cache entry per row, and a table of failures beside the results.

The step's identity is made once; a row adds only the content of what the step reads of it. Results are stacked in row order.
A promised table (`output`) is the stacked one; any other promise is made for each row.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nb_orchestra import values
from nb_orchestra.core.outcome import Failure, Result
from nb_orchestra.core.plan import Step
from nb_orchestra.core.references import FromRow, find_references, params_references
from nb_orchestra.core.usage import Usage
from nb_orchestra.errors import LimitError, OutputError, StepError
from nb_orchestra.running.naming import free_name
from nb_orchestra.running.row_memo import RowMemo

REPORTS_PER_SECOND = 4
MOST_FAILED = 0.5
MOST_SAID = 10
STRETCH = 256
"""Rows that are looked up in the cache at once."""
HOPELESS = frozenset({"UnknownToolError", "UnknownRecipeError", "ModelRefusedError", "NotApprovedError", "BudgetExceededError", "StepError"})
"""Ends of the first row that every other row would share: the rest is not tried."""


@dataclass(frozen=True, slots=True)
class _Due:
    """A batch of rows to do: where it starts, its items, its key, and its result where that is kept."""

    start: int
    items: Sequence[Any]
    key: str
    kept: Result | None


@dataclass(slots=True)
class RowRun:
    """One `for_each` under way. `one` does a row; `report` is called at most 4 times a second. The first row is tried before the others."""

    step: Step
    rows: Sequence[Any]
    base_key: str
    one: Callable[[Any], Awaitable[Result | Failure]]
    report: Callable[[int, int, int, float], None]
    parallel: int
    memo: RowMemo
    results: dict[int, Result] = field(default_factory=dict)
    failures: dict[int, Failure] = field(default_factory=dict)
    hopeless: Failure | None = None
    used: tuple[str | bool, ...] = ()
    _reported: float = 0.0
    _began: float = field(default_factory=time.monotonic)
    _made: int = 0
    _due: deque[_Due] = field(default_factory=deque)
    _looked: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def go(self) -> None:
        """Does every batch of rows, at most `parallel` at a time."""
        references = (*params_references(self.step.params), *find_references(self.step.check))
        self.used = tuple(reference.column for reference in references if isinstance(reference, FromRow))
        try:
            first = await self._next()
            if first is not None:
                await self._do(first)
            failed = self.failures.get(0)
            if failed is not None and failed.error in HOPELESS and len(self.rows) > self.step.batch:
                self.hopeless = failed
                return
            async with asyncio.TaskGroup() as lanes:
                for _ in range(min(self.parallel, len(self.rows))):
                    lanes.create_task(self._lane())
        finally:
            await self.memo.flush()
        self._tell(last=True)

    async def _lane(self) -> None:
        while (due := await self._next()) is not None:
            await self._do(due)

    async def _next(self) -> _Due | None:
        """The next batch of rows; None where there is none left. Looks up a stretch of them when it has to."""
        async with self._turn:
            if not self._due and self._looked < len(self.rows):
                batch = self.step.batch
                starts = range(self._looked, min(self._looked + STRETCH * batch, len(self.rows)), batch)
                self._looked = starts[-1] + batch
                keyed = [(start, self.rows[start : start + batch]) for start in starts]
                keys = [self._key(items) for _, items in keyed]
                kept = await self.memo.find(keys)
                self._due.extend(_Due(start, items, key, kept.get(key)) for (start, items), key in zip(keyed, keys, strict=True))
            return self._due.popleft() if self._due else None

    async def _do(self, due: _Due) -> None:
        given = due.items[0] if self.step.batch == 1 else _columns_of(due.items)
        outcome = _one_for_each(due.kept or await self.one(given), len(due.items), self.step)
        self._made += due.kept is None
        if isinstance(outcome, Failure):
            self.failures[due.start] = outcome
        else:
            self.results[due.start] = outcome
            await self.memo.keep(due.key, outcome)
        self._tell()

    def _key(self, items: Sequence[Any]) -> str:
        """The identity of these rows: the step's, and what it reads of them."""
        if not self.base_key:
            return ""
        whole = True in self.used or not isinstance(items[0], Mapping)
        read = list(items) if whole else [[item.get(column) for column in self.used] for item in items]
        named = values.content([self.base_key, read])
        return f"row-{named}" if named else ""

    def _tell(self, *, last: bool = False) -> None:
        now = time.monotonic()
        if last or now - self._reported >= 1 / REPORTS_PER_SECOND:
            self._reported = now
            done, failed, total = (min(count * self.step.batch, len(self.rows)) for count in (len(self.results), len(self.failures), len(self.rows)))
            self.report(done, failed, total, self._left(now))

    def _left(self, now: float) -> float:
        """Seconds for the rows that are not done, at the pace of those that were not in the cache."""
        rest = -(-len(self.rows) // self.step.batch) - len(self.results) - len(self.failures)
        return round((now - self._began) / self._made * rest, 1) if self._made else 0.0


def read_rows(source: Any, most: int) -> list[Any]:
    """The rows of a table (as records) or the items of a list. LimitError above `most`."""
    if len(source) > most:
        raise LimitError(f"for_each over {len(source):,} rows; the limit is {most:,}", hint="raise it with %orchestrate set rows")
    if values.kind_of(source) == "table":
        names = [str(column) for column in source.columns]
        return [dict(zip(names, row, strict=True)) for row in source.itertuples(index=False, name=None)]
    return list(source)


def gathered(run: RowRun, source: Any) -> Result | Failure:
    """All rows as one outcome: a table in row order, with each source row's columns in front. OutputError where it breaks the promise."""
    if run.hopeless is not None:
        others = len(run.rows) - run.step.batch
        return Failure(
            run.hopeless.error, f"{run.hopeless.message} (the first row; the other {others:,} would fail alike and were not tried)", run.hopeless.hint
        )
    total, failed = len(run.rows), sum(min(run.step.batch, len(run.rows) - start) for start in run.failures)
    if total and failed / total > MOST_FAILED:
        first = run.failures[min(run.failures)]
        return Failure(first.error, f"{failed:,} of {total:,} rows failed; the first: {first.message}", first.hint)
    usage = sum((result.usage for result in run.results.values()), Usage())
    records = tuple(_failure_record(run, start, failure) for start, failure in sorted(run.failures.items()))
    warnings, gaps = _said(run, "warnings"), _said(run, "gaps")
    if failed:
        warnings = (f"{failed:,} of {total:,} rows failed; {_first_failure(run)}", *warnings)
    model = next((result.model for result in run.results.values()), "")
    table = _stacked(run, source)
    complaints = values.check(table, run.step.output) if run.step.output.type == "table" else []
    if complaints:
        raise OutputError(f"not what was promised: {'; '.join(complaints[:3])}", hint="the step's value is dropped, so that nothing is built on it")
    other = next((result.stood_in for result in run.results.values() if result.stood_in), "")
    return Result(table, usage=usage, model=model, reason="one row at a time", warnings=warnings, gaps=gaps, failures=records, rows=total, stood_in=other)


def _said(run: RowRun, name: str) -> tuple[str, ...]:
    """What the rows' own results say beside their values, each once, the first of many."""
    return tuple(dict.fromkeys(text for start in sorted(run.results) for text in getattr(run.results[start], name)))[:MOST_SAID]


def _first_failure(run: RowRun) -> str:
    """ "row 2 (topic c): ValueError: no luck": the row by its number, its first value, and what was wrong."""
    start = min(run.failures)
    row, failure = run.rows[start], run.failures[start]
    told = next((f"{name} {item}" for name, item in row.items()), "") if isinstance(row, Mapping) else str(row)
    return f"row {start} ({told[:60]}): {failure.error}: {failure.message}"[:300]


def _failure_record(run: RowRun, start: int, failure: Failure) -> dict[str, Any]:
    row = run.rows[start]
    front = dict(row) if isinstance(row, Mapping) else {"item": row}
    return {"row": start, **front, "error": failure.error, "message": failure.message}


def _stacked(run: RowRun, source: Any) -> Any:
    """One table: the source's columns (or those in `keep`), then the result's. Without rows: the columns that are known."""
    import pandas as pd

    if not run.rows:
        front = _front(dict.fromkeys(map(str, source.columns)) if values.kind_of(source) == "table" else None, run.step)
        return pd.DataFrame(columns=list(dict.fromkeys([*front, *(run.step.output.columns or ())])))
    lines: list[dict[str, Any]] = []
    for start in sorted(run.results):
        items = run.rows[start : start + run.step.batch]
        given = run.results[start].value
        for item, value in zip(items, [given] if run.step.batch == 1 else given, strict=True):
            front = _front(item, run.step)
            lines.extend(_joined(front, line) for line in _lines(value, run.step))
    return pd.DataFrame(lines)


def _one_for_each(outcome: Result | Failure, count: int, step: Step) -> Result | Failure:
    """The outcome of a batch; a Failure where it does not hold one value per row."""
    if isinstance(outcome, Failure) or step.batch == 1:
        return outcome
    value = outcome.value.to_dict("records") if values.kind_of(outcome.value) == "table" else outcome.value
    if not isinstance(value, list) or len(value) != count:
        return Failure("OutputError", f"a batch of {count} rows needs a list of {count} values", "return one value for each row")
    return replace(outcome, value=value)


def _front(item: Any, step: Step) -> dict[str, Any]:
    front = dict(item) if isinstance(item, Mapping) else {"item": item}
    if step.keep is None:
        return front
    lost = [name for name in step.keep if name not in front]
    if lost:
        raise StepError(f"step {step.name!r} keeps {lost[0]!r}, which its rows do not have")
    return {name: front[name] for name in step.keep}


def _lines(value: Any, step: Step) -> list[dict[str, Any]]:
    if values.kind_of(value) == "table":
        return [{str(name): item for name, item in record.items()} for record in value.to_dict("records")]
    if isinstance(value, Mapping):
        return [{str(name): item for name, item in value.items()}]
    if isinstance(value, list) and step.output.type in ("table", "list"):
        return [dict(item) if isinstance(item, Mapping) else {step.name: item} for item in value]
    return [{step.name: value}]


def _joined(front: dict[str, Any], line: Mapping[str, Any]) -> dict[str, Any]:
    joined = dict(front)
    for name, value in line.items():
        joined[free_name(name, set(joined))] = value
    return joined


def _columns_of(items: Sequence[Any]) -> Any:
    """A batch as the step sees it: {column: [values]}, so that {"row": "title"} names a list."""
    if not isinstance(items[0], Mapping):
        return list(items)
    return {name: [item[name] for item in items] for name in items[0]}

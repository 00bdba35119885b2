"""Values that a column writes in several ways (Harbour, harbour, " Harbour "; female, F): one value to whoever groups by it, names it, or cleans the column.

A goal with an answer format takes groups as they are written: only a value that it names stands for all its spellings there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.reading import Intent
from nb_orchestra.offline.reading.intents import texts_in
from nb_orchestra.offline.reading.matching.spelt import Spelt, key_of
from nb_orchestra.offline.reading.tables import Column

MOST_TOLD = 6
_OF_ALL_COLUMNS = frozenset({"table_one", "train", "associations", "strongest", "drivers"})
"""Kinds of intents that look at every column where they name none."""


def merge_named(draft: Draft) -> None:
    """Writes each column that the goal groups by, shows or restricts one way: all its values, or those that conditions name where nothing else speaks of it."""
    intents = draft.reading.intents
    if intents and intents[0].kind == "clean" and not intents[0].columns:
        return  # it cleans all of them
    named = {(str(item["column"]), key_of(str(value))) for intent in intents for item in _plain(intent.where) for value in _values(item)}
    grouped = set() if draft.reading.slots else {name for intent in intents if intent.kind != "clean" for name in _grouped(intent, draft)}
    for column in [column for column in draft.table.columns if column.spelt]:
        keys = {key for name, key in named if name == column.name}
        if column.name in grouped or keys:
            merge(draft, column, Intent("clean", f"{column.name} is written in several ways", (column.name,)), None if column.name in grouped else keys)


def merge(draft: Draft, column: Column, intent: Intent, only: Iterable[str] | None = None) -> None:
    """Adds the step that writes each value of the column one way; those named only, where some are named."""
    wanted = [one for one in column.spelt if _wanted(one, only) and not (one.coded and draft.reading.slots)]
    spellings = ((form, one.kept) for one in wanted for text in one.others for form in (text, text.strip()))  # its blanks may have gone before
    mapping = {form: kept for form, kept in spellings if form != kept}
    written = {"column": column.name, "mapping": mapping}
    done = any(written.items() <= step["params"].get("arguments", {}).items() for step in draft.steps)
    if not mapping or done:
        return
    draft.change("replace_values", written, intent, name=f"one_spelling_of_{column.name}", purpose=f"{column.name} written one way")
    for one in sorted(wanted, key=lambda one: -one.rows)[:MOST_TOLD]:
        draft.assume(_told(column, one))
    if len(wanted) > MOST_TOLD:
        draft.assume(f"{column.name}: {len(wanted) - MOST_TOLD} more values in several spellings, each taken as one")


def _told(column: Column, one: Spelt) -> str:
    what = "codes" if one.coded else "spellings"
    also = ", ".join(repr(text) for text in one.others[:4])
    return f"{column.name}: {len(one.others) + 1} {what} of {one.kept} taken as one, {one.rows:,} rows (also written {also})"


def _wanted(one: Spelt, only: Iterable[str] | None) -> bool:
    return only is None or bool({key_of(text) for text in (one.kept, *one.others)} & set(only))


def _grouped(intent: Intent, draft: Draft) -> Iterator[str]:
    """Columns that an intent groups by, counts, charts or shows, beside its conditions."""
    options = {key: value for key, value in intent.options.items() if key not in ("of", "where")}
    yield from (*intent.columns, *intent.by, *texts_in(options))
    if intent.kind in _OF_ALL_COLUMNS and not intent.columns:
        yield from (column.name for column in draft.table.columns if column.grouping)


def _plain(where: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    for condition in where:
        if condition["op"] in ("any", "all"):
            yield from _plain(condition["value"])
        elif condition["op"] in ("==", "!=", "in", "not in"):
            yield condition


def _values(condition: Mapping[str, Any]) -> list[Any]:
    value = condition.get("value")
    return list(value) if isinstance(value, list | tuple) else [value]

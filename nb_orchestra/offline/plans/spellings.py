"""Values that a column writes in several ways (Harbour, harbour, " Harbour "): one value to whoever names it, or cleans the column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.reading import Intent
from nb_orchestra.offline.reading.language.words import fold
from nb_orchestra.offline.reading.tables import Column

SHORTEST = 3
"""Letters: shorter ones may differ by their case alone (M and m, Aa and AA)."""
MOST_VALUES = 200


def variants(column: Column) -> dict[str, list[str]]:
    """The spelling that is kept → all that are the same but for case, blanks and joints; only where there are several."""
    if column.kind != "text" or column.distinct > MOST_VALUES:
        return {}
    alike: dict[str, list[str]] = {}
    for level in map(str, column.levels):
        alike.setdefault(fold(level), []).append(level)
    return {max(texts, key=_written): texts for key, texts in alike.items() if len(texts) > 1 and len(key) >= SHORTEST}


def _written(text: str) -> tuple[bool, bool, str]:
    """Without blanks around it and with a capital first."""
    return text == text.strip(), text[:1].isupper() and not text.isupper(), text


def merge_named(draft: Draft) -> None:
    """A value that a condition names stands for all its spellings; groups of such a column are told to be as written."""
    intents = draft.reading.intents
    named = {(str(item["column"]), fold(str(value))) for intent in intents for item in _plain(intent.where) for value in _values(item)}
    for name in dict.fromkeys(column for column, _ in named if column in draft.table):
        merge(draft, draft.table[name], Intent("clean", f"{name} is written in several ways", (name,)), only={value for own, value in named if own == name})
    whole = {name for name in draft.table.by_name if {fold(kept) for kept in variants(draft.table[name])} <= {value for own, value in named if own == name}}
    cleaned = whole | {name for intent in intents if intent.kind in ("clean", "recode") for name in intent.columns}
    for name in dict.fromkeys(name for intent in intents for name in intent.by if name in draft.table and name not in cleaned):
        if kept := list(variants(draft.table[name]).values()):
            draft.assume(f"{name}: grouped as written, and some values are written in several ways ({', '.join(repr(text) for text in kept[0][:3])})")


def merge(draft: Draft, column: Column, intent: Intent, only: Iterable[str] | None = None) -> None:
    """Adds the step that writes each value of the column one way; those named only, where some are named."""
    wanted = {kept: texts for kept, texts in variants(column).items() if only is None or fold(kept) in only}
    spellings = ((form, kept) for kept, texts in wanted.items() for text in texts for form in (text, text.strip()))  # its blanks may have gone before
    mapping = {form: kept for form, kept in spellings if form != kept}
    if not mapping:
        return
    draft.change(
        "replace_values", {"column": column.name, "mapping": mapping}, intent, name=f"one_spelling_of_{column.name}", purpose=f"{column.name} written one way"
    )
    for kept, texts in wanted.items():
        draft.assume(f"{kept}: also written {', '.join(repr(text) for text in texts if text != kept)}, taken as the same")


def _plain(where: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    for condition in where:
        if condition["op"] in ("any", "all"):
            yield from _plain(condition["value"])
        elif condition["op"] in ("==", "!=", "in", "not in"):
            yield condition


def _values(condition: Mapping[str, Any]) -> list[Any]:
    value = condition.get("value")
    return list(value) if isinstance(value, list | tuple) else [value]

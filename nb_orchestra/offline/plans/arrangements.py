"""Intents that lay a table out anew, join two, or look into texts."""

from __future__ import annotations

from dataclasses import replace

from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.plans.times import dated
from nb_orchestra.offline.reading import Intent


def _crosstab(draft: Draft, intent: Intent) -> None:
    rows, columns = intent.columns[0], intent.by[0]
    arguments = {"rows": rows, "columns": columns, "normalise": intent.option("normalise")}
    draft.answer(
        draft.step("crosstab", arguments, intent, name=f"{rows}_by_{columns}", purpose=f"{rows} by {columns}, counted", frame=draft.rows(intent)), intent
    )


def _pivot(draft: Draft, intent: Intent) -> None:
    value, (rows, columns), statistic = intent.columns[0], intent.by[:2], intent.statistics[0]
    arguments = {"rows": [rows], "columns": columns, "value": value, "statistic": statistic}
    name = f"{statistic}_{value}_{rows}_by_{columns}"
    draft.answer(
        draft.step("pivot", arguments, intent, name=name, purpose=f"{statistic} of {value}, {rows} down and {columns} across", frame=draft.rows(intent)), intent
    )


def _weighted(draft: Draft, intent: Intent) -> None:
    value, weight, statistic = intent.columns[0], intent.option("weight"), intent.statistics[0]
    frame = draft.rows(intent)
    if intent.option("part"):
        period, frame = dated(draft, intent, frame)
        intent = replace(intent, by=(*intent.by, period))
    arguments = {"value": value, "weight": weight, "by": intent.by, "statistic": statistic}
    name = f"weighted_{statistic}_{value}" + (f"_by_{'_'.join(intent.by)}" if intent.by else "")
    made = draft.step("weighted_summary", arguments, intent, name=name, purpose=f"{statistic} of {value}, weighted by {weight}", frame=frame)
    draft.answer(made, intent)


def _head(draft: Draft, intent: Intent) -> None:
    n = int(intent.option("n", 5))
    side = "last" if n < 0 else "first"
    draft.answer(draft.step("head", {"n": n}, intent, name=f"{side}_{abs(n)}_rows", purpose=f"The {side} {abs(n)} rows"), intent)


def _search(draft: Draft, intent: Intent) -> None:
    column, query = intent.columns[0], str(intent.option("query"))
    draft.assume(f"texts searched: {column}")
    draft.answer(
        draft.step("search_texts", {"column": column, "query": query}, intent, name=f"{column}_about_{query}", purpose=f"{column} that speak of {query}"),
        intent,
    )


def _digest(draft: Draft, intent: Intent) -> None:
    column = intent.columns[0]
    arguments = {"column": column, "sentences": intent.option("sentences", 5)}
    draft.answer(
        draft.step("summarise_text", arguments, intent, name=f"key_sentences_{column}", purpose=f"Key sentences of {column}", frame=draft.rows(intent)), intent
    )


def _word_counts(draft: Draft, intent: Intent) -> None:
    column = intent.columns[0]
    arguments = {"column": column, "n": intent.option("n")}
    draft.answer(draft.step("word_counts", arguments, intent, name=f"words_in_{column}", purpose="The most frequent words", frame=draft.rows(intent)), intent)


def _join(draft: Draft, intent: Intent) -> None:
    """Joined by the named key, else by one that is guessed; the report counts what found no partner."""
    other: dict[str, object] = {"data": str(intent.option("other"))}
    if intent.option("columns"):
        other["columns"] = list(intent.option("columns"))
    how = intent.option("how", "inner")
    arguments = {"other": other, "on": intent.option("on") or list(intent.columns) or None, "how": how}
    report = draft.step("join_report", arguments, intent, name=f"join_of_{draft.table.name}_{other['data']}", purpose="What the join keeps and loses")
    draft.change("join", arguments, intent, name=f"{draft.table.name}_with_{other['data']}", purpose=f"{draft.table.name} joined with {other['data']}")
    draft.answer(report, intent, "changed")
    if not intent.columns:
        draft.assume("join key: guessed from names and shared values, and reported")


def _stack(draft: Draft, intent: Intent) -> None:
    """Tables of the same columns, one below the other."""
    other = str(intent.option("other"))
    arguments = {"other": {"data": other}, "label": intent.option("label"), "labels": intent.option("labels")}
    draft.change("stack_rows", arguments, intent, name=f"{draft.table.name}_and_{other}", purpose=f"The rows of {draft.table.name} and {other}")
    draft.assume(f"{other} has the columns of {draft.table.name}: their rows were put into one table")


ARRANGEMENTS = {
    "crosstab": _crosstab, "pivot": _pivot, "weighted": _weighted, "head": _head, "search": _search, "digest": _digest,
    "word_counts": _word_counts, "join": _join,
    "stack": _stack,
}  # fmt: skip

"""Intents about places: the rank of one row, the first rows of each group, the best value of each group."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.plans.draft import Draft, said
from nb_orchestra.offline.reading import Intent


def _place(draft: Draft, intent: Intent) -> None:
    """The place of one row (or group) among all, by rank of the measure."""
    value, of, frame = intent.columns[0], intent.option("of"), draft.rows(intent)
    measure = intent.statistics[0] if intent.by else value
    if intent.by:
        arguments: dict[str, Any] = {"by": list(intent.by), "value": [value], "statistics": [measure]}
        name, purpose = f"{measure}_{value}_by_{intent.by[0]}", f"{measure} of {value} by {intent.by[0]}"
        frame = {"from": draft.step("group_summary", arguments, intent, name=name, purpose=purpose, frame=frame)}
    tree = {"op": "rank", "args": [{"column": measure}, intent.option("ascending")]}
    arguments = {"name": "rank", "expression": tree}
    ranked = draft.step("derive", arguments, intent, name=f"rank_of_{value}", purpose=f"Each rank by {value}", frame=frame)
    found = draft.step("filter_rows", {"where": [of]}, intent, name=f"rank_{said([of])}", purpose="The row that is asked for", frame={"from": ranked})
    draft.answer(draft.step("head", {"n": 10}, intent, name=f"place_by_{value}", purpose="Its rank", frame={"from": found}), intent)


def _rank_within(draft: Draft, intent: Intent) -> None:
    """The rows of each group (the things of it, by their statistic) with their place in it; the first few where a number is said."""
    value, group, n = intent.columns[0], intent.by[0], intent.option("n")
    frame, measure = draft.rows(intent), value
    if len(intent.by) > 1:
        measure = intent.statistics[0]
        arguments: dict[str, Any] = {"by": list(intent.by), "value": [value], "statistics": [measure]}
        name = f"{measure}_{value}_by_{intent.by[1]}"
        frame = {"from": draft.step("group_summary", arguments, intent, name=name, purpose=f"{measure} of {value} by {intent.by[1]}", frame=frame)}
    tree = {"op": "rank", "args": [{"column": measure}, intent.option("ascending")], "by": [group]}
    arguments = {"name": "rank", "expression": tree}
    made = draft.step("derive", arguments, intent, name=f"rank_by_{value}_within_{group}", purpose=f"Rank within {group}", frame=frame)
    if n:
        arguments = {"where": [{"column": "rank", "op": "<=", "value": int(n)}]}
        made = draft.step("filter_rows", arguments, intent, name=f"first_{n}_of_each_{group}", purpose=f"{n} of each {group}", frame={"from": made})
    arguments = {"by": [group, "rank"], "ascending": True}
    name = f"{n or 'ranks'}_of_each_{group}"
    draft.answer(draft.step("sort_rows", arguments, intent, name=name, purpose="In order", frame={"from": made}), intent)


def _best_of_each(draft: Draft, intent: Intent) -> None:
    """The statistic per group and category, then of each group the category with the most (or least)."""
    each, subject = intent.by
    frame = draft.rows(intent)
    if intent.columns:
        arguments: dict[str, Any] = {"by": [each, subject], "value": list(intent.columns), "statistics": list(intent.statistics)}
        column, recipe = intent.statistics[0], "group_summary"
    else:
        arguments, column, recipe = {"by": [each, subject]}, "n", "count_rows"
    whole = draft.step(recipe, arguments, intent, name=f"{column}_by_{each}_{subject}", purpose=f"{column} by {each} and {subject}", frame=frame)
    tree = {"op": "rank", "args": [{"column": column}, intent.option("which") == "min"], "by": [each]}
    ranked = draft.step(
        "derive", {"name": "rank", "expression": tree}, intent, name=f"rank_within_{each}", purpose=f"Rank within {each}", frame={"from": whole}
    )
    where = [{"column": "rank", "op": "==", "value": 1}]
    name = f"{'least' if intent.option('which') == 'min' else 'most'}_{subject}_of_each_{each}"
    best = draft.step("filter_rows", {"where": where}, intent, name=name, purpose=f"The first {subject} of each {each}", frame={"from": ranked})
    draft.answer(best, intent)


PLACES = {"place": _place, "best_of_each": _best_of_each, "rank_within": _rank_within}

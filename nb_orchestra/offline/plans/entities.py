"""Intents about things of many rows, and about the first time that something holds."""

from __future__ import annotations

from datetime import date
from typing import Any

from nb_orchestra.offline.plans.draft import Draft, said
from nb_orchestra.offline.plans.measures import often_enough
from nb_orchestra.offline.reading import Intent


def _often(draft: Draft, intent: Intent) -> None:
    """The things that have so many rows; how many they are, where that is asked."""
    if intent.option("counted"):
        draft.answer(often_enough(draft, intent), intent)
        return
    column, (op, number) = intent.columns[0], intent.option("having")
    counts = draft.step("count_rows", {"by": [column]}, intent, name=f"rows_per_{column}", purpose=f"Rows of each {column}", frame=draft.rows(intent))
    _kept(draft, intent, counts, {"column": "n", "op": op, "value": number}, f"{column}_with_{said([{'column': 'n', 'op': op, 'value': number}])}")


def _kept(draft: Draft, intent: Intent, frame: str, limit: dict[str, Any], name: str) -> None:
    kept = draft.step("filter_rows", {"where": [limit]}, intent, name=name, purpose="Those that reach the limit", frame={"from": frame})
    arguments = {"by": [limit["column"]], "ascending": False}
    draft.answer(draft.step("sort_rows", arguments, intent, name=f"{name}_in_order", purpose="The most first", frame={"from": kept}), intent)


def _reaching(draft: Draft, intent: Intent) -> None:
    """A statistic of each thing, held against a limit."""
    value, thing, statistic, limit = intent.columns[0], intent.by[0], intent.statistics[0], dict(intent.option("limit"))
    arguments: dict[str, Any] = {"by": [thing], "value": [value], "statistics": [statistic]}
    name = f"{statistic}_{value}_by_{thing}"
    made = draft.step("group_summary", arguments, intent, name=name, purpose=f"{statistic} of {value} by {thing}", frame=draft.rows(intent))
    if intent.option("counted"):
        arguments = {"where": [limit]}
        draft.answer(draft.step("count_rows", arguments, intent, name=f"n_{thing}", purpose=f"How many {thing}", frame={"from": made}), intent)
        return
    _kept(draft, intent, made, limit, f"{thing}_{said([limit])}")


def _none_of(draft: Draft, intent: Intent) -> None:
    """The things of which no row meets the conditions; how many they are, where that is asked."""
    thing, held = intent.by[0], list(intent.option("held"))
    arguments: dict[str, Any] = {"by": [thing], "where": held}
    counts = draft.step("count_rows", arguments, intent, name=f"{said(held)}_per_{thing}", purpose=f"Such rows of each {thing}", frame=draft.rows(intent))
    arguments = {"where": [{"column": "n", "op": "==", "value": 0}]}
    if intent.option("counted"):
        made = draft.step("count_rows", arguments, intent, name=f"n_{thing}_without", purpose=f"How many {thing} have none", frame={"from": counts})
        draft.answer(made, intent)
        return
    kept = draft.step("filter_rows", arguments, intent, name=f"{thing}_without", purpose=f"Each {thing} that has none", frame={"from": counts})
    arguments = {"names": {"of": "rows"}}
    named = draft.step("rename_columns", arguments, intent, name=f"{thing}_without_named", purpose="Of how many rows", frame={"from": kept})
    arguments = {"columns": [thing, "rows"]}
    draft.answer(draft.step("select_columns", arguments, intent, name=f"{thing}_with_none", purpose="They", frame={"from": named}), intent)


def _rows_per(draft: Draft, intent: Intent) -> None:
    """How many rows a thing (or a period) has: the mean over all of them."""
    every = intent.option("every", "")
    if every == "day" and (days := _days(intent)):
        counted = draft.step("count_rows", {}, intent, name="n_rows", purpose="How many rows", frame=draft.rows(intent))
        tree = {"op": "/", "args": [{"column": "n"}, days]}
        arguments: dict[str, Any] = {"name": "per_day", "expression": tree}
        purpose = f"Rows per day of the {days} days"
        draft.answer(draft.step("derive", arguments, intent, name="rows_per_day", purpose=purpose, frame={"from": counted}), intent)
        return
    if every:
        arguments = {"date": intent.option("date"), "every": every}
        counts = draft.step("resample", arguments, intent, name=f"n_rows_per_{every}", purpose=f"Rows per {every}", frame=draft.rows(intent))
    else:
        arguments = {"by": list(intent.by)}
        counts = draft.step("count_rows", arguments, intent, name=f"rows_per_{intent.by[0]}", purpose=f"Rows of each {intent.by[0]}", frame=draft.rows(intent))
    arguments = {"columns": ["n"], "statistics": [intent.statistics[0], "min", "max"]}
    name = f"{intent.statistics[0]}_rows_per_{every or intent.by[0]}"
    draft.answer(draft.step("describe", arguments, intent, name=name, purpose=f"Rows per {every or intent.by[0]}", frame={"from": counts}), intent)


def _days(intent: Intent) -> int:
    """How many days the goal's own span of time has; 0 where it names none."""
    spans = [item["value"] for item in intent.where if item["column"] == intent.option("date") and item["op"] == "between"]
    if len(spans) != 1:
        return 0
    first, last = (date.fromisoformat(str(edge)[:10]) for edge in spans[0])
    return (last - first).days + 1


def _part_of_first(draft: Draft, intent: Intent) -> None:
    """What the first few things hold of the whole, in percent."""
    value, thing, n = intent.columns[0], intent.by[0], int(intent.option("n"))
    arguments: dict[str, Any] = {"by": [thing], "value": [value], "statistics": ["sum"], "sort": "descending"}
    name = f"sum_{value}_by_{thing}"
    whole = draft.step("group_summary", arguments, intent, name=name, purpose=f"Total {value} by {thing}", frame=draft.rows(intent))
    tree = {"op": "percent_of_total", "args": [{"column": "sum"}]}
    arguments = {"name": "percent", "expression": tree}
    shared = draft.step("derive", arguments, intent, name=f"share_by_{thing}", purpose="Percent of the total", frame={"from": whole})
    first = draft.step("head", {"n": n}, intent, name=f"top_{n}_{thing}", purpose=f"The first {n}", frame={"from": shared})
    draft.answer(first, intent)
    arguments = {"columns": ["percent"], "statistics": ["sum"]}
    draft.answer(draft.step("describe", arguments, intent, name=f"percent_of_top_{n}", purpose="Their part together", frame={"from": first}), intent)


def _first_time(draft: Draft, intent: Intent) -> None:
    """The row at the earliest or latest time among those that meet the conditions."""
    when, which = intent.columns[0], str(intent.option("which"))
    name = f"{'first' if which == 'min' else 'last'}_time"
    frame = draft.rows(intent)
    if draft.table[when].disguised:
        made = next(name for name in ("moment", "moment_of_it") if name not in draft.table)
        arguments: dict[str, Any] = {"name": made, "expression": {"op": "date", "args": [{"column": when}]}}
        frame = {"from": draft.step("derive", arguments, intent, name="rows_with_dates", purpose=f"{when} as dates", frame=frame)}
        when = made
    draft.answer(draft.step("extreme", {"by": when, "which": which}, intent, name=name, purpose=f"The {which} {when} of these rows", frame=frame), intent)


ENTITIES = {"often": _often, "none_of": _none_of, "reaching": _reaching, "rows_per": _rows_per, "part_of_first": _part_of_first, "first_time": _first_time}

"""Intents about how far two groups are apart."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Ref, said
from nb_orchestra.offline.reading import Intent


def _gap(draft: Draft, intent: Intent) -> None:
    """Both groups' numbers beside each other (per further group where one is named), and their difference."""
    column, within, statistic = intent.by[0], list(intent.by[1:]), intent.statistics[0]
    ends = [str(intent.option("first")), str(intent.option("second"))]
    if not within:
        made = _in_rows(draft, intent, column, statistic, ends)
        draft.answer(made, intent)
        return
    frame: Ref = draft.rows(intent)
    if statistic == "n":
        arguments: dict[str, Any] = {"rows": within[0], "columns": column}
        made = draft.step("crosstab", arguments, intent, name=f"n_by_{within[0]}_and_{column}", purpose="Rows of both", frame=frame)
    else:
        arguments = {"rows": within, "columns": column, "value": intent.columns[0], "statistic": statistic}
        name = f"{statistic}_{intent.columns[0]}_by_{within[0]}_and_{column}"
        made = draft.step("pivot", arguments, intent, name=name, purpose=f"{statistic} of {intent.columns[0]} of both", frame=frame)
    ratio = bool(intent.option("ratio"))
    what = "ratio" if ratio else "difference"
    arguments = {"name": what, "expression": {"op": "/" if ratio else "-", "args": [{"column": end} for end in _turned(intent, ends)]}}
    made = draft.step("derive", arguments, intent, name=f"{what}_by_{within[0]}", purpose=f"Their {what}", frame={"from": made})
    if intent.option("order"):
        arguments = {"name": "gap", "expression": {"op": "abs", "args": [{"column": "difference"}]}}
        made = draft.step("derive", arguments, intent, name=f"gap_by_{within[0]}", purpose="How far they are apart", frame={"from": made})
        arguments = {"by": ["gap"], "ascending": intent.option("order") == "ascending"}
        made = draft.step("sort_rows", arguments, intent, name=f"gaps_of_{within[0]}_in_order", purpose="In the order of the gap", frame={"from": made})
    draft.answer(made, intent)


def _turned(intent: Intent, ends: list[str]) -> list[str]:
    """ "How many fewer": the second less the first."""
    return ends[::-1] if intent.option("less") else ends


def _in_rows(draft: Draft, intent: Intent, column: str, statistic: str, ends: list[str]) -> str:
    if statistic == "n":
        made = draft.step("count_rows", {"by": [column]}, intent, name=f"n_by_{column}", purpose=f"Rows by {column}", frame=draft.rows(intent))
    else:
        arguments: dict[str, Any] = {"by": [column], "value": list(intent.columns), "statistics": [statistic]}
        name = f"{statistic}_{intent.columns[0]}_by_{column}"
        made = draft.step("group_summary", arguments, intent, name=name, purpose=f"{statistic} of {intent.columns[0]} by {column}", frame=draft.rows(intent))
    last, first = _turned(intent, ends)
    arguments = {"by": [column], "ascending": str(first) < str(last)}
    ordered = draft.step("sort_rows", arguments, intent, name=f"{first}_and_{last}", purpose=f"{first}, then {last}", frame={"from": made})
    what = "ratio" if intent.option("ratio") else "difference"
    quotient = {"op": "/", "args": [{"column": statistic}, {"op": "shift", "args": [{"column": statistic}]}]}
    arguments = {"name": what, "expression": quotient if what == "ratio" else {"op": "diff", "args": [{"column": statistic}]}}
    return draft.step("derive", arguments, intent, name=f"{what}_by_{column}", purpose=f"Their {what}", frame={"from": ordered})


def _distance(draft: Draft, intent: Intent) -> None:
    """Each row's measure less the leader's (or the mean) of all rows or of its group; of the named rows, or in order."""
    value, statistic, group, named = intent.columns[0], intent.statistics[0], str(intent.option("group")), list(intent.option("named"))
    by = {"by": [group]} if group else {}
    reference = f"{statistic}_of_{group or 'all'}"
    columns = {
        reference: {"op": statistic, "args": [{"column": value}], **by},
        "gap": {"op": "-", "args": [{"column": value}, {"column": reference}]},
    }
    made = draft.step("derive", {"columns": columns}, intent, name=f"gap_to_{reference}", purpose=f"{value} less the {statistic}", frame=draft.rows(intent))
    if named:
        arguments: dict[str, Any] = {"where": named}
        made = draft.step("filter_rows", arguments, intent, name=f"gap_of_{said(named)}", purpose="Of these", frame={"from": made})
    else:
        arguments = {"by": ["gap"], "ascending": statistic != "max"}
        made = draft.step("sort_rows", arguments, intent, name="gaps_in_order", purpose="In order", frame={"from": made})
    texts = [
        column.name
        for column in draft.table.columns
        if column.kind == "text" and (column.identifying or column.name in (group, *(item["column"] for item in named)))
    ]
    texts = texts or [column.name for column in draft.table.columns if column.kind == "text"][:1]
    shown = list(dict.fromkeys([*texts, *([group] if group else []), value, reference, "gap"]))
    draft.answer(draft.step("select_columns", {"columns": shown}, intent, name="gaps", purpose="How far apart", frame={"from": made}), intent)


GAPS = {"gap": _gap, "distance": _distance}

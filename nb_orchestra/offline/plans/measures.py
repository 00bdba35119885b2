"""Intents that ask for numbers or rows of one table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nb_orchestra.offline.plans.draft import Draft, estimator, said
from nb_orchestra.offline.plans.times import dated
from nb_orchestra.offline.reading import Intent, Table
from nb_orchestra.offline.reading.intents import texts_in
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.tables import Column

_KNOWN = vocabulary(
    "n missing missing_percent distinct sum mean median mode sd var sem cv min max range q1 q3 iqr mad skew kurtosis geometric_mean harmonic_mean "
    "p5 p10 p90 p95 p99"
)


def _where_name(intent: Intent) -> str:
    return "_" + said(intent.where) if intent.where else ""


def _statistics(draft: Draft, intent: Intent) -> None:
    frame = draft.rows(intent)
    if intent.option("part"):
        period, frame = dated(draft, intent, frame)
        intent = replace(intent, by=(*intent.by, period))
    named = dict.fromkeys((*intent.statistics, *(key for keys in intent.option("each", {}).values() for key in keys)))
    wanted = [estimator(key, draft.reading.question) for key in named if key in _KNOWN]
    values = list(intent.columns)
    label = "_".join(wanted[:3]) or "summary"
    if intent.option("having") and "distinct" in intent.statistics:
        identity = often_enough(draft, intent)
    elif intent.option("q"):
        q = float(intent.option("q")) / 100
        arguments: dict[str, Any] = {"column": values[0], "q": q, "by": intent.by}
        identity = draft.step("quantile", arguments, intent, name=f"quantile_{values[0]}", purpose=f"Quantile {q} of {values[0]}", frame=draft.rows(intent))
    elif intent.by:
        arguments = {"by": intent.by, "value": values, "statistics": wanted or ["mean", "median", "sd"]}
        name = f"{label}_{'_'.join(values)}_by_{'_'.join(intent.by)}"
        purpose = f"{', '.join(wanted) or 'Summary'} of {', '.join(values)} by {', '.join(intent.by)}"
        identity = draft.step("group_summary", arguments, intent, name=name, purpose=purpose, frame=frame)
        if each := intent.option("each"):
            kept = [*intent.by, "n", *(f"{column}_{estimator(key, draft.reading.question)}" for column, keys in each.items() for key in keys)]
            identity = draft.step("select_columns", {"columns": kept}, intent, name=f"{name}_each", purpose="Each measure as asked", frame={"from": identity})
    else:
        arguments = {"columns": values, "statistics": wanted}
        name = f"{label}_{'_'.join(values)}{_where_name(intent)}"
        identity = draft.step(
            "describe", arguments, intent, name=name, purpose=f"{', '.join(wanted) or 'Summary'} of {', '.join(values)}", frame=draft.rows(intent)
        )
    draft.answer(identity, intent)


def often_enough(draft: Draft, intent: Intent) -> str:
    """How many values of a column occur so often."""
    column, (op, number) = intent.columns[0], intent.option("having")
    counts = draft.step(
        "value_counts", {"column": column}, intent, name=f"counts_of_{column}", purpose=f"How often each {column} occurs", frame=draft.rows(intent)
    )
    where = [{"column": "n", "op": op, "value": number}]
    return draft.step(
        "count_rows", {"where": where}, intent, name=f"n_{column}_often", purpose=f"{column} that occur {op} {number} times", frame={"from": counts}
    )


def _distribution(draft: Draft, intent: Intent) -> None:
    frame = draft.rows(intent)
    if intent.by:
        arguments: dict[str, Any] = {"by": intent.by, "value": intent.columns, "statistics": ["mean", "median", "sd", "min", "max"]}
        identity = draft.step("group_summary", arguments, intent, name=f"{intent.columns[0]}_by_{intent.by[0]}", purpose="Distribution by group", frame=frame)
    else:
        statistics = ["n", "missing", "mean", "sd", "min", "q1", "median", "q3", "max", "skew", "kurtosis"]
        arguments = {"columns": intent.columns, "statistics": statistics}
        identity = draft.step(
            "describe", arguments, intent, name=f"distribution_{intent.columns[0]}", purpose=f"Distribution of {intent.columns[0]}", frame=frame
        )
    draft.answer(identity, intent)


def _count(draft: Draft, intent: Intent) -> None:
    frame = draft.rows(replace(intent, where=intent.option("of", ())))
    if intent.option("part"):
        period, frame = dated(draft, intent, frame)
        intent = replace(intent, by=(*intent.by, period))
    arguments: dict[str, Any] = {"where": list(intent.where), "by": intent.by}
    name = "rows" + _where_name(intent) + ("_by_" + "_".join(intent.by) if intent.by else "")
    counted = draft.step("count_rows", arguments, intent, name=f"n_{name}", purpose="How many rows", frame=frame)
    if intent.kind == "share" and not intent.option("per"):
        _of_known(draft, intent, arguments, frame)
    if intent.option("per"):
        per = int(intent.option("per"))
        tree = {"op": "*", "args": [{"op": "/", "args": [{"column": "n"}, {"column": "of"}]}, per]}
        counted = draft.step(
            "derive", {"name": f"per_{per}", "expression": tree}, intent, name=f"per_{per}_{name}", purpose=f"Per {per:,} rows", frame={"from": counted}
        )
    draft.answer(counted, intent)
    if intent.kind == "share" and intent.option("which"):
        arguments = {"by": "percent", "which": intent.option("which")}
        draft.answer(draft.step("extreme", arguments, intent, name=f"most_{name}"[:60], purpose="The largest share", frame={"from": counted}), intent)


def _of_known(draft: Draft, intent: Intent, arguments: dict[str, Any], frame: Any) -> None:
    """A share of rows where some have no value: told, and the share of those that have one beside it."""
    gaps = [name for name in dict.fromkeys(str(condition["column"]) for condition in intent.where) if name in draft.table and draft.table[name].missing]
    if not gaps or draft.reading.slots or any(condition["op"] in ("missing", "present") for condition in intent.where):
        return
    where = [{"column": name, "op": "present"} for name in gaps]
    known = draft.step("filter_rows", {"where": where}, intent, name=f"rows_with_{'_'.join(gaps)}", purpose=f"Rows with {', '.join(gaps)}", frame=frame)
    made = draft.step("count_rows", arguments, intent, name=f"n_of_known_{'_'.join(gaps)}", purpose="Of the rows with a value", frame={"from": known})
    draft.answer(made, intent)
    draft.assume(f"rows without {', '.join(gaps)}: counted among all rows in the larger total, left out in the smaller one")


def _value_counts(draft: Draft, intent: Intent) -> None:
    column = intent.columns[0]
    name = f"counts_of_{column}{_where_name(intent)}" + ("_by_" + "_".join(intent.by) if intent.by else "")
    arguments = {"column": column, "by": intent.by, "n": intent.option("n"), "levels": intent.option("levels")}
    draft.answer(draft.step("value_counts", arguments, intent, name=name, purpose=f"How often each {column} occurs", frame=draft.rows(intent)), intent)


def _most_common(draft: Draft, intent: Intent) -> None:
    """How often each value occurs; the rarest, where that is asked."""
    _value_counts(draft, intent)
    if intent.option("which") == "min" and not draft.reading.slots:
        arguments, frame = {"by": "n", "which": "min"}, {"from": draft.products[-1].id}
        name = f"rarest_{intent.columns[0]}"
        draft.answer(draft.step("extreme", arguments, intent, name=name, purpose=f"The rarest {intent.columns[0]}", frame=frame), intent)


def _missing(draft: Draft, intent: Intent) -> None:
    columns = list(intent.columns)
    arguments: dict[str, Any] = {"columns": columns or [column.name for column in draft.table.columns], "statistics": ["n", "missing", "missing_percent"]}
    name = f"missing_{'_'.join(columns) or 'values'}{_where_name(intent)}"
    draft.answer(draft.step("describe", arguments, intent, name=name, purpose="Missing values", frame=draft.rows(intent)), intent)


def _duplicates(draft: Draft, intent: Intent) -> None:
    draft.answer(draft.step("duplicates", {"columns": intent.columns}, intent, name="repeated_rows", purpose="Rows that repeat"), intent)


def _rank(draft: Draft, intent: Intent) -> None:
    column, n, ascending = intent.columns[0], int(intent.option("n", 10)), bool(intent.option("ascending"))
    name = f"{'bottom' if ascending else 'top'}_{n}_by_{column}"
    arguments = {"by": column, "n": n, "ascending": ascending, "columns": [] if intent.option("counted") else shown(draft, column)}
    purpose = f"The {n} rows with the {'least' if ascending else 'most'} {column}"
    ranked = draft.step("rank", arguments, intent, name=name, purpose=purpose, frame=draft.rows(intent))
    draft.answer(ranked, intent)
    if where := list(intent.option("counted", ())):
        counted = draft.step("count_rows", {"where": where}, intent, name=f"n_of_{name}", purpose="How many of these", frame={"from": ranked})
        draft.answer(counted, intent)


def shown(draft: Draft, column: str) -> list[str]:
    """The columns that a reader of a ranking wants: what names the row, what the goal spoke of, what the measure is made of. All, of a narrow table."""
    table, label = draft.table, who(draft.table)
    asked = [name for intent in draft.reading.intents for name in intent.option("shown", ()) if label is None or name != label.name]
    if len(table.columns) <= 9 and not asked:
        return []
    made = next((intent.option("expression") for intent in draft.reading.intents if intent.option("name") == column), None)
    parts = [name for name in texts_in(made) if name in table]
    spoken = [name for intent in draft.reading.intents for name in intent.columns if name in table and intent.kind not in ("filter",)]
    wanted = [label.name] if label is not None else []
    years = [item.name for item in table.columns if item.looks_like_year]
    return list(dict.fromkeys([*wanted, *(asked or years), *spoken, *parts, column]))


_NAMES = frozenset({"name", "title", "country", "major"})


def who(table: Table) -> Column | None:
    """The column that says who or what a row is: a name, else what each row has its own of (a text, an identifier, a date)."""
    texts = table.of_kind("text")
    named = [column for column in texts if column.identifying or _NAMES & set(column.words)]
    ids = [column for column in table.columns if column.identifying and (column.labelling or column.kind == "date")]
    found = max(named, key=lambda item: (bool(_NAMES & set(item.words)), item.distinct), default=None) or next(iter(ids), None)
    return found or max(texts, key=lambda item: item.distinct, default=None)


def _group_rank(draft: Draft, intent: Intent) -> None:
    value, statistic, n = intent.columns[0], intent.statistics[0], int(intent.option("n", 10))
    arguments = {"by": intent.by, "value": [value], "statistics": [statistic], "sort": "ascending" if intent.option("ascending") else "descending"}
    ordered = draft.step(
        "group_summary",
        arguments,
        intent,
        name=f"{statistic}_{value}_by_{intent.by[0]}",
        purpose=f"{statistic} of {value} by {intent.by[0]}",
        frame=draft.rows(intent),
    )
    draft.answer(draft.step("head", {"n": n}, intent, name=f"top_{n}_{intent.by[0]}", purpose=f"The first {n}", frame={"from": ordered}), intent)


def _extreme(draft: Draft, intent: Intent) -> None:
    column, which = intent.columns[0], intent.option("which", "max")
    arguments: dict[str, Any] = {"by": column, "which": which}
    day = next((name for name in intent.option("asked", ()) if name in draft.table and draft.table[name].kind == "date"), None)
    if day is not None and not draft.reading.slots:  # "the hottest day": what names the row comes first
        arguments["columns"] = [day, *(item.name for item in draft.table.columns if item.name != day)]
    draft.answer(
        draft.step("extreme", arguments, intent, name=f"{which}_{column}", purpose=f"The row with the {which} {column}", frame=draft.rows(intent)),
        intent,
    )


def _group_extreme(draft: Draft, intent: Intent) -> None:
    column, which, statistic = intent.columns[0], intent.option("which", "max"), intent.statistics[0]
    arguments = {"by": intent.by, "value": column, "statistic": statistic, "which": which}
    name = f"{which}_{statistic}_{column}_by_{intent.by[0]}"
    draft.answer(
        draft.step(
            "group_extreme", arguments, intent, name=name, purpose=f"The {intent.by[0]} with the {which} {statistic} {column}", frame=draft.rows(intent)
        ),
        intent,
    )


def _profile(draft: Draft, intent: Intent) -> None:
    draft.answer(draft.step("profile", {}, intent, name="profile_of_columns", purpose="What each column holds", frame=draft.rows(intent)), intent)


def _check(draft: Draft, intent: Intent) -> None:
    _profile(draft, intent)
    draft.answer(draft.step("check_data", {}, intent, name="data_issues", purpose="What should be looked at before use"), intent)


def _table_one(draft: Draft, intent: Intent) -> None:
    by = intent.by[0] if intent.by else None
    arguments = {"by": by, "columns": intent.columns}
    name = "table_one" + (f"_by_{by}" if by else "")
    draft.answer(draft.step("table_one", arguments, intent, name=name, purpose="Baseline characteristics", frame=draft.rows(intent)), intent)


MEASURES = {
    "statistics": _statistics, "distribution": _distribution, "count": _count, "share": _count, "value_counts": _value_counts, "most_common": _most_common,
    "missing": _missing, "duplicates": _duplicates, "rank": _rank, "group_rank": _group_rank, "extreme": _extreme, "group_extreme": _group_extreme,
    "profile": _profile, "check": _check, "table_one": _table_one,
}  # fmt: skip

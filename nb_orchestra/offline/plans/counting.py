"""Counts, gaps, outliers and most common values that answer slots ask for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.plans.facts import cell, facts
from nb_orchestra.offline.plans.incomplete import GONE
from nb_orchestra.offline.plans.measures import often_enough
from nb_orchestra.offline.plans.shapes import with_method
from nb_orchestra.offline.plans.statistics import rows_at
from nb_orchestra.offline.plans.wanted import Wanted
from nb_orchestra.offline.reading import Intent
from nb_orchestra.offline.reading.answer_formats.binding import exactly_named
from nb_orchestra.offline.reading.answer_formats.formats import divide
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.tagging import tag


def missing(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    columns = [name for name in want.columns if name in draft.table]
    if not columns and quantity == "missing" and (want.words & _WHOLE or _OF_ALL.search(want.slot.about)):
        return _missing_in_all(draft, want)
    asked = list(dict.fromkeys(name for intent in draft.reading.intents if intent.kind in ("missing", "fill", "drop_missing") for name in intent.columns))
    said = [name for name in columns if name in asked] or columns or _by_words(draft, want, asked)
    fitting = said or (asked if len(asked) == 1 else [])
    if not fitting:
        return None
    column = fitting[0]
    made = Intent("missing", want.slot.name, (column,))
    frame = draft.present if want.words & {"after", "remaining", "left"} or not draft.stages else draft.stages[0]
    identity = draft.step(
        "describe", {"columns": [column], "statistics": [quantity]}, made, name=f"{quantity}_{column}", purpose=f"Missing values of {column}", frame=frame
    )
    return cell(identity, quantity)


def _by_words(draft: Draft, want: Wanted, asked: list[str]) -> list[str]:
    """ "rear_seat_missing": of the columns that the goal names, the one that shares most words with the slot."""
    named = exactly_named(tag(divide(draft.reading.question)[0], draft.table), draft.table)
    scored = sorted(((len(set(draft.table[name].words) & want.words), name) for name in {*asked, *named} if name in draft.table), reverse=True)
    return [scored[0][1]] if scored and scored[0][0] and (len(scored) == 1 or scored[0][0] > scored[1][0]) else []


_OF_ALL = re.compile(r"\btotal number of (?:missing|null|nan)\b|\bmissing values in the (?:whole |entire )?(?:dataset|data set|table|data)\b", re.IGNORECASE)
_WHOLE = frozenset({"total", "overall", "all", "dataset", "altogether", "entire"})


def _missing_in_all(draft: Draft, want: Wanted) -> dict[str, Any] | None:
    """ "@total_missing": the gaps of all columns together; None where the goal asks for those of one column only."""
    if not re.search(
        r"\b(?:in total|total number|altogether|overall|(?:entire|whole|the) (?:dataset|data set|table|data)|all columns)\b",
        draft.reading.question,
        re.IGNORECASE,
    ):
        return None
    made = Intent("missing", want.slot.name)
    frame = draft.present if want.words & {"after", "remaining", "left"} or not draft.stages else draft.stages[0]
    made_names = {intent.option("name") for intent in draft.reading.intents if intent.kind == "derive"}
    arguments = {"columns": [column.name for column in draft.table.columns if column.name not in made_names], "statistics": ["missing"]}
    each = draft.step("describe", arguments, made, name="missing_of_each", purpose="Missing values of each column", frame=frame)
    summed = {"columns": ["missing"], "statistics": ["sum"]}
    total = draft.step("describe", summed, made, name="missing_in_all", purpose="Missing values of all columns", frame={"from": each})
    return cell(total, "sum")


def missing_asked(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """A count or share without further words is one of missing values where that is all the goal asks about."""
    if any(intent.kind == "missing" for intent in draft.reading.intents):
        return missing(draft, want, "missing_percent" if quantity == "share" else "missing")
    return None


def outlier_count(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    intents = [intent for intent in draft.reading.intents if intent.kind in ("outliers", "remove_outliers")]
    columns = list(dict.fromkeys(name for intent in intents for name in intent.columns))
    named = [name for name in want.columns if name in columns]
    chosen = named or columns
    if len(chosen) != 1 or not intents:
        return None
    intent = with_method(draft, next(item for item in reversed(intents) if chosen[0] in item.columns))
    apart = set(intent.by) - {str(item["column"]) for item in intent.where if item["op"] == "=="}
    level = next((value for name, value in want.levels if name in apart), None)
    if apart and level is None:
        return None  # each group has its own limits and its own number
    frame = rows_at(draft, intent, draft.stages[0] if draft.stages and intent.kind == "remove_outliers" else draft.present)
    removing = [step["params"]["arguments"] for step in draft.steps if step["params"].get("recipe") == "remove_outliers"]
    frame = next((step["frame"] for step in removing if step.get("columns") == [chosen[0]]), frame)  # those that are removed, not those of the rest
    arguments = {"columns": [chosen[0]], "method": intent.option("method") or "iqr", "threshold": intent.option("threshold"), "by": list(apart)}
    identity = draft.step("outlier_summary", arguments, intent, name=f"outlier_count_{chosen[0]}", purpose=f"Outliers of {chosen[0]}", frame=frame)
    place = cell(identity, {"outlier_n": "outliers", "outlier_percent": "percent"}.get(quantity, quantity))
    return {**place, "where": {next(iter(apart)): level}} if apart else place


def extremes(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """ "Extreme count" in a goal that looks for outliers and counts nothing else."""
    kinds = {intent.kind for intent in draft.reading.intents}
    gone = want.words & GONE and "remove_outliers" in kinds and not kinds & {"drop_missing", "filter", "dedupe"}
    return None if kinds & {"count", "share", "missing"} or not (want.words & _EXTREME or gone) else outlier_count(draft, want, "outlier_n")


_EXTREME = frozenset({"extreme", "extremes", "outlying", "unusual", "anomalies", "anomalous", "flagged", "atypical"})


def outlier_list(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """Values of the outliers, or what an identifying column says of them."""
    found = next((fact for fact in facts(draft) if fact.quantity == "outlier_rows"), None)
    many = want.lists or re.search(r"s\b|list|values|all", want.slot.name.replace("_", " ")) is not None
    if found is None or not many:
        return None
    texts = [name for name in want.columns if name in draft.table and draft.table[name].kind != "number"]
    if "value" in want.text.split(" | ")[0] or (not texts and ("valu" in want.text or set(want.columns) & set(found.columns))):
        return {**found.place, "column": "value", "all": True}
    identifiers = texts or [column.name for column in draft.table.columns if column.kind == "text" and column.distinct > 0.9 * draft.table.rows]
    return {**found.place, "column": identifiers[0], "all": True} if len(identifiers) >= 1 else None


def level_counted(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """How many rows (or which share of them) hold the value that the slot names, else the value that the goal counts."""
    if not want.levels or _distinct_of(draft, want):
        return None
    intent = next(
        (intent for intent in draft.reading.intents if intent.kind in ("count", "share", "value_counts", "crosstab")), Intent("count", want.slot.name)
    )
    named = {name for name, _ in want.levels}
    where = [condition for condition in intent.where if condition["column"] not in named]
    said = [dict(item) for other in draft.reading.intents for item in other.where if item["column"] in named and item["op"] not in ("==", "in")]
    held = {item["column"] for item in said}  # "whose text contains the word": no row of exactly this value
    where += [*said, *({"column": name, "op": "==", "value": value} for name, value in want.levels if name not in held)]
    both = any(item["op"] == "in" and item["column"] in named for item in intent.where)
    if quantity == "share" and both and "rate" in want.words and not any(item["column"] not in named for item in intent.where):
        return None  # the rate of something that was not read, and no share of the groups themselves
    label = "_".join(str(value) for _, value in want.levels)
    of = [item for item in intent.option("of", ()) if item["column"] not in named]
    counted = {str(item["column"]) for item in intent.where if item["op"] != "in"}
    if quantity == "share" and intent.kind == "share" and counted and not named <= counted:  # "which share died of each sex": of the men, of the women
        of, where = [*of, *(item for item in where if item["column"] not in counted)], [item for item in where if item["column"] in counted]
    frame = draft.rows(replace(intent, where=tuple(of)))
    identity = draft.step("count_rows", {"where": where}, intent, name=f"n_{label}", purpose=f"Rows with {label}", frame=frame)
    return cell(identity, "percent" if quantity == "share" else "n")


def _distinct_of(draft: Draft, want: Wanted) -> bool:
    """ "How many different makers offer a Sporty": values are counted among these rows, not the rows."""
    held = [
        (item["column"], item["value"]) for intent in draft.reading.intents if "distinct" in intent.statistics for item in intent.where if item["op"] == "=="
    ]
    counts = any(intent.kind in ("count", "share") for intent in draft.reading.intents)
    return bool(held) and not counts and set(want.levels) <= set(held)


def most_frequent(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    intent = next((intent for intent in draft.reading.intents if "mode" in intent.statistics and intent.columns), None)
    if (
        intent is None
        and re.search(r"\b(?:most|commonest)", want.slot.name.replace("_", " "))
        and re.search(r"\bmost (?:common|frequent)", draft.reading.question)
    ):
        intent = next((intent for intent in draft.reading.intents if intent.kind == "statistics" and intent.statistics == ("distinct",)), None)
    if intent is None:
        return None
    identity = draft.step(
        "describe",
        {"columns": intent.columns[:1], "statistics": ["mode"]},
        intent,
        name=f"mode_{intent.columns[0]}",
        purpose="Most common value",
        frame=draft.rows(intent),
    )
    return cell(identity, "mode")


def truth_share(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """ "survival rate of women": the share of yes in a yes/no column; in percent only where the goal says so."""
    names = [*want.columns, *(name for intent in draft.reading.intents for name in intent.columns)]
    column = next((name for name in names if name in draft.table and draft.table[name].truth), None)
    if column is None:
        return None
    yes = draft.table[column].yes
    intent = next((intent for intent in draft.reading.intents if intent.where), Intent("share", want.slot.name, where=draft.reading.loose))
    named = {name for name, _ in want.levels} | {column}
    where = [condition for condition in intent.where if condition["column"] not in named]
    where += [{"column": name, "op": "==", "value": value} for name, value in want.levels if name != column]
    made = Intent("share", intent.clause, (column,), where=tuple(where))
    frame = rows_at(draft, made, draft.present)
    if draft.table[column].kind != "number" or re.search(r"percent|%", draft.reading.question.casefold()):
        step = draft.step(
            "count_rows", {"where": [{"column": column, "op": "==", "value": yes}]}, made, name=f"share_{column}", purpose=f"Share of {column}", frame=frame
        )
        fraction = not re.search(r"percent|%", draft.reading.question.casefold()) and re.search(
            r"between 0 and 1|proportion|fraction", draft.reading.question.casefold()
        )
        return None if fraction else cell(step, "percent")
    step = draft.step("describe", {"columns": [column], "statistics": ["mean"]}, made, name=f"rate_{column}", purpose=f"Rate of {column}", frame=frame)
    return cell(step, "mean")


def most_frequent_n(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """How often the most common value occurs."""
    intent = next((intent for intent in draft.reading.intents if "mode" in intent.statistics and intent.columns), None)
    if intent is None:
        return None
    column = intent.columns[0]
    step = draft.step(
        "value_counts", {"column": column}, intent, name=f"counts_of_{column}", purpose=f"How often each {column} occurs", frame=draft.rows(intent)
    )
    return cell(step, "n" if quantity != "share" else "percent")


OFTEN = vocabulary("frequency occurrences times often frequent common count occurs")


def rows_counted(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    distinct = [intent for intent in draft.reading.intents if "distinct" in intent.statistics]
    if distinct and distinct[0].option("having"):
        return cell(often_enough(draft, distinct[0]), "n")
    counts = any(intent.kind == "count" for intent in draft.reading.intents)
    often = want.words & OFTEN
    if distinct and (
        (not counts and not often) or "unique" in want.text or "distinct" in want.text or "different" in want.text or len(draft.reading.intents) == 1
    ):
        column = distinct[0].columns[0]
        step = draft.step(
            "describe",
            {"columns": [column], "statistics": ["distinct"]},
            distinct[0],
            name=f"distinct_{column}",
            purpose=f"Different {column}",
            frame=draft.rows(distinct[0]),
        )
        return cell(step, "distinct")
    return None

"""Slots about the strongest of several correlations, and about the period in which a measure peaks."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.plans.facts import cell
from nb_orchestra.offline.plans.wanted import Wanted
from nb_orchestra.offline.reading import Intent
from nb_orchestra.offline.reading.answer_formats.binding import ignored
from nb_orchestra.offline.reading.answer_formats.formats import divide
from nb_orchestra.offline.reading.tagging import tag

_WEAKEST = re.compile(r"\b(?:weakest|least (?:strongly )?correlated|lowest absolute|smallest absolute|closest to zero)\b", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(?:most negative|strongest negative|most negatively|lowest|smallest|minimum)\b", re.IGNORECASE)
_POSITIVE = re.compile(r"\b(?:most positive|strongest positive|most positively)\b", re.IGNORECASE)
_STRONGEST = re.compile(r"\b(?:strongest|strongly|highest|largest|greatest|most|best|weakest|least|lowest|smallest)\b", re.IGNORECASE)
_WITH = re.compile(r"\b(?:with|to)\s+(?:the\s+)?[\"'“`]?$", re.IGNORECASE)


def strongest(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The column that correlates most with the target, or its coefficient."""
    question = divide(draft.reading.question)[0]
    if not _STRONGEST.search(question) or want.levels:
        return None
    intents = [intent for intent in draft.reading.intents if intent.kind in ("matrix", "correlate", "target")]
    matrix = next((intent for intent in intents if intent.kind == "matrix"), None)
    if matrix is None:
        return None
    target = str(matrix.option("target") or "") or _target(question, matrix, draft)
    if not target or (quantity == "r" and set(want.columns) - {target} and not want.words & {"strongest", "highest", "largest", "max"}):
        return None
    numeric = [column.name for column in draft.table.of_kind("number") if not (column.labelling or column.numbering)]
    columns = [name for name in (matrix.columns or numeric) if name != target and name not in ignored(question, draft.table)]
    arguments = {"columns": columns, "target": target, "method": matrix.option("method") or "pearson"}
    step = draft.step(
        "correlation_matrix", arguments, matrix, name=f"correlations_with_{target}", purpose=f"How each goes with {target}", frame=draft.rows(matrix)
    )
    column = "r" if quantity == "r" else "x"
    if _WEAKEST.search(question):
        return cell(step, column, -1)
    side = "min" if _NEGATIVE.search(question) else "max" if _POSITIVE.search(question) else ""
    if side:
        found = draft.step("extreme", {"by": "r", "which": side}, matrix, name=f"{side}_correlation", purpose="The one asked for", frame={"from": step})
        return cell(found, column)
    return cell(step, column)


def _target(question: str, matrix: Intent, draft: Draft) -> str:
    """The column behind "with": the others correlate with it."""
    named = [item for item in tag(question, draft.table) if item.kind == "column" and (not matrix.columns or item.value in matrix.columns)]
    found = [str(item.value) for item in named if _WITH.search(question[: item.start])]
    return found[0] if found and draft.table[found[0]].kind == "number" else ""


def row_of_slot(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """A slot that is itself a superlative: the name "of the car with the highest horsepower"."""
    about = want.slot.about.partition("@")[0]
    texts = [name for name in want.columns if name in draft.table and draft.table[name].kind != "number"]
    tags = tag(about, draft.table)
    sides = [n for n, item in enumerate(tags) if "super" in item.kinds]
    if len(texts) != 1 or len({tags[n].kinds["super"] for n in sides}) != 1:
        return None
    columns = [str(item.value) for item in tags[sides[0] :] if item.kind == "column"]
    behind = list(dict.fromkeys(name for name in columns if draft.table[name].kind == "number"))
    if len(behind) != 1:
        return None
    which = tags[sides[0]].kinds["super"]
    statistic = next((item.kinds["stat"] for item in tags[sides[0] :] if item.kinds.get("stat") in ("mean", "median", "sum")), "")
    if statistic:  # "the feed with the highest mean weight"
        made = Intent("group_extreme", want.slot.name, (behind[0],), (texts[0],), (statistic,), draft.reading.loose)
        arguments = {"by": [texts[0]], "value": behind[0], "statistic": statistic, "which": which}
        name = f"{which}_{statistic}_{behind[0]}_by_{texts[0]}"
        found = draft.step(
            "group_extreme", arguments, made, name=name, purpose=f"The {texts[0]} with the {which} {statistic} {behind[0]}", frame=draft.rows(made)
        )
        return cell(found, texts[0])
    intent = Intent("extreme", want.slot.name, (behind[0],), where=draft.reading.loose)
    step = draft.step("extreme", {"by": behind[0], "which": which}, intent, name=f"{which}_{behind[0]}", purpose=f"The row with the {which} {behind[0]}")
    return cell(step, texts[0])


def peak_period(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The year (or day) in which a measure has its most, out of the periods of a date."""
    for product in draft.products:
        intent = product.intent
        every = str(intent.option("every", ""))
        if intent.kind != "peak" or product.recipe != "extreme" or every not in want.words | {"day"} or every not in ("year", "day"):
            continue
        if quantity in intent.statistics or (set(want.columns) - {intent.option("date")} and quantity != "which"):
            continue
        part = {"part": "year"} if every == "year" else {}
        return {**cell(product.id, str(intent.option("date"))), **part}
    return None

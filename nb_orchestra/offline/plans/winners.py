"""Slots about what a superlative found: the searched value, another column of its row, a statistic of the winning group, the strongest pair."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.plans.facts import Fact, cell, facts
from nb_orchestra.offline.plans.wanted import STATISTICS, Wanted
from nb_orchestra.offline.reading import Intent
from nb_orchestra.offline.reading.answer_formats.formats import divide
from nb_orchestra.offline.reading.language.words import parts, vocabulary
from nb_orchestra.offline.reading.tagging import tag

_NUMERIC = re.compile(r"\b(?:float|integer|number|numeric|decimals?|rounded)\b", re.IGNORECASE)
_THERE = re.compile(
    r"\b(?:there|in it|of it|within it|for it)\b(?=[^.;?\n]{0,12}(?:[.;?\n]|$))|"
    r"\b(?:in|of|for|within|by|from|on|at) (?:that|this|the same|the latter|these|those|such an?)\s+\w+|"
    r"\band (?:what is |report |give |calculate |compute |find )?(?:its|their)\b|"
    r"\bthat (?:group|category|country|city|state|region|class|type|team|one)['’]s\b",
    re.IGNORECASE,
)


def other_column(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """Of the one row with the most: the column that the slot's words name in the question, the searched value, or what names the row."""
    rows = [product for product in draft.products if product.recipe == "extreme" and product.intent.kind == "extreme"]
    if len(rows) != 1 or want.levels or any(fact.recipe == "group_extreme" for fact in facts(draft)):
        return None
    product = rows[0]
    searched = product.intent.columns[0]
    if any(intent.kind == "statistics" and intent.by and searched in intent.columns for intent in draft.reading.intents):
        return None  # of the groups
    named = [item.value for item in tag(divide(draft.reading.question)[0], draft.table) if item.kind == "column" and item.value != searched]
    spoken = [str(name) for name in dict.fromkeys(named) if name in draft.table]
    numeric = bool(_NUMERIC.search(want.slot.about)) or (want.slot.decimals is not None and quantity in STATISTICS)
    fitting = [name for name in spoken if _shares_a_word(name, want, draft) and (draft.table[name].kind == "number" or not numeric)]
    if len(fitting) == 1 and not _shares_a_word(searched, want, draft):
        return cell(product.id, fitting[0])
    if set(want.columns) - {searched}:
        return None
    if numeric and not [name for name in spoken if draft.table[name].kind == "number" and not draft.table[name].looks_like_year]:
        return cell(product.id, searched)
    texts = [name for name in spoken if draft.table[name].kind in ("text", "date")] if not numeric else []
    naming = [column.name for column in draft.table.of_kind("text") if column.identifying]
    chosen = list(product.intent.by) or (texts if len(texts) == 1 else naming if not texts and len(naming) == 1 else [])
    return cell(product.id, chosen[0]) if chosen and not numeric and quantity in ("which", "value", "max", "min") else None


def _shares_a_word(name: str, want: Wanted, draft: Draft) -> bool:
    own = set(draft.table[name].words)
    return bool(own & {word for said in want.words for word in parts(said)} - _COMMON)


_COMMON = vocabulary("name value mean median max min total number of the highest lowest average count")


def of_winner(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """ "… and the mean age there": the statistic in the group that the superlative found."""
    winner = _winner(draft)
    if winner is None or quantity not in STATISTICS or want.levels or not _THERE.search(divide(draft.reading.question)[0]):
        return None
    by = winner.by[0]
    asked = [name for name in want.columns if name in draft.table and draft.table[name].kind == "number"]
    spoken = [intent for intent in draft.reading.intents if intent.kind == "statistics" and quantity in intent.statistics and not intent.by]
    columns = asked or list(dict.fromkeys(name for intent in spoken for name in intent.columns))
    searched = winner.recipe == "group_extreme" and set(columns) <= set(winner.columns) and winner.place.get("column") == quantity
    if len(columns) != 1 or searched:
        return None
    intent = spoken[0] if spoken else Intent("statistics", want.slot.name, (columns[0],), (by,), (quantity,))
    source = next(product.intent for product in draft.products if winner.place["table"] == {"from": product.id})
    arguments = {"by": [by], "value": [columns[0]], "statistics": [quantity]}
    name = f"{quantity}_{columns[0]}_by_{by}"
    step = draft.step("group_summary", arguments, intent, name=name, purpose=f"{quantity} of {columns[0]} by {by}", frame=draft.rows(source))
    return {"table": {"from": step}, "column": quantity, "row": 0, "where": {by: {**winner.place, "column": by}}}


def lost_winner(draft: Draft, want: Wanted, place: dict[str, Any]) -> bool:
    """True for a statistic of all rows where the question asks for it "there"."""
    plain = want.quantity in STATISTICS and not want.levels and "where" not in place and "places" not in place
    winner = _winner(draft) if plain else None
    spoken = [intent for intent in draft.reading.intents if want.quantity in intent.statistics and _THERE.search(intent.clause)]
    return winner is not None and bool(spoken) and place.get("table") != winner.place["table"] and not any(intent.where for intent in spoken)


def _winner(draft: Draft) -> Fact | None:
    found = [fact for fact in facts(draft) if fact.quantity == "cell" and fact.recipe in ("value_counts", "group_extreme") and len(fact.by) == 1]
    return found[0] if len({fact.by for fact in found}) == 1 else None


_SECOND = re.compile(r"(?:2|second|b|y)$")


def strongest_pair(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The two columns that go together most (in one slot, or in two), or their coefficient."""
    question = divide(draft.reading.question)[0]
    matrix = next((intent for intent in draft.reading.intents if intent.kind == "matrix" and not intent.option("target")), None)
    if matrix is None or want.levels or not re.search(r"\b(?:pairs?|two (?:variables|columns|features)|combination)\b", question, re.IGNORECASE):
        return None
    if not re.search(r"\b(?:strongest|highest|largest|greatest|most)\b", question, re.IGNORECASE) or re.search(r"\bnegative\b", question, re.IGNORECASE):
        return None
    numeric = [column.name for column in draft.table.of_kind("number") if not (column.labelling or column.numbering)]
    arguments = {"columns": list(matrix.columns) or numeric, "method": matrix.option("method") or "pearson"}
    step = draft.step("correlation_matrix", arguments, matrix, name="correlation_matrix", purpose="Every pair's correlation", frame=draft.rows(matrix))
    if quantity in ("r", *STATISTICS):
        return cell(step, "r")
    if "," in want.slot.inside or re.search(r"\bpair|\bvariables|\bcolumns", want.slot.name):
        order = {"sorted": "ascending"} if re.search(r"\balphabetical", divide(draft.reading.question)[1], re.IGNORECASE) else {}
        return {"parts": [cell(step, "x"), cell(step, "y")], "joined": "," if re.search(r"\w,\w", want.slot.inside) else ", ", **order}
    return cell(step, "y" if _SECOND.search(want.slot.name) else "x")

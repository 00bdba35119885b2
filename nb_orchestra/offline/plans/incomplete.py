"""Slots about whole rows: how many have gaps, how many are left or gone after a change, how many repeat."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Ref
from nb_orchestra.offline.plans.facts import cell, facts
from nb_orchestra.offline.plans.wanted import Wanted
from nb_orchestra.offline.reading import Intent
from nb_orchestra.offline.reading.language.words import lemma, vocabulary

_GAPPED = re.compile(
    r"\b(?:row|record|observation|case|\w+s)\b[^.?;]{0,60}\b(?:at least one|any|one or more|some)\s+(?:missing|null|nan|empty)\b|"
    r"\bincomplete (?:rows?|records?|observations?|cases|entries)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\b(?:complete (?:rows?|records?|observations?|cases|entries)|(?:without|no) (?:any )?missing values?(?: in any column| at all)?)\b", re.IGNORECASE
)
_ROWS = vocabulary("rows row records record observations entries cases samples instances complete incomplete lines")
_LEFT = vocabulary("remaining left after remain retained kept rest final")
GONE = vocabulary("removed dropped excluded deleted lost discarded eliminated")


def gapped_rows(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """Rows with at least one gap (or with none): how many, or which share of all."""
    text = draft.reading.question
    complete = "complete" in want.words or ("without" in want.words and "missing" in want.words)
    found = (_WHOLE if complete else _GAPPED).search(text)
    about_rows = bool(want.words & _ROWS) or re.match(r"n_missing|missing_n", want.slot.name) is not None
    if found is None or not (about_rows or len(draft.reading.slots) == 1) or any(name in draft.table for name in want.columns):
        return None
    asked = [name for intent in draft.reading.intents if intent.kind in ("missing", "drop_missing") for name in intent.columns]
    columns = list(dict.fromkeys(asked)) or [column.name for column in draft.table.columns if column.missing != column.rows]
    how, test = ("all", "present") if complete else ("any", "missing")
    where = [{"column": columns[0], "op": how, "value": [{"column": name, "op": test} for name in columns]}]
    frame: Ref = draft.stages[0] if draft.stages else draft.present
    intent = Intent("missing", found.group(), tuple(columns))
    name = "rows_without_gaps" if complete else "rows_with_gaps"
    step = draft.step("count_rows", {"where": where}, intent, name=f"n_{name}", purpose=name.replace("_", " ").capitalize(), frame=frame)
    return cell(step, "percent" if quantity in ("missing_percent", "share") else "n")


_GAPPIEST = re.compile(
    r"\b(?:which|what|the) (?:column|variable|feature|attribute|field)s?\b[^.?;]*\b(?:(most|highest|largest|greatest|maximum)|(fewest|least|lowest|smallest))\b"
    r"[^.?;]*\b(?:missing|null|nan)",
    re.IGNORECASE,
)


def gappiest(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The column with the most missing values, or how many (or which percentage) it misses."""
    found = _GAPPIEST.search(draft.reading.question)
    if found is None or want.levels or want.words & _ROWS or any(name in draft.table for name in want.columns):
        return None
    frame: Ref = draft.stages[0] if draft.stages else draft.present
    intent = Intent("missing", found.group())
    arguments = {"columns": [column.name for column in draft.table.columns], "statistics": ["missing", "missing_percent"]}
    counted = draft.step("describe", arguments, intent, name="gaps_of_columns", purpose="Missing values of each column", frame=frame)
    which = "max" if found.group(1) else "min"
    step = draft.step("extreme", {"by": "missing", "which": which}, intent, name=f"{which}_missing", purpose="The column asked for", frame={"from": counted})
    return cell(step, {"which": "column", "value": "column", "missing_percent": "missing_percent", "share": "missing_percent"}.get(quantity, "missing"))


def rows_left(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """How many rows a change leaves, or takes away."""
    if not draft.stages or not want.words & (_ROWS | {"n", "number", "count", "num"}) or want.levels:
        return None
    gone, left = bool(want.words & GONE), bool(want.words & _LEFT)
    if gone == left or "outlier" in " ".join(want.words):
        return None
    changes = [intent for intent in draft.reading.intents if intent.kind in ("drop_missing", "filter", "remove_outliers", "dedupe")]
    if not changes or len(changes) != len(draft.stages):
        return None
    before, after = (_counted(draft, frame, changes[0]) for frame in (draft.stages[0], draft.present))
    return {"op": "-", "places": [before, after]} if gone else after


def _counted(draft: Draft, frame: Ref, intent: Intent) -> dict[str, Any]:
    return cell(draft.step("count_rows", {}, intent, name="n_rows", purpose="How many rows", frame=frame), "n")


_HOW_MANY = vocabulary("n num no nr number count counts total of the how many rows row records size amount")


_THEY = re.compile(r"\bhow many (?:are|were) (?:they|there|these|those|such)\b|\bhow many (?:of (?:them|these|those)|such)\b", re.IGNORECASE)


def _lemmas(text: str) -> set[str]:
    return {lemma(word) for word in re.findall(r"[a-z]+", text.casefold())}


def counted_as_said(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """ "How many patients are there", "@num_patients": the count of the clause that says what is counted."""
    nouns = {lemma(word) for word in want.words - _HOW_MANY}
    counted = [fact for fact in facts(draft) if fact.quantity == "n" and fact.recipe == "count_rows"]
    question = draft.reading.question
    fitting = [fact for fact in counted if nouns and nouns <= _lemmas(question if _THEY.search(fact.clause) else fact.clause)]
    return dict(fitting[0].place) if len(fitting) == 1 and not want.levels and not want.columns and not want.stage else None


def repeats_gone(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """ "@duplicates_removed": the rows that the goal's removal of repeated rows takes away."""
    step = next((step for step in draft.steps if step["params"].get("recipe") == "drop_duplicates"), None)
    if step is None or not want.words & _REPEATED or want.columns or want.levels:
        return None
    intent = Intent("dedupe", want.slot.name)
    whole: Ref = {key: value for key, value in step["params"]["arguments"]["frame"].items() if key != "columns"}
    return {"op": "-", "places": [_counted(draft, whole, intent), _counted(draft, {"from": step["id"]}, intent)]}


_REPEATED = vocabulary("duplicates duplicate duplicated repeats repeated")

"""Slots about one group where the goal's test or correlation is of all rows: the same within the rows of that group."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.plans.facts import cell
from nb_orchestra.offline.plans.statistics import rows_at
from nb_orchestra.offline.plans.wanted import Wanted

_OTHER_TESTS = frozenset({"compare", "proportions", "paired", "one_sample", "compare_columns", "regress", "train", "trend", "normality", "matrix"})


def correlation_within(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The coefficient (or its p) of two columns in the rows that the slot names."""
    if quantity == "r" and not want.levels:
        return _of_named_pair(draft, want)
    intents = [intent for intent in draft.reading.intents if intent.kind == "correlate"]
    pairs = {frozenset(intent.columns) for intent in intents}
    named = {name for name, _ in want.levels}
    other = any(intent.kind in _OTHER_TESTS for intent in draft.reading.intents)
    if not want.levels or len(pairs) != 1 or (other and quantity != "r") or named & next(iter(pairs)):
        return None
    intent = intents[-1]
    method = next((str(item.option("method")) for item in reversed(intents) if item.option("method")), "pearson")
    where = [*(item for item in intent.where if item["column"] not in named), *({"column": name, "op": "==", "value": value} for name, value in want.levels)]
    within = replace(intent, where=tuple(where), by=())
    label = "_".join(str(value) for _, value in want.levels)
    x, y = intent.columns
    step = draft.step(
        "correlate", {"x": x, "y": y, "method": method}, within, name=f"corr_{x}_{y}_{label}", purpose=f"{x} and {y} of {label}",
        frame=rows_at(draft, within, draft.present),
    )  # fmt: skip
    return cell(step, quantity)


def _of_named_pair(draft: Draft, want: Wanted) -> dict[str, Any] | None:
    """ "corr_skin_bmi" where the goal correlates several columns: these two."""
    named = [name for name in want.columns if name in draft.table and draft.table[name].kind == "number"]
    matrix = next((intent for intent in draft.reading.intents if intent.kind == "matrix" and set(named) <= set(intent.columns)), None)
    if matrix is None or len(named) != 2:
        return None
    x, y = named
    arguments = {"x": x, "y": y, "method": matrix.option("method") or "pearson"}
    return cell(draft.step("correlate", arguments, matrix, name=f"corr_{x}_{y}", purpose=f"How {x} and {y} go together", frame=draft.rows(matrix)), "r")

"""What answer slots ask for and how it can be had, tried in order before the facts of other steps.

DEMANDS maps a quantity to its ways. A way adds the steps that it needs and gives the place of the answer, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.plans.between import against
from nb_orchestra.offline.plans.counting import (
    OFTEN,
    extremes,
    level_counted,
    missing,
    missing_asked,
    most_frequent,
    most_frequent_n,
    outlier_count,
    outlier_list,
    rows_counted,
    truth_share,
)
from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.plans.facts import Fact, cell, facts
from nb_orchestra.offline.plans.incomplete import counted_as_said, gapped_rows, gappiest, repeats_gone, rows_left
from nb_orchestra.offline.plans.models import train
from nb_orchestra.offline.plans.staged import staged
from nb_orchestra.offline.plans.statistics import statistic_of_slot
from nb_orchestra.offline.plans.strongest import peak_period, row_of_slot, strongest
from nb_orchestra.offline.plans.wanted import STATISTICS, Wanted
from nb_orchestra.offline.plans.winners import of_winner, other_column, strongest_pair
from nb_orchestra.offline.plans.within import correlation_within
from nb_orchestra.offline.reading.language.synonyms import POINTERS

Way = Callable[[Draft, Wanted, str], dict[str, Any] | None]


def _ranked_texts(draft: Draft, want: Wanted, fact: Fact) -> dict[str, Any] | None:
    """The names in a ranking, all of them where the slot is a list; none for a slot of one name out of many."""
    texts = [name for name in want.columns if name in draft.table and draft.table[name].kind == "text"]
    names = texts or [column.name for column in draft.table.of_kind("text") if column.identifying]
    many = next((intent.option("n") for intent in draft.reading.intents if intent.kind == "rank"), 1) != 1
    if not names or (many and not want.lists):
        return None
    return {"table": fact.place["table"], "column": names[0], **({"all": True} if many else {"row": 0})}


def _which(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The text (or year, or other column) of the row that a superlative found."""
    for fact in facts(draft):
        if fact.quantity != "cell":
            continue
        if fact.recipe == "rank":
            return _ranked_texts(draft, want, fact)
        if "column" in fact.place:
            if not want.columns or set(want.columns) & {*fact.columns, *fact.by} or quantity == "which":
                return dict(fact.place)
            continue
        texts = [name for name in want.columns if name in draft.table]
        column = next(iter([name for name in texts if quantity == "which" and draft.table[name].kind != "number"] or texts or fact.by), None)
        if column is not None:
            return {**fact.place, "column": column}
    return None


def _asked_number(draft: Draft, searched: str) -> str | None:
    """The number that a question about an extreme row asks for."""
    for intent in draft.reading.intents:
        if intent.kind == "extreme" and intent.columns[0] == searched:
            return next((name for name in intent.option("asked", ()) if name in draft.table and draft.table[name].kind == "number"), None)
    return None


def _cell_value(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """A number out of the row that a superlative found, where the slot names another column than the one searched."""
    for fact in facts(draft):
        if fact.quantity == "cell" and "column" not in fact.place and fact.recipe != "rank":
            searched = next(other.columns[0] for other in facts(draft) if other.quantity == "extreme" and other.clause == fact.clause)
            other = [name for name in want.columns if name in draft.table and name != searched]
            if other:
                return {**fact.place, "column": other[0]}
            asked = _asked_number(draft, searched)
            if asked and searched not in want.columns:
                return {**fact.place, "column": asked}
            if searched in want.columns:
                return {**fact.place, "column": searched}
    return None


_SIDES = re.compile(
    r"\b(?:(highest|largest|greatest|most|biggest|maximum|top|{})|(lowest|smallest|least|fewest|minimum|{}))\b".format(
        *("|".join(word for word, (_, side) in POINTERS.items() if word.endswith("est") and side == which) for which in ("max", "min"))
    ),
    re.IGNORECASE,
)
_PEAK = re.compile(
    r"(?:the )?(?:max|min|maximum|minimum|largest|smallest|highest|lowest|greatest|biggest|least|most)(?: (?:value|amount|number|one))?", re.IGNORECASE
)
_NUMERIC = re.compile(r"\b(?:float|integer|number|numeric|decimals?|rounded)\b", re.IGNORECASE)


def _top_of_groups(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The group whose statistic is the largest (or least), or that statistic: "sum sales by shop. Which shop sold most, and how much?"."""
    grouped = [
        intent for intent in draft.reading.intents if intent.kind == "statistics" and len(intent.by) == len(intent.columns) == len(intent.statistics) == 1
    ]
    side = _SIDES.search(f"{want.slot.name} {want.slot.about}".replace("_", " ")) or _SIDES.search(draft.reading.question)
    peaks = {product.id for product in draft.products if product.intent.kind == "peak"}
    known = [fact for fact in facts(draft) if fact.quantity == "extreme" and fact.place["table"].get("from") not in peaks]
    found = next((fact for fact in known if fact.recipe in ("group_extreme", "extreme")), None)
    if found is not None and found.recipe == "extreme" and len(grouped) == 1 and found.columns == grouped[0].columns and found.by in ((), grouped[0].by):
        found = None  # the row with the most: of the groups, since their sums are asked for
    if found is not None:
        numeric = quantity == "value" and set(want.columns) <= set(found.columns) and _NUMERIC.search(want.slot.about) is not None
        itself = not want.columns and _PEAK.fullmatch(want.slot.name.replace("_", " ")) is not None  # "@largest": of the one column that is searched
        asked = found.recipe == "extreme" and ((not found.by and not itself) or _asked_number(draft, found.columns[0]))
        return dict(found.place) if numeric and not asked else None
    if len(grouped) != 1 or side is None or want.levels:
        return None
    intent = grouped[0]
    by, value, statistic = intent.by[0], intent.columns[0], intent.statistics[0]
    measured = value in want.columns or quantity == statistic or _NUMERIC.search(want.slot.about) is not None
    named = quantity == "which" or (
        by in want.columns and (not measured or (draft.table[by].kind != "text" and value not in want.columns and quantity != statistic))
    )
    if (measured and quantity == "which") or not (named or measured) or statistic not in STATISTICS:
        return None
    arguments = {"by": [by], "value": value, "statistic": statistic, "which": "max" if side.group(1) else "min"}
    name = f"{arguments['which']}_{statistic}_{value}_by_{by}"
    step = draft.step(
        "group_extreme", arguments, intent, name=name, purpose=f"The {by} with the {arguments['which']} {statistic} {value}", frame=draft.rows(intent)
    )
    return cell(step, by if named else statistic)


def _part_number(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The number of the month (hour, weekday) that a pattern peaks in."""
    return next((dict(fact.place) for fact in facts(draft) if fact.quantity == "part_number"), None)


def _only_statistic(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """A slot that names no quantity, in a goal that asks for one statistic of one column."""
    asked = [intent for intent in draft.reading.intents if intent.kind == "statistics"]
    if len(asked) != 1 or len(asked[0].statistics) != 1 or len(asked[0].columns) != 1 or asked[0].by:
        return None
    if asked[0].option("q"):
        intent, q = asked[0], float(asked[0].option("q")) / 100
        arguments = {"column": intent.columns[0], "q": q}
        step = draft.step("quantile", arguments, intent, name=f"quantile_{intent.columns[0]}", purpose=f"Quantile {q:g}", frame=draft.rows(intent))
        return {"table": {"from": step}, "column": "value", "row": 0}
    return statistic_of_slot(draft, replace(want, columns=asked[0].columns, quantity=asked[0].statistics[0]), asked[0].statistics[0])


def _model_metric(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """The metric of the goal's model: without the columns that the goal made where the slot says original, with them else."""
    intent = next((intent for intent in draft.reading.intents if intent.kind == "train"), None)
    made = [str(other.option("name")) for other in draft.reading.intents if other.kind == "derive"]
    if intent is None or not made or want.stage == "after":
        return None
    target, *features = intent.columns
    numeric = [column.name for column in draft.table.of_kind("number") if not column.labelling]
    chosen = [name for name in (features or numeric) if name != target]
    if want.stage == "before":
        chosen = [name for name in chosen if name not in made]
    identity = train(draft, replace(intent, columns=(target, *chosen)))
    return {"table": {"from": identity}, "column": "value", "where": {"metric": quantity}}


def _only_count(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """A slot that names no quantity, in a goal that only counts rows."""
    counts = [fact for fact in facts(draft) if fact.quantity == "n" and fact.recipe == "count_rows"]
    most = {name for fact in counts for name in fact.columns}
    counts = [fact for fact in counts if set(fact.columns) == most][-1:]  # the constraints say it most fully
    alone = len(draft.reading.slots) == 1 and all(intent.kind in ("count", "filter", "drop_missing") for intent in draft.reading.intents)
    return dict(counts[0].place) if alone and len(counts) == 1 else None


def _only_share(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """A slot that names no quantity, in a goal that asks for one percentage."""
    shares = [fact for fact in facts(draft) if fact.quantity == "share" and fact.recipe == "count_rows"]
    alone = len(draft.reading.slots) == 1 and all(intent.kind in ("share", "filter", "drop_missing", "derive") for intent in draft.reading.intents)
    return dict(shares[0].place) if alone and len(shares) == 1 and re.search(r"\bpercent|%", draft.reading.question, re.IGNORECASE) else None


def _of_most_common(draft: Draft, want: Wanted, quantity: str) -> dict[str, Any] | None:
    """ "Which county has the most districts, and how many are there": how often the commonest occurs."""
    restricted = any(intent.kind == "count" and intent.where for intent in draft.reading.intents)
    counts = [fact for fact in facts(draft) if fact.quantity == "n" and fact.recipe == "value_counts"]
    common = any(intent.kind == "most_common" for intent in draft.reading.intents)
    different = re.search(r"\b(?:distinct|unique|different)\b", draft.reading.question) and not want.words & OFTEN
    return dict(counts[0].place) if common and len(counts) == 1 and not restricted and not different else None


DEMANDS: dict[str, tuple[Way, ...]] = {
    **dict.fromkeys(STATISTICS, (against, of_winner, _top_of_groups, statistic_of_slot)),
    "distinct": (rows_counted, statistic_of_slot),
    **dict.fromkeys(("max", "min"), (against, of_winner, peak_period, _cell_value, _top_of_groups, statistic_of_slot)),
    **dict.fromkeys(("accuracy", "precision", "recall", "f1", "auc", "rmse", "mse", "mae"), (_model_metric,)),
    "missing": (gappiest, gapped_rows, missing),
    "missing_percent": (gappiest, gapped_rows, missing),
    "outlier_n": (outlier_count,),
    "outlier_percent": (outlier_count,),
    "low_limit": (outlier_count,),
    "high_limit": (outlier_count,),
    "outlier_list": (outlier_list,),
    "r": (correlation_within, strongest_pair, strongest, staged),
    "p": (correlation_within, staged),
    **dict.fromkeys(("statistic", "slope", "intercept"), (staged,)),
    "which": (gappiest, row_of_slot, strongest_pair, strongest, peak_period, _top_of_groups, _which, other_column, most_frequent, outlier_list),
    "value": (
        repeats_gone,
        against,
        rows_left,
        gapped_rows,
        strongest_pair,
        strongest,
        peak_period,
        other_column,
        _top_of_groups,
        _part_number,
        extremes,
        most_frequent,
        _cell_value,
        _only_statistic,
        _only_count,
        _only_share,
        _which,
        outlier_list,
    ),
    "n": (
        gappiest,
        against,
        rows_left,
        gapped_rows,
        missing_asked,
        level_counted,
        rows_counted,
        most_frequent_n,
        _of_most_common,
        counted_as_said,
        _only_count,
        extremes,
    ),
    "share": (against, gapped_rows, missing_asked, truth_share, level_counted, most_frequent_n, other_column, _cell_value),
    "quantile": (_only_statistic,),
}

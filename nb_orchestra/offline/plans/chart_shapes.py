"""The chart that each kind of result has: its kind, its axes and what they are called."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from nb_orchestra.offline.plans.draft import Product, Ref
from nb_orchestra.offline.reading import Intent
from nb_orchestra.offline.recipes.labels import label_of, name_and_unit

Shape = tuple[dict[str, Any], str, Ref | None]
"""Arguments, what the name says, and the table to draw (None: the present one)."""


def _box(product: Product) -> Shape:
    by = list(product.intent.by)
    before = product.intent.option("after")
    by = [before, *by] if before else by
    value = product.intent.columns[0]
    return {"kind": "box", "x": by[0], "y": value, "colour": by[1] if len(by) > 1 else None}, f"{value}_by_{'_'.join(by[:2])}", None


def scatter(product: Product) -> Shape:
    y, x = product.intent.columns[:2]
    return {"kind": "scatter", "x": x, "y": y, "fit": True}, f"{y}_from_{x}", None


def _pair(product: Product) -> Shape:
    x, y = product.intent.columns[:2]
    return {"kind": "scatter", "x": x, "y": y, "colour": product.intent.by[0] if product.intent.by else None}, f"{x}_{y}", None


def _bars(product: Product) -> Shape:
    intent = product.intent
    if intent.kind == "two_parts":
        return _cells(product)
    value, statistic = intent.columns[0], intent.statistics[0] if intent.statistics else "mean"
    part = intent.option("part")
    if part:  # "per decade": the periods are in the result, and in no column
        kind, others = "line" if part in ("year", "decade") else "bar", [name for name in intent.by if name != part]
        arguments = {"kind": kind, "x": part, "y": statistic, "colour": others[0] if others else None, "labels": statistic_said(statistic, value)}
        return arguments, f"{value}_by_{part}", {"from": product.id}
    if intent.option("date"):
        return {"kind": "line", "x": intent.by[0], "y": value, "statistic": statistic, "colour": intent.by[1]}, f"{value}_over_time_by_{intent.by[1]}", None
    arguments = {"kind": "bar", "x": intent.by[0], "y": value, "statistic": statistic, "colour": intent.by[1] if len(intent.by) > 1 else None}
    return (arguments if intent.by else {"kind": "histogram", "x": value}), f"{value}_by_{'_'.join(intent.by[:2]) or 'value'}", None


def statistic_said(statistic: str, column: str) -> dict[str, str]:
    """What the statistic's column in a result holds, for the axis: sum → total revenue (€)."""
    return {statistic: f"{STATISTICS_SAID.get(statistic, statistic)} {label_of(column)}"}


def _weighted(product: Product) -> Shape | None:
    """A weighted statistic of each group: bars, or a line over years."""
    intent, by = product.intent, list(product.intent.by)
    if not by:
        return None
    value, statistic = intent.columns[0], intent.statistics[0]
    years = next((name for name in by if re.search(r"\byear\b", name, re.IGNORECASE)), None)
    across = years or by[0]
    colour = next((name for name in by if name != across), None)
    labels = {"value": f"weighted {STATISTICS_SAID.get(statistic, statistic)} {label_of(value)}"}
    arguments = {"kind": "line" if years else "bar", "x": across, "y": "value", "colour": colour, "labels": labels}
    return arguments, f"weighted_{value}_by_{across}", {"from": product.id}


def _months(product: Product) -> Shape:
    intent = product.intent
    part, statistic, value = intent.option("part", "month"), intent.statistics[0], intent.columns[0]
    labels = statistic_said(statistic, value)
    column = f"mean_yearly_{statistic}" if intent.option("each") else statistic
    return (
        {"kind": "bar", "x": part, "y": column, "sort": "none", "labels": {column: f"{'mean yearly ' if intent.option('each') else ''}{labels[statistic]}"}},
        f"{value}_by_{part}",
        {"from": product.id},
    )


def _periods(product: Product) -> Shape | None:
    intent = product.intent
    every, statistic = intent.option("every"), intent.statistics[0] if intent.statistics else "mean"
    colour = intent.by[0] if intent.by else None
    if not intent.columns:
        arguments = {
            "kind": "line",
            "x": intent.option("date"),
            "y": "n",
            "colour": colour,
            "labels": {"n": "number of rows", str(intent.option("date")): str(every)},
        }
        return arguments, "rows_over_time", {"from": product.id}
    value = intent.columns[0]
    if every is None:
        return _line(product)
    labels = statistic_said(statistic, value) | {str(intent.option("date")): str(every)}
    arguments = {"kind": "line", "x": intent.option("date"), "y": statistic, "colour": colour, "labels": labels}
    return arguments, f"{value}_over_time", {"from": product.id}


def _shares(product: Product) -> Shape | None:
    """Counts of rows, or the share of those that are meant: lines over a period, bars over groups."""
    intent = product.intent
    if intent.kind == "two_parts":
        return _cells(product)
    part = intent.option("part") or (intent.option("every") if intent.option("cyclic") else "")
    by = list(intent.by) + ([str(part)] if part else [])
    timed = intent.option("running") or intent.kind == "count_course" or intent.option("part") in ("year", "decade")
    period = str(intent.option("part") or intent.option("every") or "") if timed else ""
    if not by and not period:
        return None
    across = period or by[-1]
    others = [name for name in by if name != across]
    measure = "percent" if intent.kind == "share" or intent.option("rate") else "n"
    said = _counted_rows(intent) if measure == "n" else f"{_counted_rows(intent)} (%)"
    arguments = {"kind": "line" if period else "bar", "x": across, "y": measure, "colour": others[0] if others else None, "labels": {measure: said}}
    return arguments, f"{measure}_by_{across}", {"from": product.id}


def _cells(product: Product) -> Shape:
    """A heat map of two parts of the date."""
    intent, statistic = product.intent, product.intent.statistics[0]
    down, across = intent.option("parts")
    labels = statistic_said(statistic, intent.columns[0]) if intent.columns else {"n": "number of rows"}
    return {"kind": "heatmap", "x": across, "y": down, "colour": statistic, "labels": labels}, f"{statistic}_by_{down}_{across}", {"from": product.id}


def _counted_rows(intent: Intent) -> str:
    """What an axis of counts or shares says: the values that are counted, "fell yes"."""
    where = intent.where or tuple(intent.option("counted", ()))
    values = [condition.get("value", condition["op"]) for condition in where]
    plain = [f"{condition['column']} {value}" for condition, value in zip(where, values, strict=True) if not isinstance(value, list | tuple | dict)]
    share = "share of " if intent.kind == "share" or intent.option("rate") else ""
    return f"{share}rows with {', '.join(plain)}" if plain else f"{share or 'number of '}rows"


_SPREAD = re.compile(r"\b(?:histogram|distribution)\b", re.IGNORECASE)


def _computed(product: Product) -> Shape | None:
    """What was derived last: running totals and growth are lines over time, changes are bars."""
    intent = product.intent
    if intent.kind == "steps":
        step = "percent_change" if intent.option("relative") else "change"
        said = f"daily change of {name_and_unit(intent.columns[0])[0]}{' (%)' if step == 'percent_change' else ''}"
        shape = {"kind": "line", "x": str(intent.option("date")), "y": step} if not _SPREAD.search(intent.clause) else {"kind": "histogram", "x": step}
        return {**shape, "labels": {step: said}}, f"{step}_{intent.columns[0]}", {"from": product.id}
    if intent.kind not in ("cumulative", "growth"):
        return None
    y = "cumulative" if intent.kind == "cumulative" else "percent_change" if intent.option("relative") else "change"
    value = intent.columns[0] if intent.columns else "rows"
    said = f"cumulative {label_of(value)}" if y == "cumulative" else f"{'change (%)' if y == 'percent_change' else 'change'} of {name_and_unit(value)[0]}"
    date, by = str(intent.option("date")), intent.by
    labels = {y: said, date: str(intent.option("every") or date)}
    kind = "line" if y == "cumulative" else "bar"
    arguments = {"kind": kind, "x": date, "y": y, "colour": by[0] if by else None, "labels": labels, "sort": "none" if kind == "bar" else None}
    return arguments, f"{y}_{value}", {"from": product.id}


def _line(product: Product) -> Shape | None:
    if not product.intent.columns:  # of counts
        return None
    value, by = product.intent.columns[0], product.intent.by
    return {"kind": "line", "x": product.intent.option("date"), "y": value, "colour": by[0] if by else None}, f"{value}_over_time", None


def _smoothed(product: Product) -> Shape:
    value, date = product.intent.columns[0], product.intent.option("date")
    arguments = {"kind": "line", "x": date, "y": [value, f"{value}_moving_average"]}
    return arguments, f"{value}_smoothed", {"from": product.id}


def _counts(product: Product) -> Shape:
    return {"kind": "bar", "x": product.intent.columns[0], "y": "n"}, f"counts_of_{product.intent.columns[0]}", {"from": product.id}


def _histogram(product: Product) -> Shape | None:
    if not product.intent.columns:  # a look at all columns
        return None
    return {"kind": "histogram", "x": product.intent.columns[0]}, product.intent.columns[0], None


STATISTICS_SAID = {"sum": "total", "sd": "standard deviation of", "var": "variance of", "min": "smallest", "max": "largest"}


def _strengths(product: Product) -> Shape | None:
    """One bar for each column that goes with the target; of all pairs the strongest is drawn by a recipe of its own."""
    if not product.intent.columns:
        return None
    target = product.intent.columns[0]
    labels = {"strength": "strength of the association (0 none, 1 full)", "x": "column"}
    arguments = {"kind": "bar", "x": "x", "y": "strength", "sort": "none", "n": MOST_BARS, "horizontal": True, "labels": labels}
    arguments["title"] = f"What goes with {label_of(target)}"
    return arguments, f"associations_with_{target}", {"from": product.id}


MOST_BARS = 12

FOLLOWING: dict[str, Callable[[Product], Shape | None]] = {
    "moving_average": _smoothed, "associations": _strengths,
    "compare_groups": _box, "regression": scatter, "correlate": _pair, "time_pattern": _months, "resample": _periods, "trend": _line, "group_summary": _bars,
    "weighted_summary": _weighted, "count_rows": _shares, "derive": _computed,
    "value_counts": _counts, "outliers": _histogram, "normality": _histogram, "describe": _histogram,
}  # fmt: skip

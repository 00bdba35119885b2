"""The chart that fits what was asked: its own columns where the goal names them, else the main result's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Product, Ref
from nb_orchestra.offline.reading import Intent
from nb_orchestra.offline.recipes.labels import label_of

Shape = tuple[dict[str, Any], str, Ref | None]
"""Arguments, what the name says, and the table to draw (None: the present one)."""


def _chart(draft: Draft, intent: Intent) -> None:
    beside = [product for product in draft.products if product.intent.clause == intent.clause and product.recipe in FOLLOWING]
    beside.sort(key=lambda product: list(FOLLOWING).index(product.recipe))
    ranked = next((p for p in draft.products if p.intent.clause == intent.clause and p.recipe == "rank" and p.intent.columns), None)
    shape = FOLLOWING[beside[0].recipe](beside[0]) if beside else _ranked(draft, ranked) if ranked is not None else None
    shape = shape or (_named(draft, intent) if intent.columns or intent.by else _following(draft))
    if shape is None:
        draft.not_done.append(f"{intent.clause}: nothing to draw; name the columns")
        return
    arguments, label, frame = shape
    if intent.option("kind"):
        arguments = {**arguments, "kind": intent.option("kind")}
    if arguments["kind"] == "histogram" and arguments.get("y"):  # of one measure: what it stands on is a colour
        arguments = {"kind": "histogram", "x": arguments["y"], "colour": arguments["x"]}
    identity = draft.step(
        "chart", arguments, intent, name=f"chart_{label}", purpose=f"Chart of {label.replace('_', ' ')}", frame=frame or draft.rows(intent), output="figure"
    )
    draft.answer(identity, intent, "figure")


def _named(draft: Draft, intent: Intent) -> Shape | None:
    """Columns that the clause names; a fitted line where a regression of the same columns went before."""
    measured, by = list(intent.columns), list(intent.by)
    fitted = next((p for p in draft.products if p.recipe == "regression" and set(measured) <= set(p.intent.columns)), None)
    if fitted is not None:
        return _scatter(fitted)
    if len(measured) >= 2:
        return {"kind": "scatter", "x": measured[0], "y": measured[1], "colour": by[0] if by else None}, f"{measured[0]}_{measured[1]}", None
    if measured and by:
        statistic = intent.option("statistic")
        kind = "box" if not statistic else "bar"
        arguments = {"kind": kind, "x": by[0], "y": measured[0], "colour": by[1] if len(by) > 1 else None, "statistic": statistic}
        return arguments, f"{measured[0]}_by_{by[0]}", None
    if measured and intent.option("kind") in ("line", "area") and draft.table.date:
        return {"kind": "line", "x": draft.table.date, "y": measured[0]}, f"{measured[0]}_over_time", None
    if measured:
        return {"kind": "histogram", "x": measured[0]}, measured[0], None
    return {"kind": "bar", "x": by[0], "statistic": "count", "colour": by[1] if len(by) > 1 else None}, by[0], None


def _following(draft: Draft) -> Shape | None:
    """The chart of the first result that has one, in the order of FOLLOWING."""
    for recipe, shape in FOLLOWING.items():
        for product in draft.products:
            if product.recipe == recipe:
                return shape(product)
    return None


def _box(product: Product) -> Shape:
    by = list(product.intent.by)
    before = product.intent.option("after")
    by = [before, *by] if before else by
    value = product.intent.columns[0]
    return {"kind": "box", "x": by[0], "y": value, "colour": by[1] if len(by) > 1 else None}, f"{value}_by_{'_'.join(by[:2])}", None


def _scatter(product: Product) -> Shape:
    y, x = product.intent.columns[:2]
    return {"kind": "scatter", "x": x, "y": y, "fit": True}, f"{y}_from_{x}", None


def _pair(product: Product) -> Shape:
    x, y = product.intent.columns[:2]
    return {"kind": "scatter", "x": x, "y": y, "colour": product.intent.by[0] if product.intent.by else None}, f"{x}_{y}", None


def _bars(product: Product) -> Shape:
    intent = product.intent
    value, statistic = intent.columns[0], intent.statistics[0] if intent.statistics else "mean"
    if intent.option("date"):
        return {"kind": "line", "x": intent.by[0], "y": value, "statistic": statistic, "colour": intent.by[1]}, f"{value}_over_time_by_{intent.by[1]}", None
    arguments = {"kind": "bar", "x": intent.by[0], "y": value, "statistic": statistic, "colour": intent.by[1] if len(intent.by) > 1 else None}
    return (arguments if intent.by else {"kind": "histogram", "x": value}), f"{value}_by_{'_'.join(intent.by[:2]) or 'value'}", None


def _said(statistic: str, column: str) -> dict[str, str]:
    """What the statistic's column in a result holds, for the axis: sum → total revenue (€)."""
    return {statistic: f"{STATISTICS_SAID.get(statistic, statistic)} {label_of(column)}"}


STATISTICS_SAID = {"sum": "total", "sd": "standard deviation of", "var": "variance of", "min": "smallest", "max": "largest"}


def _months(product: Product) -> Shape:
    intent = product.intent
    part, statistic, value = intent.option("part", "month"), intent.statistics[0], intent.columns[0]
    return {"kind": "bar", "x": part, "y": statistic, "sort": "none", "labels": _said(statistic, value)}, f"{value}_by_{part}", {"from": product.id}


def _periods(product: Product) -> Shape:
    intent = product.intent
    every, statistic, value = intent.option("every"), intent.statistics[0] if intent.statistics else "mean", intent.columns[0]
    if every is None:
        return _line(product)
    colour = intent.by[0] if intent.by else None
    labels = _said(statistic, value) | {str(intent.option("date")): str(every)}
    arguments = {"kind": "line", "x": intent.option("date"), "y": statistic, "colour": colour, "labels": labels}
    return arguments, f"{value}_over_time", {"from": product.id}


def _ranked(draft: Draft, product: Product) -> Shape | None:
    """The rows that a ranking found, each under the name that tells it from the others."""
    shown = next(step["params"]["arguments"].get("columns") for step in draft.steps if step["id"] == product.id)
    texts = [column for column in draft.table.of_kind("text") if column.name not in product.intent.columns and (not shown or column.name in shown)]
    if not texts:
        return None
    name, by = max(texts, key=lambda column: column.distinct).name, product.intent.columns[0]
    return {"kind": "bar", "x": name, "y": by, "sort": "none"}, f"{by}_by_{name}", {"from": product.id}


def _line(product: Product) -> Shape:
    value, by = product.intent.columns[0], product.intent.by
    return {"kind": "line", "x": product.intent.option("date"), "y": value, "colour": by[0] if by else None}, f"{value}_over_time", None


def _smoothed(product: Product) -> Shape:
    value, date = product.intent.columns[0], product.intent.option("date")
    arguments = {"kind": "line", "x": date, "y": [value, f"{value}_moving_average"]}
    return arguments, f"{value}_smoothed", {"from": product.id}


def _counts(product: Product) -> Shape:
    return {"kind": "bar", "x": product.intent.columns[0], "y": "n"}, f"counts_of_{product.intent.columns[0]}", {"from": product.id}


def _histogram(product: Product) -> Shape:
    return {"kind": "histogram", "x": product.intent.columns[0]}, product.intent.columns[0], None


FOLLOWING: dict[str, Callable[[Product], Shape]] = {
    "moving_average": _smoothed,
    "compare_groups": _box, "regression": _scatter, "correlate": _pair, "time_pattern": _months, "resample": _periods, "trend": _line, "group_summary": _bars,
    "value_counts": _counts, "outliers": _histogram, "normality": _histogram, "describe": _histogram,
}  # fmt: skip

CHARTS = {"chart": _chart}

"""The chart that fits what was asked: its own columns where the goal names them, else the main result's."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Product, Ref
from nb_orchestra.offline.plans.ordering import MEASURES_OF
from nb_orchestra.offline.reading import Intent
from nb_orchestra.offline.recipes.labels import label_of

Shape = tuple[dict[str, Any], str, Ref | None]
"""Arguments, what the name says, and the table to draw (None: the present one)."""


def _chart(draft: Draft, intent: Intent) -> None:
    beside = [product for product in draft.products if product.intent.clause == intent.clause]
    shape = _ranked(draft, beside) or _lines(beside) or _beside(beside)
    shape = shape or (_named(draft, intent) if intent.columns or intent.by else _first_of(draft, intent) or _following(draft))
    if shape is None:
        draft.not_done.append(f"{intent.clause}: nothing to draw; name the columns")
        return
    arguments, label, frame = shape
    if intent.option("kind"):
        arguments = {**arguments, "kind": intent.option("kind")}
    if arguments["kind"] == "histogram" and arguments.get("y"):  # of one measure: what it stands on is a colour
        arguments = {"kind": "histogram", "x": arguments["y"], "colour": arguments["x"]}
    arguments = {**arguments, "fit": arguments.get("fit") or intent.option("fit"), "horizontal": intent.option("horizontal")}
    identity = draft.step(
        "chart", arguments, intent, name=f"chart_{label}", purpose=f"Chart of {label.replace('_', ' ')}", frame=frame or draft.rows(intent), output="figure"
    )
    draft.answer(identity, intent, "figure")


def _beside(products: list[Product]) -> Shape | None:
    """The chart of a result of the same clause, the first in the order of FOLLOWING."""
    ordered = sorted((product for product in products if product.recipe in FOLLOWING), key=lambda product: list(FOLLOWING).index(product.recipe))
    return FOLLOWING[ordered[0].recipe](ordered[0]) if ordered else None


def _named(draft: Draft, intent: Intent) -> Shape | None:
    """Columns that the clause names; a fitted line where a regression of the same columns went before."""
    measured, by = list(intent.columns), list(intent.by)
    fitted = next((p for p in draft.products if p.recipe == "regression" and set(measured) <= set(p.intent.columns)), None)
    if fitted is not None:
        return _scatter(fitted)
    years = [name for name in measured if draft.table[name].looks_like_year]
    if len(measured) >= 2 and len(years) == 1 and not intent.option("fit"):
        values = [name for name in measured if name not in years]
        colour = by[0] if by and len(values) == 1 else None
        return {"kind": "line", "x": years[0], "y": values if len(values) > 1 else values[0], "colour": colour}, f"{values[0]}_over_{years[0]}", None
    if len(measured) >= 2:
        x, y = (measured[1], measured[0]) if _AGAINST.search(intent.clause) else (measured[0], measured[1])
        return {"kind": "scatter", "x": x, "y": y, "colour": by[0] if by else None}, f"{measured[0]}_{measured[1]}", None
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


_AGAINST = re.compile(r"\b(?:against|versus|vs\.?|as a function of)\s", re.IGNORECASE)
"""In these words the first column stands on y, and the second on x."""


def _lines(products: list[Product]) -> Shape | None:
    """A line for each of several columns whose course over the same time is looked at."""
    trends = [product for product in products if product.recipe == "trend" and not product.intent.by]
    values = list(dict.fromkeys(product.intent.columns[0] for product in trends))
    if len(values) < 2:
        return None
    return {"kind": "line", "x": trends[0].intent.option("date"), "y": values}, f"{'_'.join(values[:2])}_over_time", None


def _first_of(draft: Draft, intent: Intent) -> Shape | None:
    """ "Plot the top 3" of a table that went before: these rows, in order."""
    product = next((product for product in draft.products if product.recipe in MEASURES_OF), None)
    if not intent.option("n") or product is None:
        return None
    arguments = next(step["params"]["arguments"] for step in draft.steps if step["id"] == product.id)
    measure, n, least = MEASURES_OF[product.recipe](arguments), int(intent.option("n")), intent.option("which") == "min"
    by = next(
        (name for name in (arguments.get("date") and arguments.get("by"), arguments.get("date"), arguments.get("column"), arguments.get("by")) if name), None
    )
    by = by[0] if isinstance(by, list) and by else by
    if not isinstance(by, str):
        return None
    ordered = draft.step("sort_rows", {"by": [measure], "ascending": least}, intent, name=f"{measure}_in_order", purpose="In order", frame={"from": product.id})
    kept = draft.step("head", {"n": n}, intent, name=f"{'bottom' if least else 'top'}_{n}_{by}", purpose=f"The first {n}", frame={"from": ordered})
    draft.answer(kept, intent)
    labels = _said(measure, product.intent.columns[0]) if product.intent.columns else None
    return {"kind": "bar", "x": by, "y": measure, "sort": "none", "labels": labels}, f"top_{n}_{by}", {"from": kept}


def _following(draft: Draft) -> Shape | None:
    """The chart of the first result that has one, in the order of FOLLOWING."""
    shapes = (shape(product) for recipe, shape in FOLLOWING.items() for product in draft.products if product.recipe == recipe)
    return next((shape for shape in shapes if shape is not None), None)


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
    labels = _said(statistic, value) | {str(intent.option("date")): str(every)}
    arguments = {"kind": "line", "x": intent.option("date"), "y": statistic, "colour": colour, "labels": labels}
    return arguments, f"{value}_over_time", {"from": product.id}


def _ranked(draft: Draft, products: list[Product]) -> Shape | None:
    """The rows or groups that a ranking of the same clause found, in its order: rows under the name that tells each from the others."""
    for product in products:
        intent = product.intent
        if intent.kind == "group_rank" and product.recipe == "head":
            value, statistic, by = intent.columns[0], intent.statistics[0], intent.by[0]
            return {"kind": "bar", "x": by, "y": statistic, "sort": "none", "labels": _said(statistic, value)}, f"{value}_by_{by}", {"from": product.id}
        if product.recipe == "rank" and intent.columns and (name := _name_of_rows(draft, product)):
            return {"kind": "bar", "x": name, "y": intent.columns[0], "sort": "none"}, f"{intent.columns[0]}_by_{name}", {"from": product.id}
    return None


def _name_of_rows(draft: Draft, product: Product) -> str | None:
    """The text, else the date, that tells nearly every row from the others."""
    shown = next(step["params"]["arguments"].get("columns") for step in draft.steps if step["id"] == product.id)
    fitting = [
        column
        for column in draft.table.columns
        if column.kind in ("text", "date") and column.name not in product.intent.columns and (not shown or column.name in shown)
    ]
    telling = [column for column in fitting if column.distinct * 2 > draft.table.rows] or [column for column in fitting if column.kind == "text"]
    return max(telling, key=lambda column: (column.kind == "text", column.distinct)).name if telling else None


def _line(product: Product) -> Shape:
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


FOLLOWING: dict[str, Callable[[Product], Shape | None]] = {
    "moving_average": _smoothed,
    "compare_groups": _box, "regression": _scatter, "correlate": _pair, "time_pattern": _months, "resample": _periods, "trend": _line, "group_summary": _bars,
    "value_counts": _counts, "outliers": _histogram, "normality": _histogram, "describe": _histogram,
}  # fmt: skip

CHARTS = {"chart": _chart}

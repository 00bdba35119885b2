"""The chart that fits what was asked: its own columns where the goal names them, else the main result's."""

from __future__ import annotations

import re

from nb_orchestra.offline.plans.chart_shapes import FOLLOWING, Shape, scatter, statistic_said
from nb_orchestra.offline.plans.draft import Draft, Product
from nb_orchestra.offline.plans.ordering import MEASURES_OF
from nb_orchestra.offline.reading import Intent


def _chart(draft: Draft, intent: Intent) -> None:
    if any(product.kind == "figure" and product.intent.kind == "explore" for product in draft.products) and not (intent.columns or intent.by):
        return  # a first look draws its own
    beside = [product for product in draft.products if product.intent.clause == intent.clause]
    shape = _ranked(draft, beside) or _lines(beside) or _beside(beside)
    shape = shape or (_named(draft, intent) if intent.columns or intent.by else _first_of(draft, intent) or _following(draft))
    if shape is None:
        draft.not_done.append(f"{intent.clause}: nothing to draw; name the columns")
        return
    arguments, label, frame = shape
    if intent.option("kind") == "stacked_bar" and arguments.get("colour") and len(intent.by) > 1 and arguments["x"] == intent.by[1]:
        arguments = {**arguments, "x": intent.by[0], "colour": intent.by[1]}
    if kind := intent.option("kind"):
        if kind in _NEAREST:
            draft.assume(f"{kind} plot: drawn as a {_NEAREST[kind]} plot")
        arguments = {**arguments, "kind": _NEAREST.get(kind, kind)}
        if kind == "heatmap" and shape[0]["kind"] in ("bar", "line", "box") and arguments.get("colour"):
            arguments = {**arguments, "y": arguments["colour"], "colour": arguments["y"]}
    if arguments["kind"] == "histogram" and arguments.get("y"):  # of one measure: what it stands on is a colour
        arguments = {"kind": "histogram", "x": arguments["y"], "colour": arguments["x"]}
    arguments = {**arguments, "fit": arguments.get("fit") or intent.option("fit"), "horizontal": arguments.get("horizontal") or intent.option("horizontal")}
    identity = draft.step(
        "chart", arguments, intent, name=f"chart_{label}", purpose=f"Chart of {label.replace('_', ' ')}", frame=frame or draft.rows(intent), output="figure"
    )
    draft.answer(identity, intent, "figure")


_NEAREST = {"violin": "box", "strip": "box"}
"""Kinds that are not drawn, and what shows the same."""


def _beside(products: list[Product]) -> Shape | None:
    """The chart of a result of the same clause, the first in the order of FOLLOWING."""
    ordered = sorted((product for product in products if product.recipe in FOLLOWING), key=lambda product: list(FOLLOWING).index(product.recipe))
    return next((shape for product in ordered if (shape := FOLLOWING[product.recipe](product)) is not None), None)


def _named(draft: Draft, intent: Intent) -> Shape | None:
    """Columns that the clause names; a fitted line where a regression of the same columns went before."""
    measured, by = list(intent.columns), list(intent.by)
    fitted = next((p for p in draft.products if p.recipe == "regression" and set(measured) <= set(p.intent.columns)), None)
    if fitted is not None:
        return scatter(fitted)
    years = [name for name in measured if draft.table[name].looks_like_year]
    if len(measured) >= 2 and len(years) == 1 and not intent.option("fit"):
        values = [name for name in measured if name not in years]
        colour = by[0] if by and len(values) == 1 else None
        return {"kind": "line", "x": years[0], "y": values if len(values) > 1 else values[0], "colour": colour}, f"{values[0]}_over_{years[0]}", None
    if len(measured) >= 2 and by and _SIDE_BY_SIDE.search(intent.clause):
        arguments = {"kind": "bar", "x": by[0], "y": measured, "statistic": intent.option("statistic") or "sum"}
        return arguments, f"{measured[0]}_and_{measured[1]}_by_{by[0]}", None
    if len(measured) >= 2 and by and intent.option("kind") in ("line", "area"):
        arguments = {"kind": "line", "x": measured[1], "y": measured[0], "colour": by[0], "statistic": intent.option("statistic") or "mean"}
        return arguments, f"{measured[0]}_over_{measured[1]}", None
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


_SIDE_BY_SIDE = re.compile(r"\bside by side\b|\bnext to each other\b|\bgrouped bars?\b|\bbeside each other\b", re.IGNORECASE)
_AGAINST = re.compile(r"\b(?:against|versus|vs\.?|as a function of)\s", re.IGNORECASE)
"""In these words the first column stands on y, and the second on x."""


def _lines(products: list[Product]) -> Shape | None:
    """A line for each of several columns whose course over the same time is looked at."""
    trends = [product for product in products if product.recipe == "trend" and product.intent.columns and not product.intent.by]
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
    labels = statistic_said(measure, product.intent.columns[0]) if product.intent.columns else None
    return {"kind": "bar", "x": by, "y": measure, "sort": "none", "labels": labels}, f"top_{n}_{by}", {"from": kept}


def _following(draft: Draft) -> Shape | None:
    """The chart of the first result that has one, in the order of FOLLOWING."""
    shapes = (shape(product) for recipe, shape in FOLLOWING.items() for product in draft.products if product.recipe == recipe)
    return next((shape for shape in shapes if shape is not None), None)


def _ranked(draft: Draft, products: list[Product]) -> Shape | None:
    """The rows or groups that a ranking of the same clause found, in its order: rows under the name that tells each from the others."""
    for product in products:
        intent = product.intent
        if intent.kind == "group_rank" and product.recipe == "head":
            value, statistic, by = intent.columns[0], intent.statistics[0], intent.by[0]
            return (
                {"kind": "bar", "x": by, "y": statistic, "sort": "none", "labels": statistic_said(statistic, value)},
                f"{value}_by_{by}",
                {"from": product.id},
            )
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


CHARTS = {"chart": _chart}

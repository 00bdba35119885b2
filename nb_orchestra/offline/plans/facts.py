"""Where each number of a plan's results stands: quantity, columns and level → a place in a step's table.

Answer slots are filled from these places; nothing is computed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nb_orchestra.offline.plans.draft import Draft, Product

Place = Mapping[str, Any]
"""{"table": reference, "column": name, "row": n | "where": {column: value} | "all": true}, as `fill_answer` reads it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One number (or text, or list) that a plan will know."""

    quantity: str
    place: Place
    columns: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    clause: str = ""
    recipe: str = ""
    restricted: tuple[str, ...] = ()
    """Columns whose value is fixed for this number."""


def facts(draft: Draft) -> list[Fact]:
    """Every fact of the draft's products, in their order."""
    found = []
    for product in draft.products:
        fixed = tuple(str(condition["column"]) for condition in product.intent.where)
        found += [replace(fact, restricted=fixed) for fact in _OF.get(product.recipe, _none)(product, _arguments(draft, product))]
    return found


def _arguments(draft: Draft, product: Product) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(step["params"]["arguments"] for step in draft.steps if step["id"] == product.id)
    return found


def cell(identity: str, column: str, row: int = 0) -> dict[str, Any]:
    return {"table": {"from": identity}, "column": column, "row": row}


def whole(identity: str, column: str) -> dict[str, Any]:
    return {"table": {"from": identity}, "column": column, "all": True}


def _none(product: Product, arguments: Mapping[str, Any]) -> Iterator[Fact]:
    return iter(())


def _describe(product: Product, arguments: Mapping[str, Any]) -> Iterator[Fact]:
    for row, column in enumerate(arguments.get("columns", ())):
        for statistic in arguments.get("statistics") or ("mean", "sd", "min", "q1", "median", "q3", "max"):
            yield Fact(statistic, cell(product.id, statistic, row), (column,), (), product.intent.clause, product.recipe)


def _groups(product: Product, arguments: Mapping[str, Any]) -> Iterator[Fact]:
    values, by = list(arguments.get("value", ())), tuple(arguments["by"])
    for value in values:
        for statistic in arguments.get("statistics", ("mean",)):
            column = statistic if len(values) == 1 else f"{value}_{statistic}"
            yield Fact(statistic, whole(product.id, column), (value,), by, product.intent.clause, product.recipe)


def _named(*pairs: tuple[str, str], columns: tuple[str, ...] = ()) -> Callable[[Product, Mapping[str, Any]], Iterator[Fact]]:
    """Quantities that stand in row 0 under a fixed column."""

    def each(product: Product, arguments: Mapping[str, Any]) -> Iterator[Fact]:
        about = columns or product.intent.columns
        for quantity, column in pairs:
            yield Fact(quantity, cell(product.id, column), tuple(about), product.intent.by, product.intent.clause, product.recipe)

    return each


def _normality(product: Product, arguments: Mapping[str, Any]) -> Iterator[Fact]:
    for row, column in enumerate(arguments.get("columns", ())):
        for quantity in ("statistic", "p"):
            yield Fact(quantity, cell(product.id, quantity, row), (column,), (), product.intent.clause, product.recipe)


def _outlier_counts(product: Product, arguments: Mapping[str, Any]) -> Iterator[Fact]:
    for row, column in enumerate(arguments.get("columns", ())):
        for quantity, place in (("outlier_n", "outliers"), ("outlier_percent", "percent"), ("low_limit", "low_limit"), ("high_limit", "high_limit")):
            yield Fact(quantity, cell(product.id, place, row), (column,), (), product.intent.clause, product.recipe)


def _outlier_rows(product: Product, arguments: Mapping[str, Any]) -> Iterator[Fact]:
    yield Fact("outlier_values", whole(product.id, "value"), (arguments["column"],), (), product.intent.clause, product.recipe)
    yield Fact("outlier_rows", {"table": {"from": product.id}}, (arguments["column"],), (), product.intent.clause, product.recipe)


def _extreme(product: Product, arguments: Mapping[str, Any]) -> Iterator[Fact]:
    if product.intent.kind == "pattern":
        part = product.intent.option("part")
        yield Fact("cell", cell(product.id, part), (part,), (part,), product.intent.clause, product.recipe)
        yield Fact("part_number", cell(product.id, "number"), (part,), (part,), product.intent.clause, product.recipe)
        yield Fact("extreme", cell(product.id, arguments["by"]), product.intent.columns, (), product.intent.clause, product.recipe)
        return
    searched = product.intent.columns if product.intent.kind == "peak" else (arguments["by"],)
    yield Fact("cell", {"table": {"from": product.id}, "row": 0}, (), product.intent.by, product.intent.clause, product.recipe)
    yield Fact("extreme", cell(product.id, arguments["by"]), searched, product.intent.by, product.intent.clause, product.recipe)


def _group_extreme(product: Product, arguments: Mapping[str, Any]) -> Iterator[Fact]:
    for column in arguments["by"]:
        yield Fact("cell", cell(product.id, column), (column,), tuple(arguments["by"]), product.intent.clause, product.recipe)
    yield Fact("extreme", cell(product.id, arguments["statistic"]), (arguments["value"],), tuple(arguments["by"]), product.intent.clause, product.recipe)
    yield Fact(
        arguments["statistic"], cell(product.id, arguments["statistic"]), (arguments["value"],), tuple(arguments["by"]), product.intent.clause, product.recipe
    )


def _count(product: Product, arguments: Mapping[str, Any]) -> Iterator[Fact]:
    if not arguments.get("by"):
        yield Fact("n", cell(product.id, "n"), tuple(c["column"] for c in arguments.get("where", ())), (), product.intent.clause, product.recipe)
        yield Fact("share", cell(product.id, "percent"), tuple(c["column"] for c in arguments.get("where", ())), (), product.intent.clause, product.recipe)


_COMMONEST = re.compile(r"\b(?:most|mode|common\w*|frequent\w*|often|popular|least|rare\w*|highest|largest|top|dominant|majority)\b", re.IGNORECASE)


def _value_counts(product: Product, arguments: Mapping[str, Any]) -> Iterator[Fact]:
    column = arguments["column"]
    row = -1 if product.intent.option("which") == "min" else 0
    yield Fact("mode", cell(product.id, column, 0), (column,), (), product.intent.clause, product.recipe)
    if product.intent.kind != "most_common" and not _COMMONEST.search(product.intent.clause):
        return  # how often each value occurs: no number of its own
    yield Fact("cell", cell(product.id, column, row), (column,), (column,), product.intent.clause, product.recipe)
    yield Fact("n", cell(product.id, "n", row), (column,), (column,), product.intent.clause, product.recipe)
    yield Fact("share", cell(product.id, "percent", row), (column,), (column,), product.intent.clause, product.recipe)


def _regression(product: Product, arguments: Mapping[str, Any]) -> Iterator[Fact]:
    features = list(arguments["x"])
    about = tuple(product.intent.columns)
    for quantity in ("r2", "rmse", "f", "f_p"):
        yield Fact(quantity, cell(product.id, quantity), about, (), product.intent.clause, product.recipe)
    yield Fact("intercept", cell(product.id, "estimate"), about, (), product.intent.clause, product.recipe)
    for feature in features:  # a category has a term for each of its levels, and none of its own name
        for quantity, column in (("slope", "estimate"), ("p", "p")):
            place = {"table": {"from": product.id}, "column": column, "where": {"term": feature}}
            yield Fact(quantity, place, (feature,), (), product.intent.clause, product.recipe)


def _model(product: Product, arguments: Mapping[str, Any]) -> Iterator[Fact]:
    for metric in ("accuracy", "precision", "recall", "f1", "auc", "r2", "rmse", "mse", "mae"):
        place = {"table": {"from": product.id}, "column": "value", "where": {"metric": metric}}
        yield Fact(metric, place, tuple(arguments.get("features") or ()), (), product.intent.clause, product.recipe)


_TEST = (("statistic", "statistic"), ("p", "p"), ("df", "df"), ("effect", "effect"), ("n", "n"))

_OF: dict[str, Callable[[Product, Mapping[str, Any]], Iterator[Fact]]] = {
    "describe": _describe, "group_summary": _groups, "normality": _normality, "outlier_summary": _outlier_counts, "outliers": _outlier_rows,
    "extreme": _extreme, "rank": _extreme, "group_extreme": _group_extreme, "count_rows": _count, "value_counts": _value_counts, "regression": _regression,
    "train_model": _model,
    "correlate": _named(("r", "r"), *_TEST), "partial_correlation": _named(("r", "r"), *_TEST), "compare_groups": _named(*_TEST),
    "compare_columns": _named(*_TEST), "paired": _named(*_TEST), "one_sample": _named(*_TEST), "compare_proportions": _named(*_TEST),
    "trend": _named(("slope", "slope_per_year"), ("p", "p")),
}  # fmt: skip

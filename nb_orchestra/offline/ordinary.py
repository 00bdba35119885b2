"""Whether a table is so ordinary that a few lines of pandas give what a recipe gives: asked before short code is printed.

Recipes read text as numbers, equal text whatever its case where nothing is equal exactly, and take infinity as missing; pandas does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.offline.recipe import made_columns
from nb_orchestra.offline.recipes.conditions import COMPARE, meets
from nb_orchestra.offline.recipes.frames import Refusal, holds_dates, holds_numbers
from nb_orchestra.offline.recipes.tables import as_table
from nb_orchestra.offline.short_code import as_list

UNKNOWN = object()
"""Stands for a table that is not at hand any more."""


def ordinary(recipe: str, arguments: Mapping[str, Any], table: Any = UNKNOWN) -> bool:
    """True where the short code gives the recipe's value. Of a table that is not at hand only what needs no look at its text is."""
    where = as_list(arguments.get("where") or [])
    if table is UNKNOWN:
        return not any(isinstance(value, str) for condition in where for value in as_list(condition.get("value")))
    if not isinstance(table, pd.DataFrame) or not table.columns.is_unique:
        return False
    plain = as_table(table)
    if list(plain.columns) != list(table.columns) or list(plain.dtypes) != list(table.dtypes):
        return False
    if recipe == "sort_rows" and any(pd.api.types.infer_dtype(plain[name]).startswith("mixed") for name in as_list(arguments["by"]) if name in plain):
        return False
    return all(_same_rows(plain, condition) for condition in where) and all(_is_number(plain, name, recipe) for name in _numbers(recipe, arguments))


def _same_rows(table: pd.DataFrame, condition: Mapping[str, Any]) -> bool:
    """True where pandas' own comparison leaves the rows that the condition leaves."""
    op, value = condition.get("op", "=="), condition.get("value")
    ends: Any = value
    if op in ("missing", "present"):
        return True
    try:
        series = table[condition["column"]]
        mask = series.isin(value) if op == "in" else series.between(*ends) if op == "between" else COMPARE[op](series, value)
        return bool(np.array_equal(mask.fillna(False).to_numpy(dtype=bool), meets(table, condition)) and not mask.isna().any())
    except (Refusal, TypeError, ValueError, LookupError):
        return False


def _numbers(recipe: str, arguments: Mapping[str, Any]) -> Iterable[Any]:
    """The columns that the short code takes as numbers."""
    if recipe == "derive":
        return [name for tree in made_columns(arguments).values() for name in _columns_in(tree)]
    return as_list({"group_summary": arguments.get("value"), "rank": arguments.get("by")}.get(recipe) or [])


def _columns_in(tree: Any) -> list[Any]:
    if not isinstance(tree, Mapping):
        return []
    return [tree["column"]] if "column" in tree else [name for part in tree.get("args", ()) for name in _columns_in(part)]


def _is_number(table: pd.DataFrame, name: Any, recipe: str) -> bool:
    """True for a column of finite numbers as numpy holds them; dates can be ranked, too."""
    if name not in table.columns:
        return False
    series = table[name]
    if recipe == "rank" and holds_dates(series):
        return True
    return holds_numbers(series) and isinstance(series.dtype, np.dtype) and not np.isinf(series.to_numpy()).any()

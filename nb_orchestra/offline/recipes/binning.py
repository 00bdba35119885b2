"""Numbers in ranges: of equal width, between given edges, or of equal size."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.offline.recipes.frames import as_numbers, holds_numbers, numbers_of


def plain_number(value: Any) -> Any:
    """Numbers out of a column (Refusal where it holds text) or a single value."""
    if not isinstance(value, pd.Series):
        return float(value)
    if holds_numbers(value):
        return as_numbers(value)
    name = "value" if value.name is None else str(value.name)
    return numbers_of(value.rename(name).to_frame(), name)


def cut(values: Any, bins: Any, labels: Any = None) -> Any:
    """Ranges of equal width (a count) or between edges, named low–high unless labels are given. Outside the edges: missing."""
    numbers = plain_number(values)
    edges = np.histogram_bin_edges(numbers.dropna(), int(bins)) if isinstance(bins, int | float) else np.asarray(bins, dtype=float)
    names = [f"{low:g}–{high:g}" for low, high in itertools.pairwise(edges)] if labels is None else list(labels)
    return cut_left(numbers, edges, names)


def cut_left(numbers: Any, edges: Any, names: list[str]) -> Any:
    """[low, high) ranges, the last one closed."""
    at = np.searchsorted(np.asarray(edges)[1:-1], numbers.to_numpy(), side="right")
    inside = numbers.between(edges[0], edges[-1])
    codes: Any = np.where(inside, at, -1)
    categories: Any = pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(names, ordered=True))
    return pd.Series(categories, index=numbers.index)


def quantile_cut(values: Any, count: Any) -> Any:
    """Groups of equal size: Q1 … Qn; fewer where values tie."""
    codes = pd.qcut(plain_number(values), int(count), labels=False, duplicates="drop")
    return codes.map(lambda code: f"Q{int(code) + 1}", na_action="ignore")


def cases(*args: Any) -> Any:
    """test, value, test, value, … and what holds otherwise (missing where it is left out): the value of the first test that is true."""
    pairs, otherwise = list(zip(args[0 : len(args) - 1 : 2], args[1::2], strict=False)), args[-1] if len(args) % 2 else None
    values = [value for _, value in pairs]
    filler: Any = np.nan if otherwise is None and all(isinstance(value, int | float) for value in values) else otherwise
    result = pd.Series([filler] * len(pairs[0][0]), index=pairs[0][0].index, dtype=None if isinstance(filler, int | float) else object)
    for test, value in reversed(pairs):
        result = result.mask(test.fillna(False).astype(bool), value)
    return result

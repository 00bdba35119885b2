"""Whatever a person calls a table, as the plain table that the recipes take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.offline.recipes.frames import Refusal
from nb_orchestra.values.columns import column_text, level_texts


def as_table(value: Any, columns: Iterable[Any] | None = None) -> pd.DataFrame:
    """Any tabular value as a plain table: text column names, rows numbered from 0, a meaningful index put in front as columns.

    Shares its data with `value`, which stays as it is. Takes frames, Series, arrays, lists of records, dicts of columns and anything with `to_pandas()`.
    """
    frame = frame_from(value)
    if columns is not None:
        wanted = {str(name) for name in columns}
        frame = frame.loc[:, [column_text(name) in wanted for name in frame.columns]]
    plain = isinstance(frame.index, pd.RangeIndex) or (frame.index.nlevels == 1 and frame.index.name is None and frame.index.dtype.kind in "iu")
    names = [column_text(name) for name in frame.columns]
    table = frame.copy(deep=False) if plain else frame.set_axis(range(len(names)), axis=1)
    if not plain:
        index = frame.index
        levels = level_texts(index)
        kept = [at for at, level in enumerate(levels) if level not in names]
        fronts = [pd.Series(index.get_level_values(at)) for at in kept]
        table = pd.concat([*fronts, table.reset_index(drop=True)], axis=1)
        names = [*(levels[at] for at in kept), *names]
    table = plain_columns(table.reset_index(drop=True))
    if list(table.columns) != names or not all(isinstance(name, str) for name in table.columns):
        table.columns = pd.Index(names)
    return table


def plain_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Sparse columns filled out and half precision widened: pandas cannot group by them."""
    kinds: dict[int, Any] = {at: kind for at, kind in enumerate(table.dtypes) if isinstance(kind, pd.SparseDtype) or kind == "float16"}
    if not kinds:
        return table
    columns = [table.iloc[:, at].astype(getattr(kinds[at], "subtype", "float32")) if at in kinds else table.iloc[:, at] for at in range(table.shape[1])]
    return pd.concat(columns, axis=1)


def frame_from(value: Any) -> pd.DataFrame:
    """The value as a DataFrame. Refusal for what is no table."""
    if isinstance(value, pd.DataFrame):
        return value
    if isinstance(value, pd.Series):
        return value.to_frame(name="value" if value.name is None else value.name)
    if hasattr(value, "to_pandas"):
        return frame_from(value.to_pandas())
    if isinstance(value, np.ndarray) and value.ndim in (1, 2):
        return pd.DataFrame(value, columns=[f"column_{at + 1}" for at in range(value.shape[1])] if value.ndim == 2 else ["value"])
    if isinstance(value, list | tuple) and not all(isinstance(row, dict) for row in value):
        return pd.DataFrame({"value": list(value)})
    if isinstance(value, list | tuple | dict):
        return pd.DataFrame(value)
    raise Refusal(f"a {type(value).__name__} is no table", "give a DataFrame")

"""Rows and columns chosen, ordered, renamed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from nb_orchestra.offline.recipes.conditions import rows_where
from nb_orchestra.offline.recipes.frames import Refusal, as_groups, column_of, columns_of


def filter_rows(frame: pd.DataFrame, *, where: Sequence[Mapping[str, Any]], how: str = "all") -> pd.DataFrame:
    """The rows that meet all (or any) conditions; none may be left, the table keeps its columns."""
    return pd.DataFrame(rows_where(frame, where, how))


def sort_rows(frame: pd.DataFrame, *, by: Any, ascending: Any = True) -> pd.DataFrame:
    """Rows in order, missing values last, ties as they stood. Mixed types are ordered by their text."""
    names = columns_of(frame, by)
    ups = list(ascending) if isinstance(ascending, list | tuple) else [bool(ascending)] * len(names)
    try:
        return frame.sort_values(names, ascending=ups, kind="stable", ignore_index=True)
    except (TypeError, ValueError):
        return frame.sort_values(names, ascending=ups, kind="stable", ignore_index=True, key=lambda column: as_groups(column).map(str, na_action="ignore"))


def head(frame: pd.DataFrame, *, n: int = 10) -> pd.DataFrame:
    """The first n rows; the last ones where n is negative."""
    return (frame.head(n) if n >= 0 else frame.tail(-n)).reset_index(drop=True)


def select_columns(frame: pd.DataFrame, *, columns: Any) -> pd.DataFrame:
    """These columns only, in this order."""
    return frame[columns_of(frame, columns)]


def rename_columns(frame: pd.DataFrame, *, names: Mapping[str, str]) -> pd.DataFrame:
    """Columns under new names. Refusal where two would have the same one."""
    real = {column_of(frame, old): str(new) for old, new in names.items()}
    renamed = frame.rename(columns=real)
    if renamed.columns.duplicated().any() and not frame.columns.duplicated().any():
        raise Refusal("two columns would have the same name", "choose names that are free")
    return renamed


def sample_rows(frame: pd.DataFrame, *, n: int = 100, seed: int = 0) -> pd.DataFrame:
    """n random rows (all where there are fewer), in the table's order; the same seed gives the same rows."""
    return frame.sample(min(n, len(frame)), random_state=seed).sort_index().reset_index(drop=True)

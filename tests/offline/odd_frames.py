"""The penguins in every odd form that a notebook may hold."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pandas as pd

from tests.offline.recipe_cases import penguins

NUMBERS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]


def changed(**columns: Callable[[pd.Series], object]) -> Callable[[], pd.DataFrame]:
    """The penguins with some columns made otherwise."""
    return lambda: penguins().assign(**{name: (lambda frame, name=name, make=make: make(frame[name])) for name, make in columns.items()})


def doubled() -> pd.DataFrame:
    frame = penguins()
    return pd.concat([frame, frame[["body_mass_g", "species"]]], axis=1)


def levelled(column: pd.Series) -> pd.Series:
    return column.astype(pd.CategoricalDtype([*column.dropna().unique(), "unseen"], ordered=True))


ODD: dict[str, Callable[[], pd.DataFrame]] = {
    "no rows": lambda: penguins().head(0),
    "no columns": lambda: pd.DataFrame(index=range(3)),
    "one row": lambda: penguins().head(1),
    "two rows": lambda: penguins().iloc[[0, 200]],
    "numbers all missing": changed(**{name: lambda column: column * np.nan for name in NUMBERS}),
    "everything missing": lambda: penguins().map(lambda value: None),
    "one group": lambda: penguins().query("species == 'Gentoo'"),
    "equal numbers": changed(**{name: lambda column: column * 0 + 0.1 for name in NUMBERS}),
    "a column twice": doubled,
    "mixed types": changed(
        body_mass_g=lambda column: column.astype(object).where(column.index % 9 > 0, "?"),
        species=lambda column: column.astype(object).where(column.index % 7 > 0, 3),
    ),
    "numbers as text": changed(**{name: lambda column: column.map(lambda value: f"{value:,}", na_action="ignore") for name in NUMBERS}),
    "infinite": changed(body_mass_g=lambda column: column.where(column.index % 50 > 0, np.inf)),
    "named row index": lambda: penguins().set_index(["species", "island"]),
    "text row index": lambda: penguins().set_index(pd.Index([f"row {at}" for at in range(344)])),
    "two column levels": lambda: penguins().set_axis(pd.MultiIndex.from_tuples([(name, "") for name in penguins().columns]), axis=1),
    "time zone": changed(day=lambda column: column.dt.tz_localize("Europe/Athens")),
    "dates as text": changed(day=lambda column: column.dt.strftime("%d.%m.%Y")),
    "periods": changed(day=lambda column: column.dt.to_period("D")),
    "categories": changed(species=levelled, island=levelled, sex=levelled),
    "nested": changed(species=lambda column: column.map(lambda value: [value, {"a": 1}]), note=lambda column: column.map(lambda value: {"text": value})),
    "nullable": lambda: penguins().convert_dtypes(),
    "arrow": lambda: penguins().convert_dtypes(dtype_backend="pyarrow"),
    "objects": lambda: penguins().astype(object),
    "decimals": changed(body_mass_g=lambda column: column.map(lambda value: Decimal(str(value)), na_action="ignore")),
    "true and false": changed(sex=lambda column: column == "male"),
}  # fmt: skip

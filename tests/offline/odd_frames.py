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
    "nullable true and false": changed(sex=lambda column: (column == "male").astype("boolean").mask(column.isna())),
    "sparse": changed(**{name: lambda column: column.astype(pd.SparseDtype("float64")) for name in NUMBERS}),
    "half precision": changed(**{name: lambda column: column.astype("float16") for name in NUMBERS}),
    "tiny": changed(**{name: lambda column: column * 1e-310 for name in NUMBERS}),
    "huge": changed(**{name: lambda column: column * 1e304 for name in NUMBERS}, year=lambda column: column.astype("uint64") + np.uint64(2**63)),
    "huge whole numbers": changed(body_mass_g=lambda column: column.map(lambda value: int(value) * 10**30, na_action="ignore").astype(object)),
    "tuples": changed(species=lambda column: column.map(lambda value: (value, 1)), sex=lambda column: column.map(lambda value: frozenset([value]))),
    "arrays": changed(species=lambda column: [np.array([1, 2])] * len(column), note=lambda column: [column.head(2)] * len(column)),
    "ranges": changed(sex=lambda column: pd.cut(penguins()["body_mass_g"], [0, 4000, 9000])),
    "far dates": changed(day=lambda column: ["9999-12-31", "0001-01-01"] * (len(column) // 2)),
    "no categories": changed(species=lambda column: pd.Categorical([None] * len(column), ["a", "b"])),
}  # fmt: skip

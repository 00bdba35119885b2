"""Ordinary least squares: a coefficient table with its checks, and predictions with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from nb_orchestra.offline.recipes.conditions import rows_where
from nb_orchestra.offline.recipes.frames import (
    MOSTLY,
    Refusal,
    as_dates,
    as_groups,
    as_numbers,
    column_of,
    columns_of,
    complete_rows,
    holds_dates,
    holds_numbers,
    in_level,
    tell_dropped,
)
from nb_orchestra.offline.recipes.testing import NAN, shapiro, short

REGRESSION = (
    "term",
    "estimate",
    "se",
    "t",
    "df",
    "p",
    "ci_low",
    "ci_high",
    "n",
    "r2",
    "r2_adjusted",
    "rmse",
    "f",
    "f_p",
    "dropped",
    "dropped_why",
    "assumptions",
    "outcome",
)
MOST_LEVELS_OF_TERM = 30


def design_of(table: pd.DataFrame, names: list[str], numeric: list[str], levels: Mapping[str, list[Any]]) -> pd.DataFrame:
    """The columns of the model: intercept, numbers as they are, one 0/1 column per level of a category but its first."""
    columns: dict[str, Any] = {"intercept": np.ones(len(table))}
    for name in names:
        if name in numeric:
            columns[name] = table[name].to_numpy(dtype="float64")
        else:
            columns |= {f"{name} = {level}": in_level(table[name], level).astype("float64") for level in levels[name][1:]}
    return pd.DataFrame(columns)


def terms_of(frame: pd.DataFrame, y: str, x: list[str]) -> tuple[list[str], list[str]]:
    """(the columns to predict from, those of them that enter as numbers)."""
    names = [name for name in x if name != y]
    if not names:
        raise Refusal("a column to predict from is needed")
    return names, [name for name in names if holds_numbers(frame[name]) or pd.api.types.is_bool_dtype(frame[name])]


def dates_in_years(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The frame with each of these columns that holds dates as years with their parts: 2023.5."""
    texts = [name for name in names if frame[name].dtype.kind in "OT" and not isinstance(frame[name].dtype, pd.CategoricalDtype)]
    dates = {name: as_dates(frame[name]) for name in names if holds_dates(frame[name]) or name in texts}
    dates = {name: day for name, day in dates.items() if day.notna().sum() >= max(1, MOSTLY * frame[name].notna().sum())}
    return frame.assign(**{name: day.dt.year + (day.dt.dayofyear - 1) / 365.25 for name, day in dates.items()}) if dates else frame


BASES = ("control", "placebo", "untreated", "none", "never", "no", "false", "0", "baseline", "before", "reference")
"""Levels that others are held against, wherever they stand in the alphabet."""


def levels_in(table: pd.DataFrame, names: list[str], *, held_against: bool = False) -> dict[str, list[Any]]:
    """The levels of each category, the one that the others are held against first. Refusal for one with too many."""
    levels = {name: sorted(table[name].unique(), key=str) for name in names}
    for name, found in levels.items():
        if len(found) > MOST_LEVELS_OF_TERM:
            raise Refusal(f"{name} has {len(found)} levels, too many for a model", "leave it out, or group its levels")
        if held_against:
            found.sort(key=lambda level: str(level).strip().casefold() not in BASES)
    return levels


def fit_model(frame: pd.DataFrame, y: str, x: list[str], *, held_against: bool = False) -> dict[str, Any]:
    """Least squares of y on x over complete rows. Refusal for too few rows, or columns that say the same."""
    names, numeric = terms_of(frame, y, x)
    table, dropped, why = complete_rows(frame, [y, *numeric], [name for name in names if name not in numeric])
    levels = levels_in(table, [name for name in names if name not in numeric], held_against=held_against)
    design = design_of(table, names, numeric, levels)
    n, k = design.shape
    if n <= k:
        raise Refusal(f"{n} complete rows are too few for {k} coefficients")
    matrix, target = design.to_numpy(), table[y].to_numpy()
    scale = np.sqrt((matrix**2).mean(axis=0))
    scale[scale == 0] = 1.0
    q, r = np.linalg.qr(matrix / scale)
    if np.linalg.matrix_rank(r) < k:
        raise Refusal("some columns are sums of others (or constant), so their coefficients cannot be told apart", "leave one of them out")
    inverse = np.linalg.inv(r)
    beta = (inverse @ (q.T @ target)) / scale
    residuals = target - matrix @ beta
    spread = float(residuals @ residuals) / (n - k)
    covariance = (inverse @ inverse.T) / np.outer(scale, scale)
    about = {"design": design, "beta": beta, "covariance": covariance, "spread": spread, "residuals": residuals, "leverage": (q**2).sum(axis=1), "q": q}
    return about | {
        "target": target,
        "n": n,
        "k": k,
        "dropped": dropped,
        "why": why,
        "names": names,
        "numeric": numeric,
        "levels": levels,
        "index": table.index,
    }


def regression(frame: pd.DataFrame, *, y: str, x: Any, where: Any = None, standardise: bool = False) -> pd.DataFrame:
    """One row per coefficient (intercept first); r2 … assumptions stand on every row. Refusal where rows are too few or columns say the same.

    Standardised: all in standard deviations, the largest coefficient first behind the intercept.
    """
    frame = rows_where(frame, where)
    y, names = column_of(frame, y), columns_of(frame, x)
    frame = dates_in_years(frame, names)
    if standardise:
        numbers = {name: as_numbers(frame[name]) for name in [y, *names] if holds_numbers(frame[name])}
        frame = frame.assign(**{name: (values - values.mean()) / values.std() for name, values in numbers.items()})
    model = fit_model(frame, y, names)
    n, k, df = model["n"], model["k"], model["n"] - model["k"]
    errors = np.sqrt(model["spread"] * np.diag(model["covariance"]))
    total = float(((model["target"] - model["target"].mean()) ** 2).sum())
    unexplained = float(model["residuals"] @ model["residuals"])
    r2 = 1 - unexplained / total if total else NAN
    f = ((total - unexplained) / (k - 1)) / model["spread"] if model["spread"] else NAN
    with np.errstate(all="ignore"):
        t = model["beta"] / errors
    reach = stats.t.ppf(0.975, df) * errors
    table = pd.DataFrame({"term": list(model["design"].columns), "estimate": model["beta"], "se": errors, "t": t, "df": df, "p": 2 * stats.t.sf(np.abs(t), df)})
    table = table.assign(
        ci_low=model["beta"] - reach, ci_high=model["beta"] + reach, r2=r2, r2_adjusted=1 - (1 - r2) * (n - 1) / df, rmse=model["spread"] ** 0.5
    )
    checks = {"f": f, "f_p": float(stats.f.sf(f, k - 1, df)), "n": n, "dropped": model["dropped"], "dropped_why": model["why"] or None}
    table = table.assign(**checks, assumptions=residual_checks(model), outcome=y)[list(REGRESSION)]
    if not standardise:
        return table
    order = table["estimate"].iloc[1:].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[[0, *order]].reset_index(drop=True)


def residual_checks(model: dict[str, Any]) -> str:
    """Normal residuals (Shapiro–Wilk, or skew for many rows), equal spread (Breusch–Pagan, studentized: Koenker 1981), and the row that weighs most."""
    residuals, n = model["residuals"], model["n"]
    if n < 4 or not np.ptp(residuals) > 1e-12 * max(np.abs(model["target"]).max(), 1e-300):
        return "residuals not checked: the fit is exact, or rows are too few"
    normal = f"Shapiro–Wilk p {short(shapiro(residuals))}" if n <= 5_000 else f"skew {short(float(stats.skew(residuals)))}"
    squares = residuals**2
    rest = squares - model["q"] @ (model["q"].T @ squares)
    total = float(((squares - squares.mean()) ** 2).sum())
    bp = n * (1 - float(rest @ rest) / total) if total else 0.0
    cook = squares / (model["k"] * model["spread"]) * model["leverage"] / np.maximum(1 - model["leverage"], 1e-12) ** 2
    even = f"Breusch–Pagan p {short(float(stats.chi2.sf(bp, model['k'] - 1)))}"
    return f"residuals normal: {normal}; equal spread: {even}; largest Cook's distance {short(float(cook.max()))}{inflation(model)}"


def inflation(model: dict[str, Any]) -> str:
    """Which of several terms the others say most of: the largest variance inflation factor (Marquardt 1970)."""
    terms = model["design"].iloc[:, 1:]
    if terms.shape[1] < 2:
        return ""
    factors = np.diag(model["covariance"])[1:] * ((terms - terms.mean()) ** 2).sum().to_numpy()
    return f"; largest variance inflation {short(float(factors.max()))} ({terms.columns[int(factors.argmax())]})"


def predict(frame: pd.DataFrame, *, y: str, x: Any, at: Any = None) -> pd.DataFrame:
    """The columns of x, then predicted, low, high (95 % prediction interval): at given values, or for every complete row (with y and residual)."""
    y, names = column_of(frame, y), columns_of(frame, x)
    model = fit_model(frame, y, names)
    tell_dropped(model["dropped"], model["why"], "not in the model")
    rows = frame.loc[model["index"], model["names"]].apply(as_groups) if at is None else pd.DataFrame([at] if isinstance(at, Mapping) else list(at))
    missing = [name for name in model["names"] if name not in rows.columns]
    if missing:
        raise Refusal(f"a value of {', '.join(missing)} is needed to predict {y}")
    unknown = [f"{name} = {value}" for name, levels in model["levels"].items() for value in rows[name].unique() if value not in levels]
    if unknown:
        raise Refusal(f"the model has never seen {', '.join(unknown)}")
    rows = rows.assign(**{name: as_numbers(rows[name]) for name in model["numeric"]})
    if at is None:
        predicted, leverage = model["target"] - model["residuals"], model["leverage"]
    else:
        matrix = design_of(rows, model["names"], model["numeric"], model["levels"]).to_numpy()
        predicted, leverage = matrix @ model["beta"], ((matrix @ model["covariance"]) * matrix).sum(axis=1)
    error = np.sqrt(model["spread"] * (1 + leverage))
    reach = stats.t.ppf(0.975, model["n"] - model["k"]) * error
    table = rows[model["names"]].reset_index(drop=True).assign(predicted=predicted, low=predicted - reach, high=predicted + reach)
    extra = {} if at is not None else {y: model["target"], "residual": model["residuals"]}
    return pd.DataFrame(table.assign(**extra))

"""Logistic regression as a table of odds ratios: maximum likelihood, Wald intervals. No library for it is needed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import special, stats

from nb_orchestra.offline.recipes.conditions import rows_where
from nb_orchestra.offline.recipes.frames import Refusal, as_groups, column_of, columns_of, complete_rows, in_level
from nb_orchestra.offline.recipes.regressing import dates_in_years, design_of, levels_in, terms_of

ODDS = (
    "term",
    "odds_ratio",
    "ci_low",
    "ci_high",
    "z",
    "p",
    "estimate",
    "se",
    "events",
    "n",
    "pseudo_r2",
    "dropped",
    "dropped_why",
    "outcome",
    "level",
    "assumptions",
)
MOST_STEPS = 50
FURTHEST = 15.0
"""Of a coefficient times its column's spread: beyond it the groups are apart, and no odds ratio is defined."""
FEWEST_PER_TERM = 10
_YES = ("1", "1.0", "yes", "true", "y")


def level_of(values: Any, asked: Any) -> Any:
    """The level whose odds are meant: the named one, yes or 1, else the last of the two. Refusal where there are not two."""
    levels = sorted(as_groups(values).dropna().unique(), key=str)
    if len(levels) != 2:
        raise Refusal(f"{values.name} holds {len(levels)} different values: odds need an outcome with two", "name a column of yes and no, or filter first")
    named = [level for level in levels if asked is not None and str(level).casefold() == str(asked).casefold()]
    usual = [level for level in levels if str(level).casefold() in _YES]
    return next(iter(named or usual), levels[-1])


def fit_odds(frame: pd.DataFrame, y: str, x: list[str], positive: Any = None) -> dict[str, Any]:
    """Maximum likelihood of the odds of y on x, over complete rows, by Newton's steps. Refusal where a column tells the outcome apart."""
    names, numeric = terms_of(frame, y, x)
    table, dropped, why = complete_rows(frame, numeric, [y, *(name for name in names if name not in numeric)])
    if table.empty:
        raise Refusal(f"no row has all of {', '.join([y, *names])}")
    level = level_of(table[y], positive)
    levels = levels_in(table, [name for name in names if name not in numeric], held_against=True)
    design = design_of(table, names, numeric, levels)
    target = in_level(table[y], level).astype("float64")
    n, k = design.shape
    if n <= k or np.linalg.matrix_rank(design.to_numpy() / _scale(design)) < k:
        raise Refusal(f"{n} complete rows are too few for {k} coefficients, or some columns are sums of others", "leave one of them out")
    beta, covariance, likelihood = _newton(design, target)
    share = float(target.mean())
    empty = n * (share * np.log(share) + (1 - share) * np.log(1 - share))
    about = {"design": design, "beta": beta, "covariance": covariance, "pseudo_r2": 1 - likelihood / empty, "events": int(target.sum()), "level": level}
    return about | {"n": n, "k": k, "dropped": dropped, "why": why, "levels": levels, "numeric": numeric, "index": table.index}


def checks_of(model: dict[str, Any]) -> str:
    """Whether the rarer outcome is frequent enough for the number of terms."""
    rarer, terms = min(model["events"], model["n"] - model["events"]), max(1, model["k"] - 1)
    rough = "" if rarer >= FEWEST_PER_TERM * terms else f"; fewer than {FEWEST_PER_TERM} for each, so the intervals are rough (Peduzzi et al. 1996)"
    return f"logistic regression, Wald intervals; {rarer} rows of the rarer outcome for {terms} term{'s' if terms > 1 else ''}{rough}"


def _scale(design: pd.DataFrame) -> Any:
    scale = np.sqrt((design.to_numpy() ** 2).mean(axis=0))
    scale[scale == 0] = 1.0
    return scale


def _newton(design: pd.DataFrame, target: Any) -> tuple[Any, Any, float]:
    """(coefficients, their covariance, log likelihood)."""
    scale = _scale(design)
    matrix, spread = design.to_numpy() / scale, design.to_numpy().std(axis=0)
    beta = np.zeros(matrix.shape[1])
    for _ in range(MOST_STEPS):
        chance = special.expit(matrix @ beta)
        information = (matrix * (chance * (1 - chance))[:, None]).T @ matrix
        try:
            step = np.linalg.solve(information, matrix.T @ (target - chance))
        except np.linalg.LinAlgError:
            step = np.full_like(beta, np.inf)
        beta = beta + step
        if not np.isfinite(beta).all() or np.abs(beta / scale * spread).max() > FURTHEST:
            raise Refusal("a column tells the two outcomes apart, so no odds ratio is defined", "leave it out, or join its rare levels")
        if np.abs(step).max() < 1e-10:
            break
    else:
        raise Refusal("the likelihood has no maximum here: a column nearly tells the outcomes apart", "leave it out, or join its rare levels")
    chance = np.clip(special.expit(matrix @ beta), 1e-15, 1 - 1e-15)
    information = (matrix * (chance * (1 - chance))[:, None]).T @ matrix
    likelihood = float((target * np.log(chance) + (1 - target) * np.log(1 - chance)).sum())
    return beta / scale, np.linalg.inv(information) / np.outer(scale, scale), likelihood


def odds_ratios(frame: pd.DataFrame, *, y: str, x: Any, where: Any = None, positive: Any = None) -> pd.DataFrame:
    """One row per term (intercept first): its odds ratio with the 95 % interval, for one more of a number or for a level against the first one."""
    frame = rows_where(frame, where)
    y, names = column_of(frame, y), columns_of(frame, x)
    model = fit_odds(dates_in_years(frame, names), y, names, positive)
    errors = np.sqrt(np.diag(model["covariance"]))
    z, reach = model["beta"] / errors, stats.norm.ppf(0.975) * errors
    with np.errstate(over="ignore"):
        ends = {"odds_ratio": np.exp(model["beta"]), "ci_low": np.exp(model["beta"] - reach), "ci_high": np.exp(model["beta"] + reach)}
    table = pd.DataFrame({"term": list(model["design"].columns), **ends, "z": z, "p": 2 * stats.norm.sf(np.abs(z)), "estimate": model["beta"], "se": errors})
    about = {"events": model["events"], "n": model["n"], "pseudo_r2": model["pseudo_r2"], "dropped": model["dropped"], "dropped_why": model["why"] or None}
    return table.assign(**about, outcome=y, level=str(model["level"]), assumptions=checks_of(model))[list(ODDS)]

"""What a group (or one more of a number) goes with, the others held constant: the adjusted effect beside the plain one of the same rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from nb_orchestra.offline.recipes.conditions import rows_where
from nb_orchestra.offline.recipes.frames import Refusal, as_groups, column_of, columns_of, holds_numbers
from nb_orchestra.offline.recipes.odds import checks_of, fit_odds
from nb_orchestra.offline.recipes.regressing import dates_in_years, fit_model, residual_checks

ADJUSTED = (
    *("term", "against", "measure", "effect", "ci_low", "ci_high", "se", "statistic", "df", "p", "plain", "plain_ci_low", "plain_ci_high", "plain_p"),
    *("n", "dropped", "dropped_why", "given", "outcome", "factor", "level", "assumptions"),
)


def adjusted_effect(frame: pd.DataFrame, *, outcome: str, factor: str, given: Any, where: Any = None) -> pd.DataFrame:
    """One row per level of the factor but the first (or one for a number): the effect on the outcome with `given` in the model, and without, on the same rows.

    A number as outcome: differences (slopes) by least squares; two values: odds ratios by logistic regression.
    """
    frame = rows_where(frame, where)
    outcome, factor = column_of(frame, outcome), column_of(frame, factor)
    controls = [name for name in columns_of(frame, given) if name not in (outcome, factor)]
    if not controls:
        raise Refusal("a column to hold constant is needed")
    if outcome == factor:
        raise Refusal(f"{outcome} cannot be compared with itself", "name the outcome and the group")
    frame = dates_in_years(frame, [factor, *controls])
    values = as_groups(frame[factor])
    if holds_numbers(values) and values.nunique() == 2:
        frame = frame.assign(**{factor: values.map(lambda value: f"{value:g}", na_action="ignore").astype("object")})
    yes_or_no = not holds_numbers(frame[outcome]) or frame[outcome].nunique() == 2
    complete = frame[frame[[outcome, factor, *controls]].notna().all(axis=1)]
    if complete.empty:
        raise Refusal(f"no row has all of {', '.join([outcome, factor, *controls])}")
    both = _effects(frame, outcome, [factor, *controls], factor, yes_or_no)
    plain = _effects(complete, outcome, [factor], factor, yes_or_no).set_index("term")
    told = {name: plain[column].reindex(both["term"]).to_numpy() for name, column in _PLAIN.items()}
    return both.assign(**told, given=", ".join(controls), outcome=outcome, factor=factor)[list(ADJUSTED)].reset_index(drop=True)


_PLAIN = {"plain": "effect", "plain_ci_low": "ci_low", "plain_ci_high": "ci_high", "plain_p": "p"}


def _effects(frame: pd.DataFrame, outcome: str, names: list[str], factor: str, yes_or_no: bool) -> pd.DataFrame:
    """The rows of the factor in one model."""
    model = fit_odds(frame, outcome, names) if yes_or_no else fit_model(frame, outcome, names, held_against=True)
    covariance = model["covariance"] if yes_or_no else model["spread"] * model["covariance"]
    df = float("nan") if yes_or_no else model["n"] - model["k"]
    errors = np.sqrt(np.diag(covariance))
    reach = (stats.norm.ppf(0.975) if yes_or_no else stats.t.ppf(0.975, df)) * errors
    with np.errstate(all="ignore"):
        statistic = model["beta"] / errors
    p = 2 * (stats.norm.sf(np.abs(statistic)) if yes_or_no else stats.t.sf(np.abs(statistic), df))
    ends = {"effect": model["beta"], "ci_low": model["beta"] - reach, "ci_high": model["beta"] + reach}
    with np.errstate(over="ignore"):
        ends = {name: np.exp(values) for name, values in ends.items()} if yes_or_no else ends
    table = pd.DataFrame({"term": list(model["design"].columns), **ends, "se": errors, "statistic": statistic, "df": df, "p": p})
    number = factor in model["numeric"]
    kept = [term == factor if number else term.startswith(f"{factor} = ") for term in table["term"]]
    measure = "odds ratio" if yes_or_no else "slope" if number else "difference"
    checks = checks_of(model) if yes_or_no else residual_checks(model)
    about = {"against": None if number else str(model["levels"][factor][0]), "measure": measure, "n": model["n"], "assumptions": checks}
    about |= {"dropped": model["dropped"], "dropped_why": model["why"] or None, "level": str(model["level"]) if yes_or_no else None}
    return table[kept].assign(**about)

"""Sentences about relations: correlation, its reversal within groups, regression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.offline.prose.comparing import clear
from nb_orchestra.offline.prose.wording import amount, count, freedom, interval, left_out, listed, missing, name_of, number, p_text, plural, safe
from nb_orchestra.offline.recipes.labels import name_and_unit

STRENGTHS = ((0.1, "hardly"), (0.3, "weakly"), (0.5, "moderately"), (2.0, "strongly"))  # Cohen (1988)


def r_text(row: Mapping[str, Any]) -> str:
    """Pearson's r = −0.24 (95 % interval −0.33 to −0.13), p < 0.001, n = 342."""
    ends = "" if missing(row.get("ci_low")) else f" (95 % interval {number(row['ci_low'], 2)} to {number(row['ci_high'], 2)})"
    return f"{row['test']} = {number(row['r'], 2)}{ends}, {p_text(row['p'])}, n = {count(row['n'])}"


def strength(r: float) -> str:
    return next(word for most, word in STRENGTHS if abs(r) < most)


def correlate(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    rows = value.to_dict("records")
    whole, parts = rows[0], [row for row in rows[1:] if not missing(row["r"])]
    x, y = name_of(whole["x"]), name_of(whole["y"])
    sign = "positively" if whole["r"] > 0 else "negatively"
    found = f"are {strength(whole['r'])} {sign} correlated" if clear(whole) else "are not shown to be correlated"
    texts = [f"Over all rows {x} and {y} {found}: {r_text(whole)}.", *left_out(whole)]
    if not parts:
        return texts
    by = name_of(parts[0]["by"])
    shown = listed([f"{safe(str(row['group']))} r = {number(row['r'], 2)} (n = {count(row['n'])})" for row in parts])
    against = [row for row in parts if row["reversed"]]
    if not against:
        return [*texts, f"Within {by}: {shown}."]
    which = f"every {by}" if len(against) == len(parts) else listed([safe(str(row["group"])) for row in against])
    reversal = f"Within {which} the sign is the opposite: {shown}."
    return [
        *texts,
        reversal,
        f"So the correlation over all rows comes from the differences between the groups of {by} (Simpson's paradox): read the correlation within groups.",
    ]


def correlation_matrix(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    strongest = [
        f"{name_of(row['x'])} and {name_of(row['y'])} (r = {number(row['r'], 2)}, {p_text(row['p_holm'])}, n = {count(row['n'])})"
        for row in value.head(3).to_dict("records")
        if not missing(row["r"])
    ]
    if not strongest:
        return ["No correlation is defined."]
    are = "correlations are" if len(strongest) > 1 else "correlation is"
    test = f"{value['test'].iloc[0]}, p adjusted by Holm"
    return [f"Of {plural(len(value), 'pair')} of columns the strongest {are} {listed(strongest)} ({test})."]


def partial_correlation(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    row = value.to_dict("records")[0]
    found = "stay correlated" if clear(row) else "are not shown to be correlated"
    return [f"With {row['controls']} held constant, {name_of(row['x'])} and {name_of(row['y'])} {found}: {r_text(row)}.", *left_out(row)]


def regression(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    rows = value.to_dict("records")
    first, terms = rows[0], rows[1:]
    outcome = first["outcome"]
    texts = [term_text(row, outcome, several=len(terms) > 1) for row in terms[:6]]
    numbers = f"r² = {number(first['r2'])} of the variance, with a residual standard deviation of {amount(first['rmse'], outcome)} (n = {count(first['n'])})"
    if len(terms) == 1:
        slope = f"{'−' if terms[0]['estimate'] < 0 else '+'} {number(abs(terms[0]['estimate']))} × {name_of(terms[0]['term'])}"
        texts.append(f"The line is {name_of(outcome)} = {number(first['estimate'])} {slope}; it explains {numbers}.")
    else:
        texts.append(f"The model explains {numbers}.")
    return [*texts, f"Checks: {first['assumptions']}.", *left_out(first)]


def term_text(row: Mapping[str, Any], outcome: str, several: bool) -> str:
    """What one coefficient says."""
    ends = interval(row["ci_low"], row["ci_high"], outcome)
    test = "" if missing(row["t"]) else f"t({freedom(row['df'])}) = {number(row['t'])}, "
    numbers = f"(SE {number(row['se'])}; {ends}; {test}{p_text(row['p'])})"
    rest = ", the other columns held constant" if several else ""
    size = amount(abs(row["estimate"]), outcome)
    more = "more" if row["estimate"] > 0 else "less"
    if " = " in str(row["term"]):
        return f"{safe(str(row['term']))} goes with {size} {more} {name_of(outcome)} than the first level {numbers}{rest}."
    name, unit = name_and_unit(str(row["term"]))
    return f"Each {f'further {unit} of' if unit else 'unit more of'} {name} goes with {size} {more} {name_of(outcome)} {numbers}{rest}."


def predict(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    if "residual" in value.columns:
        return []
    texts = []
    for row in value.head(5).to_dict("records"):
        at = listed(
            [
                f"{name_of(name)} {amount(item, name) if isinstance(item, int | float) else safe(str(item))}"
                for name, item in row.items()
                if name not in ("predicted", "low", "high")
            ]
        )
        outcome = str(arguments["y"])
        ends = f"95 % of single values: {amount(row['low'], outcome)} to {amount(row['high'], outcome)}"
        texts.append(f"For {at} the model predicts {name_of(outcome)} {amount(row['predicted'], outcome)} ({ends}).")
    return texts

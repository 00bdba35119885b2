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
    if arguments.get("standardise"):
        sizes = [f"{safe(name_of(row['term']))} {number(row['estimate'], 2)} ({p_text(row['p'])})" for row in terms[:8]]
        told = f"In standard deviations, the other columns held constant, {name_of(outcome)} goes most with {safe(name_of(terms[0]['term']))}: {listed(sizes)}."
        return [told, f"r² = {number(first['r2'])}, n = {count(first['n'])}. Checks: {first['assumptions']}.", *left_out(first)]
    texts = [term_text(row, outcome, several=len(terms) > 1) for row in terms[:6]]
    numbers = f"r² = {number(first['r2'])} of the variance, with a residual standard deviation of {amount(first['rmse'], outcome)} (n = {count(first['n'])})"
    if len(terms) == 1:
        slope = f"{'−' if terms[0]['estimate'] < 0 else '+'} {number(abs(terms[0]['estimate']))} × {name_of(terms[0]['term'])}"
        texts.append(f"The line is {name_of(outcome)} = {number(first['estimate'])} {slope}; it explains {numbers}.")
    else:
        texts.append(f"The model explains {numbers}.")
    return [*texts, f"Checks: {first['assumptions']}.", *left_out(first)]


def odds_ratios(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    rows = value.to_dict("records")
    first, terms = rows[0], rows[1:]
    outcome = f"{name_of(first['outcome'])} = {safe(str(first['level']))}"
    texts = [_odds_text(row, outcome) for row in terms[:8]]
    rest = "The other columns of the model are held constant. " if len(terms) > 1 else ""
    return [*texts, f"{rest}n = {count(first['n'])}, of which {count(first['events'])} have {outcome}. Checks: {first['assumptions']}.", *left_out(first)]


def _odds_text(row: Mapping[str, Any], outcome: str) -> str:
    ends = f"95 % interval {_ratio(row['ci_low'])} to {_ratio(row['ci_high'])}; SE of its logarithm {number(row['se'])}; {p_text(row['p'])}"
    term = str(row["term"])
    who = f"{safe(term)}, against the first level" if " = " in term else f"one more of {name_of(term)}"
    return f"Odds ratio of {outcome} for {who}: {_ratio(row['odds_ratio'])} ({ends})."


def _ratio(value: Any) -> str:
    """An odds ratio as people write it."""
    return "< 0.001" if not missing(value) and 0 < value < 0.001 else number(value)


def adjusted_effect(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    rows = value.to_dict("records")
    first = rows[0]
    texts = [_adjusted_text(row) for row in rows[:6]]
    return [*texts, f"n = {count(first['n'])}. Checks: {first['assumptions']}.", *left_out(first)]


def _adjusted_text(row: Mapping[str, Any]) -> str:
    """What the group goes with, others held constant, and without them."""
    given = listed([name_of(name) for name in str(row["given"]).split(", ")])
    outcome = str(row["outcome"])
    found = "" if clear(row) else ", which is not shown to differ from " + ("1" if row["measure"] == "odds ratio" else "0")
    if row["measure"] == "odds ratio":
        who = safe(str(row["term"])) + ("" if missing(row["against"]) else f" against {safe(str(row['against']))}")
        said = f"the odds ratio of {name_of(outcome)} = {safe(str(row['level']))} for {who} is {_ratio(row['effect'])}"
        ends = f"95 % interval {_ratio(row['ci_low'])} to {_ratio(row['ci_high'])}"
        return f"With {given} held constant, {said} ({ends}, {p_text(row['p'])}){found}; without, on the same rows, {_ratio(row['plain'])}."
    ends = interval(row["ci_low"], row["ci_high"], outcome)
    test = f"{ends}; SE {number(row['se'])}, t({freedom(row['df'])}) = {number(row['statistic'])}, {p_text(row['p'])}"
    said = f"With {given} held constant, {name_of(outcome)} is {_more(row['effect'], outcome)} {_for_whom(row)} ({test}){found}"
    plain = interval(row["plain_ci_low"], row["plain_ci_high"], outcome)
    return f"{said}; without, on the same rows, {_more(row['plain'], outcome)} ({plain}, {p_text(row['plain_p'])})."


def _more(size: float, outcome: str) -> str:
    return f"{amount(abs(size), outcome)} {'higher' if size >= 0 else 'lower'}"


def _for_whom(row: Mapping[str, Any]) -> str:
    if missing(row["against"]):
        return f"for each further unit of {name_of(row['factor'])}"
    return f"for {safe(str(row['term']))} than for {safe(str(row['against']))}"


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

"""Sentences about a first look: what goes together, what goes with one column, what changed over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.offline.prose.comparing import clear
from nb_orchestra.offline.prose.timing import period
from nb_orchestra.offline.prose.wording import amount, listed, missing, name_of, number, p_text, plural, safe, title_of
from nb_orchestra.offline.recipes.alike import alike, telling

MOST_TOLD = 5
MOST_ALIKE = 8
WEAK = 0.1


def associations(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    rows = [row | {"p": row["p_holm"]} for row in value.to_dict("records")]
    same = alike(rows)
    found = [row for row in telling(rows) if row["strength"] >= WEAK and clear(row)]
    texts = of_target(rows, found, str(arguments["target"])) if arguments.get("target") else of_pairs(rows, found)
    if same and not found and not arguments.get("target"):
        texts = []
    for group in same[:MOST_TOLD]:
        names = [called(name) for name in group[:MOST_ALIKE]]
        texts.append(f"{title_of(listed(names))}{' and others' if len(group) > MOST_ALIKE else ''} say nearly the same.")
    return [*texts, *reversals(found)]


def of_target(rows: list[Mapping[Any, Any]], found: list[Mapping[Any, Any]], target: str) -> list[str]:
    aim = called(target)
    if not found:
        return [f"No column is shown to go with {aim} (p adjusted by Holm)."]
    strongest = listed([f"{called(row['x'])} ({measure(row)})" for row in found[:MOST_TOLD]])
    texts = [f"What goes with {aim}, strongest first: {strongest}; {tested(found)}."]
    unrelated = [called(row["x"]) for row in rows if row["strength"] < WEAK or not clear(row)]
    return [*texts, *([f"Not shown to go with {aim}: {listed(unrelated)}."] if unrelated else [])]


def of_pairs(rows: list[Mapping[Any, Any]], found: list[Mapping[Any, Any]]) -> list[str]:
    if not found:
        return [f"Of {plural(len(rows), 'pair')} of columns none is shown to go together (p adjusted by Holm)."]
    strongest = listed([f"{called(row['x'])} and {called(row['y'])} ({measure(row)})" for row in found[:MOST_TOLD]])
    if len(rows) == 1:
        return [f"{title_of(strongest)} go together ({tested(found)})."]
    return [f"Of {plural(len(rows), 'pair')} of columns the strongest associations are {strongest}; {tested(found)}."]


def tested(rows: list[Mapping[Any, Any]]) -> str:
    return f"tested by {listed(list(dict.fromkeys(str(row['test']) for row in rows[:MOST_TOLD])))}, p adjusted by Holm"


def called(column: Any) -> str:
    """The column in words; one with digits as it is written, since 2013 alone would be read as a number."""
    return "`" + str(column).replace("`", "") + "`" if any(letter.isdigit() for letter in str(column)) else name_of(column)


def measure(row: Mapping[Any, Any]) -> str:
    """ρ = 0.84, p < 0.001, n = 342; of groups also which is the highest."""
    sign = {"Spearman's ρ": "ρ", "Cramér's V": "V"}.get(str(row["effect_size"]), str(row["effect_size"]))
    outer = "" if missing(row["highest"]) else f", highest {safe(str(row['highest']))}, lowest {safe(str(row['lowest']))}"
    return f"{sign} = {number(row['effect'], 2)}, {p_text(row['p'])}, n = {row['n']:,}{outer}"


def reversals(found: list[Mapping[Any, Any]]) -> list[str]:
    """Pairs whose sign is the opposite within a category (Simpson's paradox)."""
    pairs = [f"{called(row['x'])} and {called(row['y'])} within {called(row['reversed_by'])}" for row in found if not missing(row["reversed_by"])]
    return [f"The sign is the opposite for {listed(pairs[:MOST_TOLD])} (Simpson's paradox): read those within groups."] if pairs else []


def trends(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    rows = [row | {"p": row["p_holm"]} for row in value.to_dict("records")]
    moved = [row for row in rows if row["direction"] != "no clear trend" and clear(row)]
    still = [called(row["value"]) for row in rows if row not in moved]
    date = name_of(rows[0]["date"])
    texts = [f"{title_of(called(row['value']))} is {row['direction']}: {levels(row)}; {row['test']}, {p_text(row['p'])}, n = {row['n']:,}." for row in moved]
    if moved:
        texts[-1] = f"{texts[-1][:-1]} (p adjusted by Holm)."
    few = next((part for row in rows for part in str(row["assumptions"]).split("; ") if "too few" in part), "")
    return [*texts, *([f"No clear trend over {date}: {listed(still)}."] if still else []), *([f"{title_of(few)}."] if few else [])]


def levels(row: Mapping[Any, Any]) -> str:
    """From 15.3 °C (2012) to 17.4 °C (2015), +0.74 °C per year."""
    every, column = str(row["every"]), str(row["value"])
    ends = [f"{amount(row[f'{end}_level'], column)} ({period(row[end], every)})" for end in ("first", "last")]
    return f"the mean per {every} went from {ends[0]} to {ends[1]}, {amount(row['slope_per_year'], column)} per year"

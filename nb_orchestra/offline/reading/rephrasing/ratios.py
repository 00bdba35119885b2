"""Rates and ratios that a goal names by a word: "overspent their budget", "tip a higher percentage", "percentage of tip on the bill", "incidence"."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.tables import Column, Table

_SPENT = vocabulary("spent spend spending expense expenditure actual cost")
_BUDGET = vocabulary("budget planned plan budgeted")
_WHOLE = vocabulary("total bill amount")
_PEOPLE = vocabulary("population pop inhabitant people person")
_PERCENT = r"(?:percent(?:age)?s?|per cent|%|pct|share)"
_OVER = re.compile(
    r"\b(?:which|what) (?P<noun>\w+) (?:have |had |has )?(?P<side>over|under)[- ]?(?:spent|spend|shot|ran|run)"
    r"(?: (?:their|the|its))?(?: budgets?)?(?P<rest>[^?.;{,]*?)"
    r"(?:,? (?:and )?by (?:how (?:many|much)|what)(?: (?:percent\w*|%|in percent))?)?(?=\s*[?.;{]|\s*\Z)",
    re.IGNORECASE,
)
_ON = re.compile(rf"\b(?:the )?{_PERCENT} of (?:the )?(?P<part>\w+) (?:on|in|over|relative to|against) (?:the )?(?P<whole>\w+)\b", re.IGNORECASE)
_HIGHER = re.compile(
    rf"\b(?P<verb>\w+) (?:an? |the )?(?P<side>higher|lower|larger|smaller|bigger|greater|different) {_PERCENT}(?: of (?:the )?bill)?\b", re.IGNORECASE
)
_ITS_PERCENT = re.compile(rf"\b(?P<part>\w+) {_PERCENT}(?! (?:of|on|in|by which)\b)(?= |$|[?.,;])", re.IGNORECASE)
_INCIDENCE = re.compile(r"\b(?:\w+ )?incidence(?: rates?)?\b", re.IGNORECASE)
_PER_MANY = re.compile(
    r"\bper (?P<n>1,?000|10,?000|100,?000|1,?000,?000|million|thousand)\b(?! (?:people|persons|inhabitants|population|residents|\w+s\b))", re.IGNORECASE
)


def as_ratios(text: str, table: Table, told: list[str]) -> str:
    """The text with such measures made first, from the columns that the table has for them."""
    for form in (_overspent, _part_on_whole, _tipped, _incidence):
        text = form(text, table, told)
    return text


def _one(words: frozenset[str], table: Table) -> Column | None:
    found = [column for column in table.of_kind("number") if words & {lemma(word) for word in column.words} and not column.labelling]
    return found[0] if len(found) == 1 else None


def _named(word: str, table: Table) -> Column | None:
    return _one(frozenset({lemma(word)}), table)


def _overspent(text: str, table: Table, told: list[str]) -> str:
    found, spent, budget = _OVER.search(text), _one(_SPENT - _BUDGET, table), _one(_BUDGET, table)
    if found is None or spent is None or budget is None or spent is budget or "overrun" in table:
        return text
    side = "above" if found["side"].casefold() == "over" else "below"
    told.append(f"{found['side']}spent: {spent.name} {side} {budget.name}; overrun: {spent.name} − {budget.name}, in percent of {budget.name}")
    name = "overrun"
    listed = f"show the rows{found['rest']} with {name} {side} 0"
    return f"create {name} = (`{spent.name}` - `{budget.name}`) / `{budget.name}` * 100; {text[: found.start()]}{listed}{text[found.end() :]}"


def _part_on_whole(text: str, table: Table, told: list[str]) -> str:
    found = _ON.search(text)
    part, whole = (_named(found["part"], table), _named(found["whole"], table)) if found is not None else (None, None)
    if found is None or part is None or whole is None or part is whole:
        return text
    return _percent(text[: found.start()], text[found.end() :], part, whole, told, mean=True)


def _tipped(text: str, table: Table, told: list[str]) -> str:
    """ "Do smokers tip a higher percentage", "the tip percentage by day": of the one column that is the whole."""
    whole, higher = _one(_WHOLE, table), _HIGHER.search(text)
    found = higher or _ITS_PERCENT.search(text)
    part = _named(found["verb"] if higher else found["part"], table) if found is not None else None
    known = found is not None and any({lemma(word) for word in re.findall(r"\w+", found.group())} <= set(column.words) for column in table.columns)
    if found is None or part is None or whole is None or part is whole or known:
        return text
    if higher is None:
        return _percent(text[: found.start()], text[found.end() :], part, whole, told, mean=not re.search(r"\b(?:mean|average|median)\b", text, re.IGNORECASE))
    said = _percent(text[: higher.start()], text[higher.end() :], part, whole, told, mean=False)
    return said.replace(f"{part.name}_percent", f"have a {higher['side']} {part.name}_percent", 2).replace(f"create have a {higher['side']} ", "create ", 1)


def _percent(before: str, behind: str, part: Column, whole: Column, told: list[str], *, mean: bool) -> str:
    name = f"{part.name}_percent"
    told.append(f"{name}: {part.name} in percent of {whole.name}, of each row")
    asks = mean and re.match(r"[^?.;]*\b(?:by|per|for each|in each|across)\b", behind, re.IGNORECASE) is not None
    return f"create {name} = `{part.name}` / `{whole.name}` * 100; {before}{'mean ' if asks else ''}{name}{behind}"


def _incidence(text: str, table: Table, told: list[str]) -> str:
    people = _one(_PEOPLE, table)
    cases = _one(frozenset({"case", "infection"}), table)
    if people is None:
        return text
    if cases is not None and _INCIDENCE.search(text):
        text = _INCIDENCE.sub(cases.name, text)
        told.append(f"incidence: {cases.name} by {people.name}")
        text = re.sub(rf"\b{re.escape(cases.name)}(?! per)\b(?=[^?.;]*\bby\b)", f"mean {cases.name}", text) if not _PER_MANY.search(text) else text
    return _PER_MANY.sub(lambda found: f"per {found['n'].replace(',', '')} `{people.name}`", text)

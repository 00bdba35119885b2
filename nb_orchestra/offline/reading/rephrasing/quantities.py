"""Questions about what was sold that name no measure, in words that do: "best day for iced tea", "which products sell best", "croissants per weekday"."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.deriving.takings import quantity_of
from nb_orchestra.offline.reading.language.words import SPELLED, inflections, lemma, number_said, tokens, vocabulary
from nb_orchestra.offline.reading.matching.columns import finds
from nb_orchestra.offline.reading.matching.values import levels
from nb_orchestra.offline.reading.tables import Column, Table

_PERIOD = r"(?:day of the week|weekday|day|date|week|month|quarter|year|hour)"
_MOST, _LEAST = vocabulary("best most biggest busiest strongest top highest peak better more"), vocabulary("worst least fewest quietest weakest slowest lowest")
_SIDE = rf"(?:{'|'.join(sorted(_MOST | _LEAST))})"
_SELLS = r"(?:sells?|sold|(?:do|did|does) (?:we|they|you|i) (?:sell|make|bake|ship|order)|(?:was|were|is|are|gets?|got) (?:sold|ordered|bought|shipped))"
_THING = r"(?P<thing>[^,;?.]+?)"
_END = r"(?=\s*(?:[,;?.]|\bin\b|\bon\b|\bduring\b|\band\b|\Z))"

_BEST_FOR = re.compile(
    rf"\b(?:(?:which|what)(?: was| is)? (?:the |our )?)?(?P<side>{_SIDE})(?: selling)? (?P<period>{_PERIOD}) (?:for|of)(?: selling)? {_THING}{_END}",
    re.IGNORECASE,
)
_WHICH_BEST = re.compile(
    rf"\b(?:which|what) (?P<period>{_PERIOD}) (?:(?:is|was) (?:the |our )?(?P<side>{_SIDE}) (?:for|of)|{_SELLS} (?:the )?(?P<side2>{_SIDE})) {_THING}{_END}",
    re.IGNORECASE,
)
_PER_PERIOD = re.compile(
    rf"\bhow many {_THING}(?: (?:did|do) (?:we|they|i) \w+| (?:were|are|was) \w+| sold)? (?P<by>(?:per|by|each|every|on each|for each) {_PERIOD})\b",
    re.IGNORECASE,
)
_WE_SELL = r"(?: (?:did|do|does|are|were) (?:we |they |you |i )?(?:sell|sold|make|made|bake|baked|ship|shipped|order|ordered))?"
_ON_AVERAGE = re.compile(
    rf"\bhow many {_THING}{_WE_SELL} (?:on average (?:per|a|an|each|every) (?P<every>day|week|month)"
    r"|(?:per|a|an|each|every) (?P<every2>day|week|month) on average)\b"
    rf"|\baverage number of (?P<thing2>[^,;?.]+?)(?: sold)? (?:per|a|each|every) (?P<every3>day|week|month)\b",
    re.IGNORECASE,
)
_SELL_BEST = re.compile(
    rf"\b(?:which|what) (?:(?P<n>\d+|[a-z]+) )?(?P<noun>\w+) {_SELLS} (?:the )?(?P<side>{_SIDE})\b(?! {_PERIOD})|"
    rf"\b(?:(?P<n2>\d+|{'|'.join(SPELLED)}) )?(?P<side2>best|worst|top)[ -]selling (?P<noun2>\w+)",
    re.IGNORECASE,
)


def in_quantities(text: str, table: Table, told: list[str]) -> str:
    """The text with the quantity named, where the table has one, and what was meant by it in `told`."""
    quantity = quantity_of(table)
    if not quantity:
        return text

    def named(found: re.Match[str]) -> str:
        side = "lowest" if _said(found, "side").casefold() in _LEAST else "highest"
        return _kept(found, f"which {found['period']} had the {side} total `{quantity}` of {found['thing']}")

    def per_period(found: re.Match[str]) -> str:
        return _kept(found, f"total `{quantity}` of {found['thing']} {found['by']}")

    def averaged(found: re.Match[str]) -> str:
        thing, every = _said(found, "thing"), found["every"] or found["every2"] or found["every3"]
        if not _is_value(thing, table):
            return found.group()
        told.append(f"{thing}: the total of {quantity} of each {every}, not the rows")
        return f"what is the average `{quantity}` of {thing} per {every}"

    def ranked(found: re.Match[str]) -> str:
        noun, number = _said(found, "noun"), _said(found, "n").casefold()
        least = _said(found, "side").casefold() in _LEAST
        n = number_said(number) or 0
        if (number and not n) or not _is_thing(noun, table):
            return found.group()
        told.append(f"{found.group()}: by the total of {quantity}")
        if not n and lemma(noun) == noun.casefold():
            return f"which {noun} has the {'lowest' if least else 'highest'} total `{quantity}`"
        return f"{'bottom' if least else 'top'} {n or 10} {noun} by total `{quantity}`"

    def _kept(found: re.Match[str], form: str) -> str:
        if not _is_value(found["thing"], table):
            return found.group()
        told.append(f"{found['thing']}: the total of {quantity}, not the rows")
        return form

    for pattern, form in ((_ON_AVERAGE, averaged), (_BEST_FOR, named), (_WHICH_BEST, named), (_PER_PERIOD, per_period), (_SELL_BEST, ranked)):
        text = pattern.sub(form, text)
    return text


def _said(found: re.Match[str], name: str) -> str:
    """A named group, or its twin of the other wording."""
    groups = found.groupdict()
    return groups.get(name) or groups.get(f"{name}2") or ""


def _is_value(words: str, table: Table) -> bool:
    """True for a value of a category alone: "iced tea", "the lamps"."""
    stream = [token for token in tokens(words) if token.text.casefold() not in ("the", "our", "all")]
    return any(level.end - level.start == len(stream) for level in levels(stream, table)) and bool(stream)


def _is_thing(noun: str, table: Table) -> bool:
    stream = tokens(noun)
    columns = {find.column for find in finds(stream, table) if find.start == 0 and find.end == len(stream)}
    return any(table[name].kind == "text" and not table[name].identifying for name in columns)


_RATE = re.compile(r"(?P<ask>\b(?:average|mean|overall|total|the) )?\b(?P<word>[a-z]{4,}) rates?\b", re.IGNORECASE)


def rates_of_values(text: str, table: Table, told: list[str]) -> str:
    """ "The return rate" where a status is returned, "failure rate" where an outcome is failed: the share of the rows that have this value."""

    def share(found: re.Match[str]) -> str:
        word = found["word"].casefold()
        known = any(word in column.words for column in table.columns) or any(find.end == 2 for find in finds(tokens(found.group()), table))
        hits = (
            []
            if known
            else [(column.name, str(level)) for column in table.columns if _sorts(column) for level in column.levels if _of_one_root(word, str(level))]
        )
        if len(hits) != 1:
            return found.group()
        told.append(f"{word} rate: the share of rows with {hits[0][0]} {hits[0][1]}")
        return f"share of rows with `{hits[0][0]}` = '{hits[0][1]}'"

    return _RATE.sub(share, text)


def _sorts(column: Column) -> bool:
    return column.kind == "text" and 2 <= column.distinct <= 12


_NO_OUTCOME = vocabulary("interest heart exchange birth growth sampling refresh data frame")
"""Rates of their own kind: "the interest rate" is no share of those who are interested."""


def _of_one_root(word: str, level: str) -> bool:
    """Return and returned, cancellation and cancelled, failure and failed, absence and absent."""
    plain = level.strip().casefold()
    shared = next((n for n, (one, two) in enumerate(zip(word, plain, strict=False)) if one != two), min(len(word), len(plain)))
    short = shared >= 4 and (plain in inflections(word) or word in inflections(plain) or word.removesuffix("ure") == plain.removesuffix("ed"))
    return plain.isalpha() and word not in _NO_OUTCOME and (short or shared >= max(5, min(len(word), len(plain)) - 4))

"""Wishes that change the table for what follows: filter, drop, fill, clean, convert, new columns, sort."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.deriving.formulas import MAKES, formula
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.dating import DATE_PART
from nb_orchestra.offline.reading.wishes.filling import FILLING
from nb_orchestra.offline.reading.wishes.missing import gaps_of_its_own
from nb_orchestra.offline.reading.wishes.picking import numbers
from nb_orchestra.offline.reading.wishes.recoding import clean_wish
from nb_orchestra.offline.reading.wishes.sorting import sort_wish
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_ASKS = vocabulary(
    "compare correlate outlier normality regress predict chart brief rank trend describe "
    "classify train cluster table_one proportions posthoc partial matrix share_of value_counts run resample seasonal moving"
)


def _only_filters(clause: Clause, memory: Memory) -> bool:
    """A clause that restricts rows and asks for nothing else."""
    if clause.columns("by", "within") and numbers(clause) and not clause.has("verb", "keep", "drop"):
        return False
    counts = clause.has("verb", "count") and not clause.has("verb", "keep", "drop")
    if clause.columns("by") and not clause.verbs:
        return False
    return (
        bool(clause.conditions)
        and not counts
        and not (clause.verbs & _ASKS)
        and (not clause.question or (_LISTS.match(clause.text) is not None and not any("point" in tag.kinds for tag in clause.tags)))
        and not clause.has("stat")
        and not clause.has("super")
        and not set(clause.keys("method")) - {"column"}
    )


_LISTS = re.compile(r"(?:in\s+)?(?:who|which|where|what)\b(?!\s+(?:is|are|was|were)\s+the\b)", re.IGNORECASE)
"""Questions whose answer is a list of rows: "which countries have …"."""


def _filter(clause: Clause, memory: Memory) -> list[Intent]:
    return [Intent("filter", clause.text, where=clause.conditions)]


_SPOKEN_OF = re.compile(
    r"\b(this|that|same|two|three|four|five|six|both|involved|concerned|relevant|these|those|mentioned|either|respective|above|each|required|selected)\b"
    r"|\bthe columns?\b",
    re.IGNORECASE,
)


_IGNORES = re.compile(r"\W*(?:please\s+)?(?:ignor|exclud|omit|skip|disregard)\w*\b", re.IGNORECASE)
"""Missing values that are ignored are those of what is measured; rows are dropped whole only where rows are spoken of."""


def _drop_missing(clause: Clause, memory: Memory) -> list[Intent]:
    """Rows without gaps in the named columns; in those that are measured, where the clause only points at them."""
    columns = tuple(name for name in clause.columns() if name in clause.table)
    if not columns and any(tag.kind == "text" for tag in clause.tags):
        return []
    pointed = not columns and bool(_SPOKEN_OF.search(clause.text) or (_IGNORES.match(clause.text) and not clause.has("word", "row", "data")))
    bare = bool(memory.slot_words) and not columns and not clause.has("word", "row", "data") and not re.search(r"\b(?:any|all)\b", clause.text, re.IGNORECASE)
    if columns:  # "patients whose weight is missing": which rows is said
        memory.unread[:] = [line for line in memory.unread if line not in clause.text or not any(name.casefold() in line.casefold() for name in columns)]
    options = {**({"measured": True} if pointed or bare else {}), **({"each": True} if bare and not _SPOKEN_OF.search(clause.text) else {})}
    return [Intent("drop_missing", clause.text, columns, options=options | gaps_of_its_own(clause))]


_ROWS_WITHOUT = re.compile(
    r"\b(?:drop|remove|exclude|delete|discard)\w*\s+(?:all\s+)?(?:the\s+)?(?:rows?|records?|entries|observations?|cases)\s+without\b", re.IGNORECASE
)


def _drops_missing(clause: Clause, memory: Memory) -> bool:
    return (bool(_ROWS_WITHOUT.search(clause.text)) or (clause.has("cmp", "missing") and clause.has("verb", "drop"))) or (
        clause.has("cmp", "present") and clause.has("verb", "keep", "drop")
    )


def _dedupe(clause: Clause, memory: Memory) -> list[Intent]:
    return [Intent("dedupe", clause.text, tuple(name for name in clause.columns() if name in clause.table))]


_FACTORS = {
    ("g", "kg"): 0.001, ("kg", "g"): 1000, ("mm", "cm"): 0.1, ("cm", "mm"): 10, ("mm", "m"): 0.001, ("cm", "m"): 0.01, ("m", "cm"): 100,
    ("m", "km"): 0.001, ("km", "m"): 1000, ("lb", "kg"): 0.45359237, ("kg", "lb"): 1 / 0.45359237, ("mg", "g"): 0.001, ("s", "min"): 1 / 60,
    ("min", "h"): 1 / 60, ("s", "h"): 1 / 3600,
    ("h", "min"): 60, ("min", "s"): 60, ("ft", "m"): 0.3048, ("m", "ft"): 1 / 0.3048, ("in", "cm"): 2.54,
}  # fmt: skip
_SPELLED_UNITS = {
    "kilogram": "kg",
    "gram": "g",
    "centimetre": "cm",
    "centimeter": "cm",
    "millimetre": "mm",
    "metre": "m",
    "meter": "m",
    "kilometre": "km",
    "pound": "lb",
    "hour": "h",
}


def _in_units(clause: Clause, memory: Memory) -> list[Intent]:
    """ "convert body mass to kg": a new column, named for its unit."""
    wanted = {_SPELLED_UNITS.get(lemma(word), word) for word in re.findall(r"[A-Za-z]+", clause.text.rpartition(" to ")[2])}
    for name in numbers(clause):
        unit = next((unit for unit in wanted if (clause.table[name].unit, unit) in _FACTORS), None)
        if unit is not None:
            made = "_".join((*clause.table[name].words, unit))
            memory.made[made] = {"op": "*", "args": [{"column": name}, _FACTORS[clause.table[name].unit, unit]]}
            memory.table = memory.table.with_column(made, "number")
            return [Intent("derive", clause.text, (made,), options={"name": made, "expression": memory.made[made]})]
    return []


def _convert(clause: Clause, memory: Memory) -> list[Intent]:
    in_units = _in_units(clause, memory)
    if in_units:
        return in_units
    text = clause.text.casefold()
    to = next(
        (
            to
            for word, to in (("date", "date"), ("int", "number"), ("float", "number"), ("number", "number"), ("numeric", "number"), ("text", "text"))
            if word in text
        ),
        "auto",
    )
    return [Intent("convert", clause.text, tuple(name for name in clause.columns() if name in clause.table), options={"to": to})]


_MADE_NUMBERS = re.compile(r"\b(?:make|turn|store|treat|read)\b[^.;]*\b(?:numbers?|numeric|dates)\W*\Z", re.IGNORECASE)


def _makes_numbers(clause: Clause, memory: Memory) -> bool:
    """ "Make the prices numbers", "turn the dates into dates"."""
    said = _MADE_NUMBERS.search(re.sub(r"\{[^}]*\}", "", clause.text)) is not None
    return said and not memory.slot_words and bool(clause.columns())


def _create(clause: Clause, memory: Memory) -> list[Intent]:
    shares = clause.has("verb", "percent_of") and bool(clause.columns("by")) and not memory.slot_words
    made = None if shares else formula(clause, memory)
    return [made] if made is not None else []


def _creates(clause: Clause, memory: Memory) -> bool:
    """A sentence that makes a column; "total in the Engineering category" does not."""
    return (
        clause.has("verb", "percent_of")
        or MAKES.search(clause.text) is not None
        or bool(re.search(r"\bbins?\b|\bbucket|\bnormali[sz]|\bstandardi[sz]|\bscal", clause.text.casefold()))
    )


def _scale(clause: Clause, memory: Memory) -> list[Intent]:
    how = "zscore" if clause.has("method", "standard") or "standard" in clause.text.casefold() else "minmax"
    return [Intent("scale", clause.text, tuple(numbers(clause)), options={"how": how})]


def _encode(clause: Clause, memory: Memory) -> list[Intent]:
    columns = tuple(name for name in clause.columns() if name in clause.table)
    method = "label" if clause.has("method", "label") else "onehot"
    return [Intent("encode", clause.text, columns, options={"method": method})] if columns else []


SHAPING = (
    FILLING,
    Wish("drop_missing", _drop_missing, takes=words("drop keep count missing clean"), when=_drops_missing),
    Wish(
        "dedupe",
        _dedupe,
        words("dedupe"),
        takes=words("dedupe drop keep count"),
        when=lambda clause, memory: clause.has("verb", "drop", "clean") or "dedup" in clause.text.casefold(),
    ),
    Wish(
        "create",
        _create,
        words("create scale percent_of bin"),
        when=_creates,
        takes=words("create compare count stat scale correlate super trend rate percent_of"),
    ),
    DATE_PART,
    Wish("convert", _convert, words("convert"), takes=words("convert count stat"), ends=True),
    Wish("made_numbers", _convert, takes=words("convert count stat create"), when=_makes_numbers, ends=True),
    Wish(
        "scale",
        _scale,
        words("scale"),
        takes=words("scale outlier stat"),
        when=lambda clause, memory: "normaliz" in clause.text.casefold() or "scal" in clause.text.casefold() or "standardi" in clause.text.casefold(),
    ),
    Wish("encode", _encode, words("encode"), takes=words("encode")),
    Wish("clean", clean_wish, words("clean"), takes=words("clean drop")),
    Wish("filter", _filter, takes=words("keep drop count"), when=_only_filters, ends=True),
    Wish("sort", sort_wish, words("sort"), takes=words("sort super rank stat statistics")),
)

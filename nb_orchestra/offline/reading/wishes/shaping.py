"""Wishes that change the table for what follows: filter, drop, fill, clean, convert, new columns, sort."""

from __future__ import annotations

from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.formulas import formula
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.wishes.picking import numbers
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_ASKS = frozenset(
    "compare correlate outlier normality regress predict chart brief rank trend describe classify train cluster table_one proportions posthoc partial matrix".split()
)
_FILLS = {"mean": "mean", "median": "median", "mode": "mode", "forward": "forward", "backward": "backward", "interpolate": "interpolate"}


def _only_filters(clause: Clause, memory: Memory) -> bool:
    """A clause that restricts rows and asks for nothing else."""
    return bool(clause.conditions) and not (clause.verbs & _ASKS) and not clause.question and not clause.has("stat") and not clause.has("super")


def _filter(clause: Clause, memory: Memory) -> list[Intent]:
    return [Intent("filter", clause.text, where=clause.conditions)]


def _drop_missing(clause: Clause, memory: Memory) -> list[Intent]:
    columns = tuple(name for name in clause.columns() if name in clause.table)
    return [Intent("drop_missing", clause.text, columns)]


def _drops_missing(clause: Clause, memory: Memory) -> bool:
    return clause.has("cmp", "missing") and clause.has("verb", "drop") or (clause.has("cmp", "present") and clause.has("verb", "keep", "drop"))


def _fill(clause: Clause, memory: Memory) -> list[Intent]:
    columns = tuple(name for name in clause.columns() if name in clause.table)
    method = next((_FILLS[key] for key in (*clause.keys("stat"), *clause.keys("method")) if key in _FILLS), "")
    options: dict[str, Any] = {"method": method}
    literal = next((tag.value for tag in clause.tags if tag.kind == "text"), None) or next((c["value"] for c in clause.conditions if c["op"] == "=="), None)
    if not method and literal is not None:
        options = {"method": "value", "value": literal}
    elif not method and clause.numbers:
        options = {"method": "value", "value": clause.numbers[-1]}
    return [Intent("fill", clause.text, columns, options=options)]


def _fills(clause: Clause, memory: Memory) -> bool:
    return clause.has("cmp", "missing") or clause.has("verb", "fill") and "imput" in clause.text.casefold() or "fill" in clause.text.casefold()


def _dedupe(clause: Clause, memory: Memory) -> list[Intent]:
    return [Intent("dedupe", clause.text, tuple(name for name in clause.columns() if name in clause.table))]


def _convert(clause: Clause, memory: Memory) -> list[Intent]:
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


def _clean(clause: Clause, memory: Memory) -> list[Intent]:
    texts = tuple(name for name in clause.columns() if name in clause.table and clause.table[name].kind == "text")
    return [Intent("clean", clause.text, texts)] if texts or not clause.columns() else []


def _create(clause: Clause, memory: Memory) -> list[Intent]:
    made = formula(clause, memory)
    return [made] if made is not None else []


def _scale(clause: Clause, memory: Memory) -> list[Intent]:
    how = "zscore" if clause.has("method", "standard") or "standard" in clause.text.casefold() else "minmax"
    return [Intent("scale", clause.text, tuple(numbers(clause)), options={"how": how})]


def _encode(clause: Clause, memory: Memory) -> list[Intent]:
    columns = tuple(name for name in clause.columns() if name in clause.table)
    method = "label" if clause.has("method", "label") else "onehot"
    return [Intent("encode", clause.text, columns, options={"method": method})] if columns else []


def _sort(clause: Clause, memory: Memory) -> list[Intent]:
    columns = tuple(name for name in clause.columns() if name in clause.table)
    text = clause.text.casefold()
    descending = any(word in text for word in ("descending", "highest", "largest", "decreasing", "from high", "newest", "biggest"))
    return [Intent("sort", clause.text, columns, options={"ascending": not descending})] if columns else []


SHAPING = (
    Wish("fill", _fill, words("fill"), takes=words("fill drop count stat missing scale clean compare"), when=_fills, ends=True),
    Wish("drop_missing", _drop_missing, takes=words("drop keep count missing clean"), when=_drops_missing),
    Wish(
        "dedupe",
        _dedupe,
        words("dedupe"),
        takes=words("dedupe drop keep count"),
        when=lambda clause, memory: clause.has("verb", "drop", "clean") or "dedup" in clause.text.casefold(),
    ),
    Wish("create", _create, words("create scale percent_of rate bin"), takes=words("create compare count stat scale correlate super trend rate percent_of")),
    Wish("convert", _convert, words("convert"), takes=words("convert count stat"), ends=True),
    Wish(
        "scale",
        _scale,
        words("scale"),
        takes=words("scale outlier stat"),
        when=lambda clause, memory: "normaliz" in clause.text.casefold() or "scal" in clause.text.casefold() or "standardi" in clause.text.casefold(),
    ),
    Wish("encode", _encode, words("encode"), takes=words("encode")),
    Wish("clean", _clean, words("clean"), takes=words("clean drop")),
    Wish("filter", _filter, takes=words("keep drop count"), when=_only_filters, ends=True),
    Wish("sort", _sort, words("sort"), takes=words("sort super rank")),
)

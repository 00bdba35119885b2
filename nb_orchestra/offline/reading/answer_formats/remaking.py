"""Columns made of one or two others by a verb: "extract the year from …", "apply a log transformation to …", "concatenate … and …"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nb_orchestra.offline.reading.answer_formats.making import Made, Sentence
from nb_orchestra.offline.reading.tables import Table

# ruff: noqa: E501 — patterns are data; a row stays a row

_NAME = re.compile(
    r"\b(?:called|named|column|feature|variable|as|in)\s+(?:an? )?(?:new )?(?:column |feature |variable )?(?:called |named )?[\"'“‘`]([^\"'”’`]+)[\"'”’`]|\b(?:called|named)\s+([A-Za-z]\w*)",
    re.IGNORECASE,
)
_MAKES = r"(?:extract|get|derive|obtain|create|add|compute|parse|determine|calculate|generate|introduce|make|take)\w*"
_PART = re.compile(
    rf"\b{_MAKES}\b[^.;]*?\b(year|month|day of (?:the )?week|weekday|hour|quarter|decade)\b(?: (?:number|component|part|value|name|information))?[^.;]*?\b(?:from|of|out of|based on|using|in)\b",
    re.IGNORECASE,
)
_OPS = {"weekday": "weekday_name", "day of week": "weekday_name", "day of the week": "weekday_name"}


def date_part(sentence: Sentence, others: Sequence[Sentence], table: Table) -> Made | None:
    """ "Extract the month from the date column": a column of its own, and the one that "which month" means."""
    found = _PART.search(sentence.text)
    dates = sentence.named(table, "date") or ([table.date] if table.date is not None and re.search(r"\bdates?\b", sentence.text) else [])
    if found is None or len(dates) != 1 or table[dates[0]].kind != "date" or sentence.text.rstrip().endswith("?"):
        return None
    part = found[1].casefold()
    taken = {column.name.casefold() for column in table.columns}
    name = _given(sentence.text, dates[0]) or (part if part not in taken else f"{part} of {dates[0]}")
    op = _OPS.get(part, part)
    kind = "text" if op == "weekday_name" else "number"
    return Made(name, {"op": op, "args": [{"column": dates[0]}]}, kind, dates[0], ((sentence.start, sentence.end),), part=part)


_CHANGES = (
    (re.compile(r"\b(?:log[- ]?10|base[- ]?10 log\w*|log\w* (?:of |to )?base 10)\b", re.IGNORECASE), "log10"),
    (re.compile(r"\blog1p\b|\blog\w*\s?\(?(?:x|value|\w+)\s?\+\s?1\)|\badd(?:ing)? (?:1|one)\b", re.IGNORECASE), "log1p"),
    (re.compile(r"\blog(?:arithm\w*)?\b|\bln\b|\blog[- ]transform\w*", re.IGNORECASE), "log"),
    (re.compile(r"\bsquare[- ]root\b|\bsqrt\b", re.IGNORECASE), "sqrt"),
)
_APPLIES = re.compile(r"\b(?:apply|applying|transform\w*|take|taking|log[- ]transform\w*|perform\w*)\b", re.IGNORECASE)


def transformed(sentence: Sentence, others: Sequence[Sentence], table: Table) -> Made | None:
    """ "Apply a log transformation to the wages": the column anew, beside the one before."""
    columns = sentence.numeric(table)
    applies = _APPLIES.search(sentence.text)
    op = next((op for pattern, op in _CHANGES if pattern.search(sentence.text)), None)
    if op is None or applies is None or len(columns) != 1 or sentence.text.rstrip().endswith("?"):
        return None
    if op == "log":
        op = next((other for other in (op, *_further(others)) if other != "log"), op)
    name = _given(sentence.text, columns[0]) or f"{op} of {columns[0]}"
    return Made(name, {"op": op, "args": [{"column": columns[0]}]}, "number", columns[0], ((sentence.start, sentence.end),), keeps=True)


def _further(others: Sequence[Sentence]) -> list[str]:
    """What another sentence says of the logarithm: base 10, plus one."""
    texts = [sentence.text for sentence in others if re.search(r"\blog", sentence.text, re.IGNORECASE)]
    return [op for text in texts for pattern, op in _CHANGES[:2] if pattern.search(text)]


_JOINED = re.compile(r"\b(?:concatenat\w+|combin\w+|join(?:ing|ed)?|merg\w+)\b", re.IGNORECASE)
_BETWEEN = {"space": " ", "hyphen": "-", "dash": "-", "underscore": "_", "comma": ",", "slash": "/"}


def joined_texts(sentence: Sentence, others: Sequence[Sentence], table: Table) -> Made | None:
    """ "Concatenate first and last name with a space in between"."""
    name = _given(sentence.text, "")
    texts = [text for text in sentence.named(table, "text", "number", "date") if text != name]
    if not _JOINED.search(sentence.text) or len(texts) != 2 or not name or table[texts[0]].kind == "number":
        return None
    between = next((mark for word, mark in _BETWEEN.items() if re.search(rf"\b{word}", sentence.text, re.IGNORECASE)), "")
    quoted = re.search(r"(?:separated by|separator|with|by)\s+(?:an? )?[\"'“‘]([^\w\"']{1,3})[\"'”’]", sentence.text)
    tree = {"op": "concat", "args": [quoted[1] if quoted else between, *({"column": text} for text in texts)]}
    return Made(name, tree, "text", texts[0], ((sentence.start, sentence.end),))


def _given(text: str, column: str) -> str:
    """A name in quotes, or behind "called"; not that of the column itself."""
    for match in _NAME.finditer(text):
        name = match[1] or match[2]
        if name != column:
            return str(name)
    return ""

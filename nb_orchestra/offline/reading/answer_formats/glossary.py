"""What a goal with an answer format defines in words: "1 means smoker and 0 non-smoker", "infants have the Sex 'I'", "the test score is in `testscr`".

A definition is taken out of the text; from then on its words mean that value, or that column, in the question and in the slots' names.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import replace

from nb_orchestra.offline.reading.answer_formats.codes import codes, mentions
from nb_orchestra.offline.reading.answer_formats.equations import equated
from nb_orchestra.offline.reading.answer_formats.formats import divide
from nb_orchestra.offline.reading.answer_formats.nouns import noun, used_for, whether
from nb_orchestra.offline.reading.answer_formats.thresholds import spelled_out
from nb_orchestra.offline.reading.language.stems import stem
from nb_orchestra.offline.reading.tables import Column, Meaning, Table

_SENTENCE = re.compile(r"[^.;\n{}](?:[^.;\n{}]|\.(?=[\w\"'”.]))*")


def glossed(text: str, table: Table) -> tuple[str, Table]:
    """The text without its definitions, and the table with what they define; both as they were where no answer format stands."""
    asked, section = divide(text)
    if not section:
        return text, table
    asked = _LISTS.sub(lambda match: " " * len(match.group()) if _all_of_one(match.group(1), table) else match.group(), asked)
    asked = equated(spelled_out(asked, table), table)
    asked = _APPOSITION.sub(lambda match: _apposed(match, table), asked)
    found: list[Meaning] = list(_months(asked, table))
    last: Column | None = None
    for sentence in list(_SENTENCE.finditer(asked)):
        start, made = codes(sentence.group(), table, last)
        if not made:
            start, made = 0, whether(sentence.group(), table) or used_for(sentence.group(), table) or noun(sentence.group(), table)
        if made:
            place = sentence.start() + start
            asked = asked[:place] + " " * (sentence.end() - place) + asked[sentence.end() :]
            found += made
        last = next((column for _, column in mentions(sentence.group(), table)), last)
    return asked + section, replace(table, meanings=(*table.meanings, *found)) if found else table


_APPOSITION = re.compile(r"((?:[A-Za-z0-9][\w'’-]*[ ]){1,6})\(((?:the )?(?:column )?[\"'“`]?[A-Za-z][\w. ]*[\"'”`]?(?: column)?)\)")
_BEFORE_NOUN = frozenset(
    ["the", "of", "in", "a", "an", "between", "and", "with", "for", "or", "by", "on", "average", "mean", "median", "is", "are", "to", "from", "total"]
)


def _apposed(found: re.Match[str], table: Table) -> str:
    """ "The total sales (tsales)": the column alone, where its name stands in brackets behind other words for it."""
    name = re.sub(r"^(?:the )?(?:column )?|[\"'“”`]|(?: column)$", "", found.group(2))
    column = next((item for item in table.columns if item.name == name and len(name) > 1), None)
    words = found.group(1).split()
    if column is None or words[-1].casefold() in _BEFORE_NOUN:
        return found.group()
    cut = max((n for n, word in enumerate(words) if word.casefold() in _BEFORE_NOUN), default=-1)
    return " ".join([*words[: cut + 1], f'"{column.name}"'])


_MONTHS = tuple(name for name in calendar.month_name if name)


def _months(asked: str, table: Table) -> Iterator[Meaning]:
    """ "In July" of a table whose column says the month by its number."""
    column = next((item for item in table.of_kind("number") if item.words == ("month",) and (item.low or 0) >= 1 and (item.high or 13) <= 12), None)
    if column is None or table.of_kind("date"):
        return
    for number, name in enumerate(_MONTHS, 1):
        if re.search(rf"\b{name}\b", asked):
            yield Meaning((stem(name.casefold()),), column.name, number)


_LISTS = re.compile(r"\(([^()\n]{3,120})\)")


def _all_of_one(inside: str, table: Table) -> bool:
    """ "The three tension groups (L, M, H)": every value of one column, which restricts nothing."""
    pieces = {piece.strip(" \"'“”") for piece in re.split(r",\s*(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+|/", inside) if piece.strip()}
    return len(pieces) > 1 and any(pieces == {str(level) for level in column.levels} for column in table.of_kind("text"))

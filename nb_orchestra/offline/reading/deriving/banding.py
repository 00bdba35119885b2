"""Bands that a goal names in words: "under 30s, 30 to 50 and over 50", "under 5, 5–15 and more than 15 years in service", "over 50s versus under 30s"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from nb_orchestra.offline.reading.language.synonyms import same_notion
from nb_orchestra.offline.reading.language.words import tokens
from nb_orchestra.offline.reading.matching.columns import finds
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tables import Column, Table

_N = r"(?:\d+(?:\.\d+)?)"
_S = r"(?:['’]?s\b)?"
_MORE = r"(?:and|or) (?:over|above|older|more)"
_UNDER = rf"(?:(?:the )?(?:under|below|less than|fewer than|younger than|up to|<)[ -]?(?P<under{{0}}>{_N}){_S})"
_OVER = rf"(?:(?:the )?(?:over|above|more than|older than|at least|>)[ -]?(?P<over{{0}}>{_N}){_S}|(?P<plus{{0}}>{_N}){_S} ?(?:\+|plus\b|{_MORE}))"
_RANGE = rf"(?:(?:the )?(?:between |from )?(?P<low{{0}}>{_N}){_S}(?: ?[-–—] ?| to | and )(?P<high{{0}}>{_N}){_S})"
_ITEM = rf"(?:{_UNDER}|{_RANGE}|{_OVER})".replace("{0}", "")
_PLAIN = re.sub(r"\?P<\w+>", "?:", _ITEM)
_JOIN = r"(?:,? (?:and|or|versus|vs\.?|than|with|against|to|compared (?:to|with)) (?:the )?| ?[,;/] ?(?:and |or )?(?:the )?)"
_LIST = re.compile(rf"(?<![\w.])(?P<list>{_PLAIN}(?:{_JOIN}{_PLAIN})+)(?![\w.])", re.IGNORECASE)
_ONE = re.compile(_ITEM, re.IGNORECASE)
_HELD_APART = re.compile(r"\b(?:versus|vs\.?|than|against|compared)\b", re.IGNORECASE)
_PLURAL = re.compile(r"\d['’]?s\b", re.IGNORECASE)
_COMPARED = re.compile(rf"(?<![\w.])(?P<list>{_PLAIN} (?:[a-z]+ ){{1,5}}than (?:the )?{_PLAIN})(?![\w.])", re.IGNORECASE)
_AND_OVER = re.compile(rf"({_N}){_S} ?(?:plus\b|(?:and|or) (?:over|above|older|more)\b)(?! ?(?:than|\d))", re.IGNORECASE)
_LEADING = re.compile(
    r"(?:\b(?:in|by|per|for|of|across|between|among|into|the|are|were|is|aged|\w* ?(?:band|group|bracket|class|categor|range|bin)(?:s|es|ies|y)?)"
    r"\s*[:(]?\s*)+\Z",
    re.IGNORECASE,
)
_MOST_BANDS = 8


@dataclass(frozen=True, slots=True)
class Band:
    """One of the bands: its label, and the test that a row of it meets, as an expression over the column."""

    label: str
    low: float | None
    high: float | None
    open_low: bool = False
    open_high: bool = False

    def test(self, column: str) -> Any:
        edges = ((">" if self.open_low else ">=", self.low), ("<" if self.open_high else "<=", self.high))
        tests = [{"op": op, "args": [{"column": column}, edge]} for op, edge in edges if edge is not None]
        return tests[0] if len(tests) == 1 else {"op": "and", "args": tests}


def plain_bands(text: str, table: Table) -> str:
    """The text with the bands of a list in one form each: "60 and over" is 60+, "under 30s" of people is no half minute."""

    def plain(found: re.Match[str]) -> str:
        items = list(_ONE.finditer(found["list"]))
        said = _AND_OVER.sub(r"\1+", found["list"]) if len(items) > 1 else found["list"]
        return re.sub(r"(?<=\d)['’]?s\b", "’s", said) if len(_ages(table)) == 1 and len(items) > 1 else said

    return _COMPARED.sub(plain, _LIST.sub(plain, text))


def banded(body: str, memory: Memory) -> str:
    """The text with each list of bands as a new category, by its name (or as two of its values, where two bands are held against each other)."""
    for found in (*_LIST.finditer(body), *_COMPARED.finditer(body)):
        bands = _bands(found["list"])
        plural = len(_PLURAL.findall(found["list"])) == 2
        apart = len(bands) == 2 and (plural or (_HELD_APART.search(found["list"]) is not None and found.re is _LIST))
        place = _column(body, found.start(), found.end(), memory.table) if (2 < len(bands) <= _MOST_BANDS or apart) else None
        if place is None:
            continue
        column, start, end = place
        name = next(name for name in (f"{column.words[0] if column.words else column.name}_band", f"{column.name}_band", "band") if name not in memory.table)
        memory.made[name] = _tree(column.name, bands)
        labels = tuple(band.label for band in bands)
        made = Column(name, "text", tuple(name.split("_")), distinct=len(bands), levels=labels, rows=memory.table.rows)
        memory.table = replace(memory.table, columns=(*memory.table.columns, made))
        memory.derivations.append(f"{name}: {', '.join(labels)} of {column.name}; rows in none of them are left out")
        if apart:
            return _held_apart(body, found, bands, name)
        front = body[:start]
        led = _LEADING.search(front)
        front = front[: led.start()] if led is not None else front
        return f"{front.rstrip()} by `{name}` {body[end:].removeprefix(')').lstrip()}"
    return body


def _held_apart(body: str, found: re.Match[str], bands: Sequence[Band], name: str) -> str:
    """The two bands as values of the new category."""
    middle = found["list"]
    for item, band in reversed(list(zip(_ONE.finditer(found["list"]), bands, strict=True))):
        middle = f"{middle[: item.start()]}'{band.label}'{middle[item.end() :]}"
    return f"{body[: found.start()]}{middle}{body[found.end() :]}"


def _bands(text: str) -> list[Band]:
    """The bands in the order that they are named; of ranges of whole numbers that leave a step (18–40, 41–65) the upper end reaches to the next."""
    made: list[Band] = []
    for item in _ONE.finditer(text):
        said = {key: float(value) for key, value in item.groupdict().items() if value is not None}
        if "under" in said:
            upto = item.group().casefold().startswith("up to")
            made.append(Band(f"{'up to' if upto else 'under'} {said['under']:g}", None, said["under"], open_high=not upto))
        elif "low" in said:
            made.append(Band(f"{said['low']:g}–{said['high']:g}", said["low"], said["high"]))
        elif "plus" in said or item.group().casefold().startswith("at least"):
            edge = said.get("plus", said.get("over"))
            made.append(Band(f"{edge:g}+", edge, None))
        else:
            made.append(Band(f"over {said['over']:g}", said["over"], None, open_low=True))
    starts = {band.low for band in made if band.low is not None}
    return [
        replace(band, high=band.high + 1, open_high=True) if band.low is not None and band.high is not None and band.high + 1 in starts else band
        for band in made
    ]


def _tree(column: str, bands: Sequence[Band]) -> Any:
    tree: Any = None
    for band in reversed(bands):
        tree = {"op": "if", "args": [band.test(column), band.label, tree]}
    return tree


_BY_BANDS = re.compile(
    r"\b(?:by|per|of|into|for|across|in) (?:the )?(?P<of>[\w ]+?) (?:band|group|bracket|class|categor|range|bin)(?:s|es|ies|y)?\s*[:(]?\s*\Z"
    r"|\bby (?P<by>[\w ]+?)\s*[:(]?\s*\Z|(?P<beside>\w+(?: \w+)?) \Z",
    re.IGNORECASE,
)
_UPTO = re.compile(r"[,.;?)]| and | for | by | than | with ")


def _ages(table: Table) -> list[Column]:
    return [column for column in table.of_kind("number") if any(same_notion("age", word) for word in column.words)]


def _column(body: str, start: int, end: int, table: Table) -> tuple[Column, int, int] | None:
    """What the bands are of (the age of people, the column that is named right behind them or right in front), and where they and it stand."""
    ages = _ages(table)
    if _PLURAL.search(body[start:end]) and len(ages) == 1:
        return ages[0], start, end
    window = _UPTO.split(body[end : end + 40])[0]
    if (behind := _named(window, table)) is not None:
        return behind[0], start, end + behind[2]
    front = _BY_BANDS.search(body[max(0, start - 48) : start])
    key = next((key for key in ("of", "by", "beside") if front is not None and front[key]), "")
    named = _named(front[key], table) if front is not None and key else None
    if named is not None and front is not None and (key != "beside" or named[2] == len(front[key])):
        return named[0], max(0, start - 48) + front.start(key) + named[1], end
    return (ages[0], start, end) if len(ages) == 1 else None


def _named(words: str, table: Table) -> tuple[Column, int, int] | None:
    """The last numeric column that the words name, with the characters where it stands."""
    stream = tokens(words)
    found = [find for find in finds(stream, table) if table[find.column].kind == "number" and not table[find.column].labelling]
    if not found:
        return None
    best = max(found, key=lambda find: (find.score, find.end))
    return table[best.column], stream[best.start].start, stream[best.end - 1].end

"""What codes stand for, where a goal says it: "(sex 1 = male, 2 = female)". The column is then read, and shown, by its labels.

A goal with an answer format wants its codes as they are; what it defines is read in glossary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import fold, lemma
from nb_orchestra.offline.reading.matching.dimensions import DIMENSION
from nb_orchestra.offline.reading.tables import Column, Table

_CODE = r"[\"'“]?(?P<code>-?\d{1,3}|[A-Za-z]{1,2})[\"'”]?"
_LABEL = r"[\"'“]?(?P<label>[A-Za-z][\w -]{1,30}?)[\"'”]?"
_IS = r"\s*(?:=|:|means|is|stands for)\s*"
_PLAIN = re.sub(r"\(\?P<\w+>", "(?:", _CODE + _IS + _LABEL)
_NAME = r"[`\"]?[A-Za-z_][\w. -]{0,30}?[`\"]?"
_LEGEND = re.compile(
    rf"(?:\(|,|;|:|\.|\bwhere\b|\bwith\b)?\s*(?:(?:in|for|the|and|column)\s+)*(?P<column>{_NAME})?\s*[:,]?\s*(?:is\s+)?(?:coded\s+(?:as\s+)?)?"
    rf"{_PLAIN}(?:\s*(?:,|;|/|\band\b)+\s*{_PLAIN})+\s*(?P<close>\)|[.;](?=\s|\Z)|\Z|(?=\{{|\n))"
)
_EACH = re.compile(rf"{_CODE}{_IS}{_LABEL}\s*(?=,|;|/|\band\b|\)|\.|\Z|\{{|\n)")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text without its legends, the table with labels in place of codes, and the intents that put them there."""

    text: str
    table: Table
    intents: tuple[Intent, ...]


def decoded(text: str, table: Table) -> Decoded:
    """Every legend whose codes are a column's values; others stay in the text."""
    intents: list[Intent] = []
    for found in list(_LEGEND.finditer(text)):
        pairs = {code: label.strip() for code, label in _EACH.findall(found.group())}
        column = _column_of(found["column"] or "", pairs, text[: found.start()], table)
        if column is None or len(pairs) < 2:
            continue
        levels = tuple(pairs.get(_written(level), level) for level in column.levels)
        labelled = replace(column, kind="text", levels=levels, distinct=len(set(levels)), low=None, high=None)
        table = replace(table, columns=tuple(labelled if item.name == column.name else item for item in table.columns))
        told = f"{column.name}: {', '.join(f'{code} = {label}' for code, label in pairs.items())}"
        intents.append(Intent("relabel", found.group().strip(" (),;."), (column.name,), options={"mapping": pairs, "told": told}))
        text = text.replace(found.group(), f" {found['close'] if found['close'] in ('.', ';') else ''}", 1)
    for found in list(_SAME.finditer(text)):
        column = next((column for column in table.columns if {found["one"], found["other"]} <= set(map(str, column.levels))), None)
        if column is not None and column.kind == "text":
            levels = tuple(level for level in column.levels if str(level) != found["one"])
            table = replace(table, columns=tuple(replace(item, levels=levels, distinct=len(levels)) if item is column else item for item in table.columns))
            told = f"{column.name}: {found['one']} is {found['other']}"
            intents.append(Intent("relabel", found.group().strip(" ()"), (column.name,), options={"mapping": {found["one"]: found["other"]}, "told": told}))
            text = text.replace(found.group(), " ", 1)
    return Decoded(_LONE.sub(lambda found: "" if _names_value(found, table) else found.group(), text), table, tuple(intents))


_IN_UNIT = re.compile(
    r"(?P<open>\(|[.;,?!]|\A)\s*(?:the )?(?P<column>[A-Za-z_][\w.]*)(?: (?:is|are|was|were))?"
    r"(?: (?:measured|given|recorded|stored|noted))? in (?P<unit>[A-Za-z°²]+)\s*(?P<close>\)|[.;,](?=\s|\Z)|(?=\{|\n)|\Z)",
    re.IGNORECASE,
)


def with_units(text: str, table: Table) -> tuple[str, Table]:
    """ "(bwt is in gram)": the remark taken out, and the column's unit known."""
    for found in list(_IN_UNIT.finditer(text)):
        unit = lemma(found["unit"]) if lemma(found["unit"]) in DIMENSION else found["unit"].casefold()
        column = next((column for column in table.columns if column.name.casefold() == found["column"].casefold() and column.kind == "number"), None)
        if column is None or unit not in DIMENSION or (found["open"] in ("", ",") and not re.search(r"\b(?:is|are)\b", found.group())):
            continue
        table = replace(table, columns=tuple(replace(item, unit=unit) if item is column else item for item in table.columns))
        text = text.replace(found.group(), f"{found['open'] if found['open'] in '.;?!' else ''} ", 1)
    return text, table


_SAME = re.compile(r"\(\s*[\"'“]?(?P<one>[\w-]{1,30})[\"'”]?\s*(?:is|=|means|equals|is the same as)\s*[\"'“]?(?P<other>[\w-]{1,30})[\"'”]?\s*\)")
"""Two spellings of one value: "(8B is 8b)"."""
_LONE = re.compile(r"[(;,]\s*(?P<column>[A-Za-z_]\w*)\s+(?P<code>-?\d{1,3})\s*(?:=|means)\s*[^(){};\n]{2,40}(?:\)|(?=;))")


def _names_value(found: re.Match[str], table: Table) -> bool:
    """ "(low 1 = under 2.5 kg)": what one value of a column of 0 and 1 means."""
    column = next((column for column in table.columns if fold(column.name) == fold(found["column"])), None)
    return column is not None and found["code"] in {_written(level) for level in column.levels}


def _column_of(said: str, pairs: dict[str, str], before: str, table: Table) -> Column | None:
    """The column that is named in front of the codes; else the last one named before that has these values; else the only one."""
    fits = [column for column in table.columns if _holds(column, pairs)]
    named = [column for column in fits if fold(said.strip('`" ')).endswith(fold(column.name)) and said.strip()]
    if named:
        return max(named, key=lambda column: len(column.name))
    spoken = [column for column in fits if re.search(rf"(?<!\w){re.escape(column.name)}(?!\w)", before, re.IGNORECASE)]
    spoken = spoken or [column for column in fits if any(re.search(rf"\b{re.escape(word)}", before, re.IGNORECASE) for word in column.words if len(word) > 2)]
    if spoken:
        return max(spoken, key=lambda column: before.casefold().rfind(column.name.casefold()))
    return fits[0] if len(fits) == 1 else None


def _holds(column: Column, pairs: dict[str, str]) -> bool:
    levels = {_written(level) for level in column.levels}
    return column.kind in ("number", "text") and 2 <= len(levels) <= 40 and set(pairs) <= levels


def _written(level: object) -> str:
    """A code as people write it: 1 for 1.0."""
    return str(int(level)) if isinstance(level, float) and level.is_integer() else str(level)

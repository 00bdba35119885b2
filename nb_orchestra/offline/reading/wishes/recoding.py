"""Wishes for one spelling of a column's values: "clean furnished to yes/no", "map size to small and large", "replace N with no in furnished"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from rapidfuzz.distance import OSA

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.language.words import fold, lemma, vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.spelled import as_written
from nb_orchestra.offline.reading.tables import Column
from nb_orchestra.offline.reading.wishes.wish import Wish

_VERB = (
    r"(?:clean(?: up)?|tidy(?: up)?|fix|standardi[sz]e|normali[sz]e|unify|harmoni[sz]e|make|map|recode|convert|turn|change|simplify|reduce|collapse|code|set)"
)
_TARGETS = r"(?:[`'\"]?[\w -]+?[`'\"]?)(?:\s*(?:/|,|\band\b|\bor\b|\bvs\b)\s*(?:[`'\"]?[\w -]+?[`'\"]?))+"
_TO_VALUES = re.compile(
    rf"\b{_VERB}\b(?P<what>[^.;]*?)\b(?:in)?(?:to|as|be|only|just|either)\b (?:just |only |either |be |plain |simple |values? |a |the )*"
    rf"(?P<targets>{_TARGETS})\s*(?:only|values?|each)?\s*\Z",
    re.IGNORECASE,
)
_MADE = re.compile(rf"\b(?:make|set)\b(?P<what>[^.;]*?) (?P<targets>{_TARGETS})\s*\Z", re.IGNORECASE)
_ONE_FOR_OTHER = re.compile(
    r"\b(?:replace|change|rename|recode|treat|count|merge|map|combine)\b (?P<old>.+?) (?:with|to|into|as|by) (?P<new>[^,;]+?)(?: (?:in|of|for) .*)?\Z",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"\s*(?:/|,|\band\b|\bor\b|\bvs\b)\s*", re.IGNORECASE)
_TRUE, _FALSE = vocabulary("yes y true t 1 1.0 ja oui si on x"), vocabulary("no n false f 0 0.0 nein non off none never")
_MOST_LEVELS = 200
_LIKE = 0.8
"""Of 1: how much of a value's letters must be those of the wanted spelling."""


def _recode(clause: Clause, memory: Memory) -> list[Intent]:
    """Each value with the wanted one that it means; what fits none of them stays, and is told."""
    column = _column(clause)
    if column is None:
        return []
    mapping = _by_targets(clause, column, memory) or _one_for_other(clause, column)
    if not mapping:
        return []
    memory.known |= {tag.text.casefold() for tag in clause.tags if tag.kind != "column"}
    kept = [str(level) for level in column.levels if str(level) not in mapping]
    levels = tuple(dict.fromkeys([*mapping.values(), *kept]))
    made = replace(column, levels=levels, distinct=len(levels))
    memory.table = replace(memory.table, columns=tuple(made if item.name == column.name else item for item in memory.table.columns))
    for new in dict.fromkeys(mapping.values()):
        olds = [repr(old) for old, value in mapping.items() if value == new and old != new]
        if olds:
            memory.assume(f"{column.name}: {', '.join(olds)} → {new}")
    return [Intent("recode", clause.text, (column.name,), (column.name,), options={"mapping": {old: new for old, new in mapping.items() if old != new}})]


def _column(clause: Clause) -> Column | None:
    """The one category that is spoken of by name, or by values that only it has."""
    named = [clause.table[name] for name in clause.columns() if name in clause.table]
    named = named or [clause.table[name] for name in dict.fromkeys(tag.value[0] for tag in clause.tags if tag.kind == "level")]
    texts = [column for column in map(as_written, named) if column.kind == "text" and 2 <= column.distinct <= _MOST_LEVELS]
    return texts[0] if len(texts) == 1 else None


def _by_targets(clause: Clause, column: Column, memory: Memory) -> dict[str, str]:
    found = _TO_VALUES.search(clause.text) or _MADE.search(clause.text)
    targets = [piece.strip("`'\" ") for piece in _SEPARATORS.split(found["targets"]) if piece.strip("`'\" ")] if found else []
    spoken = [tag.text for tag in clause.tags if tag.kind == "column"]
    targets = [re.sub(rf".*\b(?:{'|'.join(map(re.escape, spoken))})\b\s*", "", piece) if n == 0 and spoken else piece for n, piece in enumerate(targets)]
    if len(targets) < 2 or not any(_meant(str(level), targets, column) for level in column.levels):
        return {}
    mapping = {str(level): _meant(str(level), targets, column) for level in column.levels}
    lost = [level for level, new in mapping.items() if not new]
    if 2 * len(lost) > len(mapping):  # these are no spellings of the wanted values
        return {}
    if lost:
        memory.not_done.append(f"{', '.join(map(repr, lost[:5]))} of {column.name}: none of {', '.join(targets)} is meant for sure, so kept as written")
    return {level: new for level, new in mapping.items() if new}


def _meant(level: str, targets: list[str], column: Column) -> str:
    """The wanted value that a level is another spelling of; "" where none or several may be."""
    plain = fold(level)
    found = [target for target in targets if fold(target) == plain] or _truth(plain, targets, column)
    found = found or [target for target in targets if len(plain) <= 2 and fold(target).startswith(plain)]
    found = found or _nearest(plain, targets)
    return found[0] if len(found) == 1 else ""


def _truth(plain: str, targets: list[str], column: Column) -> list[str]:
    """ "Y", "TRUE" and "furnished" of a column so called are yes, "unfurnished" and "not furnished" no."""
    sides = {True: [target for target in targets if fold(target) in _TRUE], False: [target for target in targets if fold(target) in _FALSE]}
    if not (sides[True] and sides[False]):
        return []
    noun = {fold(column.name), *column.words}
    denied = re.sub(r"^(?:un|non |not |no |without |in)", "", plain)
    if plain in _TRUE or plain in noun or lemma(plain) in noun:
        return sides[True]
    return sides[False] if plain in _FALSE or (denied != plain and denied in noun) else []


def _nearest(plain: str, targets: list[str]) -> list[str]:
    near = [target for target in targets if OSA.distance(plain, fold(target)) <= 1 < len(plain)]
    return near or [target for target in targets if OSA.normalized_similarity(plain, fold(target)) >= _LIKE]


def _one_for_other(clause: Clause, column: Column) -> dict[str, str]:
    """ "Replace N and n with no": the values that are named, as the one behind."""
    found = _ONE_FOR_OTHER.search(clause.text)
    if found is None:
        return {}
    olds = [piece.strip("`'\" ") for piece in _SEPARATORS.split(found["old"])]
    levels = [str(level) for level in column.levels]
    exact = [level for level in levels if level.strip() in olds]
    new = found["new"].strip("`'\" ")
    if fold(new).removeprefix("the ") in _SAME:
        new = next((level for level in exact if level[:1].isupper() and level == level.strip()), exact[0] if exact else "")
    return dict.fromkeys(exact, new) if exact and {level.strip() for level in exact} == {old for old in olds if old} else {}


_SAME = vocabulary("same one equal equivalent")


def clean_wish(clause: Clause, memory: Memory) -> list[Intent]:
    """Blanks, entities and spellings of the columns that are named, or that "them" points at."""
    if clause.has("cmp", "missing") or (memory.slot_words and not re.search(r"\b(trim|strip|unescape|whitespace|html|tid)", clause.text.casefold())):
        return []
    texts = tuple(name for name in clause.columns() if name in clause.table and clause.table[name].kind == "text")
    if not texts and not clause.columns() and _POINTS.search(clause.text) and not memory.slot_words:
        spoken = [name for name in memory.mentioned if name in memory.table and memory.table[name].kind == "text"]
        texts = tuple(dict.fromkeys(spoken[-1:]))
    if texts:  # "the names are messy: clean them" has said only what is to be cleaned
        memory.not_done[:] = [line for line in memory.not_done if not _MESSY.search(line)]
        memory.known |= {word.casefold() for word in re.findall(r"\w+", memory.question) if _MESSY.fullmatch(word)}
    if clause.columns() and not texts:
        return []
    return [Intent("clean", clause.text, texts), *([] if texts or memory.slot_words or _TRIMS.search(clause.text) else _whole(clause))]


_TRIMS = re.compile(r"\b(?:trim|strip|unescape|whitespace|html|text|strings?|titles?|columns?|names?|headers?)\b", re.IGNORECASE)


def _whole(clause: Clause) -> list[Intent]:
    """ "Clean up the table": its numbers that are stored as text, and its repeated rows, too."""
    numbers = tuple(column.name for column in clause.table.of_kind("number") if column.disguised)
    made = [Intent("convert", clause.text, numbers, options={"to": "number"})] if numbers else []
    return [*made, Intent("dedupe", clause.text)]


_POINTS = re.compile(r"\b(?:them|it|these|those|that|this)\b", re.IGNORECASE)
_MESSY = re.compile(
    r"\b(?:messy|dirty|inconsistent\w*|untidy|ugly|misspel\w*|spelling\w*|spelled|spelt|written|mixed|upper|lower|uppercase|lowercase|case|spaces?|blanks?|whitespace)\b",
    re.IGNORECASE,
)


def _asks(clause: Clause, memory: Memory) -> bool:
    said = any(pattern.search(clause.text) is not None for pattern in (_TO_VALUES, _MADE, _ONE_FOR_OTHER))
    return said and not memory.slot_words and not clause.has("cmp", "missing") and not clause.question


_COUNTED = re.compile(
    r"\W*(?:and |then )*(?:count|how many|show|tell me how many)\b(?: of)?(?: (?:them|each|these|those|both|it|there are|values?|the))*(?: now)?\W*\Z",
    re.IGNORECASE,
)


def _counted(clause: Clause, memory: Memory) -> list[Intent]:
    """ "… and count them": the values that were just made one."""
    last = memory.intents[-1]
    return [Intent("value_counts", clause.text, last.columns)]


def _asks_counted(clause: Clause, memory: Memory) -> bool:
    return _last_kind(memory.intents) == "recode" and _COUNTED.match(clause.text) is not None


def _last_kind(intents: Iterable[Intent]) -> str:
    return next((intent.kind for intent in reversed(list(intents))), "")


RECODING = (
    Wish("recode", _recode, when=_asks, ends=True),
    Wish("recoded_counted", _counted, when=_asks_counted, ends=True),
)

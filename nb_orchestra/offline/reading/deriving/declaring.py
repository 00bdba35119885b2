"""New columns that a goal makes, found before it is read: named ones with their formula, and measures that a table holds in parts ("profit")."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.deriving.formulas import MAKES, given_name, made_name, tree_of
from nb_orchestra.offline.reading.deriving.speeds import FASTER, ratio_of_units, speed_of_parts
from nb_orchestra.offline.reading.deriving.takings import put_together
from nb_orchestra.offline.reading.language.synonyms import DERIVED, POINTERS
from nb_orchestra.offline.reading.language.words import parts, vocabulary
from nb_orchestra.offline.reading.matching.likeness import of_notions
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tagging import Tag


def declared(sentences: list[Clause], memory: Memory) -> None:
    """Finds the new columns that a goal makes anywhere in its text, before it is read: their names are columns to every clause."""
    waiting = ""
    for clause in sentences:
        if not MAKES.search(clause.text):
            continue
        name = _equated_name(clause) or given_name(clause) or _described_name(clause)
        tree = tree_of(clause)
        if tree is not None and (name or waiting):
            memory.made.setdefault(name or waiting, tree)
            waiting = ""
        elif name and tree is None and re.search(r"\bnew\b|\bcreat|\bgenerat|\bcalled\b|\bnamed\b", clause.text, re.IGNORECASE):
            waiting = name
    tags = [tag for clause in sentences for tag in clause.tags]
    words = dict.fromkeys(tag.value for tag in tags if tag.kind == "unknown")
    if any(tag.kinds.get("point") in FASTER for tag in tags) and not memory.slot_words:
        speed_of_parts(memory)
    words |= dict.fromkeys(notion for tag in tags if "point" in tag.kinds for notion in POINTERS[tag.kinds["point"]][0] if notion in DERIVED)
    for word in words:
        named = memory.slot_words and any(word in parts(name) and len(parts(name)) > 1 for name in memory.made)  # the goal says itself what it is
        if named or (word == "profit" and "margin" in words):
            continue
        if word not in memory.made and not put_together(str(word), memory) and word in DERIVED:
            _put_together(word, memory)
    for name in memory.made.keys() - set(memory.recoded) - set(memory.table.by_name):
        memory.table = memory.table.with_column(name, "number")


_UNITS_OF_ONE = vocabulary("dollar euro unit person head inhabitant row day hour")


def with_ratios(tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "deaths per 1,000 people", "gross per dollar of budget": two measures become one, made as their ratio."""
    kept: list[Tag] = []
    position = 0
    while position < len(tags):
        found = _ratio(tags, position, memory)
        if found is None:
            kept.append(tags[position])
            position += 1
        else:
            made, position = found
            kept.append(made)
    return tuple(kept)


_INLINE = re.compile(
    r"\bminus\b|\bplus\b|\btimes\b|\bdivided by\b|\bratio of\b|\bproduct of\b|\bsum of .+ and\b|\bratio between\b|\bto\b.+\bratio\b|(?<=\w) [/÷*×−] (?=\w)|"
    r"\bas (?:an? )?(?:percent\w*|share|fraction|proportion|%) of\b|['’]s (?:share|percentage|proportion|fraction) of\b",
    re.IGNORECASE,
)
_APART = re.compile(r"\b(?:difference|gap|spread) between\b", re.IGNORECASE)
_GROUPED = re.compile(r"\b(?:by|per|each|every|in each|mean|average|median|largest|biggest|smallest|total)\b", re.IGNORECASE)


def with_formula(clause_of: Callable[[tuple[Tag, ...]], Clause], tags: tuple[Tag, ...], memory: Memory) -> tuple[Tag, ...]:
    """ "bill length minus bill depth by species": a formula inside a wish becomes one made column."""
    numeric = [n for n, tag in enumerate(tags) if tag.kind == "column" and _measures(tag, memory)]
    text = " ".join(tag.text for tag in tags)
    apart = _APART.search(text) is not None and _GROUPED.search(text) is not None
    if (
        len(numeric) != 2
        or not (_INLINE.search(text) or apart)
        or any(tag.value in memory.made.keys() - memory.inline for tag in tags if tag.kind == "column")
        or memory.slot_words
        or any(tag.is_a("verb", "odds") for tag in tags)  # "the odds ratio of …"
    ):
        return tags
    first, last = numeric
    tree = tree_of(clause_of(tuple(tag for n, tag in enumerate(tags) if tag.kind != "column" or n in numeric)))
    if tree is None:
        return tags
    name = made_name(tree)
    memory.made[name] = tree
    memory.table = memory.table.with_column(name, "number")
    start = next((n for n, tag in enumerate(tags) if tag.text.casefold().split()[0] in ("ratio", "product", "sum", "difference", "gap", "spread")), first)
    last += last + 1 < len(tags) and tags[last + 1].text.casefold() == "ratio"
    whole = Tag("column", tags[min(start, first)].start, tags[last].end, name, value=name, how="named")
    return (*tags[: min(start, first)], whole, *tags[last + 1 :])


def _ratio(tags: tuple[Tag, ...], position: int, memory: Memory) -> tuple[Tag, int] | None:
    first, per = tags[position], position + 1
    if first.kind == "column" and per < len(tags) and tags[per].text.casefold() in _PER_HEAD and _measures(first, memory):
        heads, _ = _part(("population",), memory)
        return _ratio_of(tags[position], heads, None, per + 1, tags[per].end, memory) if heads and heads != first.value else None
    daily = " ".join(item.text.casefold() for item in tags[per : per + 2])
    if first.kind == "column" and daily.startswith(("per day", "per night", "each day")) and _measures(first, memory):
        stay, behind = _stay_beside(str(first.value), memory), per + (1 if " " in tags[per].text else 2)
        if stay:
            memory.known.add("night")
            memory.assume(f"{daily.split()[1]} → each one of {stay}")
        return _ratio_of(first, stay, None, behind, tags[behind - 1].end, memory) if stay else None
    if (unitary := ratio_of_units(tags, position, memory)) is not None:
        return unitary
    if first.kind == "column" and per + 1 < len(tags) and tags[per].kind == "unknown" and tags[per].text.casefold().endswith("s"):
        per += 1  # "part-time workers per 100 employed"
    if first.kind != "column" or per >= len(tags) or tags[per].text.casefold() not in ("per", "for every", "for each") or not _measures(first, memory):
        return None
    behind = per + 1
    while behind < len(tags) and (tags[behind].kind == "number" or tags[behind].text.casefold() in (*_UNITS_OF_ONE, "of", "the")):
        behind += 1
    second = _last_as_column(tags, behind)
    if second is None or not (_measures(second, memory) or _counts_people(second, memory)):
        return None
    factor = next((item.value for item in tags[per + 1 : behind] if item.kind == "number"), None)
    return _ratio_of(first, str(second.value), factor, behind + 1, second.end, memory)


def _last_as_column(tags: tuple[Tag, ...], at: int) -> Tag | None:
    """The column there; at the end of a clause a statistic's word is the column that is called so: "per 100 total"."""
    tag = tags[at] if at < len(tags) else None
    if tag is not None and tag.spare is not None and tag.kind == "lexical" and all(item.kind in ("mark", "frame") for item in tags[at + 1 :]):
        return replace(tag, kind="column", kinds={}, value=tag.spare.column, how="words")
    return tag if tag is not None and tag.kind == "column" else None


def _counts_people(tag: Tag, memory: Memory) -> bool:
    """ "Cases per 1,000 inhabitants", of a table with few different populations."""
    column = memory.table.by_name.get(tag.value)
    return column is not None and column.kind == "number" and bool({"population", "pop", "inhabitants"} & set(column.words))


def _stay_beside(value: str, memory: Memory) -> str:
    """ "Cost per day", where each row is a stay with its length: the one column of it."""
    stays = [column.name for column in memory.table.of_kind("number") if {"stay", "los"} & set(column.words) and not column.labelling and column.name != value]
    return stays[0] if len(stays) == 1 and not memory.slot_words else ""


_PER_HEAD = ("per capita", "per person", "per head", "per inhabitant")


def _ratio_of(first: Tag, second: str, factor: float | None, behind: int, end: int, memory: Memory) -> tuple[Tag, int]:
    """The column that holds first ÷ second (× factor), and where the tags go on."""
    tree: Any = {"op": "/", "args": [{"column": first.value}, {"column": second}]}
    name = f"{first.value}_per_{int(factor)}_{second}" if factor else f"{first.value}_per_{second}"
    memory.made[name] = {"op": "*", "args": [tree, factor]} if factor else tree
    memory.table = memory.table.with_column(name, "number")
    memory.assume(f"{name} = {first.value} ÷ {second}" + (f" × {factor:g}" if factor else ""))
    return Tag("column", first.start, end, name, value=name, how="named"), behind


def _measures(tag: Tag, memory: Memory) -> bool:
    """True for a numeric column that sorts rows into no groups."""
    column = memory.table.by_name.get(tag.value)
    return column is not None and column.kind == "number" and not column.looks_like_year and not (column.grouping and column.distinct <= 12)


_TALLEST = 3.0
"""Metres: a larger height is in centimetres."""


def _put_together(word: str, memory: Memory) -> None:
    """ "profit" where the table has takings and a budget; which columns were taken is said."""
    op, first_notions, second_notions = DERIVED[word]
    first, others = _part(first_notions, memory)
    second, _ = _part(second_notions, memory)
    if first is None or second is None:
        return
    tree: Any = {"op": op, "args": [{"column": first}, {"column": second}]}
    if op == "bmi":
        high = memory.table[second].high
        metres: Any = {"op": "*", "args": [{"column": second}, 0.01]} if high is not None and high > _TALLEST else {"column": second}
        tree = {"op": "/", "args": [{"column": first}, {"op": "**", "args": [metres, 2]}]}
    if op == "margin":
        tree = {"op": "/", "args": [{"op": "-", "args": [{"column": first}, {"column": second}]}, {"column": first}]}
    memory.made[word] = tree
    said = f" (also possible: {', '.join(others)})" if others else ""
    formulas = {"bmi": f"{first} in kg ÷ ({second} in m)²", "margin": f"({first} − {second}) ÷ {first}", "/": f"{first} ÷ {second}"}
    memory.derivations.append(f"{word} → {formulas.get(op, f'{first} − {second}')}{said}")


def _part(notions: tuple[str, ...], memory: Memory) -> tuple[str | None, list[str]]:
    """The column of a notion that covers most, and its rivals."""
    names = [column.name for column in of_notions(notions, memory.table)]
    return (names[0], names[1:3]) if names else (None, [])


_HEAD = re.compile(
    r"\b(?:calculate|compute|determine|find|create|generate|derive|calculating|computing)\s+(?:the|a|an|a new|each|their)\s+"
    r"((?:[\w-]+\s+){0,3}?[\w-]+)\s*(?:of\b[^,.]*?)?,?\s+(?:by|as)\s",
    re.IGNORECASE,
)
_IS = re.compile(
    r"^(?:the\s+|an?\s+)?((?:[\w-]+\s+){0,3}?[\w-]+)\s+(?:\w+\s+)?(?:is|are|can be|should be|be)\s+(?:calculated|computed|defined|obtained|created|measured)\s",
    re.IGNORECASE,
)


_AS = re.compile(r"\b(?:of\s+)?the\s+([A-Za-z][\w ]{2,40}?),?\s+(?:which is\s+)?(?:calculated|computed|defined|measured)\s+as\b", re.IGNORECASE)


def _equated_name(clause: Clause) -> str:
    """ "bill_area = a * b"."""
    match = re.search(r"(?<![\w.-])([A-Za-z_]\w*)\s*=(?!=)", clause.text)
    return match.group(1) if match and match.group(1) not in clause.table and match.group(1).casefold() not in _PARAMETERS else ""


_PARAMETERS = vocabulary("ddof alpha random_state seed test_size iqr z p r n q1 q3 zscore equal_var bias axis solver max_iter")
"""Names of what a method is told, or of its parts: "ddof = 1" makes no column."""


def _described_name(clause: Clause) -> str:
    """ "Calculate the duration … by subtracting", "profit is defined as": the thing's own noun."""
    match = _HEAD.search(clause.text) or _IS.search(clause.text) or _AS.search(clause.text)
    words = match.group(1).split() if match else []
    plain = [word for word in words if word.casefold() not in ("new", "feature", "column", "variable", "the", "value", "values", "called", "named")]
    name = " ".join(plain).casefold()
    return name if name and len(plain) <= 4 and name not in _STATISTIC_NAMES else ""


_STATISTIC_NAMES = vocabulary(
    "mean median average sum correlation correlation coefficient difference ratio iqr interquartile range standard deviation variance mode it this outlier"
)

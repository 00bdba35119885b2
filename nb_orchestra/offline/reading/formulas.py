"""A new column out of words: "the difference between A and B", "A divided by B", "adding A and B", "max - min", "A per B".

Gives an intent with the expression tree that `derive` takes, and the name that the goal gives (or one made from the formula).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.synonyms import DERIVED, NOTIONS, WIDEST, same_notion
from nb_orchestra.offline.reading.tagging import Tag
from nb_orchestra.offline.reading.words import vocabulary

Tree = Any

_OPERATIONS = (
    ("-", r"\bdifference\b|\bsubtract|\bminus\b|\bless\b|\brange\b|\bduration\b|\bgap\b"),
    ("/", r"\bratio\b|\bdivid|\bper\b|\bover\b|\bquotient\b"),
    ("*", r"\bmultipl|\bproduct\b|\btimes\b"),
    ("+", r"\badd|\bsum\b|\bplus\b|\btotal\b|\bcombin|\bsumm"),
    ("row_mean", r"\bmean\b|\baverage\b"),
)
_SINGLE = (
    ("log10", r"\blog10\b|\blog base 10\b"), ("log2", r"\blog2\b"), ("log", r"\blog\b|\blogarithm|\bln\b|\blog.?transform"),
    ("sqrt", r"\bsquare root\b|\bsqrt\b"), ("abs", r"\babsolute\b"), ("length", r"\blength of the (text|name|title|string)\b|\bnumber of characters\b"),
    ("zscore", r"\bz.?scores?\b|\bstandardi[sz]"), ("minmax", r"\bmin.?max\b|\bnormali[sz]"), ("square", r"\bsquared?\b"),
    ("percent_of_total", r"\b(percent(age)?|share) of (the )?total\b"), ("pct_change", r"\b(percent(age)?|relative) change\b"), ("diff", r"\bchange from the previous\b"),
    ("year", r"\byear of\b|\bextract the year\b|\byear from\b"), ("month", r"\bmonth of\b|\bextract the month\b|\bmonth from\b"), ("weekday_name", r"\bday of (the )?week\b|\bweekday\b"),
    ("rank", r"\brank of\b"), ("words", r"\bnumber of words\b"),
)  # fmt: skip
_MARKS = {"-": "-", "−": "-", "–": "-", "+": "+", "*": "*", "×": "*", "/": "/", "÷": "/"}


def declared(sentences: list[Clause], memory: Memory) -> None:
    """Finds the new columns that a goal makes anywhere in its text, before it is read: their names are columns to every clause."""
    waiting = ""
    for clause in sentences:
        if not _MAKES.search(clause.text):
            continue
        name = _name(clause) or _described_name(clause)
        tree = _tree(clause)
        if tree is not None and (name or waiting):
            memory.made.setdefault(name or waiting, tree)
            waiting = ""
        elif name and tree is None and re.search(r"\bnew\b|\bcreat|\bgenerat|\bcalled\b|\bnamed\b", clause.text, re.IGNORECASE):
            waiting = name
    for word in dict.fromkeys(tag.value for clause in sentences for tag in clause.tags if tag.kind == "unknown"):
        if word in DERIVED and word not in memory.made:
            _put_together(word, memory)
    for name in memory.made:
        memory.table = memory.table.with_column(name, "number")


def _put_together(word: str, memory: Memory) -> None:
    """ "profit" where the table has takings and a budget; which columns were taken is said."""
    op, first_notions, second_notions = DERIVED[word]
    first, others = _part(first_notions, memory)
    second, _ = _part(second_notions, memory)
    if first is None or second is None:
        return
    tree: Tree = {"op": op, "args": [{"column": first}, {"column": second}]}
    if op == "bmi":
        tree = {"op": "/", "args": [{"column": first}, {"op": "**", "args": [{"column": second}, 2]}]}
    memory.made[word] = tree
    said = f" (also possible: {', '.join(others)})" if others else ""
    memory.derivations.append(f"{word} → {first} {'÷' if op in ('/', 'bmi') else '−'} {second}{said}")


def _part(notions: tuple[str, ...], memory: Memory) -> tuple[str | None, list[str]]:
    """The column of a notion that covers most, and its rivals; names without a year come first."""
    found = [
        column
        for column in memory.table.of_kind("number")
        if any(
            same_notion(notion, word) or (len(word) > 5 and any(word.endswith(end) for end in NOTIONS.get(notion, ()) if len(end) > 3))
            for notion in notions
            for word in column.words
        )
    ]
    if not found:
        return None, []
    names = sorted(found, key=lambda column: (any(letter.isdigit() for letter in column.name), not _wide(column.words), len(column.name)))
    return names[0].name, [column.name for column in names[1:3]]


def _wide(words: tuple[str, ...]) -> bool:
    return any(word.startswith(wide) or wide.startswith(word) for word in words for wide in WIDEST) or any(word.startswith(("intl", "int")) for word in words)


_MAKES = re.compile(
    r"\bnew\b|\bcreat\w+|\bgenerat\w+|\bderiv\w+|\bengineer\w+|\bcalled\b|\bnamed\b|\b(calculated|computed|defined|obtained|measured) (as|by)\b|\bby (subtract|add|multipl|divid|summ|taking)\w*|"
    r"\brepresents?\b|\badd(ing)? an?\b|\bequal to\b|=",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"\b(?:calculate|compute|determine|find|create|generate|derive|calculating|computing)\s+(?:the|a|an|a new|each|their)\s+((?:[\w-]+\s+){0,3}?[\w-]+)\s*(?:of\b[^,.]*?)?,?\s+(?:by|as)\s",
    re.IGNORECASE,
)
_IS = re.compile(
    r"^(?:the\s+|an?\s+)?((?:[\w-]+\s+){0,3}?[\w-]+)\s+(?:\w+\s+)?(?:is|are|can be|should be|be)\s+(?:calculated|computed|defined|obtained|created|measured)\s",
    re.IGNORECASE,
)


def _described_name(clause: Clause) -> str:
    """ "Calculate the duration … by subtracting", "profit is defined as": the thing's own noun."""
    match = _HEAD.search(clause.text) or _IS.search(clause.text)
    words = match.group(1).split() if match else []
    plain = [word for word in words if word.casefold() not in ("new", "feature", "column", "variable", "the", "value", "values", "called", "named")]
    name = " ".join(plain).casefold()
    return name if name and len(plain) <= 4 and name not in _STATISTIC_NAMES else ""


_STATISTIC_NAMES = vocabulary(
    "mean median average sum correlation correlation coefficient difference ratio iqr interquartile range standard deviation variance mode it this outlier"
)


def formula(clause: Clause, memory: Memory) -> Intent | None:
    """The derived column that a clause describes, or None."""
    tree = _tree(clause)
    if tree is None or set(clause.columns()) & set(memory.made):
        return None
    name = next((name for name, known in memory.made.items() if known == tree), "") or _name(clause) or _made_name(tree)
    memory.made.setdefault(name, tree)
    memory.table = memory.table.with_column(name, "number")
    return made(name, memory, clause)


def made(name: str, memory: Memory, clause: Clause) -> Intent:
    """The intent that makes a declared column."""
    return Intent("derive", clause.text, (name,), options={"name": name, "expression": memory.made[name]})


def _tree(clause: Clause) -> Tree | None:
    columns = [
        tag
        for position, tag in enumerate(clause.tags)
        if tag.kind == "column"
        and tag.value in clause.table
        and not (position and clause.tags[position - 1].text.casefold() in ("each", "every", "for each", "for every", "per"))
    ]
    return _marked(clause, columns) or _worded(clause, columns)


def _name(clause: Clause) -> str:
    """Quoted, or right after "called", "named", "column", "feature"."""
    for position, tag in enumerate(clause.tags):
        if tag.kind == "text" and re.match(r"[^\W\d][\w \-%/.()]*\Z", str(tag.value)):
            return str(tag.value)
        before = clause.tags[position - 1].text.casefold() if position else ""
        if tag.kind == "unknown" and (before in ("called", "named", "column", "feature", "as") or re.search(r"[a-z][A-Z]|_", tag.text)):
            return tag.text
    return ""


def _made_name(tree: Tree) -> str:
    pieces = re.sub(r"\W+", "_", "_".join(_names(tree))).strip("_").lower()
    words = {"-": "difference", "+": "sum", "/": "ratio", "*": "product"}
    op = str(tree["op"])
    return f"{words.get(op, op)}_{pieces}"[:40].strip("_")


def _names(tree: Tree) -> list[str]:
    if isinstance(tree, dict) and "column" in tree:
        return [str(tree["column"])]
    return [name for item in tree.get("args", ()) for name in _names(item)] if isinstance(tree, dict) else []


def _marked(clause: Clause, columns: list[Tag]) -> Tree | None:
    """Written with signs: "max_diffsel - min_diffsel"."""
    tags = clause.tags
    chain: list[Any] = []
    for position, tag in enumerate(tags):
        sign = _MARKS.get(tag.text) if tag.kind in ("mark", "lexical") else None
        if tag in columns or (tag.kind == "number" and chain and isinstance(chain[-1], str)):
            operand = {"column": tag.value} if tag.kind == "column" else tag.value
            if chain and not isinstance(chain[-1], str):
                chain = []
            chain.append(operand)
        elif sign and chain and not isinstance(chain[-1], str) and position + 1 < len(tags):
            chain.append(sign)
        elif len(chain) >= 3:
            break
    if chain and isinstance(chain[-1], str):
        chain.pop()
    return _fold(chain) if len(chain) >= 3 else None


def _fold(chain: list[Any]) -> Tree:
    """Products first, then sums, from the left."""
    for level in (("*", "/"), ("+", "-")):
        rest: list[Any] = [chain[0]]
        for sign, operand in zip(chain[1::2], chain[2::2], strict=True):
            if sign in level:
                rest[-1] = {"op": sign, "args": [rest[-1], operand]}
            else:
                rest += [sign, operand]
        chain = rest
    return chain[0]


def _worded(clause: Clause, columns: list[Tag]) -> Tree | None:
    text = clause.text.casefold()
    names = list(dict.fromkeys(tag.value for tag in columns))
    if len(names) == 1:
        op = next((op for op, pattern in _SINGLE if re.search(pattern, text)), None)
        if op == "square":
            return {"op": "**", "args": [{"column": names[0]}, 2]}
        return {"op": op, "args": [{"column": names[0]}]} if op else _per_number(clause, names[0])
    if len(names) < 2:
        return None
    op = _first_operation(text)
    if op is None:
        return None
    kinds = {name: clause.table[name].kind for name in names}
    for wanted in (("number", "boolean"), ("date",)):
        if sum(kind in wanted for kind in kinds.values()) >= 2:
            names = [name for name in names if kinds[name] in wanted]
            break
    if len(names) < 2 or (op not in ("-",) and "number" not in kinds.values()):
        return None
    operands = [{"column": name} for name in names]
    return _SHAPES[op](operands, text, clause)


def _first_operation(text: str) -> str | None:
    hits = [(match.start(), op) for op, pattern in _OPERATIONS if (match := re.search(pattern, text))]
    strong = [hit for hit in hits if hit[1] in ("/", "*", "-")] or hits
    return min(strong)[1] if strong else None


def _minus(operands: list[Tree], text: str, clause: Clause) -> Tree:
    """ "subtracting A from B" and "from A to B" are B − A; a later date minus an earlier one."""
    first, second = operands[0], operands[1]
    if ("subtract" in text and " from " in text) or re.search(r"\bbetween\b.*\b(start|begin)", text):
        first, second = second, first
    kinds = [clause.table[item["column"]].kind for item in (first, second)]
    return {"op": "days_between", "args": [second, first]} if kinds == ["date", "date"] else {"op": "-", "args": [first, second]}


def _divided(operands: list[Tree], text: str, clause: Clause) -> Tree:
    factor = (
        100.0 if "percent" in text or "%" in text else next((number for number in clause.numbers if number in (100, 1000, 10_000, 100_000, 1_000_000)), None)
    )
    tree: Tree = {"op": "/", "args": operands[:2]}
    return {"op": "*", "args": [tree, factor]} if factor else tree


def _chained(op: str) -> Callable[[list[Tree], str, Clause], Tree]:
    def shape(operands: list[Tree], text: str, clause: Clause) -> Tree:
        tree = operands[0]
        for operand in operands[1:]:
            tree = {"op": op, "args": [tree, operand]}
        return tree

    return shape


def _mean(operands: list[Tree], text: str, clause: Clause) -> Tree:
    return {"op": "row_mean", "args": operands}


_SHAPES: dict[str, Callable[[list[Tree], str, Clause], Tree]] = {"-": _minus, "/": _divided, "+": _chained("+"), "*": _chained("*"), "row_mean": _mean}


def _per_number(clause: Clause, name: str) -> Tree | None:
    """ "deaths per 1,000" alone: a plain division by the number."""
    number = next((number for number in clause.numbers if number >= 10), None)
    return {"op": "/", "args": [{"column": name}, number]} if number and "per" in clause.text.casefold().split() else None

"""A new column out of words: "the difference between A and B", "A divided by B", "adding A and B", "max - min", "A per B".

Gives an intent with the expression tree that `derive` takes, and the name that the goal gives (or one made from the formula).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.deriving.phrased import phrased
from nb_orchestra.offline.reading.intents import Intent
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tagging import Tag

Tree = Any

MAKES = re.compile(
    r"\bnew\b|\bcreat\w+|\bgenerat\w+|\bderiv\w+|\bengineer\w+|\bcalled\b|\bnamed\b|\b(calculated|computed|defined|obtained|measured) (as|by)\b|"
    r"\bby (subtract|add|multipl|divid|summ|taking)\w*|"
    r"\b(?:calculate|compute|determine) (?:the|an?) [\w -]{3,40}? as (?:the )?(?:difference|sum|ratio|product|quotient)\b|"
    r"\brepresents?\b|\badd(ing)? an?\b|\bequal to\b|=",
    re.IGNORECASE,
)
"""Words that say a column is made."""

_OPERATIONS = (
    ("-", r"\bdifference\b|\bsubtract|\bminus\b|\bless\b|\brange\b|\bduration\b|\bgap\b"),
    (
        "/",
        r"\bratio\b|(['’]s|\bas|\bas an?) (percent\w*|share|fraction|proportion|%) of\b|\bdivid|\bper\b|\bover\b|\bquotient\b",
    ),
    ("*", r"\bmultipl|\bproduct\b|\btimes\b"),
    ("+", r"\badd|\bsum\b|\bplus\b|\btotal\b|\bcombin|\bsumm"),
    ("row_mean", r"\bmean\b|\baverage\b"),
)
_SINGLE = (
    ("log10", r"\blog10\b|\blog base 10\b"), ("log2", r"\blog2\b"), ("log", r"\blog\b|\blogarithm|\bln\b|\blog.?transform"),
    ("sqrt", r"\bsquare root\b|\bsqrt\b"), ("abs", r"\babsolute\b"), ("length", r"\blength of the (text|name|title|string)\b|\bnumber of characters\b"),
    ("zscore", r"\bz.?scores?\b|\bstandardi[sz]"), ("minmax", r"\bmin.?max\b|\bnormali[sz]"), ("square", r"\bsquared?\b"),
    ("percent_of_total", r"\b(percent(age)?|share) of (the )?total\b"), ("pct_change", r"\b(percent(age)?|relative) change\b"),
    ("diff", r"\bchange from the previous\b"),
    ("year", r"\byear of\b|\bextract the year\b|\byear from\b"), ("month", r"\bmonth of\b|\bextract the month\b|\bmonth from\b"),
    ("weekday_name", r"\bday of (the )?week\b|\bweekday\b"),
    ("rank", r"\brank of\b"), ("words", r"\bnumber of words\b"),
)  # fmt: skip
_MARKS = {"-": "-", "−": "-", "–": "-", "+": "+", "*": "*", "×": "*", "/": "/", "÷": "/"}


def formula(clause: Clause, memory: Memory) -> Intent | None:
    """The derived column that a clause describes, or None."""
    tree = tree_of(clause)
    if tree is None or set(clause.columns()) & set(memory.made):
        return None
    name = next((name for name, known in memory.made.items() if known == tree), "") or given_name(clause) or made_name(tree)
    memory.made.setdefault(name, tree)
    memory.table = memory.table.with_column(name, "number")
    return made(name, memory, clause)


def made(name: str, memory: Memory, clause: Clause) -> Intent:
    """The intent that makes a declared column."""
    return Intent("derive", clause.text, (name,), options={"name": name, "expression": memory.made[name]})


def tree_of(clause: Clause) -> Tree | None:
    columns = [
        tag
        for position, tag in enumerate(clause.tags)
        if tag.kind == "column"
        and tag.value in clause.table
        and not (position and clause.tags[position - 1].text.casefold() in ("each", "every", "for each", "for every", "per"))
    ]
    return phrased(clause.tags, clause.table, clause.text) or _marked(clause, columns) or _worded(clause, columns)


def given_name(clause: Clause) -> str:
    """Quoted, or right after "called", "named", "column", "feature"."""
    for position, tag in enumerate(clause.tags):
        if tag.kind == "text" and re.match(r"[^\W\d][\w \-%/.()]*\Z", str(tag.value)):
            return str(tag.value)
        before = clause.tags[position - 1].text.casefold() if position else ""
        if tag.kind == "unknown" and (before in ("called", "named", "column", "feature", "as") or re.search(r"[a-z][A-Z]|_", tag.text)):
            return tag.text
    return ""


def made_name(tree: Tree) -> str:
    """A name for a formula that has none: its operation and its columns."""
    pieces = re.sub(r"\W+", "_", "_".join(names_in(tree))).strip("_").lower()
    if tree["op"] == "*" and tree["args"][1] == 100.0:
        return re.sub(r"\W+", "_", "_percent_of_".join(names_in(tree))).lower()[:40].strip("_")
    words = {"-": "difference", "+": "sum", "/": "ratio", "*": "product"}
    op = str(tree["op"])
    return f"{words.get(op, op)}_{pieces}"[:40].strip("_")


def names_in(tree: Any) -> list[str]:
    """The columns of a formula, in its order."""
    if isinstance(tree, dict) and "column" in tree:
        return [str(tree["column"])]
    return [name for item in tree.get("args", ()) for name in names_in(item)] if isinstance(tree, dict) else []


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
        fixed = _from_number(text, names[0])
        if fixed is not None:
            return fixed
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
    fitting = [[name for name in names if kinds[name] in wanted] for wanted in (("number", "boolean"), ("date",) if op == "-" else ())]
    names = next((kind for kind in fitting if len(kind) >= 2), [])
    if not names:
        return None
    operands = [{"column": name} for name in names]
    return _with_constant(_SHAPES[op](operands, text, clause), text)


_NUMBER_FIRST = re.compile(r"(\d+(?:\.\d+)?)\s*(minus|-|−|divided by|/|plus|\+|times|\*)\s+")
_NUMBER_LAST = re.compile(r"\s(minus|divided by|plus|times|multiplied by)\s+(\d+(?:\.\d+)?)")
_SIGNS = {"minus": "-", "−": "-", "divided by": "/", "plus": "+", "times": "*", "multiplied by": "*"}


def _from_number(text: str, name: str) -> Tree | None:
    """ "2020 minus yr_built", "price divided by 1000"."""
    first, last = _NUMBER_FIRST.search(text), _NUMBER_LAST.search(text)
    if first is not None:
        return {"op": _SIGNS.get(first.group(2), first.group(2)), "args": [float(first.group(1)), {"column": name}]}
    return {"op": _SIGNS[last.group(1)], "args": [{"column": name}, float(last.group(2))]} if last is not None else None


_CONSTANT = re.compile(r"\b(?:and\s+)?(adding|add|plus|subtracting|minus)\s+(\d+(?:\.\d+)?|one)\b(?!\s*\w*\s*(?:decimal|column))|([+-])\s*(\d+(?:\.\d+)?)\b")


def _with_constant(tree: Tree, text: str) -> Tree:
    """ "adding A and B, plus 1": the number at the end."""
    match = _CONSTANT.search(text)
    if match is None:
        return tree
    number = match.group(2) or match.group(4)
    value = 1.0 if number == "one" else float(number)
    less = (match.group(1) or "").startswith(("sub", "min")) or match.group(3) == "-"
    return {"op": "-" if less else "+", "args": [tree, int(value) if value.is_integer() else value]}


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
        100.0
        if re.search(r"percent|%|['’]s (?:share|proportion|fraction) of", text)
        else next((number for number in clause.numbers if number in (100, 1000, 10_000, 100_000, 1_000_000)), None)
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

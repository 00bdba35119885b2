"""A formula in words, parsed as a whole: "the sum of A and B, divided by C", "weight divided by the square of height in meters".

Recursive descent over the tags of a clause. What is not one whole formula up to the clause's end gives nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.reading.language import operations as known
from nb_orchestra.offline.reading.language.words import SPELLED
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag

Tree = Any


def phrased(tags: Sequence[Tag], table: Table, said: str = "") -> Tree | None:
    """The longest formula of a clause: one that begins behind "as", "by", "is", "=" or "of" and ends where the clause or its part ends."""
    tags = [piece for item in tags for piece in _pieces(item, table)]
    found = [_Parser(tags, start, table, said).whole() for start in range(len(tags)) if _may_begin(tags, start)]
    trees = [tree for tree in found if tree is not None]
    return max(trees, key=known.size) if trees else None


def _pieces(item: Tag, table: Table) -> list[Tag]:
    """Phrases as their words; a word that is all of a column's name as that column, whatever else it means ("high")."""
    if item.kind in ("column", "number", "mark", "line", "text"):
        return [item]
    words = item.text.split()
    named = {column.name.casefold(): column.name for column in table.columns}
    return [
        replace(item, kind="column", text=word, value=named[word.casefold()], kinds={}) if word.casefold() in named else replace(item, text=word)
        for word in words
    ]


def _may_begin(tags: Sequence[Tag], start: int) -> bool:
    if start == 0:
        return True
    before = tags[start - 1].text.casefold().split()[-1]
    return before in ("as", "by", "is", "=", "are", "the", "be", "contains", "holds", "of", ":", "represents", "equals", "to", "a", "an", "from", "between")


class _Stop(Exception):
    """No formula begins here."""


class _Parser:
    def __init__(self, tags: Sequence[Tag], at: int, table: Table, said: str) -> None:
        self.tags, self.at, self.table, self.said = tags, at, table, said
        self.depth = 0

    def whole(self) -> Tree | None:
        """A formula with an operation, up to the end of its part of the sentence."""
        try:
            tree = self._with_days(self._chain(0))
        except _Stop:
            return None
        operated = isinstance(tree, dict) and "op" in tree
        if not operated or "column" not in str(tree) or not self._ended():
            return None
        rest = " ".join(item.text for item in self.tags[self.at : self.at + 8])
        return {"op": "*", "args": [tree, 100]} if tree["op"] == "/" and known.PERCENT.match(rest) else tree

    def _with_days(self, tree: Tree) -> Tree:
        """The difference of two dates in days, from the one that begins; _Stop where a date stands anywhere else."""
        if not isinstance(tree, dict) or "op" not in tree:
            return tree
        dates = [item for item in tree["args"] if isinstance(item, dict) and "column" in item and self.table[item["column"]].kind == "date"]
        if not dates:
            return {**tree, "args": [self._with_days(item) for item in tree["args"]]}
        if len(dates) != 2 or tree["op"] not in ("-", "days_between"):
            raise _Stop
        first, last = (dates[1], dates[0]) if tree["op"] == "-" and not known.BEGINS & set(self.table.by_name[dates[0]["column"]].words) else dates
        return {"op": "days_between", "args": [first, last]}

    def _ended(self) -> bool:
        self._skip()
        word = self._word()
        return (
            not word
            or word in ".;?!(),"
            or word in ("and", "for", "in", "where", "which", "then", "using", "with", "to", "called", "named", "as", "if", "when")
        )

    def _word(self, ahead: int = 0) -> str:
        return self.tags[self.at + ahead].text.casefold() if self.at + ahead < len(self.tags) else ""

    def _skip(self) -> None:
        while self._word() in known.IDLE and self.at < len(self.tags) and self.tags[self.at].kind != "column":
            self.at += 1

    def _phrase(self, phrases: Any) -> str | None:
        """The longest of some phrases that stands here, stepped over."""
        for length in (5, 3, 2, 1):
            text = " ".join(self._word(n) for n in range(length))
            if text in phrases:
                self.at += length
                return text
        return None

    def _chain(self, level: int) -> Tree:
        """Sums of products of powers, each from the left; a comma may stand in front of an operation."""
        if level == len(known.SINGLE_LEVELS):
            return self._operand()
        tree = self._chain(level + 1)
        while True:
            start = self.at
            if self._word() in (",", "then", "and") and self.at + 1 < len(self.tags):
                self.at += 1
                self.at += self._word() == "then"
            sign = known.INFIX.get(self._phrase(known.INFIX) or "") or self._participle_behind()
            if sign not in known.SINGLE_LEVELS[level]:
                self.at = start
                return tree
            tree = {"op": sign, "args": [tree, self._chain(level + 1)]}

    def _participle_behind(self) -> str:
        """ "…, then dividing by C", "… and multiplying by 100"."""
        if self._word() in ("adding", "add", "subtracting") and self.at + 1 < len(self.tags) and self._is_number(self.at + 1):
            self.at += 1
            return "-" if self._word(-1) == "subtracting" else "+"
        if self._word() in ("dividing", "multiplying", "multiply", "divide", "divided", "multiplied") and self._word(1) == "by":
            sign = "/" if self._word().startswith("divid") else "*"
            self.at += 2
            return sign
        return ""

    def _is_number(self, at: int) -> bool:
        return self.tags[at].kind == "number" or self.tags[at].text.casefold() in SPELLED

    def _operand(self) -> Tree:
        tree = self._atom()
        if self._word() in ("squared", "cubed"):
            tree = {"op": "**", "args": [tree, 2 if self._word() == "squared" else 3]}
            self.at += 1
        return tree

    def _atom(self) -> Tree:
        self._skip()
        if self.at >= len(self.tags) or self.depth > 12:
            raise _Stop
        self.depth += 1
        item, word = self.tags[self.at], self._word()
        if word == "(":
            self.at += 1
            tree = self._chain(0)
            if self._word() != ")":
                raise _Stop
            self.at += 1
            return tree
        if item.kind == "column":
            return self._column(str(item.value))
        if self._is_number(self.at):
            self.at += 1
            number = float(item.value) if item.kind == "number" else SPELLED[word]
            return int(number) if number.is_integer() else number
        return self._participle() if word in known.PARTICIPLES else self._named()

    def _column(self, name: str) -> Tree:
        if name not in self.table or self.table[name].kind not in ("number", "boolean", "date"):
            raise _Stop
        self.at += 1
        if self.at < len(self.tags) and (self._word() in known.NOUNS or (self.tags[self.at].kind == "unknown" and not known.JOINS.match(self._word()))):
            self.at += 1
        if self._word() == "in" and self._word(1) in known.UNITS:
            self.at += 2
            if known.CENTI.search(self.said) or self.table[name].unit == "cm":
                return {"op": "/", "args": [{"column": name}, 100]}
        return {"column": name}

    def _participle(self) -> Tree:
        """ "dividing A by B", "adding A, B and C", "subtracting A from B"."""
        word = self._word()
        sign, joints = known.PARTICIPLES[word]
        self.at += 1
        first = self._list(("and",)) if word in ("adding", "summing", "averaging", "multiplying") else [self._operand()]
        if len(first) == 1:
            if self._word() not in joints:
                raise _Stop
            self.at += 1
            first.append(self._operand())
        if word == "subtracting":
            first.reverse()
        return known.folded(sign, first)

    def _named(self) -> Tree:
        """ "the difference between A and B", "the sum of A, B and C", "the square of A"."""
        if (name := self._phrase(known.OF_ONE)) is not None:
            self._needs_of()
            return known.of_one(known.OF_ONE[name], self._operand())
        if (name := self._phrase(known.SPANS)) is not None or (name := self._phrase([text.replace("_", " ") for text in known.CHANGES])) is not None:
            return self._from_to(name in known.SPANS)
        if (name := self._phrase(known.OF_TWO)) is not None:
            self._needs_of()
            first = self._operand()
            if self._word() not in ("and", "to", "over"):
                raise _Stop
            self.at += 1
            pair = [first, self._operand()]
            return {"op": "abs", "args": [known.folded("-", pair)]} if known.OF_TWO[name] == "abs" else known.folded(known.OF_TWO[name], pair)
        if (name := self._phrase(known.OF_MANY)) is not None:
            self._needs_of()
            items = self._list(("and", "plus"))
            if len(items) < 2:
                raise _Stop
            return known.folded(known.OF_MANY[name], items)
        raise _Stop

    def _from_to(self, days: bool) -> Tree:
        """ "the days between A and B", "the percentage change from A to B"."""
        if self._word() not in ("between", "from"):
            raise _Stop
        self.at += 1
        first = self._operand()
        if self._word() not in ("and", "to", "until"):
            raise _Stop
        self.at += 1
        second = self._operand()
        if days:
            return {"op": "days_between", "args": [first, second]}
        return {"op": "*", "args": [{"op": "/", "args": [{"op": "-", "args": [second, first]}, first]}, 100]}

    def _needs_of(self) -> None:
        if self._word() not in ("of", "between", "("):
            raise _Stop
        self.at += self._word() != "("

    def _list(self, joints: tuple[str, ...]) -> list[Tree]:
        """ "A, B and C"."""
        items = [self._operand()]
        while self._word() == "," or self._word() in joints:
            start = self.at
            self.at += 1
            self.at += self._word() in joints
            try:
                items.append(self._operand())
            except _Stop:
                self.at = start
                break
        return items

"""Shares of an amount: "what share of the electricity came from renewables each year", "what percentage of the spending went to roads": no share of rows."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.offline.reading.clauses import Clause
from nb_orchestra.offline.reading.intents import Condition, Intent
from nb_orchestra.offline.reading.language.words import vocabulary
from nb_orchestra.offline.reading.memory import Memory
from nb_orchestra.offline.reading.tables import Column
from nb_orchestra.offline.reading.wishes.wish import Wish, words

_LEVELS = vocabulary("price rate pct percent percentage per mean average avg median score ratio index age year temperature temp rating grade rank")
_FROM = re.compile(r"\b(?:came|comes?|coming|went|goes|go|going|(?:was|is|were|are) (?:spent|made|earned|sold|produced|generated|used))\b", re.IGNORECASE)
_TIMES = ("year", "quarter", "month")


def _amounts(clause: Clause) -> list[Column]:
    """Numbers that can be added up: no labels, years, levels, codes of yes and no."""
    numeric = [column for column in clause.table.of_kind("number") if not (column.labelling or column.numbering or column.looks_like_year or column.truth)]
    return [column for column in numeric if not _LEVELS & set(column.words) and column.unit not in ("%", "°C", "°F")]


def _amount(clause: Clause) -> str:
    """The amount named right behind "share of"; where something "came from" a value and the table has one amount, that one."""
    at = next((n for n, tag in enumerate(clause.tags) if tag.is_a("verb", "share_of") or tag.is_a("stat", "share")), None)
    if at is None:
        return ""
    amounts = [column.name for column in _amounts(clause)]
    behind = [tag for tag in clause.tags[at + 1 : at + 6] if tag.kind == "column"]
    if behind and behind[0].value in amounts:
        return str(behind[0].value)
    return amounts[0] if len(amounts) == 1 and _FROM.search(clause.text) and not any(tag.value in clause.table for tag in behind) else ""


def _level(clause: Clause) -> Condition | None:
    placed = zip(clause.conditions, clause.starts, strict=False) if len(clause.starts) == len(clause.conditions) else ((item, 0) for item in clause.conditions)
    named = [(item, start) for item, start in placed if item["op"] == "==" and clause.table[str(item["column"])].kind in ("text", "boolean")]
    said = _FROM.search(clause.text)
    behind = [item for item, start in sorted(named, key=lambda pair: pair[1]) if said is not None and start >= said.end()]
    return next(iter(behind), named[-1][0]) if named and said is not None else None


def _period(clause: Clause, memory: Memory) -> dict[str, Any]:
    """Year, quarter or month that a clause asks by, as the expression that gives it."""
    part = next((tag.kinds["time"] for tag in clause.tags if tag.kinds.get("time") in _TIMES and not tag.is_a("chart")), "")
    date = memory.table.date
    if not part or date is None or memory.table[date].kind != "date":
        return {}
    return {"name": part if part not in memory.table else f"{part}_of_{date}", "expression": {"op": part, "args": [{"column": date}]}}


def _share_of_amount(clause: Clause, memory: Memory) -> list[Intent]:
    amount, level = _amount(clause), _level(clause)
    if not amount or level is None:
        return []
    column, value = str(level["column"]), level["value"]
    by = [name for name in clause.columns("by", "within") if name in clause.table and name not in (amount, column)]
    made: list[Intent] = []
    if not by and (period := _period(clause, memory)):
        by = [str(period["name"])]
        memory.table = memory.table.with_column(by[0], "number")
        made.append(Intent("derive", clause.text, (by[0],), options=period))
    held: dict[str, Any] = {"op": "if", "args": [{"op": "==", "args": [{"column": column}, value]}, {"column": amount}, 0]}
    own: dict[str, Any] = {"by": by} if by else {}
    tree = {"op": "*", "args": [{"op": "/", "args": [{"op": "sum", "args": [held], **own}, {"op": "sum", "args": [{"column": amount}], **own}]}, 100]}
    name = f"share_of_{amount}_percent"
    memory.made[name] = tree
    memory.table = memory.table.with_column(name, "number")
    memory.assume(f"{name}: the total {amount} of {value} in percent of the total of all {column}{' of the same ' + by[0] if by else ''}")
    memory.known |= {"came", "comes", "went", "goes", "share", "percent"}
    where = tuple(item for item in clause.conditions if item is not level)
    made.append(Intent("filter", clause.text, where=where)) if where else None
    made.append(Intent("derive", clause.text, (name,), options={"name": name, "expression": tree}))
    return [*made, Intent("statistics", clause.text, (name,), tuple(by), ("mean",), (), {})]


def _asks(clause: Clause, memory: Memory) -> bool:
    return not memory.slot_words and bool(_amount(clause)) and _level(clause) is not None


AMOUNT_SHARES = (
    Wish(
        "share_of_amount",
        _share_of_amount,
        takes=words(
            "share share_of count rows stat statistics value_counts resample pattern peak trend seasonal compare distribution extreme plain filter keep"
        ),
        when=_asks,
        ends=True,
    ),
)

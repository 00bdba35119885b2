"""Goals about things of one table that another table holds no row of: "which customers never ordered", "products without sales", "in {a}, not in {b}"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from nb_orchestra.core.goal import Goal
from nb_orchestra.errors import UnreadableGoalError
from nb_orchestra.offline.plans.draft import in_words, legal
from nb_orchestra.offline.reading import Table, is_frame, read_table
from nb_orchestra.offline.reading.language.words import fold, inflections, lemma, vocabulary
from nb_orchestra.offline.reading.rephrasing.plainly import plainly
from nb_orchestra.offline.reading.restricting.conditions import filters
from nb_orchestra.offline.reading.sense import sensed

_VERBS = vocabulary(
    "sold ordered bought purchased used rented borrowed booked visited attended enrolled registered played watched shipped delivered chosen picked tested "
    "seen contacted invited paid loaned lent sampled measured order buy purchase use rent borrow book visit attend enrol enroll register play watch sell"
)
_EVENTS = vocabulary("sale order visit booking purchase loan row record entry")
_DENIES = re.compile(r"\b(?:never|not|no|nobody|none|without|missing|absent|nowhere)\b|n['’]t\b", re.IGNORECASE)
_NEVER = re.compile(
    r"\b(?:never|not|\w+n['’]t|nobody|no one|none)\b(?: (?:yet|ever|been|has|have|once|actually|anything|a single thing))* (?P<verb>[a-z]+)\b", re.IGNORECASE
)
_WITHOUT = re.compile(
    r"\b(?:without|with no|(?:have|has|had|having|placed|made|got) no|not? (?:a single|any)|have(?:n['’]t| not) any)"
    r"(?: any| a single| an?)? (?P<noun>[a-z_]+)\b",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"\b(?:not|nowhere|missing|absent|never)(?: (?:in|from|present in|found in|listed in|appear in|occur in|to be found in))+ (?:the )?\{?(?P<table>\w+)\}?",
    re.IGNORECASE,
)


def unmatched(goal: Goal) -> dict[str, Any] | None:
    """Plan data for such a goal; None for any other. `not_done` says so where the table of all the things is not there."""
    frames = {name: value for name, value in goal.data.items() if is_frame(value)}
    if goal.earlier is not None or not 1 <= len(frames) <= 4 or not _DENIES.search(goal.text):
        return None
    tables = [read_table(name, frame) for name, frame in frames.items()]
    if len(tables) == 1:
        _refuse_alone(goal.text, tables[0])
        return None
    pairs = ((things, events, found) for events in tables if (found := _said(goal.text, events, tables)) for things in tables if things is not events)
    for things, events, found in pairs:
        key = _key(goal, things, events)
        if key and (things[key[0]].distinct == things.rows or found.re is _ABSENT):
            return _plan(goal, things, events, key, found)
    return None


def _said(text: str, events: Table, tables: list[Table]) -> re.Match[str] | None:
    """The words that deny a row of this table, of all tables' the one that they name."""
    own = {lemma(piece) for piece in fold(events.name).split()} | events.row_nouns
    done = {form for noun in own for form in inflections(noun)}
    others = {lemma(piece) for table in tables if table is not events for piece in fold(table.name).split()}
    for found in _ABSENT.finditer(text):
        if found["table"] == events.name:
            return found
    for found in _WITHOUT.finditer(text):
        if lemma(found["noun"]) in own - others or (lemma(found["noun"]) in _EVENTS and len(tables) == 2):
            return found
    return next((found for found in _NEVER.finditer(text) if found["verb"].casefold() in (done | _VERBS)), None)


def _key(goal: Goal, things: Table, events: Table) -> tuple[str, str] | None:
    """The column that stands once for each thing and may stand often in the other table."""
    from nb_orchestra.offline.recipes.joining import telling_key
    from nb_orchestra.offline.recipes.tables import as_table

    key = telling_key(as_table(goal.data[things.name]), as_table(goal.data[events.name]))
    if key is None or len(key.pairs) != 1:
        return None
    left, right = key.pairs[0]
    spoken = {lemma(word) for word in re.findall(r"[a-z]+", goal.text.casefold())}
    named = set(things[left].words) & spoken or {lemma(piece) for piece in fold(things.name).split()} & spoken or things.row_nouns & spoken
    return (left, right) if named or "{" + things.name in goal.text else None


def _refuse_alone(text: str, table: Table) -> None:
    """ "Customers without orders" of the orders alone: each customer that stands there has some."""
    found = next((found for found in _WITHOUT.finditer(text) if lemma(found["noun"]) in {lemma(table.name), *table.row_nouns}), None)
    spoken = {lemma(word) for word in re.findall(r"[a-z]+", text[: found.start()].casefold())} if found else set()
    thing = next((column for column in table.columns if column.entity and set(column.words) & spoken), None)
    if found is not None and thing is not None:
        hint = f"give the table of all of them as well: its rows without a partner in {table.name} are the answer"
        raise UnreadableGoalError(f"{found.group().strip()}: every {thing.name} in {table.name} has such rows", hint=hint)


def _plan(goal: Goal, things: Table, events: Table, key: tuple[str, str], found: re.Match[str]) -> dict[str, Any]:
    """The rows of the one table (restricted as said) that find no partner in the other (restricted as said); their number where that is asked."""
    apart = f"{goal.text[: found.start()]} , {goal.text[found.end() :]}"
    left, right = (_conditions(apart, table) for table in (things, events))
    right = [item for item in right if item not in left and item["column"] not in things]
    steps: list[dict[str, Any]] = []
    frame, other = (_rows(steps, goal, table, where) for table, where in ((things, left), (events, right)))
    shown = key[0] if key[0] == key[1] else f"{key[0]} = {key[1]}"
    arguments: dict[str, Any] = {"frame": frame, "other": other, "on": {key[0]: key[1]}, "how": "without"}
    name = legal(f"{things.name}_without_{events.name}")
    last = _step(steps, goal, "join", arguments, name, f"Rows of {things.name} without one in {events.name}")
    by = _grouped(apart, things)
    if by or re.match(r"\W*(?:how many|count|number of|what is the number)\b", goal.text, re.IGNORECASE):
        arguments = {"frame": {"from": last}, **({"by": by} if by else {})}
        counted = _step(steps, goal, "count_rows", arguments, legal(f"counts_of_{name}"), "How many they are")
        last = _step(steps, goal, "select_columns", {"frame": {"from": counted}, "columns": [*by, "n"]}, legal(f"n_{name}"), "Their number")
    assumptions = [f"{found.group().strip()}: rows of {things.name} whose {shown} is in no row of {events.name}"]
    assumptions += [f"only {table.name} with {in_words(where)}" for table, where in ((things, left), (events, right)) if where]
    return {"steps": steps, "result": [last], "assumptions": assumptions, "facts": {"goals": [goal.text], "unread": []}}


def _conditions(text: str, table: Table) -> list[Mapping[str, Any]]:
    plain, _ = plainly(text, table)
    return list(filters(tuple(sensed(plain, table)), table).conditions)


def _grouped(text: str, table: Table) -> list[str]:
    tags = sensed(text, table)
    return [str(tag.value) for before, tag in pairwise(tags) if tag.kind == "column" and before.is_a("group", "by")][:1]


def _rows(steps: list[dict[str, Any]], goal: Goal, table: Table, where: list[Mapping[str, Any]]) -> dict[str, Any]:
    frame: dict[str, Any] = {"data": table.name}
    if not where:
        return frame
    arguments = {"frame": frame, "where": [dict(item) for item in where]}
    return {"from": _step(steps, goal, "filter_rows", arguments, legal(f"some_{table.name}"), f"Only rows with {in_words(where)}")}


def _step(steps: list[dict[str, Any]], goal: Goal, recipe: str, arguments: dict[str, Any], name: str, purpose: str) -> str:
    identity = f"s{len(steps) + 1}"
    params = {"recipe": recipe, "arguments": arguments}
    made = {"id": identity, "kind": "code", "name": name, "purpose": purpose, "clause": goal.text[:500], "params": params}
    steps.append({**made, "output": {"type": "table"}, "effort": "easy"})
    return identity

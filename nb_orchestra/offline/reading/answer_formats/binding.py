"""Columns that a goal with an answer format names exactly hold; a looser word for another column does not stand against them.

"Use the X column" names the column that a question's own noun means.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from rapidfuzz.distance import OSA

from nb_orchestra.offline.reading.language.lexicon import STOP
from nb_orchestra.offline.reading.language.words import fold
from nb_orchestra.offline.reading.splitting import split
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag, tag

_LOOSE = frozenset({"part", "synonym", "typo", "unit", "abbreviation"})


def exactly_named(tags: Sequence[Tag], table: Table) -> frozenset[str]:
    """Columns by their whole name, in quotes or not."""
    return frozenset(str(item.value) for item in tags if item.kind == "column" and item.value in table and item.how == "named")


def bound(tags: Sequence[Tag], body: str, table: Table, made: Collection[str]) -> list[Tag]:
    """The tags with loose finds held to the exactly named columns, and a question without a column given the one to be used."""
    exact = exactly_named(tags, table) - frozenset(made)
    if not exact:
        return list(tags)
    tags = _without_agents(tags, exact)
    used = _to_be_used(tags, table)
    kinds = {True, False} if used else {table[name].kind == "number" for name in exact}
    firm = [_near(_held(item, exact, kinds, table), used, table) for item in tags]
    return _given(firm, body, used, table) if used else firm


def _near(item: Tag, used: Sequence[str], table: Table) -> Tag:
    """ "Bathrooms" where the column bathrms is to be used."""
    word = item.text.casefold()
    if item.kind != "unknown" or len(word) < 6:
        return item
    close = [name for name in used if len(name) >= 5 and OSA.distance(word, fold(name)) <= 2]
    return Tag("column", item.start, item.end, item.text, value=close[0], how="words") if len(close) == 1 else item


def _without_agents(tags: Sequence[Tag], exact: frozenset[str]) -> list[Tag]:
    """ "Goals scored by the home team": who did it, and no group."""
    kept: list[Tag] = []
    for position, item in enumerate(tags):
        front = [other for other in tags[max(0, position - 3) : position] if other.text.casefold() not in ("the", "a", "each")]
        agent = len(front) > 1 and front[-1].text.casefold() == "by" and front[-2].kind == "unknown" and front[-2].text.endswith(("ed", "own", "on"))
        kept.append(_unknown(item) if agent and item.kind == "column" and item.value not in exact else item)
    return kept


def _unknown(item: Tag) -> Tag:
    """The word without its column: what it says by itself ("mean"), or nothing."""
    plain = tag(item.text, _EMPTY)
    if len(plain) == 1 and plain[0].kind == "lexical":
        return replace(plain[0], start=item.start, end=item.end, spare=None)
    return replace(item, kind="unknown", value=item.text.casefold(), how="", rivals=(), spare=None)


_EMPTY = Table("", (), 0)


def _held(item: Tag, exact: frozenset[str], kinds: set[bool], table: Table) -> Tag:
    """A loose find as the exactly named column that it may also mean; as no column at all where it means none of them."""
    if item.spare is not None and item.kind == "lexical" and item.spare.column not in exact:
        return replace(item, spare=None)  # "its mean" is no column Average Price
    if item.kind != "column" or item.how not in _LOOSE or item.value in exact or item.value not in table:
        return item
    rival = next((name for name in item.rivals if name in exact), None)
    if rival is not None:
        return replace(item, value=rival, rivals=())
    words = item.text.casefold().split()
    weak = item.how == "part" or len(words) == 1 or bool(STOP & set(words))  # "has scored the" for HST
    return _unknown(item) if weak and (table[item.value].kind == "number") in kinds else item


_IGNORES = re.compile(
    r"(?:please\s+)?(?:ignor\w+|exclud\w+|disregard\w*|leav\w+ out|omit\w*|skip\w*|drop\w*|do(?:es)? not (?:use|include|consider)|without)\b"
    r"(?=[^.;]*\b(?:column|variable|index|feature)s?\b)"
    r"(?![^.;]*\b(?:rows?|missing|null|nan|values?|records?|outliers?)\b)",
    re.IGNORECASE,
)


def ignored(text: str, table: Table) -> frozenset[str]:
    """Columns that a text leaves out: "Ignore the index column `Unnamed: 0`"."""
    found = [tag(sentence, table) for sentence in re.split(r"(?<=[.;!?])\s+|\n", text) if _IGNORES.match(sentence.strip())]
    return frozenset(str(item.value) for tags in found for item in tags if item.kind == "column" and item.how == "named")


_USE = re.compile(r"(?:please\s+)?(?:use|using|work with|refer to|take)\b", re.IGNORECASE)


def _to_be_used(tags: Sequence[Tag], table: Table) -> list[str]:
    """The columns of "Use the X column (…)", where the sentence orders nothing else of them."""
    found: list[str] = []
    for sentence in split(list(tags), whole=True):
        if sentence[0].text.casefold().split()[0] not in ("use", "using", "take") and not _USE.match(sentence[0].text):
            continue
        for item in sentence[1:]:
            if item.kind == "column" and item.value in table:
                found.append(str(item.value))
            elif (item.kind == "mark" and item.text == "(") or item.text.casefold() in ("to", "where", "if", "when", "as"):
                break
            elif "method" in item.kinds and item.kinds["method"] != "column":
                return found
    return list(dict.fromkeys(found))


def _given(tags: list[Tag], body: str, used: list[str], table: Table) -> list[Tag]:
    """The question's clauses with the column to be used in them, where they name none of its kind."""
    end = body.find("\n")
    question = [item for item in tags if end < 0 or item.start < end]
    if len(used) != 1 or any(item.kind == "column" and item.value in table and (table[item.value].kind == table[used[0]].kind) for item in question):
        return tags
    place = _place(question)
    if place is None:
        return tags
    start, stop = place
    spot = question[start]
    made = Tag("column", spot.start, question[stop - 1].end if stop > start else spot.start, used[0], value=used[0], how="named")
    return [*tags[:start], made, *tags[stop:]]


def _place(question: list[Tag]) -> tuple[int, int] | None:
    """Where the noun stands: behind "which", in front of a comparison with a number, behind a statistic."""
    for position, item in enumerate(question):
        behind = position + 1
        while behind < len(question) and question[behind].kind == "unknown":
            behind += 1
        if item.text.casefold().split()[0] in ("which", "what") and behind > position + 1:
            return position + 1, behind
    for position, item in enumerate(question):
        if (
            "cmp" in item.kinds
            and item.kinds["cmp"] in (">", "<", ">=", "<=")
            and any(other.kind == "number" for other in question[position + 1 : position + 3])
        ):
            return position, position
    stat = next((n for n, item in enumerate(question) if "stat" in item.kinds and item.kinds["stat"] not in ("n", "share")), None)
    return (stat + 1, stat + 1) if stat is not None else None

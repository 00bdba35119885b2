"""Columns of yes and no by their verb or noun: "had a fall", "falling", "the return rate", where columns are called fell and returned."""

from __future__ import annotations

from dataclasses import replace

from nb_orchestra.offline.reading.language.lexicon import STOP
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.tables import Table
from nb_orchestra.offline.reading.tagging import Tag

_IRREGULAR = tuple(
    vocabulary(row)
    for row in (
        "fall fell fallen falling",
        "buy bought buying purchase purchased purchasing",
        "die died dead death dying deceased",
        "win won winning",
        "lose lost losing loss",
        "break broke broken breaking breakage",
        "pay paid paying payment",
        "leave left leaving",
        "sell sold selling sale",
        "quit quitting",
        "drink drank drunk drinking",
        "get got",
        "hire hired hiring",
        "survive survived surviving survival survivor",
        "divorce divorced divorcing",
        "graduate graduated graduating graduation",
        "close closed closing closure",
        "open opened opening",
        "ship shipped shipping shipment",
        "deliver delivered delivery",
        "resolve resolved resolution",
        "settle settled settlement",
        "finish finished completion complete completed",
        "cancel cancelled canceled cancelling cancellation",
        "renew renewed renewing renewal",
        "admit admitted admission readmit readmitted readmission",
    )
)
_IN_TIME = vocabulary("in during this last every each")
_ENDINGS = ("ion", "ing", "ed", "er", "or", "s", "d", "e")


def happened(tags: list[Tag], table: Table) -> list[Tag]:
    """The tags, with each word for what such a column says as that column."""
    truths = {word: column.name for column in table.columns if column.truth for word in _significant(column.words)}
    if not truths:
        return tags
    return [_as_column(tag, tags, n, truths) for n, tag in enumerate(tags)]


def _significant(words: tuple[str, ...]) -> tuple[str, ...]:
    """The one word that says what happens; of a longer name, none."""
    plain = tuple(word for word in words if word not in STOP and word not in ("is", "has", "had", "was", "any", "ever", "flag"))
    return plain if len(plain) == 1 else ()


def _as_column(tag: Tag, tags: list[Tag], n: int, truths: dict[str, str]) -> Tag:
    name = next((name for word, name in truths.items() if one_root(lemma(tag.text), word)), None)
    if name is None or tag.kind not in ("unknown", "lexical") or " " in tag.text or _other_sense(tags, n):
        return tag
    return replace(tag, kind="column", kinds={}, value=name, how="words", spare=None)


def _other_sense(tags: list[Tag], n: int) -> bool:
    """ "In fall", "return the table": a season, an order."""
    before = tags[n - 1].text.casefold() if n else ""
    season = tags[n].text.casefold() == "fall" and (before in _IN_TIME or tags[max(0, n - 2)].text.casefold() in _IN_TIME)
    return season or (n == 0 and tags[n].text.casefold() in ("return", "leave", "get"))


def one_root(said: str, word: str) -> bool:
    if len(said) < 3 or said == word:
        return said == word
    if any(said in forms and word in forms for forms in _IRREGULAR):
        return True
    return len(said) >= 5 and len(word) >= 5 and _root(said) == _root(word)


def _root(word: str) -> str:
    """The word without its ending: returned, returning, return; converted and conversion have more than an ending apart and are not met."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            root = word.removesuffix(ending)
            return root[:-1] if len(root) > 4 and root[-1] == root[-2] else root
    return word

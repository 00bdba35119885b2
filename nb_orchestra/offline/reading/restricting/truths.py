"""Columns of yes and no said of rows: "non-smokers", "returned orders", "are smokers", "without an adverse event"; and people by their age."""

from __future__ import annotations

from nb_orchestra.offline.reading.language.synonyms import same_notion
from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.restricting.filters import Filters, amount
from nb_orchestra.offline.reading.tables import Column, Table
from nb_orchestra.offline.reading.tagging import Tag

_ARTICLES = vocabulary("a an any the both either")
_DENYING = vocabulary("non not never no without excluding except un isn't aren't weren't wasn't")
_SAYING = vocabulary("with had having are is were was experienced reported")
_WHEN = vocabulary("when if while")
_OF = vocabulary("of for among only in from all")
_ABOUT = vocabulary("status rate rates column variable share percentage proportion group groups flag category value values")
PEOPLE = vocabulary(
    "patient person adult people student respondent participant man woman customer employee passenger user subject worker driver citizen member player "
    "voter female male guest visitor tenant resident client buyer shopper athlete staff pupil student teacher child girl boy kid parent tourist traveller "
    "runner swimmer rider cyclist baby infant newborn mother father"
)


def add_truths(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """Adds a condition for each yes/no column that is said of rows, not grouped by or measured."""
    for position, tag in enumerate(tags):
        if tag.kind != "column" or not position or position in found.used or tag.value not in table or _answers(table[tag.value]) is None:
            continue
        named = [n for n, item in enumerate(tags) if item.kind == "column" and item.value == tag.value and not _valued_before(tags, n)]
        said = None if len(named) > 1 or _valued_before(tags, position) else _said(tags, position)
        if said is not None:
            yes, no = _answers(table[tag.value]) or (None, None)
            if not said and table[tag.value].missing and _excludes(tags, position):
                found.add((position,), table[tag.value].name, "!=", yes)
            else:
                found.add((position,), table[tag.value].name, "==", yes if said else no)


def _excludes(tags: tuple[Tag, ...], position: int) -> bool:
    """ "Without the returned orders": rows are taken out, not those chosen that are known to be none."""
    before = [tag for tag in tags[max(0, position - 3) : position] if tag.text.casefold() not in _ARTICLES]
    behind = tags[position + 1] if position + 1 < len(tags) else None
    out = bool(before) and (before[-1].is_a("verb", "drop") or before[-1].text.casefold() in ("without", "excluding", "except"))
    return out and behind is not None and (behind.kind == "frame" or behind.text.casefold().endswith("s"))


def _answers(column: Column) -> tuple[object, object] | None:
    """The values for yes and no: of a column of both, or of one that has a few more, such as "ex" beside them."""
    if column.truth:
        return column.yes, column.no
    words = {str(level).casefold(): level for level in column.levels} if column.kind == "text" and column.distinct <= 5 else {}
    return (words["yes"], words["no"]) if {"yes", "no"} <= words.keys() else None


def _valued_before(tags: tuple[Tag, ...], position: int) -> bool:
    """ "Ex-smokers": the column's own value stands in front, and is the condition."""
    before = tags[position - 1] if position else None
    return before is not None and before.kind == "level" and tags[position].value in (before.value[0], *before.rivals)


def _said(tags: tuple[Tag, ...], position: int) -> bool | None:
    """Yes, no, or None where the column is spoken of in another way."""
    back = position - 1
    while back > 0 and tags[back].text.casefold() in _ARTICLES:
        back -= 1
    before, word = tags[back], tags[back].text.casefold().split()[-1]
    behind = tags[position + 1] if position + 1 < len(tags) else None
    if behind is not None and (behind.text.casefold() in _ABOUT or _valued(tags, position)):
        return None
    if word in _WHEN:
        return True
    if (
        before.is_a("verb", "count") or before.is_a("stat", "n") or (before.is_a("super") and word in ("most", "fewest"))
    ):  # "how many falls": rows are counted, not values
        return None if behind is not None and behind.is_a("group", "and") else True
    joined = _joined_to(tags, position, word)
    if joined is not None:
        return joined
    if word in _DENYING or before.is_a("verb", "drop"):
        return None if tags[back - 1].text.casefold() in ("and", "or") and back else False
    if word == "with" and behind is not None and behind.text.casefold() in ("and", "or"):
        return None
    plural = tags[position].text.casefold() != lemma(tags[position].text)
    noun = behind is not None and (
        (behind.kind == "unknown" and behind.text.casefold().endswith("s")) or behind.kind == "level" or lemma(behind.text) in PEOPLE or behind.kind == "frame"
    )
    counted = any(
        item.is_a("stat", "n", "share", "mean", "median", "sum") or item.is_a("verb", "count", "share_of") or lemma(item.text) == "rate"
        for item in tags[:position]
    )
    related = plural and word in _OF and any(item.is_a("verb", "correlate", "regress") for item in tags[:position])
    if related or (
        counted and ((word in _SAYING and back > 1) or (plural and (word in _OF or before.kind == "level")) or (noun and not before.is_a("group", "by")))
    ):
        return True
    return None


def _valued(tags: tuple[Tag, ...], position: int) -> bool:
    """True where the column's own value follows: "smoker = yes", "smoker is yes"; "smokers were …" goes on about them."""
    behind, further = tags[position + 1], tags[position + 2] if position + 2 < len(tags) else None
    own = behind.kind == "level" and tags[position].value in (behind.value[0], *behind.rivals)
    if behind.kind in ("text", "number") or own or behind.is_a("cmp", "missing", "present"):
        return True
    valued = further is not None and (
        further.kind in ("text", "number") or (further.kind == "level" and tags[position].value in (further.value[0], *further.rivals))
    )
    return "cmp" in behind.kinds and (valued or behind.text.casefold() not in _SAYING | {"of"})


def _joined_to(tags: tuple[Tag, ...], position: int, word: str) -> bool | None:
    """ "Neither smokers nor diabetic": the second is denied with the first."""
    if word not in ("or", "and", "nor") or position < 3 or tags[position - 2].kind != "column":
        return None
    if tags[position - 3].text.casefold().split()[-1] in ("not", "non", "neither"):
        return False
    return True if word == "and" and tags[position - 3].text.casefold() == "both" and _said(tags, position - 2) else None


_SPANS = vocabulary("minute hour day night week month")


def _age_of(tags: tuple[Tag, ...], position: int, table: Table) -> str | None:
    """ "patients over 65", "aged 40 to 60": the age column, where a number without a unit is said of people."""
    named = [column.name for column in table.of_kind("number") if any(same_notion("age", word) for word in column.words)]
    before = tags[max(0, position - 3) : position]
    people = any(lemma(item.text) in PEOPLE or item.text.casefold() in ("aged", "age", "who") or item.kind == "level" for item in before)
    behind = tags[position + 1].text.casefold() if position + 1 < len(tags) else ""
    free = behind not in ("%",) and lemma(behind) not in _SPANS and (position + 1 == len(tags) or tags[position + 1].kind != "column")
    return named[0] if len(named) == 1 and people and free and 0 < tags[position].value < 120 else None


def add_ages(tags: tuple[Tag, ...], found: Filters, table: Table) -> None:
    """ "patients over 65", "aged 40 to 60", "between 40 and 60 years old"."""
    for position, tag in enumerate(tags):
        if tag.kind != "number" or position in found.used or not position:
            continue
        before = tags[position - 1]
        column = _age_compared(tags, position, table) if before.kinds.get("cmp") else _age_of(tags, position, table)
        last = next((n for n in (position + 2,) if n < len(tags) and tags[n].kind == "number" and tags[n - 1].text.casefold() in _RANGING), None)
        if column is None:
            continue
        found.read |= {item.text.casefold() for item in tags[max(0, position - 4) : position] if lemma(item.text) in PEOPLE or item.text.casefold() == "aged"}
        if last is not None:
            found.add(range(position - 1, last + 1), column, "between", [amount(tags, position), amount(tags, last)])
        elif before.kinds.get("cmp") in (">", "<", ">=", "<="):
            found.add((position - 1, position), column, before.kinds["cmp"], amount(tags, position))


_RANGING = vocabulary("to and - – through")


def _age_compared(tags: tuple[Tag, ...], position: int, table: Table) -> str | None:
    """The age column for "over 65", by the words in front of "over"."""
    return _age_of((*tags[: position - 1], *tags[position:]), position - 1, table)

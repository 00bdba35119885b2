"""Conditions that are denied: "excluding those with …", "drop rows where …", "not above 5" keep the rows that do not meet them."""

from __future__ import annotations

from nb_orchestra.offline.reading.language.words import fold, lemma, vocabulary
from nb_orchestra.offline.reading.restricting.filters import Filters
from nb_orchestra.offline.reading.tagging import Tag

NUMBER = r"-?\d[\d,]*(?:\.\d+)?(?:\s?(?:k|%|million|billion))?"
"""A number as conditions write it."""

NEGATED_FORMS: tuple[tuple[str, str], ...] = (
    (r"\b(?:other than|apart from(?! (?:the |all )?(?:rest|others?)\b)|aside from|except for|with the exception of|outside(?: of)?|save for)\b", "excluding"),
    (r"\b(all|every|each|any)( [\w-]+)( |, )(?:but|except|save)(?= (?!for\b|not\b|also\b|only\b))", r"\2\3excluding"),
    (r"\b(everything|everyone|all) (?:but|except)\b", "excluding"),
    (r"\bneither\b", "not"),
    (r"\bnor\b", "and not"),
    (rf"\b(?:is |are |was |were )?not (?:more|greater|larger|higher|above|over)(?: than)? (?={NUMBER})", "at most "),
    (rf"\b(?:is |are |was |were )?not (?:less|fewer|smaller|lower|below|under)(?: than)? (?={NUMBER})", "at least "),
)
"""Every way of saying no that is more than one word, and the one form in which it is read."""

_OPPOSITE = {"==": "!=", ">": "<=", "<": ">=", "in": "not in", "missing": "present", "contains": "not contains"}
OPPOSITE = _OPPOSITE | {right: left for left, right in _OPPOSITE.items()}
"""Each test and the one that its denial is; any other test is denied by "not" in front of it."""

_PASSED = vocabulary(
    "the a an of value values with is are was were be that column year years in on from at than has have had any all those these ones one rows row records "
    "who whose which where having there when everyone anyone people cases data entries observations during between for if"
)
_DENYING = vocabulary("excluding except without not outside unless")


def deny(tags: tuple[Tag, ...], found: Filters) -> None:
    """Turns each condition over that stands behind a word of exclusion. Values of columns are denied where they are found."""
    used = set(found.used)
    for number, places in enumerate(found.places):
        if _denied(tags, min(places), used, found.settled):
            condition = found.conditions[number]
            op = str(condition["op"])
            found.conditions[number] = {**condition, "op": OPPOSITE.get(op) or (op.removeprefix("not ") if op.startswith("not ") else f"not {op}")}


def _denied(tags: tuple[Tag, ...], start: int, used: set[int], settled: set[int]) -> bool:
    """True where one of the words before the condition denies it, over nouns and over conditions joined with it."""
    if start not in settled and tags[start].kind != "column" and (tags[start].is_a("verb", "drop") or tags[start].is_a("word", "not")):
        return True
    for back in range(start - 1, -1, -1):
        tag = tags[back]
        if back in settled:
            return False
        if tag.is_a("verb", "drop") or tag.text.casefold().split()[0] in _DENYING:
            return True
        if not (
            back in used or tag.kind in ("unknown", "frame") or tag.text.casefold() in _PASSED or tag.is_a("word", "row", "data") or _joins(tags, back, used)
        ):
            return False
    return False


def _joins(tags: tuple[Tag, ...], position: int, used: set[int]) -> bool:
    """ "and", "or" and the noun of the rows themselves."""
    tag = tags[position]
    return (tag.is_a("group", "and") and position - 1 in used) or (tag.kind == "column" and position > 0 and tags[position - 1].is_a("verb", "drop"))


_VALUE_DENIED = vocabulary("not non no except excluding without exclude drop remove ignore omit outside but")
_PASSED_VALUE = vocabulary(
    "the a an of value values with is are was were be that column category group categories type year years in than has have had to equal"
)


def _denies_a_column(tags: tuple[Tag, ...], back: int, column: str) -> bool:
    """ "No absences in T1": what is denied is the column behind the word, not a value further on."""
    named = tags[back + 1]
    own = tags[back + 2].kind == "level" and tags[back + 2].value[0] == named.value if back + 2 < len(tags) else False
    return named.kind == "column" and named.value != column and not own


_ANEW = vocabulary("with in on at having who that where which from for but")


def denied_value(tags: tuple[Tag, ...], position: int, column: str) -> bool:
    """True where one of the few words before the value denies it, over other values joined with it."""
    for back in range(position - 1, max(-1, position - 8), -1):
        tag = tags[back]
        if tag.text.casefold() in ("no", "without", "non") and _denies_a_column(tags, back, column):
            return False
        if tag.text.casefold().split()[0] in _VALUE_DENIED or tag.is_a("verb", "drop") or tag.is_a("cmp", "!="):
            return True
        if tag.text == "," and tags[back + 1].text.casefold() in _ANEW:
            return False  # "not in the centre, with a heat pump"
        if tag.is_a("group", "and") and back and tags[back - 1].kind == "column":
            return False  # "not returned and shipped to Leeds": the denial is of the first
        passed = tag.text.casefold() in _PASSED_VALUE or tag.text in (",", "on", "from") or tag.is_a("group", "and")
        if not (passed or tag.kind in ("level", "column") or lemma(tag.text) == fold(column)):
            return False
    return False

"""Answer formats: `@mean_price[value] where "value" is a number rounded to two decimals` → slots to fill.

A goal with slots is a contract: the answer holds every one of them, or none is offered.
"""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.intents import Slot
from nb_orchestra.offline.reading.language.words import SPELLED, parts

_SLOT = re.compile(r"@([\w-]+)\s*\[([^\]\n]*)\]")
_SECTION = re.compile(r"(?:the\s+)?(?:expected\s+)?(?:answer|output|response|result)s?\s+(?:format|should be formatted)\s*:?|\bformat\s*:", re.IGNORECASE)
_QUOTES = r"[\"'“”‘’`]"
_PLACES = (
    (re.compile(r"(?:(\d+)|(\w+))[\s-]+(?:decimal|digits? after)", re.IGNORECASE), None),
    (re.compile(r"(?:(\d+)|(first|second|third|fourth|fifth))(?:st|nd|rd|th)?\s+decimal", re.IGNORECASE), None),
    (re.compile(r"nearest\s+(hundredth)", re.IGNORECASE), 2),
    (re.compile(r"nearest\s+(thousandth)", re.IGNORECASE), 3),
    (re.compile(r"nearest\s+(tenth)", re.IGNORECASE), 1),
    (re.compile(r"\b(\d)\s*d\.?p\b", re.IGNORECASE), None),
    (re.compile(r"\b(integers?|whole numbers?|nearest whole|nearest integer)\b", re.IGNORECASE), 0),
)
_ALSO = rf"(?:(?:\s*,\s*|\s+and\s+|\s*,\s*and\s+){_QUOTES}?[\w ]{{1,30}}?{_QUOTES}?)*(?:,?\s*\.{{2,3}})?"
_TELLS = (
    r"\s+(?:is|are|should|signif|represent|denot|can|will|must|indicat|has|have|with|rounded|to\s+\w+\s+(?:decimal|digit|place)|"
    r"an?\s+(?:\w+\s+)?(?:integer|float|string|number)s?|the\b)"
)
"""What stands behind a placeholder where it is explained, the verb or without it: "p" to four decimals."""
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "one": 1}


def divide(text: str) -> tuple[str, str]:
    """(what is asked, how the answer is to be written); the second is empty where no slot stands in the text."""
    first = _SLOT.search(text)
    if first is None:
        return text, ""
    heads = [match for match in _SECTION.finditer(text) if match.start() < first.start()]
    start = heads[-1].start() if heads else first.start()
    return text[:start], text[start:]


def slots(section: str, body: str) -> tuple[Slot, ...]:
    """Every slot of an answer format, once each, with what the text says about it."""
    found = list(_SLOT.finditer(section))
    made: dict[str, Slot] = {}
    placeholders = {piece for match in found for piece in _placeholders(match.group(2))}
    first = [parts(match.group(1))[0] for match in found]
    prefixes = {word for word in first if first.count(word) > 1 or "prefix" in section}  # "the prefix "pre" stands for …"
    for position, match in enumerate(found):
        end = found[position + 1].start() if position + 1 < len(found) else len(section)
        name, inside = match.group(1), match.group(2).strip()
        others = [piece for other in found if other is not match for piece in _placeholders(other.group(2))]
        about = _about(inside, section[match.end() : end], section, others, last=position + 1 == len(found))
        if name not in made:
            everything = f"{inside} {about}"
            chosen = _alternatives(inside) or tuple(label for label in _labels(about) if label not in placeholders | prefixes)
            tail = section[found[-1].end() :]
            made[name] = Slot(name, inside, parts(name), about, _decimals(everything, tail, body, name), chosen)
    return tuple(made.values())


def template(section: str) -> tuple[str, ...]:
    """The slots' names in the order in which the format writes them."""
    return tuple(dict.fromkeys(match.group(1) for match in _SLOT.finditer(section)))


def _placeholders(inside: str) -> list[str]:
    return [piece.strip(" \"'") for piece in re.split(r"[,/]", inside) if piece.strip(" \"'")] or [inside]


def _about(inside: str, after: str, section: str, others: list[str], *, last: bool) -> str:
    """What is said right behind the slot (": the mean should be …"), and wherever its placeholder is named."""
    pieces = [after.strip(" ,\n")] if not last and after.strip(" ,\n}{\\n") and len(after.strip()) > 8 else []
    named = _placeholders(inside)
    tail = section[section.rfind("@") :].partition("]")[2]
    for name in dict.fromkeys([inside, *named]):
        if not re.search(r"\w", name):
            continue
        pattern = _explaining(name)
        pieces += [_sentence(tail, match, [other for other in others if other not in (inside, *named)]) for match in pattern.finditer(tail)]
    if not pieces and last and tail.strip() and not any(_explained(other, tail) for other in others if other not in (inside, *named)):
        pieces.append(tail.strip())
    return " ".join(dict.fromkeys(pieces))


def _explaining(name: str) -> re.Pattern[str]:
    """A placeholder with the verb of its explanation."""
    bare = re.escape(name.strip("\"' "))
    return re.compile(rf"(?<![\w@\[]){_QUOTES}?{bare}{_QUOTES}?s?(?!\w){_ALSO}{_TELLS}", re.IGNORECASE)


def _explained(name: str, tail: str) -> bool:
    return re.search(r"\w", name) is not None and _explaining(name).search(tail) is not None


def _sentence(text: str, found: re.Match[str], others: list[str]) -> str:
    """From the placeholder to the end of the sentence, or to the next placeholder's own explanation; "a" and "b" may share theirs."""
    named, rest = text[found.start() : found.end()], text[found.end() :]
    if others:
        names = "|".join(re.escape(other) for other in others)
        following = re.search(rf"[,;]?\s+(?:and\s+)?(?:the\s+)?{_QUOTES}?(?:{names}){_QUOTES}?s?{_ALSO}(?:{_TELLS}|\s+{_QUOTES})", rest)
        rest = rest[: following.start()] if following else rest
    stop = re.search(r"\.(?=\s|$)|\n|;|,?\s+and\s+(?=" + _QUOTES + r"\w[\w ]*" + _QUOTES + r"\s+(?:is|are|should|can)\b)", rest)
    return named + (rest[: stop.start()] if stop else rest)


def _decimals(about: str, tail: str, body: str, name: str) -> int | None:
    for text in (about, tail, body):
        places = _places(text)
        if places is not None:
            return places
    return None


def _places(text: str) -> int | None:
    for pattern, fixed in _PLACES:
        for match in pattern.finditer(text):
            word = next((group for group in match.groups() if group), "")
            value = fixed if fixed is not None else float(word) if word.isdigit() else _ORDINALS.get(word.casefold(), SPELLED.get(word.casefold()))
            if value is not None:
                return int(value)
    return None


def _alternatives(inside: str) -> tuple[str, ...]:
    """ "significant/no significant" inside the brackets."""
    pieces = [piece.strip(" ,") for piece in inside.split("/")]
    return tuple(pieces) if len(pieces) > 1 and all(0 < len(piece) < 40 for piece in pieces) else ()


def _labels(text: str) -> tuple[str, ...]:
    """The words that the slot may hold: quoted ones in its explanation."""
    quoted = [match.strip() for match in re.findall(_QUOTES + r"([^\"'“”‘’`\n]{1,40}?)" + _QUOTES, text)]
    held = [label for label in quoted if re.search(r"\w", label) and not _is_placeholder(label, text)]
    choice = re.search(r"\b(can|either|takes?|could|one of|would|must|should|values?|if|or)\b", text)
    return tuple(dict.fromkeys(held)) if choice and len(held) >= 2 else ()


def _is_placeholder(label: str, text: str) -> bool:
    return re.search(_QUOTES + re.escape(label) + _QUOTES + r"\s+(is|are|should|can|will|denot|represent|signif)", text) is not None

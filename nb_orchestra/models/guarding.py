"""Whether a repaired value says what its text says, and nothing else.

Five tests, each cheap: every key stands in the text as a key; every number stands in it as a number; the letters of all
keys and values, in order, are the letters of the text; no string begins or ends with half a pair of quotes; the quotes that are
not part of a string come in pairs (half a string at the end is a text that was cut). A repair that fails one is not used, however plausible it looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w])")
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_LETTERS = re.compile(r"[a-z]+")
_QUOTED_KEY = re.compile(r"""[{,\n]\s*(?:"([^"\n]*)"|'([^'\n]*)')\s*:""")
_BARE_KEY = re.compile(r"[{,]\s*([A-Za-z_]\w*)\s*:")


def faithful(value: Any, text: str) -> bool:
    """True where the repaired `value` holds exactly the keys, numbers and letters of `text`."""
    leaves = list(_leaves(value))
    whole = _keys_stand(value, text) and _numbers_stand(value, text) and _quotes_pair(leaves, text)
    return whole and not any(map(_half_quoted, leaves)) and _letters(" ".join(leaves)) == _letters(text)


def _quotes_pair(leaves: list[str], text: str) -> bool:
    """An escaped one must be part of a string, and an even number of the others is none."""
    for quote in "\"'":
        inside = sum(leaf.count(quote) for leaf in leaves)
        if inside < text.count("\\" + quote) or (text.count(quote) - inside) % 2:
            return False
    return True


def _half_quoted(leaf: str) -> bool:
    """A quote at an edge whose partner is missing: in `don't'` the first one is an apostrophe."""
    text = leaf.strip()
    return any((text[:1] == quote and not _closes(text, quote)) or (text[-1:] == quote and not _closes(text[::-1], quote)) for quote in "\"'")


def _closes(text: str, quote: str) -> bool:
    """A text that begins with a quote has a later one with no letter behind it."""
    return any(letter == quote and not text[at + 1 : at + 2].isalnum() for at, letter in enumerate(text) if at)


def _keys_stand(value: Any, text: str) -> bool:
    """Quoted keys where the text quotes any; bare ones only where it quotes none and its strings are whole."""
    quoted = {double or single for double, single in _QUOTED_KEY.findall(text)}
    written = quoted or (set(_BARE_KEY.findall(text)) if text.count('"') % 2 == 0 else set())
    return set(_keys(value)) <= written


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def _numbers_stand(value: Any, text: str) -> bool:
    written = {float(token) for token in _NUMBER.findall(text)}
    return all(number in written for number in _numbers(value))


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield float(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _numbers(inner)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif isinstance(value, str):
        yield value
    elif value is None:
        yield "null"
    elif isinstance(value, bool):
        yield str(value)


def _letters(text: str) -> str:
    """The ASCII letters of a text in order, without escapes and the letters of numbers; None counts as null."""
    bare = _NUMBER.sub(" ", _ESCAPE.sub(" ", text))
    return "".join(_LETTERS.findall(re.sub(r"\bnone\b", "null", bare.lower())))

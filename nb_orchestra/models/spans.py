"""Where bracketed pieces stand in a text. Finds them; does not parse them.

Strings are skipped, in either kind of quote, so that a brace inside a string opens nothing. A piece that never closes is
told apart from one that does, because it is a text that was cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CLOSING = {"{": "}", "[": "]"}
_OPEN = re.compile(r"[{\[]")
_MARK = re.compile(r"[{}\[\]\"']|\\.", re.DOTALL)
_BEFORE_STRING = "{[,:("


@dataclass(frozen=True, slots=True)
class Span:
    """A piece from an opening bracket to its closing one, or to the end of the text (`closed` is then False)."""

    text: str
    closed: bool


def spans(text: str) -> Iterator[Span]:
    """The outermost bracketed pieces, in order."""
    at = 0
    while (opening := _OPEN.search(text, at)) is not None:
        start = opening.start()
        end, quotes_whole = _end(text, start, strings=True)
        if end is None and not quotes_whole:
            end = _end_by_brackets(text, start)
        yield Span(text[start:end], end is not None)
        if end is None:
            return
        at = end


def _end_by_brackets(text: str, start: int) -> int | None:
    """Where quotes are broken, brackets alone must close exactly at the last bracket of the text."""
    end, _ = _end(text, start, strings=False)
    if end is None or text[end:].strip(" \t\r\n`.;"):
        return None
    return end


def _end(text: str, start: int, *, strings: bool) -> tuple[int | None, bool]:
    """Where the piece ends (None: nowhere), and whether every string up to there, or to the end of the text, is closed and no bracket stands wrong."""
    expected: list[str] = []
    quote = ""
    for found in _MARK.finditer(text, start):
        mark = found.group()
        if quote:
            quote = "" if mark == quote else quote
        elif mark in "\"'":
            quote = mark if strings and _opens_string(text, found.start()) else ""
        elif mark in _CLOSING:
            expected.append(_CLOSING[mark])
        elif mark in "}]":
            if expected.pop() != mark:
                return None, False
            if not expected:
                return found.end(), True
    return None, not quote


def _opens_string(text: str, at: int) -> bool:
    """A quote opens a string only where a value or a key may begin: the one in `it's` does not."""
    before = text[max(0, at - 200) : at].rstrip()
    return not before or before[-1] in _BEFORE_STRING

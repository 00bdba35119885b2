"""A text's numbers, names and citations lead to the cells that they come from: underlined where the text is shown, the cell told when one points at it.

Static HTML without a script. The marks go into the text as private characters (`clean_text` has taken away any that a stranger wrote), pass through Markdown as
letters, and become tags of ours only when everything else has been cleaned. What is code, an address, a formula or a table's row stays unmarked.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from nb_orchestra.values.text import clean_text

NOWHERE = "not computed by any step, and in none of its inputs"
MOST_LISTED = 60
_OPEN, _NUMBERED, _CLOSE, _DIGITS = "\ue000", "\ue001", "\ue002", 0xE010
_MARK = re.compile(f"{_OPEN}([\ue010-\ue019]+){_NUMBERED}([^{_OPEN}{_CLOSE}]*){_CLOSE}")
_LEFT = re.compile("[\ue000-\ue019]")
_UNMARKED = re.compile(
    r"^[ \t]*(?:```|~~~).*?(?:^[ \t]*(?:```|~~~)|\Z)|`[^`]*`|\$\$.*?\$\$|\$[^$\n]+\$|\]\([^)\n]*\)|^[ \t>]*\[[^\]\n]+\]:[^\n]*|<[^>\n]*>|\b[a-z]+://\S+|&#?\w+;"
    r"|^[ \t>]*\|[^\n]*|^[ \t>]*\d+[.)](?=\s)|\\.|\[\[[^\]\n]*\]\]",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_FOUND = "text-decoration:underline dotted;text-underline-offset:3px;cursor:help"
_LOST = "text-decoration:underline wavy #c0392b;text-underline-offset:3px;cursor:help"


class Link(NamedTuple):
    """`said` at `start` of the (clean) text comes from `cell`, in words; "": from nowhere."""

    start: int
    said: str
    cell: str


def fitting(text: str, links: Iterable[Link]) -> list[Link]:
    """Those that stand in the text where they say, in order, none over another, none where a mark would change what the text is."""
    closed = [found.span() for found in _UNMARKED.finditer(text)]
    kept: list[Link] = []
    free = 0
    for link in sorted(links):
        end = link.start + len(link.said)
        fits = link.said and link.start >= free and text.startswith(link.said, link.start) and "\n" not in link.said
        if fits and not any(start < end and link.start < stop for start, stop in closed):
            kept.append(link)
            free = end
    return kept


def marked(text: str, links: Iterable[Link]) -> str:
    """The text with a mark around each; `linked` makes tags of them."""
    pieces, done = [], 0
    for number, link in enumerate(links):
        digits = "".join(chr(_DIGITS + int(digit)) for digit in str(number))
        pieces += [text[done : link.start], _OPEN, digits, _NUMBERED, link.said, _CLOSE]
        done = link.start + len(link.said)
    return "".join([*pieces, text[done:]])


def linked(markup: str, links: list[Link]) -> str:
    """Clean HTML with tags in place of the marks."""

    def tag(mark: re.Match[str]) -> str:
        number = int("".join(chr(ord(digit) - _DIGITS + 48) for digit in mark[1]))
        cell = links[number].cell if number < len(links) else ""
        return f'<span tabindex="0" style="{_FOUND if cell else _LOST}" title="{_quoted(cell or NOWHERE)}">{mark[2]}</span>'

    return _LEFT.sub("", _MARK.sub(tag, markup))


def listed(links: list[Link]) -> str:
    """The same as a list that opens with a click: for fingers, keyboards, paper. "" where there is nothing to list."""
    rows = list(_rows(links))
    if not rows:
        return ""
    found = sum(bool(cell) for _, cell in rows)
    cells = "".join(f"<tr><td>{_quoted(said)}</td><td>{_quoted(cell or NOWHERE)}</td></tr>" for said, cell in rows[:MOST_LISTED])
    more = f"<p>and {len(rows) - MOST_LISTED} more</p>" if len(rows) > MOST_LISTED else ""
    return f"<details><summary>Where its numbers and names come from ({found} of {len(rows)} found)</summary><table>{cells}</table>{more}</details>\n"


def _rows(links: list[Link]) -> Iterator[tuple[str, str]]:
    """Each pair once."""
    yield from dict.fromkeys((link.said, link.cell) for link in links)


def _quoted(text: str) -> str:
    return html.escape(clean_text(" ".join(text.split())), quote=True)

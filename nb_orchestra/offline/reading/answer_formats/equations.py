"""A noun that a goal defines by a formula: "the temperature range of a day is temp_max minus temp_min" makes a column of that name."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.language.stems import stem
from nb_orchestra.offline.reading.language.words import fold, vocabulary
from nb_orchestra.offline.reading.tables import Table

_WORDED = {"minus": "-", "plus": "+", "times": "*", "multiplied by": "*", "divided by": "/"}
_SIGNS = {**_WORDED, **dict(zip("-−+*×/÷", "--+**//", strict=True))}
_NAME = r"[\"'“`]?(?P<{}>[A-Za-z_][\w. ]*?)[\"'”`]?"
_SIGN = "|".join(re.escape(sign) for sign in _SIGNS)
_EQUATION = re.compile(
    r"^\s*(?:the|an?)\s+(?P<noun>[A-Za-z][\w-]*(?:\s+[a-z][\w-]*){0,2}?)(?:\s+(?:of|for)\s+(?:an?|the|each|every|one)\s+\w+)?\s+"
    r"(?:is|equals|is (?:calculated|computed|defined|given|obtained|the result of)(?: as| by)?)\s+(?:the\s+)?(?:column\s+)?"
    + _NAME.format("left") + rf"\s*(?<![\w.])(?P<sign>{_SIGN})(?![\w.])\s*(?:the\s+)?" + _NAME.format("right") + r"\s*$",
    re.IGNORECASE,
)  # fmt: skip
_SENTENCE = re.compile(r"[^.;\n{}](?:[^.;\n{}]|\.(?=[\w\"'”.]))*")
_ANY = vocabulary("mean average median result value total number count share percentage p iqr zscore z r null alternative outlier range_")


def equated(asked: str, table: Table) -> str:
    """The text with a made column in place of such a noun, and with the order to make it in place of the definition."""
    for sentence in list(_SENTENCE.finditer(asked)):
        found = _EQUATION.match(sentence.group())
        sides = [next((column for column in table.columns if fold(column.name) == fold(found[side])), None) for side in ("left", "right")] if found else []
        if found is None or any(column is None or column.kind != "number" for column in sides) or found["noun"].casefold() in _ANY:
            continue
        name = re.sub(r"\W+", "_", found["noun"].casefold())
        left, right = (column.name for column in sides if column is not None)
        order = f'Create a new column "{name}" as "{left}" {_SIGNS[found["sign"].casefold()]} "{right}"'
        front, replaced = _named(asked[: sentence.start()], found["noun"], name)
        if replaced and name not in table:
            return f"{front} {order}{asked[sentence.end() :]}"
    return asked


def _named(text: str, noun: str, name: str) -> tuple[str, bool]:
    """The text with the column's name where the noun stands."""
    wanted = [stem(word) for word in noun.split()]
    words = list(re.finditer(r"[^\W\d_][\w-]*", text))
    for n in range(len(words) - len(wanted), -1, -1):
        if [stem(word.group()) for word in words[n : n + len(wanted)]] == wanted:
            if re.match(r"[\"'”`]?\s*(?:column |feature )?(?:as|by|which|that|=)\b", text[words[n + len(wanted) - 1].end() :]):
                return text, False  # the question says how it is made
            start = words[n - 1].start() if n and words[n - 1].group().casefold() == "daily" else words[n].start()
            behind = re.sub(r"^\s+between\s+[^.;?\n]+?(?=\s+(?:for|in|of|on|by|among)\b|[.;?\n]|$)", "", text[words[n + len(wanted) - 1].end() :])
            return f'{text[:start]}"{name}"{behind}', True
    return text, False

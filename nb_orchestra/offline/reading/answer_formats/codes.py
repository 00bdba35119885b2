"""Codes that a goal defines: "1 means smoker and 0 non-smoker", "a match is won if FTR is 'H'", "(0 = automatic, 1 = manual)"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from nb_orchestra.offline.reading.language.lexicon import PHRASES
from nb_orchestra.offline.reading.language.stems import AFFIRMS, DENIES, content, stem
from nb_orchestra.offline.reading.tables import Column, Meaning, Table

# ruff: noqa: E501 — patterns are data; a row stays a row

ORDERS = re.compile(
    r"\b(?:consider(?! (?:a|an|the) )|only|use|using|calculat\w*|comput\w*|group|filter\w*|exclud\w*|ignor\w*|drop\w*|remov\w*|perform\w*|compar\w*|count|report|"
    r"treat|map|replace|encode|convert|create|assign\w*|fill|impute|select|split|label|classify|what|which|how|p[- ]value|alpha|restrict\w*|must|keep|test)\b",
    re.IGNORECASE,
)
_MEANS = (
    r"(?:means?|meaning|stands? for|denot(?:es?|ing)|represent(?:s|ing)?|indicat(?:es?|ing)|signif(?:ies|y|ying)|refers? to|corresponds? to|"
    r"identif(?:ies|y)|marks?|(?:is|are) (?:used )?for|(?:is|are)(?! (?:considered|used|included|excluded|kept|removed|dropped|missing|not|to|counted|ignored)\b)|"
    r"being|for|if|when|=|:|→)"
)
_CUT = re.compile(r"(?:,\s*|\s+)(?:where|with|in which|such that)\s+|\s*\(|[:–—]\s+", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:[,;]|\s(?:and|while|whereas|or|but))*\s*(?:(?:an?|the|with|if|it is)\s+)*(?:[\"'“”`]?[\w.]+[\"'”`]?\s+)??(?:(?:value|code|status|level|number)s?\s*)?"
    r"(?:(?:of|=|==|is|equals)\s*)*[\"'“]?$",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"^(.+?)\s+(?:if|when|whenever)\s+", re.IGNORECASE)
SUBJECT = re.compile(
    r"^(?:that\s+)?(?:(?:an?|the|each|every|all)\s+)?[\w-]+\s+(?:is|are|was|were|counts? as|has|have|had)\s+(?:considered\s+|called\s+|regarded as\s+|said to be\s+)?(?:an?\s+|the\s+)?|"
    r"^(?:that\s+)?(?:an?|the|each|every)\s+(?:\w+)\s+(?=(?!from|of|by|with)\w+(?:ed|s)\b)",
    re.IGNORECASE,
)
_HOLDS = re.compile(r"\s+(?:are|is|have|has|had|being|hold)\s+", re.IGNORECASE)
_ELLIPTIC = re.compile(r"\s+(?:are|is|have|has|had|being|hold|by|with|an?|the|[\"'“](?=$))(?:\s+|$)|\s*$", re.IGNORECASE)


def mentions(text: str, table: Table) -> list[tuple[int, Column]]:
    """Where columns stand by their whole name, in order; a name inside a longer one is none."""
    found: list[tuple[int, int, Column]] = []
    for column in sorted(table.columns, key=lambda item: -len(item.name)):
        for match in re.finditer(rf"(?<![\w.])[\"'“`]?{re.escape(column.name)}[\"'”`]?(?!\w)", text, re.IGNORECASE if len(column.name) > 2 else 0):
            if not any(match.start() < right and left < match.end() for left, right, _ in found):
                found.append((match.start(), match.end(), column))
    return [(start, column) for start, _, column in sorted(found, key=lambda item: item[0])]


def codes(text: str, table: Table, last: Column | None) -> tuple[int, list[Meaning]]:
    """Where a definition of codes begins in a sentence, and what it defines."""
    named = mentions(text, table)
    if len({column.name for _, column in named}) > 1:
        begin = next((match.start() for match in reversed(list(_CUT.finditer(text)))), 0)
        named = [(start, column) for start, column in named if start >= begin > 0]
        if len({column.name for _, column in named}) != 1:
            return 0, []
    column = named[0][1] if named else last
    spots = _spots(text, column) if column is not None else []
    if column is None or not spots:
        return 0, []
    cut = 0
    if ORDERS.search(text[: spots[0][0]]):
        cuts = [match for match in _CUT.finditer(text) if match.end() <= spots[0][0] + 1]
        if not cuts or ORDERS.search(text[cuts[-1].end() :]):
            return 0, []
        cut = cuts[-1].start()
    labels = _behind(text, spots, column) or (_in_front(text[cut:], [(a - cut, b - cut, value) for a, b, value in spots], column) if named and not cut else [])
    made = list(dict.fromkeys(meanings(labels, column)))
    return cut, [meaning for meaning in made if all(other.words != meaning.words or other.value == meaning.value for other in made)]


def _spots(text: str, column: Column) -> list[tuple[int, int, Any]]:
    """Where values of the column stand: in quotes, or written as the table writes them. Codes are whole numbers."""
    if (column.kind == "number" and not column.grouping) or column.kind == "date":
        return []
    found: dict[int, tuple[int, int, Any]] = {}
    for level in column.levels:
        written = f"{level:g}" if isinstance(level, float) else str(level)
        if not written.strip():
            continue
        quoted = rf"[\"'“]{re.escape(written)}[\"'”]"
        for match in re.finditer(rf"{quoted}|(?<![\w.\"'“-]){re.escape(written)}(?![\w\"'”-]|\.\d|\s*%)", text):
            kept = found.get(match.start())
            if column.kind == "text" and not (match.group()[0] in "\"'“" or _coded(text, match)):
                continue
            if kept is None or kept[1] < match.end():
                found[match.start()] = (match.start(), match.end(), level)
    return sorted(found.values(), key=lambda spot: spot[0])


def _coded(text: str, found: re.Match[str]) -> bool:
    """ "M means", "(F = ", "sex is M": a bare text that is used as a code."""
    return bool(re.match(rf"\s*{_MEANS}\s", text[found.end() :]) or re.search(r"(?:[=:]|\b(?:is|are|value|code|of|as|equals))\s*$", text[: found.start()]))


def _behind(text: str, spots: Sequence[tuple[int, int, Any]], column: Column) -> list[tuple[Any, str]]:
    """ "1 means smoker, 0 non-smoker": each label behind its code; the verb may stand once."""
    named = rf"(?:\s+(?:in|of|for)(?: the)?\s+[\"'“`]?{re.escape(column.name)}[\"'”`]?(?: column| variable)?)?"
    first = re.match(rf"{named}\s*{_MEANS}\s*(?=[\w\"'“])", text[spots[0][1] :], re.IGNORECASE)
    if first is None:
        return []
    made: list[tuple[Any, str]] = []
    for number, (_, end, value) in enumerate(spots):
        stop = spots[number + 1][0] if number + 1 < len(spots) else len(text)
        piece = text[end:stop]
        verb = re.match(rf"{named}\s*{_MEANS}\s*", piece, re.IGNORECASE)
        piece = piece[verb.end() :] if verb else piece
        piece = _LEAD.sub("", piece) if number + 1 < len(spots) else piece
        made.append((value, SUBJECT.sub("", re.split(r"[,;()]", piece.strip())[0])))
    return made


def _in_front(text: str, spots: Sequence[tuple[int, int, Any]], column: Column) -> list[tuple[Any, str]]:
    """ "Infants have the Sex 'I'", "a match is won if FTR is 'H' and lost if FTR is 'A'": each label in front of its code."""
    made: list[tuple[Any, str]] = []
    begin = 0
    for start, end, value in spots:
        piece = re.sub(rf"^\s*(?:in|of|for)(?: the)? [\"'“`]?{re.escape(column.name)}[\"'”`]?(?: column| variable)?", "", text[begin:start])
        piece = re.sub(r"^[\s,;]*(?:and|or|while|whereas)?\s+", "", piece)
        begin = end
        ruled = _LABELLED.match(piece)
        if ruled:
            made.append((value, SUBJECT.sub("", ruled.group(1)) if not made else ruled.group(1)))
            continue
        label = (_HOLDS if not made else _ELLIPTIC).split(piece, maxsplit=1)
        if len(label) < 2 or len(label[0].split()) > 5 or " ".join(content(label[0])) in {"", *(stem(name) for name in (column.name, *column.words))}:
            return []  # "sex is 1": a restriction
        made.append((value, label[0]))
    return made


def meanings(labels: Sequence[tuple[Any, str]], column: Column) -> Iterator[Meaning]:
    """Phrases for values; where one of two labels only denies, its value is what a denial of the other means."""
    stems = [(value, content(label), label) for value, label in labels]
    plain = {value: [word for word in words if word not in DENIES | AFFIRMS] for value, words, _ in stems}
    denied = [value for value, words, _ in stems if set(words) & DENIES]
    rest = [level for level in column.levels if len(column.levels) == 2 and level not in dict(labels)]
    if len(denied) == 1 and len(stems) <= 2:
        yes = next((value for value, _, _ in stems if value not in denied), rest[0] if rest else None)
        topic = plain.get(yes) or plain[denied[0]] or [stem(word) for word in column.words]
        if yes is not None and topic:
            yield from _phrases(topic, column, yes, denied[0], next((label for value, _, label in stems if value == yes), ""))
        return
    shared = set.intersection(*(set(words) for words in plain.values())) if len(plain) > 1 else set()
    for value, _, label in stems:
        own = [word for word in plain[value] if word not in shared]
        other = next((level for level in column.levels if level != value), None) if len(column.levels) == 2 else None
        if not own and len(stems) == 1:
            own = [stem(word) for word in column.words]
        if own:
            yield from (replace(meaning, tail=tuple(sorted(shared))) for meaning in _phrases(own, column, value, other, label))


def _phrases(words: list[str], column: Column, value: Any, denied: Any, label: str) -> Iterator[Meaning]:
    """The whole phrase, and the phrase without the thing that it is said of: "urban (properties)", "(cars with an) automatic"."""
    yield Meaning(tuple(words), column.name, value, denied)
    if len(words) > 1:
        relative = re.search(r"\b(?:with|who|that|whose|having)\b", label, re.IGNORECASE)
        agent = re.search(r"\b(?:by|in|at|on|for|from|of)\b", label, re.IGNORECASE)
        thing = re.match(r"an?\s", label, re.IGNORECASE) or label.rstrip(" \"'”").endswith("s")
        if not (relative or agent or thing):
            return
        short = words[1:] if relative else words[:1] if agent else words[:-1]
        if len(short) == 1 and (short[0],) in PHRASES:
            return
        yield Meaning(tuple(short), column.name, value, denied)

"""Slips in everyday words: "avrage" → average, "medain" → median. Column names have likeness.py."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from nb_orchestra.offline.reading.language.lexicon import PHRASES, STOP
from nb_orchestra.offline.reading.language.words import Token

_KNOWN = sorted(phrase[0] for phrase, kinds in PHRASES.items() if len(phrase) == 1 and len(phrase[0]) >= 6 and kinds.keys() & {"stat", "verb", "chart"})


_NO_SLIPS = frozenset({"decide", "decides", "decided", "deciding"})


def meant(token: Token) -> str | None:
    """The one word of the lexicon that is a single slip away; None for words that it knows, short ones, and where several are."""
    word = token.text.casefold()
    if token.kind != "word" or len(word) < 5 or (token.word,) in PHRASES or token.word in STOP:
        return None
    if word in _NO_SLIPS:
        return None
    near = [known for known in _KNOWN if known[0] == word[0] and len(word) >= min(6, len(known)) and OSA.distance(word, known, score_cutoff=1) <= 1]
    return near[0] if len(near) == 1 else None

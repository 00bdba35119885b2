"""Word stems, by which the words that a goal defines are found again: "smoker", "smoked", "smoking"."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.language.lexicon import STOP
from nb_orchestra.offline.reading.language.words import lemma, vocabulary

DENIES = vocabulary("non not no without never absent absence otherwise none didn't wasn't")
AFFIRMS = vocabulary("yes present presence true")
_PRONOUNS = vocabulary(
    "is are was were they it been their his her from who that which whose with having in of by patient person people case row record observation value "
    "group column variable entry category level dataset data"
)
_IRREGULAR = {"won": "win", "winn": "win", "lost": "lose", "loss": "lose", "los": "lose", "died": "die", "dead": "die", "death": "die", "deceas": "die"}
_ENDINGS = ("ations", "ation", "ating", "ated", "ators", "ator", "ings", "ing", "ers", "er", "ors", "or", "ed", "es", "s", "e", "ity", "ly", "y")


def stem(word: str) -> str:
    """One form for "smoker", "smoked" and "smoking"."""
    word = lemma(word)
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    cut = next((word[: -len(end)] for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= 4), word)
    return _IRREGULAR.get(cut, cut)


def content(label: str) -> list[str]:
    """The stems of a label without the words that any label may have; denials and affirmations stay as they are."""
    words = re.findall(r"[^\W_]+(?:'t)?", label.casefold())
    return [
        word if word in DENIES | AFFIRMS else stem(word)
        for word in words
        if word in DENIES | AFFIRMS or not (word in STOP or word in _PRONOUNS or lemma(word) in _PRONOUNS)
    ]

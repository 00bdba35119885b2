"""Words that mean a value without being written like it: "herbivores" of herbi, "american" of USA, "google" of GOOG, "Gentoos" with a slip."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from nb_orchestra.offline.reading.language.words import fold, vocabulary
from nb_orchestra.offline.reading.tables import Column

MOST_VALUES = 60
"""A column of more values is no list of kinds: a word that is like one of them is so by chance."""

_NATIONS: dict[str, frozenset[str]] = {
    word: vocabulary(names)
    for words, names in (
        ("american americans", "usa us u.s. u.s.a. america united_states united_states_of_america"),
        ("british brit britons english", "uk u.k. gb britain great_britain united_kingdom england"),
        ("french", "france fr"), ("dutch", "netherlands the_netherlands holland nl"), ("spanish spaniards", "spain es"), ("swiss", "switzerland ch"),
        ("greek greeks", "greece gr"), ("swedish swedes", "sweden se"), ("danish danes", "denmark dk"), ("polish poles", "poland pl"),
        ("irish", "ireland ie"), ("scottish", "scotland"), ("welsh", "wales"), ("finnish finns", "finland fi"), ("turkish turks", "turkey türkiye tr"),
        ("norwegian norwegians", "norway no"), ("german germans", "germany de"), ("italian italians", "italy it"), ("peruvian", "peru"),
        ("chinese", "china cn"), ("japanese", "japan jp"), ("european europeans", "europe eu"), ("canadian canadians", "canada ca"),
    )
    for word in words.split()
}  # fmt: skip
_STATES = tuple(
    vocabulary(row)
    for row in (
        "dead death died dies die deceased mortality", "alive survived survivor survive living lived", "won win wins winning winner", "lost lose loses losing",
        "sold sell sells sale", "paid pay pays", "left leave leaves leaving", "cancelled canceled cancel cancels", "absent absence away", "married marry",
    )
)  # fmt: skip
"""A state and what leads to it, where the two are no one stem."""
_BELONGING = ("an", "ian", "ean", "ese", "ish", "i", "ans", "ians")
_SHORTEST = 4


def near_values(word: str, column: Column) -> list[object]:
    """The values of a column that a plain word may mean; of several none is sure."""
    if column.kind != "text" or not 2 <= column.distinct <= MOST_VALUES or len(word) < _SHORTEST:
        return []
    return [level for level in column.levels if _means(word.casefold(), str(level).strip(), column)]


def _means(word: str, level: str, column: Column) -> bool:
    text = fold(level)
    if not level or text == word:
        return False
    nation = fold(level).replace(" ", "_") in _NATIONS.get(word, ()) or level.casefold() in _NATIONS.get(word, ())
    state = any(word in row and text in row for row in _STATES)
    return nation or state or _of_the_place(word, text) or _cut(word, text, column) or _code(word, level) or _slip(word, text)


def _of_the_place(word: str, text: str) -> bool:
    """ "Indian" of India, "Brazilian" of Brazil, "Kenyan" of Kenya."""
    stem = next((word.removesuffix(end) for end in _BELONGING if word.endswith(end)), "")
    return len(stem) >= _SHORTEST and text.isalpha() and text.startswith(stem) and len(text) - len(stem) <= 2


def _cut(word: str, text: str, column: Column) -> bool:
    """ "Herbivores" where the table says herbi, "engineers" where it says eng."""
    return len(text) >= _SHORTEST and text.isalpha() and word.startswith(text) and column.distinct <= 20 and len(word) - len(text) >= 2


def _code(word: str, level: str) -> bool:
    """ "Google" of GOOG, "microsoft" of MSFT: a code of capitals whose letters stand in the word in their order."""
    letters = iter(word)
    return 3 <= len(level) <= 5 and level.isupper() and level.isalpha() and word[0] == level[0].casefold() and all(one in letters for one in level.casefold())


def _slip(word: str, text: str) -> bool:
    longest = max(len(word), len(text))
    return longest >= 6 and word[0] == text[0] and text.isalpha() and OSA.distance(word, text, score_cutoff=1) <= 1

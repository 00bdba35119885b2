"""Is a line of "not done" true? A word may have been read in another way than by the step that holds its column."""

from __future__ import annotations

from collections.abc import Iterable

from nb_orchestra.offline.reading.intents import Reading
from nb_orchestra.offline.reading.wishes.changing import WORDS_OF_CHANGE


def accounted(line: str, reading: Reading, assumptions: Iterable[str]) -> bool:
    """True where what the line calls lost was read after all."""
    return _made_of_others(line, assumptions) or _known_verb(line, reading) or _taken(line, reading) or _ratios(line, reading)


def _known_verb(line: str, reading: Reading) -> bool:
    """ "who work: not understood" where the condition behind the verb was read."""
    said = line.partition(":")[0].casefold().split() or [""]
    led = said[0] in ("who", "that", "which") or (said[0] == "by" and WORDS_OF_CHANGE.fullmatch(said[-1]) is not None)  # "by gain in income"
    return line.endswith(": not understood") and len(said) == 2 and led and said[1] in reading.known


def _taken(line: str, reading: Reading) -> bool:
    """ "Still open" is no column `opened` where it was read as not closed."""
    said, _, rest = line.partition(": ")
    return rest == "this column was not used" and said.casefold() in reading.known


def _ratios(line: str, reading: Reading) -> bool:
    """ "per hour: this grouping was not used", where it is the unit of a made ratio."""
    said = line.partition(":")[0].casefold().split()
    return said[:1] == ["per"] and said[-1] in reading.known and any("÷" in text for text in reading.assumptions)


def _made_of_others(line: str, assumptions: Iterable[str]) -> bool:
    """ "by profit" was understood where profit was made of other columns, and said so."""
    word = line.partition(":")[0].rpartition(" ")[2].casefold()
    if line.endswith("number was not used"):  # "18 centimetres → 180 mm of wing_mm"
        return any(text.startswith(f"{word} ") and "→" in text for text in assumptions)
    return line.endswith(": not understood") and any(text.casefold().startswith(f"{word} →") for text in assumptions)

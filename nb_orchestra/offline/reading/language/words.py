"""Goal text → tokens, and words → the form that every table here is looked up by.

A token keeps where it stood, so that a clause can be quoted as the person wrote it. Hyphens join nothing ("z-score" is
read like "z score"); quotes, backticks and braces make one token of what they hold.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


def vocabulary(text: str) -> frozenset[str]:
    """The words of a text, as a set to look words up in."""
    return frozenset(text.split())


_TOKEN = re.compile(
    r"""(?P<name>\{\s*[A-Za-z_]\w*\s*(?:\[[^\]{}]*\])?\s*\})
      |(?P<forced>`[^`\n]+`)
      |(?P<quoted>"[^"\n]{1,120}"|“[^”\n]{1,120}”|‘[^’\n]{1,120}’|(?<![\w)])'[^'\n]{1,120}'(?!\w))
      |(?P<date>\b\d{4}-\d{2}-\d{2}\b)
      |(?P<number>(?<![\w.])[-−]?\d+(?:,\d{3})+(?:\.\d+)?|(?<![\w.])[-−](?=\d)\d*\.?\d+|\d*\.?\d+(?:e[-+]?\d+)?)
      |(?P<word>[^\W\d]\w*(?:['’][^\W\d]+)?|[#$%]\w+)
      |(?P<mark><=|>=|==|!=|[^\w\s])
      |(?P<line>\n+)""",
    re.VERBOSE | re.IGNORECASE,
)
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9, "trillion": 1e12}
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TENS = {"fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50, "hundred": 100, "dozen": 12}
SPELLED = {word: float(number) for number, word in enumerate(_SMALL)} | {word: float(number) for word, number in _TENS.items()}


def number_said(word: str) -> int | None:
    """ "5", "five"; None where the word is no whole number."""
    said = word.casefold()
    return int(said) if said.isdigit() else int(SPELLED[said]) if said in SPELLED else None


def plural(word: str) -> bool:
    """A plural in small letters: "applications", not "Canadians"."""
    return word.islower() and word.endswith("s") and lemma(word) != word and len(word) > 3


_KEEP = vocabulary(
    "is was this has does its as less across series species analysis class mass gross basis bias minus plus versus status always previous various "
    "iris gas bus us yes thus press unless loss access address business excess process focus campus virus census bonus radius diabetes news "
    "glass cross cosmos gaps kurtosis thesis hypothesis emphasis axis politics physics mathematics"
)
_IRREGULAR = {
    "men": "man", "women": "woman", "children": "child", "people": "person", "criteria": "criterion", "indices": "index", "indexes": "index",
    "analyses": "analysis", "quartiles": "quartile", "means": "mean", "averages": "average", "averaged": "average", "stats": "statistic",
    "males": "male", "females": "female", "maxima": "maximum", "minima": "minimum", "matrices": "matrix", "feet": "foot", "teeth": "tooth",
    "classes": "class", "masses": "mass", "losses": "loss", "colours": "colour", "colors": "colour", "color": "colour", "coloured": "colour",
    "standardise": "standardize", "normalise": "normalize", "summarise": "summarize", "visualise": "visualize", "analyse": "analyze",
    "percent": "percentage", "pct": "percentage", "countries": "country", "vs": "versus", "movies": "movie",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the goal. `text` as written (without its quotes or braces), `word` its looked-up form, `number` its value if it is one."""

    text: str
    word: str
    kind: str
    start: int
    end: int
    number: float | None = None


def lemma(word: str) -> str:
    """Lower case, no possessive, singular: "Pearson's" → pearson, "averages" → average. Rules of English spelling, not a dictionary."""
    word = unicodedata.normalize("NFKC", word).casefold().replace("’", "'")
    word = word.removesuffix("'s").removesuffix("'")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or word in _KEEP or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1]


def tokens(text: str) -> list[Token]:
    """Every token of the text, in order. A line break is a token of kind "line"; a hyphen inside a word is none."""
    found = [_token(match) for match in _TOKEN.finditer(text)]
    return [token for position, token in enumerate(found) if not _glue(found, position)]


def _glue(found: list[Token], position: int) -> bool:
    token = found[position]
    if token.text not in ("-", "‑") or not 0 < position < len(found) - 1:
        return False
    before, after = found[position - 1], found[position + 1]
    return before.end == token.start and token.end == after.start and before.kind == "word" and after.kind == "word"


def _token(match: re.Match[str]) -> Token:
    kind, raw = match.lastgroup or "mark", match.group()
    text = raw[1:-1].strip() if kind in ("name", "forced", "quoted") else raw
    number = None
    if kind == "number":
        number = float(raw.replace(",", "").replace("−", "-"))
    elif kind == "word" and raw.casefold() in SPELLED:
        number = SPELLED[raw.casefold()]
    return Token(text, lemma(text), kind, match.start(), match.end(), number)


_DAY_AND_MONTH = re.compile(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}")


def day_first(values: Iterable[Any]) -> bool | None:
    """Whether dates as text put the day first, by the first one whose day can be no month; None where none tells."""
    pairs = [(int(found[1]), int(found[2])) for value in values if (found := _DAY_AND_MONTH.match(str(value)))]
    return next((left > 12 for left, right in pairs if max(left, right) > 12), None)


def scale(word: str) -> float | None:
    """What a word after a number multiplies it by: "million" → 1e6."""
    return _SCALES.get(word)


_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")


def parts(name: str) -> tuple[str, ...]:
    """The words inside a column's name: "ApplicantIncome" → applicant income, "No. of cases_min" → no of case min."""
    return tuple(lemma(piece) for piece in _CAMEL.findall(unicodedata.normalize("NFKC", name)))


def fold(text: str) -> str:
    """One spelling for comparing names and values: case, spaces, hyphens and underscores do not count."""
    return re.sub(r"[\s_\-–/.,:;&]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def inflections(verb: str) -> tuple[str, ...]:
    """A verb with its regular forms: compare → compare, compares, compared, comparing."""
    first, space, rest = verb.partition(" ")
    forms = [first, first + "s", first + "ed", first + "ing"]
    if first.endswith("e"):
        forms = [first, first + "s", first + "d", first[:-1] + "ing"]
    elif first.endswith("y") and first[-2:-1] not in "aeou":
        forms = [first, first[:-1] + "ies", first[:-1] + "ied", first + "ing"]
    elif len(first) <= 4 and first[-1] in "ptgbn" and first[-2] in "aeiou" and first[-3:-2] not in "aeiou":
        forms = [first, first + "s", first + first[-1] + "ed", first + first[-1] + "ing"]
    return tuple(form + space + rest for form in forms)

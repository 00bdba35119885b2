"""A column's name taken apart: what people call it, and the unit that its name holds: "dose (uM)", size_m2, "fluor [RFU]", "weight, kg"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from nb_orchestra.offline.reading.language.words import fold, parts, vocabulary

UNITS = {
    "mm": "mm", "cm": "cm", "m": "m", "km": "km", "m2": "m²", "m²": "m²", "sqm": "m²", "km2": "km²", "m3": "m³", "g": "g", "kg": "kg", "mg": "mg", "lb": "lb",
    "lbs": "lb", "s": "s", "sec": "s", "ms": "ms", "min": "min", "h": "h", "hr": "h", "hrs": "h", "usd": "USD", "eur": "EUR", "gbp": "GBP", "pct": "%",
    "%": "%", "percent": "%", "c": "°C", "°c": "°C", "degc": "°C", "f": "°F", "°f": "°F", "kwh": "kWh", "mph": "mph", "kmh": "km/h", "l": "l", "ml": "ml",
    "hpa": "hPa", "mb": "mb", "ft": "ft", "in": "in",
}  # fmt: skip
_UNIT_WORDS = vocabulary("usd eur gbp bn mn mio mmhg mmol umol dl bpm iu kcal kj t ha")
"""Words at the end of a name that only say its unit: gdp_usd_bn is called gdp."""
_FURTHER = vocabulary("mmhg kwp mwp w kw mw ppm ppb db hz khz mhz rpm psi pa kpa bar bpm ng ug µg pg dl mol mmol umol nmol kcal kj")
_ABOVE = vocabulary("w kw kg g mg ng ug pg mmol umol nmol km m l")
_BELOW = vocabulary("m2 m3 h s l dl ml kg g")
"""Units over and under the stroke of "W_m2", "ng_ml"."""
_SIDES = vocabulary("avg average mean median max min maximum minimum total sum")
"""Of such a word alone "hr" is no hour: avg_hr is a heart rate."""
_SHORT = vocabulary("min in f c s m")
"""Units that are words, or letters of a name, as well: taken as units behind an underscore only ("min" never: low_min is a minimum)."""
_BRACKETED = re.compile(r"^(?P<stem>.*?[^\s_])[\s_]*[(\[{](?P<unit>[^()\[\]{}]{1,14})[)\]}]\s*$", re.DOTALL)
_BEHIND = re.compile(r"^(?P<stem>.*?[^\s,/])\s*(?:,\s*|\s+/\s*|/|\s+in\s+|\s+)(?P<unit>[^\s,/]{1,6}(?:/[^\s,/]{1,4})?)\s*$", re.DOTALL)
_UNIT_LIKE = re.compile(
    r"[°µμ%$€£^²³·]|\b(?:a\.?u|arb|units?|log\d*|usd|eur|gbp|chf|rfu|rlu|cfu|ppm|ppb|psi|bpm|rpm|mmhg|pts|points|sq\.? ?m|sq\.? ?ft)\b", re.IGNORECASE
)
_SI = re.compile(r"(?:[mdunpfkMGT]|µ|μ)?(?:m|g|s|A|K|mol|M|Da|bp|L|l|h|Hz|V|W|J|N|Pa|bar|eV|B|b|cal|Wh|min|sec|hr|hrs|days?|years?|yrs?|hours?)[23]?\Z")


@dataclass(frozen=True, slots=True)
class Naming:
    """`words` inside the name without its unit; `bare`, the name as written without it ("" where nothing was cut off); `spare`, the unit's own word."""

    words: tuple[str, ...]
    unit: str = ""
    bare: str = ""
    spare: tuple[str, ...] = ()


def naming(name: str, kind: str) -> Naming:
    """One name taken apart. What stands in brackets and is no unit ("Mark (T1)") stays part of the name."""
    cut = _bracketed(name) or _behind(name, kind)
    if cut is not None:
        stem, unit = cut
        words = _plain(parts(stem)) or (fold(stem),)
        return Naming(words, UNITS.get(unit.casefold(), unit), stem, (fold(unit).replace(" ", ""),) if parts(unit) else ())
    words = parts(name) or (fold(name),)
    segments = re.split(r"[_\s]+", name.strip()) if kind == "number" else []
    own = _unit_of(segments)
    rest = parts(" ".join(segments[: len(segments) - len(own)])) if own else ()
    if not rest or (own == ["hr"] and set(rest) <= _SIDES) or (own[-1].casefold() in _SHORT and not name.casefold().endswith(f"_{own[-1].casefold()}")):
        return Naming(_plain(words))
    told = "/".join(UNITS.get(piece.casefold(), piece) if len(own) == 1 else piece for piece in own)
    return Naming(_plain(rest), told, spare=(fold("".join(own)).replace(" ", ""),))


def _unit_of(segments: list[str]) -> list[str]:
    """The last segments of a name that are its unit: "mmHg", "km", "W" and "m2"."""
    last = segments[-1].casefold() if len(segments) > 1 else ""
    if last not in UNITS.keys() | _FURTHER or last == "min":
        return []
    beside = len(segments) > 2 and last in _BELOW and segments[-2].casefold() in _ABOVE
    return segments[-2:] if beside else segments[-1:]


def _plain(words: tuple[str, ...]) -> tuple[str, ...]:
    while len(words) > 1 and words[-1] in _UNIT_WORDS:
        words = words[:-1]
    return words


def _bracketed(name: str) -> tuple[str, str] | None:
    found = _BRACKETED.match(name)
    if found is None or not parts(found["stem"]):
        return None
    unit = found["unit"].strip()
    short = len(unit) <= 4 and unit.isalpha() and (unit.isupper() or unit.casefold() in UNITS)
    return (found["stem"].strip(), unit) if short or _UNIT_LIKE.search(unit) or _SI.match(unit) else None


def _behind(name: str, kind: str) -> tuple[str, str] | None:
    """ "weight, kg", "price in EUR", "Conc µM": a unit that is written behind without brackets."""
    found = _BEHIND.match(name) if kind == "number" else None
    if found is None or not parts(found["stem"]):
        return None
    unit = found["unit"]
    known = unit.casefold() in UNITS and unit.casefold() not in _SHORT
    known = known or ("/" in unit and all(_SI.match(piece) for piece in unit.split("/")))
    return (found["stem"].strip(), unit) if known or unit[0] in "°µμ%$€£" else None


def told_apart(namings: Iterable[Naming]) -> list[Naming]:
    """Columns of one stem, "dose (uM)" and "dose (mg)", keep their units among their words: the bare name may mean each of them."""
    listed = list(namings)
    stems = Counter(item.words for item in listed)
    return [Naming((*item.words, *item.spare), item.unit, "", item.spare) if item.spare and stems[item.words] > 1 else item for item in listed]

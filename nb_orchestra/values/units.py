"""In which unit a column is, where it is known: by notes (`frame.attrs["units"]`, or the column's own), or by its name ("mass (g)", "body_mass_g")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_CALLED: Mapping[str, str] = {
    "mg": "milligram milligrams", "g": "gram grams gramme grammes", "kg": "kilogram kilograms kilo kilos", "t": "tonne tonnes",
    "lb": "lbs pound pounds", "oz": "ounce ounces",
    "mm": "millimetre millimetres millimeter millimeters", "cm": "centimetre centimetres centimeter centimeters", "m": "metre metres meter meters",
    "km": "kilometre kilometres kilometer kilometers", "ft": "foot feet", "mi": "mile miles", "ms": "millisecond milliseconds",
    "s": "sec second seconds", "min": "minute minutes", "h": "hr hour hours", "d": "day days", "l": "litre litres liter liters", "ml": "millilitre milliliter",
    "%": "percent pct per_cent", "°c": "celsius degc", "°f": "fahrenheit degf", "k": "kelvin", "usd": "$ dollar dollars", "eur": "€ euro euros", "gbp": "£ gbp",
    "m/s": "mps", "km/h": "kmh kph", "mph": "", "hpa": "", "kwh": "", "mw": "", "ppm": "",
}  # fmt: skip
_UNIT = {word: unit for unit, words in _CALLED.items() for word in (unit, *words.split())}
_IN_NAME = frozenset(_UNIT) - {"d", "k", "t", "l", "h", "day", "days", "second", "foot", "feet", "min"}
"""Units that a name's last part is read as; the others mean something else more often ("price_min", "vitamin_k")."""
_BRACKETS = re.compile(r"[(\[]\s*([^()\[\]]{1,12}?)\s*[)\]]\s*$")


def unit_called(word: str) -> str:
    """One spelling for all words of a unit; a word that is none as it is, in lower case."""
    plain = word.strip().casefold()
    return _UNIT.get(plain, plain)


def unit_of(frame: Any, name: Any) -> tuple[str, str]:
    """(unit, how it is known: "by its notes" or "by its name") of a column; ("", "") where nobody says."""
    for notes in (getattr(frame, "attrs", {}), getattr(frame[name], "attrs", {}) if name in frame.columns else {}):
        units = notes.get("units", notes.get("unit", ""))
        said = units.get(name, "") if isinstance(units, Mapping) else units if notes is not getattr(frame, "attrs", {}) else ""
        if isinstance(said, str) and said.strip():
            return unit_called(said), "by its notes"
    unit = unit_in_name(str(name))
    return (unit, "by its name") if unit else ("", "")


def noted_unit(frame: Any, name: Any) -> str:
    """ ", in g" where the notes say a unit that we know; any other text of the notes is not told to a model."""
    unit, how = unit_of(frame, name)
    return f", in {unit}" if how == "by its notes" and unit in _CALLED else ""


def unit_in_name(name: str) -> str:
    """The unit that a name says, "" where it says none that we know."""
    bracketed = _BRACKETS.search(name)
    if bracketed and bracketed[1].casefold() in _UNIT:
        return unit_called(bracketed[1])
    last = name.casefold().rpartition("_")[2] if "_" in name else ""
    return unit_called(last) if last in _IN_NAME else ""

"""Columns named for people: body_mass_g is "body mass (g)"."""

from __future__ import annotations

import re

UNITS = {
    "mps": "m/s", "mile": "miles", "miles": "miles", "inch": "in", "hour": "hours", "minute": "minutes", "mwh": "MWh",
    "g": "g", "kg": "kg", "mg": "mg", "mm": "mm", "cm": "cm", "m": "m", "km": "km", "ml": "ml", "km2": "km²", "m2": "m²", "m3": "m³",
    "pct": "%", "percent": "%", "percentage": "%", "usd": "$", "eur": "€", "gbp": "£", "hz": "Hz", "khz": "kHz", "mhz": "MHz", "ms": "ms", "sec": "s",
    "secs": "s", "seconds": "s", "minutes": "minutes", "hours": "hours", "days": "days", "ppm": "ppm", "hpa": "hPa", "kpa": "kPa", "kw": "kW", "kwh": "kWh",
    "mw": "MW", "mph": "mph", "kmh": "km/h", "kph": "km/h", "db": "dB", "mmhg": "mmHg", "kwp": "kWp", "celsius": "°C", "fahrenheit": "°F", "lbs": "lb",
}  # fmt: skip
PARENTHESISED = re.compile(r"^(.*?)\s*[(\[]([^()\[\]]{1,12})[)\]]\s*$")


def name_and_unit(column: str) -> tuple[str, str]:
    """("body mass", "g") for body_mass_g; ("height", "cm") for "height (cm)"; ("budget 2013", "$") for budget_2013$; no unit is ''."""
    found = PARENTHESISED.match(column)
    if found and found[1]:
        return found[1].replace("_", " ").strip(), found[2]
    words = [word for word in re.split(r"[_\s]+", column) if word]
    combined = bool(words) and words[0].lower() in ("ratio", "product")  # the last word is the unit of one part only
    if len(words) > 1 and words[-1].lower() in UNITS and words[-2].lower() != "per" and not combined:
        return " ".join(words[:-1]), UNITS[words[-1].lower()]
    if len(column) > 1 and column[-1] in "$€£%":
        return " ".join(words)[:-1].strip(), column[-1]
    return " ".join(words) or column, ""


def label_of(column: str) -> str:
    """A name with its unit, for an axis: "body mass (g)"."""
    name, unit = name_and_unit(str(column))
    return f"{name} ({unit})" if unit else name


def capital(text: str) -> str:
    """The first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]

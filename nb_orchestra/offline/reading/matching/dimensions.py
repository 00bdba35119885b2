"""Units as quantities: which dimension a unit measures, how large it is, which unit a column's name says, and which column a unit or its noun means.

Sizes are in the SI unit of each dimension (energy in kWh); temperatures have a zero of their own and are converted by `converted`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from nb_orchestra.offline.reading.language.words import lemma, vocabulary
from nb_orchestra.offline.reading.tables import Column, Table
from nb_orchestra.offline.reading.tagging import Tag

SIZES: dict[str, dict[str, float]] = {
    "mass": {"mg": 1e-6, "g": 1e-3, "gram": 1e-3, "kg": 1.0, "kilogram": 1.0, "kilo": 1.0, "kilogramme": 1.0, "gramme": 1e-3, "ton": 1e3,
             "t": 1e3, "tonne": 1e3, "lb": 0.45359237, "pound": 0.45359237,
             "oz": 0.028349523125, "ounce": 0.028349523125},
    "length": {"mm": 1e-3, "millimetre": 1e-3, "millimeter": 1e-3, "cm": 1e-2, "centimetre": 1e-2, "centimeter": 1e-2, "m": 1.0, "metre": 1.0, "meter": 1.0,
               "km": 1e3, "kilometre": 1e3, "kilometer": 1e3, "in": 0.0254, "inch": 0.0254, "ft": 0.3048, "foot": 0.3048, "mile": 1609.344, "mi": 1609.344},
    "time": {"ms": 1e-3, "millisecond": 1e-3, "s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hr": 3600.0, "hour": 3600.0,
             "day": 86400.0},
    "data": {"byte": 1.0, "kb": 1e3, "kilobyte": 1e3, "mb": 1e6, "megabyte": 1e6, "gb": 1e9, "gigabyte": 1e9, "tb": 1e12},
    "amount": {"thousand": 1e3, "million": 1e6, "billion": 1e9, "bn": 1e9},
    "energy": {"wh": 1e-3, "kwh": 1.0, "mwh": 1e3},
    "volume": {"ml": 1e-3, "cl": 1e-2, "millilitre": 1e-3, "milliliter": 1e-3, "l": 1.0, "litre": 1.0, "liter": 1.0, "gallon": 3.785411784},
    "area": {"m2": 1.0, "m²": 1.0, "sqm": 1.0, "qm": 1.0, "km2": 1e6, "km²": 1e6, "ha": 1e4, "hectare": 1e4, "ft2": 0.09290304, "sqft": 0.09290304},
    "speed": {"m/s": 1.0, "mps": 1.0, "km/h": 1 / 3.6, "kmh": 1 / 3.6, "kph": 1 / 3.6, "kmph": 1 / 3.6, "mph": 0.44704, "knot": 1852 / 3600, "kn": 1852 / 3600},
}  # fmt: skip
DIMENSION = {unit: dimension for dimension, units in SIZES.items() for unit in units}

_DEGREES = {"°c": "°C", "celsius": "°C", "centigrade": "°C", "c": "°C", "degc": "°C", "°f": "°F", "fahrenheit": "°F", "f": "°F", "degf": "°F", "kelvin": "K"}
_SPOKEN = {
    ("km", "/", "h"): "km/h", ("m", "/", "s"): "m/s", ("km", "per", "hour"): "km/h", ("kilometre", "per", "hour"): "km/h",
    ("kilometer", "per", "hour"): "km/h", ("mile", "per", "hour"): "mph", ("metre", "per", "second"): "m/s", ("meter", "per", "second"): "m/s",
    ("square", "metre"): "m2", ("square", "meter"): "m2", ("square", "foot"): "ft2", ("sq", "m"): "m2", ("sq", "ft"): "ft2", ("m", "2"): "m2",
    ("m", "per", "second"): "m/s", ("°", "f"): "°F", ("°", "c"): "°C",
}  # fmt: skip
"""Units of several words or signs, by the lemma of each."""

_NOUNS = {
    "temperature": "temperature", "energy": "energy", "electricity": "energy", "consumption": "energy", "production": "energy", "generation": "energy",
     "speed": "speed", "velocity": "speed",
    "distance": "length", "area": "area", "weight": "mass", "duration": "time",
}  # fmt: skip
"""What people call a quantity whose column is named by its unit alone: max_c, kwh."""


_PULSE = vocabulary("avg mean average max maximum min minimum resting rest peak heart")


def unit_of(column: Column) -> str:
    """The unit that a numeric column's name says, as a key of DIMENSION or °C, °F; "" where it says none. A name that is nothing but a unit is one."""
    if column.kind != "number":
        return ""
    if column.unit in ("°C", "°F") or column.unit.casefold() in DIMENSION:
        return column.unit if column.unit in ("°C", "°F") else column.unit.casefold()
    pieces = [piece.casefold() for piece in re.split(r"[_\s(),\[\]]+", column.name) if piece]
    if "per" in pieces[1:-1]:  # a ratio is in neither of its units
        return ""
    if pieces[-1:] == ["hr"] and _PULSE & set(pieces[:-1]):  # a heart rate, and no hours
        return ""
    last = [*pieces[1:][::-1], *(pieces[:1] if len(pieces[0]) > 2 or len(pieces) == 1 else [])] if pieces else []
    if any(piece in ("fahrenheit", "celsius", "°c", "°f") for piece in last):
        return next(_DEGREES[piece] for piece in last if piece in _DEGREES)
    if pieces[-2:] in (["km", "h"], ["m", "s"]):
        return "/".join(pieces[-2:])
    found = (lemma(piece) if lemma(piece) in DIMENSION else piece for piece in last if piece in DIMENSION or lemma(piece) in DIMENSION)
    return next((unit for unit in found if unit not in ("in", "min", "thousand", "million", "billion", "bn") or f"_{unit}" in column.name), "")


def dimension_of(unit: str) -> str:
    return "temperature" if unit in ("°C", "°F", "K") else DIMENSION.get(unit, "")


def unit_at(tags: Sequence[Tag], n: int) -> tuple[str, int]:
    """The unit that begins at a tag and how many tags it takes; ("", 0) where none does: "m/s", "km per hour", "Fahrenheit", "kilos"."""
    words = [lemma(word) for tag in tags[n : n + 3] for word in tag.text.split()]
    ends = [m - n for m in range(n, min(n + 3, len(tags))) for _ in tags[m].text.split()]
    for length in (3, 2):
        if (unit := _SPOKEN.get(tuple(words[:length]), "")) and length <= len(ends):
            return unit, ends[length - 1] + 1
    if n >= len(tags) or tags[n].kind in ("column", "frame", "number"):
        return "", 0
    if words and words[0] in ("degree", "°") and words[1:2] and words[1] in _DEGREES:
        return _DEGREES[words[1]], ends[1] + 1
    word = words[0] if words else ""
    if word in _DEGREES and (len(word) > 1 or tags[n].text.isupper()):
        return _DEGREES[word], 1
    plain = word if word in DIMENSION else tags[n].text.casefold()
    return (plain, 1) if plain in DIMENSION and plain != "in" and " " not in tags[n].text else ("", 0)


def converted(tree: Any, own: str, wanted: str) -> Any:
    """An expression tree in another unit of the same dimension; None where the two measure different things."""
    if dimension_of(own) != dimension_of(wanted) or not dimension_of(own):
        return None
    if own in ("°C", "°F", "K"):
        celsius = {"°C": tree, "°F": {"op": "/", "args": [{"op": "-", "args": [tree, 32]}, 1.8]}, "K": {"op": "-", "args": [tree, 273.15]}}[own]
        return {"°C": celsius, "°F": {"op": "+", "args": [{"op": "*", "args": [celsius, 1.8]}, 32]}, "K": {"op": "+", "args": [celsius, 273.15]}}[wanted]
    factor = SIZES[DIMENSION[own]][own] / SIZES[DIMENSION[own]][wanted]
    return tree if factor == 1 else {"op": "*", "args": [tree, factor]}


def number_in(value: float, unit: str, wanted: str) -> float:
    """A number in another unit of the same dimension."""
    if dimension_of(unit) == "temperature":
        celsius = {"°C": value, "°F": (value - 32) / 1.8, "K": value - 273.15}[unit]
        return {"°C": celsius, "°F": celsius * 1.8 + 32, "K": celsius + 273.15}[wanted]
    sizes = SIZES[DIMENSION[unit]]
    return value * sizes[unit] / sizes[wanted]


def columns_in(dimension: str, table: Table) -> list[Column]:
    """The numeric columns whose unit is of this dimension."""
    return [column for column in table.of_kind("number") if dimension_of(unit_of(column)) == dimension]


def by_unit(word: str, table: Table) -> list[Column]:
    """The columns that a noun means by their unit alone: temperature → max_c."""
    dimension = _NOUNS.get(word, "")
    return columns_in(dimension, table) if dimension else []

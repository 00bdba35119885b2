"""Which kind of value is this? One literal table, one row per type.

pandas, numpy and matplotlib are never imported to ask: a value of their types can only exist when they are loaded, so
`sys.modules` knows. The first row that fits wins (a bool is an int, pandas' NaT is a datetime).
"""

from __future__ import annotations

import functools
import sys
from typing import Any

TYPES: tuple[tuple[str, str, str], ...] = (
    # kind      module                  class
    ("nothing", "builtins", "NoneType"),
    ("nothing", "pandas._libs.tslibs.nattype", "NaTType"),
    ("nothing", "pandas._libs.missing", "NAType"),
    ("boolean", "builtins", "bool"),
    ("boolean", "numpy", "bool_"),
    ("number", "builtins", "int"),
    ("number", "builtins", "float"),
    ("number", "builtins", "complex"),
    ("number", "decimal", "Decimal"),
    ("number", "fractions", "Fraction"),
    ("number", "numpy", "number"),
    ("text", "builtins", "str"),
    ("date", "datetime", "date"),
    ("date", "numpy", "datetime64"),
    ("date", "pandas", "Period"),
    ("table", "pandas", "DataFrame"),
    ("series", "pandas", "Series"),
    ("series", "pandas", "Index"),
    ("array", "numpy", "ndarray"),
    ("list", "builtins", "list"),
    ("list", "builtins", "tuple"),
    ("list", "builtins", "set"),
    ("list", "builtins", "frozenset"),
    ("list", "builtins", "range"),
    ("record", "collections.abc", "Mapping"),
    ("figure", "nb_orchestra.values.chart", "Chart"),
    ("figure", "matplotlib.figure", "FigureBase"),
    ("path", "pathlib", "PurePath"),
)


def loaded(module: str, name: str) -> Any:
    """The class, or None where its module is not loaded (then no value can be of it)."""
    if (module, name) == ("builtins", "NoneType"):
        return type(None)
    return getattr(sys.modules.get(module), name, None)


def kind_of(value: Any) -> str:
    """table, series, array, number, boolean, text, date, list, record, figure, path, nothing or other."""
    given: Any = type(value)  # not isinstance: that would ask the value's own __class__
    return _kind_of_type(given)


@functools.lru_cache(1024)
def _kind_of_type(given: type) -> str:
    """Remembered, since this is asked for every cell of nested values: a type is never there before the modules of its bases."""
    for kind, module, name in TYPES:
        known = loaded(module, name)
        if isinstance(known, type) and issubclass(given, known):
            return kind
    return "other"

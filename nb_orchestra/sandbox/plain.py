"""Values as JSON data and back: null, booleans, numbers, text and lists as they are, all else as `{tag: content}`.

Exact types only: a subclass of list, dict or str comes back as the plain type, so nothing that carries behaviour passes. Tables, arrays and
figures are not for JSON: an `Outside` says where they go. Reading trusts nothing: whatever is odd raises ValueError.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import math
import pathlib
import re
import uuid
import zoneinfo
from collections.abc import Callable, Mapping, Set, ValuesView
from typing import Any, Protocol

_ZONE = re.compile(r"(?!dateutil|tzlocal)[A-Za-z][A-Za-z0-9_+\-/:]{0,63}")  # pandas would open a file for "dateutil/…"
MOST_HEX = 3_500
_NUMBER = 1 << 63


class Outside(Protocol):
    """Keeps what JSON cannot hold: `leave` gives JSON data that stand for it, or None where it does not know the type; `take` is the way back."""

    def leave(self, value: Any) -> Any: ...
    def take(self, tag: str, content: Any) -> Any: ...


def to_plain(value: Any, outside: Outside) -> Any:
    """JSON data for a value. TypeError for a type that cannot travel, RecursionError for a value that holds itself."""
    kind = type(value)
    if value is None or kind is bool or (kind is int and -_NUMBER <= value < _NUMBER) or (kind is float and math.isfinite(value)):
        return value
    if kind is str:
        return value
    left = outside.leave(value)
    if left is not None:
        return left
    if kind is list:
        return [to_plain(item, outside) for item in value]
    for types, encode in _ENCODERS:
        if isinstance(value, types):
            return encode(value, lambda item: to_plain(item, outside))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {"dict": [[field.name, to_plain(getattr(value, field.name), outside)] for field in dataclasses.fields(value)]}
    raise TypeError(f"a {kind.__module__}.{kind.__qualname__} cannot leave the sandbox".replace("builtins.", "").replace("__main__.", ""))


def from_plain(data: Any, outside: Outside) -> Any:
    """The value of such JSON data. ValueError where it is not of this form."""
    if type(data) is list:
        return [from_plain(item, outside) for item in data]
    if type(data) is str:
        return clean(data)
    if type(data) is not dict:
        return data
    if len(data) != 1:
        raise ValueError("a tagged value has exactly one tag")
    ((tag, content),) = data.items()
    decode = _DECODERS.get(tag)
    return decode(content, lambda item: from_plain(item, outside)) if decode else outside.take(tag, content)


def clean(text: str) -> str:
    """Lone surrogates break UTF-8, SQLite and the Jupyter wire: they become U+FFFD."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


Walk = Callable[[Any], Any]


def _number(value: Any, walk: Walk) -> Any:
    whole = int(value)
    return whole if -_NUMBER <= whole < _NUMBER else {"int": hex(whole)}


def _float(value: Any, walk: Walk) -> Any:
    return float(value) if math.isfinite(value) else {"float": str(float(value))}


def _moment(value: dt.datetime, walk: Walk) -> Any:
    zone = getattr(value.tzinfo, "key", None)
    return {"datetime": [value.replace(tzinfo=None, fold=value.fold).isoformat(), zone]} if zone else {"datetime": [value.isoformat(), None]}


_Encode = Callable[[Any, Walk], Any]
_ENCODERS: tuple[tuple[Any, _Encode], ...] = (  # subclasses before what they are subclasses of
    (enum.Enum, lambda v, walk: walk(v.value)),
    (int, _number),
    (float, _float),
    (str, lambda v, walk: str.__str__(v)),
    (list | range | ValuesView, lambda v, walk: [walk(item) for item in v]),
    (Mapping, lambda v, walk: {"dict": [[walk(key), walk(item)] for key, item in v.items()]}),
    (tuple, lambda v, walk: {"tuple": [walk(item) for item in v]}),
    (frozenset, lambda v, walk: {"frozenset": [walk(item) for item in v]}),
    (Set, lambda v, walk: {"set": [walk(item) for item in v]}),
    (bytes | bytearray | memoryview, lambda v, walk: {"bytes": base64.b64encode(bytes(v)).decode()}),
    (complex, lambda v, walk: {"complex": [str(v.real), str(v.imag)]}),
    (dt.datetime, _moment),
    (dt.date, lambda v, walk: {"date": v.isoformat()}),
    (dt.time, lambda v, walk: {"time": v.isoformat()}),
    (dt.timedelta, lambda v, walk: {"timedelta": [v.days, v.seconds, v.microseconds]}),
    (decimal.Decimal, lambda v, walk: {"decimal": str(v)}),
    (fractions.Fraction, lambda v, walk: {"fraction": [walk(v.numerator), walk(v.denominator)]}),
    (uuid.UUID | pathlib.PurePath, lambda v, walk: str(v)),
)


def _read_moment(content: Any, walk: Walk) -> dt.datetime:
    text, zone = content
    moment = dt.datetime.fromisoformat(text)
    return moment.replace(tzinfo=zoneinfo.ZoneInfo(zone_name(zone))) if zone else moment


def zone_name(name: Any) -> str:
    """A time zone's name that may be looked up. ValueError for one that could be a path."""
    if not isinstance(name, str) or not _ZONE.fullmatch(name) or ".." in name:
        raise ValueError("not the name of a time zone")
    return name


def _pairs(content: Any, walk: Walk) -> dict[Any, Any]:
    return {walk(key): walk(item) for key, item in content}


def _read_integer(content: Any, walk: Walk) -> int:
    """As long as Python itself reads and writes one; a longer one would break whoever shows it."""
    if len(content) > MOST_HEX:
        raise ValueError("a number of thousands of digits: give a float, or a text")
    return int(content, 16)


_DECODERS: dict[str, _Encode] = {
    "int": _read_integer,
    "float": lambda c, walk: {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[c],
    "dict": _pairs,
    "tuple": lambda c, walk: tuple(map(walk, c)),
    "set": lambda c, walk: set(map(walk, c)),
    "frozenset": lambda c, walk: frozenset(map(walk, c)),
    "bytes": lambda c, walk: base64.b64decode(c, validate=True),
    "complex": lambda c, walk: complex(float(c[0]), float(c[1])),
    "datetime": _read_moment,
    "date": lambda c, walk: dt.date.fromisoformat(c),
    "time": lambda c, walk: dt.time.fromisoformat(c),
    "timedelta": lambda c, walk: dt.timedelta(*map(int, c)),
    "decimal": lambda c, walk: decimal.Decimal(c),
    "fraction": lambda c, walk: fractions.Fraction(walk(c[0]), walk(c[1])),
}

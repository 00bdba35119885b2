"""The tree of a kept value: what JSON says exactly stands as it is, everything else is ["tag", …] with one writer and one reader."""

from __future__ import annotations

import base64
import datetime
import decimal
import fractions
import math
import struct
import uuid
import zoneinfo
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from nb_orchestra.values.content import content
from nb_orchestra.values.types import loaded

Blocks = list[Any]
LONGEST_INT = 1 << 53
LONG = 32


class OwnBlocks(list[Any]):
    """Blocks that this process wrote a moment ago: nobody else can have put anything into them."""


class UnpackableError(ValueError):
    """No row of the table below writes this type."""


def pack(value: Any, blocks: Blocks) -> Any:
    """JSON data for a value; large parts are appended to `blocks` and named by their number."""
    writer = _WRITERS.get(type(value))
    if writer is None:
        writer = _foreign(value)
    return writer(value, blocks)


def unpack(tree: Any, blocks: Blocks) -> Any:
    """The value for JSON data. ValueError for an unknown tag."""
    if not isinstance(tree, list):
        if isinstance(tree, dict):
            raise ValueError("a bare object is no value")
        return tree
    tag, *rest = tree
    reader = _READERS.get(tag)
    if reader is None:
        from nb_orchestra.values import encoding_tables

        reader = encoding_tables.READERS[tag]
    return reader(rest, blocks)


def add_block(data: Any, blocks: Blocks) -> int:
    blocks.append(data)
    return len(blocks) - 1


def block(number: Any, blocks: Blocks) -> Any:
    if type(number) is not int or not 0 <= number < len(blocks):
        raise ValueError("no such block")
    return blocks[number]


def _foreign(value: Any) -> Callable[[Any, Blocks], Any]:
    from nb_orchestra.values import encoding_tables

    for module, name, writer in encoding_tables.WRITERS:
        known = loaded(module, name)
        if isinstance(known, type) and isinstance(value, known):
            return writer
    raise UnpackableError(type(value).__qualname__)


def _write_text(value: str, _: Blocks) -> Any:
    """Surrogates would be joined to one character by JSON's reader, so such texts travel as bytes."""
    if value.isascii():
        return value
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return ["text", base64.b64encode(value.encode("utf-8", "surrogatepass")).decode("ascii")]
    return value


def _write_int(value: int, _: Blocks) -> Any:
    return value if -LONGEST_INT < value < LONGEST_INT else ["int", f"{value:x}"]


def _write_float(value: float, _: Blocks) -> Any:
    return value if math.isfinite(value) else ["float", str(value)]


def _write_many(tag: str) -> Callable[[Any, Blocks], Any]:
    return lambda value, blocks: [tag, [pack(item, blocks) for item in value]]


def _write_list(value: list[Any], blocks: Blocks) -> Any:
    """A long list of floats as memory: as text it would cost a hundred times as much to read."""
    if len(value) < LONG or set(map(type, value)) != {float}:
        return ["list", [pack(item, blocks) for item in value]]
    return ["floats", add_block(struct.pack(f"<{len(value)}d", *value), blocks)]


def _read_floats(rest: list[Any], blocks: Blocks) -> list[float]:
    memory = block(rest[0], blocks)
    return list(struct.unpack(f"<{len(memory) // 8}d", memory))


def _write_set(tag: str) -> Callable[[Any, Blocks], Any]:
    """In a fixed order, so that equal sets are equal bytes."""
    return lambda value, blocks: [tag, [pack(item, blocks) for item in sorted(value, key=_order)]]


def _order(value: Any) -> str:
    return content(value) or ""


def _write_dict(value: Mapping[Any, Any], blocks: Blocks) -> Any:
    pairs = []
    for key, item in value.items():  # mostly ASCII texts, for which no writer is looked up
        name = key if type(key) is str and key.isascii() else pack(key, blocks)
        pairs.append([name, item if type(item) is str and item.isascii() else pack(item, blocks)])
    return ["dict", pairs]


def write_zone(zone: datetime.tzinfo | None) -> Any:
    if zone is None:
        return None
    if isinstance(zone, zoneinfo.ZoneInfo) and zone.key:
        return zone.key
    if type(zone) is datetime.timezone:
        return [zone.utcoffset(None).total_seconds(), zone.tzname(None)]
    name = getattr(zone, "zone", None)
    if type(zone).__module__.partition(".")[0] == "pytz" and isinstance(name, str):
        return ["pytz", name]
    raise UnpackableError(f"time zone {zone}")


def read_zone(data: Any) -> datetime.tzinfo | None:
    if data is None:
        return None
    if isinstance(data, str):
        return zoneinfo.ZoneInfo(data)  # refuses paths that leave its own folder
    seconds, name = data
    if seconds == "pytz":
        return _pytz(name)
    plain = datetime.timezone(datetime.timedelta(seconds=seconds))
    if plain.tzname(None) == name:
        return datetime.UTC if not seconds else plain
    return datetime.timezone(datetime.timedelta(seconds=seconds), str(name))


def _pytz(name: Any) -> datetime.tzinfo:
    """pandas 2 makes such zones; a reader without pytz has a miss."""
    import importlib

    zone: datetime.tzinfo = importlib.import_module("pytz").timezone(str(name))
    return zone


def _write_datetime(value: datetime.datetime, _: Blocks) -> Any:
    return ["datetime", value.replace(tzinfo=None, fold=0).isoformat(), value.fold, write_zone(value.tzinfo)]


def _read_datetime(rest: list[Any], _: Blocks) -> Any:
    text, fold, zone = rest
    return datetime.datetime.fromisoformat(text).replace(tzinfo=read_zone(zone), fold=fold)


def _write_time(value: datetime.time, _: Blocks) -> Any:
    return ["time", value.replace(tzinfo=None, fold=0).isoformat(), value.fold, write_zone(value.tzinfo)]


def _read_time(rest: list[Any], _: Blocks) -> Any:
    text, fold, zone = rest
    return datetime.time.fromisoformat(text).replace(tzinfo=read_zone(zone), fold=fold)


def _read_float(rest: list[Any], _: Blocks) -> float:
    if rest[0] not in ("nan", "inf", "-inf"):
        raise ValueError("not a float")
    return float(rest[0])


def _items(rest: list[Any], blocks: Blocks) -> list[Any]:
    return [unpack(item, blocks) for item in rest[0]]


_WRITERS: dict[type, Callable[[Any, Blocks], Any]] = {
    type(None): lambda value, _: value,
    bool: lambda value, _: value,
    int: _write_int,
    float: _write_float,
    complex: lambda value, blocks: ["complex", pack(value.real, blocks), pack(value.imag, blocks)],
    str: _write_text,
    bytes: lambda value, blocks: ["bytes", add_block(value, blocks)],
    bytearray: lambda value, blocks: ["bytearray", add_block(bytes(value), blocks)],
    list: _write_list,
    tuple: _write_many("tuple"),
    set: _write_set("set"),
    frozenset: _write_set("frozenset"),
    dict: _write_dict,
    MappingProxyType: _write_dict,
    range: lambda value, _: ["range", value.start, value.stop, value.step],
    datetime.date: lambda value, _: ["date", value.isoformat()],
    datetime.datetime: _write_datetime,
    datetime.time: _write_time,
    datetime.timedelta: lambda value, _: ["timedelta", value.days, value.seconds, value.microseconds],
    decimal.Decimal: lambda value, _: ["decimal", str(value)],
    fractions.Fraction: lambda value, _: ["fraction", f"{value.numerator:x}", f"{value.denominator:x}"],
    uuid.UUID: lambda value, _: ["uuid", value.hex],
}

_READERS: dict[str, Callable[[list[Any], Blocks], Any]] = {
    "text": lambda rest, _: base64.b64decode(rest[0], validate=True).decode("utf-8", "surrogatepass"),
    "int": lambda rest, _: int(rest[0], 16),
    "float": _read_float,
    "complex": lambda rest, blocks: complex(unpack(rest[0], blocks), unpack(rest[1], blocks)),
    "bytes": lambda rest, blocks: bytes(block(rest[0], blocks)),
    "bytearray": lambda rest, blocks: bytearray(block(rest[0], blocks)),
    "list": _items,
    "floats": _read_floats,
    "tuple": lambda rest, blocks: tuple(_items(rest, blocks)),
    "set": lambda rest, blocks: set(_items(rest, blocks)),
    "frozenset": lambda rest, blocks: frozenset(_items(rest, blocks)),
    "dict": lambda rest, blocks: {unpack(key, blocks): unpack(item, blocks) for key, item in rest[0]},
    "range": lambda rest, _: range(*rest),
    "date": lambda rest, _: datetime.date.fromisoformat(rest[0]),
    "datetime": _read_datetime,
    "time": _read_time,
    "timedelta": lambda rest, _: datetime.timedelta(*rest),
    "decimal": lambda rest, _: decimal.Decimal(rest[0]),
    "fraction": lambda rest, _: fractions.Fraction(int(rest[0], 16), int(rest[1], 16)),
    "uuid": lambda rest, _: uuid.UUID(hex=rest[0]),
}

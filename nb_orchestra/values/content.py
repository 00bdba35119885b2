"""The content of a value, as a short digest: equal values give equal digests, in any process, on any machine.

A type-tagged recursion feeds xxh3_128: 1, 1.0, True and "1" differ, order counts everywhere but in sets. What cannot be
named for certain (an object whose class we do not know, a subclass that may carry more) gives None, never a guess: the
step then runs uncached and says so. xxh3 is fast, not secret-keeping: it tells values apart, it proves nothing to an enemy.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import fractions
import functools
import pathlib
import struct
import uuid
from collections.abc import Callable, Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import xxhash

from nb_orchestra.values.content_lists import of_one_type
from nb_orchestra.values.types import kind_of, loaded

FORMAT = b"nb_orchestra content 1"
"""Part of every digest; a change of any rule below changes it, so that old digests never match by accident."""

LONG = 32
Put = Callable[[Any], object]


class UnnameableError(Exception):
    """A part of the value has no certain content."""


def content(value: Any, columns: Sequence[Hashable] | None = None) -> str | None:
    """Hex digest by content; `columns`: of a table, only these (equals `content(value[columns])`). None: cannot be named."""
    if type(value) is str:  # most of what is named, and mostly the same few words
        return _of_words(value) if len(value) < 200 else _of_text(value)
    digest = xxhash.xxh3_128(FORMAT)
    try:
        if columns is not None and kind_of(value) == "table":
            from nb_orchestra.values.content_tables import feed_table

            feed_table(value, digest.update, columns)
        else:
            feed(value, digest.update)
    except Exception:  # a stranger's object may raise anything when looked at; every such value is simply without a name
        return None
    return digest.hexdigest()


def _of_text(value: str) -> str:
    """The same bytes as by `feed`, in one go."""
    data = value.encode("utf-8", "surrogatepass")
    return xxhash.xxh3_128_hexdigest(_TEXT + len(data).to_bytes(8, "little") + data)


_of_words = functools.lru_cache(4096)(_of_text)


def column_contents(frame: Any) -> dict[Hashable, str | None]:
    """Digest of each column's values and type (not of its name, not of the index). Columns of one name share a digest of all."""
    from nb_orchestra.values.content_tables import feed_column

    digests: dict[Hashable, Any] = {}
    for position, label in enumerate(frame.columns):
        digest = digests.setdefault(label, xxhash.xxh3_128(FORMAT))
        try:
            if digest is not None:
                feed_column(frame, position, digest.update)
        except Exception:  # as in `content`
            digests[label] = None
    return {label: digest and digest.hexdigest() for label, digest in digests.items()}


def feed(value: Any, put: Put) -> None:
    """Adds one value to a digest. Every value begins with a tag and its length, so that no two sequences run together."""
    known = _FEEDS.get(type(value))
    if known is None:
        known = _foreign(value)
    known(value, put)


def tagged(put: Put, tag: str, data: bytes = b"") -> None:
    put(_head(tag) + len(data).to_bytes(8, "little"))
    put(data)


@functools.lru_cache(512)
def _head(tag: str) -> bytes:
    return bytes([len(tag)]) + tag.encode()


def _foreign(value: Any) -> Callable[[Any, Put], None]:
    """The feed for a type that is not Python's own: looked up in what is loaded."""
    for module, name, where in _FOREIGN:
        known = loaded(module, name)
        if isinstance(known, type) and isinstance(value, known):
            from nb_orchestra.values import content_tables

            found: Callable[[Any, Put], None] = getattr(content_tables, where)
            return found
    if isinstance(value, pathlib.PurePath):
        return _feed_path
    if type(value).__module__.startswith("nb_orchestra."):
        return _feed_ours
    raise UnnameableError(type(value).__qualname__)


_FOREIGN = (
    ("numpy", "generic", "feed_numpy_scalar"),
    ("numpy", "ndarray", "feed_array"),
    ("pandas", "DataFrame", "feed_table"),
    ("pandas", "Series", "feed_series"),
    ("pandas", "Index", "feed_index"),
    ("pandas._libs.tslibs.nattype", "NaTType", "feed_missing"),
    ("pandas._libs.missing", "NAType", "feed_missing"),
    ("pandas", "Timestamp", "feed_timestamp"),
    ("pandas", "Timedelta", "feed_timedelta"),
    ("pandas", "Period", "feed_period"),
    ("pandas", "Interval", "feed_interval"),
)


def _feed_float(value: float, put: Put) -> None:
    tagged(put, "float", b"nan" if value != value else struct.pack("<d", value))


def _feed_complex(value: complex, put: Put) -> None:
    tagged(put, "complex")
    _feed_float(value.real, put)
    _feed_float(value.imag, put)


def _feed_text(value: str, put: Put) -> None:
    tagged(put, "text", value.encode("utf-8", "surrogatepass"))


def _feed_sequence(value: Sequence[Any], put: Put) -> None:
    name = type(value).__name__
    alike = of_one_type(value) if len(value) >= LONG else None
    if alike is not None:
        tagged(put, f"{name} of {alike[0]}", alike[1])
        return
    tagged(put, name, struct.pack("<Q", len(value)))
    for item in value:
        feed(item, put)


def _feed_set(value: frozenset[Any] | set[Any], put: Put) -> None:
    digests = []
    for item in value:
        digest = xxhash.xxh3_128()
        feed(item, digest.update)
        digests.append(digest.digest())
    tagged(put, type(value).__name__, b"".join(sorted(digests)))


def _feed_mapping(value: Mapping[Any, Any], put: Put) -> None:
    tagged(put, "dict", struct.pack("<Q", len(value)))
    for key, item in value.items():
        feed(key, put)
        feed(item, put)


def _feed_range(value: range, put: Put) -> None:
    tagged(put, "range", repr(value).encode())


def _feed_datetime(value: datetime.datetime, put: Put) -> None:
    tagged(put, "datetime", f"{value.replace(tzinfo=None).isoformat()} {value.fold}".encode())
    tagged(put, "zone", f"{zone_name(value.tzinfo)} {value.utcoffset()}".encode())  # a zone of pytz has one name and many offsets


def _feed_time(value: datetime.time, put: Put) -> None:
    tagged(put, "time", f"{value.replace(tzinfo=None).isoformat()} {value.fold}".encode())
    tagged(put, "zone", zone_name(value.tzinfo).encode())


def _feed_timedelta(value: datetime.timedelta, put: Put) -> None:
    tagged(put, "timedelta", f"{value.days} {value.seconds} {value.microseconds}".encode())


def zone_name(zone: datetime.tzinfo | None) -> str:
    """A name that says all about a time zone; UnnameableError for a zone with rules of its own."""
    if zone is None:
        return ""
    if isinstance(zone, datetime.timezone):
        return f"UTC{zone.utcoffset(None).total_seconds():+}{zone.tzname(None)}"
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if type(zone).__module__.partition(".")[0] in ("zoneinfo", "pytz") and isinstance(name, str):
        return name
    raise UnnameableError(f"time zone {zone}")


def _feed_path(value: pathlib.PurePath, put: Put) -> None:
    """By the file's name and bytes; the folder does not count."""
    digest = xxhash.xxh3_128()
    with pathlib.Path(value).open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    tagged(put, "path", value.name.encode("utf-8", "surrogatepass"))
    put(digest.digest())


def _feed_ours(value: Any, put: Put) -> None:
    """Our own frozen values, field by field. A class of the person's may change its meaning under the same name; ours has a version."""
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        from nb_orchestra.values.markdown import Markdown

        if type(value) is not Markdown:
            raise UnnameableError(type(value).__qualname__)
        tagged(put, "markdown", str(value).encode("utf-8", "surrogatepass"))
        return _feed_mapping(value.charts, put)
    fields = dataclasses.fields(value)
    tagged(put, type(value).__qualname__, struct.pack("<Q", len(fields)))
    for field in fields:
        _feed_text(field.name, put)
        feed(getattr(value, field.name), put)
    return None


_TEXT = FORMAT + _head("text")
_FEEDS: dict[type, Callable[[Any, Put], None]] = {
    type(None): lambda _, put: tagged(put, "none"),
    bool: lambda value, put: tagged(put, "bool", b"1" if value else b"0"),
    int: lambda value, put: tagged(put, "int", value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)),
    float: _feed_float,
    complex: _feed_complex,
    str: _feed_text,
    bytes: lambda value, put: tagged(put, "bytes", value),
    bytearray: lambda value, put: tagged(put, "bytearray", bytes(value)),
    list: _feed_sequence,
    tuple: _feed_sequence,
    set: _feed_set,
    frozenset: _feed_set,
    dict: _feed_mapping,
    MappingProxyType: _feed_mapping,
    range: _feed_range,
    datetime.date: lambda value, put: tagged(put, "date", value.isoformat().encode()),
    datetime.datetime: _feed_datetime,
    datetime.time: _feed_time,
    datetime.timedelta: _feed_timedelta,
    decimal.Decimal: lambda value, put: tagged(put, "decimal", repr(value.as_tuple()).encode()),
    fractions.Fraction: lambda value, put: tagged(put, "fraction", f"{value.numerator:x}/{value.denominator:x}".encode()),
    uuid.UUID: lambda value, put: tagged(put, "uuid", value.bytes),
}

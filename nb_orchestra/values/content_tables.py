"""The content of tables, series and arrays: the bytes of contiguous, offset-free columns, with type, labels and index.

Never a pickle: pickles of equal copies differ. What lies under a missing value is set to zero first, a NaN to one bit
pattern, so that only what a person can see counts. pandas and pyarrow are loaded here only where a value already is theirs.
"""

from __future__ import annotations

import struct
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from nb_orchestra.values.content import Put, UnnameableError, feed, tagged, zone_name

_PLAIN_KINDS = "biufcmMSU"
_INDEXES = ("Index", "RangeIndex", "MultiIndex", "DatetimeIndex", "TimedeltaIndex", "PeriodIndex", "CategoricalIndex", "IntervalIndex")


def feed_table(frame: Any, put: Put, columns: Sequence[Hashable] | None = None) -> None:
    """Labels, index, then each column; `attrs` and flags do not count. A subclass may carry more than we see: refused."""
    import pandas as pd

    if type(frame) is not pd.DataFrame:
        raise UnnameableError(type(frame).__qualname__)
    positions = list(range(frame.shape[1])) if columns is None else _positions(frame, columns)
    tagged(put, "table", struct.pack("<QQ", len(frame), len(positions)))
    feed_index(frame.columns if columns is None else frame.columns.take(positions), put)
    feed_index(frame.index, put)
    for position in positions:
        feed_column(frame, position, put)


def _positions(frame: Any, columns: Sequence[Hashable]) -> list[int]:
    """Where the columns stand, as `frame[columns]` would take them: in the given order, all of one name together."""
    where: dict[Hashable, list[int]] = {}
    for position, label in enumerate(frame.columns):
        where.setdefault(label, []).append(position)
    return [position for label in columns for position in where[label]]


def feed_column(frame: Any, position: int, put: Put) -> None:
    _feed_values(frame.iloc[:, position].array, put)


def feed_series(series: Any, put: Put) -> None:
    import pandas as pd

    if type(series) is not pd.Series:
        raise UnnameableError(type(series).__qualname__)
    tagged(put, "series", struct.pack("<Q", len(series)))
    feed(series.name, put)
    feed_index(series.index, put)
    _feed_values(series.array, put)


def feed_index(index: Any, put: Put) -> None:
    """An index by its labels, as a person sees them: levels of a MultiIndex that no row uses do not count."""
    name = type(index).__name__
    if name not in _INDEXES:
        raise UnnameableError(name)
    tagged(put, name, struct.pack("<Q", len(index)))
    feed(tuple(index.names), put)
    if name == "RangeIndex":
        return feed((index.start, index.stop, index.step), put)
    if name == "MultiIndex":
        for level in range(index.nlevels):
            _feed_values(index.get_level_values(level).array, put)
        return None
    feed(getattr(index, "freqstr", None), put)
    return _feed_values(index.array, put)


def _feed_values(array: Any, put: Put) -> None:
    """A column's type and values. The table of types is `_BY_DTYPE`; what has no row goes through Arrow, or one by one."""
    dtype = array.dtype
    tagged(put, "column", str(dtype).encode())
    found = _BY_DTYPE.get(type(dtype).__name__)
    if found is not None:
        found(array, put)
    elif getattr(dtype, "kind", "") in _PLAIN_KINDS and type(array).__name__ in ("NumpyExtensionArray", "DatetimeArray", "TimedeltaArray"):
        feed_plain(array.to_numpy(), put)
    elif type(array).__name__ == "NumpyExtensionArray":
        feed_objects(array.to_numpy(), put)
    elif type(array).__module__.startswith("pandas.") and hasattr(array, "__arrow_array__"):
        from nb_orchestra.values.content_arrow import feed_arrow

        feed_arrow(array.__arrow_array__(), put)
    else:
        feed_items(list(array), put)


def _feed_categories(array: Any, put: Put) -> None:
    tagged(put, "levels", b"ordered" if array.ordered else b"")
    feed_index(array.categories, put)
    feed_plain(array.codes, put)


def _feed_zoned(array: Any, put: Put) -> None:
    tagged(put, "zone", zone_name(array.dtype.tz).encode())
    feed_plain(array.asi8, put)


def _feed_periods(array: Any, put: Put) -> None:
    feed_plain(array.asi8, put)


def _feed_intervals(array: Any, put: Put) -> None:
    feed_index(array.left, put)
    feed_index(array.right, put)


def _feed_strings(array: Any, put: Put) -> None:
    import pyarrow as pa

    from nb_orchestra.values.content_arrow import feed_arrow

    tagged(put, "missing", repr(array.dtype.na_value).encode())
    feed_arrow(pa.array(array, type=pa.large_string()), put)


_BY_DTYPE = {
    "CategoricalDtype": _feed_categories,
    "DatetimeTZDtype": _feed_zoned,
    "PeriodDtype": _feed_periods,
    "IntervalDtype": _feed_intervals,
    "StringDtype": _feed_strings,
}


def feed_array(array: Any, put: Put) -> None:
    """A numpy array: type, shape, values in row order, however it lies in memory."""
    import numpy as np

    if type(array) not in (np.ndarray, np.memmap):
        raise UnnameableError(type(array).__qualname__)
    tagged(put, "array", f"{array.dtype.str} {array.shape}".encode())
    if array.dtype.kind == "O":
        feed_objects(array.reshape(-1), put)
    else:
        feed_plain(array, put)


def feed_plain(array: Any, put: Put) -> None:
    """The memory of an array of plain numbers, dates or fixed text. Refused: records and long doubles, whose padding is noise."""
    import numpy as np

    if array.dtype.kind not in _PLAIN_KINDS or array.dtype.char in "gG":
        raise UnnameableError(f"array of {array.dtype}")
    flat = np.ascontiguousarray(array).reshape(-1)
    tagged(put, "plain", flat.dtype.str.encode())  # with the byte order, which a column's type does not tell
    if flat.dtype.kind == "c":
        flat = flat.view(flat.real.dtype)
    if flat.dtype.kind == "f":
        flat = _one_nan(flat)
    put(flat.view(np.uint8) if flat.dtype.itemsize else b"")


def _one_nan(flat: Any) -> Any:
    """The floats with every NaN of one bit pattern; themselves where they are so already, as they mostly are."""
    import numpy as np

    gaps = np.isnan(flat)
    if not gaps.any():
        return flat
    bits, usual = flat.view(f"{flat.dtype.byteorder}u{flat.dtype.itemsize}"), np.array([np.nan], flat.dtype)
    odd = gaps & (bits != usual.view(bits.dtype))
    return np.where(odd, usual, flat) if odd.any() else flat


def feed_objects(items: Any, put: Put) -> None:
    """Python objects: texts (with one kind of gap) at Arrow's speed, anything else one by one and exactly."""
    values = items.tolist()
    gap = text_gap(values)
    if gap is None:
        return feed_items(values, put)
    import pyarrow as pa

    from nb_orchestra.values.content_arrow import feed_arrow

    try:
        texts = pa.array(items, type=pa.large_string(), from_pandas=True)
    except (UnicodeEncodeError, pa.ArrowException):  # lone surrogates
        return feed_items(values, put)
    tagged(put, "texts", gap)
    return feed_arrow(texts, put)


def text_gap(values: list[Any]) -> bytes | None:
    """What stands for a gap in a list of texts; None where it is more than texts and one kind of gap."""
    kinds = set(map(type, values))
    if kinds <= {str, type(None)}:
        return b"none"
    if kinds <= {str, float} and all(value != value for value in values if type(value) is float):
        return b"nan"
    return None


def feed_items(values: Iterable[Any], put: Put) -> None:
    values = list(values)
    tagged(put, "items", struct.pack("<Q", len(values)))
    for value in values:
        feed(value, put)


def feed_numpy_scalar(value: Any, put: Put) -> None:
    import numpy as np

    tagged(put, "scalar", np.asarray(value).dtype.str.encode())
    feed_plain(np.asarray(value), put)


def feed_missing(value: Any, put: Put) -> None:
    tagged(put, type(value).__name__)


def feed_timestamp(value: Any, put: Put) -> None:
    tagged(put, "timestamp", f"{value._value} {value.unit}".encode())
    tagged(put, "zone", zone_name(value.tzinfo).encode())


def feed_timedelta(value: Any, put: Put) -> None:
    tagged(put, "pandas timedelta", f"{value._value} {value.unit}".encode())


def feed_period(value: Any, put: Put) -> None:
    tagged(put, "period", f"{value.ordinal} {value.freqstr}".encode())


def feed_interval(value: Any, put: Put) -> None:
    tagged(put, "interval", value.closed.encode())
    feed(value.left, put)
    feed(value.right, put)

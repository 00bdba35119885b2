"""The content of Arrow columns: their buffers, cut to the rows that are really there.

A slice shares its parent's buffers, a table is cut into chunks at will, and what lies under a null is anything: all
three are taken out here, so that equal columns are equal bytes.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pyarrow as pa

from nb_orchestra.values.content import Put, feed, tagged

_TEXTS = (pa.types.is_string, pa.types.is_large_string)
_BYTES = (pa.types.is_binary, pa.types.is_large_binary)


def feed_arrow(column: Any, put: Put) -> None:
    """One Arrow array or chunked array: its length, which rows are null, and its values."""
    if any(test(column.type) for test in _TEXTS):
        column = column.cast(pa.large_string())  # 64-bit offsets first: chunks of small strings may not fit into one
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    tagged(put, "arrow", str(array.type).encode())
    put(struct.pack("<QQ", len(array), array.null_count))
    if array.null_count:
        put(np.packbits(_valid(array)))
    _feed_valid(array, put)


def _valid(array: Any) -> Any:
    return array.is_valid().to_numpy(zero_copy_only=False)


def _feed_valid(array: Any, put: Put) -> None:
    kind = array.type
    if pa.types.is_large_string(kind) or any(test(kind) for test in _BYTES):
        _feed_texts(array.cast(pa.large_binary()), put)
    elif pa.types.is_boolean(kind):
        _feed_fixed(array.cast(pa.uint8()), put)
    elif pa.types.is_primitive(kind) or pa.types.is_decimal(kind):
        _feed_fixed(array, put)
    else:
        for item in array.to_pylist():
            feed(item, put)


def _feed_fixed(array: Any, put: Put) -> None:
    if not len(array):
        return
    width = array.type.bit_width // 8
    rows = np.frombuffer(array.buffers()[1], np.uint8)[array.offset * width : (array.offset + len(array)) * width]
    if array.null_count:
        rows = np.where(_valid(array)[:, None], rows.reshape(len(array), width), np.uint8(0))
    put(np.ascontiguousarray(rows))


def _feed_texts(array: Any, put: Put) -> None:
    if array.null_count:
        array = array.fill_null(b"")
    if not len(array):
        return
    _, where, data = array.buffers()
    ends = np.frombuffer(where, np.int64)[array.offset : array.offset + len(array) + 1]
    put(np.diff(ends))
    if data is not None:
        put(np.frombuffer(data, np.uint8)[ends[0] : ends[-1]])

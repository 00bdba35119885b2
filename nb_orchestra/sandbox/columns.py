"""One file of Arrow columns, one after another, each a stream of its own: `ColumnWriter` makes it, `read_columns` reads it.

The reader may face a file that hostile code wrote. It takes only plain column types and only what is stored byte for byte: a compressed, run-length
encoded or dictionary column of a few bytes could swell to any size, an extension type could run code.
Numbers come back as views into the file's own memory, so that a table of a million rows is in memory once, and can be written to.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa

_DTYPE = re.compile(r"[biufc]\d{1,2}|[mM]8\[(?:s|ms|us|ns|[DhmMWY])\]")
_MOST_COLUMNS = 50_000
MOST_ROWS = 1 << 28
"""A range is three numbers however long it is, and so is an array of no columns; whoever shows or keeps it may write it out."""
MOST_OBJECTS = 20_000_000
"""Python's objects take 50 bytes and more each, where a file may tell one with every few bytes."""
_BITS = {"b": lambda a: a.view(np.uint8), "m": lambda a: a.view(np.int64), "M": lambda a: a.view(np.int64), "c": lambda a: a.view(f"f{a.itemsize // 2}")}
"""How numpy's kinds are laid down as plain numbers."""


class ColumnWriter:
    """Writes columns to an open file; one column is in memory a second time at most, not the whole table."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._count = 0

    def add(self, column: Any) -> int:
        """Writes an Arrow array (of any chunks) and gives its number."""
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if isinstance(column, pa.ChunkedArray):  # combine_chunks gives chunks again for no chunks at all
            column = pa.array([], column.type)
        batch = pa.record_batch([column], names=["0"])
        with pa.ipc.new_stream(self._file, batch.schema) as stream:
            stream.write_batch(batch)
        self._count += 1
        return self._count - 1

    def add_numbers(self, values: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Writes a numpy array of any shape and fixed-size type, NaN and NaT as they are; gives what `numbers` needs to read it."""
        if values.dtype.kind not in "biufcmM" or values.dtype.itemsize > 16 or str(values.dtype) in ("float128", "complex256"):
            raise TypeError(f"an array of type {values.dtype} cannot travel")
        flat = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("=")).reshape(-1)
        bits = _BITS[flat.dtype.kind](flat) if flat.dtype.kind in _BITS else flat
        return {"n": self.add(pa.array(bits, from_pandas=False)), "dtype": flat.dtype.str[1:], "shape": list(values.shape)}


class Columns:
    """Columns that were read, and the memory that they live in."""

    def __init__(self, memory: np.ndarray[Any, Any], most_objects: float) -> None:
        self._memory, self._objects = memory, most_objects
        self._arrays = dict(enumerate(read_columns(memory)))

    def __getitem__(self, number: Any) -> Any:
        """A column, once: what names a column a thousand times would make a thousand tables of it."""
        if type(number) is not int or number not in self._arrays:
            raise ValueError("there is no such column")
        return self._arrays.pop(number)

    def objects(self, number: Any, *, texts: bool = False) -> list[Any]:
        """A column as Python's objects. ValueError where all that were asked for are too many."""
        column = self[number]
        if texts and not pa.types.is_large_string(column.type):
            raise ValueError("not a column of texts")
        self._objects -= len(column)
        if self._objects < 0:
            raise ValueError(f"more than {MOST_OBJECTS:,} cells that are objects: give columns of one type, or fewer rows")
        return list(column.to_pylist())

    def numbers(self, note: Any) -> np.ndarray[Any, Any]:
        """A numpy array that shares the file's memory, writable."""
        name = note["dtype"]
        if not isinstance(name, str) or not _DTYPE.fullmatch(name):
            raise ValueError("not a type of numbers")
        array, dtype = self[note["n"]], np.dtype(name)
        if not (pa.types.is_integer(array.type) or pa.types.is_floating(array.type)) or array.null_count or array.offset:
            raise ValueError("not a column of plain numbers")
        width = array.type.bit_width // 8 * len(array)
        if dtype.kind == "b" and len(array) and (array.type != pa.uint8() or pa.compute.max(array).as_py() > 1):
            raise ValueError("a truth value is 0 or 1")
        shape = shape_of(note)
        if not width:
            return np.empty(0, dtype).reshape(shape)
        start = array.buffers()[1].address - self._memory.ctypes.data
        return self._memory[start : start + width].view(dtype).reshape(shape)


def shape_of(note: Any) -> list[int]:
    """An array's shape as its note says. ValueError for one that no array of ours has."""
    shape = [size for size in note["shape"] if type(size) is int and 0 <= size <= MOST_ROWS]
    if len(shape) != len(note["shape"]):
        raise ValueError("not the shape of an array")
    return shape


def read_columns(memory: np.ndarray[Any, Any]) -> Iterator[Any]:
    """The arrays in such a file, each checked in full. ValueError (or an Arrow error, which is one) where anything is odd."""
    source = pa.BufferReader(pa.py_buffer(memory))
    for _ in range(_MOST_COLUMNS):
        if source.tell() >= len(memory):
            return
        yield _column(list(pa.ipc.MessageReader.open_stream(source)))
    raise ValueError(f"more than {_MOST_COLUMNS:,} columns")


def _column(messages: list[Any]) -> Any:
    if [message.type for message in messages] != ["schema", "record batch"]:
        raise ValueError("a column is one schema and one batch")
    schema = pa.ipc.read_schema(messages[0])
    if len(schema) != 1 or schema.metadata or schema[0].metadata or not _plain_type(schema[0].type):
        raise ValueError("not a column of a plain type")
    if _is_compressed(messages[1].metadata):
        raise ValueError("a compressed column")
    batch = pa.ipc.read_record_batch(messages[1], schema)
    batch.validate(full=True)
    return batch.column(0)


def _plain_type(kind: Any) -> bool:
    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_large_string, pa.types.is_large_binary)
    return any(test(kind) for test in tests)


def _is_compressed(metadata: Any) -> bool:
    """Whether a batch says that its buffers are compressed. Arrow would only tell after it had unpacked them.

    Source: Message.fbs of the Arrow format (Message.header is field 2, RecordBatch.compression is field 3) and the FlatBuffers layout.
    """
    data = memoryview(metadata).cast("B")

    def field(table: int, number: int) -> int:
        """Where a table's field starts, or 0 where it is not there."""
        layout = table - struct.unpack_from("<i", data, table)[0]
        slot = 4 + 2 * number
        if layout < 0 or slot + 2 > struct.unpack_from("<H", data, layout)[0]:
            return 0
        offset = int(struct.unpack_from("<H", data, layout + slot)[0])
        return table + offset if offset else 0

    root = struct.unpack_from("<I", data, 0)[0]
    header = field(root, 2)
    return bool(field(header + struct.unpack_from("<I", data, header)[0], 3))

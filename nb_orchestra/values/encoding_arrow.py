"""The columns of a table as one Arrow IPC stream, and back. Plain streams only: what is read is never larger than what was stored.

Arrow would unpack compressed buffers while it reads, and some kilobytes can claim to be terabytes; pyarrow offers no limit
for that. We never write such streams, so one that says it is compressed, or brings dictionaries, is not ours.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pyarrow as pa

from nb_orchestra.core.pieces import Pieces
from nb_orchestra.values.encoding_tree import OwnBlocks, add_block, block

_PLAINEST = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_large_string, pa.types.is_timestamp, pa.types.is_duration)
_UNCOUNTED = {"large_string": 8}
"""Bytes of a tight column that `nbytes` leaves out: texts have one offset more than rows. Another row, hidden, would be more."""
_HEADER, _COMPRESSION = 2, 3
"""Positions in Arrow's flatbuffers: Message.header, RecordBatch.compression (format/Message.fbs)."""


def write_arrow_block(columns: list[Any], blocks: list[Any]) -> int | None:
    """Appends a block with these Arrow arrays and gives its number; None where there are none."""
    if not columns:
        return None
    return add_block(ArrowBlock(pa.table([_tight(column) for column in columns], names=[str(number) for number in range(len(columns))])), blocks)


class ArrowBlock(Pieces):
    """A table's stream, its buffers where the columns lie. `table`: itself, for the look at what was just written."""

    __slots__ = ("table",)

    def __init__(self, table: Any) -> None:
        sink = _Sink()
        with pa.ipc.new_stream(pa.PythonFile(sink, mode="w"), table.schema) as stream:
            stream.write_table(table)
        super().__init__(sink.parts)
        self.table = table

    def read_back(self) -> Any:
        """The table. Arrow's plainest types come out of its streams as they went in; any other is really read."""
        if all(any(test(column.type) for test in _PLAINEST) for column in self.table.schema):
            return self.table
        return _read_stream(pa.py_buffer(bytes(self)))


class _Sink:
    """A file for Arrow that keeps what is written to it, uncopied."""

    closed = False

    def __init__(self) -> None:
        self.parts: list[bytes | memoryview] = []

    def write(self, data: Any) -> int:
        self.parts.append(data if isinstance(data, bytes) else memoryview(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""


def _tight(column: Any) -> Any:
    """The column in memory of its own. Arrow writes the whole buffers of a slice of texts: rows that were filtered away would be kept, and shared."""
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    if len(chunks) == 1 and chunks[0].nbytes + _UNCOUNTED.get(str(column.type), 0) >= chunks[0].get_total_buffer_size():
        return column
    return pa.concat_arrays([pa.array([], column.type), *chunks])


def read_arrow_block(number: Any, blocks: list[Any]) -> Any:
    """The table of a block, every buffer checked where another could have written it; ValueError or an Arrow error for what we would not have written."""
    if number is None:
        return pa.table({})
    found = block(number, blocks)
    return found.read_back() if isinstance(found, ArrowBlock) else _read_stream(pa.py_buffer(found), full=not isinstance(blocks, OwnBlocks))


def _read_stream(memory: Any, full: bool = False) -> Any:
    for message in pa.ipc.MessageReader.open_stream(memory):
        if message.type == "record batch" and not _is_compressed(message.metadata.to_pybytes()):
            continue
        if message.type != "schema":
            raise ValueError("a stream that is not plain")
    with pa.ipc.open_stream(memory) as stream:
        table = stream.read_all()
    table.validate(full=full)
    return table


def changeable(array: Any, number: Any, blocks: list[Any]) -> Any:
    """A column that may be written to, where it lies if the block is ours alone, else copied: Arrow gives its memory out as read-only."""
    if not isinstance(array, np.ndarray):
        return array.copy()  # of Arrow's own arrays, which nobody can write to, this copies nothing
    if array.flags.writeable or isinstance(blocks, OwnBlocks):
        return array
    memory = None if number is None else block(number, blocks)
    if memory is None or memory.readonly or not array.flags.c_contiguous:
        return array.copy()
    whole = np.frombuffer(memory, np.uint8)
    at = array.ctypes.data - whole.ctypes.data
    inside = 0 <= at <= len(whole) - array.nbytes
    return whole[at : at + array.nbytes].view(array.dtype) if inside and at % array.itemsize == 0 else array.copy()


def _is_compressed(metadata: bytes) -> bool:
    """Does a record batch's flatbuffer have its `compression` field? struct.error where it is none."""
    (message,) = struct.unpack_from("<I", metadata, 0)
    header = _field(metadata, message, _HEADER)
    (offset,) = struct.unpack_from("<I", metadata, header)
    return bool(_field(metadata, header + offset, _COMPRESSION))


def _field(metadata: bytes, table: int, index: int) -> int:
    """Where a field of a flatbuffer table stands; 0 where it is not set."""
    (back,) = struct.unpack_from("<i", metadata, table)
    (size,) = struct.unpack_from("<H", metadata, table - back)
    if 4 + 2 * index >= size:
        return 0
    (offset,) = struct.unpack_from("<H", metadata, table - back + 4 + 2 * index)
    return table + offset if offset else 0

"""Values as bytes and back, exactly or not at all: `decode(encode(value))` has the same content, checked before it is kept.

One JSON tree (texts, numbers, containers; ASCII, so that lone surrogates survive) and, behind it, the raw blocks that
it names: table columns as Arrow IPC, array memory, images. No pickle: a tag in the tree picks a reader from a closed
table, everything read is checked, and a hostile payload can do no more than be refused with ValueError.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

from nb_orchestra.protocols import Data
from nb_orchestra.values.content import content

MAGIC = b"NBV1"
LARGE = 1 << 20
LARGEST = 2 << 30
"""Bytes; what is larger is not kept, and not read."""


class NotKeepableError(ValueError):
    """The value has no form on disk that comes back the same."""


def encode(value: Any) -> Data:
    """The value as bytes, a read-only memoryview of them where they are many.

    NotKeepableError where it would not come back exactly (an object of a class of one's own, a cycle, > 2 GiB).
    """
    name = content(value)
    if name is None:
        raise NotKeepableError(f"a {type(value).__name__} cannot be kept exactly")
    from nb_orchestra.values.encoding_tree import OwnBlocks, pack, unpack

    blocks: list[Any] = []
    try:
        tree = pack(value, blocks)
        memory = _join(tree, blocks)
        tree, blocks = _split(memory)
        same = content(unpack(tree, OwnBlocks(blocks))) == name
    except NotKeepableError:
        raise
    except Exception as error:  # pandas and pyarrow raise many kinds for columns that they cannot write
        raise NotKeepableError(f"a {type(value).__name__} cannot be kept: {type(error).__name__}") from error
    if not same:
        raise NotKeepableError(f"a {type(value).__name__} does not come back the same")
    return bytes(memory) if len(memory) < LARGE else memory.toreadonly()


def decode(data: Data) -> Any:
    """The value that `encode` was given. ValueError for anything else. A memoryview that can be written is given away: the value may lie in it."""
    from nb_orchestra.values.encoding_tree import unpack

    try:
        tree, blocks = _split(data)
        return unpack(tree, blocks)
    except ValueError:
        raise
    except Exception as error:  # whatever a broken or hostile payload provokes
        raise ValueError(f"not a kept value: {type(error).__name__}") from error


def parts_of(data: Data) -> tuple[Any, list[memoryview]]:
    """The tree and the blocks of an encoded value, unread. ValueError for anything else."""
    return _split(data)


def from_parts(tree: Any, blocks: list[Any]) -> bytes:
    """The encoded value of these parts: the very bytes that `parts_of` was given."""
    return bytes(_join(tree, blocks))


def _join(tree: Any, blocks: list[Any]) -> memoryview:
    """Each block begins at a multiple of 16 bytes, so that Arrow and numpy read it where it lies."""
    head = json.dumps({"tree": tree, "blocks": [len(block) for block in blocks]}, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
    head += b" " * (-(12 + len(head)) % 16)
    at = 12 + len(head)
    size = at + sum(len(block) + -len(block) % 16 for block in blocks)
    if size > LARGEST:
        raise NotKeepableError(f"{size:,} bytes are more than can be kept")
    memory = memoryview(bytearray(size))
    memory[:at] = MAGIC + struct.pack("<Q", len(head)) + head
    for block in blocks:
        place = memory[at : at + len(block)]
        if hasattr(block, "write_into"):
            block.write_into(place)
        else:
            place[:] = block
        at += len(block) + -len(block) % 16
    return memory


def _split(data: Data) -> tuple[Any, list[memoryview]]:
    if len(data) > LARGEST or data[:4] != MAGIC or len(data) < 12:
        raise ValueError("not a kept value")
    (size,) = struct.unpack_from("<Q", data, 4)
    head = json.loads(str(data[12 : 12 + size], "ascii"), parse_constant=_refuse)
    if not isinstance(head, Mapping) or len(data) < 12 + size:
        raise ValueError("not a kept value")
    blocks, at, view = [], 12 + size, memoryview(data)
    for length in head["blocks"]:
        if type(length) is not int or length < 0 or at + length > len(data):
            raise ValueError("a block is cut off")
        blocks.append(view[at : at + length])
        at += length + -length % 16
    if at != len(data):
        raise ValueError("more bytes than blocks")
    return head["tree"], blocks


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
